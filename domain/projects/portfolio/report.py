"""The reports `portfolio` and `portfolio-what-if` (PFL-01 to PFL-04)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from pydantic import Field

from domain.kernel.ledger import Balance, LinePeriod
from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.organisation.model import Organisation
from domain.projects.portfolio.capacity import Absence, Capacity, Load, Supply, load_of, supply
from domain.projects.portfolio.effects import touched
from domain.projects.portfolio.model import ProjectView, view_of
from domain.projects.portfolio.overview import Overview, overview
from domain.projects.portfolio.what_if import Change, what_if


class PortfolioQuestion(Value):
    """`weeks` of capacity from today; `absences` are those approved elsewhere."""

    unit: str | None = None
    weeks: Annotated[int, Field(ge=0, le=104)] = 12
    absences: Annotated[tuple[Absence, ...], Field(max_length=5000)] = ()


class WhatIfQuestion(PortfolioQuestion):
    changes: Annotated[tuple[Change, ...], Field(min_length=1, max_length=50)]


class Portfolio(Value):
    overview: Overview
    capacity: Capacity


class Difference(Value):
    """What a change does to one project: colour, end and forecast before and after. None: it was not there."""

    project: str
    colour: tuple[str | None, str]
    finish: tuple[date | None, date | None]
    forecast: tuple[Money | None, Money]


class WhatIf(Value):
    after: Portfolio
    differences: tuple[Difference, ...]
    overloads: tuple[Load, ...]


@dataclass(frozen=True)
class Surroundings:
    """What projects stand in: what touches them from elsewhere, and on which day it is looked at.

    `tolerated` are the days beyond the baseline that each letter of delegation allows.
    """

    organisation: Organisation
    balances: Mapping[LinePeriod, Balance]
    today: date
    tolerated: Mapping[str, int | None] = field(default_factory=dict)
    _supplies: dict[object, Supply] = field(default_factory=dict, repr=False)

    def supply(self, question: PortfolioQuestion) -> Supply:
        """Hours of people, counted once for all that is tried."""
        key = question.weeks, question.absences
        if key not in self._supplies:
            self._supplies[key] = supply(self.organisation, question.absences, self.today, question.weeks)
        return self._supplies[key]


def build(source: Snapshot, question: PortfolioQuestion) -> Portfolio:
    return portfolio(views_of(source, question), _surroundings(source), question)


def build_what_if(source: Snapshot, question: WhatIfQuestion) -> WhatIf:
    views, around = views_of(source, question), _surroundings(source)
    return compared(portfolio(views, around, question), views, around, question)


def portfolio(views: Sequence[ProjectView], around: Surroundings, question: PortfolioQuestion) -> Portfolio:
    seen = touched(views, around.organisation, around.balances, f"{around.today:%Y}")
    return Portfolio(overview=overview(seen), capacity=load_of(seen, around.supply(question)))


def compared(before: Portfolio, views: Sequence[ProjectView], around: Surroundings, question: WhatIfQuestion) -> WhatIf:
    """The portfolio after the changes, against the one of the same views before; nothing is recorded (PFL-02)."""
    after = portfolio(what_if(views, question.changes, around.tolerated), around, question)
    known = {(load.week, load.name): load.over for load in before.capacity.overloads}
    new = [load for load in after.capacity.overloads if load.over > known.get((load.week, load.name), 0)]
    differences = _differences(before.overview.ranked, after.overview.ranked)
    return WhatIf(after=after, differences=differences, overloads=tuple(new))


def views_of(source: Snapshot, question: PortfolioQuestion) -> tuple[ProjectView, ...]:
    """The projects of the unit and those below it that the reader may see."""
    today, organisation = source.at.date(), source.organisation
    views = (view_of(state, today) for state in source.of("project").values() if state.charter is not None)
    wanted = question.unit
    return tuple(one for one in views if wanted is None or wanted in organisation.units_above(one.unit))


def _surroundings(source: Snapshot) -> Surroundings:
    tolerated = {case: state.letter.days for case, state in source.of("project").items() if state.letter}
    return Surroundings(source.organisation, {one.key: one for one in source.balances}, source.at.date(), tolerated)


def _differences(before: Sequence[ProjectView], after: Sequence[ProjectView]) -> tuple[Difference, ...]:
    known = {one.id: one for one in before}
    found = []
    for one in after:
        was = known.get(one.id)
        if was is None or (was.colour, was.finish, was.forecast, was.ended) != (
            one.colour, one.finish, one.forecast, one.ended,
        ):  # fmt: skip
            found.append(
                Difference(
                    project=one.id, colour=(was.colour if was else None, one.colour),
                    finish=(was.finish if was else None, one.finish),
                    forecast=(was.forecast if was else None, one.forecast),
                )
            )  # fmt: skip
    return tuple(found)


PORTFOLIO = ReportSpec(
    name="portfolio", question=PortfolioQuestion, build=build, processes=("project",), title=N_("The portfolio")
)
WHAT_IF = ReportSpec(
    name="portfolio-what-if", question=WhatIfQuestion, build=build_what_if, processes=("project",),
    title=N_("What if a project is cut, delayed or added"),
)  # fmt: skip
REPORTS = (PORTFOLIO, WHAT_IF)
