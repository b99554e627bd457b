"""The end of a year for one commitment: carried, re-encumbered at its real price, or cancelled (BUD-09)."""

from decimal import Decimal

from domain.kernel.errors import Refused
from domain.kernel.holdings import Held
from domain.kernel.ledger import Account, LinePeriod
from domain.kernel.postings import Postings
from domain.kernel.values.money import Money, total
from domain.kernel.values.rounding import split
from domain.money.budget.closing import MoveCommitment
from domain.money.spending.events import CommitmentMoved
from domain.money.spending.settings import Ctx, end


def move_commitment(ctx: Ctx, payload: MoveCommitment) -> None:
    """What the budget's year end tells. Raises Refused `nothing-held`, so that it can be told twice without harm.

    `carry` takes the budget along, `re-encumber` that for the real price, `carry-without` none; `cancel` gives it back.
    """
    held = [each for each in ctx.state.holdings.open if (each.line, each.period) == (payload.line, payload.period)]
    if not held:
        raise Refused("nothing-held", "Nothing is bound in {period} here.", period=payload.period)
    postings = Postings(ctx.facts, ctx.state.holdings)
    amount = total([each.money for each in held], held[0].currency)
    if payload.decision == "cancel":
        for each in held:
            postings.release(each.number)
    else:
        _move(postings, held, payload, payload.price or amount)
    ctx.add(
        CommitmentMoved(
            transfers=postings.transfers, year_from=payload.period, year_to=payload.target, how=payload.decision,
            amount=amount, at=ctx.facts.now,
        )
    )  # fmt: skip
    if payload.decision == "cancel" and not ctx.state.holdings.open:
        end(ctx, "short_closed", "cancelled at the end of the year")


def new_keys(payload: MoveCommitment) -> tuple[LinePeriod, ...]:
    """The balances that a move needs."""
    return LinePeriod(payload.line, payload.period), LinePeriod(payload.line, payload.target)


def _move(postings: Postings, held: list[Held], payload: MoveCommitment, price: Money) -> None:
    there = LinePeriod(payload.line, payload.target)
    for each, share in zip(held, split(price, [one.left for one in held]), strict=True):
        postings.release(each.number)
        if share.amount <= Decimal(0):
            continue
        if payload.decision != "carry-without":
            postings.move(each.key, there, share)
        again = postings.reserve(*there, share)
        if each.account is Account.COMMITTED:
            postings.commit(again.number)
