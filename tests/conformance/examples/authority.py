"""A limit is asked for, approved and held by the organisation; another is taken back."""

from typing import Any

from tests.conformance.example import Example, Play, Sent, Story, Told, approvals

LEAD, MANAGER = "e1010", "e1005"


def wish(**more: Any) -> dict[str, Any]:
    return {
        "person": LEAD,
        "category": "hiring",
        "up_to": "900000 THB",
        "unit": "it",
        "reason": "The team grows",
        **more,
    }


def granted(play: Play) -> Story:
    yield Sent("request-limit", wish(), by=LEAD)
    yield Sent("amend-limit", {"up_to": "1200000 THB"}, by=LEAD)
    task = play.task("decide")
    yield Sent(
        "decide", {"task": task.id, "outcome": "return", "comment": "less", "fields": ["up_to"]}, by=task.people[0]
    )
    yield Sent("resubmit-limit", {"up_to": "1000000 THB"}, by=LEAD)
    yield from approvals(play)
    yield Told("note-recorded", {"position": 7})


def taken_back(play: Play) -> Story:
    revoked = {
        "person": "e1040",
        "category": "hiring",
        "currency": "THB",
        "reason": "The controller's own limit suffices since the reorganisation.",
    }
    yield Sent("revoke-limit", revoked, by="e1003")
    yield from approvals(play)
    yield Told("note-recorded", {"position": 7})


EXAMPLE = Example(process="authority", stories={"granted": granted, "taken back": taken_back}, real=("granted",))
