"""What a case of spending knows: its request, what the line said of it, order, receipts, invoices, the term."""

from datetime import date, datetime
from decimal import Decimal

from domain.kernel.budget_control import BudgetCheck
from domain.kernel.document import Document
from domain.kernel.ledger import Period
from domain.kernel.money_events import MoneyState
from domain.kernel.value import Value
from domain.kernel.values.money import Money, total
from domain.money.spending.content import Spending, periods


class Part(Value):
    """What of an invoice was spent in which period, in the line's currency."""

    period: Period
    amount: Money


class Order(Value):
    """`total` is in the currency of the line. What was paid before anything was ordered has no `number`."""

    number: str | None
    total: Money
    on: date


class Receipt(Value):
    what: str
    on: date
    value: Money | None = None
    by: str
    at: datetime


class Invoice(Value):
    """`cost` is `amount` at the rate of the request; `paid` what it really came to, if that was another sum."""

    amount: Money
    cost: Money
    paid: Money | None = None
    dated: date
    last: bool = False
    parts: tuple[Part, ...] = ()
    credited: Money | None = None
    by: str

    @property
    def net(self) -> Money:
        return self.cost - self.credited if self.credited else self.cost


class Credit(Value):
    """`cost` is its amount in the line's currency, given back to the `parts` of its `invoice`, the newest first."""

    invoice: str
    cost: Money
    parts: tuple[Part, ...]
    dated: date
    by: str


class Term(Value):
    """The term of a contract that runs now, and the last day for giving notice."""

    starts: date
    ends: date
    notice_on: date


class Renewal(Value):
    """A further term that is asked for. `numbers` are the transfers that reserve its cost."""

    ends: date
    cost: Money
    period: Period
    until: Period | None = None
    numbers: tuple[int, ...] = ()


class SpendingState(MoneyState):
    """`checks` are what the line said at the last submission; `questioned` is the number of the invoice that waits.

    `touched` is when money last moved or something was received (UTC).
    """

    document: Document[Spending] = Document[Spending]()
    checks: tuple[BudgetCheck, ...] = ()
    order: Order | None = None
    receipts: tuple[Receipt, ...] = ()
    invoices: dict[str, Invoice] = {}
    questioned: str | None = None
    waiting: Invoice | None = None
    excesses: int = 0
    credits: dict[str, Credit] = {}
    term: Term | None = None
    renewal: Renewal | None = None
    renewals: int = 0
    notice: date | None = None
    agreed: tuple[Renewal, ...] = ()
    moved: tuple[str, ...] = ()
    last: str | None = None
    touched: datetime | None = None
    ended: str | None = None

    @property
    def content(self) -> Spending:
        return self.document.the_content

    @property
    def ordered(self) -> Money:
        """The order and the further terms that were agreed, in the line's currency."""
        assert self.order is not None
        return total([self.order.total, *(each.cost for each in self.agreed)], self.order.total.currency)

    @property
    def invoiced(self) -> Money:
        """Net of credit notes, in the line's currency."""
        assert self.order is not None
        return total([each.net for each in self.invoices.values()], self.order.total.currency)

    @property
    def pays(self) -> str:
        """The period that pays what is above the order: the last one, or where the year's end moved it."""
        return self.last or periods(self.content.period, self.content.until)[-1]

    @property
    def bound(self) -> Decimal:
        """What the case still holds of its line."""
        return sum((held.left for held in self.holdings.open), Decimal(0))
