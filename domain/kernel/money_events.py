"""Events that move money, and the field of a state that says what its case still holds (BUD-05)."""

from collections.abc import Sequence

from domain.kernel.budget_control import bound_key
from domain.kernel.cases.case import Case
from domain.kernel.cases.case_state import CaseState, S
from domain.kernel.commands import AddComment, Attach
from domain.kernel.decision_context import DecisionContext
from domain.kernel.effects import Claim, Release
from domain.kernel.events import Event
from domain.kernel.holdings import Held, Holdings
from domain.kernel.ledger import LinePeriod, Transfer
from domain.kernel.postings import Postings
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import total

__all__ = [
    "BINDS", "HoldingsReleased", "MoneyState", "MovesMoney", "bound_key", "held_keys", "holding_claims", "release_rest",
    "transfers_of", "with_holdings",
]  # fmt: skip
BINDS = "binds-money"
"""The kind of claim of a case that holds money: by `bound_key` how much, so that others see who does (BUD-09, BUD-11).
Its item is the process."""


class MoneyState(CaseState):
    """The state of a process that moves money."""

    case: Case
    holdings: Holdings = Holdings()


class MovesMoney(Event):
    """An event with the transfers that it causes; a process gives its own subclasses (`SpendingReserved`)."""

    transfers: tuple[Transfer, ...] = ()


class HoldingsReleased(MovesMoney):
    """The case is over: what it still held is free again."""

    sentence = N_("what was still held is free again")


def transfers_of(event: Event) -> Sequence[Transfer]:
    return event.transfers if isinstance(event, MovesMoney) else ()


def with_holdings(state: S, event: Event) -> S:
    """The state after the transfers of an event; the same state if it moves no money."""
    if isinstance(event, MovesMoney) and isinstance(state, MoneyState):
        return state.model_copy(update={"holdings": state.holdings.after(event.transfers)})
    return state


def held_keys(state: CaseState, payload: Value) -> tuple[LinePeriod, ...]:
    """The balances that a decision may move because the case holds money there: any command may end it."""
    if isinstance(payload, AddComment | Attach) or not isinstance(state, MoneyState):
        return ()
    return state.holdings.keys()


def release_rest(ctx: DecisionContext[S]) -> None:
    """A case that is over gives back what it still holds (BUD-05)."""
    state = ctx.state
    if isinstance(state, MoneyState) and state.holdings.open:
        postings = Postings(ctx.facts, state.holdings)
        postings.release_all()
        ctx.add(HoldingsReleased(transfers=postings.transfers))


def holding_claims(before: CaseState, event: Event) -> Sequence[Claim | Release]:
    """What the case holds of each line and period that the event moves, anew; released where nothing is left."""
    if not isinstance(event, MovesMoney) or not isinstance(before, MoneyState):
        return ()
    process = before.case.process
    had, left = _by_key(before.holdings), _by_key(before.holdings.after(event.transfers))
    claims: list[Claim | Release] = []
    for key in dict.fromkeys(transfer.key for transfer in event.transfers):
        if held := left.get(key):
            amount = total((each.money for each in held), held[0].currency)
            claims.append(Claim(kind=BINDS, key=bound_key(key), item=process, amount=amount))
        elif key in had:
            claims.append(Release(kind=BINDS, key=bound_key(key), item=process))
    return claims


def _by_key(holdings: Holdings) -> dict[LinePeriod, list[Held]]:
    grouped: dict[LinePeriod, list[Held]] = {}
    for held in holdings.open:
        grouped.setdefault(held.key, []).append(held)
    return grouped
