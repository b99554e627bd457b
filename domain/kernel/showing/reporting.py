"""What a report says about the cases of any process: how long things took, how old stages are, what is late with whom.

Pure. Durations are told in working days of a unit's calendar and in calendar days of 24 hours.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import Protocol

from domain.kernel.showing.milestones import Milestones
from domain.kernel.value import Value
from domain.kernel.values.calendar import Calendar, working_time_between
from domain.kernel.values.message import N_, Message
from domain.organisation.model import Organisation

CalendarOf = Callable[[str | None], Calendar]
"""The calendar that counts for a unit."""

MONTHS = 12
_DAY = timedelta(days=1)


class Span(Value):
    """A stretch of time in days. One working day is the longest day of the calendar's week."""

    working_days: float
    calendar_days: float


class Spread(Value):
    """`count` stretches of time: the middle one, and the one that nine of ten do not exceed. None where there are none.

    Working and calendar days are each ordered on their own.
    """

    count: int
    median: Span | None = None
    p90: Span | None = None


class StageAge(Value):
    """The open cases of one stage and for how long they have been in it."""

    stage: str
    count: int
    age: Spread
    oldest: Span


class Late(Value):
    """An open task past its due time and those whose word is missing; people from outside have no id here."""

    case: str
    task: str
    stage: str
    unit: str | None
    step: str
    people: tuple[str, ...]
    outsiders: int
    due_at: datetime
    late: Span


class Month(Value):
    """How many cases were raised and how many finished in a month, by the days of their units; `begins` is its 1st."""

    begins: date
    raised: int
    finished: int


class LateCount(Value):
    """How many late tasks wait for a person, or lie in a unit."""

    who: str
    tasks: int


class ReportQuery(Value):
    """What is asked: of which units (None: of all), raised from `since` to `until`, as of when (UTC)."""

    as_of: datetime
    unit: str | None = None
    units: frozenset[str] | None = None
    since: date | None = None
    until: date | None = None

    def holds(self, unit: str | None) -> bool:
        return self.units is None or unit in self.units

    def chooses(self, row: Milestones, calendars: CalendarOf) -> bool:
        """Whether the case was raised within the days that were asked for, both included."""
        day = calendars(row.unit).local_date(row.raised_at)
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class FunnelStep(Value):
    """Those who came this far, and which part of the step before and of all they are. None of nobody."""

    reached: str
    count: int
    of_previous: float | None
    of_all: float | None


class Funnel(Value):
    """How far those came whom a process is about; `none` is said where there is nobody yet."""

    title: Message
    head: Message
    told: Message
    none: Message
    steps: tuple[FunnelStep, ...]


class Mark(Value):
    """One number that is worth a look: a time, a part, or a count."""

    label: Message
    note: Message
    span: Span | None = None
    part: float | None = None
    count: int | None = None


