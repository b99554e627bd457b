"""The stream `delegations`: who may stand in for whom, when, and in what (KRN-20 to KRN-22)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from domain.kernel.delegation import Delegation, Delegations, Scope
from domain.kernel.effects import Notify
from domain.kernel.errors import Refused
from domain.kernel.events import Event, Registry
from domain.kernel.value import Value
from domain.kernel.values.days import require_within
from domain.kernel.values.message import N_
from domain.organisation.model import Organisation

STREAM = "delegations"
LONGEST = timedelta(days=400)
OPERATIONS, HR_PARTNER = "operations", "hr-partner"
"""The roles that may arrange a stand-in for someone who cannot do it themself."""


class Granted(Delegation):
    """A delegation with the person who made it: the principal, their line, operations or HR."""

    granted_by: str


class DelegationGranted(Event):
    delegation: Granted
    at: datetime


class DelegationRevoked(Event):
    """From `at` (UTC) on nobody acts under it. What was done under it before stays as it is."""

    delegation: str
    by: str
    at: datetime
    reason: str


REGISTRY = Registry([DelegationGranted, DelegationRevoked])


ARRANGED = N_("{by} arranged that {delegate} stands in for you.").id
"""What somebody is told for whom others arranged a stand-in; from when until when is in the arguments."""
ENDED = N_("{by} ended that {delegate} stands in for you.").id


class Matter(Value):
    """An open case that waits for somebody, as far as arranging a stand-in for them must know it."""

    case: str
    process: str
    unit: str | None
    parties: frozenset[str]


class Wish(Value):
    """A delegation as it was asked for. `id` is given by the edge, so that the same wish twice is one delegation."""

    id: str
    principal: str
    delegate: str
    start: datetime
    end: datetime
    scope: Scope = Scope()
    reason: str = ""
    out_of_office: bool = False


def evolve(delegations: Delegations, event: Event) -> Delegations:
    """The delegations after one event. To fold many, use `fold`: it copies once."""
    return fold(delegations, (event,))


def fold(delegations: Delegations, events: Iterable[Event]) -> Delegations:
    """The delegations after `events`."""
    granted, version = dict(delegations.granted), delegations.version
    for event in events:
        changed = _changed(granted, event)
        granted[changed.id] = changed
        version += 1
    return delegations.model_copy(update={"version": version, "granted": granted})


def _changed(granted: Mapping[str, Delegation], event: Event) -> Delegation:
    match event:
        case DelegationGranted(delegation=new):
            return new
        case DelegationRevoked(delegation=name, at=at):
            return granted[name].model_copy(update={"revoked_at": at})
        case _:
            raise TypeError(f"{type(event).__name__} is not an event of the delegations")


def grant(
    delegations: Delegations,
    wish: Wish,
    *,
    by: str,
    organisation: Organisation,
    processes: Collection[str],
    now: datetime,
) -> list[Event]:
    """The event that grants `wish`; none if it was granted already.

    A delegation passes on what the principal holds themself; what they hold as someone's delegate only as far as the
    policy lets chains go (KRN-21). A circle is refused in either case. Raises Refused `to-oneself`, `backwards`,
    `already-over`, `too-long`, `not-employed`, `unknown-process`, `unknown-unit`, `bad-amount`,
    `not-yours-to-delegate`, `delegation-to-granter`, `delegation-circle`.
    """
    if wish.id in delegations.granted:
        return []
    _refuse_dates(wish, now)
    _refuse_strangers(wish, organisation, now)
    _refuse_scope(wish.scope, organisation, processes)
    _refuse_granter(wish, by, organisation, now)
    _refuse_circle(delegations, wish)
    return [DelegationGranted(delegation=Granted(**dict(wish), granted_by=by), at=now)]


def revoke(
    delegations: Delegations, name: str, *, by: str, organisation: Organisation, now: datetime, reason: str = ""
) -> list[Event]:
    """The event that ends a delegation at once: by its principal, whoever granted it, the principal's line or HR.

    Raises Refused `no-such-delegation`, `delegation-over`, `not-yours-to-revoke`.
    """
    found = delegations.granted.get(name)
    if found is None:
        raise Refused("no-such-delegation", "There is no delegation {delegation}.", delegation=name[:80])
    if is_over(found, now):
        raise Refused("delegation-over", "Delegation {delegation} has ended already.", delegation=name)
    granter = found.granted_by if isinstance(found, Granted) else found.principal
    if by != granter and by not in _responsible(found.principal, organisation, now):
        raise Refused(
            "not-yours-to-revoke",
            "Delegation {delegation} can be ended by {principal}, their managers, who granted it, operations or HR.",
            delegation=name,
            principal=found.principal,
        )
    return [DelegationRevoked(delegation=name, by=by, at=now, reason=reason)]


def notices(before: Delegations, event: Event) -> list[Notify]:
    """What a principal is told of what others arrange for them, or end (KRN-20)."""
    match event:
        case DelegationGranted(delegation=new) if new.arranger:
            about = N_(ARRANGED, by=new.granted_by, delegate=new.delegate, start=_text(new.start), end=_text(new.end))
            return [Notify(to=(new.principal,), about=about)]
        case DelegationRevoked(delegation=name, by=by) if by != before.granted[name].principal:
            over = before.granted[name]
            return [Notify(to=(over.principal,), about=N_(ENDED, by=by, delegate=over.delegate))]
        case _:
            return []


def refuse_party(wish: Wish, by: str, matters: Iterable[Matter], organisation: Organisation) -> None:
    """Raises Refused `party-to-case` if `by` would arrange who stands in for another in a case that concerns them.

    Only what is open today is looked at. Of what comes later the decision sees that a party arranged it, and does not
    count it (`standing.impartial`); this tells them so at once.
    """
    if by == wish.principal:
        return
    for matter in matters:
        units = organisation.units_above(matter.unit)
        if by in matter.parties and wish.scope.covers(process=matter.process, units=units, amount=None):
            raise Refused(
                "party-to-case",
                "{case} waits for {principal} and you are a party to it; somebody else must arrange this stand-in, "
                "or leave {process} out of its scope.",
                case=matter.case,
                principal=wish.principal,
                process=matter.process,
            )


def _text(at: datetime) -> str:
    return at.isoformat()


def is_over(delegation: Delegation, now: datetime) -> bool:
    """Whether it no longer holds at `now` and never will again."""
    return delegation.end <= now or (delegation.revoked_at is not None and delegation.revoked_at <= now)


def _refuse_dates(wish: Wish, now: datetime) -> None:
    require_within(wish.start)
    require_within(wish.end)
    if wish.end <= wish.start:
        raise Refused("backwards", "A delegation ends after it begins; correct from or until.")
    if wish.end <= now:
        raise Refused("already-over", "This delegation would be over already; give a later end.")
    if wish.end - wish.start > LONGEST:
        raise Refused(
            "too-long", "A delegation lasts at most {days} days; grant it anew when it ends.", days=LONGEST.days
        )


def _refuse_strangers(wish: Wish, organisation: Organisation, now: datetime) -> None:
    """Both must work here on its first day, or today if it has begun."""
    if wish.principal == wish.delegate:
        raise Refused("to-oneself", "{person} cannot stand in for themself; name someone else.", person=wish.delegate)
    for person in (wish.principal, wish.delegate):
        if person not in organisation.people or not organisation.works_here(
            person, organisation.calendar_of(person).local_date(max(wish.start, now))
        ):
            raise Refused("not-employed", "{person} does not work here then; name someone who does.", person=person)


def _refuse_scope(scope: Scope, organisation: Organisation, processes: Collection[str]) -> None:
    for process in scope.processes:
        if process not in processes:
            raise Refused(
                "unknown-process",
                "There is no process {process}; there is: {known}.",
                process=process[:80],
                known=", ".join(sorted(processes)),
            )
    for unit in scope.units:
        if unit not in organisation.units:
            raise Refused("unknown-unit", "There is no unit {unit}; check its id.", unit=unit[:80])
    if scope.up_to is not None and scope.up_to.amount <= 0:
        raise Refused("bad-amount", "A bound on the amount is more than nothing; leave it out for no bound.")


def _refuse_granter(wish: Wish, by: str, organisation: Organisation, now: datetime) -> None:
    if by not in _responsible(wish.principal, organisation, now):
        raise Refused(
            "not-yours-to-delegate",
            "What {principal} decides can be delegated by themself, their managers, operations or HR.",
            principal=wish.principal,
        )
    if by == wish.delegate and by not in _line(wish.principal, organisation, now):
        raise Refused(
            "delegation-to-granter",
            "Nobody gives themself what {principal} may decide; ask their manager to grant it.",
            principal=wish.principal,
        )


def _refuse_circle(delegations: Delegations, wish: Wish) -> None:
    """A for B while B for A, or over others: a request of one would be decided by the other, and back (KRN-21)."""
    if back := _way_back(delegations, wish):
        raise Refused(
            "delegation-circle",
            "{delegate} delegates to {principal} at the same time ({other}); end that first or name someone else.",
            delegate=wish.delegate,
            principal=wish.principal,
            other=", ".join(one.id for one in back),
        )


def _way_back(delegations: Delegations, wish: Wish) -> tuple[Delegation, ...]:
    """Delegations from the wish's delegate back to its principal that all hold at one instant of it; none if none do.

    Each round looks one delegation further. A way to the same person over the same span leads no further than the
    first.
    """
    given: dict[str, list[Delegation]] = {}
    for one in delegations.granted.values():
        given.setdefault(one.principal, []).append(one)
    ways: list[_Way] = [(wish.delegate, wish.start, wish.end, ())]
    seen: set[tuple[str, datetime, datetime]] = set()
    while ways:
        further = {way[:3]: way for way in reversed([more for way in ways for more in _further(way, given)])}
        if back := next((way for way in further.values() if way[0] == wish.principal), None):
            return back[3]
        ways = [way for reached, way in further.items() if reached not in seen]
        seen |= further.keys()
    return ()


_Way = tuple[str, datetime, datetime, tuple[Delegation, ...]]
"""Whom delegations lead to, from when until when all of them hold, and which they are."""


def _further(way: _Way, given: Mapping[str, list[Delegation]]) -> Iterator[_Way]:
    at, start, end, passed = way
    for one in given.get(at, ()):
        first, last = max(start, one.start), min(end, one.end, one.revoked_at or one.end)
        if first < last:
            yield one.delegate, first, last, (*passed, one)


def _responsible(person: str, organisation: Organisation, now: datetime) -> set[str]:
    day = organisation.calendar_of(person).local_date(now)
    unit = organisation.unit_of(person, day)
    holders = (organisation.holders(role, unit, day) for role in (OPERATIONS, HR_PARTNER))
    return {person, *_line(person, organisation, now), *(one for found in holders for one in found)}


def _line(person: str, organisation: Organisation, now: datetime) -> tuple[str, ...]:
    return organisation.line_above(person, organisation.calendar_of(person).local_date(now))
