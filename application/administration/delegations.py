"""Standing in at the edge: granting and revoking delegations, the inbox with them, and what was done under them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

import readmodels
from activities.record_cache import delegation_book, organisation_book, policy_book
from application.commands.compose import Actor
from application.records import already, append_on, standing_still
from application.services import Services
from application.visibility import visibilities
from domain.kernel.command import reused
from domain.kernel.delegation import Delegation, Delegations, Scope
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.routing.delegates import parties_to
from domain.kernel.showing.viewer import Viewer
from domain.kernel.values.message import N_
from domain.organisation import delegations as rules
from domain.organisation import record
from domain.organisation.delegations import Matter, Wish, is_over
from domain.organisation.model import Organisation
from eventstore import log
from eventstore.database import Connection
from eventstore.notifications import Note, tell
from readmodels import DelegatedAct
from readmodels.rows import InboxRow


@dataclass(frozen=True)
class Asked:
    """A delegation as a person asks for it. Times are ISO 8601; without a zone they are the principal's own.

    Without a start it begins at once.
    """

    principal: str
    delegate: str
    start: str
    end: str
    scope: Scope = field(default_factory=Scope)
    reason: str = ""
    out_of_office: bool = False


async def grant(services: Services, asked: Asked, actor: Actor, *, command_id: UUID | None = None) -> dict[str, Any]:
    """Grants it and returns it with its id. The same command id again returns the first result.

    The principal is told of it if somebody else asked for it, in the same transaction. Raises Refused as
    `delegations.grant` does, `party-to-case`, `bad-time`, `unknown-person`, and `command-id-reused`.
    """
    command_id = command_id or uuid4()
    open_now = await _matters(services, asked.principal, actor.person) if asked.principal != actor.person else []
    name, sent = f"d-{command_id.hex[:12]}", ["grant", actor.person, _sent(asked)]
    async with standing_still(services.pool) as conn:
        record_cache, now = await services.record_cache.records(conn), datetime.now(UTC)
        organisation, known = record_cache.organisation, record_cache.delegations
        if await already(conn, command_id, rules.STREAM, sent):
            return _row(known.granted[name], now)
        wish = _wish(asked, name, organisation)
        events = rules.grant(
            known, wish, by=actor.person, organisation=organisation, processes=set(services.processes), now=now
        )
        if not events:  # another id that begins alike
            raise reused(command_id)
        rules.refuse_party(wish, actor.person, open_now, organisation)
        await _append(conn, known, events, actor, command_id, sent)
    return _row(rules.fold(known, events).granted[name], now)


async def _matters(services: Services, principal: str, reader: str) -> list[Matter]:
    """The open cases that wait for a word of `principal`, with everybody who has a stake in each.

    Only those that `reader` sees: a refusal must not tell whose relative is a candidate somewhere (KRN-43).
    """
    await services.fresh()
    async with services.pool.acquire() as conn:
        rows = await readmodels.inbox(conn, principal, now=datetime.now(UTC))
    seen = await visibilities(services, {row.case for row in rows}, reader)
    async with services.pool.acquire() as conn:
        rows = [row for row in rows if seen[row.case].row == "case"]
        found = {row.case: await readmodels.case_at(conn, services.processes, row.case) for row in rows}
    return [
        Matter(case=row.case, process=row.process, unit=case.unit, parties=parties_to(case, case.tasks[row.task]))
        for row in rows
        for case in [services.process(row.process).case(found[row.case][0])]
        if row.task in case.tasks
    ]


async def revoke(
    services: Services, name: str, actor: Actor, *, reason: str = "", command_id: UUID | None = None
) -> dict[str, Any]:
    """Ends a delegation at once and returns it. What was decided under it is in the log before, and nothing after.

    Raises Refused as `delegations.revoke` does, and `command-id-reused`.
    """
    command_id, sent = command_id or uuid4(), ["revoke", actor.person, name, reason]
    async with standing_still(services.pool) as conn:
        record_cache, now = await services.record_cache.records(conn), datetime.now(UTC)
        organisation, known = record_cache.organisation, record_cache.delegations
        if await already(conn, command_id, rules.STREAM, sent):
            return _row(known.granted[name], now)
        events = rules.revoke(known, name, by=actor.person, organisation=organisation, now=now, reason=reason)
        await _append(conn, known, events, actor, command_id, sent)
    return _row(rules.fold(known, events).granted[name], now)


async def delegations(
    services: Services, person: str | None = None, *, report: bool = False, as_of: datetime | None = None
) -> list[dict[str, Any]]:
    """Delegations of `person` as principal, delegate or granter (None: of everybody), the newest first.

    With `report` each lists what was done under it (KRN-22), in cases that `person` sees (KRN-43).
    `as_of` asks what was known then (KRN-50).
    """
    if report:
        await readmodels.fresh(services.pool, services.processes)
    async with services.pool.acquire() as conn:
        known = await _known_at(services, as_of)
        chosen = [each for each in known.granted.values() if person is None or person in _concerned(each)]
        done = await readmodels.delegated_acts(conn, [each.id for each in chosen], as_of=as_of) if report else []
    if person is not None:
        seen = await visibilities(services, {each.case for each in done}, person)
        done = [each for each in done if seen[each.case].row == "case"]
    rows = [_row(each, as_of or datetime.now(UTC)) for each in sorted(chosen, key=lambda d: (d.start, d.id))[::-1]]
    if report:
        for row in rows:
            row["done"] = [_done(each) for each in done if each.delegation == row["delegation"]]
    return rows


DID = {
    "ApproverAdded": N_("added an approver"),
    "InformationAsked": N_("asked a question"),
    "TaskClaimed": N_("kept the task"),
    "TaskDone": N_("did the task"),
    "TaskReleased": N_("gave the task back"),
}
"""What a stand-in does besides deciding."""


def _done(each: DelegatedAct) -> dict[str, Any]:
    """`did` is the outcome of a decision, or what else was done, in English to be said in any language."""
    return each.model_dump(mode="json") | {"did": each.outcome or str(DID.get(each.type, each.type))}


async def inbox(services: Services, reader: Viewer) -> list[InboxRow]:
    """What `reader` may do now: their own tasks, their groups', and those of whom they stand in for (KRN-20).

    Nothing for someone who has left: whatever still names them waits for somebody else (KRN-24).
    """
    if reader.gone:
        return []
    async with services.pool.acquire() as conn:
        return await readmodels.inbox_with_delegated(
            conn,
            services.processes,
            reader.person,
            now=reader.now,
            standing=reader.chains,
            organisation=reader.organisation,
        )


async def inbox_at(services: Services, person: str, as_of: datetime) -> list[InboxRow]:
    """What `inbox` showed at `as_of`, from the log alone (KRN-50)."""
    book = organisation_book()
    known = await _known_at(services, as_of)
    async with services.pool.acquire() as conn:
        book.take(await log.read_stream(conn, record.STREAM, as_of=as_of))
        if _has_left(book.value, person, as_of):
            return []
        policies = policy_book()
        policies.take(await log.read_stream(conn, policies.stream, as_of=as_of))
        standing = known.chains(person, as_of, hops=policies.value.hops)
        return await readmodels.inbox_at(
            conn, services.processes, person, as_of, standing=standing, organisation=book.value
        )


def _has_left(organisation: Organisation, person: str, now: datetime) -> bool:
    """Whether somebody works here no more; candidates never did, and have tasks of their own."""
    known = organisation.people.get(person)
    end = known.end if known else None
    return end is not None and end <= organisation.calendar_of(person).local_date(now)


async def _known_at(services: Services, as_of: datetime | None) -> Delegations:
    if as_of is None:
        return (await services.records()).delegations
    book = delegation_book()
    async with services.pool.acquire() as conn:
        book.take(await log.read_stream(conn, rules.STREAM, as_of=as_of))
    return book.value


async def _append(
    conn: Connection, known: Delegations, events: Sequence[Event], actor: Actor, command_id: UUID, wish: object
) -> None:
    notes = [
        Note(uuid5(command_id, f"notice {number}.{person}"), person, rules.STREAM, None, told.about.model_dump(), None)
        for number, event in enumerate(events)
        for told in rules.notices(known, event)
        for person in told.to
    ]
    await tell(conn, notes)
    await append_on(
        conn,
        stream=rules.STREAM,
        process=rules.STREAM,
        expected_version=known.version,
        events=events,
        actor=actor.person,
        command_id=command_id,
        channel=actor.channel,
        wish=wish,
    )


def _sent(asked: Asked) -> dict[str, Any]:
    """What was asked for, as it makes two wishes the same."""
    return asdict(asked) | {"scope": asked.scope.model_dump(mode="json")}


def _wish(asked: Asked, name: str, organisation: Organisation) -> Wish:
    zone = ZoneInfo(organisation.calendar_of(asked.principal).zone)
    start = asked.start or datetime.now(UTC).replace(second=0, microsecond=0).isoformat()
    return Wish(
        id=name,
        principal=asked.principal,
        delegate=asked.delegate,
        start=_instant(start, zone),
        end=_instant(asked.end, zone),
        scope=asked.scope,
        reason=asked.reason,
        out_of_office=asked.out_of_office,
    )


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        given = datetime.fromisoformat(text)
        return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(
            "bad-time", "{text} is not a time; write 2026-11-23 or 2026-11-23T14:30.", text=repr(text[:40])
        ) from None


def _concerned(delegation: Delegation) -> tuple[str, ...]:
    return delegation.principal, delegation.delegate, getattr(delegation, "granted_by", delegation.principal)


def _row(delegation: Delegation, now: datetime) -> dict[str, Any]:
    state = "over" if is_over(delegation, now) else "active" if delegation.holds_at(now) else "coming"
    row = delegation.model_dump(mode="json")
    return {"delegation": row.pop("id"), "from": row.pop("start"), "until": row.pop("end"), "state": state, **row}
