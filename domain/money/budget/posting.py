"""What a version of a budget posts once it is signed off, and what a cut must leave (BUD-03, BUD-11)."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from domain.kernel.budget_control import YEAR_ENDED
from domain.kernel.cases.case_events import ReviewApproved
from domain.kernel.document.life import RetirementAsked
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.ledger import LinePeriod
from domain.kernel.money_events import BINDS, bound_key
from domain.kernel.postings import Postings
from domain.kernel.values.money import Money
from domain.money.budget import content as c
from domain.money.budget import events as ev
from domain.money.budget.content import Budget
from domain.money.budget.state import BudgetState, Wire


def check(facts: Facts, budget: Budget, requester: str) -> None:
    """What must be true of a budget before it is asked for.

    Raises Refused as `content.check`, `year-ended`, and as `refuse_bound` does.
    """
    c.check(facts, budget, requester)
    refuse_ended(facts, budget)
    refuse_bound(facts, ((row.key, row.planned(budget.currency).amount) for row in budget.rows))


def refuse_ended(facts: Facts, budget: Budget) -> None:
    """Raises Refused `year-ended`: what was carried over is not planned anew behind its back."""
    ended = {one.claim.key for one in facts.claims if one.claim.kind == YEAR_ENDED}
    lines = [row.line for row in budget.rows if bound_key(row.key) in ended]
    if lines:
        template = "The year has ended on {lines}; its controller undoes that first."
        raise Refused("year-ended", template, lines=", ".join(dict.fromkeys(lines)))


def refuse_bound(facts: Facts, plans: Iterable[tuple[LinePeriod, Decimal]]) -> None:
    """Raises Refused `bound`: a plan is not cut below what binds it; the list names the cases (BUD-11)."""
    binding = [text for key, plan in plans for text in _binding(facts, key, plan)]
    if binding:
        template = "It would be less than what is bound: {summary}. Free that first, or plan at least as much."
        raise Refused("bound", template, summary="; ".join(binding[:5]), binding=binding)


def _binding(facts: Facts, key: LinePeriod, plan: Decimal) -> Iterator[str]:
    balance = facts.balances.get(key)
    if balance is None or plan >= balance.plan or balance.available + plan - balance.plan >= 0:
        return
    least, bound = (
        Money.model_construct(amount=amount, currency=balance.currency)
        for amount in (balance.plan - balance.available, balance.reserved + balance.committed + balance.actual)
    )
    held = [one for one in facts.claims if (one.claim.kind, one.claim.key) == (BINDS, bound_key(key))]
    cases = ", ".join(f"{one.stream} {one.claim.amount}" for one in held)
    yield f"{key.line} {key.period} needs {least} for {bound} bound" + (f" ({cases})" if cases else "")


def post(ctx: Wire, event: ReviewApproved) -> None:
    """The version takes the place of the plan: the differences are transfers (BUD-03). Raises Refused `bound`."""
    if event.review != "document":
        return
    budget = ctx.state.budget
    refuse_ended(ctx.facts, budget)
    refuse_bound(ctx.facts, ((row.key, row.planned(budget.currency).amount) for row in budget.rows))
    postings = Postings(ctx.facts, ctx.state.holdings, project=budget.project)
    for row in budget.rows:
        balance = ctx.facts.balances[row.key]
        planned = row.planned(budget.currency)
        difference = planned.amount - balance.plan
        if difference or not balance.planned:
            foreign = row.amount.currency != budget.currency
            original: dict[str, Any] = (
                {"original": row.amount, "rate": row.rate} if foreign and not balance.planned else {}
            )
            postings.plan(*row.key, Money(amount=difference, currency=budget.currency), **original)
    ctx.add(ev.BudgetPosted(transfers=postings.transfers, at=ctx.facts.now))


def take_back(ctx: Wire, _event: RetirementAsked) -> None:
    """A budget that is retired is planned with zero. Raises Refused `bound`."""
    refuse_bound(ctx.facts, ((key, Decimal(0)) for key in ctx.state.line_periods))
    postings = Postings(ctx.facts, ctx.state.holdings)
    for key in ctx.state.line_periods:
        balance = ctx.facts.balances[key]
        if balance.plan:
            postings.plan(*key, Money(amount=-balance.plan, currency=balance.currency))
    ctx.add(ev.BudgetTakenBack(transfers=postings.transfers, at=ctx.facts.now))


def entry(state: BudgetState) -> c.BudgetEntry:
    budget = state.budget
    name = {"en": f"{budget.project or budget.unit} {budget.year}"}
    return c.BudgetEntry(
        id=budget.id, name=name, unit=budget.unit, project=budget.project, year=budget.year,
        currency=budget.currency, rows=budget.rows,
    )  # fmt: skip
