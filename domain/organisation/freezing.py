"""Freezing a process in a unit: who may, and what it stops (KRN-45)."""

from datetime import datetime

from domain.kernel.cases.case import Case
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.organisation.events import UnitFrozen, UnitReleased
from domain.organisation.model import Freeze, Organisation

ROLES = frozenset({"department-head", "budget-owner", "executive", "operations"})
"""Whoever holds one of these for the unit or one above it may freeze it and release it."""


def freeze(organisation: Organisation, *, unit: str, process: str, reason: str, by: str, now: datetime) -> list[Event]:
    """The event that freezes `process` in `unit`; none if it is frozen already.

    Raises Refused `unknown-unit`, `reason-missing`, `not-yours-to-freeze`.
    """
    _refuse(organisation, unit, reason, by, now)
    if any((known.unit, known.process) == (unit, process) for known in organisation.freezes):
        return []
    return [UnitFrozen(freeze=Freeze(unit=unit, process=process, reason=reason, by=by, since=now))]


def release(organisation: Organisation, *, unit: str, process: str, reason: str, by: str, now: datetime) -> list[Event]:
    """The event that ends the freeze of exactly this unit; none if it is not frozen. Raises Refused as `freeze`."""
    _refuse(organisation, unit, reason, by, now)
    if all((known.unit, known.process) != (unit, process) for known in organisation.freezes):
        return []
    return [UnitReleased(unit=unit, process=process, reason=reason, by=by, at=now)]


def refuse_frozen(organisation: Organisation, before: Case, after: Case) -> None:
    """Refuses what would let a case begin or go on where its process is frozen. Raises Refused `unit-frozen`.

    `before` and `after` are the case without and with the command's events: it may not be opened there, not move
    there, and not be resumed there. What is open there is held by the freeze itself; it can be withdrawn and ended.
    """
    if after.closed is not None:
        return
    found = organisation.freeze_of(after.process, after.unit)
    came = after.unit != before.unit
    resumed = before.hold is not None and after.hold is None
    if found is not None and (came or resumed):
        raise Refused(
            "unit-frozen",
            "{process} is frozen in {unit} by {by}: {reason}. Wait until it is released.",
            process=found.process,
            unit=found.unit,
            by=found.by,
            reason=found.reason,
        )


def cause_of(unit: str, process: str) -> str:
    """What a freeze calls itself in the cases it holds: its release lifts this hold and no other."""
    return f"freeze of {process} in {unit}"


def _refuse(organisation: Organisation, unit: str, reason: str, by: str, now: datetime) -> None:
    if unit not in organisation.units:
        raise Refused("unknown-unit", "There is no unit {unit}; check its id.", unit=unit[:80])
    if not reason.strip():
        raise Refused("reason-missing", "Say why; the people whose cases stop will read it.")
    covering = {*organisation.units_above(unit), None}
    day = organisation.calendar_of(by).local_date(now)
    held = (h for h in organisation.roles if h.person == by and h.role in ROLES and h.unit in covering)
    if not (organisation.works_here(by, day) and any(holding.holds_on(day) for holding in held)):
        raise Refused(
            "not-yours-to-freeze",
            "Unit {unit} is frozen and released by its head, its budget owner, the executive or operations.",
            unit=unit,
        )
