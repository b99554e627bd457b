"""A saving is promised, agreed, delivered, validated and booked; it lasts, lapses or is abandoned."""

from datetime import timedelta
from typing import Any

from tests.conformance.example import Due, Example, Play, Sent, Story, Wait, approvals

REQUESTER, LEAD, CONTROLLER, LINE = "e1011", "e1020", "e1041", "it-licences"


def wish(play: Play, **more: Any) -> dict[str, Any]:
    return {
        "kind": "hard",
        "recurrence": "run-rate",
        "what": "One backup service instead of two",
        "budget_line": LINE,
        "source": "Backup contract",
        "period": "2028",
        "amount": "120000 THB",
        "cost_to_achieve": "20000 THB",
        "baseline": "240000 THB",
        "baseline_period": "2026",
        "baseline_source": "Invoices",
        "baseline_scope": "All servers",
        "method": "contract-ended",
        "lead": LEAD,
        "starts": play.today.isoformat(),
        "risk": "Slower restores",
        "reason": "Two services do the same",
        **more,
    }


def delivered(play: Play, **more: Any) -> Story:
    yield Sent("propose-saving", wish(play, **more), by=REQUESTER)
    yield from approvals(play)
    yield Sent("start-saving", {"task": play.task("start").id}, by=LEAD)


def claimed(play: Play, amount: str) -> Sent:
    said = {"task": play.task("claim").id, "amount": amount, "cost": "15000 THB", "evidence": "The notice was accepted"}
    return Sent("claim-saving", said, by=LEAD)


def lasting(play: Play) -> Story:
    starts = (play.today + timedelta(days=1)).isoformat()
    yield Sent("propose-saving", wish(play, draft=True), by=REQUESTER)
    yield Sent("submit-saving", by=REQUESTER)
    yield Sent("amend-saving", {"amount": "110000 THB"}, by=REQUESTER)
    task = play.task("decide")
    back = {"task": task.id, "outcome": "return", "comment": "later", "fields": ["starts"]}
    yield Sent("decide", back, by=task.people[0])
    yield Sent("resubmit-saving", {"starts": starts}, by=REQUESTER)
    yield from approvals(play)
    yield Wait(timedelta(days=2))
    yield Sent("start-saving", {"task": play.task("start").id}, by=LEAD)
    yield claimed(play, "150000 THB")
    yield from approvals(play, "reject", comment="the baseline was less")
    yield claimed(play, "100000 THB")
    yield from approvals(play)
    yield Sent("note-leakage", {"amount": "5000 THB", "what": "more storage"}, by=CONTROLLER)
    yield Due("sustain")
    last = {"task": play.task("sustain").id, "outcome": "sustained", "reason": "the invoices show it"}
    yield Sent("conclude-saving", last, by=CONTROLLER)


def lapsed(play: Play) -> Story:
    yield from delivered(play, kind="avoidance", recurrence="one-off")
    yield claimed(play, "100000 THB")
    yield from approvals(play)
    yield Due("sustain")
    last = {"task": play.task("sustain").id, "outcome": "lapsed", "reason": "the price went up after all"}
    yield Sent("conclude-saving", last, by=CONTROLLER)


def abandoned(play: Play) -> Story:
    yield from delivered(play)
    yield Sent("abandon-saving", {"reason": "the supplier is bankrupt"}, by=LEAD)


EXAMPLE = Example(
    process="saving",
    stories={"lasting": lasting, "lapsed": lapsed, "abandoned": abandoned},
    real=("lapsed",),
    plans=((LINE, "2028", "1000000 THB"),),
)
