"""Working calendars in files: a country, a zone, hours, and the company's own holidays (KRN-30).

Public holidays come from the `holidays` package and are written into the calendar, last year to ten years ahead, so
that the log itself shows on what a due time rests.
"""

import itertools
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Annotated, Self
from zoneinfo import available_timezones

import holidays
from pydantic import AfterValidator, BeforeValidator, model_validator

from application.files.words import Id, Text
from domain.kernel.value import Value
from domain.kernel.values.calendar import Calendar, Hours
from domain.kernel.values.days import Day

YEARS_BACK, YEARS_AHEAD = 1, 10
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _country(code: str) -> str:
    if code not in holidays.list_supported_countries(include_aliases=False):
        raise ValueError(f"{code} is not a known country; write its two capital letters, for example TH")
    return code


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name} is not a known time zone; write it like Asia/Bangkok")
    return name


def _stretch(text: object) -> Hours:
    """`08:30-12:00` as hours."""
    try:
        start, end = (time.fromisoformat(part.strip()) for part in str(text).split("-"))
    except ValueError:
        raise ValueError("write hours like 08:30-12:00") from None
    if start >= end or start.tzinfo or end.tzinfo:
        raise ValueError("write hours from an earlier to a later time, like 08:30-12:00")
    return Hours(start=start, end=end)


def _weekdays(text: str) -> str:
    """`mon`, or `mon-fri`."""
    first, _, last = text.partition("-")
    if first not in DAYS or (last or first) not in DAYS or DAYS.index(last or first) < DAYS.index(first):
        raise ValueError("write a day or a range of days, like mon-fri or sat")
    return text


class CompanyHoliday(Value):
    date: Day
    name: Text


class OwnHolidays(Value):
    """What differs from the public holidays: days the company adds, and days on which it works.

    `working` are days outside the week, such as a Saturday that makes up for a bridge day: they have the hours of the
    first working day of the week (ORG-07).
    """

    extra: tuple[CompanyHoliday, ...] = ()
    removed: tuple[Day, ...] = ()
    working: tuple[Day, ...] = ()


class CalendarEntry(Value):
    """A calendar as written: hours by day or range of days, as in `mon-fri: [08:30-12:00, 13:00-17:30]`."""

    id: Id
    country: Annotated[str, AfterValidator(_country)]
    subdivision: str | None = None
    zone: Annotated[str, AfterValidator(_zone)]
    hours: dict[Annotated[str, AfterValidator(_weekdays)], tuple[Annotated[Hours, BeforeValidator(_stretch)], ...]]
    holidays: OwnHolidays = OwnHolidays()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        known = holidays.country_holidays(self.country).subdivisions
        if self.subdivision is not None and self.subdivision not in known:
            raise ValueError(f"{self.country} has no subdivision {self.subdivision}; known are {', '.join(known)}")
        week = self.week()
        if not any(week):
            raise ValueError("a calendar needs working hours on at least one day")
        for day, stretches in zip(DAYS, week, strict=True):
            if any(one.end > next_.start for one, next_ in itertools.pairwise(stretches)):
                raise ValueError(f"hours overlap on {day}; give each hour once")
        return self

    def week(self) -> tuple[tuple[Hours, ...], ...]:
        return tuple(
            tuple(sorted((h for days, given in self.hours.items() if day in _range(days) for h in given), key=_start))
            for day in DAYS
        )


def expanded(entry: CalendarEntry, today: date) -> Calendar:
    """The calendar with every holiday from the year before `today` to ten years after it.

    Raises ValueError for days of its own that mean nothing.
    """
    public = dict(public_holidays(entry.country, entry.subdivision, today.year))
    if wrong := _unfit(entry, public, today):
        raise ValueError(wrong)
    own = {day.date: day.name for day in entry.holidays.extra}
    days = {day: name for day, name in {**public, **own}.items() if day not in entry.holidays.removed}
    return Calendar(
        id=entry.id,
        country=entry.country,
        zone=entry.zone,
        week=entry.week(),
        holidays=dict(sorted(days.items())),
        working=tuple(sorted(set(entry.holidays.working))),
    )


def _unfit(entry: CalendarEntry, public: Mapping[date, str], today: date) -> str | None:
    """What its own days cannot mean: a holiday taken out that is none, a working day that is one anyway (ORG-07)."""
    own = {day.date for day in entry.holidays.extra}
    first, last = today.year - YEARS_BACK, today.year + YEARS_AHEAD
    for day in entry.holidays.removed:
        if first <= day.year <= last and day not in public and day not in own:
            return f"holidays.removed: {day} is no holiday of {entry.country}; leave it out or correct the day"
    for day in entry.holidays.working:
        if entry.week()[day.weekday()]:
            return f"holidays.working: {day} has hours in the week already; leave it out, or name it under removed"
        if day in own or (day in public and day not in entry.holidays.removed):
            return f"holidays.working: {day} is a holiday; name it under removed too"
    return None


def public_holidays(country: str, subdivision: str | None, year: int) -> Iterator[tuple[date, str]]:
    """Days and names, in English and in the country's own language where the package has both."""
    known = holidays.country_holidays(country, subdiv=subdivision)
    years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
    english = next((language for language in known.supported_languages if language.startswith("en")), None)
    # Both languages are named: without one the package follows the locale of whoever imports.
    own, translated = (
        holidays.country_holidays(country, subdiv=subdivision, years=years, language=language)
        for language in (known.default_language, english or known.default_language)
    )
    for day, name in sorted(own.items()):
        other = translated.get(day, name)
        yield day, name if other == name else f"{other} · {name}"


def _range(days: str) -> tuple[str, ...]:
    first, _, last = days.partition("-")
    return DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]


def _start(hours: Hours) -> time:
    return hours.start
