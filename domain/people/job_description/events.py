"""What can happen to a version of a job description, besides what the kernel records."""

from datetime import date, datetime

from domain.kernel.cases.case_events import KERNEL_EVENTS
from domain.kernel.events import Event, Registry
from domain.kernel.values.message import Message
from domain.kernel.values.money import Money
from domain.organisation.jobs import Description, JobVersion
from domain.people.job_description.state import Difference


class DescriptionBegun(Event):
    """Someone begins a version. `holders` sit on its positions and never decide on it (KRN-02).

    `previous` is the version in force, None for the first; `differences` are to that one (JOB-04).
    """

    requester: str
    title: Message
    description: str
    content: Description
    review_by: date | None
    previous: int | None
    differences: tuple[Difference, ...]
    holders: tuple[str, ...]
    at: datetime


class DescriptionSubmitted(Event):
    at: datetime


class DescriptionAmended(Event):
    title: Message
    content: Description
    review_by: date | None
    differences: tuple[Difference, ...]
    holders: tuple[str, ...]
    changed: tuple[str, ...]
    by: str


class BudgetImpactAsked(Event):
    """The grade changes: finance says what that costs (JOB-04). `before` are the grades till now."""

    task: str
    before: tuple[int, ...]
    after: int
    positions: tuple[str, ...]


class BudgetImpactDropped(Event):
    """The grade does not change after all, or otherwise."""

    task: str


class BudgetImpactAssessed(Event):
    """What the changed grade costs in a year, of all positions together, and whether the line covers it."""

    task: str
    per_year: Money
    budget_line: str
    covered: bool
    note: str | None
    by: str
    at: datetime


class DescriptionApproved(Event):
    """Approved as this version."""

    version: int
    at: datetime


class RegistrationAsked(Event):
    """The register is to hold this version. `supersedes` is the case of the one before, if it has one."""

    job: JobVersion
    supersedes: str | None
    at: datetime


class DescriptionConfirmed(Event):
    """Somebody looked, and it is still right; the register is to say when the next look is due (JOB-05)."""

    review_by: date
    effective: date
    by: str
    at: datetime


class RetirementAsked(Event):
    """The register is to end this version, which nobody works by any more."""

    reason: str
    effective: date
    by: str
    at: datetime


class EntryRecorded(Event):
    """The register holds what was asked, at this position of the log. `review_by` is by when somebody looks next."""

    position: int
    review_by: date | None


class DescriptionSuperseded(Event):
    """Another version is in force; `by` is its case, None if it was imported."""

    version: int
    by: str | None


OWN: tuple[type[Event], ...] = (
    DescriptionBegun,
    DescriptionSubmitted,
    DescriptionAmended,
    BudgetImpactAsked,
    BudgetImpactDropped,
    BudgetImpactAssessed,
    DescriptionApproved,
    RegistrationAsked,
    DescriptionConfirmed,
    RetirementAsked,
    EntryRecorded,
    DescriptionSuperseded,
)

EVENTS = Registry((*OWN, *KERNEL_EVENTS))
