"""A need becomes a skill that was learnt; others are dropped, not passed, missed, put on a waiting list."""

from datetime import date, timedelta
from typing import Any

from domain.kernel.effects import Claim, HeldClaim
from domain.people.training.booking import SEAT, run_key
from tests.conformance.company import NOW
from tests.conformance.example import Due, Example, Play, Sent, Story, Told, Wait, approvals, year_end

PERSON, LEAD, COORDINATOR = "e1021", "e1009", "e1036"
RUN, LATER = "kubernetes-2027-02", "kubernetes-2027-05"


def wish(**more: Any) -> dict[str, Any]:
    return {
        "person": PERSON,
        "skill": "kubernetes",
        "level": 3,
        "course": "kubernetes-admin",
        "cost": "50000 THB",
        "line": "hr-training",
        "period": "2027",
        "by": "2027-06-30",
        "reason": "The platform moves to Kubernetes",
        **more,
    }


def until(play: Play, day: date) -> Wait:
    return Wait(timedelta(days=(day - play.today).days + 1))


def booked(play: Play, run: str = RUN) -> Story:
    yield Sent("identify-need", wish(), by=PERSON)
    yield from approvals(play)
    yield Sent("book-course", {"task": play.task("book").id, "run": run}, by=COORDINATOR)


def attended(play: Play, *, present: bool = True) -> Story:
    yield until(play, date(2027, 2, 10))
    for session in ("first-day", "second-day"):
        attendance = {"task": play.task("attendance").id, "session": session, "present": present}
        yield Sent("record-attendance", attendance, by=COORDINATOR)


def assessed(play: Play, *, passed: bool) -> Story:
    result = {"task": play.task("assess").id, "passed": passed, "evidence": "A cluster that was built"}
    yield Sent("assess-result", result, by=LEAD)


def learnt(play: Play) -> Story:
    yield from booked(play)
    yield from attended(play)
    yield Sent("rate-course", {"score": 5}, by=PERSON)
    yield from assessed(play, passed=True)
    yield Told("note-recorded", {"position": 7})
    yield Due("effect-review")
    yield Sent("review-effect", {"task": play.task("effect-review").id, "effect": "as wanted"}, by=LEAD)


def not_passed(play: Play) -> Story:
    yield from booked(play)
    yield from attended(play)
    yield from assessed(play, passed=False)
    yield from assessed(play, passed=False)


def missed(play: Play) -> Story:
    yield from booked(play)
    yield from attended(play, present=False)


def cancelled(play: Play) -> Story:
    yield Sent("identify-need", wish(draft=True), by=PERSON)
    yield Sent("amend-need", {"priority": "high"}, by=PERSON)
    yield Sent("submit-need", by=PERSON)
    task = play.task("decide")
    returned = {"task": task.id, "outcome": "return", "comment": "dear", "fields": ["cost"]}
    yield Sent("decide", returned, by=task.people[0])
    yield Sent("resubmit-need", {"cost": "45000 THB"}, by=PERSON)
    yield from approvals(play)
    yield Sent("book-course", {"task": play.task("book").id, "run": RUN}, by=COORDINATOR)
    yield Sent("note-provider-cancelled", {"reason": "The trainer is ill"}, by=COORDINATOR)
    yield Sent("book-course", {"task": play.task("book").id, "run": LATER}, by=COORDINATOR)
    yield Sent("cancel-booking", {"reason": "A release is due"}, by=PERSON)
    yield Sent("drop-need", {"reason": "The platform stays as it is"}, by=PERSON)


def of_a_programme(play: Play) -> Story:
    link = {"cycle": "programme-1", "process": "training_programme", "unit": "it-platform", "size": 1}
    yield Told("open-need", {**wish(), "requester": LEAD, "cycle": link})
    yield Told("note-dropped", {"reason": "The technology stays"})


def of_a_certificate(play: Play) -> Story:
    asked = {"person": "e1005", "certificate": "budget-management", "by": "2027-03-31", "reason": "A new budget owner"}
    yield Told("open-need", {**asked, "requester": "e1003"})
    yield Sent("amend-need", {"course": "budget-basics", "cost": "0 THB"}, by="e1003")
    yield Sent("submit-need", by="e1003")
    yield from approvals(play)
    yield Sent("book-course", {"task": play.task("book").id, "run": "budget-2027-01"}, by=COORDINATOR)
    yield until(play, date(2027, 1, 20))
    came = {"task": play.task("attendance").id, "session": "workshop", "present": True}
    yield Sent("record-attendance", came, by=COORDINATOR)
    result = {"task": play.task("assess").id, "passed": True, "evidence": "A plan that adds up"}
    yield Sent("assess-result", result, by="e1003")
    yield Told("note-recorded", {"position": 7})


def year_ended(play: Play) -> Story:
    """The seat's money goes along; then it is given back, and the need with it."""
    yield from booked(play, LATER)
    yield year_end("hr-training", "2027")
    yield year_end("hr-training", "2028", "cancel")


def full(play: Play) -> Story:
    yield from booked(play)
    yield Told("offer-seat", {"run": RUN})  # the seat is gone again
    yield Sent("leave-waiting-list", {"task": play.task("wait").id}, by=COORDINATOR)
    yield Sent("drop-need", {"reason": "The platform stays as it is"}, by=PERSON)


SEATS = tuple(
    HeldClaim(claim=Claim(kind=SEAT, key=run_key("kubernetes-admin", RUN)), stream=f"need-{n}", since=NOW)
    for n in range(8)
)
EXAMPLE = Example(
    process="training",
    stories={
        "learnt": learnt, "not passed": not_passed, "missed": missed, "cancelled": cancelled,
        "of a programme": of_a_programme, "of a certificate": of_a_certificate, "full": full,
        "year ended": year_ended,
    },
    real=("learnt",),
    claims={"full": SEATS},
    plans=(("hr-training", "2027", "500000 THB"),),
)  # fmt: skip
