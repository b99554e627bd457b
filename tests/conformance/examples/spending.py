"""Money is asked for, ordered, received and invoiced; contracts are renewed; a year ends."""

from datetime import date, timedelta
from typing import Any

from domain.kernel.effects import Claim, HeldClaim
from domain.kernel.values.money import Money
from domain.money.spending.late_credit import SPENT
from tests.conformance.company import NOW
from tests.conformance.example import Due, Example, Play, Sent, Story, Told, approvals

LEAD, BUYER, PAYABLES, OWNER = "e1011", "e1050", "e1043", "e1003"
LINE, SPENT_BEFORE = "it-licences", Money.model_validate("5000 THB")
LATE = Claim(kind=SPENT, key="Bangkok Displays|INV-9", item=f"{LINE}|2026", amount=SPENT_BEFORE)


def wish(play: Play, **more: Any) -> dict[str, Any]:
    return {
        "kind": "purchase",
        "what": "Monitors",
        "budget_line": LINE,
        "supplier": "Bangkok Displays",
        "amount": "100000 THB",
        "period": f"{play.today:%Y}",
        "reason": "A new team",
        **more,
    }


def ordered(play: Play, total: str) -> Story:
    yield from approvals(play)
    yield Sent("place-order", {"task": play.task("order").id, "number": "PO-1", "total": total}, by=BUYER)


def invoice(play: Play, number: str, amount: str, **more: Any) -> Sent:
    given = {"task": play.task("invoice").id, "number": f"{play.id}-{number}", "amount": amount, **more}
    return Sent("record-invoice", {**given, "dated": play.today.isoformat()}, by=PAYABLES)


def bought(play: Play) -> Story:
    yield Sent("request-spending", wish(play, draft=True), by=LEAD)
    yield Sent("submit-spending", by=LEAD)
    yield Sent("amend-spending", {"amount": "120000 THB"}, by=LEAD)
    task = play.task("decide")
    back = {"task": task.id, "outcome": "return", "comment": "fewer", "fields": ["amount"]}
    yield Sent("decide", back, by=task.people[0])
    yield Sent("resubmit-spending", {"amount": "90000 THB"}, by=LEAD)
    yield from ordered(play, "80000 THB")
    today = play.today.isoformat()
    yield Sent("record-receipt", {"what": "half of them", "on": today, "value": "40000 THB"}, by=LEAD)
    yield invoice(play, "1", "40000 THB", supplier="Bangkok Displays")
    credit = {"number": f"{play.id}-c1", "invoice": f"{play.id}-1", "amount": "10000 THB", "dated": today}
    yield Sent("record-credit-note", credit, by=PAYABLES)
    yield invoice(play, "2", "40000 THB", last=True)


def questioned(play: Play) -> Story:
    """The first invoice above the order is declined, the second one approved."""
    yield Sent("request-spending", wish(play), by=LEAD)
    yield from ordered(play, "100000 THB")
    yield invoice(play, "1", "130000 THB")
    yield from approvals(play, "reject", comment="we never agreed to that")
    yield invoice(play, "2", "110000 THB")
    yield from approvals(play)


def contracted(play: Play) -> Story:
    start = play.today + timedelta(days=10)
    ends = date(start.year + 1, 12, 31)
    term = {"kind": "contract", "starts": start.isoformat(), "ends": ends.isoformat(), "notice_days": 90}
    yield Sent("request-spending", wish(play, period=f"{start:%Y}", until=f"{ends:%Y}", **term), by=LEAD)
    yield from ordered(play, "100000 THB")
    yield Due("renewal")
    year = ends.year + 1
    further = {"choice": "renew", "cost": "50000 THB", "ends": f"{year}-12-31", "period": f"{year}", "reason": "needed"}
    yield Sent("decide-renewal", {"task": play.task("renewal").id, **further}, by=OWNER)
    yield from approvals(play, "reject", comment="too dear")
    yield Sent("decide-renewal", {"task": play.task("renewal").id, **further, "cost": "40000 THB"}, by=OWNER)
    yield from approvals(play)
    yield Due("renewal")
    over = {"task": play.task("renewal").id, "choice": "end", "reason": "no longer needed"}
    yield Sent("decide-renewal", over, by=OWNER)
    yield Sent("close-spending", {"reason": "the contract ended"}, by=LEAD)


def expense(play: Play) -> Story:
    spent = wish(play, kind="expense", supplier=None, happened_on=play.today.isoformat(), draft=True)
    yield Sent("request-spending", spent, by=LEAD)
    receipt = {"name": "r.pdf", "size": 10, "media_type": "application/pdf", "sha256": "a" * 64}
    yield Sent("attach", receipt, by=LEAD)
    yield Sent("submit-spending", by=LEAD)
    yield from approvals(play)
    yield invoice(play, "1", "100000 THB")


def year_end(play: Play) -> Story:
    yield Sent("request-spending", wish(play), by=LEAD)
    yield from ordered(play, "100000 THB")
    year = play.today.year
    yield Told("move-commitment", {"line": LINE, "period": f"{year}", "target": f"{year + 1}", "decision": "carry"})
    yield Sent("cancel-spending", {"reason": "no longer needed"}, by=LEAD)


def credited_late(play: Play) -> Story:
    late = {"supplier": "Bangkok Displays", "invoice": "INV-9", "number": "C-9", "amount": "3000 THB"}
    yield Sent("credit-closed", {**late, "dated": play.today.isoformat()}, by=PAYABLES)


EXAMPLE = Example(
    process="spending",
    stories={
        "bought": bought, "questioned": questioned, "contracted": contracted, "expense": expense, "year end": year_end,
        "credited late": credited_late,
    },
    real=("bought", "questioned"),
    claims={"credited late": (HeldClaim(claim=LATE, stream="another-case", since=NOW),)},
    plans=tuple((LINE, f"{year}", "5000000 THB") for year in range(2026, 2032)),
)  # fmt: skip
