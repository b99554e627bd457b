"""The register of job descriptions as a reader may see it, now or as of a time (JOB-05, KRN-43)."""

from datetime import UTC, datetime
from typing import Any

from application.queries.reports import calendars_of, organisation_at, units_for
from application.services import Services
from application.visibility import knowable
from domain.organisation.model import Organisation
from domain.organisation.register_report import RegisterReport, register_report


async def descriptions(
    services: Services,
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
    organisation = await organisation_at(services, as_of)
    units = units_for(organisation, unit, reader, organisation.day_of(reader, now))
    report = of_register(organisation, now, unit=unit, units=units, overdue_only=overdue_only)
    return report if reader is None else await _as_known(services, report, reader)


async def _as_known(services: Services, report: RegisterReport, reader: str) -> RegisterReport:
    """Without the ids of cases of which the reader must not know (KRN-43)."""
    known = await knowable(services, [one.case for one in report.listed if one.case], reader)
    listed = (one if one.case in known else one.model_copy(update={"case": None}) for one in report.listed)
    return report.model_copy(update={"listed": tuple(listed)})


def of_register(organisation: Organisation, now: datetime, **asked: Any) -> RegisterReport:
    """As `descriptions`, of an organisation at hand. What is in force is no secret: everybody may read it."""
    calendars = calendars_of(organisation, now)
    return register_report(organisation, lambda unit: calendars(unit).local_date(now), as_of=now, **asked)
