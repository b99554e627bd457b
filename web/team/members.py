"""Whose team somebody may look at, and what is known of each of its members. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any

from domain.kernel.errors import Refused
from domain.organisation.browsing import holds_for, reports_of
from domain.organisation.delegations import HR_PARTNER
from domain.organisation.model import Organisation, Position
from domain.organisation.qualifications import Gap, gaps_of, required_levels
from domain.people.training.report import Ending, endings

AHEAD = timedelta(days=90)
"""A certificate that ends within these days is told."""

Told = Mapping[str, Any]

_KINDS = {"reviews": ("review",), "trainings": ("training",)}
_NOT_THE_TEAMS = ("hiring", "certificate")
"""That somebody of the team is a candidate elsewhere is not shown as theirs; certificates have a column of days."""


@dataclass(frozen=True)
class Member:
    """`asked` counts the skills that the position needs, `gaps` are those not shown at that level.

    `away` says who stands in and until when, `reviews`, `trainings` and `others` are open cases about them.
    """

    person: str
    position: str
    unit: str | None
    asked: int
    gaps: tuple[Gap, ...]
    endings: tuple[Ending, ...]
    away: Told | None
    reviews: Sequence[Told]
    trainings: Sequence[Told]
    others: Sequence[Told]


def refuse_others(organisation: Organisation, viewer: str, manager: str, day: date) -> None:
    """Raises Refused `no-such-colleague`, `not-your-team`."""
    if not organisation.works_here(manager, day):
        raise Refused("no-such-colleague", "Nobody of the organisation has the id {person}.", person=manager[:40])
    unit = organisation.unit_of(manager, day)
    above = organisation.reports_to(manager, viewer, day)
    if viewer != manager and not above and not holds_for(organisation, viewer, HR_PARTNER, unit, day):
        raise Refused("not-your-team", "A team is for its manager, the line above and the HR partner; ask one of them.")


def members(
    organisation: Organisation,
    manager: str,
    day: date,
    matters: Mapping[str, Sequence[Told]],
    away: Mapping[str, Told],
) -> list[Member]:
    """Who reports to the manager that day; `matters` and `away` are by person."""
    return [member(organisation, one, day, matters.get(one, ()), away.get(one))
            for one in reports_of(organisation, manager, day)]  # fmt: skip


def member(organisation: Organisation, person: str, day: date, matters: Sequence[Told], away: Told | None) -> Member:
    kinds = {name: [one for one in matters if one["process"] in processes] for name, processes in _KINDS.items()}
    return Member(
        person=person,
        position=organisation.people[person].position_on(day),
        unit=organisation.unit_of(person, day),
        asked=len(required_levels(organisation, person, day)),
        gaps=gaps_of(organisation, person, day),
        endings=tuple(one for one in endings(organisation, [person], day) if one.ends <= day + AHEAD),
        away=away,
        reviews=kinds["reviews"],
        trainings=kinds["trainings"],
        others=[one for one in matters if one["process"] not in (*chain(*_KINDS.values()), *_NOT_THE_TEAMS)],
    )


def vacancies(organisation: Organisation, manager: str, day: date) -> list[Position]:
    """The positions right below the manager's on which nobody sits that day."""
    own = set(organisation.positions_of(manager, day))
    return [each for each in organisation.positions.values()
            if each.reports_to in own and organisation.holder_of(each.id, day) is None]  # fmt: skip
