"""Working time: when people of a place work, and instants that lie a stretch of working time ahead (KRN-30)."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from pydantic import field_validator, model_validator

from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.kernel.values.clock import MIDNIGHT, clock_days, instant
from domain.kernel.values.days import moved, require_within

_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_LONG = timedelta(weeks=4)
"""A stretch of time from which on its whole days are counted by arithmetic: a report of later years has decades."""
_EDGE = timedelta(days=2)
"""At both ends of a long stretch days are looked at one by one. Two, because clocks that go back past midnight bring an
evening again after the next day has begun (St John's, until 2011)."""
_LEAP = 8
"""Weeks of working time from which on a result is not looked for day by day."""
_MOST = timedelta(days=200 * 366)
_LONGEST_GAP = 400
"""Days without any work after which a calendar counts as wrong, so that no search runs for ever."""


class Hours(Value):
    """One stretch of work in a day, local time, `start` before `end`. An `end` of 00:00 is the end of the day."""

    start: time
    end: time

    @model_validator(mode="after")
    def _forward(self) -> "Hours":
        if self.end != MIDNIGHT and self.start >= self.end:
            raise ValueError("a stretch of work must start before it ends")
        return self

    def length(self) -> timedelta:
        end = timedelta(days=1) if self.end == MIDNIGHT else _since_midnight(self.end)
        return end - _since_midnight(self.start)


class Calendar(Value):
    """A place's working time. `week` has seven entries, Monday first; `holidays` maps a local date to its name.

    `working` are days on which people work although their week has no work then: a Saturday that makes up for a bridge
    day has the hours of the first working day of the week (ORG-07).

    Public holidays are written into the calendar when it is imported, so that the basis of a due time is in the log.
    """

    id: str
    country: str
    zone: str
    week: tuple[tuple[Hours, ...], ...]
    holidays: dict[date, str] = {}
    working: tuple[date, ...] = ()

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError) as unknown:
            raise ValueError(f"{name!r} is not a time zone; write one like Asia/Bangkok") from unknown
        return name

    @field_validator("week")
    @classmethod
    def _seven_days_in_order(cls, week: tuple[tuple[Hours, ...], ...]) -> tuple[tuple[Hours, ...], ...]:
        if len(week) != 7:
            raise ValueError("a week has seven entries, Monday first; a day off is an empty list")
        if not any(week):
            raise ValueError("at least one day of the week needs working hours")
        for day in week:
            for before, after in pairwise(day):
                if before.end == MIDNIGHT or before.end > after.start:
                    raise ValueError("the stretches of a day must be in order and must not overlap")
        return week

    def day_length(self) -> timedelta:
        """The working time of the longest day of the week: what "one working day" is."""
        return max(sum((hours.length() for hours in day), timedelta()) for day in self.week)

    def is_working(self, day: date) -> bool:
        """Whether anybody works on this local date."""
        return bool(self.hours_on(day))

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """The stretches of work of a local date."""
        if day in self.holidays:
            return ()
        usual = self.week[day.weekday()]
        return usual or (next(hours for hours in self.week if hours) if day in self.working else ())

    def stretches(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The working stretches of a local date as UTC instants, in order; a clock change alters their length."""
        for hours in self.hours_on(day):
            start = instant(self.zone, day, hours.start)
            end = instant(self.zone, day + _DAY if hours.end == MIDNIGHT else day, hours.end)
            if start < end:
                yield start, end

    def local_date(self, instant: datetime) -> date:
        return instant.astimezone(ZoneInfo(self.zone)).date()


ALWAYS = Calendar(id="always", country="", zone="UTC", week=((Hours(start=MIDNIGHT, end=MIDNIGHT),),) * 7)
"""For someone outside the organisation (a candidate), of whom no working hours are known: every hour counts."""


def add_working_time(calendar: Calendar, start: datetime, span: timedelta) -> datetime:
    """The UTC instant at which `span` of working time has passed since `start` (aware).

    The result lies in working time, its ends included: a span that fills a day ends with that day. Raises ValueError
    for a negative span, Refused `no-working-time` for a calendar that has no work for more than a year, and `too-far`.
    """
    if span < timedelta():
        raise ValueError("the span of working time must not be negative")
    start = require_within(start)  # in UTC: arithmetic on local times would count wall-clock hours
    day, left = _leapt(calendar, start, span)
    for begins, ends in _stretches_from(calendar, start, day):
        begin = max(begins, start)
        if ends - begin >= left:
            return begin + left
        left -= ends - begin
    raise AssertionError("unreachable: the search ends with a result or a refusal")


def _leapt(calendar: Calendar, start: datetime, span: timedelta) -> tuple[date, timedelta]:
    """The local date from which days are looked at one by one, and what of `span` is left then: weeks by number.

    It is the day before that of `start`, whose end may be this midnight, unless the span is long.
    """
    first, week = moved(calendar.local_date(start), -1), sum(_usual(calendar), timedelta())
    if span <= _LEAP * week:
        return first, span
    day = moved(first, 3)
    left = span - _walked(calendar, first, day - _DAY, start, datetime.max.replace(tzinfo=UTC))
    extra = len(calendar.working) * calendar.day_length()  # what of it the weeks may have more than usual
    while left - extra > _LEAP * week:
        far = moved(day, 7 * ((left - extra) // week - 1))
        left -= _whole(calendar, day, far)
        day = far
    return day, left


def add_working_days(calendar: Calendar, start: datetime, days: float | Decimal) -> datetime:
    """`days` × `day_length` of working time after `start`."""
    return add_working_time(calendar, start, working_days(calendar, days))


def working_days(calendar: Calendar, days: float | Decimal) -> timedelta:
    """`days` × `day_length`, to the microsecond. Raises Refused `too-many-days` beyond two centuries."""
    exact = Decimal(str(days)) * (calendar.day_length() // _MICROSECOND)
    if abs(exact) > _MOST // _MICROSECOND:
        raise Refused("too-many-days", "So many working days cannot be counted; give fewer.")
    return timedelta(microseconds=int(exact.to_integral_value(ROUND_HALF_EVEN)))


def working_time_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The working time from `start` to `end`; zero if `end` is not after `start`. Raises Refused `too-far`."""
    start, end = require_within(start), require_within(end)
    first, last = calendar.local_date(start), calendar.local_date(end)
    if last - first < _LONG:
        return _walked(calendar, first, last, start, end)
    near, far = first + _EDGE, last - _EDGE
    return (
        _walked(calendar, first, near - _DAY, start, end)
        + _whole(calendar, near, far)
        + _walked(calendar, far, last, start, end)
    )


def _walked(calendar: Calendar, first: date, last: date, start: datetime, end: datetime) -> timedelta:
    """The working time of these local dates, both included, that lies between two instants."""
    total, day = timedelta(), first
    while day <= last:
        for begins, ends in calendar.stretches(day):
            total += max(min(ends, end) - max(begins, start), timedelta())
        day += _DAY
    return total


def _whole(calendar: Calendar, first: date, until: date) -> timedelta:
    """All working time from a local date until before another: weeks by number, corrected on days unlike others."""
    usual = _usual(calendar)
    weeks, rest = divmod((until - first).days, 7)
    total = weeks * sum(usual, timedelta())
    total += sum((usual[(first.weekday() + number) % 7] for number in range(rest)), timedelta())
    off = {day for day in (*calendar.holidays, *calendar.working) if first <= day < until}
    changed = {
        day for year in range(first.year, until.year + 1) for day in clock_days(calendar.zone, year)
        if first <= day < until
    }  # fmt: skip
    for day in off | changed:
        actual = sum((ends - begins for begins, ends in calendar.stretches(day)), timedelta())
        total += actual - usual[day.weekday()]
    return total


def working_date(calendar: Calendar, day: date, offset: int) -> date:
    """The working date `offset` working days after `day`, or before if negative. 0 gives `day` or the next one.

    Raises Refused `no-working-time`, `too-far`.
    """
    step = -1 if offset < 0 else 1
    found, left = _leapt_days(calendar, day, offset)
    if offset == 0:
        return _next_working(calendar, day, step)
    for _ in range(left):
        found = _next_working(calendar, moved(found, step), step)
    return found


def _leapt_days(calendar: Calendar, day: date, offset: int) -> tuple[date, int]:
    """The day from which working days are counted one by one, and how many are left then, never none."""
    step, left = (-1 if offset < 0 else 1), abs(offset)
    week = sum(bool(stretches) for stretches in calendar.week)
    off = sorted(holiday for holiday in calendar.holidays if calendar.week[holiday.weekday()])
    on = sorted(day for day in calendar.working if calendar.is_working(day) and not calendar.week[day.weekday()])
    while left - len(on) > _LEAP * week:
        weeks = (left - len(on)) // week - 1
        far = moved(day, step * 7 * weeks)
        first, last = (day, far) if step > 0 else (far - _DAY, day - _DAY)  # the end is counted, the beginning is not
        left -= weeks * week - _between(off, first, last) + _between(on, first, last)
        day = far
    return day, left


def _between(days: list[date], first: date, last: date) -> int:
    return bisect_right(days, last) - bisect_right(days, first)


def _next_working(calendar: Calendar, day: date, step: int) -> date:
    for distance in range(_LONGEST_GAP):
        if calendar.is_working(found := moved(day, distance * step)):
            return found
    raise _no_work(calendar, day)


def _usual(calendar: Calendar) -> list[timedelta]:
    """The working time of each day of a week in which nothing is unlike others."""
    return [sum((hours.length() for hours in day), timedelta()) for day in calendar.week]


def _stretches_from(calendar: Calendar, start: datetime, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Working stretches of `day` and later that end at or after `start`."""
    idle = 0
    while idle < _LONGEST_GAP:
        idle += 1
        for begins, ends in calendar.stretches(day):
            if ends >= start:
                idle = 0
                yield begins, ends
        day = moved(day, 1)
    raise _no_work(calendar, calendar.local_date(start))


def _no_work(calendar: Calendar, day: date) -> Refused:
    return Refused(
        "no-working-time",
        "Calendar {calendar} has no working time around {day}; correct its week or its holidays.",
        calendar=calendar.id,
        day=day.isoformat(),
    )


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
