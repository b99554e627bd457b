"""Working time: weekends, holidays, lunch, and days on which the clocks change (KRN-30)."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.kernel.errors import Refused
from domain.kernel.values.calendar import (
    ALWAYS,
    Calendar,
    Hours,
    add_working_days,
    add_working_time,
    working_date,
    working_time_between,
)
from tests.domain.kernel.purchase import BANGKOK

pytestmark = pytest.mark.rule("KRN-30")
HOUR = timedelta(hours=1)


def _calendar(zone: str, *stretches: tuple[time, time], days: int = 7, **holidays: str) -> Calendar:
    day = tuple(Hours(start=start, end=end) for start, end in stretches)
    week = tuple(day if number < days else () for number in range(7))
    return Calendar(
        id="test", country="DE", zone=zone, week=week, holidays={date.fromisoformat(d): n for d, n in holidays.items()}
    )


BERLIN = _calendar("Europe/Berlin", (time(9), time(17)), days=5)
BERLIN_NIGHTS = _calendar("Europe/Berlin", (time(0), time(6)))
BERLIN_GAP = _calendar("Europe/Berlin", (time(0), time(2, 30)), (time(2, 30), time(6)))
BERLIN_CLOCK = _calendar("Europe/Berlin", (time(0), time(0)))


def local(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def bangkok(text: str) -> datetime:
    return local("Asia/Bangkok", text)


def berlin(text: str) -> datetime:
    return local("Europe/Berlin", text)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-04-06T10:00", "1", "2026-04-07T10:00"),
        ("2026-04-06T10:00", "0.25", "2026-04-06T12:00"),  # the morning ends with the second hour, not after lunch
        ("2026-04-06T10:00", "0.5", "2026-04-06T15:00"),  # lunch does not count
        ("2026-04-06T12:30", "0.125", "2026-04-06T14:00"),
        ("2026-04-03T17:00", "1", "2026-04-06T17:00"),  # a weekend between
        ("2026-04-04T11:00", "1", "2026-04-06T18:00"),  # offered on a Saturday, a whole Monday
        ("2026-04-10T15:00", "1", "2026-04-16T15:00"),  # weekend, then Songkran on Monday to Wednesday
        ("2026-04-13T11:00", "0.125", "2026-04-16T10:00"),  # offered on the holiday itself
    ],
)
def test_due_times_leave_out_nights_lunch_weekends_and_thai_public_holidays(start: str, days: str, due: str) -> None:
    assert add_working_days(BANGKOK, bangkok(start), Decimal(days)) == bangkok(due)


def test_the_result_is_in_utc() -> None:
    due = add_working_days(BANGKOK, bangkok("2026-04-06T10:00"), 1)
    assert due.tzinfo is UTC
    assert due.isoformat() == "2026-04-07T03:00:00+00:00"


def test_two_working_days_keep_the_local_hour_over_the_change_to_summer_time() -> None:
    assert add_working_days(BERLIN, berlin("2026-03-27T10:00"), 2) == berlin("2026-03-31T10:00")
    elapsed = berlin("2026-03-31T10:00").astimezone(UTC) - berlin("2026-03-27T10:00").astimezone(UTC)
    assert elapsed == timedelta(days=4, hours=-1), "the clocks did change"


def test_two_working_days_keep_the_local_hour_over_the_change_to_winter_time() -> None:
    assert add_working_days(BERLIN, berlin("2026-10-23T16:00"), 2) == berlin("2026-10-27T16:00")


def test_a_night_of_six_hours_has_five_when_the_clock_skips_one_and_seven_when_it_repeats_one() -> None:
    lengths = {
        day: working_time_between(BERLIN_NIGHTS, berlin(f"{day}T00:00"), berlin(f"{day}T12:00")) / HOUR
        for day in ("2026-03-28", "2026-03-29", "2026-10-25")
    }
    assert lengths == {"2026-03-28": 6, "2026-03-29": 5, "2026-10-25": 7}


def test_working_time_is_added_across_the_skipped_hour() -> None:
    assert add_working_time(BERLIN_NIGHTS, berlin("2026-03-29T01:00"), 2 * HOUR) == berlin("2026-03-29T04:00")


def test_working_time_is_added_across_the_repeated_hour() -> None:
    assert add_working_time(BERLIN_NIGHTS, berlin("2026-10-25T01:00"), 3 * HOUR) == berlin("2026-10-25T03:00")


def test_stretches_that_meet_inside_a_clock_change_neither_overlap_nor_leave_a_hole() -> None:
    for day, hours in (("2026-03-29", 5), ("2026-10-25", 7)):
        first, second = BERLIN_GAP.stretches(date.fromisoformat(day))
        assert first[1] == second[0]
        assert (second[1] - first[0]) / HOUR == hours


def test_a_stretch_inside_the_skipped_hour_does_not_exist_that_day() -> None:
    calendar = _calendar("Europe/Berlin", (time(2, 10), time(2, 50)), (time(9), time(17)))
    assert len(list(calendar.stretches(date(2026, 3, 29)))) == 1
    assert len(list(calendar.stretches(date(2026, 3, 28)))) == 2


def test_a_day_that_ends_at_midnight_joins_the_next() -> None:
    assert add_working_time(BERLIN_CLOCK, berlin("2026-03-28T12:00"), timedelta(hours=24)) == berlin("2026-03-29T13:00")


def test_the_working_time_between_leaves_out_what_lies_outside_and_is_never_negative() -> None:
    assert working_time_between(BANGKOK, bangkok("2026-04-10T17:00"), bangkok("2026-04-16T10:00")) == 2 * HOUR
    assert working_time_between(BANGKOK, bangkok("2026-04-11T09:00"), bangkok("2026-04-15T23:00")) == 0 * HOUR
    assert working_time_between(BANGKOK, bangkok("2026-04-16T10:00"), bangkok("2026-04-10T17:00")) == 0 * HOUR


def test_nothing_added_outside_working_time_is_when_work_begins_again() -> None:
    assert add_working_time(BANGKOK, bangkok("2026-04-11T09:00"), timedelta()) == bangkok("2026-04-16T09:00")


@pytest.mark.parametrize(
    ("day", "offset", "expected"),
    [
        ("2026-04-10", 0, "2026-04-10"),
        ("2026-04-11", 0, "2026-04-16"),
        ("2026-04-10", 1, "2026-04-16"),
        ("2026-04-16", -1, "2026-04-10"),
        ("2026-04-14", -1, "2026-04-10"),
        ("2026-04-14", 1, "2026-04-16"),
        ("2026-05-01", -10, "2026-04-17"),
    ],
)
def test_working_dates_step_over_holidays_in_both_directions(day: str, offset: int, expected: str) -> None:
    assert working_date(BANGKOK, date.fromisoformat(day), offset) == date.fromisoformat(expected)


def test_a_calendar_with_a_year_of_holidays_is_refused_instead_of_searched_for_ever() -> None:
    first = date(2026, 1, 1)
    closed = BANGKOK.model_copy(update={"holidays": {first + timedelta(days=n): "closed" for n in range(600)}})
    with pytest.raises(Refused) as refused:
        add_working_time(closed, bangkok("2026-01-05T10:00"), HOUR)
    assert refused.value.code == "no-working-time"
    with pytest.raises(Refused):
        working_date(closed, first, 1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"zone": "Asia/Bankok"}, "is not a time zone"),
        ({"zone": "../etc"}, "is not a time zone"),
        ({"week": ((),) * 7}, "needs working hours"),
        ({"week": BANGKOK.week[:5]}, "seven entries"),
        ({"week": (tuple(reversed(BANGKOK.week[0])),) * 7}, "in order"),
        ({"week": (({"start": "12:00", "end": "09:00"},),) * 7}, "start before it ends"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Calendar.model_validate({**BANGKOK.model_dump(), **change})


def test_a_negative_span_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_working_time(BANGKOK, bangkok("2026-04-06T10:00"), -HOUR)


calendars = st.sampled_from([BANGKOK, BERLIN, BERLIN_NIGHTS, BERLIN_GAP, BERLIN_CLOCK, ALWAYS])
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - naive bounds
spans = st.timedeltas(timedelta(), timedelta(hours=60))


@given(calendars, instants, spans)
def test_what_is_added_is_what_lies_between(calendar: Calendar, start: datetime, span: timedelta) -> None:
    assert working_time_between(calendar, start, add_working_time(calendar, start, span)) == span


@given(calendars, instants, spans, spans)
def test_more_working_time_is_never_earlier(
    calendar: Calendar, start: datetime, one: timedelta, two: timedelta
) -> None:
    first, second = (add_working_time(calendar, start, span) for span in sorted((one, two)))
    assert start <= first <= second


@given(calendars, instants, instants, spans)
def test_a_later_start_is_never_due_earlier(calendar: Calendar, one: datetime, two: datetime, span: timedelta) -> None:
    first, second = (add_working_time(calendar, start, span) for start in sorted((one, two)))
    assert first <= second


@given(calendars, instants, spans)
def test_a_due_time_lies_inside_working_time(calendar: Calendar, start: datetime, span: timedelta) -> None:
    due = add_working_time(calendar, start, span)
    days = (calendar.local_date(due) - timedelta(days=1), calendar.local_date(due))
    assert any(begins <= due <= ends for day in days for begins, ends in calendar.stretches(day))


@given(calendars, instants, spans, spans)
def test_adding_in_two_parts_is_adding_at_once(
    calendar: Calendar, start: datetime, one: timedelta, two: timedelta
) -> None:
    parts = add_working_time(calendar, add_working_time(calendar, start, one), two)
    assert working_time_between(calendar, start, parts) == one + two


ZONES = (
    "Asia/Bangkok",
    "Europe/Berlin",
    "America/St_Johns",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Australia/Lord_Howe",
)
HOURS = ([], [(9, 12), (13, 18)], [(0, 0)], [(0, 3), (3, 6)], [(22, 0)])
years = st.datetimes(datetime(1985, 1, 1), datetime(2101, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive bounds


@st.composite
def places(draw: st.DrawFn) -> Calendar:
    weekdays = st.sampled_from(HOURS).map(lambda day: tuple(Hours(start=time(a), end=time(b)) for a, b in day))
    week = draw(st.tuples(*[weekdays] * 7).filter(any))
    days = draw(st.lists(st.dates(date(1985, 1, 1), date(2101, 1, 1)), max_size=20))
    working = tuple(sorted(draw(st.sets(st.dates(date(1985, 1, 1), date(2101, 1, 1)), max_size=20))))
    return Calendar(
        id="p", country="", zone=draw(st.sampled_from(ZONES)), week=week, holidays=dict.fromkeys(days, "x"),
        working=working,
    )  # fmt: skip


def walked(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The working time between two instants, day by day."""
    days = (calendar.local_date(end) - calendar.local_date(start)).days
    parts = (
        max(min(ends, end) - max(begins, start), timedelta())
        for number in range(days + 1)
        for begins, ends in calendar.stretches(calendar.local_date(start) + timedelta(days=number))
    )
    return sum(parts, timedelta())


