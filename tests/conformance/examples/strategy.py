"""The plan of IT: prepared in steps, approved, executed, adjusted, reopened by a tripwire, closed with learning."""

from datetime import timedelta
from typing import Any

from tests.conformance.example import Due, Example, Play, Sent, Story, Told, approvals

HEAD, LEAD, WATCHER = "e1003", "e1005", "e1006"
OPTIONS: tuple[dict[str, Any], ...] = (
    {"id": "cloud", "text": "Move the systems to a cloud", "chosen": True, "why": "The data centre ends in 2028"},
    {"id": "own", "text": "Build an own data centre", "why": "Twice the cost over five years"},
)


def plan(play: Play) -> dict[str, Any]:
    return {
        "id": "it-2027", "name": "IT 2027", "unit": "it", "starts": play.today.isoformat(),
        "ends": (play.today + timedelta(days=390)).isoformat(), "reason": "The old plan ends this year",
    }  # fmt: skip


def objectives(play: Play) -> tuple[dict[str, Any], ...]:
    due = (play.today + timedelta(days=360)).isoformat()
    return (
        {"id": "run-cost", "text": "Cheaper to run", "owner": LEAD, "measure": "Cost of running per year",
         "unit": "THB", "source": "the ledger", "baseline": "12000000",
         "target": "9000000", "due": due, "adding": "sum"},
        {"id": "uptime", "text": "Systems that stay up", "owner": WATCHER, "measure": "Availability", "unit": "%",
         "source": "the monitoring", "baseline": "99.0", "target": "99.9", "due": due, "adding": "worst"},
    )  # fmt: skip


def assumptions(play: Play) -> tuple[dict[str, Any], ...]:
    day = (play.today + timedelta(days=60)).isoformat()
    one = {"id": "price", "text": "Cloud prices stay", "signal": "A rise of 10 %", "option": "cloud", "owner": WATCHER}
    return ({**one, "by": day},)


INITIATIVES: tuple[dict[str, Any], ...] = (
    {"id": "move", "text": "Move ERP", "owner": LEAD, "objectives": ["run-cost"]},
    {"id": "watch", "text": "Watch all services", "owner": WATCHER, "objectives": ["uptime"]},
)
LINKS = [
    {"initiative": "move", "lines": ["it-hardware"], "people": [LEAD]},
    {"initiative": "watch", "lines": ["it-licences"], "people": [WATCHER], "project": "project-1"},
]


def prepared(play: Play) -> Story:
    yield Sent("open-plan", plan(play), by=HEAD)
    yield Sent("write-scan", {"scan": "The data centre ends in 2028."}, by=HEAD)
    yield Sent("set-ambition", {"ambition": "Everything runs elsewhere."}, by=HEAD)
    yield Sent("consult", {"people": [LEAD, WATCHER], "question": "What is missing?"}, by=HEAD)
    yield Sent("give-view", {"task": play.task("view").id, "text": "Security first"}, by=play.task("view").people[0])
    yield Sent("end-consultation", {}, by=HEAD)
    yield Sent("choose-options", {"options": list(OPTIONS)}, by=HEAD)
    asked = {"objectives": list(objectives(play)), "assumptions": list(assumptions(play))}
    yield Sent("set-objectives", asked, by=HEAD)
    yield Sent("set-initiatives", {"initiatives": list(INITIATIVES)}, by=HEAD)
    yield Sent("link-budget", {"links": LINKS}, by=HEAD)


def published(play: Play) -> Story:
    yield from prepared(play)
    yield Sent("submit-plan", {}, by=HEAD)
    yield from approvals(play)
    yield Told("note-recorded", {"position": 7, "about": "publication"})


def corrected(play: Play) -> Story:
    yield from prepared(play)
    yield Sent("submit-plan", {}, by=HEAD)
    yield Sent("amend-plan", {"name": "IT 2027 to 2028"}, by=HEAD)
    task = play.task("decide")
    back = {"task": task.id, "outcome": "return", "comment": "Say more", "fields": ["ambition"]}
    yield Sent("decide", back, by=task.people[0])
    yield Sent("resubmit-plan", {"ambition": "Everything runs elsewhere, and cheaper."}, by=HEAD)
    yield from approvals(play)
    yield Told("note-recorded", {"position": 7, "about": "publication"})
    yield Told("note-superseded", {"number": 2, "case": "strategy-next"})


def executed(play: Play) -> Story:
    yield from published(play)
    read = {"objective": "run-cost", "value": "11000000", "on": play.today.isoformat(), "part": "erp"}
    yield Sent("report-value", read, by=LEAD)
    moved = {"objective": "run-cost", "measure": "Cost of running per user", "baseline": "60000", "target": "45000"}
    yield Sent("adjust-objective", {**moved, "reason": "The number of users doubled"}, by=HEAD)
    yield from approvals(play)
    yield Sent("adjust-objective", {"objective": "uptime", "target": "99.5", "reason": "Too dear"}, by=HEAD)
    task = play.task("decide")
    yield Sent("decide", {"task": task.id, "outcome": "reject", "comment": "No"}, by=task.people[0])
    yield Sent("adjust-objective", {"objective": "uptime", "drop": True, "reason": "The supplier promises it"}, by=HEAD)
    yield from approvals(play)
    yield Due("tripwire")
    broken = {"assumption": "price", "holds": False, "note": "Prices rose by 15 %"}
    yield Sent("check-assumption", broken, by=WATCHER)
    yield Sent("settle-choice", {"option": "cloud", "outcome": "keep", "reason": "Still cheaper"}, by=HEAD)
    yield Due("quarter")
    yield Sent("review-quarter", {"outcome": "keep", "note": "On the way"}, by=HEAD)
    yield Due("quarter-missed")
    yield Due("learning")
    yield Sent("write-learning", {"text": "Moving takes longer than planned"}, by=HEAD)
    yield Sent("retire-plan", {"reason": "The time is over"}, by=HEAD)
    yield Told("note-recorded", {"position": 9, "about": "retirement"})


def refused(play: Play) -> Story:
    yield from prepared(play)
    yield Sent("submit-plan", {}, by=HEAD)
    task = play.task("decide")
    yield Sent("decide", {"task": task.id, "outcome": "reject", "comment": "Not now"}, by=task.people[0])


EXAMPLE = Example(
    process="strategy",
    stories={"published": published, "executed": executed, "corrected": corrected, "refused": refused},
    real=("published",),
    idle=frozenset({"approved"}),
)
