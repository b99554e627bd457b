"""The days that may enter: what lies outside is a slip of the pen or an attack, and costs every calendar its time."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator

from domain.kernel.errors import Refused

FIRST, LAST = date(1900, 1, 1), date(2120, 12, 31)
"""The first and the last day that is counted to, both included."""
LATEST = date(2076, 12, 31)
"""The last day that may be given: nobody means what is more than fifty years ahead (ORG-08)."""
_BUDDHIST = 543
_SMALL = timedelta(days=2)
"""What time zones can move an instant, and a little more."""


def within(day: date) -> date:
    """`day`, if it may be given. Raises ValueError with what to write instead."""
    if FIRST <= day <= LATEST:
        return day
    if FIRST.year <= day.year - _BUDDHIST <= LATEST.year:
        raise ValueError(f"the year {day.year} looks like the Buddhist era; write {day.year - _BUDDHIST}")
    raise ValueError(f"give a day from {FIRST} to {LATEST}; leave it out where it has no end")


def within_time(instant: datetime) -> datetime:
    """`instant`, if its day may be given. Raises ValueError."""
    within(instant.date())
    return instant


def too_far(day: date) -> Refused:
    """What was computed from a day or a duration lies after `LAST` or before `FIRST`."""
    return Refused(
        "too-far",
        "Counted from {day} this leaves the days from {first} to {last}; give an earlier day or fewer days.",
        day=day.isoformat(),
        first=FIRST.isoformat(),
        last=LAST.isoformat(),
    )


def require_day(day: date) -> date:
    """`day`, if it can be counted from. Raises Refused `too-far`."""
    if not FIRST <= day <= LAST:
        raise too_far(day)
    return day


def moved(day: date, days: int) -> date:
    """`day` so many days later, or earlier if negative. Raises Refused `too-far`."""
    if abs(days) > (LAST - FIRST).days:
        raise too_far(day)
    found = require_day(day) + timedelta(days=days)
    if not FIRST - _SMALL <= found <= LAST + _SMALL:
        raise too_far(day)
    return found


def require_within(instant: datetime) -> datetime:
    """`instant` in UTC. Raises Refused `too-far`; no arithmetic on time zones is done before."""
    require_day(instant.date())
    return instant.astimezone(UTC)


Day = Annotated[date, AfterValidator(within)]
Moment = Annotated[datetime, AfterValidator(within_time)]
