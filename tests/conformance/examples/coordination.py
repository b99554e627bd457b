"""Requests between departments: delivered, declined, overdue, handed on, in parts, cancelled."""

from datetime import timedelta
from typing import Any

from domain.kernel.effects import Claim, HeldClaim
from tests.conformance.company import NOW
from tests.conformance.example import Due, Example, Play, Sent, Story, Told

ASKER, PROVIDER, NEXT = "e1046", "e1010", "e1005"
HEAD = "e1003"


def request(play: Play, **more: Any) -> dict[str, Any]:
    day = str(play.today + timedelta(days=60))
    return {
        "title": "Stock by tablet", "text": "The plant counts by hand", "unit": "it", "person": PROVIDER, "needed": day,
        "asker_note": "Our audit found it", **more,
    }  # fmt: skip


def answer(play: Play, answer: str, **more: Any) -> Sent:
    task = play.task("answer")
    return Sent("answer-request", {"task": task.id, "answer": answer, **more}, by=task.people[0])


def promise(play: Play, days: int = 50, **more: Any) -> Sent:
    due = str(play.today + timedelta(days=days))
    return Sent("promise-date", {"due": due, **more}, by=play.state.asked.person)


def deliver(play: Play) -> Sent:
    task = play.task("deliver")
    return Sent("deliver-result", {"task": task.id, "result": "It runs"}, by=task.people[0])


def delivered(play: Play) -> Story:
    yield Sent("ask-department", request(play), by=ASKER)
    yield answer(play, "accept")
    yield promise(play)
    yield Sent("begin-work", by=PROVIDER)
    yield deliver(play)
    yield Sent("answer-delivery", {"task": play.task("receive").id, "answer": "accept"}, by=ASKER)


def argued(play: Play) -> Story:
    """Countered, declined, silent, handed on, promised twice, refused once."""
    yield Sent("ask-department", request(play), by=ASKER)
    later = {"needed": str(play.today + timedelta(days=90)), "reason": "The harvest"}
    yield answer(play, "counter", **later)
    yield Sent("answer-counter", {"task": play.task("counter").id, "answer": "insist"}, by=ASKER)
    yield answer(play, "decline", reason="No people")
    yield escalation(play, "ask-again")
    yield Due("acceptance")
    yield escalation(play, "wait")
    yield Sent("hand-on", {"unit": "it", "person": NEXT, "reason": "They know it"}, by=PROVIDER)
    yield answer(play, "counter", **later)
    yield Sent("answer-counter", {"task": play.task("counter").id, "answer": "agree"}, by=ASKER)
    yield promise(play)
    yield promise(play, 80, reason="A part is late")
    yield Sent("set-links", {"on": ["project-1"]}, by=NEXT)
    yield Told("note-effect", {"kind": "dependency", "source": "project-1", "days": 4})
    yield deliver(play)
    refused = {"task": play.task("receive").id, "answer": "refuse", "reason": "It stops"}
    yield Sent("answer-delivery", refused, by=ASKER)
    yield deliver(play)
    yield Sent("answer-delivery", {"task": play.task("receive").id, "answer": "accept"}, by=ASKER)


def escalation(play: Play, answer: str) -> Sent:
    task = play.task("escalation")
    return Sent("answer-escalation", {"task": task.id, "answer": answer, "text": "We spoke"}, by=task.people[0])


def declined(play: Play) -> Story:
    yield Sent("ask-department", request(play), by=ASKER)
    yield answer(play, "decline", reason="No people")
    yield escalation(play, "end")


def cancelled(play: Play) -> Story:
    """A whole with a part, cancelled."""
    yield Sent("ask-department", request(play), by=ASKER)
    yield answer(play, "accept")
    yield Sent("add-part", request(play, unit="it", person=NEXT), by=PROVIDER)
    part = f"{play.id}-part-1"
    yield Told("note-part", {"part": part, "unit": "it", "stage": "accepted"})
    yield Sent("cancel-request", {"reason": "Not needed"}, by=ASKER)
    task = play.task("spent")
    yield Sent("say-spent", {"task": task.id, "hours": 12}, by=task.people[0])
    yield Told("note-part", {"part": part, "unit": "it", "stage": "cancelled", "hours": 3, "over": True})


def part(play: Play) -> Story:
    yield Told("open-part", request(play, whole="coordination-whole", asker=ASKER))
    yield answer(play, "accept")
    yield Told("note-whole-cancelled", {"whole": "coordination-whole"})
    task = play.task("spent")
    yield Sent("say-spent", {"task": task.id, "hours": 3}, by=task.people[0])


WAITER = HeldClaim(claim=Claim(kind="waits-for", key="coordination-argued"), stream="project-9", since=NOW)
EXAMPLE = Example(
    process="coordination",
    stories={"delivered": delivered, "argued": argued, "declined": declined, "cancelled": cancelled, "part": part},
    real=("delivered",),
    idle=frozenset({"cancelling"}),  # whoever has a part is asked in the case of that part
    claims={"argued": (WAITER,)},
)
