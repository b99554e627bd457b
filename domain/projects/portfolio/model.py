"""A project as the portfolio sees it: worked out from its state, changed by what-ifs, never written."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from domain.kernel.value import Value
from domain.kernel.values.message import Message
from domain.kernel.values.money import Money, total
from domain.projects.delivery import figures, schedule
from domain.projects.delivery.state import ProjectState, stage

NO_THEME = "-"


class Demand(Value):
    """Hours still asked of a skill, and of a person where one is named, evenly from `starts` to `ends` (inclusive)."""

    skill: str | None
    person: str | None
    starts: date
    ends: date
    hours: Decimal


class Promise(Value):
    """What the original baseline said, and what became of it (PFL-01)."""

    budget: Money
    actual: Money
    finish: date | None
    finished: date | None
    benefits: int
    met: int
    measured: int


class ProjectView(Value):
    """`finish` is as things stand, `baseline_finish` as approved; `declared` is the last report's colour."""

    id: str
    title: str
    unit: str
    theme: str = NO_THEME
    mandatory: bool = False
    score: Decimal | None = None
    stage: str
    ended: str | None = None
    line: str
    periods: tuple[str, ...] = ()
    colour: str = "green"
    declared: str | None = None
    reasons: tuple[Message, ...] = ()
    progress: Decimal | None = None
    finish: date | None = None
    baseline_finish: date | None = None
    plan: Money
    committed: Money
    actual: Money
    forecast: Money
    waits_on: tuple[str, ...] = ()
    demand: tuple[Demand, ...] = ()
    promise: Promise | None = None

    @property
    def is_open(self) -> bool:
        return self.ended is None

    @property
    def late_days(self) -> int:
        """Calendar days behind the approved baseline; zero if it is not."""
        if self.finish is None or self.baseline_finish is None:
            return 0
        return max(0, (self.finish - self.baseline_finish).days)


def view_of(state: ProjectState, today: date) -> ProjectView:
    """A project as it stands; colour and reasons are those of its own facts."""
    charter, health = state.the_charter, figures.health(state, today)
    original = state.baselines[0] if state.baselines else None
    return ProjectView(
        id=state.case.id, title=charter.title, unit=charter.unit, theme=charter.theme or NO_THEME,
        mandatory=charter.mandatory, score=charter.score,
        stage="on_hold" if state.case.hold else "archived" if state.archived else stage(state).value,
        ended=state.ended, line=charter.line,
        periods=tuple(state.periods),
        colour=health.colour, declared=state.reports[-1].declared if state.reports else None,
        reasons=tuple(reason.why for reason in health.reasons), progress=figures.progress(state.works.values()),
        finish=schedule.finish_of(state.works, today), plan=state.budget, committed=state.committed,
        baseline_finish=state.approved.finish if state.approved else None, actual=state.actual,
        forecast=figures.forecast(state) if state.ended is None else state.actual + state.committed,
        waits_on=state.waits_on if state.ended is None else (), demand=tuple(_demand(state, today)),
        promise=_promise(state) if original and state.ended else None,
    )  # fmt: skip


def _demand(state: ProjectState, today: date) -> Iterable[Demand]:
    """Of the work that is not done; what should be over already is asked for today."""
    for work in state.works.values() if state.ended is None else ():
        one = work.activity
        if work.is_open and one.hours and one.starts and one.ends:
            left = one.hours * (100 - work.percent) / 100
            starts, ends = max(one.starts, today), max(one.ends, today)
            yield Demand(skill=one.skill, person=one.owner, starts=starts, ends=ends, hours=left)


def _promise(state: ProjectState) -> Promise:
    original = state.baselines[0]
    ends = [work.ended for work in state.works.values() if work.ended]
    return Promise(
        budget=total(original.periods.values(), state.currency), actual=state.actual, finish=original.finish,
        finished=max(ends, default=None) if state.ended == "finished" else None, benefits=len(original.benefits),
        met=sum(one.met for one in state.measured.values()), measured=len(state.measured),
    )  # fmt: skip
