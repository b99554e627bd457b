"""Standing in at the edge: granting and revoking delegations, the inbox with them, and what was done under them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import readmodels
from activities.record_cache import delegation_book, organisation_book, policy_book
from application.commands.compose import Actor
from application.records import append_on, standing_still
from application.services import Services
from application.visibility import visibilities
from domain.kernel.delegation import Delegation, Delegations, Scope
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.showing.viewer import Viewer
from domain.kernel.values.message import N_
from domain.organisation import delegations as rules
from domain.organisation import record
from domain.organisation.delegations import Wish, is_over
from domain.organisation.model import Organisation
from eventstore import log
from eventstore.database import Connection
from readmodels import DelegatedAct
from readmodels.rows import InboxRow


@dataclass(frozen=True)
class Asked:
    """A delegation as a person asks for it. Times are ISO 8601; without a zone they are the principal's own."""

    principal: str
    delegate: str
    start: str
    end: str
    scope: Scope = field(default_factory=Scope)
    reason: str = ""
    out_of_office: bool = False


async def grant(services: Services, asked: Asked, actor: Actor, *, command_id: UUID | None = None) -> dict[str, Any]:
    """Grants it and returns it with its id. The same command id again returns the first result.

    Raises Refused as `delegations.grant` does, `bad-time`, `unknown-person`, and `command-id-reused`.
    """
    command_id = command_id or uuid4()
    async with standing_still(services.pool) as conn:
        record_cache, now = await services.record_cache.records(conn), datetime.now(UTC)
        organisation, known = record_cache.organisation, record_cache.delegations
        wish = _wish(asked, f"d-{command_id.hex[:12]}", organisation)
        events = rules.grant(
            known, wish, by=actor.person, organisation=organisation, processes=set(services.processes), now=now
        )
        if not events:
            return _row(_same(known.granted[wish.id], wish), now)
        await _append(conn, known, events, actor, command_id)
    return _row(rules.fold(known, events).granted[wish.id], now)


async def revoke(
    services: Services, name: str, actor: Actor, *, reason: str = "", command_id: UUID | None = None
) -> dict[str, Any]:
    """Ends a delegation at once and returns it. What was decided under it is in the log before, and nothing after.

    Raises Refused as `delegations.revoke` does.
    """
    command_id = command_id or uuid4()
    async with standing_still(services.pool) as conn:
        record_cache, now = await services.record_cache.records(conn), datetime.now(UTC)
        organisation, known = record_cache.organisation, record_cache.delegations
        if await log.find_command(conn, command_id) and name in known.granted:
            return _row(known.granted[name], now)
        events = rules.revoke(known, name, by=actor.person, organisation=organisation, now=now, reason=reason)
        await _append(conn, known, events, actor, command_id)
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
    conn: Connection, known: Delegations, events: Sequence[Event], actor: Actor, command_id: UUID
) -> None:
    await append_on(
        conn,
        stream=rules.STREAM,
        process=rules.STREAM,
        expected_version=known.version,
        events=events,
        actor=actor.person,
        command_id=command_id,
        channel=actor.channel,
    )


def _wish(asked: Asked, name: str, organisation: Organisation) -> Wish:
    zone = ZoneInfo(organisation.calendar_of(asked.principal).zone)
    return Wish(
        id=name,
        principal=asked.principal,
        delegate=asked.delegate,
        start=_instant(asked.start, zone),
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


def _same(granted: Delegation, wish: Wish) -> Delegation:
    if any(getattr(granted, name) != getattr(wish, name) for name in Wish.model_fields):
        raise Refused(
            "command-id-reused", "This command id already granted another delegation ({other}).", other=granted.id
        )
    return granted


def _concerned(delegation: Delegation) -> tuple[str, ...]:
    return delegation.principal, delegation.delegate, getattr(delegation, "granted_by", delegation.principal)


def _row(delegation: Delegation, now: datetime) -> dict[str, Any]:
    state = "over" if is_over(delegation, now) else "active" if delegation.holds_at(now) else "coming"
    row = delegation.model_dump(mode="json")
    return {"delegation": row.pop("id"), "from": row.pop("start"), "until": row.pop("end"), "state": state, **row}
