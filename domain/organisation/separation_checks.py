"""Whether the organisation has enough people for steps that must be separate, before a policy is published (KRN-03)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from domain.kernel.policy import Approver, Route, Step
from domain.organisation.model import Organisation


def short_units(route: Route, organisation: Organisation, today: date) -> list[str]:
    """Units in which somebody's request finds fewer people than steps that must be separate.

    The steps of a row count together, and where there is no table all of them, also those under a condition: a case
    may meet every one. Limits of authority do not: they depend on the amount, and a step that is too high climbs the
    line by itself.
    """
    apart = [step for step in route.steps if route.separate is True or step.name in _named(route)]
    rows = [[step for step in apart if step.name in row.steps] for row in route.rows]
    short = {unit for steps in rows if len(steps) > 1 for unit in _short(steps, route, organisation, today)}
    return [unit for unit in organisation.units if unit in short]


def short_of_votes(step: Step, route: Route, organisation: Organisation, today: date) -> list[str]:
    """Units in which everybody's request finds fewer people than must approve this step (KRN-11).

    Not those with one such requester, as a director whose own reports make up the committee: that one is stuck and
    alarms.
    """
    return _short([step], route, organisation, today, where=all)


def _short(
    steps: Sequence[Step],
    route: Route,
    organisation: Organisation,
    today: date,
    *,
    where: Callable[[Iterable[bool]], bool] = any,
) -> list[str]:
    """Units in which `where` of the people who may ask find too few."""
    asking = _asking(organisation, today)
    return [
        unit
        for unit in organisation.units
        if unit in asking and where(not _enough(steps, route, organisation, who, unit, today) for who in asking[unit])
    ]


def _named(route: Route) -> tuple[str, ...]:
    return () if isinstance(route.separate, bool) else route.separate


def _asking(organisation: Organisation, today: date) -> dict[str, list[str]]:
    """For each unit, one of the people of each manager: colleagues find the same approvers.

    Not whoever is above all others: what they ask for is decided by the fallback, if anybody may at all.
    """
    found: dict[str, dict[str, str]] = {}
    for person in organisation.people.values():
        unit = organisation.unit_of(person.id, today) if person.holds_on(today) else None
        manager = organisation.manager_of(person.id, today)
        if unit and manager:
            found.setdefault(unit, {}).setdefault(manager, person.id)
    return {unit: list(people.values()) for unit, people in found.items()}


def _enough(
    steps: Iterable[Step], route: Route, organisation: Organisation, requester: str, unit: str, today: date
) -> bool:
    """Whether every step can get a person of its own (a matching of steps to people)."""
    places = _places(steps, route, organisation, requester, unit, today)
    if not all(places.values()):
        return True  # a step that finds nobody at all is no matter of separation: it is stuck and alarms (KRN-13)
    taken: dict[str, str] = {}
    return all(_seat(place, places, taken, set()) for place in places)


def _seat(place: str, places: Mapping[str, set[str]], taken: dict[str, str], tried: set[str]) -> bool:
    """Gives `place` a person, moving others to another of theirs if need be."""
    for person in sorted(places[place] - tried):
        tried.add(person)
        if person not in taken or _seat(taken[person], places, taken, tried):
            taken[person] = place
            return True
    return False


def _places(
    steps: Iterable[Step], route: Route, organisation: Organisation, requester: str, unit: str, today: date
) -> dict[str, set[str]]:
    """Each vote that is needed, and the people whom the resolver could give it to: named, above them, the fallback."""
    spare = set(_people(route.fallback, organisation, requester, unit, today)) if route.fallback else set()
    places = {}
    for step in steps:
        named = _people(step.who, organisation, requester, unit, today)
        above = {boss for person in (*named, requester) for boss in organisation.line_above(person, today)}
        fit = {*named, *above, *spare} - {requester}
        able = {who for who in fit if who in organisation.people and not organisation.reports_to(who, requester, today)}
        for vote in range(step.quorum if isinstance(step.quorum, int) else 1):
            places[f"{step.name}/{vote}"] = able
    return places


def _people(who: Approver, organisation: Organisation, requester: str, unit: str, today: date) -> tuple[str, ...]:
    if who.person:
        return (who.person,)
    if role := who.role or who.group:
        place = {"case": unit, "requester": unit}.get(who.unit, who.unit) if who.role else None
        return organisation.holders(role, place, today)
    if who.manager_of:
        person = requester if who.manager_of in ("requester", "beneficiary") else who.manager_of
        return organisation.boss_of(person, who.levels, today, who.line)
    return tuple({line.owner for line in organisation.budget_lines.values()})
