"""Approval under conditions: each has an owner and a date; the review waits until all are met or waived (KRN-17)."""

from datetime import timedelta
from typing import Any

from domain.kernel.cases.case import ApprovalCondition, Review, Status, Task
from domain.kernel.cases.review_events import ConditionMet, ConditionSet, ConditionsVoided, ConditionWaived
from domain.kernel.commands import Decide, MeetCondition, NewCondition, WaiveCondition
from domain.kernel.deciding.steps import advance, route_at_hand
from domain.kernel.deciding.tasks import DECIDE, assign, cancel, drop, finish, open_task, require
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.routing.delegates import Acting, acting_on
from domain.kernel.routing.eligibility import calendar_of, today_of
from domain.kernel.values.calendar import working_date
from domain.kernel.values.message import N_

CONDITION = "condition"
"""The kind of the owner's task; its subject is the review, its id is the condition's."""
FARTHEST = timedelta(days=3 * 366)


def refuse_conditions(ctx: DecisionContext[Any], decision: Decide) -> None:
    """Raises Refused `conditions-without-approval`, `unknown-owner`, `due-date`."""
    if decision.conditions and decision.outcome != "approve":
        raise Refused("conditions-without-approval", "Only an approval has conditions; leave them out or approve.")
    for condition in decision.conditions:
        today = today_of(ctx.facts, condition.owner)
        if not ctx.facts.organisation.works_here(condition.owner, today):
            raise Refused(
                "unknown-owner", "{owner} does not work here; name another owner.", owner=condition.owner[:80]
            )
        if not today <= condition.due <= today + FARTHEST:
            raise Refused(
                "due-date",
                "A condition cannot be due on {due}; name a day from {today} on, within three years.",
                due=condition.due.isoformat(),
                today=today.isoformat(),
            )


def set_conditions(ctx: DecisionContext[Any], decision: Decide, task: Task, acting: Acting) -> None:
    """One task for each owner, due at the end of the day, with reminders but no automatic end."""
    step = route_at_hand(ctx, ctx.case.reviews[task.subject].route).step(task.step)
    for number, condition in enumerate(decision.conditions, start=1):
        key = _offer(ctx, task, condition, f"{task.step} {number}", step.ladder)
        persons = (acting.actor, *((acting.principal,) if acting.principal else ()))
        proviso = ApprovalCondition(
            id=key, text=condition.text, owner=condition.owner, due=condition.due, set_by=persons, decision=task.id
        )
        ctx.add(ConditionSet(review=task.subject, condition=proviso))


def meet_condition(ctx: DecisionContext[Any], payload: MeetCondition) -> None:
    """By the owner of the task. Raises Refused `not-a-condition`, and what `require` raises."""
    task = require(ctx, payload.task)
    review, _ = _known(ctx, task)
    acting = acting_on(ctx, task)
    ctx.add(
        ConditionMet(
            review=review.id, condition=task.id, by=acting.actor, note=payload.note, on_behalf_of=acting.principal
        )
    )
    finish(ctx, task.id)
    _go_on(ctx, review.id)


def waive_condition(ctx: DecisionContext[Any], payload: WaiveCondition) -> None:
    """By whoever set it, and nobody else; not by one who answers for the case since (KRN-02).

    Raises Refused `not-a-condition`, `not-yours-to-waive`.
    """
    task = open_task(ctx.case, payload.task)
    review, proviso = _known(ctx, task)
    if ctx.command.actor not in proviso.set_by or ctx.command.actor in ctx.case.own:
        raise Refused(
            "not-yours-to-waive",
            "Only {people} set this condition and can waive it; meet it instead.",
            people=", ".join(proviso.set_by),
        )
    ctx.add(ConditionWaived(review=review.id, condition=task.id, by=ctx.command.actor, reason=payload.reason))
    drop(ctx, task.id, reason=payload.reason)
    _go_on(ctx, review.id)


def _go_on(ctx: DecisionContext[Any], review: str) -> None:
    """The last condition ends a review whose steps are all approved; a returned one waits for its requester."""
    if ctx.case.reviews[review].status is Status.IN_REVIEW:
        advance(ctx, review)


def void_conditions(ctx: DecisionContext[Any], review: str, decisions: tuple[str, ...] | None, *, reason: str) -> None:
    """Conditions of decisions (by their tasks; None: all) fall away with them."""
    found = ctx.case.reviews[review].conditions
    gone = tuple(c.id for c in found if c.state == "open" and (decisions is None or c.decision in decisions))
    if not gone:
        return
    ctx.add(ConditionsVoided(review=review, conditions=gone, reason=reason))
    for key in gone:
        drop(ctx, key, reason=reason)


def _offer(ctx: DecisionContext[Any], task: Task, condition: NewCondition, name: str, ladder: str) -> str:
    calendar = calendar_of(ctx.facts, condition.owner)
    *_, (_begins, ends) = calendar.stretches(working_date(calendar, condition.due, 0))
    return assign(
        ctx,
        kind=CONDITION,
        title=N_("Meet a condition of the approval of {step}", step=task.step),
        subject=task.subject,
        step=name,
        assignees=(condition.owner,),
        basis=f"owner of a condition of {task.id}",
        command="meet-condition",
        due_at=max(ends, ctx.facts.now),
        ladder=ladder,
        without_end=True,
    )


def _known(ctx: DecisionContext[Any], task: Task) -> tuple[Review, ApprovalCondition]:
    review = ctx.case.reviews.get(task.subject)
    found = next((c for c in review.conditions if c.id == task.id), None) if review else None
    if review is None or found is None:
        raise Refused("not-a-condition", "Task {task} is no condition of an approval.", task=task.id)
    return review, found


def cancel_open(ctx: DecisionContext[Any], review: str, *, reason: str) -> None:
    """Everything that a review still asks of people, when it is over."""
    cancel(ctx, reason=reason, subject=review, kind=DECIDE)
    void_conditions(ctx, review, None, reason=reason)
