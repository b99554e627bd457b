"""How training stands, as a reader may see it: of the units that they oversee (TRN-08)."""

from datetime import UTC, datetime

import readmodels
from application.queries.reports import organisation_at, units_for
from application.services import Services
from domain.people.training.report import TrainingReport, training_report
from domain.people.training.state import NeedState

NEED = "training_need"


async def training(
    services: Services, *, unit: str | None = None, as_of: datetime | None = None, reader: str | None
) -> TrainingReport:
    """The report of `unit` and below it (None: of all that the reader oversees), now or as of a time.

    Each need is folded for what it cost: the views hold no amounts. Reader None is the operator. Raises Refused
    `unknown-unit`, `not-your-report`.
    """
    now = as_of or datetime.now(UTC)
    organisation = await organisation_at(services, as_of)
    day = organisation.day_of(reader, now)
    units = units_for(organisation, unit, reader, day)
    needs = [state for state in await _needs(services, as_of) if units is None or state.case.unit in units]
    return training_report(organisation, needs, units=units, day=day, as_of=now)


async def _needs(services: Services, as_of: datetime | None) -> list[NeedState]:
    await readmodels.fresh(services.pool, services.processes)
    async with services.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        rows = [row for row in await readmodels.milestones(conn, NEED) if as_of is None or row.raised_at <= as_of]
        found = [await readmodels.case_at(conn, services.processes, row.case, as_of=as_of) for row in rows]
    states = (state for state, _ in found)
    return [state for state in states if isinstance(state, NeedState) and state.document.content is not None]
