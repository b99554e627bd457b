"""Local times as instants, where clocks change: hours that are skipped, and hours that come twice."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


@lru_cache(maxsize=8192)
def instant(zone: str, day: date, at: time) -> datetime:
    """The instant of a local time. Doubled local times mean the first; times that a clock change skips mean the change.

    Both keep the order of local times, so stretches of a day never overlap.
    """
    return _exact(zone, day, at)


def _exact(zone: str, day: date, at: time) -> datetime:
    local = datetime.combine(day, at, ZoneInfo(zone))
    instant = local.astimezone(UTC)
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _clock_change(local.replace(fold=1).astimezone(UTC), instant, ZoneInfo(zone))


@lru_cache(maxsize=4096)
def clock_days(zone: str, year: int) -> frozenset[date]:
    """The local dates of a year that do not have 24 hours; those of the next days around it may be there too."""
    place, first = ZoneInfo(zone), date(year, 1, 1).toordinal()
    days = [date.fromordinal(day) for day in range(first, min(first + 368, date.max.toordinal()))]
    offsets = [datetime.combine(day, MIDNIGHT, place).utcoffset() for day in days]
    moved = [day for day, (one, next_) in zip(days, pairwise(offsets), strict=False) if one != next_]
    near = {day + step * _DAY for day in moved for step in (-1, 0, 1)}  # midnight itself may be what is skipped
    return frozenset(day for day in near if _exact(zone, day + _DAY, MIDNIGHT) - _exact(zone, day, MIDNIGHT) != _DAY)


def _clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between the two at which the zone's offset changes, to the second."""
    old = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
