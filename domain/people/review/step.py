"""What every step of a review is made of: its due times, tasks and deadlines, and the end of the case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.kernel.cases.case import Deadline, Status, Task
from domain.kernel.cases.case_events import DeadlineCleared, DeadlineSet
from domain.kernel.cycle import MemberSpec
from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.parameters import Parameters
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.message import Message
from domain.organisation.policy_needs import Parameter
from domain.people.review.events import (
    ReviewFinished,
    StepBegun,
    StepEnded,
)
from domain.people.review.state import BEFORE_RELEASE, ReviewState, Stage

Ctx = DecisionContext[ReviewState]

DEFAULTS: dict[str, Parameter] = {
    "goals_days": 10, "goal_answer_days": 5, "self_days": 10, "peers_days": 10, "peer_choice_days": 3,
    "manager_days": 10, "contribution_days": 5, "second_level_days": 5, "conversation_days": 10,
    "acknowledgement_days": 5, "appeal_days": 10, "silence_days": 3, "least_givers": 3, "ladder": "standard",
    "role_hr": "hr-partner", "role_chair": "calibration-chair",
}  # fmt: skip
"""Days are working days. `silence_days` after its due time a step of employee or peers goes on without them."""
PARAMETERS = Parameters("review", DEFAULTS)
MEMBER = MemberSpec(gates=("rated", "signed", "done"))
ASSESSMENT, STEP_OVER, SILENCE, APPEAL_WINDOW = "assessment", "step-over", "silence", "appeal-window"
APPEAL_ROUTE = "appeal"
GOAL_TASKS = ("goals-employee", "goals-manager", "goal-offer")
_FLOOR = 3
"""Fewer givers are never anonymous, whatever a policy says (REV-03)."""


def least_givers(facts: Facts) -> int:
    return max(_FLOOR, int(PARAMETERS.number(facts, "least_givers")))


def days_from_now(ctx: Ctx, person: str, name: str) -> datetime:
    """The end of the person's working day so many days ahead, by a parameter of the policy."""
    days = int(PARAMETERS.number(ctx.facts, name))
    return max(working_day_end(ctx.facts, person, today_of(ctx.facts, person), days), ctx.facts.now)


def ask(
    ctx: Ctx,
    kind: str,
    title: Message,
    people: Sequence[str],
    *,
    command: str,
    days: str,
    basis: str,
    subject: str = "",
) -> None:
    """A task with a due time; the ladder reminds and escalates, and no silence ends it."""
    tasks.assign(
        ctx, kind=kind, title=title, subject=subject or "review", assignees=people, basis=basis, command=command,
        due_at=days_from_now(ctx, people[0], days), ladder=PARAMETERS.text(ctx.facts, "ladder"), without_end=True,
    )  # fmt: skip


def done(ctx: DecisionContext[Any], task: str, kind: str, *kinds: str) -> Task:
    """The actor did this task. Raises Refused `other-task`, and as `tasks.require` does."""
    found = tasks.require(ctx, task)
    if found.kind not in (kind, *kinds):
        raise Refused("other-task", "Task {task} is about something else; name the one for this.", task=task)
    tasks.finish(ctx, task, command=found.command)
    return found


def own_word(ctx: DecisionContext[ReviewState]) -> None:
    """Only the employee answers for themself: no stand-in, and nobody whom the ladder added."""
    if ctx.command.actor != ctx.state.person:
        raise Refused("not-your-task", "Only {person} can answer for themself.", person=ctx.state.person)


def begin_step(
    ctx: Ctx,
    step: Stage,
    *,
    owner: str = "",
    days: str | None = None,
    due: datetime | None = None,
    missed: bool = False,
) -> None:
    """The step before ends, with its open tasks and deadlines; this one is due by `owner`'s calendar, or at `due`."""
    end_step(ctx, missed=missed)
    due = days_from_now(ctx, owner, days) if days else due
    ctx.add(StepBegun(step=step, due=due, at=ctx.facts.now))


def end_step(ctx: Ctx, *, missed: bool = False) -> None:
    state, now = ctx.state, ctx.facts.now
    if state.step is None:
        return
    clear(ctx, ASSESSMENT, STEP_OVER, SILENCE, APPEAL_WINDOW)
    kept = GOAL_TASKS if state.step in (Stage.GOALS, Stage.SELF) else ()
    for task in [task for task in ctx.case.tasks.values() if task.kind not in kept]:
        tasks.drop(ctx, task.id, reason="the review goes on without it")
    late = missed or (state.due is not None and now > state.due)
    ctx.add(StepEnded(step=state.step, late=late, missed=missed, at=now))


def clear(ctx: Ctx, *kinds: str) -> None:
    for one in [one for one in ctx.case.deadlines if one.kind in kinds]:
        ctx.add(DeadlineCleared(kind=one.kind, key=one.key))


def until(ctx: Ctx, kind: str, at: datetime) -> None:
    ctx.add(DeadlineSet(deadline=Deadline(kind=kind, key="review", at=max(at, ctx.facts.now))))


def with_silence(ctx: Ctx, person: str, days: str) -> None:
    """Some days after the step is due it is over, whatever came."""
    ahead = int(PARAMETERS.number(ctx.facts, days)) + int(PARAMETERS.number(ctx.facts, "silence_days"))
    until(ctx, STEP_OVER, working_day_end(ctx.facts, person, today_of(ctx.facts, person), ahead))


def finish(ctx: Ctx, outcome: Stage, reason: str | None = None) -> None:
    """The one outcome. Ends the case."""
    end_step(ctx)
    ctx.add(ReviewFinished(outcome=outcome, reason=reason, at=ctx.facts.now))
    ended = outcome in (Stage.EXEMPT, Stage.CALLED_OFF)
    close(ctx, status=Status.CANCELLED if ended else Status.APPROVED, reason=reason or "the review is over")


def refuse_released(ctx: Ctx) -> None:
    """Raises Refused `released`."""
    if ctx.state.step not in BEFORE_RELEASE:
        raise Refused("released", "The review was released; it ends with the employee's answer.")
