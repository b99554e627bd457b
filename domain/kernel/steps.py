"""The steps of a review as they come: offered to people, stuck without any, approved when none is left (KRN-12, 13)."""

from datetime import timedelta
from typing import Any

from domain.kernel.case import Review, Status
from domain.kernel.case_events import ReviewApproved, StepStuck
from domain.kernel.eligibility import OPERATIONS
from domain.kernel.errors import Refused
from domain.kernel.message import Message
from domain.kernel.policy import Route
from domain.kernel.route import Question, resolve, route_of
from domain.kernel.tape import Tape
from domain.kernel.tasks import DECIDE, offer, refuse_closed, refuse_held

RETRY_AFTER = timedelta(days=1)
"""How long a stuck step waits before it is tried again, if operations does not act earlier."""


def advance(tape: Tape[Any], review: str) -> None:
    """Opens the first step that waits, or approves the review when none does (KRN-12)."""
    found = tape.case.reviews[review]
    ahead = next((plan for plan in found.steps if plan.state != "approved"), None)
    if ahead is None:
        tape.add(ReviewApproved(review=review))
    elif ahead.state == "waiting":
        _ask(tape, found, ahead.name)


def _ask(tape: Tape[Any], review: Review, name: str) -> None:
    """Offers a step to the people it resolves to, or records that there are none."""
    route = route_at_hand(tape, review.route)
    step = route.step(name)
    found = resolve(Question(review, tape.facts, tape.case), route, step)
    if found.stuck is not None:
        _alarm(tape, review, name, found.stuck)
        return
    offer(
        tape,
        kind=DECIDE,
        title=Message(id="{step}", args={"step": step.title}),
        subject=review.id,
        assignees=found.assignees,
        basis=found.basis,
        command="decide",
        step=name,
        due_days=step.due_days,
        ladder=step.ladder,
    )


def _alarm(tape: Tape[Any], review: Review, step: str, reason: str) -> None:
    question = Question(review, tape.facts, tape.case)
    tape.add(
        StepStuck(
            review=review.id,
            step=step,
            reason=reason,
            retry_at=tape.facts.now + RETRY_AFTER,
            alarm=tape.facts.organisation.holders(OPERATIONS, review.unit, question.day),
        )
    )


def retry(tape: Tape[Any], review: str, step: str) -> None:
    """Looks again for people for a stuck step; stuck once more, with a new alarm, if there are still none (KRN-13)."""
    found = known_review(tape, review)
    if found.status is Status.IN_REVIEW and any(plan.name == step and plan.state == "stuck" for plan in found.steps):
        _ask(tape, found, step)


def route_at_hand(tape: Tape[Any], route: str) -> Route:
    """The route in the policy the case is pinned to. Raises Refused `other-policy` if that is not the one at hand."""
    policy, pinned = tape.facts.policy, tape.case.policy
    if pinned is not None and policy.version != pinned:
        raise Refused(
            "other-policy",
            "Case {case} runs under policy version {pinned}, but version {given} was looked at; try again.",
            case=tape.case.id,
            pinned=pinned,
            given=policy.version,
        )
    return route_of(policy, tape.case.process, route)


def known_review(tape: Tape[Any], review: str) -> Review:
    if review not in tape.case.reviews:
        raise Refused("no-such-review", "{review} was never submitted; submit it first.", review=review)
    return tape.case.reviews[review]


def refuse_idle(tape: Tape[Any]) -> None:
    refuse_closed(tape.case)
    refuse_held(tape.case)
