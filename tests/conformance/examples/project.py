"""Projects: one from charter to archive, one that is stopped, one of a programme, one replaced and escalated."""

from datetime import timedelta
from typing import Any

from domain.kernel.effects import Claim, HeldClaim
from tests.conformance.company import NOW
from tests.conformance.example import Due, Example, Play, Sent, Story, Told, approvals, year_end

HEAD, SPONSOR, OWNER, MANAGER, NEXT, OFFICE = "e1003", "e1045", "e1046", "e1010", "e1011", "e1002"


def charter(play: Play, **more: Any) -> dict[str, Any]:
    day = play.today
    return {
        "title": "Orders without paper",
        "unit": "it-applications",
        "sponsor": SPONSOR,
        "business_owner": OWNER,
        "manager": MANAGER,
        "line": "it-licences",
        "periods": {"2027": "900000 THB"},
        "milestones": [{"id": "live", "title": "In use", "due": str(day + timedelta(days=120))}],
        "requirements": [
            {"id": "r1", "text": "Orders by tablet", "owner": OWNER, "criterion": "Ten orders in a row"},
            {"id": "r2", "text": "Works offline", "owner": OWNER, "criterion": "An hour without net"},
        ],
        "benefits": [
            {
                "id": "b1", "text": "Fewer wrong orders", "owner": OWNER, "baseline": "40", "target": "10",
                "measure": "wrong orders in a month", "due": str(day + timedelta(days=200)),
            }
        ],
        **more,
    }  # fmt: skip


def letter(money: str = "50000 THB", days: int = 10, scope: int = 1) -> dict[str, Any]:
    return {"money": money, "days": days, "scope": scope, "text": "Within this you decide alone."}


def activity(play: Play, id_: str, first: int, last: int, **more: Any) -> dict[str, Any]:
    day = play.today
    starts, ends = day + timedelta(days=first), day + timedelta(days=last)
    return {"id": id_, "title": id_, "starts": str(starts), "ends": str(ends), **more}


def planned(play: Play) -> dict[str, Any]:
    return {
        "activities": [
            activity(play, "build", 1, 40, cost="500000 THB"),
            activity(play, "train", 41, 60, after=["build"], cost="300000 THB"),
            activity(play, "extra", 41, 50, after=["build"]),
            activity(play, "live", 120, 120, after=["train"], milestone=True),
        ]
    }


def begun(play: Play, **more: Any) -> Story:
    """Chartered, delegated, planned, its first baseline approved."""
    yield Sent("charter-project", charter(play, **more), by=HEAD)
    yield Sent("delegate-project", letter(), by=HEAD)
    yield Sent("set-plan", planned(play), by=MANAGER)
    yield Sent("request-change", {"reason": "The first plan", "impact": "none"}, by=MANAGER)
    yield from approvals(play)


def status(declared: str = "green", **more: Any) -> dict[str, Any]:
    return {"declared": declared, "summary": "As planned", "estimate": "500000 THB", **more}


def work(activity: str, percent: int = 100) -> Sent:
    return Sent("report-work", {"activity": activity, "percent": percent}, by=MANAGER)


def finished(play: Play) -> Story:
    yield from begun(play)
    yield Sent("open-gate", {"name": "Start", "criteria": [{"text": "Plan", "evidence": "baseline 1"}]}, by=MANAGER)
    yield from approvals(play)
    order = {"text": "Tablets", "period": "2027", "amount": "300000 THB"}
    yield Sent("commit-money", order, by=MANAGER)
    yield Sent("spend-money", {"order": "order-1", "amount": "300000 THB"}, by=MANAGER)
    yield Sent("report-status", status(), by=MANAGER)
    for each in ("build", "train", "extra", "live"):
        yield work(each)
    yield Sent("begin-closing", {}, by=MANAGER)
    answer = {"accepted": ["r1"], "refused": [{"id": "r2", "reason": "Not offline"}]}
    yield Sent("accept-result", {"task": play.task("acceptance").id, **answer}, by=OWNER)
    yield Sent("close-entry", {"item": "entry-1", "note": "It works now"}, by=MANAGER)
    yield Sent("begin-closing", {}, by=MANAGER)
    yield Sent("accept-result", {"task": play.task("acceptance").id, "accepted": ["r1", "r2"]}, by=OWNER)
    yield Sent("finish-project", {"task": play.task("close").id, "lessons": "Try it in the plant first"}, by=MANAGER)
    measured = {"task": play.task("benefit").id, "value": "8", "note": "Counted in August"}
    yield Sent("measure-benefit", measured, by=OWNER)
    yield Sent("archive-project", {"task": play.task("archive").id, "place": "The office's archive"}, by=OFFICE)


