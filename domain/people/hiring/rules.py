"""What a hiring forbids of the kernel's commands, and what follows from the outcome of an approval."""

from typing import Any

from domain.kernel.cases.case import Status, Task
from domain.kernel.cases.case_events import Decided, ReviewApproved, ReviewEnded, ReviewRejected
from domain.kernel.commands import AddApprover, BreakGlass, Decide, HandOver, Reassign, Withdraw
from domain.kernel.definition import Guard, Reaction
from domain.kernel.errors import Refused
from domain.kernel.routing.delegates import parties
from domain.people.hiring import closing, funding, interviews, offers, requisition, rescission
from domain.people.hiring.lookups import Wire, relative
from domain.people.hiring.state import Candidate, HiringState


def refuse_withdrawal(ctx: Wire, _payload: Withdraw) -> None:
    """An approved requisition is cancelled, not withdrawn, so that no offer is dropped unseen (HIR-08)."""
    if ctx.state.ever_approved:
        raise Refused("cancel-instead", "This requisition was approved already; cancel it instead of withdrawing it.")


def refuse_candidates(ctx: Wire, payload: HandOver) -> None:
    """Nobody answers for a hiring in which they or a relative of theirs may be hired (HIR-04)."""
    if ctx.state.candidate_of(payload.to):
        raise Refused("own-case", "{actor} is a candidate here; someone else must answer for it.", actor=payload.to)
    for candidate in ctx.state.candidates.values():
        _refuse_relatives((payload.to,), candidate)


def refuse_relatives(ctx: Wire, payload: Decide | BreakGlass | Reassign | AddApprover) -> None:
    """A relative declared after the approval began does not decide on the candidate (HIR-04)."""
    task = ctx.case.tasks.get(payload.task)
    if task is None:
        return
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


def _refuse_relatives(persons: tuple[str, ...], candidate: Candidate) -> None:
    if related := [person for person in persons if person in candidate.relatives]:
        raise relative(related[0], candidate)


def check_money(ctx: Wire, event: Decided) -> None:
    if event.review == ctx.state.review and event.outcome == "approve":
        funding.check(ctx, event.step)


def on_approved(ctx: Wire, event: ReviewApproved) -> None:
    accepted = rescission.by_review(ctx.state, event.review)
    if event.review == ctx.state.review:
        requisition.on_approved(ctx)
    elif event.review in ctx.state.offers:
        offers.on_approved(ctx, event.review)
    elif accepted:
        rescission.on_approved(ctx, accepted)


def on_rejected(ctx: Wire, event: ReviewRejected) -> None:
    _refused(ctx, event.review, Status.REJECTED, event.reason)


def on_ended(ctx: Wire, event: ReviewEnded) -> None:
    if event.status is Status.EXPIRED:
        _refused(ctx, event.review, Status.EXPIRED, event.reason)


def _refused(ctx: Wire, review: str, status: Status, reason: str) -> None:
    accepted = rescission.by_review(ctx.state, review)
    if review == ctx.state.review:
        closing.close_if_hopeless(ctx, status, reason)
    elif accepted:
        rescission.on_refused(ctx, accepted, review)


def settle(ctx: Wire) -> None:
    closing.close_if_filled(ctx)
    funding.settle(ctx)


GUARDS: tuple[Guard[HiringState, Any], ...] = (
    Guard(Withdraw, refuse_withdrawal),
    Guard(HandOver, refuse_candidates),
    *(Guard[HiringState, Any](kind, refuse_relatives) for kind in (Decide, BreakGlass, Reassign, AddApprover)),
)
REACTIONS: tuple[Reaction[HiringState, Any], ...] = (
    Reaction(Decided, check_money),
    Reaction(ReviewApproved, on_approved),
    Reaction(ReviewRejected, on_rejected),
    Reaction(ReviewEnded, on_ended),
)
