"""Failures of the surroundings in words that say what to do."""

import errno

import asyncpg
from temporalio.service import RPCError

from edge.send import NotRunning, Unconfirmed


def explained(error: BaseException) -> tuple[str, str]:
    """A stable code and a sentence for an error that is no refusal."""
    match error:
        case Unconfirmed():
            return "unconfirmed", str(error)
        case NotRunning():
            return "not-running", str(error)
        case RPCError():
            return (
                "temporal-away",
                f"Temporal did not answer ({error.status.name.lower()}); is the stack up? Try again.",
            )
        case asyncpg.PostgresConnectionError() | asyncpg.CannotConnectNowError() | asyncpg.InterfaceError():
            return "postgres-away", "Postgres did not answer; nothing was recorded. Is the stack up? Try again."
        case ConnectionError() | TimeoutError():
            return "away", "Postgres or Temporal did not answer; is the stack up? Try again with the same command id."
        case OSError() if error.errno == errno.ENOSPC:
            return "disk-full", "The disk is full; free some space and try again."
        case RuntimeError() if "connect" in str(error).lower():
            return "temporal-away", "Temporal cannot be reached; is the stack up? Check TEMPORAL_ADDRESS."
    return "failed", f"{type(error).__name__}: {str(error)[:300]} (--debug shows where)"
