"""The process `hiring`: from the wish for a seat to the end of probation (HIR-01 to HIR-17)."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from domain.kernel.command import Command
from domain.kernel.commands import (
    AddApprover,
    AddComment,
    AskInformation,
    Attach,
    BreakGlass,
    Claim,
    DeadlinePassed,
    Decide,
    HandOver,
    MeetCondition,
    Reassign,
    Resume,
    Retry,
    WaiveCondition,
)
from domain.kernel.deciding.tasks import ANSWER
from domain.kernel.definition import CommandSpec, Definition, process_of
from domain.kernel.effects import ClaimQuery
from domain.kernel.ledger import LinePeriod
from domain.kernel.policy import Confidentiality, Secret
from domain.kernel.process import Process
from domain.kernel.routing.authority import request_queries, spending_key
from domain.kernel.routing.case_roles import CaseRole, word
from domain.kernel.showing.confidential import AMOUNT, INVOLVED_WORDS
from domain.kernel.showing.task_sight import CONDITION, WHOLE
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.year_end import MoveCommitment
from domain.people.hiring import (
    answers,
    backfill,
    candidates,
    closing,
    filling,
    forms,
    funding,
    interviews,
    offers,
    onboarding,
    requirements,
    requisition,
    rescission,
    rules,
    stepping_back,
)
from domain.people.hiring import commands as c
from domain.people.hiring.effects import CANDIDATE, OFFER, POSITION, claims, effects
from domain.people.hiring.events import OWN
from domain.people.hiring.evolve import FOLDS, evolve
from domain.people.hiring.figures import figures, milestones
from domain.people.hiring.lookups import PARAMETERS, Wire
from domain.people.hiring.policy_fields import SEEN
from domain.people.hiring.remarks import remarks
from domain.people.hiring.report import hiring_report
from domain.people.hiring.roles import ROLES, Role
from domain.people.hiring.stage import ACTIVE, BEFORE_OPEN, WAYS, Stage, outcome, stage
from domain.people.hiring.state import HiringState, Requisition, Terms
from domain.people.hiring.visibility import may_see, visible
from domain.people.hiring.work import STAGE_WORK

ASKERS: tuple[StrEnum, ...] = (CaseRole.REQUESTER, Role.HIRING_MANAGER)
TEAM: tuple[StrEnum, ...] = (Role.RECRUITER, Role.HR, Role.HIRING_MANAGER)
SPEAKERS = (*ASKERS, Role.HR, Role.RECRUITER, Role.HEAD, Role.INTERVIEWER, CaseRole.ASKED, CaseRole.DECIDER)


def _row(
    name: str, payload: type[Value], rule: Callable[[Wire, Any], None], by: tuple[StrEnum, ...], label: Message,
    words: Message, *, opens: bool = False,
) -> CommandSpec[HiringState, Any]:  # fmt: skip
    return CommandSpec(
        name=name, payload=payload, by=by, rule=rule, label=label, help=words, opens=opens, offered=forms.suits(name)
    )


COMMANDS = (
    _row("raise-requisition", c.RaiseRequisition, requisition.raise_requisition, (CaseRole.EMPLOYEE,),
         N_("request a hire"),
         N_("Opens a requisition and submits it for approval, or keeps it as a draft."), opens=True),
    _row("submit-requisition", c.SubmitRequisition, requisition.submit_requisition, ASKERS, N_("submit requisition"),
         N_("Submits a draft for approval.")),
    _row("amend-requisition", c.AmendRequisition, requisition.amend_requisition, (*ASKERS, Role.HR),
         N_("amend requisition"),
         N_("Changes a requisition; whatever approvers read of it voids their approvals.")),
    _row("resubmit-requisition", c.ResubmitRequisition, requisition.resubmit_requisition, ASKERS,
         N_("resubmit requisition"),
         N_("Sends a returned requisition back into approval, with changes if any are given.")),
    _row("add-candidate", c.AddCandidate, candidates.add_candidate, TEAM, N_("add candidate"),
         N_("Adds a candidate; “internal” is their id as an employee, “relatives” are people who work here.")),
    _row("declare-relationship", c.DeclareRelationship, candidates.declare_relationship,
         (*TEAM, Role.INTERVIEWER, Role.CANDIDATE), N_("declare relationship"),
         N_("Declares that “person” is related to the candidate: they neither interview nor decide on them.")),
    _row("assess-candidate", c.AssessCandidate, requirements.assess_candidate, (*TEAM, Role.INTERVIEWER),
         N_("assess candidate"),
         N_("Says how far a candidate has the skills that the job description must have, from papers or a test.")),
    _row("waive-requirement", c.WaiveRequirement, requirements.waive_requirement, (Role.WAIVER,),
         N_("waive requirement"),
         N_("Lets a candidate go on who is below these must-haves, with the reason; not for whoever hires.")),
    _row("screen-candidate", c.ScreenCandidate, candidates.screen_candidate, TEAM, N_("screen candidate"),
         N_("Advances a candidate to interviews, or rejects them with a reason.")),
    _row("assign-interviewer", c.AssignInterviewer, interviews.assign_interviewer, TEAM, N_("assign interviewer"),
         N_("Asks someone to interview a candidate and hand in a scorecard.")),
    _row("submit-scorecard", c.SubmitScorecard, interviews.submit_scorecard, (Role.INTERVIEWER,),
         N_("submit scorecard"),
         N_("Hands in one's own scorecard with scores from 1 to 5; “kind” says which if one has several.")),
    _row("rank-candidates", c.RankCandidates, candidates.rank_candidates, TEAM, N_("rank candidates"),
         N_("Orders the candidates to whom offers may go, best first; each has a complete interview plan.")),
    _row("submit-offer", c.SubmitOffer, offers.submit_offer, TEAM, N_("submit offer"),
         N_("Asks for approval of an offer; terms equal to an approved offer that was declined need none.")),
    _row("resubmit-offer", c.ResubmitOffer, offers.resubmit_offer, (*TEAM, CaseRole.REQUESTER), N_("resubmit offer"),
         N_("Sends a returned offer back into approval, with changed terms if any are given.")),
    _row("extend-offer", c.ExtendOffer, offers.extend_offer, (Role.RECRUITER, Role.HR, CaseRole.ASSIGNEE),
         N_("send the offer"),
         N_("Sends an approved offer to the candidate; its validity starts to run.")),
    _row("answer-offer", c.AnswerOffer, answers.answer_offer, (Role.CANDIDATE,), N_("answer offer"),
         N_("The candidate's own answer to an extended offer.")),
    _row("rescind-offer", c.RescindOffer, rescission.rescind_offer, TEAM, N_("rescind offer"),
         N_("Takes an offer back: at once before acceptance, by HR and department head after it.")),
    _row("step-back", c.StepBack, stepping_back.step_back, (Role.CANDIDATE, *TEAM), N_("step back"),
         N_("Says that a candidate wants the job no more, before or after accepting. Their seat is free at once.")),
    _row("answer-backfill", c.AnswerBackfill, backfill.answer_backfill, (CaseRole.ASSIGNEE,), N_("answer backfill"),
         N_("Says whether the position that an internal candidate leaves is to be filled again.")),
    _row("record-check", c.RecordCheck, onboarding.record_check, (Role.RECRUITER, Role.HR, CaseRole.ASSIGNEE),
         N_("record check"),
         N_("Records a pre-employment check of a candidate who accepted. The last one passed hands over to "
            "onboarding.")),
    _row("complete-task", c.CompleteTask, onboarding.complete_task, (CaseRole.ASSIGNEE,), N_("complete task"),
         N_("Marks an onboarding task as done.")),
    _row("decide-probation", c.DecideProbation, onboarding.decide_probation, (Role.HIRING_MANAGER, CaseRole.ASSIGNEE),
         N_("decide probation"),
         N_("Ends onboarding: confirming fills the seat, ending gives it back with a reason.")),
    _row("freeze", c.Freeze, closing.freeze, (Role.HEAD, Role.HR), N_("freeze"),
         N_("Freezes the position: no new offers, and a decision task for each extended one.")),
    _row("unfreeze", c.Unfreeze, closing.unfreeze, (Role.HEAD, Role.HR), N_("unfreeze"),
         N_("Lifts the freeze; offers that were kept go on.")),
    _row("decide-frozen-offer", c.DecideFrozenOffer, closing.decide_frozen_offer,
         (Role.HIRING_MANAGER, Role.HR, CaseRole.ASSIGNEE), N_("decide frozen offer"),
         N_("Keeps or withdraws an offer that was extended when the position was frozen.")),
    _row("cancel-requisition", c.CancelRequisition, closing.cancel_requisition, (*ASKERS, Role.HR, Role.HEAD),
         N_("cancel requisition"),
         N_("Cancels the hiring. With open offers it needs “withdraw offers”, and the candidates are told.")),
    _row("note-candidate-wanted", c.NoteCandidateWanted, candidates.note_candidate_wanted, (CaseRole.SYSTEM,),
         N_("note candidate wanted"),
         N_("Sent by another hiring that wants the same candidate.")),
    _row("move-commitment", MoveCommitment, funding.move_commitment, (CaseRole.SYSTEM,), N_("moved to another year"),
         N_("The year ends: what is bound is carried, charged to the new year, or given back.")),
)  # fmt: skip

_ASKS_FOR_MONEY = (
    c.RaiseRequisition, c.SubmitRequisition, c.AmendRequisition, c.ResubmitRequisition, c.SubmitOffer, c.ResubmitOffer,
    c.RescindOffer, c.Unfreeze, Decide, DeadlinePassed, Resume, Retry, Claim, Reassign, AddApprover, AskInformation,
    BreakGlass, MeetCondition, WaiveCondition, HandOver,
)  # fmt: skip
"""Commands after which a step may look for approvers: they see what else was asked of the same line (KRN-05)."""


_WITHOUT_MONEY = (
    AddComment, Attach, c.AddCandidate, c.DeclareRelationship, c.AssessCandidate, c.WaiveRequirement, c.ScreenCandidate,
    c.AssignInterviewer, c.SubmitScorecard, c.RankCandidates, c.RecordCheck, c.CompleteTask, c.AnswerBackfill,
    c.NoteCandidateWanted,
)  # fmt: skip
"""Commands that neither end an offer nor an approval: they wait for no balance (HIR-12)."""


def needs(state: HiringState, command: Command, payload: Value) -> Sequence[ClaimQuery | LinePeriod]:
    """The claims of other cases, and the balances, that a decision on `payload` must see."""
    found: list[ClaimQuery | LinePeriod] = []
    if not isinstance(payload, _WITHOUT_MONEY):
        found += funding.keys(state, command, payload)
    if isinstance(payload, _ASKS_FOR_MONEY):
        requester = state.case.requester or command.actor
        for line in _budget_lines(state, payload):
            found += request_queries(spending_key(requester, line))
    if isinstance(payload, c.RaiseRequisition):
        found.append(ClaimQuery(kind=POSITION, key=payload.position))
    if isinstance(payload, c.AddCandidate):
        found.append(ClaimQuery(kind=CANDIDATE, key=payload.internal or payload.candidate))
    if isinstance(payload, c.SubmitOffer) and payload.candidate in state.candidates:
        found.append(ClaimQuery(kind=OFFER, key=state.candidates[payload.candidate].person))
    return found


def _budget_lines(state: HiringState, payload: Value) -> list[str]:
    given = payload.budget_line if isinstance(payload, c.RaiseRequisition | c.Amendment) else None
    line = given or (state.requisition.budget_line if state.requisition else None)
    return [line] if line else []


_PLACE = ("requisition.position", "requisition.unit", "requisition.location")
_STARTER = (*_PLACE, "offers.{subject}.candidate", "offers.{subject}.terms.start_date")
_JOB = (*_PLACE, "requisition.seats", "requisition.job_description", "requisition.interview_plan")

TASKS = {
    "extend-offer": WHOLE, closing.FROZEN_OFFER: WHOLE, interviews.SCORECARD: (*_JOB, "candidates.{subject}.id"),
    "check": _STARTER, backfill.BACKFILL: ("offers.{subject}.candidate", "offers.{subject}.terms.start_date"),
    onboarding.ONBOARDING: _STARTER, onboarding.PROBATION: _STARTER, ANSWER: (*_JOB, "requisition.business_case"),
    CONDITION: (*_JOB, "requisition.business_case"),
}  # fmt: skip
"""What each kind of work needs to know: whoever prepares a desk sees who starts where and when, and no pay."""
FIELDS = {name: (name,) for name in (*Requisition.model_fields, *Terms.model_fields)} | {
    "cost": ("cost", AMOUNT, "funding", "holdings", "transfers"), "checks": ("checks", "approved_checks"),
    "outside_band": ("outside_band",), "scorecard": ("scorecard", "scores", "recommendation", "notes"),
    "ranking": ("ranking",), "source": ("source",), "held": ("held",), "check_results": ("checks", "result", "note"),
}  # fmt: skip
_RUNNING = ("requester", "asked", "decider", *map(word, (Role.HIRING_MANAGER, Role.HR, Role.RECRUITER)))
_CANDIDATE, _INTERVIEWER = word(Role.CANDIDATE), word(Role.INTERVIEWER)
HIDDEN = Confidentiality(
    seen_by=(*INVOLVED_WORDS, *map(word, (Role.HIRING_MANAGER, Role.HR, Role.RECRUITER)), _INTERVIEWER, _CANDIDATE),
    others="nothing",
    groups={
        "pay": Secret(fields=("salary_band", "salary", "cost"), seen_by=(*_RUNNING, _CANDIDATE)),
        "ratings": Secret(fields=("scorecard", "ranking"), seen_by=(*_RUNNING, _INTERVIEWER)),
        "skills": Secret(fields=("held",), seen_by=(*_RUNNING, _INTERVIEWER)),
        "checks": Secret(fields=("check_results",), seen_by=_RUNNING),
    },
)
"""When the policy says nothing: pay and ratings (KRN-43). What a candidate sees is cut to their own offers before."""

HIRING: Process[HiringState] = process_of(
    Definition(
        name="hiring",
        state=HiringState,
        stages=Stage,
        includes=(STAGE_WORK,),
        aside=frozenset({Stage.AMENDMENT_REFUSED}),
        commands=COMMANDS,
        events=OWN,
        folds=FOLDS,
        evolve=evolve,
        stage=stage,
        outcome=outcome,
        ways=WAYS,
        roles=ROLES,
        on=rules.REACTIONS,
        guards=rules.GUARDS,
        deadlines={offers.VALIDITY: answers.on_validity_passed},
        settle=rules.settle,
        finish=funding.settle,
        withdraws_from=BEFORE_OPEN,
        holds_from=ACTIVE,
        kernel_parts={
            "comment": SPEAKERS,
            "attach": SPEAKERS,
            "retry": (CaseRole.OVERSEER, Role.HR, CaseRole.SYSTEM),
            "deadline": (CaseRole.SYSTEM,),
        },
        holds_money=False,  # `HiringMoneyMoved` gives back all that is left without ground
        needs=needs,
        effects=effects,
        claims=claims,
        parameters=PARAMETERS,
        routes=SEEN,
        preview=requisition.foresee,
        remarks=remarks,
        overview=hiring_report,
        fields=FIELDS,
        tasks=TASKS,
        default=HIDDEN,
        always=("requester", "asked", _CANDIDATE),
        apart=frozenset({_CANDIDATE}),
        visible=visible,
        may_see=may_see,
        choices=forms.choices,
        present=forms.present,
        why=("business_case", "job_description"),
        fills_in={"raise-requisition": {"position": filling.of_position}},
        first={"raise-requisition": filling.FIRST},
        milestones=milestones,
        figures=figures,
    )
)
