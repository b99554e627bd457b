"""From a command to events: who may, what it does, and what follows from the outcome of an approval."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.kernel.cases.case import Status, Task
from domain.kernel.cases.case_events import Decided, ReviewApproved, ReviewEnded, ReviewRejected
from domain.kernel.command import Command
from domain.kernel.commands import (
    AddApprover,
    AddComment,
    BreakGlass,
    DeadlinePassed,
    Decide,
    HandOver,
    Reassign,
    Withdraw,
)
from domain.kernel.deciding.tasks import refuse_closed
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.handle import handle
from domain.kernel.routing.delegates import parties
from domain.kernel.value import Value
from domain.kernel.year_end import MoveCommitment
from domain.people.hiring import (
    answers,
    backfill,
    candidates,
    closing,
    funding,
    interviews,
    offers,
    onboarding,
    requirements,
    requisition,
    rescission,
    stepping_back,
)
from domain.people.hiring import commands as c
from domain.people.hiring.evolve import evolve
from domain.people.hiring.lookups import Wire, relative
from domain.people.hiring.roles import require_role
from domain.people.hiring.state import Candidate, HiringState

Decider = Callable[[Wire, Any], None]

DECIDERS: Mapping[type[Value], Decider] = {
    c.RaiseRequisition: requisition.raise_requisition,
    c.SubmitRequisition: requisition.submit_requisition,
    c.AmendRequisition: requisition.amend_requisition,
    c.ResubmitRequisition: requisition.resubmit_requisition,
    c.AddCandidate: candidates.add_candidate,
    c.DeclareRelationship: candidates.declare_relationship,
    c.AssessCandidate: requirements.assess_candidate,
    c.WaiveRequirement: requirements.waive_requirement,
    c.ScreenCandidate: candidates.screen_candidate,
    c.AssignInterviewer: interviews.assign_interviewer,
    c.SubmitScorecard: interviews.submit_scorecard,
    c.RankCandidates: candidates.rank_candidates,
    c.SubmitOffer: offers.submit_offer,
    c.ResubmitOffer: offers.resubmit_offer,
    c.ExtendOffer: offers.extend_offer,
    c.AnswerOffer: answers.answer_offer,
    c.RescindOffer: rescission.rescind_offer,
    c.StepBack: stepping_back.step_back,
    c.AnswerBackfill: backfill.answer_backfill,
    c.RecordCheck: onboarding.record_check,
    c.CompleteTask: onboarding.complete_task,
    c.DecideProbation: onboarding.decide_probation,
    c.Freeze: closing.freeze,
    c.Unfreeze: closing.unfreeze,
    c.DecideFrozenOffer: closing.decide_frozen_offer,
    c.CancelRequisition: closing.cancel_requisition,
    c.NoteCandidateWanted: candidates.note_candidate_wanted,
    MoveCommitment: funding.move_commitment,
    DeadlinePassed: answers.on_validity_passed,
}


def decide(state: HiringState, command: Command, payload: Value, facts: Facts) -> Sequence[Event]:
    """The events of an accepted command, which may be none. Raises Refused."""
    ctx = DecisionContext(state, command, facts, evolve=evolve, case=_case_of)
    _refuse_early_or_late(ctx, payload)
    require_role(ctx)
    _refuse_for_hiring(ctx, payload)
    if not handle(ctx, payload):
        _decide_own(ctx, payload)
    _follow_up(ctx)
    funding.settle(ctx)
    return ctx.events


def _case_of(state: HiringState) -> Any:
    return state.case


def _refuse_early_or_late(ctx: Wire, payload: Value) -> None:
    """Raises Refused `no-such-case`, `withdrawn`, `finished`."""
    if ctx.state.requisition is None and not isinstance(payload, c.RaiseRequisition):
        raise Refused("no-such-case", "There is no hiring {case}; check the id.", case=ctx.case.id)
    if not isinstance(payload, AddComment):
        refuse_closed(ctx.case)


def _decide_own(ctx: Wire, payload: Value) -> None:
    if isinstance(payload, DeadlinePassed) and payload.kind != offers.VALIDITY:
        raise Refused("deadline-gone", "Nothing of the kind {kind} is due here.", kind=payload.kind)
    DECIDERS[type(payload)](ctx, payload)


def _refuse_for_hiring(ctx: Wire, payload: Value) -> None:
    """What hiring forbids of the kernel's commands.

    A relative declared after the approval began does not decide on the candidate; an approved requisition is cancelled,
    not withdrawn, so that no offer is dropped unseen (HIR-08).
    """
    if isinstance(payload, Withdraw) and ctx.state.ever_approved:
        raise Refused("cancel-instead", "This requisition was approved already; cancel it instead of withdrawing it.")
    if isinstance(payload, HandOver):
        _refuse_candidates(ctx, payload.to)
    if isinstance(payload, Decide | BreakGlass | Reassign | AddApprover) and payload.task in ctx.case.tasks:
        task = ctx.case.tasks[payload.task]
        offer = ctx.state.offers.get(task.subject) or rescission.by_review(ctx.state, task.subject)
        if offer:
            _refuse_relatives(_persons(ctx, payload, task), ctx.state.candidates[offer.candidate])
        if isinstance(payload, Reassign) and task.kind == interviews.SCORECARD:
            raise Refused("assign-instead", "An interview is not handed on; assign another interviewer.")


def _persons(ctx: Wire, payload: Decide | BreakGlass | Reassign | AddApprover, task: Task) -> tuple[str, ...]:
    """Whoever would have a part in a decision: who decides, for whom, or who is to decide from now on."""
    match payload:
        case Reassign(to=person) | AddApprover(person=person):
            return (person,)
        case Decide(on_behalf_of=principal):
            return parties(ctx, task, on_behalf_of=principal)
        case BreakGlass():
            return (ctx.command.actor,)


def _refuse_candidates(ctx: Wire, person: str) -> None:
    """Nobody answers for a hiring in which they or a relative of theirs may be hired (HIR-04)."""
    if ctx.state.candidate_of(person):
        raise Refused("own-case", "{actor} is a candidate here; someone else must answer for it.", actor=person)
    for candidate in ctx.state.candidates.values():
        _refuse_relatives((person,), candidate)


def _refuse_relatives(persons: tuple[str, ...], candidate: Candidate) -> None:
    if related := [person for person in persons if person in candidate.relatives]:
        raise relative(related[0], candidate)


def _follow_up(ctx: Wire) -> None:
    """Goes through the events as they come, for a follow-up may have one of its own."""
    index = 0
    while index < len(ctx.events):
        if ctx.case.closed is None:
            _react(ctx, ctx.events[index])
        index += 1
    if ctx.case.closed is None:
        closing.close_if_filled(ctx)


def _react(ctx: Wire, event: Event) -> None:
    match event:
        case Decided(review=review, step=step, outcome="approve") if review == ctx.state.review:
            funding.check(ctx, step)
        case ReviewApproved(review=review):
            _on_approved(ctx, review)
        case ReviewRejected(review=review, reason=reason):
            _on_refused(ctx, review, Status.REJECTED, reason)
        case ReviewEnded(review=review, status=Status.EXPIRED, reason=reason):
            _on_refused(ctx, review, Status.EXPIRED, reason)
        case _:
            return


def _on_approved(ctx: Wire, review: str) -> None:
    accepted = rescission.by_review(ctx.state, review)
    if review == ctx.state.review:
        requisition.on_approved(ctx)
    elif review in ctx.state.offers:
        offers.on_approved(ctx, review)
    elif accepted:
        rescission.on_approved(ctx, accepted)


def _on_refused(ctx: Wire, review: str, status: Status, reason: str) -> None:
    accepted = rescission.by_review(ctx.state, review)
    if review == ctx.state.review:
        closing.close_if_hopeless(ctx, status, reason)
    elif accepted:
        rescission.on_refused(ctx, accepted, review)
