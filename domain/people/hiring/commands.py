"""What people can ask of a hiring: each model is the payload of one command, its docstring says what it does."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from domain.kernel.commands import KERNEL_COMMANDS, Text
from domain.kernel.value import Value
from domain.kernel.values.days import Day
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.kernel.values.sealed import MayBeNew, Sealed, SealFor
from domain.kernel.year_end import MoveCommitment
from domain.people.hiring.state import Band, HeldSkill, JobDescription, PlannedInterview, Word
from domain.people.hiring.state import PersonId as AnyId

PersonId = Annotated[AnyId, Reference("person")]
CandidateId = Annotated[AnyId, Reference("candidate")]
OfferId = Annotated[Word, Reference("offer")]
Position = Annotated[Word, Reference("position")]
Unit = Annotated[Word, Reference("unit")]
BudgetLine = Annotated[Word, Reference("budget-line")]
Interview = Annotated[Word, Reference("interview", free=True)]
Seats = Annotated[int, Field(ge=1, le=500)]
Grade = Annotated[int, Field(ge=0, le=99)]
Plan = Annotated[tuple[PlannedInterview, ...], Field(min_length=1, max_length=20)]
Checks = Annotated[tuple[Annotated[Word, Reference("check", free=True)], ...], Field(max_length=20)]
AboutCandidate = Annotated[Sealed, SealFor("candidate")]
"""Free text about a candidate, under the candidate's key (KRN-52)."""
MaybeAboutCandidate = Annotated[Sealed | None, SealFor("candidate")]


class _Sealing(Value):
    """A payload with sealed text. What is sealed under another person's key could not be erased with this one."""

    @model_validator(mode="after")
    def _sealed_for_whom_it_is_about(self) -> Self:
        for name, field in type(self).model_fields.items():
            for mark in field.metadata:
                value = getattr(self, name)
                if isinstance(mark, SealFor) and value is not None and value.subject != getattr(self, mark.sibling):
                    raise ValueError(f"{name} is sealed for someone other than the {mark.sibling}")
        return self


def _plan_names_each_kind_once(plan: tuple[PlannedInterview, ...] | None) -> None:
    kinds = [entry.kind for entry in plan or ()]
    if len(kinds) != len(set(kinds)):
        raise ValueError("name each kind of interview once in interview_plan")


class RaiseRequisition(Value):
    """Opens a requisition and submits it for approval, or keeps it as a draft (HIR-01)."""

    position: Position
    seats: Seats = Field(1, title="seats", description="How many people are to be hired.")
    grade: Grade
    salary_band: Band = Field(description="Per month, from and to.")
    location: Word
    unit: Unit
    business_case: Text = Field(description="Why this is needed now, and what happens without it.")
    job_description: JobDescription
    budget_line: BudgetLine
    interview_plan: Plan = Field(description="Each kind of interview, and how many hand in a scorecard for it.")
    checks: Checks | None = Field(None, title="checks before employment", description="If not those of the policy.")
    hiring_manager: PersonId | None = Field(None, description="If it is not you.")
    hr_partner: PersonId | None = Field(None, title="HR partner", description="If not whoever is it for the unit.")
    recruiter: PersonId | None = Field(None, description="If not whoever is it for the unit.")
    draft: bool = Field(default=False, title="keep it as a draft", description="Nobody is asked until you submit it.")

    @model_validator(mode="after")
    def _plan(self) -> Self:
        _plan_names_each_kind_once(self.interview_plan)
        return self


class SubmitRequisition(Value):
    """Submits a draft for approval."""


class Amendment(Value):
    """New values for some fields of a requisition; those left out stay."""

    seats: Seats | None = None
    grade: Grade | None = None
    salary_band: Band | None = None
    location: Word | None = None
    unit: Unit | None = None
    business_case: Text | None = None
    job_description: JobDescription | None = None
    budget_line: BudgetLine | None = None
    interview_plan: Plan | None = None
    checks: Checks | None = Field(None, title="checks before employment", description="If not those of the policy.")
    hr_partner: PersonId | None = Field(None, title="HR partner", description="If not whoever is it for the unit.")
    recruiter: PersonId | None = Field(None, description="If not whoever is it for the unit.")

    @model_validator(mode="after")
    def _plan(self) -> Self:
        _plan_names_each_kind_once(self.interview_plan)
        return self

    def changes(self) -> dict[str, Any]:
        """The fields of the requisition that were given."""
        people = {"hr_partner", "recruiter"}
        return {name: getattr(self, name) for name in self.model_fields_set - people if getattr(self, name) is not None}


