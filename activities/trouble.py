"""Every activity is timed; one that fails again and again is written down, so that operations see it, and why."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from eventstore import operations
from eventstore.database import Pool
from runtime import metrics

PATIENT = 2
"""The try from which on a failure is told: a short outage is over by then."""


def waits(error: Exception) -> bool:
    """Whether nothing is wrong: the time of this work has not come."""
    return isinstance(error, ApplicationError) and error.category is ApplicationErrorCategory.BENIGN


@asynccontextmanager
async def watched(pool: Pool, name: str, *, command: str | None = None) -> AsyncIterator[None]:
    """Around the work of an activity. A local one is not told of: a regular one follows it if it fails (loop.py)."""
    info = activity.info()
    told = not info.is_local and info.attempt >= PATIENT
    case = info.workflow_id or ""
    try:
        with metrics.timed(metrics.ACTIVITIES, activity=name):
            yield
    except Exception as error:
        if told and not waits(error):
            with suppress(Exception):  # Postgres away is what other alerts are for
                async with pool.acquire() as conn:
                    await operations.failed(
                        conn, case, name, command=command, error=type(error).__name__, attempts=info.attempt
                    )
        raise
    if told:
        with suppress(Exception):  # it was done; a row that stays is not shown for long
            async with pool.acquire() as conn:
                await operations.went_on(conn, case, name)
