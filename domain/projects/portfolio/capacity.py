"""Capacity against demand, per week, by skill and by person, over all projects (PFL-04)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from domain.kernel.value import Value
from domain.kernel.values.calendar import Calendar
from domain.organisation.model import Organisation
from domain.projects.portfolio.effects import skills_of
from domain.projects.portfolio.model import ProjectView

_DAYS = 7
WEEK, _DAY = timedelta(days=_DAYS), timedelta(days=1)
_HOUR = Decimal(3600)


class Absence(Value):
    """An approved absence, both days included."""

    person: str
    first: date
    last: date


Hours = Mapping[tuple[date, str], Decimal]


class Load(Value):
    """Hours of one week (its Monday) of a skill or a person; `over` is what is asked beyond what there is."""

    week: date
    name: str
    capacity: Decimal
    demand: Decimal

    @property
    def over(self) -> Decimal:
        return max(Decimal(0), self.demand - self.capacity)


class Capacity(Value):
    by_skill: tuple[Load, ...]
    by_person: tuple[Load, ...]

    @property
    def overloads(self) -> tuple[Load, ...]:
        return tuple(load for load in (*self.by_skill, *self.by_person) if load.over)


def capacity(
    views: Iterable[ProjectView], organisation: Organisation, absences: Iterable[Absence], first: date, weeks: int
) -> Capacity:
    """As `load_of`, of people's hours that are counted for it."""
    return load_of(views, supply(organisation, absences, first, weeks))


class Supply(NamedTuple):
    """Hours of people by week, and of the skills of their positions."""

    mondays: list[date]
    by_person: Hours
    by_skill: Hours


def supply(organisation: Organisation, absences: Iterable[Absence], first: date, weeks: int) -> Supply:
    """Weeks from that of `first`. Hours of a person are those of their calendar, its holidays left out (contracted),
    less their absence; a person counts in each skill of their position's description.
    """
    mondays = [first - timedelta(days=first.weekday()) + WEEK * n for n in range(weeks)]
    have = hours_of(organisation, absences, mondays)
    by_skill: defaultdict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for (week, who), hours in have.items():
        for name in skills_of(organisation, organisation.people[who].position_on(week)):
            by_skill[week, name] += hours
    return Supply(mondays, have, by_skill)


def load_of(views: Iterable[ProjectView], there: Supply) -> Capacity:
    """What open projects ask for, against what there is."""
    skill, person = asked([one for one in views if one.is_open], there.mondays)
    return Capacity(by_skill=_loads(skill, there.by_skill), by_person=_loads(person, there.by_person))


def asked(views: Iterable[ProjectView], mondays: list[date]) -> tuple[Hours, Hours]:
    """Hours by week and skill, and by week and person."""
    skill: defaultdict[tuple[date, str], Decimal] = defaultdict(Decimal)
    person: defaultdict[tuple[date, str], Decimal] = defaultdict(Decimal)
    first = mondays[0].toordinal() if mondays else 0
    for one in (each for view in views for each in view.demand):
        starts, ends = one.starts.toordinal(), one.ends.toordinal()
        days = ends - starts + 1
        for number in range(max(0, (starts - first) // _DAYS), min(len(mondays), (ends - first) // _DAYS + 1)):
            begins = first + number * _DAYS
            hours = one.hours * (min(ends, begins + _DAYS - 1) - max(starts, begins) + 1) / days
            if one.skill:
                skill[mondays[number], one.skill] += hours
            if one.person:
                person[mondays[number], one.person] += hours
    return skill, person


def hours_of(organisation: Organisation, absences: Iterable[Absence], mondays: list[date]) -> Hours:
    """Working hours of each person by week: those of the calendar, counted once, less the days that they are away."""
    away: defaultdict[str, set[date]] = defaultdict(set)
    for one in absences:
        away[one.person] |= {one.first + timedelta(days=n) for n in range((one.last - one.first).days + 1)}
    weeks = {
        (calendar.id, monday): {day: _length(calendar, day) for day in _days(monday)}
        for calendar in organisation.calendars.values() for monday in mondays
    }  # fmt: skip
    full = {key: sum(lengths.values(), Decimal(0)) for key, lengths in weeks.items()}
    found: dict[tuple[date, str], Decimal] = {}
    for person in organisation.people.values():
        for monday in mondays:
            lengths = weeks[person.calendar, monday]
            there = person.holds_on(monday) and person.holds_on(monday + WEEK - _DAY)
            lost = [day for day in lengths if day in away[person.id] or not (there or person.holds_on(day))]
            hours = full[person.calendar, monday] - sum((lengths[day] for day in lost), Decimal(0))
            found[monday, person.id] = hours
    return found


def _days(monday: date) -> list[date]:
    return [monday + _DAY * n for n in range(7)]


def _length(calendar: Calendar, day: date) -> Decimal:
    if day in calendar.holidays:
        return Decimal(0)
    lengths = (hours.length() for hours in calendar.week[day.weekday()])
    return Decimal(sum(int(each.total_seconds()) for each in lengths)) / _HOUR


def _loads(demand: Hours, have: Hours) -> tuple[Load, ...]:
    return tuple(
        Load.model_construct(
            week=week, name=name, capacity=_rounded(have.get((week, name), Decimal(0))), demand=_rounded(hours)
        )
        for (week, name), hours in sorted(demand.items())
    )  # fmt: skip


def _rounded(hours: Decimal) -> Decimal:
    return hours.quantize(Decimal("0.1"), ROUND_HALF_EVEN)
