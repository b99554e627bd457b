"""What votes come to: a step ends once its outcome is certain, and asks others once it cannot end (KRN-11, KRN-13)."""

from typing import Any

from domain.kernel.cases.case import Task
from domain.kernel.cases.case_events import ReviewRejected, StepCompleted, TaskDone
from domain.kernel.cases.task_events import AssigneesChanged, TaskReassigned
from domain.kernel.deciding.approval_conditions import cancel_open
from domain.kernel.deciding.steps import advance, alarm, ask, merges, people_of, route_at_hand
from domain.kernel.deciding.tally import Tally, votes_of
from domain.kernel.deciding.tasks import ANSWER, DECIDE, cancel, drop
from domain.kernel.decision_context import DecisionContext
from domain.kernel.routing.delegates import duty, may_act
from domain.kernel.routing.eligibility import objection
from domain.kernel.routing.ground import all_too_low, lost_ground, without_ground
from domain.kernel.routing.route import asking, beyond

TOO_FEW = "too few are left who may decide"
JOINED = "would be asked today"
LOST = "the role, group or position is not theirs any more"


def tally_of(ctx: DecisionContext[Any], task: Task) -> Tally:
    """The votes on a task of a review, as the organisation is today."""
    review = ctx.case.reviews[task.subject]
    step = route_at_hand(ctx, review.route).step(task.step)
    question = asking(ctx.facts, ctx.case, review)

    def able(person: str) -> bool:
        return not (objection(question, duty(step, task, person), person) or lost_ground(question, step, task, person))

    return Tally(step, task, votes_of(review, task.id), able)


def settle(ctx: DecisionContext[Any], key: str, *, reason: str = "") -> None:
    """Ends the task if its votes are enough; asks others if too few are left. `reason` is that of the last vote."""
    task = ctx.case.tasks[key]
    while (result := tally_of(ctx, task).result()) == "exhausted" and (more := _others(ctx, task)):
        ctx.add(AssigneesChanged(task=key, removed=(), added=more, reason=TOO_FEW))
        task = ctx.case.tasks[key]
    match result:
        case "approved":
            complete(ctx, task)
        case "rejected":
            _reject(ctx, task, reason or TOO_FEW)
        case "exhausted":
            drop(ctx, key, reason=TOO_FEW)
            alarm(ctx, task.subject, task.step, TOO_FEW)
        case "open":
            return


def complete(ctx: DecisionContext[Any], task: Task) -> None:
    """The step is approved. Whoever acted in it may be found in a step beside it, or be missing there from now on."""
    finished(ctx, task, by=ctx.command.actor)
    ctx.add(StepCompleted(review=task.subject, step=task.step, outcome="approved"))
    for other in _open_tasks(ctx, task.subject):
        if merged := merges(ctx, other.subject, other.step, other.waiting):
            finished(ctx, other, by=merged.by)
            ctx.add(merged)
            ctx.add(StepCompleted(review=other.subject, step=other.step, outcome="approved"))
    advance(ctx, task.subject)


def finished(ctx: DecisionContext[Any], task: Task, *, by: str) -> None:
    """The task is done, and what it still asked of others falls away."""
    ctx.add(TaskDone(task=task.id, by=by))
    cancel(ctx, reason="it was decided", subject=task.id, kind=ANSWER)


def resettle(ctx: DecisionContext[Any], review: str) -> None:
    """Looks at every open step again: somebody may just have acted who was to decide there too (KRN-03)."""
    for task in _open_tasks(ctx, review):
        if task.id in ctx.case.tasks:
            settle(ctx, task.id)


def replace(ctx: DecisionContext[Any], key: str, gone: str, *, reason: str) -> None:
    """`gone` drops out of a task for good: the step finds its people again without them.

    A veto goes to somebody else; it does not fall away, nor do the votes that are in (KRN-11).
    """
    task = ctx.case.tasks[key]
    if not task.voted and (set(task.assignees) == {gone} or gone in task.veto):
        drop(ctx, key, reason=reason)
        ask(ctx, task.subject, task.step)
    elif heir := _heir(ctx, task, gone):
        by = ctx.command.actor
        ctx.add(TaskReassigned(task=key, by=by, instead_of=gone, to=heir, reason=reason, right="system"))
    else:
        ctx.add(AssigneesChanged(task=key, removed=(gone,), added=_today(ctx, task), reason=reason))


