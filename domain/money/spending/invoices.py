"""Invoices and credit notes of an order: booked, questioned when above it, given back (SPD-02, SPD-09, SPD-11)."""

from datetime import date
from decimal import Decimal

from domain.kernel.budget_control import YEAR_CLOSED, bound_key
from domain.kernel.cases.case_events import ReviewApproved, ReviewEnded, ReviewRejected, ReviewReturned
from domain.kernel.deciding import approval, tasks
from domain.kernel.errors import Refused
from domain.kernel.ledger import LinePeriod, granularity_of, period_of
from domain.kernel.postings import Postings
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.kernel.values.rounding import require_payable
from domain.money.spending.content import Name
from domain.money.spending.document import DOCUMENT
from domain.money.spending.events import CreditBooked, InvoiceBooked, InvoiceDeclined, InvoiceQuestioned
from domain.money.spending.money import give_back, spend
from domain.money.spending.ordering import TaskId, refuse_waiting
from domain.money.spending.settings import SETTINGS, Ctx, answering, ask_invoice, end
from domain.money.spending.state import Credit, Invoice

EXCESS = "excess-"


class RecordInvoice(Value):
    """Books an invoice of this order. Above the order by more than the tolerance, who authorised it decides first.

    `paid` is what it came to in the currency of the line, if the bank's rate was another one. With the last invoice the
    order is over, and what it did not need is free again.
    """

    task: TaskId
    number: Name
    supplier: Name | None = None
    amount: Money
    paid: Money | None = None
    dated: date
    last: bool = False


class RecordCreditNote(Value):
    """Books a credit note: the money goes back to the line and period that it came from."""

    number: Name
    invoice: Name
    amount: Money
    dated: date


def record_invoice(ctx: Ctx, payload: RecordInvoice) -> None:
    """Raises Refused `other-supplier`, `taken-number`, `other-currency`, `no-amount`, `future-day`, `invoice-waits`."""
    refuse_waiting(ctx)
    invoice = _invoice(ctx, payload)
    tasks.finish(ctx, payload.task)
    if _above(ctx, invoice) <= 0:
        book(ctx, payload.number, invoice)
        return
    review = f"{EXCESS}{ctx.state.excesses + 1}"
    ctx.add(InvoiceQuestioned(number=payload.number, invoice=invoice, review=review, at=ctx.facts.now))
    _ask_again(ctx, review, ctx.state.invoiced + invoice.cost)


def book(ctx: Ctx, number: str, invoice: Invoice) -> None:
    state, content = ctx.state, ctx.state.content
    postings = Postings(ctx.facts, state.holdings)
    booked = spend(postings, content.budget_line, _pays(ctx), invoice)
    ctx.add(InvoiceBooked(transfers=postings.transfers, number=number, invoice=booked, at=ctx.facts.now))
    if _is_last(ctx, booked):
        complete = ctx.state.invoiced.amount >= ctx.state.ordered.amount
        end(ctx, "closed" if complete else "short_closed", "the last invoice is booked")
    else:
        ask_invoice(ctx)


def record_credit(ctx: Ctx, payload: RecordCreditNote) -> None:
    """Raises Refused `no-such-invoice`, `taken-number`, `above-invoice`, and as `record_invoice`."""
    state, content = ctx.state, ctx.state.content
    if payload.invoice not in state.invoices:
        raise Refused("no-such-invoice", "There is no invoice {invoice} here; the invoices are {known}.",
                      invoice=payload.invoice, known=", ".join(sorted(state.invoices)) or "-")  # fmt: skip
    _refuse_wrong(ctx, payload.number, payload.amount, payload.dated)
    cost = content.in_line_currency(payload.amount)
    postings = Postings(ctx.facts, state.holdings)
    parts = give_back(postings, content.budget_line, state.invoices[payload.invoice], cost)
    credit = Credit(invoice=payload.invoice, cost=cost, parts=parts, dated=payload.dated, by=ctx.command.actor)
    ctx.add(CreditBooked(transfers=postings.transfers, number=payload.number, credit=credit, at=ctx.facts.now))