class UnitTable(Value):
    """Numbers by unit, each with all below it, under these heads."""

    title: Message
    caption: Message
    heads: tuple[Message, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


class ProcessReport(Value):
    """`since` and `until` (both included, days where the unit works) choose cases by the day they were raised.

    `to_approve` is of these `cases`; stages, months and what is late are of all, as they stand at `as_of`.
    """

    process: str
    as_of: datetime
    unit: str | None
    since: date | None
    until: date | None
    cases: int
    to_approve: Spread
    stages: tuple[StageAge, ...]
    months: tuple[Month, ...]
    late: tuple[Late, ...]
    late_by_person: tuple[LateCount, ...]
    late_by_unit: tuple[LateCount, ...]

    @property
    def spreads(self) -> tuple[tuple[Message, Spread], ...]:
        """The times that it tells."""
        return ((N_("to approve"), self.to_approve),)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What a process's own report adds: numbers worth a look, how far people came, a table by unit."""
        return ()

    @property
    def reached(self) -> Funnel | None:
        return None

    @property
    def by_unit(self) -> UnitTable | None:
        return None


class Overview(Protocol):
    """How a process reports its cases."""

    def __call__(
        self,
        question: ReportQuery,
        rows: Sequence[Milestones],
        late: Iterable[Late],
        *,
        organisation: Organisation,
        calendars: CalendarOf,
    ) -> ProcessReport: ...


def overview_of(process: str) -> Overview:
    """The report that every process has."""

    def overview(
        question: ReportQuery,
        rows: Sequence[Milestones],
        late: Iterable[Late],
        *,
        organisation: Organisation,  # noqa: ARG001 - what other reports look at
        calendars: CalendarOf,
    ) -> ProcessReport:
        return process_report(process, question, rows, late, calendars)

    return overview


def process_report(
    process: str, question: ReportQuery, rows: Sequence[Milestones], late: Iterable[Late], calendars: CalendarOf
) -> ProcessReport:
    """What can be told of the cases of any process; `rows` and `late` of other units are left out."""
    rows = [row for row in rows if question.holds(row.unit)]
    late = [each for each in late if question.holds(each.unit)]
    chosen = [row for row in rows if question.chooses(row, calendars)]
    return ProcessReport(
        process=process,
        **question.model_dump(include={"as_of", "unit", "since", "until"}),
        cases=len(chosen),
        to_approve=time_to_approve(chosen, calendars),
        stages=ages_by_stage(rows, calendars, question.as_of),
        months=by_month(rows, calendars, question.as_of),
        late=tuple(sorted(late, key=lambda each: (each.due_at, each.task))),
        late_by_person=late_by_person(late),
        late_by_unit=late_by_unit(late),
    )


def span(calendar: Calendar, start: datetime, end: datetime) -> Span:
    """The time from `start` to `end`; zero if `end` is before."""
    working = working_time_between(calendar, start, end) / calendar.day_length()
    return Span(working_days=round(working, 2), calendar_days=round(max(end - start, timedelta()) / _DAY, 2))


def spread(spans: Sequence[Span]) -> Spread:
    if not spans:
        return Spread(count=0)
    working, calendar = sorted(each.working_days for each in spans), sorted(each.calendar_days for each in spans)
    return Spread(
        count=len(spans),
        median=Span(working_days=round(median(working), 2), calendar_days=round(median(calendar), 2)),
        p90=Span(working_days=_p90(working), calendar_days=_p90(calendar)),
    )


def time_to_approve(rows: Iterable[Milestones], calendars: CalendarOf) -> Spread:
    """From the first submission to the first approval, of the cases that were approved."""
    return spread(
        [
            span(calendars(row.unit), row.submitted_at, row.approved_at)
            for row in rows
            if row.submitted_at is not None and row.approved_at is not None
        ]
    )


def ages_by_stage(rows: Iterable[Milestones], calendars: CalendarOf, now: datetime) -> tuple[StageAge, ...]:
    """The stages of the open cases, by name."""
    ages: dict[str, list[Span]] = {}
    for row in rows:
        if not row.closed:
            ages.setdefault(row.stage, []).append(span(calendars(row.unit), row.stage_since, now))
    return tuple(
        StageAge(
            stage=stage, count=len(found), age=spread(found), oldest=max(found, key=lambda each: each.calendar_days)
        )
        for stage, found in sorted(ages.items())
    )


def by_month(rows: Sequence[Milestones], calendars: CalendarOf, now: datetime) -> tuple[Month, ...]:
    """The last `MONTHS` months, that of `now` (UTC) last; a month without a case is told too."""
    raised = Counter(calendars(row.unit).local_date(row.raised_at).replace(day=1) for row in rows)
    finished = Counter(
        calendars(row.unit).local_date(row.closed_at).replace(day=1) for row in rows if row.closed_at is not None
    )
    last = max([now.date(), *raised, *finished])  # where the sun is up already, the month may be the next one
    return tuple(Month(begins=day, raised=raised[day], finished=finished[day]) for day in _months_to(last))


def late_by_person(late: Iterable[Late]) -> tuple[LateCount, ...]:
    """Those with the most late tasks first."""
    return _counted(person for each in late for person in each.people)


def late_by_unit(late: Iterable[Late]) -> tuple[LateCount, ...]:
    """Units with the most late tasks first."""
    return _counted(each.unit for each in late if each.unit is not None)


def _months_to(day: date) -> list[date]:
    months = (day.year * 12 + day.month - 1 - back for back in reversed(range(MONTHS)))
    return [date(number // 12, number % 12 + 1, 1) for number in months if number >= 12]


def _counted(names: Iterable[str]) -> tuple[LateCount, ...]:
    return tuple(
        LateCount(who=who, tasks=tasks)
        for who, tasks in sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _p90(ordered: Sequence[float]) -> float:
    """By nearest rank: the smallest value that nine of ten do not exceed."""
    return ordered[math.ceil(0.9 * len(ordered)) - 1]
