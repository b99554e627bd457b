"""Guidance from above: who asks whom for a budget, within which ceiling, and the draft that answers it."""

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.deciding import approval, tasks
from domain.kernel.errors import Refused
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.money.budget import content as c
from domain.money.budget import events as ev
from domain.money.budget.content import Budget, WriteBudget
from domain.money.budget.document import DOCUMENT
from domain.money.budget.posting import check
from domain.money.budget.state import Wire, controllers
from domain.money.budget.values import Guidance


class IssueGuidance(Value):
    """Asks the owner of a unit's budget for a draft, within a ceiling, until a day."""

    owner: Annotated[str, Field(min_length=1, max_length=64), Reference("person")]
    unit: c.Unit
    project: Annotated[str, Field(max_length=80)] | None = None
    year: c.Year
    currency: c.Currency = "THB"
    ceiling: Money | None = None
    text: Text
    due: date


class AnswerGuidance(WriteBudget):
    """Drafts the budget that was asked for, and submits it."""


def issue_guidance(ctx: Wire, payload: IssueGuidance) -> None:
    """Raises Refused `not-above`, `unknown-owner`, `past-day`."""
    facts, by = ctx.facts, ctx.command.actor
    today = today_of(facts, by)
    if not facts.organisation.works_here(payload.owner, today):
        raise Refused("unknown-owner", "{owner} does not work here; name another owner.", owner=payload.owner)
    if by not in {*controllers(facts, payload.unit), *facts.organisation.line_above(payload.owner, today)}:
        template = "Guidance comes from the controller of {unit} or from the line above {owner}."
        raise Refused("not-above", template, unit=payload.unit, owner=payload.owner)
    if payload.due < today:
        raise Refused("past-day", "It cannot be due on {due}; name a day from {today} on.",
                      due=payload.due.isoformat(), today=today.isoformat())  # fmt: skip
    guidance = Guidance(**payload.model_dump(exclude={"owner"}), by=by)
    title = N_("Budget {year} of {unit}", year=payload.year, unit=payload.project or payload.unit)
    ctx.add(
        ev.GuidanceIssued(
            requester=payload.owner, title=title, unit=payload.unit, at=facts.now, guidance=guidance, by=by
        )
    )
    tasks.assign(
        ctx, kind="answer-guidance", title=N_("Draft the budget {year} of {unit}", **title.args),
        subject="guidance", assignees=(payload.owner,), basis="owner of the budget", command="answer-guidance",
        due_at=working_day_end(facts, payload.owner, payload.due), without_end=True,
    )  # fmt: skip


def answer_guidance(ctx: Wire, payload: AnswerGuidance) -> None:
    """Raises Refused as the draft of a budget does, and `above-ceiling`."""
    known = ctx.state.guidance
    assert known is not None
    budget = c.made_of(payload, ctx.facts, known.unit, known.project, known.year, known.currency)
    requester = ctx.case.requester or ""
    check(ctx.facts, budget, requester)
    refuse_above(known, budget)
    tasks.done(ctx, kind="answer-guidance", subject="guidance")
    ctx.add(
        ev.BudgetDrafted(
            requester=requester, title=c.title_of(budget), unit=budget.unit, at=ctx.facts.now, content=budget
        )
    )
    approval.open_review(ctx, "document", "approval", DOCUMENT.submission(ctx.facts, budget, requester))


def refuse_above(guidance: Guidance, budget: Budget) -> None:
    ceiling = guidance.ceiling
    if ceiling is not None and ceiling < budget.total:
        template = "The guidance allows {ceiling}, the rows add up to {total}; lower them or ask for other guidance."
        raise Refused("above-ceiling", template, ceiling=str(ceiling), total=str(budget.total))
