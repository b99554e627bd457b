"""What other cases may know of spending, what its decisions must see of others, and whom to tell of its end."""

from collections.abc import Sequence

from domain.kernel.budget_control import YEAR_CLOSED, bound_key
from domain.kernel.cases.case_events import CaseClosed, ReviewOpened
from domain.kernel.command import Command
from domain.kernel.commands import AddComment, Attach
from domain.kernel.effects import Claim, ClaimQuery, Effect, Notify, Release
from domain.kernel.events import Event
from domain.kernel.ledger import LinePeriod
from domain.kernel.routing.authority import REQUEST, spending_key
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.year_end import new_keys
from domain.money.spending.content import Spending, keys_of
from domain.money.spending.contracts import DecideRenewal
from domain.money.spending.events import CreditBooked, InvoiceBooked, LateCreditBooked, SpendingAmended
from domain.money.spending.late_credit import GIVEN_BACK, SPENT, CreditClosed, given_back, key_of, spent_claims
from domain.money.spending.settings import REVIEW
from domain.money.spending.state import SpendingState

DOCUMENT_NUMBER = "document-number"
"""A number of a supplier's invoice or credit note is taken once, ever, whatever case books it."""
_SUBMITS = ("request-spending", "submit-spending", "amend-spending", "resubmit-spending")


def needs(state: SpendingState, command: Command, payload: Value) -> Sequence[ClaimQuery | LinePeriod]:
    """Requests of the same requester, line and supplier (KRN-05), and the balances that are checked."""
    if isinstance(payload, AddComment | Attach):
        return []
    if isinstance(payload, CreditClosed):
        key = key_of(payload.supplier, payload.invoice)
        return [ClaimQuery(kind=SPENT, key=key, lock=True), ClaimQuery(kind=GIVEN_BACK, key=key)]
    asked = _asked_for(state, payload)
    if asked is None:
        return []
    requester, (line, supplier, first, last) = state.case.requester or command.actor, asked
    queries: list[ClaimQuery | LinePeriod] = [
        ClaimQuery(kind=REQUEST, key=spending_key(requester, line, supplier), lock=command.name in _SUBMITS)
    ]
    if state.order is not None:
        queries.append(ClaimQuery(kind=YEAR_CLOSED, key=bound_key(LinePeriod(state.content.budget_line, state.pays))))
    if command.name in _SUBMITS:
        queries += keys_of(line, first, last)
    if isinstance(payload, DecideRenewal) and payload.period is not None:
        queries += keys_of(line, payload.period, payload.until)
    return [*queries, *new_keys(payload)]


def claims(before: SpendingState, event: Event) -> Sequence[Claim | Release]:
    """What was ordered goes on to count as money asked for (KRN-05); what came to nothing does not."""
    match event:
        case ReviewOpened(review=review) if review == REVIEW:
            return [_request(before, before.content)]
        case SpendingAmended(content=content) if REVIEW in before.case.reviews:
            moved = _key(before, content) != _key(before, before.content)
            given_up = [Release(kind=REQUEST, key=_key(before, before.content))] if moved else []
            return [*given_up, _request(before, content)]
        case InvoiceBooked(number=number, invoice=invoice):
            return [_document(before, number).model_copy(update={"amount": invoice.cost})]
        case CreditBooked(number=number):
            return [_document(before, number)]
        case LateCreditBooked():
            taken = Claim(kind=DOCUMENT_NUMBER, key=key_of(event.supplier, event.number), exclusive=True)
            return [taken, *given_back(event)]
        case CaseClosed() if before.document.content is not None:
            given_up = [Release(kind=REQUEST, key=_key(before, before.content))]
            asked = before.order is None and REVIEW in before.case.reviews
            return [*(given_up if asked else []), *spent_claims(before, _issuer(before))]
    return []


def effects(before: SpendingState, event: Event, after: SpendingState) -> Sequence[Effect]:
    """Every end tells who asked and who answers for it."""
    if not isinstance(event, CaseClosed) or after.case.requester is None:
        return []
    people = dict.fromkeys((after.case.requester, after.case.responsible or after.case.requester))
    about = N_("{case} is over, {outcome}: {reason}", case=after.case.id, outcome=before.ended or event.status.value,
               reason=event.reason)  # fmt: skip
    return [Notify(to=tuple(people), about=about)]


def _asked_for(state: SpendingState, payload: Value) -> tuple[str, str | None, str, str | None] | None:
    """Line, supplier, first and last period as they will be once the payload counts."""
    content = state.document.content
    names = ("budget_line", "supplier", "period", "until")
    given = payload.model_fields_set if Spending.model_fields.keys() >= payload.model_fields_set - {"draft"} else set()
    values = [getattr(payload if name in given else content, name, None) for name in names]
    return (values[0], values[1], values[2], values[3]) if values[0] and values[2] else None


def _request(state: SpendingState, content: Spending) -> Claim:
    return Claim(kind=REQUEST, key=_key(state, content), amount=content.cost)


def _key(state: SpendingState, content: Spending) -> str:
    return spending_key(state.case.requester or "", content.budget_line, content.supplier)


def _document(state: SpendingState, number: str) -> Claim:
    return Claim(kind=DOCUMENT_NUMBER, key=key_of(_issuer(state), number), exclusive=True)


def _issuer(state: SpendingState) -> str:
    return state.content.supplier or f"expense of {state.case.requester}"
