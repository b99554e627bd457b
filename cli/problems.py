"""Failures of the surroundings in words that say what to do."""

import errno

import asyncpg
from temporalio.service import RPCError, RPCStatusCode

from application.send import NotRecorded, NotRunning, Unconfirmed
from domain.kernel.errors import Refused
from eventstore.database import AWAY
from eventstore.errors import DatabaseUnavailable
from readmodels import ViewsBehind

_AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED, RPCStatusCode.UNKNOWN)


def explained(error: BaseException) -> Refused:
    """A stable code and a sentence for an error that is no refusal."""
    match error:
        case Unconfirmed():
            facts = {"case": error.command.case, "command_id": str(error.command.command_id)}
            return Refused("unconfirmed", "{what}", what=str(error), **facts)
        case NotRunning():
            return Refused("not-running", "{what}", what=str(error))
        case NotRecorded():
            return Refused("not-recorded", "{what}", what=str(error))
        case ViewsBehind():
            return Refused("views-behind", "{what}", what=str(error))
        case RPCError() if error.status in _AWAY:
            return _temporal_away(error.status.name.lower())
        case RPCError():
            return Refused(
                "temporal-refused",
                "Temporal refused ({answer}): {what} Check TEMPORAL_NAMESPACE and its credentials; if they are right,"
                " try again: nothing is done twice with one --command-id.",
                answer=error.status.name.lower(),
                what=error.message,
            )
        case RuntimeError() if "connect" in str(error).lower():
            return _temporal_away("no connection")
        case OSError() if error.errno == errno.ENOSPC:
            return Refused("disk-full", "The disk is full; free some space and try again.")
        case PermissionError() | IsADirectoryError() | NotADirectoryError() | FileNotFoundError():
            return Refused("file", "{file}: {why}.", file=str(error.filename), why=error.strerror)
    return _of_postgres(error)


def _of_postgres(error: BaseException) -> Refused:
    match error:
        case DatabaseUnavailable():
            return Refused("postgres-away", "{what} Nothing was recorded.", what=str(error))
        case asyncpg.UndefinedTableError() | asyncpg.InvalidSchemaNameError() | asyncpg.UndefinedColumnError():
            return Refused("database-outdated", "The database is not at this version's schema; run `signoff migrate`.")
        case asyncpg.InsufficientPrivilegeError():
            return Refused(
                "database-privilege", "Postgres refused: {what}. Run `signoff migrate` as the owner.", what=str(error)
            )
        case asyncpg.DiskFullError():
            return Refused("disk-full", "The disk of Postgres is full; free some space and try again.")
        case _ if isinstance(error, AWAY):
            return Refused(
                "postgres-away",
                "Postgres went away in the middle of it; is the stack up? Try again, with the same --command-id if you"
                " gave one: nothing is done twice.",
            )
    name, text = type(error).__name__, str(error)[:300]
    return Refused("failed", "{name}: {text} (--debug shows where)", name=name, text=text)


def _temporal_away(why: str) -> Refused:
    return Refused(
        "temporal-away", "Temporal does not answer ({why}); is the stack up? Check TEMPORAL_ADDRESS.", why=why
    )
