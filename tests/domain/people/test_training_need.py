"""A training need: gaps, money, seats, attendance, and what the organisation learns of it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.effects import HeldClaim, Notify, StartCase, TellCase
from domain.kernel.errors import Refused
from domain.kernel.ledger import Account
from domain.kernel.recording import RecordAsked
from domain.people.training import events as ev
from domain.people.training.need import TRAINING_NEED
from domain.people.training.state import NeedState, Stage
from tests.domain.people.company import baht
from tests.domain.people.training_company import (
    BOSS,
    COORDINATOR,
    COURSE,
    FULL,
    HR,
    OTHER,
    OTHER_COURSE,
    PAPER,
    PERSON,
    RUN,
    SAME_DAY,
    approved,
    booked,
    came,
    claims_of,
    facts,
    level,
    wish,
)
from tests.support.given import Scenario

AFTER = datetime(2026, 12, 10, 3, tzinfo=UTC)


def stage(play: Scenario[NeedState]) -> str:
    return TRAINING_NEED.stage(play.state)


def identified(**more: object) -> Scenario[NeedState]:
    return Scenario(TRAINING_NEED, facts()).when("identify-need", wish(**more), by=PERSON)


def refused(**more: Any) -> str:
    known = {name: more.pop(name) for name in ("skills_held", "by_whom") if name in more}
    by = str(known.pop("by_whom", PERSON))
    return Scenario(TRAINING_NEED, facts(**known)).refused("identify-need", wish(**more), by=by)


def attended() -> Scenario[NeedState]:
    play = booked().at(AFTER)
    return came(came(play, "one"), "two")


def assessed(play: Scenario[NeedState], *, passed: bool = True) -> Scenario[NeedState]:
    said = {"task": play.open("assess").id, "passed": passed, "evidence": "A cluster"}
    return play.when("assess-result", said, by=BOSS)


def held(play: Scenario[NeedState]) -> dict[Account, Decimal]:
    return {one.account: one.left for one in play.state.holdings.open}


@pytest.mark.rule("TRN-01")
def test_the_level_wanted_is_that_of_the_description():
    assert identified(level=0).state.need.level == 3


@pytest.mark.rule("TRN-01")
def test_a_skill_nobody_asks_for_needs_a_level():
    assert refused(skill="python", level=0) == "no-level"


@pytest.mark.rule("TRN-01")
def test_who_has_shown_the_level_has_no_gap():
    assert refused(skills_held={PERSON: (level("kubernetes", 3),)}) == "no-gap"


@pytest.mark.rule("TRN-01")
def test_a_claimed_level_closes_no_gap():
    claimed = {PERSON: (level("linux", 2), level("kubernetes", 5, basis="claimed"))}
    Scenario(TRAINING_NEED, facts(skills_held=claimed)).when("identify-need", wish(), by=PERSON)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"person": "e99"}, "unknown-person"),
        ({"by": "2026-01-01"}, "past-day"),
        ({"certificate": "budget-management"}, "skill-or-certificate"),
        ({"skill": None, "certificate": "budgets"}, "unknown-certificate"),
        ({"skill": "kubernets"}, "no-level"),
        ({"course": None}, "no-course"),
        ({"course": "kubernetes-admim"}, "unknown-course"),
        ({"course": OTHER_COURSE.id}, "wrong-course"),
        ({"cost": "39999 THB"}, "below-price"),
        ({"line": None}, "no-budget"),
        ({"by_whom": OTHER}, "not-yours-to-train"),
    ],
)
def test_what_cannot_be_asked_is_refused(more: dict[str, object], code: str):
    assert refused(**({"level": 0} if code == "no-level" else {}), **more) == code


@pytest.mark.rule("TRN-03")
def test_cost_is_reserved_then_committed_then_spent():
    assert held(approved()) == {Account.RESERVED: Decimal(40_000)}
    assert held(booked()) == {Account.COMMITTED: Decimal(40_000)}
    assert held(attended()) == {}
    spent = [t for event in attended().history if isinstance(event, ev.CourseCompleted) for t in event.transfers]
    assert [(t.target, t.amount) for t in spent] == [(Account.ACTUAL, Decimal(40_000))]


@pytest.mark.rule("TRN-03")
def test_what_the_line_lacks_cannot_be_approved():
    play = Scenario(TRAINING_NEED, facts(money=39_999)).when("identify-need", wish(), by=PERSON)
    task = {"task": play.open("decide").id, "outcome": "approve"}
    assert play.refused("decide", task, by=BOSS) == "over-budget"


@pytest.mark.rule("TRN-03")
def test_a_dropped_need_gives_its_money_back():
    play = booked().when("drop-need", {"reason": "The platform stays"}, by=PERSON)
    assert (play.case.closed, held(play)) == (Status.CANCELLED, {})


@pytest.mark.rule("TRN-03")
def test_a_provider_that_cancels_leaves_the_money_reserved():
    play = booked().when("note-provider-cancelled", {"reason": "The trainer is ill"}, by=COORDINATOR)
    assert play.found(ev.BookingCancelled).who == "provider"
    assert (stage(play), held(play)) == (Stage.TO_BOOK, {Account.RESERVED: Decimal(40_000)})
    assert play.open("book").assignees == (COORDINATOR,)


@pytest.mark.rule("TRN-03")
def test_a_no_show_is_an_end_of_its_own():
    play = came(came(booked().at(AFTER), "one", present=False), "two", present=False)
    assert (stage(play), held(play)) == (Stage.NO_SHOW, {})
    assert {PERSON} <= {person for told in play.told() for person in told.to}


@pytest.mark.rule("TRN-06")
def test_a_full_run_has_a_waiting_list():
    first = booked("case-1", FULL)
    play = booked("case-2", FULL, facts().model_copy(update={"claims": _of_others(first)}))
    assert (stage(play), play.state.waiting, held(play)) == (
        Stage.WAITING_LIST,
        FULL,
        {Account.RESERVED: Decimal(40_000)},
    )


@pytest.mark.rule("TRN-06")
def test_a_seat_given_back_goes_to_who_waited():
    first = booked("case-1", FULL)
    second = booked("case-2", FULL, facts().model_copy(update={"claims": _of_others(first)}))
    first.given(claims=_of_others(second)).when("cancel-booking", {"reason": "A release"}, by=PERSON)
    (told,) = [effect for effect in first.effects if isinstance(effect, TellCase)]
    assert (told.case, told.command) == ("case-2", "offer-seat")
    second.given(claims=_of_others(first)).when(told.command, told.payload, by="system", channel="effect")
    assert (stage(second), held(second)) == (Stage.BOOKED, {Account.COMMITTED: Decimal(40_000)})


@pytest.mark.rule("TRN-06")
def test_an_offered_seat_that_is_gone_changes_nothing():
    first = booked("case-1", FULL)
    second = booked("case-2", FULL, facts().model_copy(update={"claims": _of_others(first)}))
    second.when("offer-seat", {"run": FULL}, by="system", channel="effect")
    assert (stage(second), second.last) == (Stage.WAITING_LIST, [])


@pytest.mark.rule("TRN-06")
def test_nobody_overtakes_the_waiting_list():
    first = booked("case-1", FULL)
    second = booked("case-2", FULL, facts().model_copy(update={"claims": _of_others(first)}))
    freed = tuple(one for one in _of_others(second) if one.claim.kind == "training-waiting")
    third = booked("case-3", FULL, facts().model_copy(update={"claims": freed}))
    assert stage(third) == Stage.WAITING_LIST


@pytest.mark.rule("TRN-06")
def test_prerequisites_come_first():
    known = facts(skills_held={PERSON: (level("linux", 5, basis="claimed"),)})
    play = approved(known=known)
    booking = {"task": play.open("book").id, "run": RUN}
    assert play.refused("book-course", booking, by=COORDINATOR) == "prerequisite"


@pytest.mark.rule("TRN-06")
@pytest.mark.rule("TRN-10")
def test_a_clash_names_both_courses_and_their_days():
    first = booked("case-1", RUN)
    more = {"skill": "linux", "level": 3, "course": OTHER_COURSE.id}
    play = approved("case-2", facts().model_copy(update={"claims": claims_of(first)}), **more)
    with pytest.raises(Refused) as caught:
        play.when("book-course", {"task": play.open("book").id, "run": SAME_DAY}, by=COORDINATOR)
    said = str(caught.value)
    assert caught.value.code == "clash"
    for part in (COURSE.id, OTHER_COURSE.id, "2026-12-01, 2026-12-02", "2026-12-02, 2026-12-03"):
        assert part in said


def test_a_run_that_has_begun_is_refused():
    play = approved().at(AFTER)
    assert play.refused("book-course", {"task": play.open("book").id, "run": RUN}, by=COORDINATOR) == "run-over"


@pytest.mark.rule("TRN-10")
def test_every_session_must_be_attended():
    play = came(came(booked().at(AFTER), "one"), "two", present=False)
    assert stage(play) == Stage.BOOKED


@pytest.mark.rule("TRN-10")
def test_a_session_can_be_made_up_for_in_another_run():
    play = came(came(booked().at(AFTER), "one"), "two", present=False)
    came(play, "two", run=FULL)
    assert (stage(play), play.state.completed) == (Stage.ATTENDED, date(2026, 12, 9))


@pytest.mark.rule("TRN-10")
def test_attendance_keeps_its_session_and_place():
    recorded = came(booked().at(AFTER), "one").found(ev.AttendanceRecorded)
    assert (recorded.session, recorded.place, recorded.day) == ("one", "Bangkok", date(2026, 12, 1))


@pytest.mark.rule("TRN-10")
def test_attendance_is_not_recorded_in_advance():
    play = booked()
    said = {"task": play.open("attendance").id, "session": "one", "present": True}
    assert play.refused("record-attendance", said, by=COORDINATOR) == "not-yet"


@pytest.mark.rule("TRN-10")
def test_only_who_was_there_rates_the_course():
    play = came(booked().at(AFTER), "one", present=False)
    assert play.refused("rate-course", {"score": 1}, by=PERSON) == "not-present"
    came(play, "two").when("rate-course", {"score": 4}, by=PERSON)


@pytest.mark.rule("TRN-10")
def test_only_who_completed_is_assessed():
    play = came(booked().at(AFTER), "one")
    said = {"task": play.open("attendance").id, "passed": True, "evidence": "A cluster"}
    assert play.refused("assess-result", said, by=BOSS) == "not-your-role"
    assert [task.kind for task in play.case.tasks.values()] == ["attendance"]


@pytest.mark.rule("TRN-01")
def test_what_was_learnt_is_recorded_as_assessed():
    asked = assessed(attended()).found(RecordAsked)
    (entry,) = asked.entries
    skill = entry.payload["held"]
    assert (asked.stream, entry.type, skill["level"], skill["basis"], skill["by"]) == (
        "organisation",
        "SkillHeld",
        3,
        "assessed",
        BOSS,
    )


def test_a_second_failure_ends_it():
    play = assessed(attended(), passed=False)
    assert stage(play) == Stage.ATTENDED
    assert stage(assessed(play, passed=False)) == Stage.FAILED


def test_the_effect_is_looked_at_later():
    play = assessed(attended())
    play.when("note-recorded", {"position": 3}, by="system", channel="effect")
    (due,) = [one for one in play.case.deadlines if one.kind == "effect-review"]
    assert (due.at - play.now).days in range(88, 93)
    play.at(due.at).when("deadline", due.model_dump(mode="json"), by="system", channel="timer")
    said = {"task": play.open("effect-review").id, "effect": "partly"}
    play.when("review-effect", said, by=BOSS)
    assert (stage(play), play.case.closed) == (Stage.EFFECT_REVIEWED, Status.APPROVED)


@pytest.mark.rule("TRN-09")
def test_an_earned_certificate_is_watched_by_a_case():
    need: dict[str, Any] = {"skill": None, "level": 0, "certificate": "budget-management"}
    need |= {"course": PAPER.id, "cost": "0 THB"}
    play = approved(**need)
    play.when("book-course", {"task": play.open("book").id, "run": "paper-1"}, by=COORDINATOR).at(AFTER)
    assessed(came(play, "one"))
    earned = play.found(ev.CertificateEarned).held
    assert (earned.version, earned.given, earned.ends) == (1, date(2026, 12, 10), date(2027, 12, 10))
    play.when("note-recorded", {"position": 3}, by="system", channel="effect")
    (started,) = [effect for effect in play.effects if isinstance(effect, StartCase)]
    assert (started.process, started.case) == ("certificate", earned.case)


@pytest.mark.rule("TRN-07")
def test_an_expensive_course_comes_with_a_clause():
    clause = booked().found(ev.CourseBooked).clause
    assert clause is not None
    assert (clause.amount, clause.months) == (baht(40_000), 12)


@pytest.mark.rule("TRN-05")
def test_a_need_from_outside_is_planned_by_the_manager():
    wanted = {"person": PERSON, "certificate": "budget-management", "by": "2026-12-31"}
    said = {**wanted, "reason": "New", "requester": BOSS}
    play = Scenario(TRAINING_NEED, facts()).when("open-need", said, by="system", channel="effect")
    assert (stage(play), play.open("plan").assignees, play.case.requester) == (Stage.DRAFT, (BOSS,), BOSS)
    play.when("amend-need", {"course": PAPER.id, "cost": "0 THB"}, by=BOSS).when("submit-need", by=BOSS)
    assert not [task for task in play.case.tasks.values() if task.kind == "plan"]


def test_the_person_never_decides_their_own_need():
    play = Scenario(TRAINING_NEED, facts()).when("identify-need", wish(), by=BOSS)
    task = {"task": play.open("decide").id, "outcome": "approve"}
    assert play.refused("decide", task, by=PERSON) == "not-your-task"
    assert PERSON not in play.open("decide").assignees


def test_hr_may_drop_a_need():
    play = approved().when("drop-need", {"reason": "Hired instead"}, by=HR)
    assert [effect for effect in play.effects if isinstance(effect, Notify)]


def test_a_course_that_began_is_not_dropped():
    play = came(booked().at(AFTER), "one")
    assert play.refused("drop-need", {"reason": "Late"}, by=PERSON) == "has-begun"


def _of_others(*plays: Scenario[NeedState]) -> tuple[HeldClaim, ...]:
    """The seats and waiting lists alone: the days are those of other people."""
    return tuple(one for one in claims_of(*plays) if one.claim.kind != "training-day")


def test_a_seat_of_the_past_is_not_offered():
    play = assessed(attended(), passed=False)
    assessed(play, passed=False)
    assert not [event for event in play.history if isinstance(event, ev.SeatFreed)]
