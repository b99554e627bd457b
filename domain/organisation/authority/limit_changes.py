"""What an approved change means for the organisation as it is today. Pure; the organisation's events follow from it."""

from datetime import date

from domain.organisation.authority.state import Change
from domain.organisation.differences import limit_key
from domain.organisation.model import Limit, Organisation

Plan = tuple[tuple[Limit, ...], tuple[Limit, ...]]
"""The limits that end, with their end; and those that are given."""
NOTHING: Plan = ((), ())


def held(organisation: Organisation, limit: Limit) -> tuple[Limit, ...]:
    """The person's own limits of this category, currency and unit, whenever they hold."""
    return tuple(other for other in organisation.limits if _same(other) == _same(limit))


def plan(organisation: Organisation, change: Change, today: date) -> Plan:
    """Nothing if the change has no day left on which it would matter."""
    return _revoked(organisation, change, today) if change.kind == "revoke" else _granted(organisation, change, today)


def _revoked(organisation: Organisation, change: Change, today: date) -> Plan:
    end = max(change.limit.end or today, today)
    known = next((x for x in held(organisation, change.limit) if limit_key(x) == limit_key(change.limit)), None)
    if known is None or (known.end is not None and known.end <= end):
        return NOTHING
    return (known.model_copy(update={"end": end}),), ()


def _granted(organisation: Organisation, change: Change, today: date) -> Plan:
    """A grant takes the place of the person's own limit while it holds; after its end that one goes on."""
    start, end = max(change.limit.start or today, today), change.limit.end
    if end is not None and end <= start:
        return NOTHING
    granted = change.limit.model_copy(update={"start": start})
    others = [other for other in held(organisation, granted) if other.overlaps(granted)]
    ended = (other.model_copy(update={"end": max(start, other.start or start)}) for other in others)
    later = (other.model_copy(update={"start": end}) for other in others if end and (not other.end or other.end > end))
    return tuple(x for x in ended if limit_key(x) != limit_key(granted)), (granted, *later)


def _same(limit: Limit) -> tuple[str, str, str | None, str | None, str | None]:
    return limit.category, limit.up_to.currency, limit.person, limit.role, limit.unit