class AmendRequisition(Amendment):
    """Changes a requisition; whatever approvers read of it voids their approvals (HIR-07, KRN-14)."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not any(getattr(self, name) is not None for name in self.model_fields_set):
            raise ValueError("name at least one field to change")
        return self


class ResubmitRequisition(Amendment):
    """Sends a returned requisition back into approval, with changes if any are given."""


class AddCandidate(Value):
    """Adds a candidate; `internal` is their id as an employee, `relatives` are people who work here (HIR-16)."""

    candidate: Annotated[PersonId, MayBeNew()]
    source: Word
    internal: PersonId | None = Field(None, title="their id as an employee", description="If they work here already.")
    relatives: Annotated[tuple[PersonId, ...], Field(max_length=50)] = Field((), title="relatives who work here")


class DeclareRelationship(Value):
    """Declares that `person` is related to the candidate: they neither interview nor decide on them (HIR-04)."""

    candidate: CandidateId
    person: PersonId


class AssessCandidate(Value):
    """Says how far a candidate has the skills that the job description must have, from papers or a test (HIR-05)."""

    candidate: CandidateId
    held: Annotated[tuple[HeldSkill, ...], Field(min_length=1, max_length=40)] = Field(title="skills")

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len({each.skill for each in self.held}) != len(self.held):
            raise ValueError("name each skill once")
        return self


class WaiveRequirement(_Sealing):
    """Lets a candidate go on who is below these must-haves, with the reason; not for whoever hires (HIR-05)."""

    candidate: CandidateId
    skills: Annotated[tuple[Annotated[Word, Reference("skill")], ...], Field(min_length=1, max_length=40)]
    reason: AboutCandidate


class ScreenCandidate(_Sealing):
    """Advances a candidate to interviews, or rejects them with a reason."""

    candidate: CandidateId
    outcome: Literal["advance", "reject"]
    reason: MaybeAboutCandidate = None

    @model_validator(mode="after")
    def _reason(self) -> Self:
        if self.outcome == "reject" and self.reason is None:
            raise ValueError("give the reason for rejecting this candidate")
        return self


class AssignInterviewer(Value):
    """Asks someone to interview a candidate and hand in a scorecard (HIR-04)."""

    candidate: CandidateId
    kind: Interview
    interviewer: PersonId


class SubmitScorecard(_Sealing):
    """Hands in one's own scorecard with scores from 1 to 5; `kind` says which if one has several (HIR-04)."""

    candidate: CandidateId
    kind: Interview | None = None
    scores: Annotated[dict[Word, Annotated[int, Field(ge=1, le=5)]], Field(min_length=1, max_length=30)]
    recommendation: Literal["strong_yes", "yes", "no", "strong_no"]
    notes: MaybeAboutCandidate = None


