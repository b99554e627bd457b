"""Errors of a decision: which will pass by themselves and are retried, and what becomes of all others."""

import traceback

import asyncpg
import structlog

from domain.kernel.command import Command
from domain.kernel.errors import Refused
from domain.processes import PROCESSES
from eventstore import operations
from eventstore.database import Connection, is_away
from eventstore.errors import DatabaseOutdated
from runtime import metrics

_log = structlog.get_logger(__name__)

INTERNAL_ERROR = "internal-error"
"""The code of the refusal; what the system itself sent is sent again, for nobody else would."""
PERFORM = "perform"

_LASTING = ("21", "22", "23", "54")
"""Classes of SQLSTATE that come again at each try: wrong data, broken constraints, limits of the server."""

for _process in PROCESSES.values():  # shown from the start: an increase is only seen in a number that was there before
    for _name in _process.commands:
        metrics.INTERNAL_ERRORS.labels(_process.name, _name)


class Passing(Exception):
    """Base of our own errors that end without anybody changing the command: another try is worth it."""


def is_passing(error: Exception) -> bool:
    """Whether the same command may succeed later: Postgres away, busy or full, a case that others change."""
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "")[:2] not in _LASTING
    if isinstance(error, asyncpg.InterfaceError):
        return not isinstance(error, ValueError)  # a value that does not fit its column comes again
    return is_away(error) or isinstance(error, Passing | DatabaseOutdated)


async def internal_error(conn: Connection, command: Command, error: Exception) -> Refused:
    """Counts, logs and lists the failure for operations, and gives the refusal. Values of the case appear nowhere."""
    process = command.process if command.process in PROCESSES else metrics.OTHER
    name = metrics.known(command.name, PROCESSES[process].commands if process in PROCESSES else ())
    metrics.INTERNAL_ERRORS.labels(process, name).inc()
    kind = type(error).__name__
    where = traceback.extract_tb(error.__traceback__)[-1:]
    _log.error(
        "a decision failed and was refused",
        case=command.case,
        command=name,
        command_id=str(command.command_id),
        error=kind,
        where=[f"{frame.filename}:{frame.lineno}" for frame in where],
    )
    await operations.failed(conn, command.case, PERFORM, command=name, error=kind, attempts=1)
    return Refused(
        INTERNAL_ERROR,
        "Signoff failed at this command ({error}); nothing was recorded, and operations were told. Change what you"
        " entered, or wait until they have mended it.",
        error=kind,
    )
