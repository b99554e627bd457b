"""A project as the portfolio sees it: worked out from its state, changed by what-ifs, never written."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from domain.kernel.value import Value
from domain.kernel.values.message import Message
from domain.kernel.values.money import Money, total
from domain.projects.delivery import figures
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


class Asked(Value):
    """Hours of open work as planned; a demand is what is left of them from a day on."""

    skill: str | None = None
    person: str | None = None
    starts: date
    ends: date
    hours: Decimal

    def demand(self, today: date) -> Demand:
        """What should be over already is asked for today."""
        return Demand(
            skill=self.skill, person=self.person, starts=max(self.starts, today), ends=max(self.ends, today),
            hours=self.hours,
        )  # fmt: skip


class ProjectSummary(Value):
    """What the portfolio needs of a project, whatever the day: kept beside the log, so that nothing is folded."""

    title: str
    unit: str
    theme: str
    mandatory: bool = False
    score: Decimal | None = None
    stage: str
    ended: str | None = None
    manager: str
    line: str
    periods: tuple[str, ...]
    declared: str | None = None
    progress: Decimal | None = None
    plan: Money
    committed: Money
    actual: Money
    forecast: Money
    waits_on: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    promise: Promise | None = None
    standing: figures.Standing

    @property
    def tolerated(self) -> int | None:
        """Calendar days beyond the baseline that the letter allows."""
        return self.standing.tolerance.days if self.standing.tolerance else None

    def view(self, id_: str, today: date) -> ProjectView:
        """The project as it stands on a day; colour and reasons are those of its own facts."""
        health = self.standing.health(today)
        return ProjectView(
            id=id_, title=self.title, unit=self.unit, theme=self.theme, mandatory=self.mandatory, score=self.score,
            stage=self.stage, ended=self.ended, line=self.line, periods=self.periods, colour=health.colour,
            declared=self.declared, reasons=tuple(reason.why for reason in health.reasons), progress=self.progress,
            finish=self.standing.finish(today), baseline_finish=self.standing.baseline_finish, plan=self.plan,
            committed=self.committed, actual=self.actual, forecast=self.forecast, waits_on=self.waits_on,
            demand=tuple(one.demand(today) for one in self.asked), promise=self.promise         )  # fmt: skip


def summary_of(state: ProjectState) -> ProjectSummary | None:
    """None before its charter."""
    charter = state.charter
    if charter is None:
        return None
    return ProjectSummary(
        title=charter.title, unit=charter.unit, theme=charter.theme or NO_THEME, mandatory=charter.mandatory,
        score=charter.score, ended=state.ended, manager=state.manager, line=charter.line,
        stage="on_hold" if state.case.hold else "archived" if state.archived else stage(state).value,
        periods=tuple(state.periods),
        declared=state.reports[-1].declared if state.reports else None,
        progress=figures.progress(state.works.values()), plan=state.budget, committed=state.committed,
        actual=state.actual,
        forecast=figures.forecast(state) if state.ended is None else state.actual + state.committed,
        waits_on=state.waits_on if state.ended is None else (), asked=tuple(_asked(state)),
        promise=_promise(state) if state.baselines and state.ended else None, standing=figures.standing(state),
    )  # fmt: skip


def view_of(state: ProjectState, today: date) -> ProjectView:
    """A chartered project as it stands."""
    summary = summary_of(state)
    assert summary is not None
    return summary.view(state.case.id, today)


def _asked(state: ProjectState) -> Iterable[Asked]:
    """Of the work that is not done."""
    for work in state.works.values() if state.ended is None else ():
        one = work.activity
        if work.is_open and one.hours and one.starts and one.ends:
            left = one.hours * (100 - work.percent) / 100
            yield Asked(skill=one.skill, person=one.owner, starts=one.starts, ends=one.ends, hours=left)


def _promise(state: ProjectState) -> Promise:
    original = state.baselines[0]
    ends = [work.ended for work in state.works.values() if work.ended]
    return Promise(
        budget=total(original.periods.values(), state.currency), actual=state.actual, finish=original.finish,
        finished=max(ends, default=None) if state.ended == "finished" else None, benefits=len(original.benefits),
        met=sum(one.met for one in state.measured.values()), measured=len(state.measured),
    )  # fmt: skip
