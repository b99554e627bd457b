"""Requests between departments: answers, promises, links, parts, clocks."""

from datetime import timedelta
from typing import Any

import pytest

from domain.direction.coordination import events as e
from domain.direction.coordination.definition import COORDINATION
from domain.direction.coordination.report import TimesQuestion, build
from domain.direction.coordination.state import CoordinationState
from domain.kernel.cases.case import Deadline
from domain.kernel.command import SYSTEM
from domain.kernel.commands import Withdraw
from domain.kernel.effects import Claim, HeldClaim, StartCase, TellCase
from domain.kernel.errors import Refused
from domain.kernel.report import Snapshot
from domain.kernel.showing.confidential import outline, rules_of, visibility
from domain.kernel.showing.viewer import Viewer
from domain.projects.delivery.effects import effects as project_effects
from domain.projects.delivery.events import RequestsTold
from domain.projects.delivery.state import ProjectState
from tests.conformance import company
from tests.support.given import Scenario

ASKER, PROVIDER, NEXT, HEAD, ASKERS_HEAD = "e1046", "e1010", "e1005", "e1003", "e1045"
TODAY = company.NOW.date()
Request = Scenario[CoordinationState]


def day(offset: int) -> str:
    return (TODAY + timedelta(days=offset)).isoformat()


def wish(**more: Any) -> dict[str, Any]:
    known = {"title": "Stock by tablet", "text": "By hand today", "unit": "it", "person": PROVIDER}
    return {**known, "needed": day(60), "asker_note": "The audit found it", **more}


def asked(**more: Any) -> Request:
    return Scenario(COORDINATION, company.facts(), "c-1").when("ask-department", wish(**more), by=ASKER)


def accepted() -> Request:
    given = asked()
    return given.when("answer-request", {"task": given.open("answer").id, "answer": "accept"}, by=PROVIDER)


def promised(offset: int = 50, given: Request | None = None) -> Request:
    promise = {"due": day(offset), "provider_note": "Two people only"}
    return (given or accepted()).when("promise-date", promise, by=PROVIDER)


def delivered() -> Request:
    given = promised()
    return given.when("deliver-result", {"task": given.open("deliver").id, "result": "It runs"}, by=PROVIDER)


def link(stream: str, on: str) -> HeldClaim:
    return HeldClaim(claim=Claim(kind="coordination-link", key="all", item=on), stream=stream, since=company.NOW)


def waiter(stream: str, process: str = "") -> HeldClaim:
    return HeldClaim(claim=Claim(kind="waits-for", key="c-1", item=process), stream=stream, since=company.NOW)


def acceptance(given: Request) -> Deadline:
    (due,) = [due for due in given.case.deadlines if due.kind == "acceptance"]
    return due


def overdue(given: Request) -> Request:
    due = acceptance(given)
    payload = {"kind": due.kind, "key": due.key, "at": due.at.isoformat()}
    return given.at(due.at).when("deadline", payload, by=SYSTEM, channel="timer")


@pytest.mark.rule("CRD-01")
def test_silence_of_two_days_asks_both_heads():
    given = asked()
    assert acceptance(given).at - company.NOW == timedelta(days=2)
    overdue(given)
    assert set(given.open("escalation").assignees) == {HEAD, ASKERS_HEAD}
    assert set(given.found(e.AcceptanceOverdue).heads) == {HEAD, ASKERS_HEAD}


@pytest.mark.rule("CRD-01")
def test_an_answer_in_time_escalates_nothing():
    assert "acceptance" not in {due.kind for due in accepted().case.deadlines}


@pytest.mark.rule("CRD-01")
def test_the_head_who_is_silent_is_not_asked():
    given = overdue(asked(person=HEAD))
    assert HEAD not in given.open("escalation").assignees


@pytest.mark.rule("CRD-01")
def test_a_late_answer_ends_the_escalation():
    given = overdue(asked())
    given.when("answer-request", {"task": given.open("answer").id, "answer": "accept"}, by=PROVIDER)
    assert [task.kind for task in given.case.tasks.values()] == ["promise"]


@pytest.mark.rule("CRD-02")
def test_another_day_needs_a_reason():
    assert promised().refused("promise-date", {"due": day(70)}, by=PROVIDER) == "reason-missing"


@pytest.mark.rule("CRD-02")
def test_earlier_promises_stay_on_record():
    given = promised().when("promise-date", {"due": day(70), "reason": "A part is late"}, by=PROVIDER)
    first, second = given.state.promises
    assert (first.due.isoformat(), first.ended) == (day(50), "A part is late")
    assert (second.due.isoformat(), second.ended) == (day(70), None)


