"""Someone leaves or moves: the plan of everything they hold, and carrying it out once (KRN-24)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import readmodels
from application.administration.handover import GONE, Handed, answered_by, cases_of, hand_over, tasks_of
from application.commands.sweeping import Result, as_seen
from application.records import append_on, standing_still
from application.services import Services
from application.visibility import visibilities
from domain.kernel.events import Event
from domain.kernel.values.message import N_
from domain.organisation import delegations, record
from domain.organisation.leaving import (
    Item,
    Leaving,
    delegation_events,
    leaving,
    record_events,
    records_held,
)
from domain.organisation.moving import kept_delegations, move_events, what_follows
from eventstore.database import Connection


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
    tasks: list[Handed]
    """Those of the tasks that somebody else must get."""
    cases: list[Handed]
    """The cases for which somebody else must answer."""


async def plan_leaving(services: Services, asked: Asked, *, now: datetime | None = None) -> Plan:
    """What would happen; nothing is changed. It is of every case: `told` shows it. Raises Refused as `leaving` does."""
    records = await services.records()
    plan = leaving(
        records.organisation, asked.person, day=asked.day, successor=asked.successor, now=now or datetime.now(UTC)
    )
    items = records_held(records.organisation, records.delegations, plan)
    found, tasks = await tasks_of(services, records.organisation, plan)
    own, cases = await cases_of(services, plan)
    return Plan(plan, [*items, *found, *own], tasks, cases)


async def apply_leaving(services: Services, asked: Asked, *, actor: str, reader: str | None = None) -> dict[str, Any]:
    """Carries the plan out: records first, then each case of their own and each open task through its case's workflow.

    Safe to repeat: what was done is not done again, what was missed or refused is tried again. No decision is touched.
    Returns the plan with what became of each task and case that `reader` (None: the operator) sees. Raises Refused as
    `leaving` does.
    """
    plan = await plan_leaving(services, asked)
    causation = await _record(services, asked, actor)
    moved, results = await _handed(services, plan, causation) if plan.leaving.due else ([], [])
    wanted = [result for result in (*moved, *results) if result.code is None or result.code not in GONE]
    done, failed = await as_seen(services, wanted, reader)
    tasks = {name: [each.command for each in done if each.command.name == name] for name in ("reassign", "hand-over")}
    return await told(services, plan, applied=True, reader=reader) | {
        "reassigned": [{"task": each.payload["task"], "to": each.payload["to"]} for each in tasks["reassign"]],
        "handed": [{"case": each.case, "to": each.payload["to"]} for each in tasks["hand-over"]],
        "failed": failed,
    }


async def plan_move(
    services: Services, person: str, position: str, *, day: date | None
) -> tuple[list[Event], list[Item], date]:
    """The events of a move, what follows from it, and its day (today if none was given)."""
    organisation, now = await services.organisation(), datetime.now(UTC)
    today = organisation.calendar_of(person).local_date(now)
    events = move_events(organisation, person, position, day=day or today, today=today)
    items = what_follows(organisation, events, person, day=day or today)
    return events, [*items, *(await _kept(services, person, now) if events else [])], day or today


async def _kept(services: Services, person: str, now: datetime) -> list[Item]:
    """What stays theirs, as they are still here: what they asked for, their open tasks, their stand-ins."""
    text = N_("answers for it still; hand it on with hand-over if it went with the old position")
    cases = [
        Item(what="case", id=case, text=text, stays=True) for case, _process in await answered_by(services, person)
    ]
    async with services.pool.acquire() as conn:
        rows = await readmodels.inbox(conn, person, now=now)
    text = N_("open task: stays theirs; reassign it if it went with the old position")
    tasks = [Item(what="task", id=row.task, text=text, stays=True) for row in rows]
    return [*cases, *tasks, *kept_delegations((await services.records()).delegations, person, now)]


async def apply_move(services: Services, person: str, position: str, *, day: date | None, actor: str) -> list[Item]:
    """Moves them; nothing the second time. Returns what follows. Raises Refused as an import does."""
    events, items, when = await plan_move(services, person, position, day=day)
    if events:
        async with standing_still(services.pool) as conn:
            known = (await services.record_cache.records(conn)).organisation
            events = move_events(known, person, position, day=when, today=known.day_of(person, datetime.now(UTC)))
            await _append(conn, record.STREAM, known.version, events, actor)
    return items


async def told(services: Services, plan: Plan, *, applied: bool, reader: str | None = None) -> dict[str, Any]:
    """The plan as JSON, without the cases that `reader` (None: the operator) does not see (KRN-43)."""
    return {
        "person": plan.leaving.person,
        "day": plan.leaving.day.isoformat(),
        "heir": plan.leaving.heir,
        "applied": applied,
        "due": plan.leaving.due,
        "items": await shown(services, plan.items, reader),
    }


async def shown(services: Services, items: Sequence[Item], reader: str | None = None) -> list[dict[str, Any]]:
    """The items as JSON, without those of cases that `reader` does not see."""
    cases = {case for item in items if (case := _case_of(item)) is not None}
    seen = {} if reader is None else await visibilities(services, cases, reader)
    return [
        item.model_dump(mode="json", exclude={"text"}) | {"text": str(item.text), "message": item.text}
        for item in items
        if reader is None or (case := _case_of(item)) is None or seen[case].row == "case"
    ]


def _case_of(item: Item) -> str | None:
    match item.what:
        case "case":
            return item.id
        case "task":
            return item.id.rpartition(".")[0]
        case _:
            return None


async def _record(services: Services, asked: Asked, actor: str) -> int | None:
    """Records what is missing: that they leave, and that their delegations end. The position, if anything was."""
    async with standing_still(services.pool) as conn:
        known = await services.record_cache.records(conn)
        plan = leaving(
            known.organisation, asked.person, day=asked.day, successor=asked.successor, now=datetime.now(UTC)
        )
        over = delegation_events(known.organisation, known.delegations, plan, by=actor)
        await _append(conn, delegations.STREAM, known.delegations.version, over, actor)
        gone = record_events(known.organisation, plan)
        return await _append(conn, record.STREAM, known.organisation.version, gone, actor)


async def _append(conn: Connection, stream: str, version: int, events: Sequence[Event], actor: str) -> int | None:
    if not events:
        return None
    return await append_on(
        conn,
        stream=stream,
        process=stream,
        expected_version=version,
        events=events,
        actor=actor,
        command_id=uuid4(),
    )


async def _handed(services: Services, plan: Plan, causation: int | None) -> tuple[list[Result], list[Result]]:
    """The cases first: a question to them is part of what goes with a case."""
    organisation = await services.organisation()
    moved = await hand_over(services, organisation, plan.leaving, plan.cases, causation=causation)
    return moved, await hand_over(services, organisation, plan.leaving, plan.tasks, causation=causation)
