"""Orders and invoices of a project, from what is reserved for it (DEL-07, SPD-06)."""

from domain.kernel.errors import Refused
from domain.kernel.ledger import Account
from domain.kernel.money_events import HoldingsReleased
from domain.kernel.postings import Postings
from domain.kernel.values.money import Money, same
from domain.kernel.year_end import MoveCommitment, turn
from domain.projects.delivery import commands as c
from domain.projects.delivery import events as e
from domain.projects.delivery import figures
from domain.projects.delivery.content import Commitment
from domain.projects.delivery.rules.context import Ctx


def commit_money(ctx: Ctx, payload: c.CommitMoney) -> None:
    """What is ordered leaves the estimate to complete, unless a new estimate is stated (DEL-07).

    Raises Refused `not-positive`, `not-reserved`, `two-currencies`.
    """
    state, amount = ctx.state, payload.amount
    same(state.budget, amount)
    _require_positive(amount)
    reserved = [one for one in state.holdings.on(Account.RESERVED) if one.period == payload.period]
    left = sum((one.money for one in reserved), amount * 0)
    if left < amount:
        template = "{left} is reserved for {period}, {amount} was asked for; ask for a change of the baseline."
        raise Refused("not-reserved", template, left=str(left), period=payload.period[:20], amount=str(amount))
    postings = Postings(ctx.facts, state.holdings, project=ctx.case.id)
    source = next((one for one in reserved if not one.money < amount), None)
    if source is None:
        template = "The reservation of {period} is in parts of less than {amount}; order in parts of at most {most}."
        most = max((one.money for one in reserved), key=lambda money: money.amount)
        raise Refused("in-parts", template, period=payload.period, amount=str(amount), most=str(most))
    made = postings.commit(source.number, amount)
    commitment = Commitment(
        id=f"order-{len(state.commitments) + 1}", text=payload.text, period=payload.period, amount=amount, left=amount,
        cancellable=not payload.binding, transfer=made.number,
    )  # fmt: skip
    rest = figures.estimate(state) - amount
    ctx.add(
        e.MoneyCommitted(
            commitment=commitment, estimate=payload.estimate or (rest if rest.amount > 0 else rest * 0),
            by=ctx.command.actor, at=ctx.facts.now, transfers=postings.transfers,
        )
    )  # fmt: skip


def spend_money(ctx: Ctx, payload: c.SpendMoney) -> None:
    """An invoice for an order. Raises Refused `no-such-order`, `more-than-held`, `not-positive`."""
    order = open_order(ctx, payload.order)
    _require_positive(payload.amount)
    postings = Postings(ctx.facts, ctx.state.holdings, project=ctx.case.id)
    postings.spend(order.transfer, payload.amount)
    ctx.add(
        e.MoneySpent(
            id=order.id, period=order.period, amount=payload.amount, by=ctx.command.actor, at=ctx.facts.now,
            transfers=postings.transfers,
        )
    )  # fmt: skip


def cancel_order(ctx: Ctx, payload: c.CancelOrder) -> None:
    """What is left of it is free again. Raises Refused `no-such-order`, `not-cancellable`."""
    order = open_order(ctx, payload.order)
    if not order.cancellable:
        template = "{order} cannot be cancelled; {left} of it is to be paid."
        raise Refused("not-cancellable", template, order=order.text, left=str(order.left))
    postings = Postings(ctx.facts, ctx.state.holdings, project=ctx.case.id)
    postings.release(order.transfer)
    ctx.add(
        e.CommitmentCancelled(
            id=order.id, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now, transfers=postings.transfers
        )
    )


def give_up(ctx: Ctx, payload: MoveCommitment) -> None:
    """The year ends and what is left of it is not carried (BUD-09). Raises Refused `not-cancellable`."""
    binding = [one for one in ctx.state.open_commitments if one.period == payload.period and not one.cancellable]
    if binding:
        template = "{order} cannot be cancelled; carry it: {left} of it is to be paid."
        raise Refused("not-cancellable", template, order=binding[0].text, left=str(binding[0].left))
    turn(ctx, payload)


def open_order(ctx: Ctx, id_: str) -> Commitment:
    order = ctx.state.commitments.get(id_)
    if order is None or not order.left.amount:
        template = "The project has no open order {order}; name one that is not yet invoiced or cancelled."
        raise Refused("no-such-order", template, order=id_)
    return order


def free_reserved(ctx: Ctx) -> None:
    """What is reserved and not ordered is free again: of the finished and of the stopped at once (DEL-11)."""
    postings = Postings(ctx.facts, ctx.state.holdings, project=ctx.case.id)
    for held in ctx.state.holdings.on(Account.RESERVED):
        postings.release(held.number)
    if postings.transfers:
        ctx.add(HoldingsReleased(transfers=postings.transfers))


def _require_positive(amount: Money) -> None:
    if amount.amount <= 0:
        raise Refused("not-positive", "An amount must be more than zero; {amount} is not.", amount=str(amount.amount))
