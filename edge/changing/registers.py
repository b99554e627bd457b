"""Changing the organisation by commands, and reading its registers: skills and job descriptions (KRN-42, JOB-05)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from domain.kernel.events import Event
from domain.organisation import record, skilling
from domain.organisation.jobs import Skill
from domain.organisation.model import Organisation
from domain.people.job_description.report import RegisterReport, register_report
from edge.door import Door
from edge.looking.reports import calendars_of, organisation_at, units_for
from edge.records import append_on, standing_still
from edge.sending.compose import Actor
from edge.sight import knowable


async def changed_organisation(
    door: Door, actor: Actor, change: Callable[[Organisation, datetime], Sequence[Event]]
) -> tuple[Organisation, int | None]:
    """The organisation with the change in it, and its position; None if it was there already."""
    async with standing_still(door.pool) as conn:
        known = (await door.books.records(conn)).organisation
        if not (events := change(known, datetime.now(UTC))):
            return known, None
        position = await append_on(
            conn,
            stream=record.STREAM,
            process=record.STREAM,
            expected_version=known.version,
            events=events,
            actor=actor.person,
            command_id=uuid4(),
            channel=actor.channel,
        )
    return record.fold(known, events), position


async def set_skill(door: Door, skill: Skill, actor: Actor) -> dict[str, Any]:
    """The skill as the register has it now. Safe to repeat. Raises Refused as `skilling.set_skill`."""

    def change(known: Organisation, now: datetime) -> Sequence[Event]:
        return skilling.set_skill(known, skill, by=actor.person, now=now)

    after, position = await changed_organisation(door, actor, change)
    return {"changed": position is not None, **after.skills[skill.id].model_dump(mode="json")}


async def descriptions(
    door: Door,
    *,
    unit: str | None = None,
    as_of: datetime | None = None,
    overdue_only: bool = False,
    reader: str | None,
) -> RegisterReport:
    """The job descriptions in force in `unit` and below it (None: in all that the reader oversees), now or then.

    Reader None is the operator. Raises Refused `unknown-unit`, `not-your-report`.
    """
    now = as_of or datetime.now(UTC)
    organisation = await organisation_at(door, as_of)
    units = units_for(organisation, unit, reader, organisation.day_of(reader, now))
    report = of_register(organisation, now, unit=unit, units=units, overdue_only=overdue_only)
    return report if reader is None else await _as_known(door, report, reader)


async def _as_known(door: Door, report: RegisterReport, reader: str) -> RegisterReport:
    """Without the ids of cases of which the reader must not know (KRN-43)."""
    known = await knowable(door, [one.case for one in report.listed if one.case], reader)
    listed = (one if one.case in known else one.model_copy(update={"case": None}) for one in report.listed)
    return report.model_copy(update={"listed": tuple(listed)})


def of_register(organisation: Organisation, now: datetime, **asked: Any) -> RegisterReport:
    """As `descriptions`, of an organisation at hand. What is in force is no secret: everybody may read it."""
    calendars = calendars_of(organisation, now)
    return register_report(organisation, lambda unit: calendars(unit).local_date(now), as_of=now, **asked)