@pytest.mark.rule("CRD-03")
def test_a_later_day_reaches_who_waits():
    given = accepted().given(claims=(waiter("project-9"), waiter("c-7", "coordination")))
    promised(65, given)
    told = {(one.process, one.case): one.payload["days"] for one in given.effects if isinstance(one, TellCase)}
    assert told == {("project", "project-9"): 5, ("coordination", "c-7"): 5}


@pytest.mark.rule("CRD-03")
def test_an_effect_travels_on():
    given = promised().given(claims=(waiter("project-9"),))
    late = {"kind": "dependency", "source": "project-1", "days": 12}
    given.when("note-effect", late, by=SYSTEM, channel="effect")
    assert given.found(e.WaitersTold).days == 12
    given.when("note-effect", {**late, "days": 0, "over": True}, by=SYSTEM, channel="effect")
    assert given.found(e.WaitersTold).over


@pytest.mark.rule("CRD-03")
def test_a_project_tells_requests_that_wait():
    event = RequestsTold(cases={"c-1": "coordination"}, days=3, at=company.NOW)
    state = ProjectState.model_validate({"case": {"id": "project-1", "process": "project"}})
    (told,) = project_effects(state, event, state)
    assert isinstance(told, TellCase)
    assert told.process == "coordination"
    COORDINATION.commands[told.command].model_validate(told.payload)


@pytest.mark.rule("CRD-03")
def test_what_never_comes_is_told_as_red():
    given = asked().given(claims=(waiter("project-9"),))
    given.when("answer-request", {"task": given.open("answer").id, "answer": "decline", "reason": "No"}, by=PROVIDER)
    end = {"task": given.open("escalation").id, "answer": "end", "text": "We agree"}
    given.when("answer-escalation", end, by=HEAD)
    (told,) = [one for one in given.effects if isinstance(one, TellCase)]
    assert (told.payload["colour"], told.payload["over"]) == ("red", False)


@pytest.mark.rule("CRD-04")
def test_a_circle_is_refused_and_shown():
    given = asked().given(claims=(link("c-2", "c-3"), link("c-3", "c-1")))
    with pytest.raises(Refused) as caught:
        given.when("set-links", {"on": ["c-2"]}, by=ASKER)
    assert caught.value.code == "circle"
    assert "c-1 → c-2 → c-3 → c-1" in caught.value.message


@pytest.mark.rule("CRD-04")
def test_a_project_that_waits_is_part_of_the_circle():
    given = asked().given(claims=(waiter("project-9"),))
    assert given.refused("set-links", {"on": ["project-9"]}, by=ASKER) == "circle"
    given.when("set-links", {"on": ["project-8"]}, by=ASKER)
    assert given.state.waits_on == ("project-8",)


def hidden(state: CoordinationState, person: str) -> tuple[str, frozenset[str]]:
    own = COORDINATION.confidential
    known = outline(state.case, own.parts(state), own.tasks)
    seen = visibility(
        rules_of("coordination", own, None), known, Viewer(person, company.organisation(), (), company.NOW)
    )
    return seen.row, seen.hidden


@pytest.mark.rule("CRD-05")
def test_each_side_keeps_its_notes_to_itself():
    state = promised().state
    row, keys = hidden(state, PROVIDER)
    assert (row, "asker_note" in keys, "provider_note" in keys) == ("case", True, False)
    row, keys = hidden(state, ASKER)
    assert (row, "asker_note" in keys, "provider_note" in keys) == ("case", False, True)
    assert hidden(state, "e1060")[0] == "exists"


@pytest.mark.rule("CRD-05")
def test_the_whole_learns_state_and_date_only():
    given = Scenario(COORDINATION, company.facts(), "c-1-part-1")
    given.when("open-part", {**wish(), "whole": "c-1", "asker": ASKER}, by=SYSTEM, channel="effect")
    given.when("answer-request", {"task": given.open("answer").id, "answer": "accept"}, by=PROVIDER)
    promised(40, given)
    (told,) = [one for one in given.effects if isinstance(one, TellCase)]
    assert told.payload == {
        "part": "c-1-part-1", "unit": "it", "stage": "promised", "promised": day(40), "hours": 0, "over": False,
    }  # fmt: skip


@pytest.mark.rule("CRD-06")
@pytest.mark.parametrize("person", [PROVIDER, HEAD, "e1001"])
def test_only_the_asker_closes(person: str):
    given = delivered()
    task = given.open("receive").id
    with pytest.raises(Refused):
        given.when("answer-delivery", {"task": task, "answer": "accept"}, by=person)
    given.when("answer-delivery", {"task": task, "answer": "accept"}, by=ASKER)
    assert given.case.closed == "approved"