def stopped(play: Play) -> Story:
    yield Sent("charter-project", charter(play, programme="programme-1"), by=HEAD)
    yield Sent("delegate-project", letter(), by=HEAD)
    yield Sent("request-change", {"reason": "The first plan", "impact": "none"}, by=MANAGER)
    yield from approvals(play)
    for text, cancellable in (("Licences", False), ("Advice", True)):
        order = {"text": text, "period": "2027", "amount": "100000 THB", "binding": not cancellable}
        yield Sent("commit-money", order, by=MANAGER)
    yield Sent("stop-project", {"reason": "Nobody needs it", "bound": ["order-1"]}, by=SPONSOR)
    yield Sent("cancel-order", {"order": "order-2", "reason": "The project stopped"}, by=MANAGER)
    yield Sent("spend-money", {"order": "order-1", "amount": "100000 THB"}, by=MANAGER)
    yield Sent("archive-project", {"task": play.task("archive").id, "place": "The office's archive"}, by=OFFICE)


def steered(play: Play) -> Story:
    """Everything that can happen on the way."""
    yield from begun(play)
    yield Sent("set-dependencies", {"on": ["project-other"]}, by=MANAGER)
    late = {"kind": "dependency", "source": "project-other", "days": 12}
    yield Told("note-effect", late)
    yield Told("note-effect", {**late, "days": 0, "over": True})
    yield work("build", 50)
    risk = {"text": "The supplier fails", "owner": MANAGER, "due": str(play.today + timedelta(days=20))}
    details = {"kind": "risk", "probability": 3, "impact": 4}
    yield Sent("add-entry", {**risk, **details}, by=MANAGER)
    yield Sent("change-entry", {"item": "entry-1", "impact": 5, "reason": "It grew"}, by=MANAGER)
    yield Sent("turn-entry", {"item": "entry-1", "into": "issue", **risk}, by=MANAGER)
    origin = {"case": "project-other", "process": "project", "item": "entry-9"}
    yield Told("take-entry", {"origin": origin, **risk, "details": details})
    yield Sent("send-entry-on", {"item": "entry-3", "case": "project-other"}, by=MANAGER)
    yield Told("note-entry-taken", {"item": "entry-3", "case": "project-other"})
    moved = activity(play, "train", 90, 110)
    yield Sent(
        "move-activity",
        {"activity": "train", "starts": moved["starts"], "ends": moved["ends"], "reason": "The plant is busy"},
        by=MANAGER,
    )
    moved = activity(play, "live", 145, 145)
    yield Sent(
        "move-activity",
        {"activity": "live", "starts": moved["starts"], "ends": moved["ends"], "reason": "After the harvest"},
        by=MANAGER,
    )
    yield Sent(
        "answer-exception",
        {"task": play.task("exception").id, "answer": "change", "text": "Ask for June"},
        by=HEAD,
    )
    red = {"path": "A second trainer", "ask": "One trainer more"}
    yield Sent("report-status", status("red", **red), by=MANAGER)
    yield Sent("report-status", status("red", **red), by=MANAGER)
    yield Sent("answer-escalation", {"task": play.task("escalation").id, "text": "You get one"}, by=HEAD)
    yield Sent("request-change", {"reason": "June", "impact": "25 days later"}, by=MANAGER)
    returned = {"outcome": "return", "comment": "Why so late?", "fields": ["activities"]}
    task = play.task("decide")
    yield Sent("decide", {"task": task.id, **returned}, by=task.people[0])
    revised = {"change": "change-2", "reason": "June", "impact": "25 days later, the harvest"}
    yield Sent("revise-change", revised, by=MANAGER)
    yield from approvals(play)
    yield Sent("cancel-activity", {"activity": "extra", "reason": "Not needed"}, by=MANAGER)
    added = {"id": "r3", "text": "Prints", "owner": OWNER, "criterion": "A page"}
    yield Sent("change-scope", {"add": [added], "reason": "Asked for"}, by=MANAGER)
    yield Sent("request-change", {"reason": "More scope", "impact": "scope"}, by=MANAGER)
    yield Sent("drop-change", {"change": "change-3", "reason": "Later"}, by=MANAGER)
    criteria = [{"text": "Built", "evidence": "half"}]
    yield Sent("open-gate", {"name": "Roll out", "criteria": criteria}, by=MANAGER)
    task = play.task("decide")
    again = {"outcome": "return", "comment": "Half is not enough", "fields": ["criteria"]}
    yield Sent("decide", {"task": task.id, **again}, by=task.people[0])
    yield Sent("revise-gate", {"gate": "gate-1", "criteria": [{"text": "Built", "evidence": "all"}]}, by=MANAGER)
    yield from approvals(play)
    yield Sent("replace-manager", {"to": NEXT, "reason": "Malee leads another one"}, by=HEAD)
    yield Sent("sign-position", {"task": play.task("sign").id, "position": "Train is next"}, by=MANAGER)
    yield Sent("accept-position", {"task": play.task("accept").id}, by=NEXT)
    yield Due("status-report")
    yield Due("status-report-missed")