class RankCandidates(Value):
    """Orders the candidates to whom offers may go, best first; each has a complete interview plan (HIR-04)."""

    ranking: Annotated[tuple[CandidateId, ...], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len(set(self.ranking)) != len(self.ranking):
            raise ValueError("name each candidate once")
        return self


class SubmitOffer(Value):
    """Asks for approval of an offer; terms equal to an approved offer that was declined need none (HIR-02, 03, 06)."""

    candidate: CandidateId
    salary: Money = Field(description="Per month.")
    start_date: Day
    grade: Grade
    location: Word

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if self.salary.amount <= 0:
            raise ValueError("the salary is an amount above zero, per month")
        return self


class ResubmitOffer(Value):
    """Sends a returned offer back into approval, with changed terms if any are given."""

    offer: OfferId
    salary: Money | None = None
    start_date: Day | None = None
    grade: Grade | None = None
    location: Word | None = None

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if self.salary is not None and self.salary.amount <= 0:
            raise ValueError("the salary is an amount above zero, per month")
        return self


class ExtendOffer(Value):
    """Sends an approved offer to the candidate; its validity starts to run (HIR-14)."""

    offer: OfferId


class AnswerOffer(Value):
    """The candidate's own answer to an extended offer (HIR-14)."""

    offer: OfferId
    answer: Literal["accept", "decline"]


class RescindOffer(_Sealing):
    """Takes an offer back: at once before acceptance, by HR and department head after it (HIR-11)."""

    candidate: CandidateId
    reason: AboutCandidate


class StepBack(_Sealing):
    """Says that a candidate wants the job no more, before or after accepting. Their seat is free at once (HIR-17).

    `told_by` is how they said it, for who writes it down for them.
    """

    candidate: CandidateId
    told_by: Literal["mail", "phone", "in-person"] | None = None
    reason: MaybeAboutCandidate = None


class AnswerBackfill(Value):
    """Says whether the position that an internal candidate leaves is to be filled again (HIR-10)."""

    task: Annotated[Word, Reference("task")]
    needed: bool
    reason: Text


class RecordCheck(_Sealing):
    """Records a pre-employment check of a candidate who accepted. The last one passed hands over to onboarding."""

    candidate: CandidateId
    check: Annotated[Word, Reference("check", free=True)]
    result: Literal["passed", "failed"]
    note: MaybeAboutCandidate = None


class CompleteTask(Value):
    """Marks an onboarding task as done (HIR-13)."""

    task: Annotated[Word, Reference("task")]


class DecideProbation(_Sealing):
    """Ends onboarding: confirming fills the seat, ending gives it back with a reason (HIR-13)."""

    candidate: CandidateId
    outcome: Literal["confirm", "end"]
    reason: MaybeAboutCandidate = None

    @model_validator(mode="after")
    def _reason(self) -> Self:
        if self.outcome == "end" and self.reason is None:
            raise ValueError("give the reason for ending the employment")
        return self


class Freeze(Value):
    """Freezes the position: no new offers, and a decision task for each extended one (HIR-09)."""

    reason: Text
    release_money: bool = False


class Unfreeze(Value):
    """Lifts the freeze; offers that were kept go on."""

    reason: Text


class DecideFrozenOffer(Value):
    """Keeps or withdraws an offer that was extended when the position was frozen (HIR-09)."""

    offer: OfferId
    choice: Literal["keep", "withdraw"]


class CancelRequisition(Value):
    """Cancels the hiring. With open offers it needs `withdraw_offers`, and the candidates are told (HIR-08)."""

    reason: Text
    withdraw_offers: bool = False


class NoteCandidateWanted(Value):
    """Sent by another hiring that wants the same candidate (HIR-16)."""

    candidate: CandidateId
    case: Word


COMMANDS: dict[str, type[Value]] = {
    "raise-requisition": RaiseRequisition,
    "submit-requisition": SubmitRequisition,
    "amend-requisition": AmendRequisition,
    "resubmit-requisition": ResubmitRequisition,
    "add-candidate": AddCandidate,
    "declare-relationship": DeclareRelationship,
    "assess-candidate": AssessCandidate,
    "waive-requirement": WaiveRequirement,
    "screen-candidate": ScreenCandidate,
    "assign-interviewer": AssignInterviewer,
    "submit-scorecard": SubmitScorecard,
    "rank-candidates": RankCandidates,
    "submit-offer": SubmitOffer,
    "resubmit-offer": ResubmitOffer,
    "extend-offer": ExtendOffer,
    "answer-offer": AnswerOffer,
    "rescind-offer": RescindOffer,
    "step-back": StepBack,
    "answer-backfill": AnswerBackfill,
    "record-check": RecordCheck,
    "complete-task": CompleteTask,
    "decide-probation": DecideProbation,
    "freeze": Freeze,
    "unfreeze": Unfreeze,
    "decide-frozen-offer": DecideFrozenOffer,
    "cancel-requisition": CancelRequisition,
    "note-candidate-wanted": NoteCandidateWanted,
    "move-commitment": MoveCommitment,
    **KERNEL_COMMANDS,
}
