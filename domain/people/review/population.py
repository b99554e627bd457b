"""Who takes part in a cycle as of a day, in which unit they are calibrated, and who joined later (REV-01). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from domain.kernel.cycle import Child
from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.organisation.model import Organisation, Person
from domain.people.review.cycle_state import Excluded


class Population(Value):
    """`units` are the people by the unit in which they are calibrated."""

    units: dict[str, tuple[str, ...]]
    excluded: tuple[Excluded, ...]

    @property
    def count(self) -> int:
        return sum(map(len, self.units.values()))

    def children(self) -> Mapping[str, Sequence[Child]]:
        return {unit: tuple(Child(key=person) for person in people) for unit, people in self.units.items()}


def population(
    organisation: Organisation, scope: str, as_of: date, *, tenure_months: int, absent: Mapping[str, str]
) -> Population:
    """Who works in `scope` or below on that day, long enough, not long absent, and has a manager.

    Raises Refused `not-in-scope` for an absence of somebody who is not there anyway, such as a leaver.
    """
    people = {person.id: person for person in in_scope(organisation, scope, as_of)}
    refuse_strangers(organisation, people, absent, as_of)
    units: dict[str, list[str]] = defaultdict(list)
    excluded: list[Excluded] = []
    for person in people.values():
        reason = _reason(organisation, person, as_of, tenure_months, absent)
        if reason:
            excluded.append(Excluded(person=person.id, reason=reason, note=absent.get(person.id)))
        else:
            units[group_of(organisation, person.id, scope, as_of)].append(person.id)
    ordered = {unit: tuple(sorted(units[unit])) for unit in sorted(units)}
    return Population(units=ordered, excluded=tuple(excluded))


def in_scope(organisation: Organisation, scope: str, day: date) -> Iterable[Person]:
    """Who works in the unit or below it that day, by id."""
    within: dict[str | None, bool] = {}
    for _, person in sorted(organisation.people.items()):
        if not person.holds_on(day):
            continue
        unit = organisation.unit_of(person.id, day)
        if unit not in within:
            within[unit] = scope in organisation.units_above(unit)
        if within[unit]:
            yield person


def refuse_strangers(
    organisation: Organisation, people: Mapping[str, Person], absent: Mapping[str, str], as_of: date
) -> None:
    for name in absent:
        if name in people:
            continue
        member = organisation.people.get(name)
        if member is not None and member.end is not None and member.end <= as_of:
            template = "{person} left on {day}, so they are not in the population; take them out of the list."
            raise Refused("left", template, person=name, day=member.end.isoformat())
        template = "{person} does not work in this part of the company on {day}; take them out of the list."
        raise Refused("not-in-scope", template, person=name[:80], day=as_of.isoformat())


def _reason(
    organisation: Organisation, person: Person, as_of: date, tenure_months: int, absent: Mapping[str, str]
) -> str | None:
    if person.id in absent:
        return "absence"
    begun = person.postings()[0].start
    if begun is not None and begun > _months_before(as_of, tenure_months):
        return "tenure"
    return None if organisation.manager_of(person.id, as_of) else "no-manager"


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))


def group_of(organisation: Organisation, person: str, scope: str, day: date) -> str:
    """The unit right below the scope in which they are; the scope itself for those who sit in it."""
    path = organisation.units_above(organisation.unit_of(person, day))
    place = path.index(scope)
    return path[place - 1] if place else scope


def later_joiners(organisation: Organisation, scope: str, day: date, known: Iterable[str]) -> tuple[str, ...]:
    """Who works in the scope that day and was not known when the population was frozen."""
    there = set(known)
    return tuple(person.id for person in in_scope(organisation, scope, day) if person.id not in there)