@given(places(), years, st.timedeltas(timedelta(), timedelta(days=400)))
def test_long_stretches_counted_by_weeks_are_as_long_as_day_by_day(
    calendar: Calendar, start: datetime, span: timedelta
) -> None:
    assert working_time_between(calendar, start, start + span) == walked(calendar, start, start + span)


@pytest.mark.parametrize("zone", ZONES)
def test_decades_with_clocks_that_change_in_odd_ways_are_counted_right(zone: str) -> None:
    calendar = _calendar(zone, (time(0), time(3)), (time(9), time(0)), days=6)
    start, end = datetime(2001, 3, 1, 12, tzinfo=UTC), datetime(2012, 2, 1, tzinfo=UTC)
    assert working_time_between(calendar, start, end) == walked(calendar, start, end)


def stepped(calendar: Calendar, start: datetime, span: timedelta) -> datetime:
    """The end of a span of working time, looked for day by day."""
    day, left = calendar.local_date(start) - timedelta(days=1), span
    while True:
        for begins, ends in calendar.stretches(day):
            if ends >= start:
                begin = max(begins, start)
                if ends - begin >= left:
                    return begin + left
                left -= ends - begin
        day += timedelta(days=1)


@given(places(), years, st.timedeltas(timedelta(), timedelta(days=900)))
def test_long_spans_end_where_steps_end(calendar: Calendar, start: datetime, span: timedelta) -> None:
    if start.year < 2090:
        assert add_working_time(calendar, start, span) == stepped(calendar, start, span)


