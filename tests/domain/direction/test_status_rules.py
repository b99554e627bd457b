"""The rules of the status upward, on the domain alone."""

from datetime import timedelta
from typing import Any

import pytest

from domain.direction.status_report.content import Colour, Facts
from domain.direction.status_report.definition import STATUS_REPORT
from domain.direction.status_report.facts import StatusQuestion
from domain.direction.status_report.facts import build as facts_of
from domain.direction.status_report.report import StatusListQuestion
from domain.direction.status_report.report import build as listed
from domain.direction.status_report.state import StatusState
from domain.kernel.effects import MakeReport
from domain.kernel.report import Happening, ReportIssued, Snapshot, hash_of
from tests.conformance import company
from tests.domain.direction.plans import approve, passed
from tests.support.given import Scenario

AUTHOR, SENIOR, READER, STRANGER = "e1005", "e1003", "e1004", "e1062"
Play = Scenario[StatusState]
PROBLEM = {"key": "licences", "kind": "problem", "text": "Licences end", "impact": "no builds", "since": "2026-11-20"}
STEP = {"key": "offers", "kind": "step", "text": "Offers are asked", "result": "two came"}
NEXT = {"key": "order", "kind": "next", "text": "Order them", "on": "2027-01-10"}


def opened(case: str = "status-1", **more: Any) -> Play:
    asked = {"unit": "it-web", "readers": [SENIOR, READER], **more}
    return Scenario(STATUS_REPORT, company.facts(), case).when("open-reporting", asked, by=AUTHOR)


def asked(play: Play) -> MakeReport:
    return [one for one in play.effects if isinstance(one, MakeReport)][-1]


def delivered(play: Play, *, cases: dict[str, Any] | None = None, events: Any = None, **more: Any) -> Play:
    """The delivery answers the question of the case, with a log of these cases or with these facts."""
    effect = asked(play)
    question = StatusQuestion.model_validate(effect.asked)
    body = facts_of(snapshot(play, cases or {}, events or {}), question).model_copy(update=more)
    frozen = {
        "report": effect.report,
        "position": len(play.history),
        "as_of": play.now.isoformat(),
        "hash": hash_of(body),
    }
    told = {**effect.payload, "frozen": frozen, "body": body.model_dump(mode="json")}
    return play.when("note-facts", told, by="system", channel="effect")


def snapshot(play: Play, cases: dict[str, Any], events: Any) -> Snapshot:
    return Snapshot(at=play.now, position=9, organisation=company.organisation(), cases=cases, events=events)


def drafted(play: Play, **more: Any) -> Play:
    return delivered(play.when("draft-status", {}, by=AUTHOR), **more)


def written(play: Play, *statements: dict[str, Any], declared: str = "green", **more: Any) -> Play:
    words = {"headline": "On track", "declared": declared, "statements": list(statements), **more}
    return play.when("edit-status", words, by=AUTHOR)


def sent(play: Play, *statements: dict[str, Any], facts: dict[str, Any] | None = None, **more: Any) -> Play:
    return approve(written(drafted(play, **(facts or {})), *statements, **more).when("submit-status", {}, by=AUTHOR))


def refused(play: Play) -> Any:
    return play.refused("submit-status", {}, by=AUTHOR)


@pytest.mark.rule("STS-01")
def test_a_report_has_all_five_parts():
    ask = {"key": "money", "kind": "ask", "text": "Give us 20,000", "on": "2027-01-05"}
    progress = {"key": "moved", "kind": "progress", "text": "The shop moved"}
    play = sent(opened(), progress, PROBLEM, STEP, NEXT, ask)
    (row,) = listed(
        snapshot(play, {"status_report": {"status-1": play.state}}, {}), StatusListQuestion(depth="whole")
    ).rows
    assert {one.kind.value for one in row.statements} == {"progress", "problem", "step", "next", "ask"}
    (found,) = [one for one in row.statements if one.key == "licences"]
    assert (found.impact, str(found.since)) == ("no builds", "2026-11-20")


