"""What people and other cases may say to a request."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.value import Value
from domain.kernel.values.days import Day
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.projects.intake import content as c

CaseId = Annotated[str, Field(min_length=1, max_length=200)]
RequirementId = Annotated[str, Field(min_length=1, max_length=20), Reference("item")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SubmitIdea(Value):
    """Tells the project office of an idea; a sponsor comes later."""

    title: c.Short
    problem: Text
    unit: c.Unit


class OpenPart(SubmitIdea):
    """Sent by a request that was split: one part of it."""

    requester: c.Person
    origin: CaseId


class MakeRequest(c.Wish):
    """Makes a request of the idea."""


class TriageRequest(Value):
    """Lets it go on: the full way, or the fast lane for small changes (PRJ-06)."""

    lane: c.Lane
    analyst: c.Person
    mandatory: bool = Field(default=False, title="required by law or contract, as the requester says")


class EndAs(Value):
    """For a request that goes on in another one."""

    into: CaseId
    reason: Text


class EndAsDuplicate(EndAs):
    """Ends it: another request asks for the same."""


class MergeRequest(EndAs):
    """Ends it: another request takes it in."""


class SplitRequest(Value):
    """Ends it: each part is a request of its own."""

    parts: Annotated[tuple[c.Short, ...], Field(min_length=2, max_length=10)]
    reason: Text


class NoteMerged(Value):
    """Sent by a request that goes on in this one."""

    case: CaseId
    requester: str


class Because(Value):
    reason: Text


class DeclineRequest(Because):
    """Ends it at triage."""


class CancelRequest(Because):
    """Ends it before a project begins."""


class SetRequirement(Value):
    """Adds a requirement, or changes the one that is named."""

    requirement: RequirementId | None = None
    text: c.Short
    priority: c.Priority
    owner: c.Person
    criterion: c.Short = Field(title="acceptance criterion")


class DropRequirement(Value):
    """Takes a requirement out of the set."""

    requirement: RequirementId
    reason: Text


class PresentRequirements(Value):
    """Says that the set is complete."""


class ProposeOptions(Value):
    """Names the options, doing nothing among them, and the one that is proposed (PRJ-02)."""

    options: Annotated[tuple[c.Option, ...], Field(min_length=2, max_length=10)]
    chosen: Annotated[str, Field(min_length=1, max_length=40)]


class RenewEstimate(Value):
    """Estimates the proposed option anew."""

    low: Money
    likely: Money
    high: Money
    basis: Text


class SignRequirements(Value):
    """Signs the set of requirements, with exceptions if any (PRJ-01)."""

    requirements_hash: Hash = Field(title="the set that was looked at")
    exceptions: Annotated[tuple[c.SignOffException, ...], Field(max_length=100)] = ()


class RefuseRequirements(Because):
    """Gives the set back to the analyst."""


class ResubmitRequest(Value):
    """Sends what was returned back to those who decide."""


class PlanProject(c.Plan):
    """States plan, people, cost and benefits (PRJ-03)."""


class ReserveMoney(Value):
    """Reserves the cost of the plan on its budget line (PRJ-03)."""


class ScoreRequest(Value):
    """Scores the request from 0 to 10 by each criterion of the policy (PRJ-04)."""

    scores: Annotated[dict[str, Annotated[Decimal, Field(ge=0, le=10)]], Field(max_length=20)]


class SubmitForDecision(Value):
    """Puts it on the agenda of the next board; a small change goes to its approver at once."""


class DeferRequest(Value):
    """Leaves it until a day, on which it comes back by itself (PRJ-05)."""

    until: Day
    reason: Text


class StartEmergency(Value):
    """Begins before the approval, which must follow in time (PRJ-07)."""

    line: c.Line
    costs: Annotated[tuple[c.PeriodCost, ...], Field(min_length=1, max_length=12)]
    reason: Text


class ChangePeople(Because):
    """Names another analyst or business owner, or both; who is left out stays."""

    analyst: c.Person | None = None
    business_owner: c.Person | None = None


class GiveUpSponsorship(Because):
    """Says that the sponsor answers for it no longer (PRJ-08)."""


class ReplaceSponsor(Value):
    """Names another sponsor: the request goes on (PRJ-08)."""

    sponsor: c.Person
    reason: Text


class CharterProject(Value):
    """Starts the project."""


class NoteChartered(Value):
    """Sent by the project: it stands, with the money reserved in its own name."""

    project: CaseId


class NoteProjectEnded(Value):
    """Sent by the project once it is over, so that request and project say the same (PRJ-09)."""

    project: CaseId
    delivered: bool
    reason: Text
