"""The state of one version of a job description: its content, and how far it got."""

from enum import StrEnum
from typing import Any, Literal

from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CaseState
from domain.kernel.document import Document
from domain.kernel.events import Event
from domain.kernel.parameters import Parameters
from domain.kernel.recording import Recorded, Recording
from domain.kernel.value import Value
from domain.kernel.values.days import Day
from domain.kernel.values.money import Money
from domain.organisation.policy_needs import Parameter
from domain.people.job_description import events as e
from domain.people.job_description.content import Difference, Version

USE, LOOK, RETIREMENT = "use", "review", "retirement"
"""What the register is asked to hold: a new version, a new date for its next look, its end."""
PARAMETERS: dict[str, Parameter] = {
    "review_months": 12, "review_days": 20, "review_ladder": "standard", "budget_impact_days": 5,
    "role_finance": "finance-controller",
}  # fmt: skip
"""What counts when the policy is silent. The yearly look is asked for `review_days` working days before it is due."""
OF_POLICY = Parameters("job_description", PARAMETERS)


class Stage(StrEnum):
    """Where a version stands. It is approved while finance or the register still has something to do."""

    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    APPROVED = "approved"
    IN_USE = "in_use"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class Impact(Value):
    """What finance was asked about a changed grade, and what they answered (JOB-04). `before` are the grades till now.

    `task` asks them; `per_year` is what all positions together cost more (or less) in a year.
    """

    task: str
    before: tuple[int, ...]
    after: int
    positions: tuple[str, ...]
    answered: bool = False
    per_year: Money | None = None
    budget_line: str | None = None
    covered: bool = False


class JobDescriptionState(CaseState):
    """One version; `number` is its version once approved, `review_by` the day of its next look once registered.

    `previous` is the version in force when it was begun or amended, `supersedes` the case of the one that it takes the
    place of, `holders` sit on the positions it describes.
    """

    description: Document[Version] = Document[Version]()
    recording: Recording = Recording()
    previous: int | None = None
    differences: tuple[Difference, ...] = ()
    holders: tuple[str, ...] = ()
    impact: Impact | None = None
    number: int | None = None
    review_by: Day | None = None
    supersedes: str | None = None
    ended: Literal["superseded", "retired"] | None = None

    @property
    def content(self) -> Version:
        return self.description.the_content

    @property
    def in_use(self) -> bool:
        """The register holds this version."""
        return USE in self.recording.held

    @property
    def rests(self) -> bool:
        """In use, with nothing on its way: only then may it be held; what is being registered cannot be stopped."""
        return self.in_use and not self.recording.waits and self.ended is None


Wire = DecisionContext[JobDescriptionState]


def owner(state: JobDescriptionState) -> str:
    """Whoever answers for it now (KRN-24)."""
    return state.case.answers_for(state.case.requester or "")


def evolve(state: JobDescriptionState, event: Event) -> JobDescriptionState:
    return state.model_copy(update=_changes(state, event))


def _changes(state: JobDescriptionState, event: Event) -> dict[str, Any]:
    match event:
        case e.DescriptionBegun() | e.DescriptionAmended():
            return {name: getattr(event, name) for name in ("previous", "differences", "holders")}
        case e.BudgetImpactAsked():
            return {"impact": Impact(**event.model_dump())}
        case e.BudgetImpactDropped():
            return {"impact": None}
        case e.BudgetImpactAssessed() if state.impact:
            given = {name: getattr(event, name) for name in ("per_year", "budget_line", "covered")}
            return {"impact": state.impact.model_copy(update={**given, "answered": True})}
        case e.DescriptionApproved(version=version):
            return {"number": version}
        case e.RegistrationAsked(review_by=day, supersedes=older):
            return {"review_by": day, "supersedes": older}
        case e.DescriptionConfirmed(review_by=day):
            return {"review_by": day}
        case Recorded(about=about) if about == RETIREMENT and state.ended is None:
            return {"ended": "retired"}
        case e.DescriptionSuperseded():
            return {"ended": "superseded"}
    return {}


def stage(state: JobDescriptionState) -> str | None:
    """None leaves it to the document."""
    if state.ended is not None or state.number is None:
        return state.ended
    return Stage.IN_USE if state.in_use else Stage.APPROVED