@pytest.mark.rule("STS-02")
def test_another_colour_needs_its_reason():
    play = written(drafted(opened(), colour=Colour.AMBER), STEP)
    assert refused(play) == "explain-difference"
    written(play, STEP, why="The supplier has delivered since").when("submit-status", {}, by=AUTHOR)
    (row,) = listed(snapshot(approve(play), {"status_report": {"s": play.state}}, {}), StatusListQuestion()).rows
    assert (row.colour, row.computed, row.why) == ("green", "amber", "The supplier has delivered since")


@pytest.mark.rule("STS-02")
def test_a_statement_explains_a_fact_of_its_draft():
    play = drafted(opened())
    about = {"headline": "x", "declared": "green", "statements": [{**PROBLEM, "about": "project-1 red"}]}
    assert play.refused("edit-status", about, by=AUTHOR) == "no-such-fact"
    twice = {"headline": "x", "declared": "green", "statements": [PROBLEM, PROBLEM]}
    assert play.refused("edit-status", twice, by=AUTHOR) == "two-of-one-key"


@pytest.mark.rule("STS-03")
def test_no_problem_disappears():
    play = sent(opened(), PROBLEM)
    play = written(drafted(play.wait(timedelta(days=20))), STEP)
    assert refused(play) == "not-ended"
    ended = [{"key": "licences", "how": "Renewed for a year"}]
    approve(written(play, STEP, endings=ended).when("submit-status", {}, by=AUTHOR))
    assert play.state.newest.words.endings[0].how == "Renewed for a year"


@pytest.mark.rule("STS-03")
def test_the_second_red_needs_a_new_step():
    play = sent(opened(), PROBLEM, STEP, declared="red", why="no builds")
    play = written(drafted(play.wait(timedelta(days=20))), PROBLEM, STEP, declared="red", why="still")
    assert refused(play) == "red-needs-step"
    new = {"key": "rent", "kind": "step", "text": "Rented ones are asked"}
    written(play, PROBLEM, STEP, new, declared="red", why="still").when("submit-status", {}, by=AUTHOR)


@pytest.mark.rule("STS-06", "STS-07")
def test_a_correction_names_the_old_and_goes_to_its_readers():
    play = sent(opened(), PROBLEM).when("change-readers", {"readers": [SENIOR]}, by=AUTHOR)
    first = play.state.newest
    wrong = {"number": 1, "reason": "They end in March"}
    assert play.refused("correct-status", wrong, by=SENIOR) == "not-your-role", "only its author corrects"
    assert play.refused("correct-status", {**wrong, "number": 2}, by=AUTHOR) == "no-such-report"
    play = delivered(play.when("correct-status", wrong, by=AUTHOR))
    assert play.state.draft.words == first.words, "it begins with the words of the old"
    written(play, STEP).when("submit-status", {}, by=AUTHOR)
    assert approve(play).found(ReportIssued).corrects == 1
    assert (play.state.newest.readers, play.state.newest.corrects) == ((SENIOR, READER), 1)
    assert play.state.number(1) == first, "what was sent stays as it was"
    assert {task.people for task in play.case.tasks.values() if task.subject[0] == "2"} == {(SENIOR,), (READER,)}
    assert play.refused("correct-status", wrong, by=AUTHOR) == "corrected-already"


@pytest.mark.rule("STS-06")
def test_each_reader_says_that_they_read_it():
    play = sent(opened(), STEP)
    play.when("acknowledge-status", {"number": 1}, by=SENIOR)
    assert (play.state.newest.read, play.refused("acknowledge-status", {"number": 1}, by=SENIOR)) == (
        {SENIOR: play.now}, "read-already",
    )  # fmt: skip
    assert play.refused("acknowledge-status", {"number": 1}, by=STRANGER) == "not-your-role"
    (row,) = listed(snapshot(play, {"status_report": {"s": play.state}}, {}), StatusListQuestion()).rows
    assert row.unread == (READER,)


