"""How the office stands, as numbers: the gauges of `metrics.GAUGES`, read at the moment of the question."""

from collections.abc import Collection
from datetime import UTC, datetime

import readmodels
from application.queries.temporal_watch import TemporalAway, client_of, how_many_fail, queues
from application.services import Services
from eventstore import operations
from eventstore.database import Pool
from readmodels.counts import case_counts, dead_letter_counts
from runtime.metrics import Series

FAMILIAR = ("waiting", "claimed", "bounced", "failed")
"""States of mails that are shown even when there is none."""


async def figures(pool: Pool, *, untold: Collection[str] = ()) -> dict[str, Series]:
    """Values by name and labels, all but those that Temporal knows. Raises what Postgres raises when it is away.

    Cases of the processes in `untold` are counted nowhere.
    """
    now = datetime.now(UTC)
    async with pool.acquire() as conn:
        backlog = await operations.backlog(conn)
        mails = await operations.mails_by_state(conn)
        last, problems = await operations.last_verification(conn), await operations.known_problems(conn)
        lag, dead = await readmodels.lag(conn), await dead_letter_counts(conn)
        counts = [each for each in await case_counts(conn, now=now) if each.process not in untold]
    return {
        "signoff_schema_version": _one(backlog.schema),
        "signoff_view_lag_events": {(name,): each.events for name, each in lag.items()},
        "signoff_view_lag_seconds": {(name,): each.seconds for name, each in lag.items()},
        "signoff_dead_letters": {(name,): number for name, number in dead.items()},
        "signoff_effects_undelivered": _one(backlog.effects),
        "signoff_effects_oldest_seconds": _age(backlog.oldest_effect, now),
        "signoff_work_failing": _one(backlog.failing),
        "signoff_work_failing_seconds": _age(backlog.oldest_failing, now),
        "signoff_wakes_pending": _one(backlog.wakes),
        "signoff_wakes_oldest_seconds": _age(backlog.oldest_wake, now),
        "signoff_mails_undelivered": {(state,): mails.get(state, 0) for state in FAMILIAR},
        "signoff_mails_oldest_seconds": _age(backlog.oldest_mail, now),
        "signoff_cases_open": {(each.process,): each.open for each in counts},
        "signoff_cases_on_hold": _one(sum(each.on_hold for each in counts)),
        "signoff_cases_stuck": _one(sum(each.stuck for each in counts)),
        "signoff_cases_overdue": _one(sum(each.overdue for each in counts)),
        "signoff_verified_timestamp_seconds": _one(last.at.timestamp() if last else 0),
        "signoff_verification_problems": _one(len(problems)),
    }


async def standing(services: Services) -> dict[str, Series]:
    """All of it; -1 for what Temporal knows while it does not say. Nothing of cases that stay unknown (DIS-09)."""
    untold = {name for name, process in services.processes.items() if process.reads_recorded}
    found = await figures(services.pool, untold=untold)
    none = {(process,): 0 for process in services.processes.keys() - untold}
    found["signoff_cases_open"] = none | dict(found["signoff_cases_open"])
    client, queue = client_of(services), services.settings.task_queue
    try:
        half, *_ = await queues(client, queue)
        pollers, fail = half.fresh(datetime.now(UTC)), await how_many_fail(client, queue)
    except TemporalAway:
        pollers = fail = -1
    return found | {"signoff_pollers": _one(pollers), "signoff_workflows_failing": _one(fail)}


def _one(value: float) -> Series:
    return {(): value}


def _age(since: datetime | None, now: datetime) -> Series:
    return _one(max((now - since).total_seconds(), 0) if since else 0)
