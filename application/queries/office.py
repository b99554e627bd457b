"""The office of one person on one page: what needs them, what they wait for, and a line of facts for each duty.

Numbers of units are for those who answer for them, as in reports (HIR-15); money is of the budget lines that they may
see, without those that would tell a salary.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from application.queries import browsing, reading
from application.queries.budget_grid import GridQuery, GridRow, grid
from application.queries.lines import seen_lines
from application.queries.returned import Returned, returned
from application.services import Services
from application.visibility import PolicyViewer
from domain.organisation.browsing import headcount
from domain.organisation.model import Organisation
from domain.organisation.overseeing import overseen
from domain.processes import DUTIES
from eventstore.database import Connection
from readmodels.counts import Counts, duty_counts
from readmodels.rows import InboxRow

NEEDED, WAITED, TOLD = 5, 6, 8
"""How many rows of each part are shown; the rest is one click away."""
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Duty:
    """One of the four duties: its open cases by process, in the order in which they are told."""

    name: str
    counts: tuple[Counts, ...] = ()

    @property
    def overdue(self) -> int:
        return sum(each.overdue for each in self.counts)


@dataclass(frozen=True)
class Office:
    """`heads` is (people, positions that nobody holds) of the units that the person answers for; None without any."""

    rows: Sequence[InboxRow]
    total: int
    late: int
    returned: Sequence[Returned]
    requests: Sequence[Mapping[str, Any]]
    told: Sequence[Mapping[str, Any]]
    week: Sequence[InboxRow]
    days_off: Sequence[tuple[date, str]]
    duties: tuple[Duty, ...]
    heads: tuple[int, int] | None
    year: str
    money: Sequence[GridRow]


async def office(services: Services, seen_by: PolicyViewer) -> Office:
    """The page of whoever reads it, as they may see it."""
    person, organisation, now = seen_by.viewer.person, seen_by.viewer.organisation, datetime.now(UTC)
    today = organisation.day_of(person, now)
    waiting = sorted(await reading.waiting(services, seen_by), key=lambda row: (not row.overdue, row.due_at))
    requests = [row for row in await browsing.own_requests(services, person) if _waits_for_others(row, person)]
    told = (await reading.notifications(services, person))[-TOLD:]
    units = overseen(organisation, person, today)
    async with services.pool.acquire() as conn:
        duties = await _duties(conn, services, units, now)
    lines, year = await seen_lines(services, organisation, person, now), f"{today:%Y}"
    money = (await grid(services, lines, GridQuery(year), most=0)).totals if lines.lines else ()
    return Office(
        rows=waiting[:NEEDED],
        total=len(waiting),
        late=sum(row.overdue for row in waiting),
        returned=await returned(services, person),
        requests=requests[:WAITED],
        told=told[::-1],
        week=[row for row in waiting[NEEDED:] if not row.overdue and row.due_at <= now + WEEK],
        days_off=_days_off(organisation, person, today),
        duties=duties,
        heads=_heads(organisation, units, today) if units else None,
        year=year,
        money=money,
    )


async def _duties(conn: Connection, services: Services, units: frozenset[str], now: datetime) -> tuple[Duty, ...]:
    told = [name for name, process in services.processes.items() if not process.reads_recorded]
    found = {each.process: each for each in await duty_counts(conn, units, told, now=now)} if units else {}
    return tuple(Duty(name, tuple(found[each] for each in of if each in found)) for name, of in DUTIES.items())


def _heads(organisation: Organisation, units: frozenset[str], today: date) -> tuple[int, int]:
    counts = headcount(organisation, today)
    top = [unit for unit in units if not units & {*organisation.units_above(unit)} - {unit}]
    held = {position for person in organisation.people for position in organisation.positions_of(person, today)}
    vacant = [one for one in organisation.positions.values() if one.unit in units and one.id not in held]
    return sum(counts[unit] for unit in top), len(vacant)


def _waits_for_others(row: Mapping[str, Any], person: str) -> bool:
    waiting = row.get("waiting_on")
    return row.get("closed") is False and isinstance(waiting, list | tuple) and bool({*waiting} - {person})


def _days_off(organisation: Organisation, person: str, today: date) -> list[tuple[date, str]]:
    """The public and company holidays of the person's calendar within a week."""
    if person not in organisation.people:
        return []
    calendar = organisation.calendar_of(person)
    return [
        (day, calendar.holidays[day].split(" · ")[0])
        for day in sorted(calendar.holidays)
        if today <= day <= today + WEEK
    ]
