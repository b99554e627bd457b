"""The end of a year for one commitment: carried, re-encumbered at its real price, or cancelled (BUD-09)."""

from decimal import Decimal

from domain.kernel.errors import Refused
from domain.kernel.holdings import Held
from domain.kernel.ledger import Account, LinePeriod
from domain.kernel.postings import Postings
from domain.kernel.values.money import Money, total
from domain.kernel.values.rounding import split
from domain.kernel.year_end import MoveCommitment
from domain.money.spending.events import CommitmentMoved
from domain.money.spending.settings import Ctx, end


def move_commitment(ctx: Ctx, payload: MoveCommitment) -> None:
    """What the budget's year end tells. Raises Refused `nothing-held`, so that it can be told twice without harm,
    and `no-amount`.

    The budget moved what goes along (`carry`, `re-encumber` at a price, `carry-without` nothing); the case gives back
    the old and holds the new. `cancel` gives it back.
    """
    held = [each for each in ctx.state.holdings.open if (each.line, each.period) == (payload.line, payload.period)]
    if not held:
        raise Refused("nothing-held", "Nothing is bound in {period} here.", period=payload.period)
    if any(given is not None and given.amount <= 0 for given in (payload.price, payload.most)):
        raise Refused("no-amount", "Write an amount above zero.")
    postings = Postings(ctx.facts, ctx.state.holdings)
    held = _at_most(held, payload.most)
    amount = total([each.money for each in held], held[0].currency)
    numbers = {}
    if payload.decision == "cancel":
        for each in held:
            postings.release(each.number, each.money)
    else:
        numbers = _move(postings, held, payload, payload.price or amount)
    ctx.add(
        CommitmentMoved(
            transfers=postings.transfers, year_from=payload.period, year_to=payload.target, how=payload.decision,
            amount=amount, numbers=numbers, at=ctx.facts.now,
        )
    )  # fmt: skip
    if payload.decision == "cancel" and not ctx.state.holdings.open:
        end(ctx, "short_closed", "cancelled at the end of the year")


def new_keys(payload: MoveCommitment) -> tuple[LinePeriod, ...]:
    """The balances that a move needs."""
    return LinePeriod(payload.line, payload.period), LinePeriod(payload.line, payload.target)


def _at_most(held: list[Held], most: Money | None) -> list[Held]:
    """What goes: all of it, or at most so much, the newest first."""
    if most is None:
        return held
    rest, found = most.amount, []
    for each in reversed(held):
        if taken := min(each.left, rest):
            found.append(each.model_copy(update={"left": taken}))
            rest -= taken
    return found[::-1]


def _move(postings: Postings, held: list[Held], payload: MoveCommitment, price: Money) -> dict[int, int]:
    """Gives back the old and holds the new; answers which number took the place of which."""
    numbers: dict[int, int] = {}
    for each, share in zip(held, split(price, [one.left for one in held]), strict=True):
        postings.release(each.number, each.money)
        if share.amount <= Decimal(0):
            continue
        again = postings.reserve(payload.line, payload.target, share)
        numbers[each.number] = again.number
        if each.account is Account.COMMITTED:
            numbers[each.number] = postings.commit(again.number).number
    return numbers
