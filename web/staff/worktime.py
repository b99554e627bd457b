"""How much working time is left until a task is due, in words (KRN-30)."""

from datetime import datetime, timedelta

from domain.kernel.values.calendar import Calendar, working_time_between
from domain.kernel.values.message import N_, Message

HOUR = timedelta(hours=1)


def left(calendar: Calendar, now: datetime, due: datetime, *, day: timedelta | None = None) -> Message:
    """The working time of `calendar` from now until `due`, or since then: whole days, else whole hours.

    `day` is the calendar's `day_length`, for callers who have it already.
    """
    late = due < now
    span = working_time_between(calendar, *((due, now) if late else (now, due)))
    days, hours = span // (day or calendar.day_length()), span // HOUR
    if days:
        return _days(days, late=late)
    return _hours(hours, late=late) if hours else _soon(late=late)


def _days(days: int, *, late: bool) -> Message:
    if days == 1:
        return N_("late by one working day") if late else N_("one working day left")
    amount = str(days)
    return N_("late by {days} working days", days=amount) if late else N_("{days} working days left", days=amount)


def _hours(hours: int, *, late: bool) -> Message:
    if hours == 1:
        return N_("late by one working hour") if late else N_("one working hour left")
    amount = str(hours)
    return N_("late by {hours} working hours", hours=amount) if late else N_("{hours} working hours left", hours=amount)


def _soon(*, late: bool) -> Message:
    return N_("late by less than a working hour") if late else N_("less than a working hour left")
