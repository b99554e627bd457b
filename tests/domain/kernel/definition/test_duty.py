"""A duty: due again and again by the working calendar, asked for in time, and counted when it does not come."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from domain.kernel.cases.case_events import TaskAssigned
from domain.kernel.duty import DutyEnded, DutyMet, DutyMissed, DutyScheduled, Every
from domain.kernel.handle import next_deadline
from tests.domain.kernel.definition.meeting import instant
from tests.domain.kernel.definition.watch import WATCH, Play, watching


def fired(play: Play) -> Play:
    """The next deadline of the case comes."""
    due = next_deadline(play.case)
    assert due is not None
    play.at(max(due.at, play.now))
    return play.when("deadline", due.model_dump(mode="json"), by="system", channel="timer")


def test_working_days_pass_over_holidays():
    play = watching()
    assert play.found(DutyScheduled).due == date(2026, 4, 16)  # Songkran is from Monday 13 to Wednesday 15
    due = {deadline.kind: deadline.at for deadline in play.case.deadlines}
    assert due["watch-report"] == instant("2026-04-09T18:00+07:00")
    assert due["watch-report-missed"] == instant("2026-04-16T18:00+07:00")


def test_its_owner_is_asked_in_time():
    task = fired(watching()).found(TaskAssigned).task
    assert (task.assignees, task.command) == (("e4",), "report")
    assert task.timing.due_at == instant("2026-04-16T18:00+07:00")


def test_what_was_done_is_due_again():
    play = fired(watching()).when("report", by="e4")
    assert (play.found(DutyMet).late, play.case.tasks) == (False, {})
    assert play.found(DutyScheduled).due == date(2026, 4, 23)


def test_what_did_not_come_is_counted():
    play = watching()
    while not play.state.reports.missed:
        fired(play)
    assert (play.state.reports.missed, WATCH.stage(play.state), play.found(DutyMissed).due) == (
        1, "red", date(2026, 4, 16),
    )  # fmt: skip
    play.wait(timedelta(days=1)).when("report", by="e4")
    assert (play.found(DutyMet).late, play.state.reports.missed, WATCH.stage(play.state)) == (True, 0, "watching")


def test_each_day_that_is_missed_counts():
    play = watching()
    while play.case.closed is None:
        fired(play)
    assert [event.due for event in play.history if isinstance(event, DutyMissed)] == [
        date(2026, 4, 16), date(2026, 4, 23),
    ]  # fmt: skip


def test_a_late_report_keeps_the_rhythm():
    play = watching().at(instant("2026-05-05T10:00+07:00")).when("report", by="e4")
    assert play.found(DutyScheduled).due == date(2026, 5, 7)


def test_what_ended_is_never_due():
    play = fired(watching()).when("finish", by="e4")
    assert isinstance(play.found(DutyEnded), DutyEnded)
    assert (play.case.tasks, play.case.deadlines, play.state.reports.due) == ({}, (), None)


@pytest.mark.parametrize(
    ("every", "due", "following"),
    [
        (Every(months=1, day=31), date(2026, 1, 31), date(2026, 2, 28)),
        (Every(months=1, day=31), date(2026, 2, 28), date(2026, 3, 31)),
        (Every(months=12), date(2024, 2, 29), date(2025, 2, 28)),
        (Every(months=3), date(2026, 11, 7), date(2027, 2, 7)),
    ],
)
def test_months_end_where_they_end(every: Every, due: date, following: date):
    assert every.after(watching().facts, "e4", due) == following


@pytest.mark.parametrize("given", [{}, {"months": 1, "working_days": 1}, {"months": -1}])
def test_never_is_no_rhythm(given: dict):
    with pytest.raises(ValidationError):
        Every(**given)