@given(places(), st.dates(date(1985, 1, 1), date(2090, 1, 1)), st.integers(-900, 900))
def test_far_working_dates_are_as_stepped(calendar: Calendar, day: date, offset: int) -> None:
    found, left, step = day, abs(offset), timedelta(days=-1 if offset < 0 else 1)
    while left or not calendar.is_working(found):
        found += step
        left -= calendar.is_working(found) and left > 0
    assert working_date(calendar, day, offset) == found


@pytest.mark.parametrize("calendar", [BANGKOK, BERLIN])
def test_any_distance_looks_at_few_days(calendar: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[date] = []
    own = Calendar.stretches
    monkeypatch.setattr(Calendar, "stretches", lambda self, day: looked.append(day) or own(self, day))
    monkeypatch.setattr(Calendar, "is_working", lambda self, day: looked.append(day) or bool(self.week[day.weekday()]))
    start, day = bangkok("2026-12-01T10:00"), date(2026, 12, 1)
    far = {}
    for years_on in (5, 60):
        looked.clear()
        add_working_days(calendar, start, 200 * years_on)
        working_date(calendar, day, 200 * years_on)
        far[years_on] = len(looked)
    changes = 60 * 6 if calendar is BERLIN else 0  # the days around the change of a clock
    assert far[60] <= far[5] + changes + 20


@pytest.mark.parametrize("days", ["1e6", "100000", "1e300", "99999999999999999999"])
def test_what_ends_after_the_last_day_is_refused(days: str) -> None:
    with pytest.raises(Refused) as refused:
        add_working_days(BANGKOK, bangkok("2026-12-01T10:00"), Decimal(days))
    assert refused.value.code in ("too-far", "too-many-days")


@pytest.mark.parametrize("day", [date.min, date.max, date(2570, 2, 1), date(1899, 12, 31)])
def test_days_outside_the_bounds_are_refused(day: date) -> None:
    for offset in (0, 1, -1, 10**9, -(10**9)):
        with pytest.raises(Refused) as refused:
            working_date(BANGKOK, day, offset)
        assert refused.value.code == "too-far"
    far = datetime(day.year, day.month, day.day, tzinfo=UTC)
    with pytest.raises(Refused):
        working_time_between(BANGKOK, bangkok("2026-12-01T10:00"), far)
