"""What a changed grade costs: finance is asked with the submission; nothing is in use before they answered (JOB-04).

The answer is a word for the record: which line pays, and whether it can. Moving money is the business of the budget.
"""

from domain.kernel.cases.case import Task
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.routing.delegates import acting_on
from domain.kernel.routing.eligibility import own_case, today_of
from domain.kernel.routing.route import nearest_managers
from domain.kernel.values.message import N_
from domain.people.job_description import commands as c
from domain.people.job_description import events as e
from domain.people.job_description.content import grades_now, regraded
from domain.people.job_description.lookups import Wire, number, parameter
from domain.people.job_description.state import Impact

KIND = "budget-impact"


def ask_what_it_costs(ctx: Wire) -> None:
    """Asks if the grade changes, asks anew if it changes otherwise, and takes the question back if it stays."""
    state, content = ctx.state, ctx.state.the_content
    before = grades_now(ctx.facts.organisation, state.the_description, content)
    wanted = (before, content.grade, content.positions) if regraded(before, content) else None
    if state.impact and wanted == (state.impact.before, state.impact.after, state.impact.positions):
        return
    if state.impact:
        tasks.drop(ctx, state.impact.task, reason="the grade is another one")
        ctx.add(e.BudgetImpactDropped(task=state.impact.task))
    if wanted:
        _ask(ctx, before)


def assess(ctx: Wire, payload: c.AssessBudgetImpact) -> None:
    """Raises Refused as `tasks.require` does, `own-case`, `other-command`, `unknown-budget-line`."""
    task = tasks.require(ctx, payload.task)
    if task.kind != KIND:
        raise Refused(
            "other-command", "Task {task} is done by the command {command}.", task=task.id, command=task.command
        )
    _refuse_own(ctx, task)
    if payload.budget_line not in ctx.facts.organisation.budget_lines:
        template = "There is no {what} {given} in the organisation; check the id."
        raise Refused("unknown-budget-line", template, what="budget line", given=payload.budget_line)
    tasks.finish(ctx, task.id)
    ctx.add(
        e.BudgetImpactAssessed(
            task=task.id,
            per_year=payload.per_year,
            budget_line=payload.budget_line,
            covered=payload.covered,
            note=payload.note,
            by=ctx.command.actor,
            at=ctx.facts.now,
        )
    )


def _refuse_own(ctx: Wire, task: Task) -> None:
    """Whoever asks for the grade, or has it, does not say what it costs, even if handed the task (KRN-02)."""
    acting = acting_on(ctx, task)
    if own := [person for person in (*acting.hands, acting.voice) if person in ctx.case.own]:
        raise own_case(own[0])


def waits_for(impact: Impact | None) -> bool:
    return impact is not None and not impact.answered


def _ask(ctx: Wire, before: tuple[int, ...]) -> None:
    content = ctx.state.the_content
    task = tasks.assign(
        ctx,
        kind=KIND,
        title=N_(
            "What it costs: {title} from grade {before} to {after}",
            before=", ".join(map(str, before)),
            after=str(content.grade),
            **content.title.in_messages(),
        ),
        subject=KIND,
        assignees=_finance(ctx),
        basis="finance",
        command="assess-budget-impact",
        due_days=number(ctx.facts, "budget_impact_days"),
        without_end=True,
    )
    ctx.add(e.BudgetImpactAsked(task=task, before=before, after=content.grade, positions=content.positions))


def _finance(ctx: Wire) -> tuple[str, ...]:
    """Finance for the unit, but nobody who asks or sits on a position of it; else the manager of those (KRN-02, 13)."""
    facts, state = ctx.facts, ctx.state
    day = today_of(facts, state.requester)
    found = facts.organisation.holders(parameter(facts, "role_finance"), state.the_content.unit, day)
    free = tuple(person for person in found if person not in state.case.own)
    above = nearest_managers(facts, found or (state.requester,))
    return free or tuple(person for person in above if person not in state.case.own)
