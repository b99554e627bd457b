"""A request becomes a project; others end in other ways, each at another stage."""

from datetime import date, timedelta
from typing import Any

from domain.kernel.effects import Claim, HeldClaim
from domain.projects.intake.triage import OPEN
from tests.conformance.company import NOW
from tests.conformance.example import Due, Example, Play, Sent, Story, Told, approvals, year_end

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
    confirmed = {"mandatory": bool(more.get("mandatory"))}
    yield Sent("triage-request", {"lane": lane, "analyst": ANALYST, **confirmed}, by=OFFICE)


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
    if not play.state.mandatory:
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


def corrected(play: Play) -> Story:
    """Returned by a check, refused by the business owner, changed after the sign-off, deferred, returned, lapsed."""
    yield from signed(play)
    task = play.task("decide")
    returned = {"task": task.id, "outcome": "return", "comment": "which wireless?", "fields": ["option"]}
    yield Sent("decide", returned, by=task.people[0])
    yield Sent("propose-options", options(play.today, text="Hand scanners with their own wireless"), by=ANALYST)
    yield Sent("resubmit-request", by=ANALYST)
    yield Sent("set-requirement", requirement(text="Works without wireless", owner=MANAGER), by=ANALYST)
    yield Sent("refuse-requirements", {"reason": "not in the cold store"}, by=OWNER)
    yield Sent("drop-requirement", {"requirement": "R2", "reason": "out of scope"}, by=ANALYST)
    yield Sent("present-requirements", by=ANALYST)
    yield from sign(play)
    yield from approvals(play)
    yield Sent("plan-project", plan(play.today), by=ANALYST)
    yield Sent("reserve-money", by=LINE_OWNER)
    yield Sent("plan-project", plan(play.today, "800000 THB"), by=ANALYST)
    yield Sent("reserve-money", by=LINE_OWNER)
    scores = {"strategy": "7", "value": "8", "risk": "5", "urgency": "6"}
    yield Sent("score-request", {"scores": scores}, by=OFFICE)
    until = (play.today + timedelta(days=100)).isoformat()
    yield Sent("defer-request", {"until": until, "reason": "after the stock-taking"}, by=OFFICE)
    yield Due("deferred")
    estimate = {"low": "700000 THB", "likely": "850000 THB", "high": "1100000 THB", "basis": "New offers"}
    yield Sent("renew-estimate", estimate, by=ANALYST)
    yield Sent("submit-for-decision", by=OFFICE)
    yield Due("board")
    task = play.task("decide")
    returned = {"task": task.id, "outcome": "return", "comment": "which year?", "fields": ["plan"]}
    yield Sent("decide", returned, by=task.waiting[0])
    yield Sent("resubmit-request", by=ANALYST)
    yield from votes(play)
    yield Due("lapse")


def stale(play: Play) -> Story:
    """The estimate is too old on the day of the board; then the requester cancels."""
    old = (play.today - timedelta(days=85)).isoformat()
    yield from signed(play)
    yield Sent("change-people", {"analyst": "e1024", "reason": "Other work"}, by=OFFICE)
    yield Sent("change-people", {"analyst": ANALYST, "reason": "Back again"}, by=OFFICE)
    yield Sent("set-requirement", requirement(requirement="R1", priority="should"), by=ANALYST)
    yield Sent("propose-options", options(play.today, estimated=old), by=ANALYST)
    yield from sign(play)
    yield from approvals(play)
    yield Sent("plan-project", plan(play.today), by=ANALYST)
    yield Sent("reserve-money", by=LINE_OWNER)
    scores = {"strategy": "7", "value": "8", "risk": "5", "urgency": "6"}
    yield Sent("score-request", {"scores": scores}, by=OFFICE)
    yield Sent("submit-for-decision", by=OFFICE)
    yield Sent("give-up-sponsorship", {"reason": "I move to the sales office"}, by=SPONSOR)
    yield Sent("replace-sponsor", {"sponsor": "e1054", "reason": "The sales office needs it"}, by=OFFICE)
    yield Sent("submit-for-decision", by=OFFICE)
    yield Due("board")
    yield Sent("cancel-request", {"reason": "the supplier left the market"}, by=REQUESTER)


