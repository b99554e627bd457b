"""Reminders, escalation and automatic outcomes (KRN-30, KRN-31, KRN-33)."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.kernel.cases.case import Deadline, Status
from domain.kernel.cases.case_events import (
    Decided,
    ReviewEnded,
    ReviewRejected,
    StepCompleted,
    TaskCancelled,
    TaskEscalated,
    TaskReminded,
)
from domain.kernel.cases.task_events import DueTimeMoved
from domain.kernel.policy import Approver, Ladder, Rung, Step
from domain.kernel.showing.outlook import is_overdue, next_deadline, waiting_on
from domain.kernel.values.calendar import working_date
from domain.organisation.model import RoleHolding
from tests.domain.kernel.purchase import HR, LINE, MONDAY, Purchase, company, submitted
from tests.domain.kernel.test_calendar import bangkok
from tests.support.given import Scenario


def fire(case: Scenario[Any], *, late: timedelta = timedelta()) -> Scenario[Any]:
    """The timer of the loop at the next deadline, or some time after it."""
    deadline = next_deadline(case.case)
    assert deadline is not None
    return case.at(deadline.at + late).when("deadline", deadline, by="system", channel="timer")


def rungs(*given: tuple[str, int | str]) -> Ladder:
    """`("50%", ...)` or days after the due time, and what to do."""
    return Ladder(
        rungs=tuple(
            Rung(at_percent=when, do=do) if isinstance(when, int) else Rung(after_days=when, do=do)
            for do, when in given
        )
    )


@pytest.mark.rule("KRN-30")
def test_a_due_time_is_fixed_in_the_event_and_steps_over_a_thai_public_holiday() -> None:
    friday = bangkok("2026-04-10T15:00")
    case = submitted()
    case.at(friday).when("decide", {"task": case.open().id, "outcome": "approve"}, by="e3")
    timing = case.open().timing
    assert timing.due_at == bangkok("2026-04-17T15:00"), "two working days after Friday before Songkran"
    assert [rung.at for rung in timing.rungs] == [
        bangkok("2026-04-16T15:00"),
        bangkok("2026-04-17T15:00"),
        bangkok("2026-04-20T15:00"),
        bangkok("2026-04-22T15:00"),
    ]
    assert timing.calendar == "bkk"


@pytest.mark.rule("KRN-31")
def test_the_ladder_reminds_then_escalates_and_removes_nobody() -> None:
    case = submitted(LINE, HR)
    task = case.open().id
    first = fire(case).then(TaskReminded).found(TaskReminded)
    assert (first.missed, first.overdue, first.late) == (0, False, False)
    assert fire(case).then(TaskReminded).found(TaskReminded).overdue
    assert is_overdue(case.case)
    assert fire(case).then(TaskEscalated).found(TaskEscalated).added == ("e2",)
    assert fire(case).then(TaskEscalated).found(TaskEscalated).added == ("e1",)
    assert case.open().assignees == ("e3",)
    assert waiting_on(case.case) == ("e3", "e2", "e1")
    assert next_deadline(case.case) is None
    case.when("decide", {"task": task, "outcome": "approve"}, by="e2")
    assert case.found(Decided).basis == "escalated to e2; manager of requester, level 1"


@pytest.mark.rule("KRN-31")
def test_after_downtime_everything_that_was_missed_is_one_reminder_in_a_digest() -> None:
    case = submitted(LINE, HR)
    fire(case, late=timedelta(days=20)).then(TaskReminded, TaskEscalated, TaskEscalated)
    reminded = case.found(TaskReminded)
    assert (reminded.missed, reminded.overdue, reminded.late) == (1, True, True)
    assert [(note.to, note.digest) for note in case.told()] == [
        (("e3",), True),
        (("e2",), True),
        (("e1",), True),
    ], "each person is told once"
    assert next_deadline(case.case) is None


@pytest.mark.rule("KRN-31")
def test_a_timer_that_is_a_little_late_is_no_digest() -> None:
    case = fire(submitted(), late=timedelta(minutes=1))
    assert [note.digest for note in case.told()] == [False]


@pytest.mark.rule("KRN-31")
def test_an_escalation_passes_over_whoever_must_not_decide() -> None:
    case = submitted(LINE, ladder=rungs(("escalate", 100)))
    case.state = case._logged = Purchase(case=case.case.model_copy(update={"subjects": ("e2",)}))
    assert fire(case).found(TaskEscalated).added == ("e1",), "e3 reports to e2, but e2 became the subject"


@pytest.mark.rule("KRN-31")
def test_an_escalation_at_the_top_adds_nobody_and_does_not_stop_the_case() -> None:
    top = Step(name="top", title="The chief agrees", who=Approver(person="e1"))
    case = submitted(top, ladder=rungs(("escalate", 100)))
    assert fire(case).found(TaskEscalated).added == ()
    assert case.told() == []
    assert case.open().assignees == ("e1",)
    assert [deadline.key for deadline in case.case.deadlines] == [], "it does not fire again"


@pytest.mark.rule("KRN-31")
def test_a_task_is_marked_overdue_even_if_its_ladder_says_nothing_then() -> None:
    case = submitted(LINE, ladder=rungs(("remind", 50)))
    fire(case)
    assert not is_overdue(case.case)
    fire(case).then(TaskReminded)
    assert is_overdue(case.case)
    assert case.told() == [], "the policy has no reminder there"


@pytest.mark.rule("KRN-33")
def test_the_end_of_the_ladder_expires_only_where_the_policy_says_so() -> None:
    case = submitted(LINE, HR, ladder=rungs(("remind", 100), ("expire", "5")))
    fire(case)
    fire(case).then(TaskCancelled, ReviewEnded)
    assert case.case.reviews["purchase"].status is Status.EXPIRED
    assert not case.case.tasks
    assert [note.to for note in case.told()] == [("e4",)]


@pytest.mark.rule("KRN-33")
def test_the_end_of_the_ladder_denies_without_a_decision_by_anybody() -> None:
    case = submitted(LINE, HR, ladder=rungs(("deny", "5")))
    fire(case)
    fire(case).then(TaskCancelled, StepCompleted, ReviewRejected)
    assert case.case.reviews["purchase"].status is Status.REJECTED
    assert case.case.reviews["purchase"].decisions == ()


@pytest.mark.rule("KRN-33")
@pytest.mark.parametrize("do", ["remind", "escalate", "expire", "deny"])
def test_silence_never_approves(do: str) -> None:
    case = submitted(LINE, HR, ladder=rungs((do, 50), (do, "3")))
    while next_deadline(case.case):
        fire(case, late=timedelta(days=1))
    assert case.case.reviews["purchase"].status is not Status.APPROVED
    assert not [event for event in case.history if isinstance(event, Decided)]


@pytest.mark.rule("KRN-31")
@pytest.mark.parametrize(
    "gone",
    [
        {"key": "case-1.9"},
        {"kind": "stuck", "key": "purchase/line"},
    ],
)
def test_a_timer_of_a_deadline_that_is_gone_is_refused(gone: dict[str, str]) -> None:
    case = submitted()
    deadline = Deadline(**{"kind": "task", "key": "case-1.1", "at": MONDAY, **gone})
    case.wait(timedelta(days=30))
    assert case.refused("deadline", deadline, by="system", channel="timer") == "deadline-gone"


@pytest.mark.rule("KRN-31")
def test_a_timer_that_fires_early_is_refused() -> None:
    case = submitted()
    deadline = next_deadline(case.case)
    assert case.refused("deadline", deadline, by="system", channel="timer") == "deadline-gone"


@pytest.mark.rule("KRN-31")
def test_a_ladder_that_the_policy_does_not_have_is_refused() -> None:
    case = submitted(LINE, HR)
    case.given(policy=case.facts.policy.model_copy(update={"ladders": {}}))
    assert case.refused("decide", {"task": case.open().id, "outcome": "approve"}, by="e3") == "no-ladder"


@pytest.mark.rule("KRN-31")
def test_an_escalation_adds_no_manager_who_was_asked_already() -> None:
    asked = Step(name="heads", title="T", who=Approver(group="council"))
    members = tuple(RoleHolding(role="council", person=who) for who in ("e2", "e3"))
    case = submitted(asked, organisation=company(roles=(*company().roles, *members)))
    assert fire(fire(fire(case))).found(TaskEscalated).added == ("e1",)


def declared(case: Scenario[Purchase], day: date) -> Scenario[Purchase]:
    """A holiday, declared after the task was given."""
    known = case.facts.organisation.calendars["bkk"]
    calendar = known.model_copy(update={"holidays": known.holidays | {day: "Declared by the cabinet"}})
    return case.given(organisation=case.facts.organisation.model_copy(update={"calendars": {"bkk": calendar}}))


def local_days(case: Scenario[Purchase]) -> list[date]:
    calendar, timing = case.facts.organisation.calendars["bkk"], case.open().timing
    return [calendar.local_date(at) for at in (timing.due_at, *(rung.at for rung in timing.rungs))]


@pytest.mark.rule("ORG-07")
def test_a_late_holiday_moves_what_falls_on_it() -> None:
    case = submitted(LINE)
    day, before = local_days(case)[0], case.open().timing
    declared(case, day).when("retry", {}, by="system").then(DueTimeMoved)
    calendar, after = case.facts.organisation.calendars["bkk"], case.open().timing
    *_, (_, end) = calendar.stretches(working_date(calendar, day, 1))
    assert after.due_at == end
    assert day not in local_days(case)
    assert [rung.number for rung in after.rungs] == [rung.number for rung in before.rungs]
    assert case.refused("retry", {}, by="system") == "not-stuck"


@pytest.mark.rule("ORG-07")
def test_nothing_reminds_on_a_holiday() -> None:
    case = submitted(LINE)
    day = local_days(case)[1]
    fire(declared(case, day)).then(DueTimeMoved)
    fire(case).then(TaskReminded)
    assert case.facts.organisation.calendars["bkk"].local_date(case.now) > day


@pytest.mark.rule("ORG-07")
def test_a_holiday_that_passed_moves_nothing() -> None:
    case = submitted(LINE)
    declared(case, local_days(case)[0]).wait(timedelta(days=30))
    assert case.refused("retry", {}, by="system") == "not-stuck"
