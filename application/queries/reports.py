"""Reports over many cases, as a reader may see them: numbers of units, nothing of single people who apply (HIR-15)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

import readmodels
from activities.record_cache import organisation_book
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.showing import reporting
from domain.kernel.showing.milestones import Milestones
from domain.kernel.showing.reporting import CalendarOf, Late, ProcessReport, ReportQuery, span
from domain.kernel.values.calendar import ALWAYS, Calendar
from domain.organisation import record
from domain.organisation.browsing import units_of
from domain.organisation.model import Organisation
from domain.organisation.overseeing import overseen
from eventstore import log
from readmodels.rows import InboxRow


@dataclass(frozen=True)
class ReportScope:
    """What a report is computed from."""

    question: ReportQuery
    rows: Sequence[Milestones]
    late: Sequence[Late]
    organisation: Organisation
    calendars: CalendarOf


async def process_report(
    services: Services,
    process: str,
    *,
    unit: str | None = None,
    since: date | None = None,
    until: date | None = None,
    as_of: datetime | None = None,
    reader: str | None,
) -> ProcessReport:
    """The cases of `unit` and all below it (None: of all that the reader may see), now or as of a time (KRN-50).

    Reader None is the operator. Raises Refused `unknown-process`, `unknown-unit`, `not-your-report`, `bad-window`.
    """
    found = await _ground(services, process, unit=unit, since=since, until=until, as_of=as_of, reader=reader)
    overview = services.process(process).overview or reporting.overview_of(process)
    return overview(found.question, found.rows, found.late, organisation=found.organisation, calendars=found.calendars)


async def _ground(
    services: Services,
    process: str,
    *,
    unit: str | None,
    since: date | None,
    until: date | None,
    as_of: datetime | None,
    reader: str | None,
) -> ReportScope:
    if services.process(process).reads_recorded and reader is not None:
        template = "There is no report of {process}: its cases are known to their roles only."
        raise Refused("no-report", template, process=process)
    if since is not None and until is not None and until < since:
        raise Refused("bad-window", "The report ends on {until}, before it begins; swap the days.", until=str(until))
    now = as_of or datetime.now(UTC)
    organisation = await organisation_at(services, as_of)
    units = units_for(organisation, unit, reader, organisation.day_of(reader, now))
    rows, overdue = await (_shown_now(services, process, now) if as_of is None else _shown_at(services, process, as_of))
    calendars = calendars_of(organisation, now)
    late = _late(overdue, rows, organisation, calendars, now)
    question = ReportQuery(as_of=now, unit=unit, units=units, since=since, until=until)
    return ReportScope(question, rows, late, organisation, calendars)


def calendars_of(organisation: Organisation, now: datetime) -> CalendarOf:
    """By unit the calendar of most who work in it; where nobody does, that of the nearest unit above."""
    people: dict[str, Counter[str]] = {}
    days = {name: calendar.local_date(now) for name, calendar in organisation.calendars.items()}
    for person in organisation.people.values():
        day = days[person.calendar]
        unit = organisation.unit_of(person.id, day)
        if unit is not None and person.holds_on(day):
            people.setdefault(unit, Counter())[person.calendar] += 1

    @cache
    def found(unit: str | None) -> Calendar:
        counts = next((people[above] for above in organisation.units_above(unit) if above in people), None)
        if counts is None:
            return ALWAYS
        return organisation.calendars[min(counts, key=lambda name: (-counts[name], name))]

    return found


def units_for(organisation: Organisation, unit: str | None, reader: str | None, day: date) -> frozenset[str] | None:
    """The units that the answer is of; None for every case, one without a known unit too."""
    within = None if unit is None else units_of(organisation, unit, below=True)
    seen = None if reader is None else overseen(organisation, reader, day)
    if seen is not None and (not seen if unit is None else unit not in seen):
        raise not_your_report(unit)
    return seen if within is None else within


def not_your_report(unit: str | None = None) -> Refused:
    return Refused(
        "not-your-report",
        "Reports are for the managers of a unit, HR and operations; ask one of them.",
        unit=unit or "",
    )


async def organisation_at(services: Services, as_of: datetime | None) -> Organisation:
    """The organisation now, or as it was known at a time (KRN-50)."""
    if as_of is None:
        return await services.organisation()
    book = organisation_book()
    async with services.pool.acquire() as conn:
        book.take(await log.read_stream(conn, record.STREAM, as_of=as_of))
    return book.value


async def _shown_now(
    services: Services, process: str, now: datetime
) -> tuple[Sequence[Milestones], Sequence[InboxRow]]:
    await readmodels.fresh(services.pool, services.processes)
    async with services.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        return await readmodels.milestones(conn, process), await readmodels.overdue_tasks(
            conn, now=now, process=process
        )


async def _shown_at(
    services: Services, process: str, as_of: datetime
) -> tuple[Sequence[Milestones], Sequence[InboxRow]]:
    async with services.pool.acquire() as conn:
        picture = await readmodels.picture(conn, {process: services.process(process)}, as_of)
    return picture.milestones, [row for row in picture.inbox if row.overdue]


def _late(
    overdue: Iterable[InboxRow],
    rows: Iterable[Milestones],
    organisation: Organisation,
    calendars: CalendarOf,
    now: datetime,
) -> list[Late]:
    """One for each task; whoever is not of the organisation, a candidate, is counted and not named."""
    cases = {row.case: row for row in rows}
    waiting: dict[str, list[InboxRow]] = {}
    for row in overdue:
        waiting.setdefault(row.task, []).append(row)
    return [
        Late(
            case=first.case,
            task=first.task,
            stage=cases[first.case].stage,
            unit=cases[first.case].unit,
            step=first.step or first.kind,
            people=tuple(sorted(known := [row.person for row in of_task if row.person in organisation.people])),
            outsiders=len(of_task) - len(known),
            due_at=first.due_at,
            late=span(calendars(cases[first.case].unit), first.due_at, now),
        )
        for of_task in waiting.values()
        if (first := of_task[0]).case in cases
    ]
