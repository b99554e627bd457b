"""What a changed grade costs: finance is asked with the submission; nothing is in use before they answered (JOB-04).

The answer is a word for the record: which line pays, and whether it can. Moving money is the business of the budget.
"""

from typing import Annotated

from pydantic import Field

from domain.kernel.cases.case import Task
from domain.kernel.commands import Text
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.routing.delegates import acting_on
from domain.kernel.routing.eligibility import own_case, today_of
from domain.kernel.routing.route import nearest_managers
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.organisation.jobs import Word
from domain.people.job_description import events as e
from domain.people.job_description.content import grades_now, regraded
from domain.people.job_description.state import OF_POLICY, Impact, Wire

KIND = "budget-impact"


class AssessBudgetImpact(Value):
    """What a changed grade costs, and which budget line pays it."""

    task: Annotated[Word, Reference("task")]
    per_year: Money = Field(
        title="cost per year", description="Of all positions together; below zero if it costs less."
    )
    budget_line: Annotated[Word, Reference("budget-line")]
    covered: bool = Field(title="the budget covers it")
    note: Text | None = None


def ask_what_it_costs(ctx: Wire, _event: Event) -> None:
    """Asks if the grade changes, asks anew if it changes otherwise, and takes the question back if it stays."""
    if not ctx.case.reviews:
        return
    known, content = ctx.state.impact, ctx.state.content
    before = grades_now(ctx.facts.organisation, content)
    wanted = (before, content.grade, content.positions) if regraded(ctx.facts, content) else None
    if known and wanted == (known.before, known.after, known.positions):
        return
    if known:
        tasks.drop(ctx, known.task, reason="the grade is another one")
        ctx.add(e.BudgetImpactDropped(task=known.task))
    if wanted:
        _ask(ctx, before)


def assess(ctx: Wire, payload: AssessBudgetImpact) -> None:
    """Raises Refused as `tasks.require` does, `own-case`, `other-command`, `unknown-budget-line`."""
    task = tasks.require(ctx, payload.task)
    if task.kind != KIND:
        template = "Task {task} is done by the command {command}."
        raise Refused("other-command", template, task=task.id, command=task.command)
    _refuse_own(ctx, task)
    if payload.budget_line not in ctx.facts.organisation.budget_lines:
        template = "There is no {what} {given} in the organisation; check the id."
        raise Refused("unknown-budget-line", template, what="budget line", given=payload.budget_line)
    tasks.finish(ctx, task.id)
    ctx.add(
        e.BudgetImpactAssessed(
            **{**dict(payload), "task": task.id}, by=ctx.command.actor, at=ctx.facts.now
        )
    )  # fmt: skip


def _refuse_own(ctx: Wire, task: Task) -> None:
    """Whoever asks for the grade, or has it, does not say what it costs, even if handed the task (KRN-02)."""
    acting = acting_on(ctx, task)
    if own := [person for person in (*acting.hands, acting.voice) if person in ctx.case.own]:
        raise own_case(own[0])


def waits_for(impact: Impact | None) -> bool:
    return impact is not None and not impact.answered


def _ask(ctx: Wire, before: tuple[int, ...]) -> None:
    content = ctx.state.content
    title = N_(
        "What it costs: {title} from grade {before} to {after}", before=", ".join(map(str, before)),
        after=str(content.grade), **content.title.in_messages(),
    )  # fmt: skip
    task = tasks.assign(
        ctx, kind=KIND, title=title, subject=KIND, assignees=_finance(ctx), basis="finance",
        command="assess-budget-impact", due_days=OF_POLICY.number(ctx.facts, "budget_impact_days"), without_end=True,
    )  # fmt: skip
    ctx.add(e.BudgetImpactAsked(task=task, before=before, after=content.grade, positions=content.positions))


def _finance(ctx: Wire) -> tuple[str, ...]:
    """Finance for the unit, but nobody who asks or sits on a position of it; else the manager of those (KRN-02, 13)."""
    facts, case, requester = ctx.facts, ctx.case, ctx.case.requester or ""
    role, unit = OF_POLICY.text(facts, "role_finance"), ctx.state.content.unit
    found = facts.organisation.holders(role, unit, today_of(facts, requester))
    free = tuple(person for person in found if person not in case.own)
    above = nearest_managers(facts, found or (requester,))
    return free or tuple(person for person in above if person not in case.own)
