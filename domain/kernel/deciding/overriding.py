"""Breaking the glass, and the second person who looks at it afterwards (KRN-44)."""

from collections.abc import Iterable
from typing import Any

from domain.kernel.cases.case import Review, Task
from domain.kernel.cases.review_events import OverrideReviewed
from domain.kernel.cases.task_events import AssigneesChanged
from domain.kernel.commands import ReviewOverride
from domain.kernel.deciding.tasks import assign, finish, require
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.policy import Step
from domain.kernel.routing.delegates import acting_on, review_of
from domain.kernel.routing.eligibility import OPERATIONS, StepQuery, acted_already, bar
from domain.kernel.routing.route import asking
from domain.kernel.values.message import N_

OVERRIDE = "override"
"""The role that may approve a step by privilege. It gets around limits and quorum, not around KRN-02, 03 and 06."""
REVIEWER = "override-review"
"""The role, and the kind of the task, of the second person."""


def refuse_unprivileged(question: StepQuery, step: Step, actor: str) -> None:
    """Raises Refused `no-privilege`, and what bars anybody: own case, subordinate, another step."""
    if actor not in question.facts.organisation.holders(OVERRIDE, question.matter.unit, question.day):
        raise Refused("no-privilege", "Only who holds the role {role} may override a step.", role=OVERRIDE)
    if objected := bar(question, actor) or acted_already(question, step, actor):
        raise objected


def ask_second_person(ctx: DecisionContext[Any], task: Task, review: Review, step: Step) -> str:
    """The task of looking at an override. Raises Refused `no-second-person`: nothing is overridden unseen."""
    question = asking(ctx.facts, ctx.case, review)
    return assign(
        ctx,
        kind=REVIEWER,
        title=N_("Look at the override of {step}", step=task.step),
        subject=task.id,
        step=task.step,
        assignees=_second_persons(question, ctx.command.actor),
        basis=f"{ctx.command.actor} overrode {task.id}",
        command="review-override",
        due_days=step.due_days,
        ladder=step.ladder,
        without_end=True,
    )


def review_override(ctx: DecisionContext[Any], payload: ReviewOverride) -> None:
    """What the second person finds. Raises Refused `not-an-override`, `own-override`, and what `require` raises."""
    task = require(ctx, payload.task)
    if task.kind != REVIEWER:
        raise Refused(
            "not-an-override",
            "Task {task} is not about an override; do it with the command {command}.",
            task=task.id,
            command=task.command,
        )
    acting = acting_on(ctx, task)
    for person in {*acting.hands, acting.voice}:
        refuse_reviewer(ctx, task, person)
    ctx.add(
        OverrideReviewed(
            task=task.id,
            by=acting.actor,
            finding=payload.finding,
            comment=payload.comment,
            on_behalf_of=acting.principal,
        )
    )
    finish(ctx, task.id)


def refuse_reviewer(ctx: DecisionContext[Any], task: Task, person: str) -> None:
    """The second person is another one, no party to the case, and does not report to the first."""
    found = next((one for one in ctx.case.overrides if one.review_task == task.id), None)
    review = review_of(ctx.case, task)
    if found and review and not _is_second(asking(ctx.facts, ctx.case, review), found.by, person):
        raise Refused(
            "own-override",
            "{person} cannot look at the override of {by}; it takes a second person who is no party to it.",
            person=person,
            by=found.by,
        )


def replace_reviewers(ctx: DecisionContext[Any], reason: str) -> None:
    """Whoever became a party to the case does not look at its overrides; if nobody is left, somebody else is asked."""
    for used in ctx.case.overrides:
        task = ctx.case.tasks.get(used.review_task)
        review = review_of(ctx.case, task) if task else None
        if task is None or review is None:
            continue
        question = asking(ctx.facts, ctx.case, review)
        gone = tuple(person for person in task.people if not _is_second(question, used.by, person))
        if gone:
            others = set(task.people) - set(gone)
            added = () if others else _second_persons(question, used.by)
            ctx.add(AssigneesChanged(task=task.id, removed=gone, added=added, reason=reason))


def _second_persons(question: StepQuery, first: str) -> tuple[str, ...]:
    """Who holds the role; else operations; else the managers of whoever broke the glass."""
    organisation, day, unit = question.facts.organisation, question.day, question.matter.unit
    ways: Iterable[tuple[str, ...]] = (
        organisation.holders(REVIEWER, unit, day),
        organisation.holders(OPERATIONS, unit, day),
        organisation.line_above(first, day),
    )
    for people in ways:
        if found := tuple(person for person in people if _is_second(question, first, person)):
            return found
    raise Refused(
        "no-second-person",
        "Nobody could look at this override afterwards; give someone the role {role} first.",
        role=REVIEWER,
    )


def _is_second(question: StepQuery, first: str, person: str) -> bool:
    organisation, day = question.facts.organisation, question.day
    barred = person == first or person in question.barred or organisation.reports_to(person, first, day)
    return organisation.works_here(person, day) and not barred