@pytest.mark.rule("STS-05")
def test_three_depths_tell_the_same_numbers():
    many = [{"key": f"step-{number}", "kind": "step", "text": f"Step {number}"} for number in range(9)]
    play = sent(opened(), *many, PROBLEM)
    source = snapshot(play, {"status_report": {"s": play.state}}, {})
    line, page, whole = (listed(source, StatusListQuestion(depth=depth)).rows[0] for depth in ("line", "page", "whole"))  # type: ignore[arg-type]
    same = {"headline", "colour", "number", "problems", "unread", "at"}
    assert line.model_dump(include=same) == page.model_dump(include=same) == whole.model_dump(include=same)
    assert (len(line.statements), len(page.statements), page.left, len(whole.statements)) == (0, 6, 4, 10)
    assert page.people == whole.people is not None


@pytest.mark.rule("STS-08")
def test_a_report_that_does_not_come_has_a_colour_of_its_own():
    play = sent(opened(), STEP)
    assert play.state.colour is Colour.GREEN
    passed(play, "report-status-missed")
    assert play.state.colour is Colour.NONE, "not the last good one"
    assert play.told()[-1].to == (SENIOR, READER)
    (below,) = facts_of(
        snapshot(play, {"status_report": {"status-1": play.state}}, {}),
        StatusQuestion(unit="it", author=SENIOR, since=play.now),
    ).below
    assert (below.colour, below.headline) == ("none", "On track")


@pytest.mark.rule("SNR-01")
def test_what_managers_report_flows_into_the_seniors_own():
    letter = {"text": "Runs the web from day to day", "money": "100000 THB", "days": 10}
    play = opened()
    assert play.refused("sign-letter", letter, by=READER) == "not-above"
    play = sent(play.when("sign-letter", letter, by=SENIOR), PROBLEM, declared="red", why="no builds")
    mine = Scenario(STATUS_REPORT, company.facts(), "status-2").at(play.now)
    mine.when("open-reporting", {"unit": "it", "readers": ["e1001"]}, by=SENIOR).when("draft-status", {}, by=SENIOR)
    delivered(mine, cases={"status_report": {"status-1": play.state}})
    facts: Facts = mine.state.draft.facts
    (below,) = facts.below
    assert (below.author, below.colour, below.letter) == (AUTHOR, "red", "Runs the web from day to day")
    assert (facts.colour, facts.facts[0].key) == (Colour.RED, "status-1 colour")


@pytest.mark.rule("STS-02", "STS-03")
def test_facts_lead_to_their_events_and_end_by_them():
    late = sent(opened("status-9"), STEP)
    task = next(iter(late.case.tasks.values()))
    source = {"coordination": {"status-9": late.state}}
    happened = [Happening(number, type(event).__name__, late.now) for number, event in enumerate(late.history, 1)]
    play = opened().at(task.timing.due_at + timedelta(days=1))
    play = drafted(play, cases=source, events={"status-9": happened})
    (problem,) = [one for one in play.state.draft.facts.facts if one.kind == "problem"]
    assert (problem.key, problem.since, problem.colour) == ("status-9 late", task.timing.due_at, "amber")
    assert [happened[version - 1].type for version in problem.versions] == ["TaskAssigned"]
    approve(written(play, STEP, declared="amber").when("submit-status", {}, by=AUTHOR))

    play.wait(timedelta(days=20)).when("draft-status", {}, by=AUTHOR)
    done = late.state.model_copy(update={"case": late.case.model_copy(update={"tasks": {}})})
    after = Happening(40, "TaskDone", play.now)
    delivered(play, cases={"coordination": {"status-9": done}}, events={"status-9": [*happened, after]})
    (ended,) = play.state.draft.facts.ended
    assert (ended.key, ended.versions) == ("status-9 late", (40,))
    written(play, STEP).when("submit-status", {}, by=AUTHOR)


def test_wrong_ones_are_told_what_to_do():
    play = Scenario(STATUS_REPORT, company.facts(), "status-1")
    good = {"unit": "it-web", "readers": [SENIOR]}
    wrong = [
        ({"unit": "nowhere"}, "no-such-unit"), ({"readers": ["e9999"]}, "unknown-person"),
        ({"readers": [AUTHOR]}, "own-report"), ({"first": "2026-11-01"}, "past-day"),
    ]  # fmt: skip
    for change, code in wrong:
        assert play.refused("open-reporting", {**good, **change}, by=AUTHOR) == code
    play = drafted(opened())
    assert refused(play) == "nothing-written"
