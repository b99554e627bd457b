"""Concerns about a web developer: dismissed after a hearing, warned and reduced on appeal, won, and every other end."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from domain.kernel.values.calendar import working_date
from tests.conformance.company import organisation
from tests.conformance.example import Due, Example, Play, Sent, Story, Wait, approvals

EMPLOYEE, REPORTER, WITNESS, COMPANION, NOTES = "e1026", "e1011", "e1024", "e1027", "e1002"
HR, INVESTIGATOR, MANAGER, JUDGE = "e1033", "e1006", "e1005", "e1003"


def concern(**more: Any) -> dict[str, Any]:
    return {
        "employee": EMPLOYEE,
        "clause": "IT-7 passwords",
        "gravity": "serious",
        "allegation": "Gave the password of the shop to a customer",
        "happened_on": "2026-11-27",
        "witnesses": [WITNESS],
        **more,
    }


def days(today: date, count: int) -> date:
    return working_date(organisation().calendar_of(EMPLOYEE), today, count)


def formal(play: Play, **more: Any) -> Story:
    yield Sent("report-concern", concern(**more), by=REPORTER)
    named = {"investigator": INVESTIGATOR, "hearing_manager": MANAGER}
    yield Sent("triage", {"way": "formal", "reason": "it is serious", **named}, by=HR)


def investigated(play: Play, **more: Any) -> Story:
    yield from formal(play, **more)
    yield Sent("add-evidence", {"text": "The log of the shop"}, by=INVESTIGATOR)
    yield Sent("answer-allegation", {"answer": "The customer is my cousin"}, by=EMPLOYEE)
    yield Sent("submit-report", {"findings": "The log names the account", "proceed": True}, by=INVESTIGATOR)


def invited(play: Play, **more: Any) -> Story:
    yield from investigated(play, **more)
    yield Sent("decide-to-proceed", {"proceed": True, "reason": "there is evidence"}, by=HR)
    yield from invitation(play)


def invitation(play: Play, note_taker: str | None = NOTES) -> Story:
    on = days(play.today, 5).isoformat()
    told = {"day": on, "place": "Room 3", "heaviest": "dismissal", "note_taker": note_taker}
    yield Sent("invite-to-hearing", told, by=MANAGER)


def until_hearing(play: Play) -> Iterator[Wait]:
    yield Wait(timedelta(days=(play.state.hearing.on - play.today).days))


def heard(play: Play, attendance: str = "held", **more: Any) -> Story:
    yield from until_hearing(play)
    yield Sent("record-hearing", {"attendance": attendance, "minutes": "It was said and heard", **more}, by=MANAGER)


def outcome(measure: str = "first-written-warning", evidence: tuple[int, ...] = (1,)) -> Sent:
    return Sent(
        "decide-outcome", {"measure": measure, "reason": "It is proven", "evidence": list(evidence)}, by=MANAGER
    )


def warned(play: Play) -> Story:
    """Suspended, a witness heard, postponed, a grievance, sent back, reduced on appeal, a plan, lapsed."""
    yield from formal(play)
    yield Sent("suspend", {"reason": "The shop is at risk"}, by=HR)
    yield Sent("ask-witness", {"person": WITNESS, "question": "What did you see?"}, by=INVESTIGATOR)
    yield Sent("give-statement", {"statement": "I heard the call"}, by=WITNESS)
    yield Sent("add-evidence", {"text": "The log of the shop"}, by=INVESTIGATOR)
    yield Sent("appoint", {"post": "investigator", "person": "e1004", "reason": "has more time"}, by=HR)
    yield Due("answer")
    yield Sent("submit-report", {"findings": "The log names the account", "proceed": True}, by="e1004")
    yield Due("suspension-review-missed")
    yield Sent("review-suspension", {"keep": True, "reason": "The risk is still there"}, by=HR)
    yield Sent("decide-to-proceed", {"proceed": True, "reason": "there is evidence"}, by=HR)
    yield from invitation(play)
    yield Sent("add-evidence", {"text": "A mail of the customer"}, by=HR)
    yield Sent("serve-evidence", {"evidence": [3]}, by=MANAGER)
    yield Sent("name-companion", {"person": COMPANION}, by=EMPLOYEE)
    later = days(play.state.hearing.on, 2).isoformat()
    yield Sent("postpone-hearing", {"day": later, "reason": "my companion is away"}, by=EMPLOYEE)
    yield Sent("review-suspension", {"keep": False, "reason": "The risk is gone"}, by=HR)
    yield from heard(play, "absent")
    yield from invitation(play, None)
    yield from heard(play)
    yield Sent("raise-grievance", {"against": "e1004", "text": "He did not ask my colleagues"}, by=EMPLOYEE)
    yield Sent("answer-grievance", {"upheld": True, "reason": "He should have asked"}, by=HR)
    yield Sent("appoint", {"post": "investigator", "person": INVESTIGATOR, "reason": "asks them"}, by=HR)
    yield outcome("final-written-warning", (1, 2, 3))
    yield from approvals(play, "return", comment="Say why not less", fields=["reason"])
    yield outcome("final-written-warning")
    yield from approvals(play)
    yield Sent("appeal", {"grounds": "It is too hard"}, by=EMPLOYEE)
    yield Sent("decide-appeal", {"measure": "first-written-warning", "reason": "It was the first time"}, by=JUDGE)
    plan = {"text": "Keep passwords", "measure": "findings of the yearly test", "reach": "none"}
    until = days(play.today, 30).isoformat()
    yield Sent("start-plan", {"targets": [plan], "support": "A course", "until": until}, by=MANAGER)
    for number in (1, 2):
        due = days(play.today, 5 * number).isoformat()
        yield Sent("add-check-in", {"text": "How is it going?", "owner": MANAGER, "due": due}, by=MANAGER)
    moved = {"item": "check-in-2", "due": days(play.today, 12).isoformat(), "reason": "holiday"}
    yield Sent("change-check-in", moved, by=MANAGER)
    for number in (1, 2):
        yield Sent("close-check-in", {"item": f"check-in-{number}", "outcome": "held"}, by=MANAGER)
    yield Sent("conclude-plan", {"met": True, "reason": "no findings"}, by=MANAGER)
    yield Due("lapse")


def dismissed(play: Play) -> Story:
    """The employee refused to come; HR and second level confirm; a late appeal is not heard; one with a cause is."""
    yield from invited(play, gravity="gross")
    yield from heard(play, "refused", refusal="a letter of the employee")
    yield outcome("dismissal")
    yield from approvals(play)
    yield Due("appeal-over")
    yield Sent("appeal", {"grounds": "I was ill", "good_cause": "in hospital"}, by=EMPLOYEE)
    yield Sent(
        "decide-late-appeal", {"admit": False, "reason": "there was time"}, by=play.state.posts["appeal-manager"]
    )
    yield Due("lapse")


def won(play: Play) -> Story:
    yield from invited(play)
    yield from heard(play)
    yield outcome()
    yield from approvals(play)
    yield Due("appeal-over")
    yield Sent("appeal", {"grounds": "It was not me", "good_cause": "a new witness"}, by=EMPLOYEE)
    yield Sent("decide-late-appeal", {"admit": True, "reason": "it is new"}, by=JUDGE)
    yield Sent("decide-appeal", {"measure": "none", "reason": "It was not them"}, by=JUDGE)


def nothing_follows(play: Play) -> Story:
    yield from invited(play)
    yield from heard(play)
    yield outcome("none", ())
    yield from approvals(play)


def no_hearing(play: Play) -> Story:
    yield from investigated(play)
    yield Sent("decide-to-proceed", {"proceed": False, "reason": "it is not proven"}, by=HR)


def no_case(play: Play) -> Story:
    yield Sent("report-concern", concern(), by=REPORTER)
    yield Sent("triage", {"way": "no-case", "reason": "it was allowed"}, by=HR)


def informal(play: Play) -> Story:
    yield Sent("report-concern", concern(gravity="minor"), by=REPORTER)
    yield Sent("triage", {"way": "informal", "reason": "a talk is enough"}, by=HR)


def resigned(play: Play) -> Story:
    yield from invited(play)
    yield Sent("hold", {"reason": "the employee is ill"}, by=HR)
    yield Sent("resume", {"reason": "the employee is back"}, by=HR)
    yield Sent("close-unresolved", {"resigned_on": play.today.isoformat(), "reason": "resigned"}, by=HR)


def annulled(play: Play) -> Story:
    yield from formal(play)
    yield Sent("annul", {"reason": "it was another person of this name"}, by=HR)


EXAMPLE = Example(
    process="discipline",
    stories={
        "warned": warned,
        "dismissed": dismissed,
        "won": won,
        "nothing follows": nothing_follows,
        "no hearing": no_hearing,
        "no case": no_case,
        "informal": informal,
        "resigned": resigned,
        "annulled": annulled,
    },
    real=("no hearing",),
)
