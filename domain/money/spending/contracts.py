"""The term of a contract, its day for giving notice, and its renewal as a decision (SPD-03, SPD-12)."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from domain.kernel.cases.case import Deadline
from domain.kernel.cases.case_events import (
    DeadlineCleared,
    DeadlineSet,
    ReviewApproved,
    ReviewEnded,
    ReviewRejected,
    ReviewReturned,
)
from domain.kernel.commands import DeadlinePassed, Text
from domain.kernel.deciding import approval, tasks
from domain.kernel.errors import Refused
from domain.kernel.ledger import Period
from domain.kernel.postings import Postings
from domain.kernel.routing.days import working_day_end
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.money.spending.checks import check, cost_by_period
from domain.money.spending.content import Spending
from domain.money.spending.document import DOCUMENT
from domain.money.spending.events import NoticeGiven, RenewalAgreed, RenewalAsked, RenewalDeclined, TermSet
from domain.money.spending.money import reserve
from domain.money.spending.settings import SETTINGS, Ctx, answering, ask_invoice, line_owner
from domain.money.spending.state import Renewal, Term

RENEWAL = "renewal"
_REVIEW = "renewal-"


class DecideRenewal(Value):
    """Says what becomes of the contract: notice is given, or it goes on, which is approved like an order.

    To renew, name the new last day, what the further term costs in the line's currency, and which periods pay it.
    """

    task: Annotated[str, Reference("task")]
    choice: Literal["end", "renew"]
    ends: date | None = None
    cost: Money | None = None
    period: Period | None = None
    until: Period | None = None
    reason: Text


def begin_term(ctx: Ctx) -> None:
    """The first term of what is a contract; nothing of anything else."""
    content = ctx.state.content
    if content.kind == "contract" and content.starts and content.ends:
        _set_term(ctx, content.starts, content.ends)


def ask_renewal(ctx: Ctx, _payload: DeadlinePassed | None = None) -> None:
    """The owner of the line decides by the last day for notice; no silence decides for them."""
    term = ctx.state.term
    assert term is not None
    owner = (*line_owner(ctx.state, ctx.facts), answering(ctx))[0]
    tasks.assign(
        ctx,
        kind=RENEWAL,
        title=N_("Renew the contract or give notice by {day}", day=term.notice_on.isoformat()),
        subject=RENEWAL,
        assignees=(owner,),
        basis="owner of the budget line",
        command="decide-renewal",
        due_at=max(_end_before(ctx, owner, term.notice_on), ctx.facts.now),
        without_end=True,
    )


def decide_renewal(ctx: Ctx, payload: DecideRenewal) -> None:
    """Raises Refused `no-term`, and what asking for such money raises."""
    term = ctx.state.term
    assert term is not None
    tasks.finish(ctx, payload.task)
    if payload.choice == "end":
        ctx.add(NoticeGiven(ends=term.ends, by=ctx.command.actor, at=ctx.facts.now))
        ask_invoice(ctx)
        return
    content = _further(ctx, term, payload)
    review = f"{_REVIEW}{ctx.state.renewals + 1}"
    postings = Postings(ctx.facts, ctx.state.holdings)
    checks = reserve(postings, content.budget_line, cost_by_period(content))
    assert content.ends is not None
    renewal = Renewal(
        ends=content.ends, cost=content.cost, period=content.period, until=content.until,
        numbers=tuple(transfer.number for transfer in postings.transfers),
    )  # fmt: skip
    ctx.add(
        RenewalAsked(
            transfers=postings.transfers, renewal=renewal, review=review, checks=checks, by=ctx.command.actor,
            at=ctx.facts.now,
        )
    )  # fmt: skip
    submission = DOCUMENT.submission(ctx.facts, content, ctx.case.requester or "")
    approval.open_review(ctx, review, DOCUMENT.route(content), submission)


def on_agreed(ctx: Ctx, event: ReviewApproved) -> None:
    renewal, term = ctx.state.renewal, ctx.state.term
    if not event.review.startswith(_REVIEW) or renewal is None or term is None:
        return
    postings = Postings(ctx.facts, ctx.state.holdings)
    for number in renewal.numbers:
        postings.commit(number)
    ctx.add(RenewalAgreed(transfers=postings.transfers, at=ctx.facts.now))
    _set_term(ctx, term.ends + timedelta(days=1), renewal.ends)
    ask_invoice(ctx)


def on_refused(ctx: Ctx, event: ReviewRejected | ReviewReturned | ReviewEnded) -> None:
    """The money is free again, and the owner decides anew: notice, or other terms."""
    renewal = ctx.state.renewal
    if not event.review.startswith(_REVIEW) or renewal is None:
        return
    postings = Postings(ctx.facts, ctx.state.holdings)
    for number in renewal.numbers:
        postings.release(number)
    ctx.add(RenewalDeclined(transfers=postings.transfers, reason=event.reason, at=ctx.facts.now))
    approval.end(ctx, event.review, "cancelled", event.reason)
    ask_renewal(ctx)


def _set_term(ctx: Ctx, starts: date, ends: date) -> None:
    """The day for notice follows from the term that runs now, not from the first one (SPD-12)."""
    notice_on = ends - timedelta(days=ctx.state.content.notice_days)
    for one in [one for one in ctx.case.deadlines if one.kind == RENEWAL]:
        ctx.add(DeadlineCleared(kind=one.kind, key=one.key))
    ctx.add(TermSet(term=Term(starts=starts, ends=ends, notice_on=notice_on), at=ctx.facts.now))
    owner = (*line_owner(ctx.state, ctx.facts), answering(ctx))[0]
    ahead = timedelta(days=int(SETTINGS.number(ctx.facts, "renewal_days")))
    at = max(_end_before(ctx, owner, notice_on - ahead), ctx.facts.now)
    ctx.add(DeadlineSet(deadline=Deadline(kind=RENEWAL, key=RENEWAL, at=at)))


def _end_before(ctx: Ctx, person: str, day: date) -> datetime:
    """The end of the last working day that is not after `day`."""
    return working_day_end(ctx.facts, person, day + timedelta(days=1), -1)


def _further(ctx: Ctx, term: Term, payload: DecideRenewal) -> Spending:
    """The content of the further term: the same contract, another time and cost."""
    if payload.ends is None or payload.cost is None or payload.period is None:
        raise Refused("no-term", "To renew, name the new last day, what the term costs, and the period that pays it.")
    first = term.ends + timedelta(days=1)
    content = ctx.state.content.model_copy(
        update={
            "amount": payload.cost, "period": payload.period, "until": payload.until, "starts": first,
            "ends": payload.ends, "reason": payload.reason, "needed_by": None, "rate": None, "rate_currency": None,
            "rate_source": None, "rate_day": None,
        }
    )  # fmt: skip
    check(ctx.facts, content, ctx.command.actor)
    return content
