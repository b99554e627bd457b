"""What an approved change means for the organisation as it is today. Pure; the organisation's events follow from it."""

from datetime import date

from domain.organisation.differences import limit_key
from domain.organisation.model import Limit, Organisation

Plan = tuple[tuple[Limit, ...], tuple[Limit, ...]]
"""The limits that end, with their end; and those that are given."""
NOTHING: Plan = ((), ())


def held(organisation: Organisation, limit: Limit) -> tuple[Limit, ...]:
    """The person's own limits of this category, currency and unit, whenever they hold."""
    return tuple(other for other in organisation.limits if _same(other) == _same(limit))


def plan(organisation: Organisation, limit: Limit, today: date, *, ends: bool) -> Plan:
    """What an approved `limit` changes, or its end. Nothing if there is no day left on which it would matter."""
    return _revoked(organisation, limit, today) if ends else _granted(organisation, limit, today)


def _revoked(organisation: Organisation, limit: Limit, today: date) -> Plan:
    end = max(limit.end or today, today)
    known = next((other for other in held(organisation, limit) if limit_key(other) == limit_key(limit)), None)
    if known is None or (known.end is not None and known.end <= end):
        return NOTHING
    return (known.model_copy(update={"end": end}),), ()


def _granted(organisation: Organisation, limit: Limit, today: date) -> Plan:
    """A grant takes the place of the person's own limit while it holds; after its end that one goes on."""
    start, end = max(limit.start or today, today), limit.end
    if end is not None and end <= start:
        return NOTHING
    granted = limit.model_copy(update={"start": start})
    others = [other for other in held(organisation, granted) if other.overlaps(granted)]
    ended = (other.model_copy(update={"end": max(start, other.start or start)}) for other in others)
    later = (other.model_copy(update={"start": end}) for other in others if end and (not other.end or other.end > end))
    return tuple(other for other in ended if limit_key(other) != limit_key(granted)), (granted, *later)


def _same(limit: Limit) -> tuple[str, str, str | None, str | None, str | None]:
    return limit.category, limit.up_to.currency, limit.person, limit.role, limit.unit