def _heir(ctx: DecisionContext[Any], task: Task, gone: str) -> str | None:
    """Who has the veto of `gone` from now on, if that is all they have in the task."""
    if gone not in task.veto or gone in (*task.assignees, *task.escalated_to, *task.added):
        return None
    holders = people_of(ctx, task.subject, task.step).veto
    return next((holder for holder in holders if holder not in task.people), None)


def hand_on(ctx: DecisionContext[Any], review: str) -> None:
    """Tasks whose holders lost the role, group or position go to who has it now; votes that were given stand (KRN-10).

    Asked anew where nobody is left and nobody voted.
    """
    for key in [task.id for task in _open_tasks(ctx, review)]:
        if key in ctx.case.tasks and (gone := gone_from(ctx, ctx.case.tasks[key])):
            _without(ctx, ctx.case.tasks[key], gone)
        if key in ctx.case.tasks and overtaxed(ctx, ctx.case.tasks[key]):
            settle(ctx, key, reason=LOST)


def overtaxed(ctx: DecisionContext[Any], task: Task) -> bool:
    """Whether the limits of all who are still asked do not reach any more (SPD-05)."""
    review = ctx.case.reviews.get(task.subject)
    if task.kind != DECIDE or review is None:
        return False
    step = route_at_hand(ctx, review.route).step(task.step)
    return all_too_low(asking(ctx.facts, ctx.case, review), step, task)


def gone_from(ctx: DecisionContext[Any], task: Task) -> tuple[str, ...]:
    """Whose word is still missing on a step, though they are not what they were asked as any more."""
    review = ctx.case.reviews.get(task.subject)
    if task.kind != DECIDE or review is None:
        return ()
    step = route_at_hand(ctx, review.route).step(task.step)
    lost = without_ground(asking(ctx.facts, ctx.case, review), step, task)
    return tuple(person for person in lost if person not in task.voted)


def _without(ctx: DecisionContext[Any], task: Task, gone: tuple[str, ...]) -> None:
    if not task.voted and not set(task.people) - set(gone):
        drop(ctx, task.id, reason=LOST)
        ask(ctx, task.subject, task.step)
        return
    for person in gone:
        if heir := _heir(ctx, task, person):
            ctx.add(TaskReassigned(task=task.id, by=ctx.command.actor, instead_of=person, to=heir, reason=LOST))
    left = tuple(person for person in gone if person in ctx.case.tasks[task.id].people)
    if left:
        added = _today(ctx, ctx.case.tasks[task.id])
        ctx.add(AssigneesChanged(task=task.id, removed=left, added=added, reason=LOST))
    settle(ctx, task.id, reason=LOST)


def let_in(ctx: DecisionContext[Any], key: str) -> None:
    """Whoever would be asked today may act today: who joined the group, took over the role or the team since.

    Nobody is removed, and whoever was given the place of another keeps it.
    """
    task = ctx.case.tasks.get(key)
    if task is None or task.kind != DECIDE or may_act(ctx, task):
        return
    if ctx.command.actor in _today(ctx, task):
        ctx.add(AssigneesChanged(task=key, removed=(), added=(ctx.command.actor,), reason=JOINED))


def _today(ctx: DecisionContext[Any], task: Task) -> tuple[str, ...]:
    """Whom the step would ask today and did not ask yet."""
    found = people_of(ctx, task.subject, task.step)
    return tuple(person for person in found.assignees if person not in task.people)


def _others(ctx: DecisionContext[Any], task: Task) -> tuple[str, ...]:
    """Whom else the step finds, or the next above those who were asked."""
    review = ctx.case.reviews[task.subject]
    step = route_at_hand(ctx, review.route).step(task.step)
    return _today(ctx, task) or beyond(asking(ctx.facts, ctx.case, review), step, task.people)


def _reject(ctx: DecisionContext[Any], task: Task, reason: str) -> None:
    finished(ctx, task, by=ctx.command.actor)
    cancel_open(ctx, task.subject, reason=f"step {task.step} was rejected")
    ctx.add(
        StepCompleted(review=task.subject, step=task.step, outcome="rejected"),
        ReviewRejected(review=task.subject, reason=reason),
    )


def _open_tasks(ctx: DecisionContext[Any], review: str) -> list[Task]:
    return [task for task in ctx.case.tasks.values() if task.kind == DECIDE and task.subject == review]
