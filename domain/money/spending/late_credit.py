"""A credit note after the case is closed: a case of its own, which gives the money back where it came from (SPD-02)."""

from collections.abc import Iterable
from datetime import date

from domain.kernel.cases.case import Status
from domain.kernel.effects import Claim, HeldClaim
from domain.kernel.errors import Refused
from domain.kernel.handle import close
from domain.kernel.ledger import LinePeriod
from domain.kernel.postings import Postings
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money, total
from domain.money.spending.content import Name
from domain.money.spending.events import LateCreditBooked
from domain.money.spending.settings import Ctx
from domain.money.spending.state import Part, SpendingState

SPENT, GIVEN_BACK = "spent-by-invoice", "given-back-late"
"""Kinds of claims: what a closed case spent by an invoice, by line and period; what came back of it since."""


class CreditClosed(Value):
    """Books a credit note after its case was closed: the money goes back to the line and year it came from."""

    supplier: Name
    invoice: Name
    number: Name
    amount: Money
    dated: date


def credit_closed(ctx: Ctx, payload: CreditClosed) -> None:
    """Raises Refused `no-such-invoice`, `above-invoice`, `other-currency`, `no-amount` (SPD-11)."""
    left = _left(ctx.facts.claims, key_of(payload.supplier, payload.invoice))
    if not left:
        template = (
            "No closed case has spent by invoice {invoice} of {supplier}; in an open one, use record-credit-note."
        )
        raise Refused("no-such-invoice", template, invoice=payload.invoice, supplier=payload.supplier)
    currency = next(iter(left.values())).currency
    if payload.amount.currency != currency:
        raise Refused("other-currency", "{currency} is what the line is kept in; state it in that.", currency=currency)
    if payload.amount.amount <= 0:
        raise Refused("no-amount", "Write an amount above zero: what the supplier gives back.")
    if payload.amount.amount > (whole := total(left.values(), currency)).amount:
        template = "Only {left} of this invoice was not given back yet; a credit note cannot be above it."
        raise Refused("above-invoice", template, left=str(whole))
    postings = Postings(ctx.facts, ctx.state.holdings)
    _refund(postings, left, payload.amount)
    line = postings.transfers[0].line
    ctx.add(
        LateCreditBooked(
            requester=ctx.command.actor, title=N_("A credit note on {line} for a closed case", line=line),
            unit=ctx.facts.organisation.budget_lines[line].unit, at=ctx.facts.now, transfers=postings.transfers,
            **payload.model_dump(include={"supplier", "number", "invoice"}), amount=payload.amount,
        )
    )  # fmt: skip
    close(ctx, status=Status.APPROVED, reason="the credit note is booked")


def key_of(issuer: str, number: str) -> str:
    return f"{issuer}|{number}"


def spent_claims(state: SpendingState, issuer: str) -> list[Claim]:
    """What a closed case leaves for later credit notes: by invoice and period, net of those it booked itself."""
    if state.order is None:
        return []
    line = state.content.budget_line
    return [
        Claim(kind=SPENT, key=key_of(issuer, number), item=f"{line}|{part.period}", amount=part.amount)
        for number in state.invoices
        for part in _net(state, number)
    ]


def given_back(event: LateCreditBooked) -> list[Claim]:
    key = key_of(event.supplier, event.invoice)
    return [
        Claim(kind=GIVEN_BACK, key=key, item=f"{each.line}|{each.period}", amount=each.money)
        for each in event.transfers
    ]


def _net(state: SpendingState, number: str) -> list[Part]:
    sums: dict[str, Money] = {}
    for part in state.invoices[number].parts:
        sums[part.period] = sums[part.period] + part.amount if part.period in sums else part.amount
    for credit in state.credits.values():
        for part in credit.parts if credit.invoice == number else ():
            sums[part.period] = sums[part.period] - part.amount
    return [Part(period=period, amount=amount) for period, amount in sums.items() if amount.amount]


def _left(claims: Iterable[HeldClaim], key: str) -> dict[LinePeriod, Money]:
    """What is not given back yet, by line and period."""
    left: dict[LinePeriod, Money] = {}
    for held in sorted(claims, key=lambda each: each.claim.kind != SPENT):
        claim = held.claim
        if claim.key != key or claim.amount is None or claim.kind not in (SPENT, GIVEN_BACK):
            continue
        where = LinePeriod(*claim.item.rsplit("|", 1))
        if claim.kind == SPENT:
            left[where] = left[where] + claim.amount if where in left else claim.amount
        elif where in left:
            left[where] = left[where] - claim.amount
    return {where: amount for where, amount in left.items() if amount.amount > 0}


def _refund(postings: Postings, left: dict[LinePeriod, Money], amount: Money) -> None:
    rest = amount.amount
    for where in sorted(left, key=lambda each: each.period, reverse=True):
        if taken := min(rest, left[where].amount):
            postings.refund(*where, Money(amount=taken, currency=amount.currency))
            rest -= taken
