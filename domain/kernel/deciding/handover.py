"""A task changes hands: claimed, released, reassigned, or with one more approver (KRN-23).

The right to reassign is that of whoever was asked, of the managers above them, and of operations; not of the requester
or the subject of what is decided, nor of the case's team except for their own place. Operations never give a place to
themselves, and do not decide a step in which they gave one away.
"""

from typing import Any, Literal

from domain.kernel.cases.case import Review, Task
from domain.kernel.cases.task_events import ApproverAdded, TaskClaimed, TaskReassigned, TaskReleased
from domain.kernel.command import SYSTEM
from domain.kernel.commands import AddApprover, Claim, Reassign, Release
from domain.kernel.deciding.conclude import let_in
from domain.kernel.deciding.overriding import refuse_reviewer
from domain.kernel.deciding.steps import refuse_idle, route_at_hand
from domain.kernel.deciding.tasks import DECIDE, open_task, require
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.policy import Step
from domain.kernel.routing.delegates import Acting, acting_on, may_act, refuse_unfit, review_of
from domain.kernel.routing.eligibility import OPERATIONS, StepQuery, objection, own_case, today_of
from domain.kernel.routing.route import asking


def claim(ctx: DecisionContext[Any], payload: Claim) -> None:
    """Raises Refused `claimed`, `claimed-already`, `nothing-to-claim`, and as deciding the task would."""
    refuse_idle(ctx)
    let_in(ctx, payload.task)
    task = require(ctx, payload.task)
    acting = acting_on(ctx, task)
    if task.claimed_by == acting.voice:
        raise Refused("claimed-already", "Task {task} is claimed by {actor} already.", task=task.id, actor=acting.voice)
    several = task.kind == DECIDE and (_step(ctx, task).quorum != "any" or task.added or task.veto)
    if several or len(task.people) == 1:
        raise Refused(
            "nothing-to-claim",
            "Task {task} needs the word of each of {people}; there is nothing to keep for one of them.",
            task=task.id,
            people=", ".join(task.people),
        )
    if task.kind == DECIDE:
        refuse_unfit(_question(ctx, task), _step(ctx, task), task, acting)
    ctx.add(TaskClaimed(task=task.id, by=acting.actor, **acting.for_whom))


def release(ctx: DecisionContext[Any], payload: Release) -> None:
    """By the claimer, or by whoever may reassign it. Raises Refused `not-claimed`, `not-yours-to-reassign`."""
    task = open_task(ctx.case, payload.task)
    if task.claimed_by is None:
        raise Refused("not-claimed", "Nobody claimed task {task}; nothing is to be released.", task=task.id)
    acting = acting_on(ctx, task) if may_act(ctx, task) else Acting(ctx.command.actor)
    if acting.voice != task.claimed_by:
        _refuse_without_right(ctx, task, task.claimed_by)
        acting = Acting(ctx.command.actor)  # by their own right, not for anybody
    ctx.add(TaskReleased(task=task.id, by=acting.actor, reason=payload.reason, **acting.for_whom))


def reassign(ctx: DecisionContext[Any], payload: Reassign) -> None:
    """`to` takes the place of one who was asked; whoever may not decide the task cannot be given it.

    Raises Refused `not-asked`, `say-instead-of-whom`, `voted-already`, `asked-already`, `not-yours-to-reassign`,
    `not-to-yourself`, and what `objection` finds about `to`.
    """
    task = open_task(ctx.case, payload.task)
    leaving = payload.instead_of or _the_one(ctx, task)
    if leaving not in task.people:
        raise Refused("not-asked", "{person} was not asked about task {task}.", person=leaving, task=task.id)
    if leaving in task.voted:
        raise Refused("voted-already", "{actor} said their word on task {task}.", actor=leaving, task=task.id)
    if payload.to in task.people:
        raise Refused("asked-already", "{person} was asked about task {task} already.", person=payload.to, task=task.id)
    _refuse_without_right(ctx, task, leaving)
    right = _right(ctx, leaving)
    if right == "operations" and payload.to == ctx.command.actor:
        raise Refused(
            "not-to-yourself", "Operations give task {task} to another, never to themselves; name them.", task=task.id
        )
    _refuse_receiver(ctx, task, payload.to, leaving)
    ctx.add(
        TaskReassigned(
            task=task.id,
            by=ctx.command.actor,
            instead_of=leaving,
            to=payload.to,
            reason=payload.reason,
            right=right or "system",
        )
    )


