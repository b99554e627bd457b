"""The fold of the events of spending. It refuses nothing."""

from domain.kernel.events import Event
from domain.kernel.money_events import MovesMoney
from domain.kernel.values.money import Money
from domain.money.spending import events as e
from domain.money.spending.state import Credit, Invoice, SpendingState


def evolve(state: SpendingState, event: Event) -> SpendingState:
    at = event.receipt.at if isinstance(event, e.GoodsReceived) else getattr(event, "at", None)
    return state.model_copy(update={**_changes(state, event), **({"touched": at} if _moves(event) else {})})


def _moves(event: Event) -> bool:
    return isinstance(event, MovesMoney | e.GoodsReceived)


def _changes(state: SpendingState, event: Event) -> dict[str, object]:
    match event:
        case e.SpendingReserved(checks=checks):
            return {"checks": checks}
        case e.OrderPlaced(order=order):
            return {"order": order}
        case e.GoodsReceived(receipt=receipt):
            return {"receipts": (*state.receipts, receipt)}
        case e.InvoiceBooked(number=number, invoice=invoice):
            return {"invoices": {**state.invoices, number: invoice}, "questioned": None, "waiting": None}
        case e.InvoiceQuestioned(number=number, invoice=invoice):
            return {"questioned": number, "waiting": invoice, "excesses": state.excesses + 1}
        case e.InvoiceDeclined():
            return {"questioned": None, "waiting": None}
        case e.CreditBooked(number=number, credit=credit):
            return {"credits": {**state.credits, number: credit}, "invoices": _credited(state, credit)}
        case e.CommitmentMoved():
            return _moved(state, event)
        case e.SpendingEnded(outcome=outcome):
            return {"ended": outcome}
        case _:
            return _of_contract(state, event)


def _moved(state: SpendingState, event: e.CommitmentMoved) -> dict[str, object]:
    """From here on its last year is the one it went to; a renewal that is asked for goes along."""
    changes: dict[str, object] = {"moved": (*state.moved, event.year_from)}
    if event.how != "cancel" and state.pays == event.year_from:
        changes["last"] = event.year_to
    if state.renewal is not None:
        held = {each.number for each in state.holdings.after(event.transfers).open}
        numbers = [n for each in state.renewal.numbers for n in (each, event.numbers.get(each))]
        kept = tuple(each for each in numbers if each in held)
        changes["renewal"] = state.renewal.model_copy(update={"numbers": kept})
    return changes


def _of_contract(state: SpendingState, event: Event) -> dict[str, object]:
    match event:
        case e.TermSet(term=term):
            return {"term": term}
        case e.RenewalAsked(renewal=renewal):
            return {"renewal": renewal, "renewals": state.renewals + 1}
        case e.RenewalAgreed():
            return {"agreed": (*state.agreed, *([state.renewal] if state.renewal else [])), "renewal": None}
        case e.RenewalDeclined():
            return {"renewal": None}
        case e.NoticeGiven(ends=ends):
            return {"notice": ends}
    return {}


def _credited(state: SpendingState, credit: Credit) -> dict[str, Invoice]:
    invoice = state.invoices[credit.invoice]
    before = invoice.credited or Money(amount=credit.cost.amount * 0, currency=credit.cost.currency)
    return {**state.invoices, credit.invoice: invoice.model_copy(update={"credited": before + credit.cost})}
