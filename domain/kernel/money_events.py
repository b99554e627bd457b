"""Events that move money, and the field of a state that says what its case still holds (BUD-05)."""

from collections.abc import Sequence

from domain.kernel.cases.case import Case
from domain.kernel.commands import AddComment, Attach
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.rows import CaseState, S
from domain.kernel.events import Event
from domain.kernel.holdings import Holdings
from domain.kernel.ledger import LinePeriod, Transfer
from domain.kernel.postings import Postings
from domain.kernel.value import Value
from domain.kernel.values.message import N_


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
