"""From the last approval to the order, what was received, and the end without a last invoice."""

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import ReviewApproved
from domain.kernel.commands import Text, Withdraw
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.handle import close
from domain.kernel.postings import Postings
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.money.spending import contracts
from domain.money.spending.content import SPENT_ALREADY, Name
from domain.money.spending.events import GoodsReceived, OrderPlaced
from domain.money.spending.money import commit
from domain.money.spending.settings import (
    REVIEW,
    SETTINGS,
    Ctx,
    answering,
    approved,
    ask_invoice,
    end,
    procurement,
)
from domain.money.spending.state import Order, Receipt

TaskId = Annotated[str, Reference("task")]


class PlaceOrder(Value):
    """Says that it was ordered, under which number and for how much. From here on it binds outside."""

    task: TaskId
    number: Name
    total: Money


class RecordReceipt(Value):
    """Notes what was delivered; it can come in parts. The money stays committed until it is invoiced."""

    what: Annotated[str, Field(min_length=1, max_length=300)]
    on: date
    value: Money | None = None


class CloseSpending(Value):
    """Ends the order. What was ordered and not invoiced is free again at once; say why nothing more comes."""

    reason: Text


class CancelSpending(Value):
    """Cancels it before anything was invoiced. The money is free again at once."""

    reason: Text


def on_approved(ctx: Ctx, event: ReviewApproved) -> None:
    """Nothing that binds outside exists before this (SPD-07). What was spent already needs no order."""
    if event.review != REVIEW:
        return
    content = ctx.state.content
    if content.kind in SPENT_ALREADY:
        _place(ctx, Order(number=None, total=content.cost, on=content.happened_on or ctx.facts.now.date()))
        return
    tasks.assign(
        ctx,
        kind="order",
        title=N_("Place the order"),
        subject="order",
        assignees=procurement(ctx.state, ctx.facts) or (answering(ctx),),
        basis="procurement",
        command="place-order",
        due_days=SETTINGS.number(ctx.facts, "order_days"),
        without_end=True,
    )


def place_order(ctx: Ctx, payload: PlaceOrder) -> None:
    """Raises Refused `above-approval`: the terms are closed by the approval (SPD-02, SPD-13)."""
    content = ctx.state.content
    _refuse_nothing(payload.total)
    if payload.total.currency != content.amount.currency:
        raise Refused("other-currency", "{currency} was approved; state the order in it.",
                      currency=content.amount.currency)  # fmt: skip
    if payload.total.amount > content.amount.amount:
        raise Refused(
            "above-approval",
            "{approved} was approved; order at most that, and ask for the rest in a request of its own.",
            approved=str(content.amount),
        )
    tasks.finish(ctx, payload.task)
    total = content.in_line_currency(payload.total)
    _place(ctx, Order(number=payload.number, total=total, on=today_of(ctx.facts, ctx.command.actor)))


def record_receipt(ctx: Ctx, payload: RecordReceipt) -> None:
    """A fact: it moves no money (SPD-06), and stays possible after approval (SPD-13). Raises Refused `future-day`."""
    if payload.on > today_of(ctx.facts, ctx.command.actor):
        raise Refused("future-day", "What is received on a later day is noted on that day.")
    if payload.value is not None:
        _refuse_nothing(payload.value)
    ctx.add(GoodsReceived(receipt=Receipt(**dict(payload), by=ctx.command.actor, at=ctx.facts.now)))


def close_spending(ctx: Ctx, payload: CloseSpending) -> None:
    """Raises Refused `invoice-waits`."""
    refuse_waiting(ctx)
    if ctx.state.renewal is not None:
        raise Refused("renewal-waits", "The renewal is being decided; wait for it, or reject it.")
    complete = ctx.state.invoiced.amount >= ctx.state.ordered.amount
    end(ctx, "closed" if complete else "short_closed", payload.reason)


def cancel_spending(ctx: Ctx, payload: CancelSpending) -> None:
    """Raises Refused `invoiced` once there is an invoice: then the order is closed, not cancelled."""
    refuse_waiting(ctx)
    if ctx.state.invoices:
        raise Refused("invoiced", "There are invoices already: use close-spending, which keeps what was spent.")
    close(ctx, status=Status.CANCELLED, reason=payload.reason)


def refuse_withdrawal(ctx: Ctx, _payload: Withdraw) -> None:
    if approved(ctx):
        raise Refused("approved", "It is approved; use cancel-spending or close-spending.")


def refuse_waiting(ctx: Ctx) -> None:
    if ctx.state.questioned is not None:
        raise Refused("invoice-waits", "Invoice {number} is above the order and waits for approval; decide it first.",
                      number=ctx.state.questioned)  # fmt: skip


def _place(ctx: Ctx, order: Order) -> None:
    postings = Postings(ctx.facts, ctx.state.holdings)
    commit(postings, order.total)
    ctx.add(OrderPlaced(transfers=postings.transfers, order=order, by=ctx.command.actor, at=ctx.facts.now))
    contracts.begin_term(ctx)
    ask_invoice(ctx)


def _refuse_nothing(amount: Money) -> None:
    if amount.amount <= 0:
        raise Refused("no-amount", "Write an amount above zero; what comes back is a credit note.")
