"""Working time: when people of a place work, and instants that lie a stretch of working time ahead (KRN-30)."""

from datetime import date, datetime, time, timedelta

from domain.kernel.value import Value


class Hours(Value):
    """One stretch of work in a day, local time, `start` before `end`."""

    start: time
    end: time


class Calendar(Value):
    """A place's working time. `week` has seven entries, Monday first; `holidays` maps a local date to its name.

    Public holidays are written into the calendar when it is imported, so that the basis of a due time is in the log.
    """

    id: str
    country: str
    zone: str
    week: tuple[tuple[Hours, ...], ...]
    holidays: dict[date, str] = {}

    def day_length(self) -> timedelta:
        """The working time of the longest day of the week: what "one working day" is."""
        raise NotImplementedError


def add_working_time(calendar: Calendar, start: datetime, span: timedelta) -> datetime:
    """The UTC instant at which `span` of working time has passed since `start` (aware)."""
    raise NotImplementedError


def add_working_days(calendar: Calendar, start: datetime, days: float) -> datetime:
    """`days` × `day_length` of working time after `start`."""
    raise NotImplementedError


def working_time_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The working time from `start` to `end`; zero if `end` is not after `start`."""
    raise NotImplementedError


def working_date(calendar: Calendar, day: date, offset: int) -> date:
    """The working date `offset` working days after (or before, if negative) `day`. 0 gives `day` or the next working one."""
    raise NotImplementedError
