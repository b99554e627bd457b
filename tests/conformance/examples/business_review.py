"""Business reviews of IT: one that is held, one decided by circulation, one whose open actions go on in the next."""

from datetime import timedelta
from typing import Any

from tests.conformance.example import Due, Example, Play, Sent, Story, Told, approvals

ORGANISER, CHAIR, MEMBER, OTHER = "e1006", "e1001", "e1005", "e1004"


def review(play: Play, **more: Any) -> dict[str, Any]:
    return {
        "unit": "it", "kind": "quarterly", "period": "2026-Q4", "cut_off": play.today.isoformat(),
        "meeting": (play.today + timedelta(days=14)).isoformat(), "chair": CHAIR, "members": [MEMBER, OTHER], **more,
    }  # fmt: skip


def pack(position: int, **more: Any) -> Told:
    """The word of the delivery; on the real stack it makes the pack itself."""
    frozen = {
        "report": "business-pack",
        "position": position,
        "as_of": "2026-12-01T10:30:00Z",
        "hash": "0" * 64,
    }
    return Told("note-pack", {"frozen": frozen, **more})


def with_pack(play: Play, **more: Any) -> Story:
    yield Sent("schedule-review", review(play, **more), by=ORGANISER)
    yield Due("cut-off")
    yield pack(5)


def action(play: Play, text: str) -> dict[str, Any]:
    return {"text": text, "owner": MEMBER, "due": (play.today + timedelta(days=30)).isoformat()}


def held(play: Play) -> Story:
    yield from with_pack(play)
    yield Sent("propose-decision", {"text": "Buy the second line"}, by=MEMBER)
    yield Sent("send-pre-read", {"note": "Look at the licences"}, by=ORGANISER)
    yield Sent(
        "challenge-number", {"where": "it-licences 2026", "value": "90000 THB", "text": "Booked twice"}, by=MEMBER
    )
    yield Sent("restate-pack", {"reason": "A booking was corrected"}, by=ORGANISER)
    yield pack(9, corrects=1)
    yield Sent("hold-meeting", {"attended": [CHAIR, MEMBER]}, by=ORGANISER)
    yield Sent("take-decision", {"proposal": 1}, by=CHAIR)
    yield Sent("take-decision", {"text": "Stop the third project"}, by=ORGANISER)
    yield Sent("add-action", action(play, "Ask for offers"), by=ORGANISER)
    yield Sent("add-action", action(play, "Tell the supplier"), by=ORGANISER)
    yield Sent("submit-minutes", {"text": "We met."}, by=ORGANISER)
    task = play.task("decide")
    back = {"task": task.id, "outcome": "return", "comment": "Say who", "fields": ["text"]}
    yield Sent("decide", back, by=task.people[0])
    yield Sent("submit-minutes", {"text": "The chair and one member met."}, by=ORGANISER)
    yield from approvals(play)
    change = {"item": "action-1", "text": "Ask for three offers", "reason": "The rule asks for three"}
    yield Sent("change-action", change, by=ORGANISER)
    yield Sent("close-action", {"item": "action-2", "outcome": "done", "note": "By mail"}, by=MEMBER)
    yield Sent("close-action", {"item": "action-1", "outcome": "dropped"}, by=ORGANISER)


def circulated(play: Play) -> Story:
    yield from with_pack(play)
    yield Sent("propose-decision", {"text": "Buy the second line"}, by=MEMBER)
    yield Sent("cancel-meeting", {"reason": "The chair is ill"}, by=ORGANISER)
    task = play.task("decide")
    for person in (MEMBER, OTHER):
        yield Sent("decide", {"task": task.id, "outcome": "reject", "comment": "Too early"}, by=person)
    yield Sent("propose-decision", {"text": "Rent it for a year"}, by=ORGANISER)
    yield Sent("circulate", {}, by=ORGANISER)
    task = play.task("decide")
    for person in (MEMBER, OTHER):
        yield Sent("decide", {"task": task.id, "outcome": "approve"}, by=person)
    yield Sent("submit-minutes", {"text": "Decided in writing."}, by=ORGANISER)
    yield from approvals(play)


def silent(play: Play) -> Story:
    """Cancelled with nothing proposed: the pack went out and the minutes say so."""
    yield from with_pack(play)
    yield Sent("send-pre-read", {}, by=ORGANISER)
    yield Sent("cancel-meeting", {"reason": "Nothing to decide"}, by=CHAIR)
    yield Sent("submit-minutes", {"text": "Nothing was decided."}, by=ORGANISER)
    yield from approvals(play)


def carried(play: Play) -> Story:
    """It takes what the review before left open, and leaves that to the next."""
    yield from with_pack(play, previous="review-before")
    origin = {"case": "review-before", "process": "business_review", "item": "action-3", "carried": 2}
    taken = {"origin": {**origin, "since": "2026-06-01T03:00:00Z"}, **action(play, "Renew the contract")}
    yield Told("take-action", taken)
    yield Sent("send-pre-read", {}, by=ORGANISER)
    yield Sent("hold-meeting", {"attended": [CHAIR]}, by=ORGANISER)
    yield Sent("add-action", action(play, "Count the licences"), by=ORGANISER)
    yield Sent("submit-minutes", {"text": "We met."}, by=ORGANISER)
    yield from approvals(play)
    yield Sent("send-action-on", {"item": "action-2", "case": "review-next"}, by=ORGANISER)
    yield Told("carry-actions", {"case": "review-next"})
    yield Told("note-action-taken", {"item": "action-1", "case": "review-next"})
    yield Told("note-action-taken", {"item": "action-2", "case": "review-next"})


EXAMPLE = Example(
    process="business_review",
    stories={"held": held, "circulated": circulated, "silent": silent, "carried": carried},
    real=("held",),
    idle=frozenset({"draft", "cut_off"}),
)
