"""A request becomes a project; others end in other ways, each at another stage."""

from datetime import date, timedelta
from typing import Any

from tests.conformance.example import Due, Example, Play, Sent, Story, Told, approvals

REQUESTER, OFFICE, SPONSOR, OWNER, ANALYST, MANAGER = "e1022", "e1002", "e1045", "e1046", "e1023", "e1010"
LINE_OWNER, HEAD = "e1003", "e1003"
LINE = "it-licences"


def idea() -> dict[str, Any]:
    return {"title": "Stock counts by scanner", "problem": "Counts take three days.", "unit": "operations-plant"}


def wish(**more: Any) -> dict[str, Any]:
    return {
        "sponsor": SPONSOR, "business_owner": OWNER, "goal": "A count takes a morning.",
        "without_it": "Three days without deliveries, four times a year.", "expected_cost": "900000 THB",
        "origin": "Audit finding 12", **more,
    }  # fmt: skip


def requirement(**more: Any) -> dict[str, Any]:
    return {
        "text": "A pallet is counted in five seconds", "priority": "must", "owner": OWNER,
        "criterion": "A hundred pallets in under nine minutes", **more,
    }  # fmt: skip


def options(today: date, **more: Any) -> dict[str, Any]:
    none = {
        "id": "nothing", "text": "Count by hand as before", "do_nothing": True, "low": "0 THB", "likely": "0 THB",
        "high": "0 THB", "basis": "As today", "estimated": today.isoformat(), "risks": "Lost deliveries",
    }  # fmt: skip
    scanners = {
        "id": "scanners", "text": "Hand scanners", "low": "700000 THB", "likely": "900000 THB", "high": "1200000 THB",
        "basis": "Two offers and our own hours", "estimated": today.isoformat(), "risks": "Wireless in the yard",
        **more,
    }  # fmt: skip
    return {"options": [none, scanners], "chosen": "scanners"}


def plan(today: date, cost: str = "900000 THB", **more: Any) -> dict[str, Any]:
    year = today.year + 1
    return {
        "manager": MANAGER, "line": LINE, "starts": f"{year}-02-01",
        "costs": [{"period": str(year), "amount": cost}],
        "ownership": [{"period": str(year), "amount": cost}, {"period": str(year + 1), "amount": "120000 THB"}],
        "milestones": [{"title": "First hall counts", "due": f"{year}-06-30"}],
        "people": [{"skill": "erp", "days": "60", "person": MANAGER}],
        "benefits": [
            {"text": "Fewer days without deliveries", "owner": OWNER, "baseline": "12 days", "target": "2 days",
             "measure": "Days in the year", "due": f"{year}-12-31"},
        ],
        **more,
    }  # fmt: skip


def triaged(play: Play, lane: str = "full", **more: Any) -> Story:
    yield Sent("submit-idea", idea(), by=REQUESTER)
    yield Sent("make-request", wish(**more), by=REQUESTER)
    yield Sent("triage-request", {"lane": lane, "analyst": ANALYST}, by=OFFICE)


def signed(play: Play, lane: str = "full", **more: Any) -> Story:
    yield from triaged(play, lane, **more)
    yield Sent("set-requirement", requirement(), by=ANALYST)
    yield Sent("present-requirements", by=ANALYST)
    yield Sent("propose-options", options(play.today), by=ANALYST)
    yield from sign(play)


def sign(play: Play) -> Story:
    yield Sent("sign-requirements", {"requirements_hash": play.state.requirements_hash}, by=OWNER)


def ready(play: Play, **more: Any) -> Story:
    yield from signed(play, **more)
    yield from approvals(play)
    yield Sent("plan-project", plan(play.today), by=ANALYST)
    yield Sent("reserve-money", by=LINE_OWNER)
    if not play.state.wish.mandatory:
        scores = {"strategy": "7", "value": "8", "risk": "5", "urgency": "6"}
        yield Sent("score-request", {"scores": scores}, by=OFFICE)


def approved(play: Play, **more: Any) -> Story:
    yield from ready(play, **more)
    yield Sent("submit-for-decision", by=OFFICE)
    yield Due("board")
    yield from votes(play)


def votes(play: Play) -> Story:
    """Three members of the board, each in their own name."""
    while open_ := [task for task in play.case.tasks.values() if task.kind == "decide"]:
        yield Sent("decide", {"task": open_[0].id, "outcome": "approve"}, by=open_[0].waiting[0])


def delivered(play: Play) -> Story:
    yield from approved(play)
    yield Sent("charter-project", by=OFFICE)
    yield Due("charter")
    yield Sent("charter-project", by=OFFICE)
    yield Told("note-chartered", {"project": play.state.project})
    said = {"project": play.state.project, "delivered": True, "reason": "it is in use"}
    yield Told("note-project-ended", said)


EXAMPLE = Example(
    process="project_request",
    stories={"delivered": delivered},
    real=(),
    plans=((LINE, "2027", "5000000 THB"),),
    idle=frozenset({"chartered"}),
)
