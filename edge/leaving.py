"""Someone leaves or moves: the plan of everything they hold, and carrying it out once (KRN-24)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import views
from activities.books import Records
from domain.kernel.case import Task
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.message import N_
from domain.organisation import delegations, record
from domain.organisation.leaving import (
    Item,
    Leaving,
    delegation_events,
    leaving,
    record_events,
    records_held,
)
from domain.organisation.model import Organisation
from domain.organisation.moving import move_events, what_follows
from edge.door import Door
from edge.records import append_record
from edge.sweeping import Result, ToCase, sweep

ATTEMPTS = 5
"""How often the records are planned anew when someone else changed them in between."""
_ALL = 1_000_000


@dataclass(frozen=True)
class Asked:
    """Who leaves. Without `day` it is today, or the day that is known; without `successor` the manager follows."""

    person: str
    day: date | None = None
    successor: str | None = None


@dataclass(frozen=True)
class Plan:
    """The plan, and everything it is about: records, open tasks, cases of their own."""

    leaving: Leaving
    items: list[Item]
    tasks: list[tuple[str, str, str]]
    """Case, process and task of each task that somebody else must get."""


async def plan_leaving(door: Door, asked: Asked, *, now: datetime | None = None) -> Plan:
    """What would happen; nothing is changed. Raises Refused as `leaving` does."""
    records = await _records(door)
    plan = leaving(
        records.organisation, asked.person, day=asked.day, successor=asked.successor, now=now or datetime.now(UTC)
    )
    items = records_held(records.organisation, records.delegations, plan)
    found, tasks = await _tasks(door, records.organisation, plan)
    return Plan(plan, [*items, *found, *await _own_cases(door, plan)], tasks)


async def apply_leaving(door: Door, asked: Asked, *, actor: str) -> dict[str, Any]:
    """Carries the plan out: records first, then each open task through its case's workflow.

    Safe to repeat: what was done is not done again, what was missed or refused is tried again. No decision is touched.
    Returns the plan with what became of each task. Raises Refused as `leaving` does, `changed-meanwhile`.
    """
    plan = await plan_leaving(door, asked)
    causation = await _append_organisation(door, asked, actor)
    await _append_delegations(door, asked, actor)
    results = await _hand_over(door, plan, causation) if plan.leaving.due else []
    failed = [result for result in results if result.code is not None]
    return told(plan, applied=True) | {
        "reassigned": [
            {"task": r.command.payload["task"], "to": r.command.payload["to"]} for r in results if r.code is None
        ],
        "failed": [{"task": r.command.payload["task"], "code": r.code, "message": r.message} for r in failed],
    }


async def plan_move(
    door: Door, person: str, position: str, *, day: date | None
) -> tuple[list[Event], list[Item], date]:
    """The events of a move, what follows from it, and its day (today if none was given)."""
    organisation = (await _records(door)).organisation
    today = organisation.calendar_of(person).local_date(datetime.now(UTC))
    events = move_events(organisation, person, position, day=day or today, today=today)
    return events, what_follows(organisation, events, person, day=day or today), day or today


async def apply_move(door: Door, person: str, position: str, *, day: date | None, actor: str) -> list[Item]:
    """Moves them; nothing the second time. Returns what follows. Raises Refused as an import does."""
    events, items, _day = await plan_move(door, person, position, day=day)
    if events:
        version = (await _records(door)).organisation.version
        await _append(door, record.STREAM, version, events, actor)
    return items


def told(plan: Plan, *, applied: bool) -> dict[str, Any]:
    """The plan as JSON."""
    return {
        "person": plan.leaving.person,
        "day": plan.leaving.day.isoformat(),
        "heir": plan.leaving.heir,
        "applied": applied,
        "due": plan.leaving.due,
        "items": shown(plan.items),
    }


def shown(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [
        item.model_dump(mode="json", exclude={"text"}) | {"text": str(item.text), "message": item.text}
        for item in items
    ]


async def _records(door: Door) -> Records:
    async with door.pool.acquire() as conn:
        return await door.books.records(conn)


async def _tasks(
    door: Door, organisation: Organisation, plan: Leaving
) -> tuple[list[Item], list[tuple[str, str, str]]]:
    """Their open tasks. Where others of those asked are here it stays with them; else somebody must get it."""
    await views.fresh(door.pool, door.processes)
    items, handed = [], []
    async with door.pool.acquire() as conn:
        rows = await views.inbox(conn, plan.person, now=plan.now)
        for row in rows:
            state, _events = await views.case_at(conn, door.processes, row.case)
            task = door.processes[row.process].case(state).tasks.get(row.task)
            if task is None:
                continue
            others = _others(organisation, task, plan)
            if others:
                text = N_("task in {case}: stays with {others}", case=row.case, others=", ".join(others))
                items.append(Item(what="task", id=row.task, text=text))
            else:
                text = N_("task in {case}: goes to {heir}, or who above may have it", case=row.case, heir=plan.heir)
                items.append(Item(what="task", id=row.task, text=text, to=plan.heir, later=not plan.due))
                handed.append((row.case, row.process, row.task))
    return items, handed


def _others(organisation: Organisation, task: Task, plan: Leaving) -> list[str]:
    """Who can do it without them; nobody, if it waits for exactly their word."""
    if task.claimed_by == plan.person or plan.person in (*task.added, *task.veto):
        return []
    day = max(plan.day, plan.today)
    return [one for one in task.waiting if one != plan.person and organisation.works_here(one, day)]


async def _own_cases(door: Door, plan: Leaving) -> list[Item]:
    """Open cases that they asked for: these go on, but only a person can answer for them now."""
    async with door.pool.acquire() as conn:
        rows = await views.cases(conn, now=plan.now, open_only=True, limit=_ALL)
    text = N_("asked for by them: goes on; agree with {heir} whether it is still wanted", heir=plan.heir)
    return [Item(what="case", id=row.case, text=text, stays=True) for row in rows if row.requester == plan.person]


async def _append_organisation(door: Door, asked: Asked, actor: str) -> int | None:
    """Appends what is missing, and returns the position of the last event, if there was one to append."""
    for attempt in range(ATTEMPTS):
        known = (await _records(door)).organisation
        plan = leaving(known, asked.person, day=asked.day, successor=asked.successor, now=datetime.now(UTC))
        if not (events := record_events(known, plan)):
            return None
        try:
            return await _append(door, record.STREAM, known.version, events, actor)
        except Refused as refused:
            _again(refused, attempt)
    return None


async def _append_delegations(door: Door, asked: Asked, actor: str) -> None:
    for attempt in range(ATTEMPTS):
        records = await _records(door)
        plan = leaving(
            records.organisation, asked.person, day=asked.day, successor=asked.successor, now=datetime.now(UTC)
        )
        if not (events := delegation_events(records.organisation, records.delegations, plan, by=actor)):
            return
        try:
            await _append(door, delegations.STREAM, records.delegations.version, events, actor)
        except Refused as refused:
            _again(refused, attempt)
        else:
            return


def _again(refused: Refused, attempt: int) -> None:
    """Raises what is not worth another attempt."""
    if refused.code != "changed-meanwhile" or attempt == ATTEMPTS - 1:
        raise refused


async def _append(door: Door, stream: str, version: int, events: Sequence[Event], actor: str) -> int:
    return await append_record(
        door.pool,
        stream=stream,
        process=stream,
        expected_version=version,
        events=events,
        actor=actor,
        command_id=uuid4(),
    )


async def _hand_over(door: Door, plan: Plan, causation: int | None) -> list[Result]:
    """Each task to the heir, or to the next above who may have it: nobody gets a matter of their own (KRN-23)."""
    organisation = (await _records(door)).organisation
    day = max(plan.leaving.day, plan.leaving.today)
    line = [plan.leaving.heir, *organisation.line_above(plan.leaving.heir, day)]
    results: dict[str, Result] = {}
    for heir in line:
        left = [each for each in plan.tasks if each[2] not in results or _another_may(results[each[2]])]
        wishes = [_wish(plan.leaving, heir, *each) for each in left]
        for each, result in zip(left, await sweep(door, wishes, causation=causation), strict=True):
            if result.code is None or each[2] not in results:  # the reason why the heir is not fit tells the most
                results[each[2]] = result
    return list(results.values())


def _another_may(result: Result) -> bool:
    return result.code is not None and result.code not in _NOBODY


_NOBODY = frozenset(
    {
        "finished", "withdrawn", "on-hold", "task-done", "no-such-task", "no-such-case", "not-asked", "voted-already",
        "unknown-command", "assign-instead", "NotRunning", "Unconfirmed",
    }
)  # fmt: skip
"""Refusals that are not about the receiver: nobody else would get the task either."""


def _wish(plan: Leaving, heir: str, case: str, process: str, task: str) -> ToCase:
    reason = f"{plan.person} left on {plan.day.isoformat()}"
    payload = {"task": task, "to": heir, "instead_of": plan.person, "reason": reason}
    return ToCase(case, process, "reassign", payload)