def left(play: Play) -> Story:
    """A project of a programme that ends and lets it go on; it is stopped without any order."""
    yield from begun(play, programme="programme-1")
    yield Told("note-programme-ended", {"programme": "programme-1", "decision": "goes-on"})
    yield Sent("stop-project", {"reason": "It is over"}, by=HEAD)


def programme(play: Play) -> Story:
    """Finished while one of its projects is open: that one goes on by itself. Nothing is measured."""
    yield from begun(play, benefits=[])
    for each in ("build", "train", "extra", "live"):
        yield work(each)
    yield Sent("begin-closing", {}, by=MANAGER)
    yield Sent("accept-result", {"task": play.task("acceptance").id, "accepted": ["r1", "r2"]}, by=OWNER)
    ending = {"lessons": "Fewer at once", "children": {"project-child": "goes-on"}}
    yield Sent("finish-project", {"task": play.task("close").id, **ending}, by=MANAGER)


def year_ended(play: Play) -> Story:
    """Its money goes along, an order with it; of the year after that, what is left is given back."""
    yield from begun(play)
    for amount in ("300000 THB", "100000 THB"):
        yield Sent("commit-money", {"text": "Tablets", "period": "2027", "amount": amount}, by=MANAGER)
    yield year_end("it-licences", "2027", "carry")
    yield Sent("spend-money", {"order": "order-1", "amount": "300000 THB"}, by=MANAGER)
    yield Sent("request-change", {"reason": "It takes longer", "impact": "none"}, by=MANAGER)
    yield from approvals(play)
    yield year_end("it-licences", "2028", "cancel")
    yield Sent("stop-project", {"reason": "There is no money for it"}, by=HEAD)


STORIES = {
    "finished": finished,
    "stopped": stopped,
    "steered": steered,
    "left": left,
    "programme": programme,
    "year ended": year_ended,
}
OTHERS = (
    HeldClaim(
        claim=Claim(kind="waits-for", key="project-steered", item="coordination"), stream="coordination-9", since=NOW
    ),
    HeldClaim(claim=Claim(kind="waits-for", key="project-steered"), stream="project-third", since=NOW),
    HeldClaim(claim=Claim(kind="programme", key="project-programme"), stream="project-child", since=NOW),
)
EXAMPLE = Example(
    process="project",
    stories=STORIES,
    real=("finished",),
    claims=dict.fromkeys(STORIES, OTHERS),
    plans=(("it-licences", "2027", "3000000 THB"), ("it-licences", "2028", "900000 THB")),
)
