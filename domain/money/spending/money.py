"""How spending moves money: reserved at submission, committed by the order, spent by invoices (BUD-05, SPD-06)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.kernel.budget_control import BudgetCheck
from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import ReviewOpened
from domain.kernel.errors import Refused
from domain.kernel.holdings import Held
from domain.kernel.ledger import Account, Transfer
from domain.kernel.postings import Postings
from domain.kernel.values.money import Money
from domain.kernel.values.rounding import split
from domain.money.spending.checks import cost_by_period
from domain.money.spending.events import SpendingAmended, SpendingReserved
from domain.money.spending.settings import REVIEW, Ctx
from domain.money.spending.state import Invoice, Part


def on_submitted(ctx: Ctx, event: ReviewOpened) -> None:
    """Check and reservation are one act on the locked balance: of two that exceed it, one is refused (SPD-01)."""
    if event.review != REVIEW:
        return
    if ctx.state.content.kind == "expense" and not ctx.case.attachments:
        raise Refused("no-receipt", "Attach the receipt first: keep the expense as a draft, attach it, then submit it.")
    _reserve(ctx)


def on_amended(ctx: Ctx, _event: SpendingAmended) -> None:
    """What is asked for now is what is reserved, and judged anew (SPD-08). Of a draft nothing is reserved."""
    review = ctx.case.reviews.get(REVIEW)
    if review is not None and review.status in (Status.IN_REVIEW, Status.RETURNED):
        _reserve(ctx)


def reserve(
    postings: Postings, line: str, wanted: Mapping[str, Money], *, emergency: bool = False, **original: Any
) -> tuple[BudgetCheck, ...]:
    """Checks all periods, then reserves in each. An emergency is marked with what it breaks, and goes on (SPD-04)."""
    checks = tuple(postings.check_available(line, period, amount, spent=emergency) for period, amount in wanted.items())
    for check in checks:
        if not emergency:
            check.required()
    for period, amount in wanted.items():
        postings.reserve(line, period, amount, **original)
    return checks


def commit(postings: Postings, total: Money) -> None:
    """Orders `total` of what is reserved, in shares of its periods; what was not ordered is free again."""
    held = list(postings.holdings.on(Account.RESERVED))
    for each, share in zip(held, split(total, [one.left for one in held]), strict=True):
        if share.amount:
            postings.commit(each.number, share)
    for each in postings.holdings.on(Account.RESERVED):
        postings.release(each.number)


def spend(postings: Postings, line: str, period: str, invoice: Invoice) -> Invoice:
    """Spends what is committed, the oldest period first; what is above it comes from `period` (SPD-06, SPD-09).

    The difference to what it really came to goes to the line that bears differences of rates (BUD-08).
    """
    rest, made = invoice.cost.amount, []
    for held in sorted(postings.holdings.on(Account.COMMITTED), key=lambda each: (each.period, each.number)):
        if taken := min(held.left, rest):
            made.append(postings.spend(held.number, _money(held, taken)))
            rest -= taken
            period = held.period
    if rest:
        made.append(postings.spend_directly(line, period, Money(amount=rest, currency=invoice.cost.currency)))
    if invoice.paid is not None:
        postings.revalue(line, made[-1].period, invoice.paid - invoice.cost)
    return invoice.model_copy(update={"parts": _parts(made)})


def give_back(postings: Postings, line: str, invoice: Invoice, cost: Money) -> tuple[Part, ...]:
    """A credit note goes to the periods its invoice was spent in, the newest first, never above that (SPD-11).

    Raises Refused `above-invoice`.
    """
    if cost.amount > invoice.net.amount:
        template = "Only {left} of this invoice was not given back yet; a credit note cannot be above it."
        raise Refused("above-invoice", template, left=str(invoice.net))
    skip = invoice.credited.amount if invoice.credited else Decimal(0)
    rest, given = cost.amount, []
    for part in reversed(invoice.parts):
        passed = min(skip, part.amount.amount)
        skip -= passed
        if taken := min(part.amount.amount - passed, rest):
            money = Money(amount=taken, currency=cost.currency)
            postings.refund(line, part.period, money)
            given.append(Part(period=part.period, amount=money))
            rest -= taken
    return tuple(given)


def _reserve(ctx: Ctx) -> None:
    content = ctx.state.content
    wanted = cost_by_period(content)
    if {(h.line, h.period): h.left for h in ctx.state.holdings.open} == {
        (content.budget_line, period): amount.amount for period, amount in wanted.items()
    }:
        return
    postings = Postings(ctx.facts, ctx.state.holdings)
    postings.release_all()
    foreign = content.rate is not None and len(wanted) == 1
    original = {"original": content.amount, "rate": content.rate} if foreign else {}
    checks = reserve(postings, content.budget_line, wanted, emergency=content.kind == "emergency", **original)
    ctx.add(
        SpendingReserved(transfers=postings.transfers, line=content.budget_line, checks=checks, at=ctx.facts.now)
    )  # fmt: skip


def _parts(transfers: list[Transfer]) -> tuple[Part, ...]:
    return tuple(Part(period=transfer.period, amount=transfer.money) for transfer in transfers)


def _money(held: Held, amount: Decimal) -> Money:
    return Money(amount=amount, currency=held.currency)
