"""From a command to events: who may, what it does, and what follows from the outcome of an approval."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.kernel.cases.case import Status, Task
from domain.kernel.cases.case_events import ReviewApproved, ReviewEnded, ReviewRejected
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
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.handle import handle
from domain.kernel.routing.acting import parties
from domain.kernel.tape import Tape
from domain.kernel.value import Value
from domain.people.hiring import (
    answers,
    candidates,
    closing,
    interviews,
    musts,
    offers,
    onboarding,
    requisition,
    rescission,
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
    c.AssessCandidate: musts.assess_candidate,
    c.WaiveRequirement: musts.waive_requirement,
    c.ScreenCandidate: candidates.screen_candidate,
    c.AssignInterviewer: interviews.assign_interviewer,
    c.SubmitScorecard: interviews.submit_scorecard,
    c.RankCandidates: candidates.rank_candidates,
    c.SubmitOffer: offers.submit_offer,
    c.ResubmitOffer: offers.resubmit_offer,
    c.ExtendOffer: offers.extend_offer,
    c.AnswerOffer: answers.answer_offer,
    c.RescindOffer: rescission.rescind_offer,
    c.RecordCheck: onboarding.record_check,
    c.CompleteTask: onboarding.complete_task,
    c.DecideProbation: onboarding.decide_probation,
    c.Freeze: closing.freeze,
    c.Unfreeze: closing.unfreeze,
    c.DecideFrozenOffer: closing.decide_frozen_offer,
    c.CancelRequisition: closing.cancel_requisition,
    c.NoteCandidateWanted: candidates.note_candidate_wanted,
    DeadlinePassed: answers.on_validity_passed,
}


def decide(state: HiringState, command: Command, payload: Value, facts: Facts) -> Sequence[Event]:
    """The events of an accepted command, which may be none. Raises Refused."""
    tape = Tape(state, command, facts, evolve=evolve, case=_case_of)
    _refuse_early_or_late(tape, payload)
    require_role(tape)
    _refuse_for_hiring(tape, payload)
    if not handle(tape, payload, admitted=True):
        _decide_own(tape, payload)
    _follow_up(tape)
    return tape.events


def _case_of(state: HiringState) -> Any:
    return state.case


def _refuse_early_or_late(tape: Wire, payload: Value) -> None:
    """Raises Refused `no-such-case`, `withdrawn`, `finished`."""
    if tape.state.requisition is None and not isinstance(payload, c.RaiseRequisition):
        raise Refused("no-such-case", "There is no hiring {case}; check the id.", case=tape.case.id)
    if not isinstance(payload, AddComment):
        refuse_closed(tape.case)


def _decide_own(tape: Wire, payload: Value) -> None:
    if isinstance(payload, DeadlinePassed) and payload.kind != offers.VALIDITY:
        raise Refused("deadline-gone", "Nothing of the kind {kind} is due here.", kind=payload.kind)
    DECIDERS[type(payload)](tape, payload)


def _refuse_for_hiring(tape: Wire, payload: Value) -> None:
    """What hiring forbids of the kernel's commands.

    A relative declared after the approval began does not decide on the candidate; an approved requisition is cancelled,
    not withdrawn, so that no offer is dropped unseen (HIR-08).
    """
    if isinstance(payload, Withdraw) and tape.state.ever_approved:
        raise Refused("cancel-instead", "This requisition was approved already; cancel it instead of withdrawing it.")
    if isinstance(payload, HandOver):
        _refuse_candidates(tape, payload.to)
    if isinstance(payload, Decide | BreakGlass | Reassign | AddApprover) and payload.task in tape.case.tasks:
        task = tape.case.tasks[payload.task]
        offer = tape.state.offers.get(task.subject) or rescission.by_review(tape.state, task.subject)
        if offer:
            _refuse_relatives(_persons(tape, payload, task), tape.state.candidates[offer.candidate])
        if isinstance(payload, Reassign) and task.kind == interviews.SCORECARD:
            raise Refused("assign-instead", "An interview is not handed on; assign another interviewer.")


def _persons(tape: Wire, payload: Decide | BreakGlass | Reassign | AddApprover, task: Task) -> tuple[str, ...]:
    """Whoever would have a part in a decision: who decides, for whom, or who is to decide from now on."""
    match payload:
        case Reassign(to=person) | AddApprover(person=person):
            return (person,)
        case Decide(on_behalf_of=principal):
            return parties(tape, task, on_behalf_of=principal)
        case BreakGlass():
            return (tape.command.actor,)


def _refuse_candidates(tape: Wire, person: str) -> None:
    """Nobody answers for a hiring in which they or a relative of theirs may be hired (HIR-04)."""
    if tape.state.candidate_of(person):
        raise Refused("own-case", "{actor} is a candidate here; someone else must answer for it.", actor=person)
    for candidate in tape.state.candidates.values():
        _refuse_relatives((person,), candidate)


def _refuse_relatives(persons: tuple[str, ...], candidate: Candidate) -> None:
    if related := [person for person in persons if person in candidate.relatives]:
        raise relative(related[0], candidate)


def _follow_up(tape: Wire) -> None:
    """Goes through the events as they come, for a follow-up may have one of its own."""
    index = 0
    while index < len(tape.events):
        if tape.case.closed is None:
            _react(tape, tape.events[index])
        index += 1
    if tape.case.closed is None:
        closing.close_if_filled(tape)


def _react(tape: Wire, event: Event) -> None:
    match event:
        case ReviewApproved(review=review):
            _on_approved(tape, review)
        case ReviewRejected(review=review, reason=reason):
            _on_refused(tape, review, Status.REJECTED, reason)
        case ReviewEnded(review=review, status=Status.EXPIRED, reason=reason):
            _on_refused(tape, review, Status.EXPIRED, reason)
        case _:
            return


def _on_approved(tape: Wire, review: str) -> None:
    accepted = rescission.by_review(tape.state, review)
    if review == tape.state.review:
        requisition.on_approved(tape)
    elif review in tape.state.offers:
        offers.on_approved(tape, review)
    elif accepted:
        rescission.on_approved(tape, accepted)


def _on_refused(tape: Wire, review: str, status: Status, reason: str) -> None:
    accepted = rescission.by_review(tape.state, review)
    if review == tape.state.review:
        closing.close_if_hopeless(tape, status, reason)
    elif accepted:
        rescission.on_refused(tape, accepted, review)
