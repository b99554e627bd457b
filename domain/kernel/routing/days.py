"""Ends of working days, as instants."""

from datetime import date, datetime

from domain.kernel.facts import Facts
from domain.kernel.routing.eligibility import calendar_of
from domain.kernel.values.calendar import working_date


def working_day_end(facts: Facts, person: str, day: date, offset: int = 0) -> datetime:
    """The UTC instant at which the person's working day ends: `offset` working days from `day`, or the next one."""
    calendar = calendar_of(facts, person)
    *_, (_start, end) = calendar.stretches(working_date(calendar, day, offset))
    return end