def on_agreed(ctx: Ctx, event: ReviewApproved) -> None:
    state = ctx.state
    if event.review.startswith(EXCESS) and state.waiting is not None and state.questioned is not None:
        book(ctx, state.questioned, state.waiting)


def on_refused(ctx: Ctx, event: ReviewRejected | ReviewReturned | ReviewEnded) -> None:
    """Rejected or returned: this invoice is not paid; the supplier sends another one."""
    if not event.review.startswith(EXCESS) or ctx.state.questioned is None:
        return
    number = ctx.state.questioned
    ctx.add(InvoiceDeclined(number=number, reason=event.reason, at=ctx.facts.now))
    approval.end(ctx, event.review, "cancelled", event.reason)
    ask_invoice(ctx)


def _pays(ctx: Ctx) -> str:
    """The period that pays an excess; nothing is booked in a closed one, so today's pays then."""
    last, closed = ctx.state.pays, bound_key(LinePeriod(ctx.state.content.budget_line, ctx.state.pays))
    if any((one.claim.kind, one.claim.key) == (YEAR_CLOSED, closed) for one in ctx.facts.claims):
        return period_of(today_of(ctx.facts, answering(ctx)), granularity_of(last))
    return last


def _invoice(ctx: Ctx, payload: RecordInvoice) -> Invoice:
    content = ctx.state.content
    if payload.supplier is not None and payload.supplier != content.supplier:
        raise Refused("other-supplier", "The order is of {supplier}, this invoice is of {other}; find its own order.",
                      supplier=content.supplier or "-", other=payload.supplier)  # fmt: skip
    _refuse_wrong(ctx, payload.number, payload.amount, payload.dated)
    cost = content.in_line_currency(payload.amount)
    if payload.paid is not None and (payload.paid.currency != cost.currency or payload.paid.amount <= 0):
        raise Refused("other-currency", "{currency} is what the line is kept in; state in it what was paid.",
                      currency=cost.currency)  # fmt: skip
    given = payload.model_dump(include={"dated", "last"})
    return Invoice(amount=payload.amount, cost=cost, paid=payload.paid, by=ctx.command.actor, **given)


def _refuse_wrong(ctx: Ctx, number: str, amount: Money, dated: date) -> None:
    content = ctx.state.content
    if number in ctx.state.invoices or number in ctx.state.credits:
        raise Refused("taken-number", "{number} is booked already; a number is taken once.", number=number)
    if amount.currency != content.amount.currency:
        raise Refused("other-currency", "{currency} was approved; state the amount in it.",
                      currency=content.amount.currency)  # fmt: skip
    if amount.amount <= 0:
        raise Refused("no-amount", "Write an amount above zero; what comes back is a credit note.")
    require_payable(amount)
    if dated > today_of(ctx.facts, ctx.command.actor):
        raise Refused("future-day", "The document is dated on a later day than today; correct its day.")


def _above(ctx: Ctx, invoice: Invoice) -> Decimal:
    """How far all invoices together are above the order and its tolerance: tolerances do not add up (SPD-09)."""
    ordered = ctx.state.ordered.amount
    most = ordered + ordered * SETTINGS.number(ctx.facts, "tolerance_percent") / 100
    return ctx.state.invoiced.amount + invoice.cost.amount - most


def _ask_again(ctx: Ctx, review: str, total: Money) -> None:
    """The route that authorised the order, for the sum that is invoiced now: limits are judged on exactly that."""
    content = ctx.state.content
    whole = content.model_copy(
        update={"amount": total, "rate": None, "rate_currency": None, "rate_source": None, "rate_day": None}
    )
    submission = DOCUMENT.submission(ctx.facts, whole, ctx.case.requester or "")
    approval.open_review(ctx, review, DOCUMENT.route(content), submission)


def _is_last(ctx: Ctx, invoice: Invoice) -> bool:
    """A contract goes on after its last invoice, until notice was given."""
    runs_on = ctx.state.term is not None and ctx.state.notice is None
    return not runs_on and (invoice.last or ctx.state.invoiced.amount >= ctx.state.ordered.amount)
