"""A technology change is planned, funded and run to its end; others are cancelled, before or while they run."""

from typing import Any

from tests.conformance.example import Due, Example, Play, Sent, Story, Told, approvals, year_end

LEAD = "e1009"
KEY = "e1021-kubernetes"


def wish(**more: Any) -> dict[str, Any]:
    return {
        "technology": "Kubernetes",
        "change": "adopt",
        "raises": [{"skill": "kubernetes", "level": 3, "course": "kubernetes-admin"}],
        "unit": "it-platform",
        "positions": ["platform-engineer-2"],
        "cost": "60000 THB",
        "line": "hr-training",
        "period": "2027",
        "by": "2027-06-30",
        "reason": "The platform moves to Kubernetes",
        **more,
    }


def funded(play: Play, **more: Any) -> Story:
    yield Sent("plan-programme", wish(**more), by=LEAD)
    yield from approvals(play)


def started(play: Play, **more: Any) -> Story:
    yield from funded(play, **more)
    yield Sent("start-programme", {"task": play.task("start").id}, by=LEAD)
    yield Due("cycle-page")


def need(play: Play, what: str) -> Told:
    return Told("note-need", {"need": f"{play.id}-{KEY}", "what": what})


def completed(play: Play) -> Story:
    yield from started(play)
    for what in ("committed", "reserved", "committed", "spent", "over"):
        yield need(play, what)
    yield Told("note-unit-passed", {"unit": "it-platform", "gate": "done"})
    yield Sent("close-programme", {"task": play.task("conclude").id, "result": "They run it alone"}, by=LEAD)


def cancelled(play: Play) -> Story:
    yield from started(play)
    yield need(play, "committed")
    yield Sent("cancel-programme", {"reason": "The contract fell through"}, by=LEAD)
    yield need(play, "over")


def year_ended(play: Play) -> Story:
    """Its money goes along, then it is given back: what was not used of it, once its need is over."""
    yield from started(play)
    yield year_end("hr-training", "2027")
    for what in ("committed", "reserved"):
        yield need(play, what)
    yield year_end("hr-training", "2028", "cancel")
    yield need(play, "over")


def before_it_began(play: Play) -> Story:
    yield Sent("plan-programme", wish(draft=True), by=LEAD)
    yield Sent("amend-programme", {"cost": "70000 THB", "ends": ["javascript"]}, by=LEAD)
    yield Sent("submit-programme", by=LEAD)
    task = play.task("decide")
    returned = {"task": task.id, "outcome": "return", "comment": "dear", "fields": ["cost"]}
    yield Sent("decide", returned, by=task.people[0])
    yield Sent("resubmit-programme", {"cost": "50000 THB"}, by=LEAD)
    yield from approvals(play)
    yield Told("note-recorded", {"position": 7, "about": "skills"})
    yield Sent("cancel-programme", {"reason": "The contract fell through"}, by=LEAD)


EXAMPLE = Example(
    process="training_programme",
    stories={
        "completed": completed,
        "cancelled": cancelled,
        "year ended": year_ended,
        "before it began": before_it_began,
    },
    real=("before it began",),
    idle=frozenset({"draft", "cancelling"}),
    plans=(("hr-training", "2027", "500000 THB"),),
)  # fmt: skip
