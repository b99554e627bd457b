"""The register of job descriptions at a glance: what is in force, what nobody looked at in time, what is missing.

Pure; from the organisation alone, so it can be told of any day that was (KRN-50).
"""

from collections.abc import Callable, Collection
from datetime import date, datetime

from domain.kernel.value import Value
from domain.organisation.jobs import JobVersion
from domain.organisation.model import Organisation
from domain.organisation.register import described_by, in_force

DayOf = Callable[[str | None], date]
"""Which day it is for a unit."""


class Listed(Value):
    """A version in force. `days_late` are calendar days since its review date, 0 if that lies ahead (JOB-05)."""

    description: str
    version: int
    title: dict[str, str]
    unit: str
    grade: int
    positions: tuple[str, ...]
    review_by: date
    days_late: int
    case: str | None


class RegisterReport(Value):
    """Of the units in question: `listed` by review date, the longest overdue first; `without` are positions on which
    somebody sits and which no description in force names.
    """

    as_of: datetime
    unit: str | None
    in_force: int
    overdue: int
    listed: tuple[Listed, ...]
    without: tuple[str, ...]


def register_report(
    organisation: Organisation,
    days: DayOf,
    *,
    as_of: datetime,
    unit: str | None = None,
    units: Collection[str] | None = None,
    overdue_only: bool = False,
) -> RegisterReport:
    """What is in force in `units` (None: in all), as the register was known at `as_of` (UTC)."""
    found = (in_force(organisation, name) for name in organisation.descriptions)
    here = [job for job in found if job and (units is None or job.description.unit in units)]
    listed = sorted((_listed(job, days(job.description.unit)) for job in here), key=lambda one: one.review_by)
    without = (
        position.id
        for position in organisation.positions.values()
        if (units is None or position.unit in units)
        and described_by(organisation, position.id) is None
        and organisation.holder_of(position.id, days(position.unit))
    )
    return RegisterReport(
        as_of=as_of,
        unit=unit,
        in_force=len(listed),
        overdue=sum(one.days_late > 0 for one in listed),
        listed=tuple(one for one in listed if one.days_late > 0 or not overdue_only),
        without=tuple(sorted(without)),
    )


def _listed(job: JobVersion, today: date) -> Listed:
    content = job.description
    return Listed(
        description=job.id,
        version=job.version,
        title=content.title.by_language(),
        unit=content.unit,
        grade=content.grade,
        positions=content.positions,
        review_by=job.review_by,
        days_late=max((today - job.review_by).days, 0),
        case=job.case,
    )
