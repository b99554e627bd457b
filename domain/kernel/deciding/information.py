"""A question before a decision: the clock of the step stands until it is answered (KRN-32)."""

from typing import Any

from domain.kernel.cases.case import Task
from domain.kernel.cases.task_events import InformationAsked, InformationGiven, TaskPaused, TaskResumed
from domain.kernel.cases.times import resumed
from domain.kernel.commands import AskInformation, GiveInformation
from domain.kernel.deciding.handover import decision_of
from domain.kernel.deciding.steps import route_at_hand
from domain.kernel.deciding.tasks import ANSWER, assign, finish, require
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.routing.delegates import acting_on, refuse_unfit
from domain.kernel.routing.eligibility import today_of
from domain.kernel.routing.route import asking
from domain.kernel.values.calendar import ALWAYS
from domain.kernel.values.message import N_


def ask_information(ctx: DecisionContext[Any], payload: AskInformation) -> None:
    """By whoever may decide the step, of the requester or a person they name.

    Raises Refused `not-a-decision`, `ask-someone-else`, `not-employed`, and as deciding the task would.
    """
    task = require(ctx, payload.task)
    review = decision_of(ctx, task)
    acting = acting_on(ctx, task)
    step = route_at_hand(ctx, review.route).step(task.step)
    refuse_unfit(asking(ctx.facts, ctx.case, review), step, task, acting)
    of = payload.of or ctx.case.answers_for(review.requester)
    _refuse_unable(ctx, of, acting.actor, acting.voice)
    ctx.add(
        InformationAsked(
            task=task.id,
            question=payload.question,
            of=of,
            by=acting.actor,
            at=ctx.facts.now,
            **acting.for_whom,
        )
    )
    assign(
        ctx,
        kind=ANSWER,
        title=N_("Answer a question about {step}", step=task.step),
        subject=task.id,
        assignees=(of,),
        basis=f"asked by {acting.voice}",
        command="give-information",
        due_days=payload.due_days,
        ladder=step.ladder,
        without_end=True,
    )
    if task.paused_at is None:
        ctx.add(TaskPaused(task=task.id, at=ctx.facts.now))


def give_information(ctx: DecisionContext[Any], payload: GiveInformation) -> None:
    """Raises Refused `not-a-question`, and what `require` raises."""
    task = require(ctx, payload.task)
    if task.kind != ANSWER:
        raise Refused(
            "not-a-question",
            "Task {task} is no question; do it with the command {command}.",
            task=task.id,
            command=task.command,
        )
    acting = acting_on(ctx, task)
    ctx.add(
        InformationGiven(
            task=task.id,
            about=task.subject,
            text=payload.text,
            by=acting.actor,
            at=ctx.facts.now,
            on_behalf_of=acting.principal,
        )
    )
    finish(ctx, task.id)
    _resume(ctx, ctx.case.tasks.get(task.subject))


def _resume(ctx: DecisionContext[Any], task: Task | None) -> None:
    """The clock goes on with the last answer."""
    if task is None or task.paused_at is None or any(other.subject == task.id for other in ctx.case.tasks.values()):
        return
    calendar = ctx.facts.organisation.calendars.get(task.timing.calendar, ALWAYS)
    timing = resumed(task.timing, calendar, since=task.paused_at, now=ctx.facts.now)
    ctx.add(TaskResumed(task=task.id, timing=timing))


def _refuse_unable(ctx: DecisionContext[Any], of: str, *askers: str) -> None:
    if of in askers:
        raise Refused("ask-someone-else", "{person} asks and cannot answer; name someone else with of.", person=of)
    day = today_of(ctx.facts, of)
    if not ctx.facts.organisation.works_here(of, day):
        raise Refused("not-employed", "{actor} does not work here today; name someone else.", actor=of)
