"""A budget is asked for, signed off, in force, moved, explained and carried over; others are superseded or retired."""

from typing import Any

from tests.conformance.example import Due, Example, Play, Sent, Story, Told, approvals

OWNER, INFRASTRUCTURE, CONTROLLER = "e1003", "e1004", "e1041"


def row(line: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"line": line, "period": "2026", "amount": amount, **more}


ROWS = [row("it-licences", "3000000 THB"), row("it-hardware", "1200000 THB")]


def draft(**more: Any) -> dict[str, Any]:
    return {"unit": "it", "year": "2026", "rows": ROWS, "reason": "Licences and the new storage.", **more}


def in_force(play: Play) -> Story:
    yield Sent("draft-budget", draft(), by=OWNER)
    yield from approvals(play)
    yield Told("note-recorded", {"about": "publication", "position": 7})


def asked_for(play: Play) -> Story:
    guidance = {
        "owner": OWNER, "unit": "it", "year": "2026", "ceiling": "5000000 THB", "text": "No growth.",
        "due": "2026-12-15",
    }  # fmt: skip
    yield Sent("issue-guidance", guidance, by=CONTROLLER)
    yield Sent("answer-guidance", {"rows": ROWS, "reason": "As last year."}, by=OWNER)
    yield from approvals(play, "return", comment="Less hardware", fields=["rows"])
    cut = [ROWS[0], row("it-hardware", "900000 THB")]
    yield Sent("amend-budget", {"rows": cut}, by=OWNER)
    yield Sent("resubmit-budget", {"reason": "The storage is smaller."}, by=OWNER)
    yield from approvals(play)
    yield Told("note-recorded", {"about": "publication", "position": 7})
    yield Sent("retire-budget", {"reason": "The unit is closed"}, by=OWNER)
    yield Told("note-recorded", {"about": "retirement", "position": 8})


def revised(play: Play) -> Story:
    yield Sent("draft-budget", draft(draft=True), by=OWNER)
    yield Sent("submit-budget", {}, by=OWNER)
    yield from approvals(play)
    yield Told("note-recorded", {"about": "publication", "position": 7})
    yield Sent("propose-transfer", transfer("50000 THB"), by=OWNER)
    yield Told("note-superseded", {"number": 2, "case": "budget-2"})


def transfer(amount: str) -> dict[str, Any]:
    return {
        "source_line": "it-licences", "source_period": "2026", "target_line": "it-hardware", "target_period": "2026",
        "amount": amount, "reason": "The storage costs more.",
    }  # fmt: skip


def the_year(play: Play) -> Story:
    yield from in_force(play)
    yield Sent("propose-transfer", transfer("100000 THB"), by=OWNER)
    while any(task.kind == "transfer" for task in play.case.tasks.values()):
        task = play.task("transfer")
        yield Sent("answer-transfer", {"task": task.id, "answer": "agree"}, by=task.people[0])
    yield Sent("propose-transfer", transfer("200000 THB"), by=OWNER)
    task = play.task("transfer")
    yield Sent("answer-transfer", {"task": task.id, "answer": "decline", "reason": "Too much"}, by=task.people[0])
    yield Sent("freeze-budget", {"reason": "The quarter is weak"}, by=CONTROLLER)
    yield Sent("unfreeze-budget", {"reason": "It is better"}, by=CONTROLLER)
    yield from months(play)
    yield from year_end(play)


def months(play: Play) -> Story:
    yield Due("month-close")
    yield Due("forecast")
    task = play.task("forecast")
    given = [{"line": "it-licences", "amount": "2900000 THB"}, {"line": "it-hardware", "amount": "1300000 THB"}]
    yield Due("forecast-missed")
    yield Sent("give-forecast", {"rows": given}, by=task.people[0])
    task = play.task("variance")
    explained = {
        "task": task.id, "cause": "The supplier delivers late", "action": "Order from another one", "owner": OWNER,
        "due": "2027-03-01",
    }  # fmt: skip
    yield Sent("explain-variance", explained, by=task.people[0])
    yield Sent("change-measure", {"item": "measure-1", "due": "2027-03-15", "reason": "A holiday"}, by=OWNER)
    more = {"text": "Ask for a discount", "owner": OWNER, "due": "2027-02-26", "line": "it-licences", "cause": "Price"}
    yield Sent("add-measure", more, by=OWNER)
    yield Sent("close-measure", {"item": "measure-1", "outcome": "done"}, by=OWNER)
    origin = {"case": "budget-0", "process": "budget", "item": "measure-9"}
    taken = {**more, "origin": origin, "details": {"line": more.pop("line"), "cause": more.pop("cause")}}
    yield Told("take-measure", {key: taken[key] for key in ("text", "owner", "due", "origin", "details")})
    yield Sent("send-measure-on", {"item": "measure-2", "case": "budget-9"}, by=OWNER)
    yield Told("note-measure-taken", {"item": "measure-2", "case": "budget-9"})


def year_end(play: Play) -> Story:
    yield Due("year-end")
    yield Sent("rehearse-year-end", {}, by=CONTROLLER)
    yield Sent("run-year-end", {}, by=CONTROLLER)
    yield Sent("undo-year-end", {"reason": "A late invoice"}, by=CONTROLLER)
    yield Sent("run-year-end", {"otherwise": "carry"}, by=CONTROLLER)
    yield Sent("close-year", {}, by=CONTROLLER)


EXAMPLE = Example(
    process="budget",
    stories={"asked for": asked_for, "revised": revised, "the year": the_year, "in force": in_force},
    real=("in force",),
)