@pytest.mark.rule("CRD-06")
def test_a_delivery_is_refused_with_a_reason():
    given = delivered()
    refusal = {"task": given.open("receive").id, "answer": "refuse"}
    assert given.refused("answer-delivery", refusal, by=ASKER) == "reason-missing"
    given.when("answer-delivery", {**refusal, "reason": "It stops"}, by=ASKER)
    assert given.open("deliver").assignees == (PROVIDER,)


def handed_on() -> Request:
    given = promised().wait(timedelta(hours=30))
    return given.when("hand-on", {"unit": "it-infrastructure", "person": "e1004", "reason": "Network"}, by=PROVIDER)


@pytest.mark.rule("CRD-07")
def test_handing_on_ends_the_promise():
    given = handed_on()
    assert given.state.promise is None
    assert given.state.promises[0].ended == "Network"
    answer = {"task": given.open("answer").id, "answer": "accept"}
    assert given.refused("promise-date", {"due": day(40)}, by="e1004") == "not-now"
    given.when("answer-request", answer, by="e1004").when("promise-date", {"due": day(40)}, by="e1004")
    assert given.state.promise is not None
    assert given.state.promise.unit == "it-infrastructure"


@pytest.mark.rule("CRD-07")
def test_the_report_says_who_used_how_much():
    given = handed_on().wait(timedelta(hours=10))
    source = Snapshot(
        at=given.now, position=1, organisation=company.organisation(), cases={"coordination": {"c-1": given.state}}
    )
    (row,) = build(source, TimesQuestion()).rows
    assert (row.hours, row.whole) == ({"it": 30, "it-infrastructure": 10}, 40)


def whole() -> Request:
    given = promised()
    return given.when("add-part", wish(unit="it-infrastructure", person="e1004"), by=PROVIDER)


@pytest.mark.rule("CRD-08")
def test_the_whole_waits_for_its_parts():
    given = whole()
    (started,) = [one for one in given.effects if isinstance(one, StartCase)]
    COORDINATION.commands[started.command].model_validate(started.payload)
    result = {"task": given.open("deliver").id, "result": "It runs"}
    assert given.refused("deliver-result", result, by=PROVIDER) == "parts-open"
    note(given, "approved")
    given.when("deliver-result", result, by=PROVIDER)


def note(given: Request, stage: str) -> Request:
    said = {"part": "c-1-part-1", "unit": "it-infrastructure", "stage": stage, "over": True}
    return given.when("note-part", said, by=SYSTEM, channel="effect")


@pytest.mark.rule("CRD-08")
def test_a_part_never_waits_for_the_whole():
    given = Scenario(COORDINATION, company.facts(), "c-1-part-1")
    given.when("open-part", {**wish(), "whole": "c-1", "asker": ASKER}, by=SYSTEM, channel="effect")
    assert given.refused("set-links", {"on": ["c-1"]}, by=ASKER) == "part-waits-for-whole"


@pytest.mark.rule("CRD-08")
def test_cancelling_asks_each_department_what_it_spent():
    given = whole().when("cancel-request", {"reason": "Not needed"}, by=ASKER)
    (told,) = [one for one in given.effects if isinstance(one, TellCase)]
    assert (told.case, told.command) == ("c-1-part-1", "note-whole-cancelled")
    given.when("say-spent", {"task": given.open("spent").id, "hours": 12}, by=PROVIDER)
    assert given.case.closed is None
    note(given, "cancelled")
    assert given.case.closed == "cancelled"
    assert given.state.spent["it"].hours == 12


@pytest.mark.rule("CRD-08")
def test_an_end_by_the_heads_asks_too():
    given = whole().when("hand-on", {"unit": "it", "person": NEXT, "reason": "They know it"}, by=PROVIDER)
    given.when("answer-request", {"task": given.open("answer").id, "answer": "decline", "reason": "No"}, by=NEXT)
    end = {"task": given.open("escalation").id, "answer": "end", "text": "We agree"}
    given.when("answer-escalation", end, by=HEAD)
    assert given.open("spent").assignees == (PROVIDER,)
    assert given.effects


@pytest.mark.rule("CRD-08")
def test_withdrawing_does_not_skip_what_was_spent():
    assert accepted().refused("withdraw", Withdraw(reason="Over"), by=ASKER) == "use-cancel"


def test_a_request_names_a_person_of_that_department():
    fresh = Scenario(COORDINATION, company.facts(), "c-9")
    assert fresh.refused("ask-department", wish(unit="finance"), by=ASKER) == "other-department"
    assert fresh.refused("ask-department", wish(needed="2569-12-01"), by=ASKER) == "past-day"
