"""What can happen to a version of a job description, besides what happens to every document and record."""

from datetime import date, datetime

from domain.kernel.document import Amended, Drafted
from domain.kernel.events import Event
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.people.job_description.content import Difference, Version


class DescriptionBegun(Drafted[Version]):
    """`holders` sit on its positions and never decide on it (KRN-02).

    `previous` is the version in force, None for the first; `differences` are to that one (JOB-04).
    """

    sentence = N_("{requester} began this version of the job description")
    previous: int | None
    differences: tuple[Difference, ...]
    holders: tuple[str, ...]


class DescriptionAmended(Amended[Version]):
    sentence = N_("{by} changed the version: {changed}")
    previous: int | None
    differences: tuple[Difference, ...]
    holders: tuple[str, ...]


class BudgetImpactAsked(Event):
    """The grade changes: finance says what that costs (JOB-04). `before` are the grades till now."""

    sentence = N_("{task} asks finance what the changed grade costs")
    task: str
    before: tuple[int, ...]
    after: int
    positions: tuple[str, ...]


class BudgetImpactDropped(Event):
    """The grade does not change after all, or otherwise."""

    sentence = N_("{task} is no longer needed: the grade is another one")
    task: str


class BudgetImpactAssessed(Event):
    """What the changed grade costs in a year, of all positions together, and whether the line covers it."""

    sentence = N_("{by} said what the changed grade costs on {budget_line}")
    task: str
    per_year: Money
    budget_line: str
    covered: bool
    note: str | None
    by: str
    at: datetime


class DescriptionApproved(Event):
    sentence = N_("approved as version {version}")
    version: int
    at: datetime


class RegistrationAsked(Event):
    """What the register is to hold is fixed. `supersedes` is the case of the version before, if it has one."""

    sentence = N_("the register is to hold the version")
    review_by: date
    supersedes: str | None
    at: datetime


class DescriptionConfirmed(Event):
    """Somebody looked, and it is still right; the register is to say when the next look is due (JOB-05)."""

    sentence = N_("{by} looked at it: it is still right; the next look is due by {review_by}")
    review_by: date
    effective: date
    by: str
    at: datetime


class RetirementAsked(Event):
    """The register is to end this version, which nobody works by any more."""

    sentence = N_("{by} retires it")
    reason: str
    effective: date
    by: str
    at: datetime


class DescriptionSuperseded(Event):
    """Another version is in force; `by` is its case, None if it was imported."""

    sentence = N_("version {version} takes its place")
    version: int
    by: str | None


OWN: tuple[type[Event], ...] = (
    DescriptionBegun, DescriptionAmended, BudgetImpactAsked, BudgetImpactDropped, BudgetImpactAssessed,
    DescriptionApproved, RegistrationAsked, DescriptionConfirmed, RetirementAsked, DescriptionSuperseded,
)  # fmt: skip
