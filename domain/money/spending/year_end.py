"""The end of a year for one commitment: carried with its budget, re-encumbered, or cancelled (BUD-09)."""

from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.errors import Refused
from domain.kernel.holdings import Held
from domain.kernel.ledger import Account, LinePeriod, year_of
from domain.kernel.postings import Postings
from domain.kernel.value import Value
from domain.kernel.values.money import Money, total
from domain.money.spending.events import CommitmentMoved
from domain.money.spending.settings import Ctx, end
from domain.money.spending.state import SpendingState

Year = Annotated[str, Field(pattern=r"^[0-9]{4}$")]


class MoveCommitment(Value):
    """Sent by the budget's year end: what is still bound in one year goes to another one, or is given back.

    `carry` takes the budget along, `re-encumber` needs it in the new year, `cancel` gives it back to the old one.
    """

    year_from: Year
    year_to: Year
    how: Literal["carry", "re-encumber", "cancel"]


def move_commitment(ctx: Ctx, payload: MoveCommitment) -> None:
    """Raises Refused `nothing-held` if nothing is bound in that year, so that it can be told twice without harm."""
    held = [each for each in ctx.state.holdings.open if year_of(each.period) == payload.year_from]
    if not held:
        raise Refused("nothing-held", "Nothing is bound in {year} here.", year=payload.year_from)
    postings = Postings(ctx.facts, ctx.state.holdings)
    for each in held:
        _move(postings, each, payload)
    amount = total([each.money for each in held], held[0].currency)
    ctx.add(
        CommitmentMoved(
            transfers=postings.transfers, year_from=payload.year_from, year_to=payload.year_to, how=payload.how,
            amount=amount, at=ctx.facts.now,
        )
    )  # fmt: skip
    if payload.how == "cancel" and not ctx.state.holdings.open:
        end(ctx, "short_closed", "cancelled at the end of the year")


def new_keys(state: SpendingState, payload: MoveCommitment) -> tuple[LinePeriod, ...]:
    """The balances of the other year that a move needs."""
    return tuple(
        LinePeriod(each.line, _moved(each.period, payload))
        for each in state.holdings.open
        if year_of(each.period) == payload.year_from
    )


def _move(postings: Postings, held: Held, payload: MoveCommitment) -> None:
    there = _moved(held.period, payload)
    money = Money(amount=held.left, currency=held.currency)
    postings.release(held.number)
    match payload.how:
        case "cancel":
            return
        case "carry":
            postings.move(held.key, LinePeriod(held.line, there), money)
        case "re-encumber":
            postings.require_available(held.line, there, money)
    again = postings.reserve(held.line, there, money)
    if held.account is Account.COMMITTED:
        postings.commit(again.number)


def _moved(period: str, payload: MoveCommitment) -> str:
    """A month goes to the nearest one of the other year, so that a move can be undone by its reverse."""
    if "-" not in period:
        return payload.year_to
    return f"{payload.year_to}-{'01' if payload.year_to > payload.year_from else '12'}"
