"""Someone takes another position: what follows from it by itself, and what people must look at (KRN-24)."""

from collections.abc import Iterator
from datetime import date, datetime

from domain.kernel.delegation import Delegations
from domain.kernel.events import Event
from domain.kernel.values.days import require_day
from domain.kernel.values.message import N_
from domain.organisation.delegations import is_over
from domain.organisation.leaving import Item
from domain.organisation.model import Organisation, Person
from domain.organisation.record import fold, plan_import
from domain.organisation.wanted import Line, Wanted, WantedPerson


def move_events(organisation: Organisation, person: str, position: str, *, day: date, today: date) -> list[Event]:
    """The event that moves them; none if they hold the position already. Raises Refused `bad-file` as an import does.

    The position must exist and be free from that day on, and the move must come after the last one.
    """
    known = organisation.people[person]
    if known.position == position:
        return []
    wanted = WantedPerson(
        id=person, position=position, calendar=known.calendar, language=known.language, start=known.start, end=known.end
    )
    moved = Line("org move", wanted.model_copy(update={"since": require_day(day)}))
    return plan_import(organisation, Wanted(people=(moved,)), today)


def what_follows(before: Organisation, events: list[Event], person: str, *, day: date) -> list[Item]:
    """What a move changes by itself (managers), and what it leaves as it is for people to decide (roles, limits)."""
    after = fold(before, events)
    if not events:
        return []
    old, new = before.unit_of(person, day), after.unit_of(person, day)
    kept = set(after.units_above(new))
    text = N_("moves from {old} to {new} on {day}", old=old or "-", new=new or "-", day=day.isoformat())
    return [
        Item(what="person", id=person, text=text),
        *_managers(before, after, day),
        *(item for item in _held(after, person, day) if item.to not in kept),
    ]


def kept_delegations(delegations: Delegations, person: str, now: datetime) -> Iterator[Item]:
    """From and to somebody who moves, now or later: they go on until somebody ends them."""
    for each in delegations.granted.values():
        if person in (each.principal, each.delegate) and not is_over(each, now):
            text = N_(
                "{delegate} for {principal}: goes on; revoke it if it went with the old position",
                delegate=each.delegate,
                principal=each.principal,
            )
            yield Item(what="delegation", id=each.id, text=text, stays=True)


def _managers(before: Organisation, after: Organisation, day: date) -> Iterator[Item]:
    """Whose manager is another from that day on."""
    for one in sorted(after.people.values(), key=_id):
        was, will = before.manager_of(one.id, day), after.manager_of(one.id, day)
        if one.holds_on(day) and was != will:
            text = N_("has {new} as manager instead of {old}", new=will or "-", old=was or "-")
            yield Item(what="report", id=one.id, text=text, to=will)


def _held(organisation: Organisation, person: str, day: date) -> Iterator[Item]:
    """What they hold for a unit, which is in `to`: the authority does not move with the person."""
    for holding in organisation.roles:
        if holding.person == person and holding.unit and holding.holds_on(day):
            text = N_("role for {unit}: stays; end it if it went with the old position", unit=holding.unit)
            yield Item(what="role", id=f"{holding.role} {holding.unit}", text=text, to=holding.unit, stays=True)
    for limit in organisation.limits:
        if limit.person == person and limit.unit and limit.holds_on(day):
            text = N_("limit for {unit}: stays; end it if it went with the old position", unit=limit.unit)
            yield Item(what="limit", id=f"{limit.category} {limit.unit}", text=text, to=limit.unit, stays=True)
    for line in organisation.budget_lines.values():
        if line.owner == person:
            text = N_("budget line of {unit}: stays theirs; name another owner if it should not", unit=line.unit)
            yield Item(what="budget-line", id=line.id, text=text, to=line.unit, stays=True)


def _id(person: Person) -> str:
    return person.id