def add_approver(ctx: DecisionContext[Any], payload: AddApprover) -> None:
    """By whoever may decide the step. Raises Refused `not-a-decision`, `asked-already`, what `bar` finds."""
    task = require(ctx, payload.task)
    review = decision_of(ctx, task)
    acting = acting_on(ctx, task)
    refuse_unfit(asking(ctx.facts, ctx.case, review), _step(ctx, task), task, acting)
    if payload.person in task.people:
        raise Refused(
            "asked-already", "{person} was asked about task {task} already.", person=payload.person, task=task.id
        )
    _refuse_receiver(ctx, task, payload.person, None)
    ctx.add(
        ApproverAdded(
            task=task.id,
            person=payload.person,
            by=acting.actor,
            reason=payload.reason,
            **acting.for_whom,
        )
    )


def may_hand_on(ctx: DecisionContext[Any], task: Task) -> bool:
    """Whether the command's actor may give the place of somebody on the task to another."""
    return any(_without_right(ctx, task, person) is None for person in task.waiting)


def decision_of(ctx: DecisionContext[Any], task: Task) -> Review:
    """The review whose step the task decides. Raises Refused `not-a-decision`."""
    review = ctx.case.reviews.get(task.subject)
    if task.kind != DECIDE or review is None:
        raise Refused(
            "not-a-decision",
            "Task {task} is not a decision; do it with the command {command}.",
            task=task.id,
            command=task.command,
        )
    return review


def _the_one(ctx: DecisionContext[Any], task: Task) -> str:
    """Whose place is meant if nobody says so: the actor's own, or that of the only one."""
    if ctx.command.actor in task.people:
        return ctx.command.actor
    if len(task.waiting) == 1:
        return task.waiting[0]
    raise Refused(
        "say-instead-of-whom",
        "Task {task} waits for {people}; say in whose place with instead_of.",
        task=task.id,
        people=", ".join(task.waiting),
    )


def _refuse_without_right(ctx: DecisionContext[Any], task: Task, person: str) -> None:
    if refused := _without_right(ctx, task, person):
        raise refused


def _without_right(ctx: DecisionContext[Any], task: Task, person: str) -> Refused | None:
    """Why the command's actor may not give the place of `person` to another: `own-case`, `not-yours-to-reassign`."""
    actor, right = ctx.command.actor, _right(ctx, person)
    review = review_of(ctx.case, task)
    if review:
        question = asking(ctx.facts, ctx.case, review)
        if actor in question.barred or (actor in question.parties and right != "own"):
            return own_case(actor)
    if right is not None:
        return None
    return Refused(
        "not-yours-to-reassign",
        "Task {task} can be handed on by {person}, their managers, or operations.",
        task=task.id,
        person=person,
    )


def _right(ctx: DecisionContext[Any], person: str) -> Literal["own", "line", "operations", "system"] | None:
    """Why the command's actor may give the place of `person` to another; None if they may not."""
    actor, organisation = ctx.command.actor, ctx.facts.organisation
    day = today_of(ctx.facts, person)
    if actor == SYSTEM:
        return "system"
    if actor == person:
        return "own"
    if actor in organisation.line_above(person, day):
        return "line"
    return "operations" if actor in organisation.holders(OPERATIONS, ctx.case.unit, day) else None


def overseers(ctx: DecisionContext[Any], person: str) -> set[str]:
    """The managers above a person, and operations."""
    organisation = ctx.facts.organisation
    day = today_of(ctx.facts, person)
    return {*organisation.line_above(person, day), *organisation.holders(OPERATIONS, ctx.case.unit, day)}


def _refuse_receiver(ctx: DecisionContext[Any], task: Task, person: str, leaving: str | None) -> None:
    """Whoever gets a task must be able to do it. Those who only approve besides, or veto, need no limit."""
    day = today_of(ctx.facts, person)
    if not ctx.facts.organisation.works_here(person, day):
        raise Refused("not-employed", "{actor} does not work here today; name someone else.", actor=person)
    refuse_reviewer(ctx, task, person)
    if task.kind != DECIDE:
        return
    question, step = _question(ctx, task), _step(ctx, task)
    voter = leaving in (*task.assignees, *task.escalated_to)
    needed = step if voter else step.model_copy(update={"authority": None})
    if objected := objection(question, needed, person):
        raise objected


def _question(ctx: DecisionContext[Any], task: Task) -> StepQuery:
    return asking(ctx.facts, ctx.case, ctx.case.reviews[task.subject])


def _step(ctx: DecisionContext[Any], task: Task) -> Step:
    return route_at_hand(ctx, ctx.case.reviews[task.subject].route).step(task.step)
