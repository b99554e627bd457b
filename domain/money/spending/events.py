"""What can happen to spending, besides the kernel's events."""

from datetime import date, datetime
from typing import Literal

from domain.kernel.budget_control import BudgetCheck
from domain.kernel.definition import Opened
from domain.kernel.document import Amended, Drafted
from domain.kernel.events import Event
from domain.kernel.money_events import MovesMoney
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.money.spending.content import Spending
from domain.money.spending.state import Credit, Invoice, Order, Receipt, Renewal, Term


class SpendingRequested(Drafted[Spending]):
    sentence = N_("{requester} asked to spend money")


class SpendingAmended(Amended[Spending]):
    sentence = N_("{by} changed the request: {changed}")


class SpendingReserved(MovesMoney):
    """The money is kept for this request. `checks` say what is left on each line and period before and after."""

    sentence = N_("the money is reserved on {line}")
    line: str
    checks: tuple[BudgetCheck, ...]
    at: datetime


class OrderPlaced(MovesMoney):
    """From here on it binds outside (SPD-07). What was paid before has no number. The rest of the approval is free."""

    sentence = N_("{by} ordered it")
    order: Order
    by: str
    at: datetime


class GoodsReceived(Event):
    sentence = N_("{by} noted what was received")
    receipt: Receipt


class InvoiceBooked(MovesMoney):
    sentence = N_("invoice {number} is booked")
    number: str
    invoice: Invoice
    at: datetime


class InvoiceQuestioned(Event):
    """It is above the order by more than the tolerance; who authorised the order is asked (SPD-09)."""

    sentence = N_("invoice {number} is above the order: {review} asks who authorised it")
    number: str
    invoice: Invoice
    review: str
    at: datetime


class InvoiceDeclined(Event):
    sentence = N_("invoice {number} is not paid: {reason}")
    number: str
    reason: str
    at: datetime


class CreditBooked(MovesMoney):
    """Money came back to the line and period that it came from (SPD-11)."""

    sentence = N_("credit note {number} is booked")
    number: str
    credit: Credit
    at: datetime


class TermSet(Event):
    """The term that runs now; the day for giving notice follows from it (SPD-12)."""

    sentence = N_("the contract runs, and its renewal is to be decided")
    term: Term
    at: datetime


class RenewalAsked(MovesMoney):
    sentence = N_("{by} asks to let the contract go on: {review}")
    renewal: Renewal
    review: str
    checks: tuple[BudgetCheck, ...]
    by: str
    at: datetime


class RenewalAgreed(MovesMoney):
    sentence = N_("the contract goes on")
    at: datetime


class RenewalDeclined(MovesMoney):
    sentence = N_("the contract is not to go on as was asked: {reason}")
    reason: str
    at: datetime


class NoticeGiven(Event):
    sentence = N_("{by} gave notice; the contract ends with its term")
    ends: date
    by: str
    at: datetime


class CommitmentMoved(MovesMoney):
    """The end of a year: what is still bound in it is carried, re-encumbered, or cancelled (BUD-09).

    `numbers` says by transfer which one holds its money now.
    """

    sentence = N_("what was bound in {year_from} was moved: {how}")
    year_from: str
    year_to: str
    how: str
    amount: Money
    numbers: dict[int, int] = {}
    at: datetime


class SpendingEnded(Event):
    """Nothing more comes: `closed` when all was invoiced, else `short_closed` with its reason (SPD-06)."""

    sentence = N_("the order is over: {reason}")
    outcome: Literal["closed", "short_closed"]
    reason: str
    by: str
    at: datetime


class LateCreditBooked(Opened, MovesMoney):
    """A credit note for a case that is closed gave money back, in a case of its own (SPD-02, SPD-11)."""

    sentence = N_("credit note {number} gave money back for invoice {invoice} of a closed case")
    supplier: str
    number: str
    invoice: str
    amount: Money


EVENTS: tuple[type[Event], ...] = (
    SpendingReserved, OrderPlaced, GoodsReceived, InvoiceBooked, InvoiceQuestioned, InvoiceDeclined, CreditBooked,
    TermSet, RenewalAsked, RenewalAgreed, RenewalDeclined, NoticeGiven, CommitmentMoved, SpendingEnded,
    LateCreditBooked,
)  # fmt: skip
