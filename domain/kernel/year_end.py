"""What a case that holds money is told when a year ends, and what it does then (BUD-09)."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.rows import CommandSpec, Component
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.holdings import Held
from domain.kernel.ledger import Account, LinePeriod, Period, Transfer
from domain.kernel.money_events import MoneyState, MovesMoney
from domain.kernel.postings import Postings
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money, total
from domain.kernel.values.reference import Reference
from domain.kernel.values.rounding import split

COMMAND = "move-commitment"


class MoveCommitment(Value):
    """Sent to a case that holds money: what it holds of `line` in `period` goes to `target`, or is given back.

    `decision` is `carry`, `carry-without`, `re-encumber` (at `price`) or `cancel`. What goes along with it was moved by
    the budget already; the case only gives back the old and holds the new. With `most`, at most so much goes, the
    newest first: what a case held of the target before the year's end stays when that is undone. A case that holds
    nothing there any more does nothing.
    """

    line: Annotated[str, Field(max_length=80), Reference("budget-line")]
    period: Period
    target: Period
    decision: Annotated[str, Field(max_length=20)]
    price: Money | None = None
    most: Money | None = None


class Moved(Value):
    """What a move is made of: `numbers` says by transfer which one holds its money now; none if it was given back."""

    transfers: tuple[Transfer, ...]
    amount: Money
    numbers: dict[int, int] = {}


class CommitmentTurned(MovesMoney):
    """The end of a year: what is still bound in it is carried, re-encumbered, or cancelled (BUD-09)."""

    sentence = N_("what was bound in {year_from} was moved: {how}")
    line: str
    year_from: str
    year_to: str
    how: str
    amount: Money
    numbers: dict[int, int] = {}
    at: datetime

    @property
    def came(self) -> dict[int, Money]:
        """What is held of the new year, by the number that holds it now."""
        amounts = {transfer.number: transfer.money for transfer in self.transfers}
        return {number: amounts[number] for number in self.numbers.values()}


def turning(
    cancel: Callable[[DecisionContext[Any], MoveCommitment], None],
    *,
    when: frozenset[str] | None = None,
    to: frozenset[str] = frozenset(),
    evolve: Callable[[Any, CommitmentTurned], Any] = lambda state, _event: state,
) -> Component[Any]:
    """The component of a process that holds money: it moves to the new year what the budget's year end says.

    `when` are the stages in which it may hold some. `cancel` is what the process does when it shall give the money
    back, `to` where that can lead. `evolve` is what it keeps of a move besides its holdings.
    """

    def rule(ctx: DecisionContext[Any], payload: MoveCommitment) -> None:
        _held_there(ctx.state, payload)
        (cancel if payload.decision == "cancel" else turn)(ctx, payload)

    row = CommandSpec[Any, MoveCommitment](
        name=COMMAND, payload=MoveCommitment, by=(CaseRole.SYSTEM,), rule=rule, when=when, to=to,
        label=N_("moved to another year"),
        help=N_("The year ends: what is bound is carried, charged to the new year, or given back."),
    )  # fmt: skip
    return Component(
        commands=(row,), events=(CommitmentTurned,), needs=lambda _state, _command, payload: new_keys(payload),
        evolve=lambda state, event: evolve(state, event) if isinstance(event, CommitmentTurned) else state,
    )  # fmt: skip


def turn(ctx: DecisionContext[Any], payload: MoveCommitment) -> None:
    """Says what moved, or was given back. Raises as `moved`."""
    made = moved(ctx.facts, ctx.state, payload)
    ctx.add(
        CommitmentTurned(
            transfers=made.transfers, line=payload.line, year_from=payload.period, year_to=payload.target,
            how=payload.decision, amount=made.amount, numbers=made.numbers, at=ctx.facts.now,
        )
    )  # fmt: skip


def moved(facts: Facts, state: MoneyState, payload: MoveCommitment) -> Moved:
    """The budget moved what goes along (`carry`, `re-encumber` at a price, `carry-without` nothing); the case gives
    back the old and holds the new. `cancel` gives it back.

    Raises Refused `nothing-held`, so that it can be told twice without harm, and `no-amount`.
    """
    held = _held_there(state, payload)
    if any(given is not None and given.amount <= 0 for given in (payload.price, payload.most)):
        raise Refused("no-amount", "Write an amount above zero.")
    postings, held = Postings(facts, state.holdings, project=held[0].project), _at_most(held, payload.most)
    amount = total([each.money for each in held], held[0].currency)
    numbers = {}
    if payload.decision == "cancel":
        for each in held:
            postings.release(each.number, each.money)
    else:
        numbers = _move(postings, held, payload, payload.price or amount)
    return Moved(transfers=postings.transfers, amount=amount, numbers=numbers)


def new_keys(payload: Value) -> tuple[LinePeriod, ...]:
    """The balances that a move needs; none for another payload."""
    if not isinstance(payload, MoveCommitment):
        return ()
    return LinePeriod(payload.line, payload.period), LinePeriod(payload.line, payload.target)


def _held_there(state: MoneyState, payload: MoveCommitment) -> list[Held]:
    held = [each for each in state.holdings.open if (each.line, each.period) == (payload.line, payload.period)]
    if not held:
        raise Refused("nothing-held", "Nothing is bound in {period} here.", period=payload.period)
    return held


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
