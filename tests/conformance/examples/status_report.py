"""A line of reporting: one status read and corrected, one returned and written anew, one that never came."""

from typing import Any

from tests.conformance.example import Due, Example, Play, Sent, Story, Told, approvals

AUTHOR, SENIOR, READER, OTHER = "e1005", "e1003", "e1004", "e1006"


def facts(play: Play, position: int, **more: Any) -> Told:
    """The word of the delivery; on the real stack it makes the report of the log itself."""
    at = f"2026-12-0{1 + position // 10}T04:00:00Z"
    body = {
        "unit": "it-web", "since": "2026-12-01T03:00:00Z", "at": at, "colour": "green",
        "people": {"positions": 7, "held": 7, "hirings": 0, "seats": 0},
    }  # fmt: skip
    frozen = {"report": "status-facts", "position": position, "as_of": at, "hash": f"{position:064x}"}
    return Told("note-facts", {"frozen": frozen, "body": body, **more})


def words(**more: Any) -> dict[str, Any]:
    step = {"key": "second-supplier", "kind": "step", "text": "A second supplier is asked", "result": "two offers"}
    return {"headline": "On track", "declared": "green", "statements": [step], **more}


def opened(**more: Any) -> Sent:
    return Sent("open-reporting", {"unit": "it-web", "readers": [SENIOR, READER], **more}, by=AUTHOR)


def written(play: Play, position: int, **more: Any) -> Story:
    yield facts(play, position)
    yield Sent("edit-status", words(**more), by=AUTHOR)
    yield Sent("submit-status", {}, by=AUTHOR)


def read(play: Play) -> Story:
    yield opened()
    letter = {"text": "Runs the web from day to day", "money": "100000 THB", "days": 10}
    yield Sent("sign-letter", letter, by=SENIOR)
    yield Sent("draft-status", {}, by=AUTHOR)
    problem = {
        "key": "licences",
        "kind": "problem",
        "text": "Licences end",
        "impact": "no builds",
        "since": "2026-11-20",
    }
    yield from written(play, 5, declared="amber", why="the licences", statements=[problem])
    yield from approvals(play)
    yield Sent("acknowledge-status", {"number": 1}, by=SENIOR)
    yield Sent("correct-status", {"number": 1, "reason": "They end in March"}, by=AUTHOR)
    yield facts(play, 15, corrects=1)
    yield Sent("edit-status", words(endings=[]), by=AUTHOR)
    yield Sent("submit-status", {}, by=AUTHOR)
    yield from approvals(play)
    yield Sent("change-readers", {"readers": [SENIOR, OTHER]}, by=AUTHOR)
    yield Sent("acknowledge-status", {"number": 2}, by=READER)
    yield Sent("end-reporting", {"reason": "The unit moves"}, by=AUTHOR)


def anew(play: Play) -> Story:
    """The report is due, its draft is there by itself, and it is returned once."""
    yield opened()
    yield Due("report-status")
    yield from written(play, 5)
    task = play.task("decide")
    back = {"task": task.id, "outcome": "return", "comment": "Say since when", "fields": ["headline"]}
    yield Sent("decide", back, by=task.people[0])
    yield Sent("edit-status", words(headline="On track since May"), by=AUTHOR)
    yield Sent("submit-status", {}, by=AUTHOR)
    yield from approvals(play)
    yield Sent("end-reporting", {"reason": "Enough"}, by=AUTHOR)


def missed(play: Play) -> Story:
    yield opened()
    yield Due("report-status")
    yield facts(play, 5)
    yield Due("report-status-missed")
    yield Sent("edit-status", words(), by=AUTHOR)
    yield Sent("submit-status", {}, by=AUTHOR)
    yield from approvals(play)
    yield Sent("end-reporting", {"reason": "Enough"}, by=AUTHOR)


EXAMPLE = Example(
    process="status_report",
    stories={"read": read, "anew": anew, "missed": missed},
    real=("read",),
    idle=frozenset({"draft", "collecting"}),
)