def small(play: Play) -> Story:
    """A small change in the fast lane, stopped by its project."""
    yield from signed(play, "fast", expected_cost="100000 THB")
    yield Sent("plan-project", plan(play.today, "100000 THB"), by=ANALYST)
    yield Sent("reserve-money", by=LINE_OWNER)
    yield Sent("submit-for-decision", by=OFFICE)
    yield from approvals(play)
    yield Sent("charter-project", by=OFFICE)
    yield Told("note-chartered", {"project": play.state.project})
    said = {"project": play.state.project, "delivered": False, "reason": "the supplier left the market"}
    yield Told("note-project-ended", said)


def grown(play: Play) -> Story:
    """Too large for the fast lane after all; required by law, so it is not scored; rejected by the board."""
    yield from signed(play, "fast", expected_cost="100000 THB", mandatory=True)
    yield Sent("plan-project", plan(play.today, "900000 THB"), by=ANALYST)
    yield from approvals(play)
    yield Sent("reserve-money", by=LINE_OWNER)
    yield Sent("submit-for-decision", by=OFFICE)
    yield Due("board")
    for task in [play.task("decide")]:
        for person in task.waiting[:3]:
            if play.case.closed is None:
                yield Sent("decide", {"task": task.id, "outcome": "reject", "comment": "not now"}, by=person)


def emergency(play: Play) -> Story:
    """Work begins before the approval, which does not follow in time."""
    yield from triaged(play)
    costs = [{"period": str(play.today.year), "amount": "300000 THB"}]
    yield Sent("start-emergency", {"line": LINE, "costs": costs, "reason": "The scanners failed"}, by="e1045")
    yield Due("emergency")


def year_ended(play: Play) -> Story:
    """Its money goes along at another price; then it is given back, and the request lapses."""
    yield from approved(play)
    yield year_end(LINE, "2027", "re-encumber", price="800000 THB")
    yield year_end(LINE, "2028", "cancel")


def unfunded(play: Play) -> Story:
    """Not yet decided, and its money is given back: it is reserved anew, or the request is withdrawn."""
    yield from ready(play)
    yield year_end(LINE, "2027", "cancel")
    yield Sent("reserve-money", by=LINE_OWNER)
    yield Sent("cancel-request", {"reason": "Another year"}, by=REQUESTER)


def split(play: Play) -> Story:
    yield from triaged(play)
    yield Told("note-merged", {"case": "other-request", "requester": "e1024"})
    parts = ["Count by scanner", "Order by scanner"]
    yield Sent("split-request", {"parts": parts, "reason": "Two yards, two budgets"}, by=OFFICE)


def part(play: Play) -> Story:
    """A part of a split request, declined."""
    yield Told("open-part", {**idea(), "requester": REQUESTER, "origin": "request-1"})
    yield Sent("make-request", wish(), by=REQUESTER)
    yield Sent("decline-request", {"reason": "The yard is sold"}, by=OFFICE)


def ended_in(how: str) -> Any:
    def story(play: Play) -> Story:
        yield from triaged(play)
        yield Sent(how, {"into": "other-request", "reason": "The same yard"}, by=OFFICE)

    return story


OTHER = (HeldClaim(claim=Claim(kind=OPEN, key="other-request"), stream="other-request", since=NOW),)
EXAMPLE = Example(
    process="project_request",
    stories={
        "delivered": delivered,
        "corrected": corrected,
        "stale": stale,
        "small": small,
        "grown": grown,
        "emergency": emergency,
        "split": split,
        "year ended": year_ended,
        "unfunded": unfunded,
        "part": part,
        "duplicate": ended_in("end-as-duplicate"),
        "merged": ended_in("merge-request"),
    },
    real=("stale", "emergency"),
    plans=((LINE, "2026", "100000 THB"), *((LINE, str(year), "5000000 THB") for year in range(2027, 2037))),
    idle=frozenset({"chartered"}),
    claims={"duplicate": OTHER, "merged": OTHER},
)
