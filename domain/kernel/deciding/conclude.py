"""What votes come to: a step ends once its outcome is certain, and asks others once it cannot end (KRN-11, KRN-13)."""

from typing import Any

from domain.kernel.cases.case import Task
from domain.kernel.cases.case_events import ReviewRejected, StepCompleted, TaskDone
from domain.kernel.cases.task_events import AssigneesChanged, TaskReassigned
from domain.kernel.deciding.provisos import cancel_open
from domain.kernel.deciding.steps import advance, alarm, ask, merges, people_of, route_at_hand
from domain.kernel.deciding.tally import Tally, votes_of
from domain.kernel.deciding.tasks import ANSWER, DECIDE, cancel, drop
from domain.kernel.routing.acting import duty, may_act
from domain.kernel.routing.eligibility import objection
from domain.kernel.routing.ground import lost_ground, without_ground
from domain.kernel.routing.route import asking, beyond
from domain.kernel.tape import Tape

TOO_FEW = "too few are left who may decide"
JOINED = "would be asked today"
LOST = "the role, group or position is not theirs any more"


def tally_of(tape: Tape[Any], task: Task) -> Tally:
    """The votes on a task of a review, as the organisation is today."""
    review = tape.case.reviews[task.subject]
    step = route_at_hand(tape, review.route).step(task.step)
    question = asking(tape.facts, tape.case, review)

    def able(person: str) -> bool:
        return not (objection(question, duty(step, task, person), person) or lost_ground(question, step, task, person))

    return Tally(step, task, votes_of(review, task.id), able)


def settle(tape: Tape[Any], key: str, *, reason: str = "") -> None:
    """Ends the task if its votes are enough; asks others if too few are left. `reason` is that of the last vote."""
    task = tape.case.tasks[key]
    while (result := tally_of(tape, task).result()) == "exhausted" and (more := _others(tape, task)):
        tape.add(AssigneesChanged(task=key, removed=(), added=more, reason=TOO_FEW))
        task = tape.case.tasks[key]
    match result:
        case "approved":
            complete(tape, task)
        case "rejected":
            _reject(tape, task, reason or TOO_FEW)
        case "exhausted":
            drop(tape, key, reason=TOO_FEW)
            alarm(tape, task.subject, task.step, TOO_FEW)
        case "open":
            return


def complete(tape: Tape[Any], task: Task) -> None:
    """The step is approved. Whoever acted in it may be found in a step beside it, or be missing there from now on."""
    finished(tape, task, by=tape.command.actor)
    tape.add(StepCompleted(review=task.subject, step=task.step, outcome="approved"))
    for other in _open_tasks(tape, task.subject):
        if merged := merges(tape, other.subject, other.step, other.waiting):
            finished(tape, other, by=merged.by)
            tape.add(merged)
            tape.add(StepCompleted(review=other.subject, step=other.step, outcome="approved"))
    advance(tape, task.subject)


def finished(tape: Tape[Any], task: Task, *, by: str) -> None:
    """The task is done, and what it still asked of others falls away."""
    tape.add(TaskDone(task=task.id, by=by))
    cancel(tape, reason="it was decided", subject=task.id, kind=ANSWER)


def resettle(tape: Tape[Any], review: str) -> None:
    """Looks at every open step again: somebody may just have acted who was to decide there too (KRN-03)."""
    for task in _open_tasks(tape, review):
        if task.id in tape.case.tasks:
            settle(tape, task.id)


def replace(tape: Tape[Any], key: str, gone: str, *, reason: str) -> None:
    """`gone` drops out of a task for good: the step finds its people again without them.

    A veto goes to somebody else; it does not fall away, nor do the votes that are in (KRN-11).
    """
    task = tape.case.tasks[key]
    if not task.voted and (set(task.assignees) == {gone} or gone in task.veto):
        drop(tape, key, reason=reason)
        ask(tape, task.subject, task.step)
    elif heir := _heir(tape, task, gone):
        tape.add(TaskReassigned(task=key, by=tape.command.actor, instead_of=gone, to=heir, reason=reason))
    else:
        tape.add(AssigneesChanged(task=key, removed=(gone,), added=_today(tape, task), reason=reason))


