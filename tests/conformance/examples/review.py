"""Reviews of one person: alone and in a cycle, to each of their outcomes."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.conformance.example import Due, Example, Play, Sent, Story, Told, approvals

EMPLOYEE, MANAGER, SECOND, HR, CHAIR = "e1024", "e1011", "e1005", "e1033", "e1003"
PEERS = ("e1025", "e1026", "e1023")
MARKS = [{"part": "work", "mark": "4", "evidence": "The new shop went live on its day."}]
LINK = {"cycle": "cycle-1", "process": "review_cycle", "unit": "it-applications", "size": 3}


def terms(today: date, **more: Any) -> dict[str, Any]:
    return {
        "period_from": (today - timedelta(days=300)).isoformat(),
        "period_until": (today + timedelta(days=30)).isoformat(),
        "assess_from": (today + timedelta(days=21)).isoformat(),
        "parts": [
            {"id": "work", "label": "Work", "weight": "60"},
            {"id": "team", "label": "Work with others", "weight": "40"},
        ],
        "questions": [{"id": "strength", "text": "What should go on?"}, {"id": "wish", "text": "What should change?"}],
        **more,
    }


def opened(play: Play, **more: Any) -> Story:
    yield Sent("open-review", {"person": EMPLOYEE, **terms(play.today), **more}, by=HR)


def begun(play: Play, **more: Any) -> Story:
    payload = {"person": EMPLOYEE, "requester": HR, "terms": terms(play.today, questions=[]), **more}
    yield Told("begin-review", payload)


def assessed(play: Play, peers: tuple[str, ...] = ()) -> Story:
    yield Due("assessment")
    yield Sent("assess-self", {"task": play.task("self").id, "marks": MARKS, "peers": list(peers)}, by=EMPLOYEE)


def rated(play: Play, by: str = MANAGER, **more: Any) -> Story:
    yield Sent("rate-performance", {"task": play.task("rate").id, "marks": MARKS, **more}, by=by)


def signed(play: Play, by: str = SECOND) -> Story:
    yield Sent("sign-review", {"task": play.task("sign").id}, by=by)


def talked(play: Play, by: str = MANAGER) -> Story:
    payload = {"task": play.task("conversation").id, "day": play.today.isoformat()}
    yield Sent("hold-conversation", payload, by=by)


def answered(play: Play, answer: str, **more: Any) -> Story:
    yield Sent("acknowledge", {"task": play.task("acknowledge").id, "answer": answer, **more}, by=EMPLOYEE)


def acknowledged(play: Play) -> Story:
    yield from opened(play)
    yield Sent("propose-goals", {"changes": [{"text": "Shop live", "measure": "by June"}]}, by=EMPLOYEE)
    yield Sent("answer-goals", {"task": play.task("goals-manager").id, "agree": True}, by=MANAGER)
    yield from assessed(play, PEERS)
    yield Sent("choose-peers", {"task": play.task("choose-peers").id, "peers": list(PEERS)}, by=MANAGER)
    for number, peer in enumerate(PEERS):
        task = next(task for task in play.case.tasks.values() if task.subject == peer).id
        yield Sent("give-feedback", {"task": task, "question": "strength", "text": f"Calm {number}"}, by=peer)
        yield Sent("finish-feedback", {"task": task}, by=peer)
    yield Told("note-feedback", {"texts": {"strength": ["Calm 0", "Calm 1", "Calm 2"]}})
    yield Sent("ask-contribution", {"person": "e1012"}, by=MANAGER)
    yield Sent("contribute", {"task": play.task("contribute").id, "text": "Reliable in the project"}, by="e1012")
    yield from rated(play, goals=[{"goal": "g1", "result": "met"}])
    yield from signed(play)
    yield from talked(play)
    yield from answered(play, "acknowledged")


def objected(play: Play) -> Story:
    """In a cycle, with a calibration; the objection is heard and not allowed."""
    yield from begun(play, cycle=LINK)
    yield Sent("propose-goals", {"changes": [{"text": "Shop live", "measure": "by June"}]}, by=MANAGER)
    yield Sent("answer-goals", {"task": play.task("goals-employee").id, "agree": False, "reason": "July"}, by=EMPLOYEE)
    yield Told("offer-goal", {"offer": offer("Fewer outages", "below 3 a month")})
    yield Sent("answer-offer", {"task": play.task("goal-offer").id, "agree": True}, by=EMPLOYEE)
    yield from assessed(play)
    yield from rated(play, goals=[{"goal": "g1", "result": "partly"}])
    yield Sent("calibrate", {"old": "4", "new": "3.5", "reason": "As others with the same results"}, by=CHAIR)
    yield Told("note-calibrated")
    yield from signed(play)
    yield Told("release-review")
    yield from talked(play)
    yield Due("silence")
    yield Sent("object", {"reason": "The outage was not ours"}, by=EMPLOYEE)
    yield from approvals(play, "reject", comment="The marks say so")


def offer(text: str, measure: str) -> Mapping[str, Any]:
    return {"origin": {"case": "cycle-1-e1011", "goal": "g2"}, "text": text, "measure": measure}


def overturned(play: Play) -> Story:
    yield from opened(play, questions=[])
    yield from assessed(play)
    yield from rated(play)
    yield from signed(play)
    yield from talked(play)
    yield from answered(play, "objection", reason="Half of the year is missing")
    yield from approvals(play)


def made_again(play: Play) -> Story:
    """By the second level; the employee refuses to sign."""
    yield from begun(play, reopens="review-1", reviewer=SECOND)
    yield from rated(play, by=SECOND)
    yield from signed(play, by="e1003")
    yield from talked(play, by=SECOND)
    yield from answered(play, "refused", reason="No")
    yield Due("appeal-window")


def silent(play: Play) -> Story:
    """Neither the employee nor peers say anything; the review goes on without them."""
    yield from opened(play)
    yield Due("assessment")
    yield Due("step-over")
    yield Due("step-over")
    yield from rated(play)
    yield from signed(play)
    yield from talked(play)
    yield Due("silence")
    yield Due("appeal-window")


def exempt(play: Play) -> Story:
    yield from opened(play)
    yield Sent("exempt-review", {"cause": "absence", "reason": "Parental leave since March"}, by=HR)


def leader(play: Play) -> Story:
    """A manager hands a goal down; then the cycle is called off."""
    yield from begun(play, person=MANAGER, cycle=LINK)
    yield Sent("propose-goals", {"changes": [{"text": "Fewer outages", "measure": "below 3"}]}, by=MANAGER)
    yield Sent("answer-goals", {"task": play.task("goals-manager").id, "agree": True}, by=SECOND)
    yield Sent("hand-down-goal", {"goal": "g1", "to": EMPLOYEE}, by=MANAGER)
    yield Told("call-off-review", {"reason": "The company is reorganised"})


EXAMPLE = Example(
    process="review",
    stories={
        "acknowledged": acknowledged,
        "objected": objected,
        "overturned": overturned,
        "made again": made_again,
        "silent": silent,
        "exempt": exempt,
        "leader": leader,
    },
    real=("acknowledged", "exempt"),
    idle=frozenset({"rated", "signed"}),
)
