"""Freezing a process in a unit, and releasing it, with every open case it touches (KRN-45)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import views
from domain.kernel.events import Event
from domain.organisation import freezing
from domain.organisation.model import Organisation
from edge.changing.registers import changed_organisation
from edge.door import Door
from edge.sending.compose import Actor
from edge.sending.sweeping import Result, ToCase, as_seen, sweep
from views import Wanted
from views.rows import CaseRow

_ALL = 1_000_000


async def freeze_unit(door: Door, unit: str, process: str, reason: str, actor: Actor) -> dict[str, Any]:
    """Freezes, and holds every open case there. Safe to repeat: then only what was missed is held.

    Returns a result for each case that the actor sees. Raises Refused as `freezing.freeze` does, `unknown-process`.
    """

    def change(known: Organisation, now: datetime) -> list[Event]:
        return freezing.freeze(known, unit=unit, process=process, reason=reason, by=actor.person, now=now)

    door.process(process)
    after, causation = await changed_organisation(door, actor, change)
    cause, found = freezing.cause_of(unit, process), after.freeze_of(process, unit)
    why = found.reason if found else reason
    wishes = [
        ToCase(row.case, process, "hold", {"reason": why, "cause": cause})
        for row in await _open_cases(door, process)
        if unit in after.units_above(row.unit) and cause not in await _causes(door, row)
    ]
    swept = await sweep(door, wishes, causation=causation)
    return await _told(door, "held", swept, actor, changed=causation is not None)


async def release_unit(door: Door, unit: str, process: str, reason: str, actor: Actor) -> dict[str, Any]:
    """Ends the freeze and lifts its hold of every case; a case that is held for more than this stays on hold.

    Returns the cases that it let go and the actor sees. Safe to repeat. Raises Refused as `freezing.release` does,
    `unknown-process`.
    """

    def change(known: Organisation, now: datetime) -> list[Event]:
        return freezing.release(known, unit=unit, process=process, reason=reason, by=actor.person, now=now)

    door.process(process)
    _after, causation = await changed_organisation(door, actor, change)
    cause = freezing.cause_of(unit, process)
    wishes = [
        ToCase(row.case, process, "resume", {"reason": reason, "cause": cause})
        for row in await _open_cases(door, process)
        if cause in await _causes(door, row)
    ]
    swept = await sweep(door, wishes, causation=causation)
    return await _told(door, "released", swept, actor, changed=causation is not None)


_SETTLED = frozenset({"finished", "withdrawn", "on-hold", "not-on-hold", "held-for-another-cause"})
"""Meanwhile the case ended, or somebody else held or released it for the same cause: nothing is left to be done."""


async def _open_cases(door: Door, process: str) -> list[CaseRow]:
    await door.fresh()
    async with door.pool.acquire() as conn:
        return await views.cases(conn, Wanted(process=process, open_only=True), now=datetime.now(UTC), limit=_ALL)


async def _causes(door: Door, row: CaseRow) -> set[str]:
    """What this case is held for."""
    if not row.on_hold:
        return set()
    async with door.pool.acquire() as conn:
        state, _events = await views.case_at(conn, door.processes, row.case)
    return {hold.cause for hold in door.processes[row.process].case(state).holds}


async def _told(door: Door, done: str, results: Sequence[Result], actor: Actor, *, changed: bool) -> dict[str, Any]:
    """`changed` is whether the freeze itself is new; each case that was not `done` has the reason why.

    It stops every case, also those that the actor does not see; only those they see are named (KRN-43).
    """
    wanted = [result for result in results if result.code not in _SETTLED]
    went, failed = await as_seen(door, wanted, actor.person)
    return {"changed": changed, done: [each.command.case for each in went], "failed": failed}
