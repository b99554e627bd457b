"""Freezing a process in a unit, and releasing it, with every open case it touches (KRN-45)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import readmodels
from application.administration.registers import changed_organisation
from application.commands.compose import Actor
from application.commands.sweeping import Result, ToCase, as_seen, sweep
from application.services import Services
from domain.kernel.events import Event
from domain.organisation import freezing
from domain.organisation.model import Organisation
from readmodels import Wanted
from readmodels.rows import CaseRow

_ALL = 1_000_000


async def freeze_unit(services: Services, unit: str, process: str, reason: str, actor: Actor) -> dict[str, Any]:
    """Freezes, and holds every open case there. Safe to repeat: then only what was missed is held.

    Returns a result for each case that the actor sees. Raises Refused as `freezing.freeze` does, `unknown-process`.
    """

    def change(known: Organisation, now: datetime) -> list[Event]:
        return freezing.freeze(known, unit=unit, process=process, reason=reason, by=actor.person, now=now)

    services.process(process)
    after, causation = await changed_organisation(services, actor, change)
    cause, found = freezing.cause_of(unit, process), after.freeze_of(process, unit)
    why = found.reason if found else reason
    wishes = [
        ToCase(row.case, process, "hold", {"reason": why, "cause": cause})
        for row in await _open_cases(services, process)
        if unit in after.units_above(row.unit) and cause not in await _causes(services, row)
    ]
    swept = await sweep(services, wishes, causation=causation)
    return await _told(services, "held", swept, actor, changed=causation is not None)


async def release_unit(services: Services, unit: str, process: str, reason: str, actor: Actor) -> dict[str, Any]:
    """Ends the freeze and lifts its hold of every case; a case that is held for more than this stays on hold.

    Returns the cases that it let go and the actor sees. Safe to repeat. Raises Refused as `freezing.release` does,
    `unknown-process`.
    """

    def change(known: Organisation, now: datetime) -> list[Event]:
        return freezing.release(known, unit=unit, process=process, reason=reason, by=actor.person, now=now)

    services.process(process)
    _after, causation = await changed_organisation(services, actor, change)
    cause = freezing.cause_of(unit, process)
    wishes = [
        ToCase(row.case, process, "resume", {"reason": reason, "cause": cause})
        for row in await _open_cases(services, process)
        if cause in await _causes(services, row)
    ]
    swept = await sweep(services, wishes, causation=causation)
    return await _told(services, "released", swept, actor, changed=causation is not None)


_SETTLED = frozenset({"finished", "withdrawn", "on-hold", "not-on-hold", "held-for-another-cause"})
"""Meanwhile the case ended, or somebody else held or released it for the same cause: nothing is left to be done."""


async def _open_cases(services: Services, process: str) -> list[CaseRow]:
    await services.fresh()
    async with services.pool.acquire() as conn:
        return await readmodels.cases(conn, Wanted(process=process, open_only=True), now=datetime.now(UTC), limit=_ALL)


async def _causes(services: Services, row: CaseRow) -> set[str]:
    """What this case is held for."""
    if not row.on_hold:
        return set()
    async with services.pool.acquire() as conn:
        state, _events = await readmodels.case_at(conn, services.processes, row.case)
    return {hold.cause for hold in services.processes[row.process].case(state).holds}


async def _told(
    services: Services, done: str, results: Sequence[Result], actor: Actor, *, changed: bool
) -> dict[str, Any]:
    """`changed` is whether the freeze itself is new; each case that was not `done` has the reason why.

    It stops every case, also those that the actor does not see; only those they see are named (KRN-43).
    """
    wanted = [result for result in results if result.code not in _SETTLED]
    went, failed = await as_seen(services, wanted, actor.person)
    return {"changed": changed, done: [each.command.case for each in went], "failed": failed}
