"""What a report says about the cases of any process: how long things took, how old stages are, what is late with whom.

Pure. Durations are told in working days of a unit's calendar and in calendar days of 24 hours.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from domain.kernel.calendar import Calendar, working_time_between
from domain.kernel.milestones import Milestones
from domain.kernel.value import Value

CalendarOf = Callable[[str | None], Calendar]
"""The calendar that counts for a unit."""

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


class LateCount(Value):
    """How many late tasks wait for a person, or lie in a unit."""

    who: str
    tasks: int


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


def late_by_person(late: Iterable[Late]) -> tuple[LateCount, ...]:
    """Those with the most late tasks first."""
    return _counted(person for each in late for person in each.people)


def late_by_unit(late: Iterable[Late]) -> tuple[LateCount, ...]:
    """Units with the most late tasks first."""
    return _counted(each.unit for each in late if each.unit is not None)


def _counted(names: Iterable[str]) -> tuple[LateCount, ...]:
    return tuple(
        LateCount(who=who, tasks=tasks)
        for who, tasks in sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _p90(ordered: Sequence[float]) -> float:
    """By nearest rank: the smallest value that nine of ten do not exceed."""
    return ordered[math.ceil(0.9 * len(ordered)) - 1]