def _heir(tape: Tape[Any], task: Task, gone: str) -> str | None:
    """Who has the veto of `gone` from now on, if that is all they have in the task."""
    if gone not in task.veto or gone in (*task.assignees, *task.escalated_to, *task.added):
        return None
    holders = people_of(tape, task.subject, task.step).veto
    return next((holder for holder in holders if holder not in task.people), None)


def hand_on(tape: Tape[Any], review: str) -> None:
    """Tasks whose holders lost the role, group or position go to who has it now; votes that were given stand (KRN-10).

    Asked anew where nobody is left and nobody voted.
    """
    for key in [task.id for task in _open_tasks(tape, review)]:
        if key in tape.case.tasks and (gone := gone_from(tape, tape.case.tasks[key])):
            _without(tape, tape.case.tasks[key], gone)


def gone_from(tape: Tape[Any], task: Task) -> tuple[str, ...]:
    """Whose word is still missing on a step, though they are not what they were asked as any more."""
    review = tape.case.reviews.get(task.subject)
    if task.kind != DECIDE or review is None:
        return ()
    step = route_at_hand(tape, review.route).step(task.step)
    lost = without_ground(asking(tape.facts, tape.case, review), step, task)
    return tuple(person for person in lost if person not in task.voted)


def _without(tape: Tape[Any], task: Task, gone: tuple[str, ...]) -> None:
    if not task.voted and not set(task.people) - set(gone):
        drop(tape, task.id, reason=LOST)
        ask(tape, task.subject, task.step)
        return
    for person in gone:
        if heir := _heir(tape, task, person):
            tape.add(TaskReassigned(task=task.id, by=tape.command.actor, instead_of=person, to=heir, reason=LOST))
    left = tuple(person for person in gone if person in tape.case.tasks[task.id].people)
    if left:
        added = _today(tape, tape.case.tasks[task.id])
        tape.add(AssigneesChanged(task=task.id, removed=left, added=added, reason=LOST))
    settle(tape, task.id, reason=LOST)


def let_in(tape: Tape[Any], key: str) -> None:
    """Whoever would be asked today may act today: who joined the group, took over the role or the team since.

    Nobody is removed, and whoever was given the place of another keeps it.
    """
    task = tape.case.tasks.get(key)
    if task is None or task.kind != DECIDE or may_act(tape, task):
        return
    if tape.command.actor in _today(tape, task):
        tape.add(AssigneesChanged(task=key, removed=(), added=(tape.command.actor,), reason=JOINED))


def _today(tape: Tape[Any], task: Task) -> tuple[str, ...]:
    """Whom the step would ask today and did not ask yet."""
    found = people_of(tape, task.subject, task.step)
    return tuple(person for person in found.assignees if person not in task.people)


def _others(tape: Tape[Any], task: Task) -> tuple[str, ...]:
    """Whom else the step finds, or the next above those who were asked."""
    review = tape.case.reviews[task.subject]
    step = route_at_hand(tape, review.route).step(task.step)
    return _today(tape, task) or beyond(asking(tape.facts, tape.case, review), step, task.people)


def _reject(tape: Tape[Any], task: Task, reason: str) -> None:
    finished(tape, task, by=tape.command.actor)
    cancel_open(tape, task.subject, reason=f"step {task.step} was rejected")
    tape.add(
        StepCompleted(review=task.subject, step=task.step, outcome="rejected"),
        ReviewRejected(review=task.subject, reason=reason),
    )


def _open_tasks(tape: Tape[Any], review: str) -> list[Task]:
    return [task for task in tape.case.tasks.values() if task.kind == DECIDE and task.subject == review]
