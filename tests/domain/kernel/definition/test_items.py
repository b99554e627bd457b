"""Items: a task each, a history, and one way from a case to another."""

import pytest

from domain.kernel.cases.case_events import TaskAssigned, TaskCancelled, TaskDone
from domain.kernel.items import ItemAdded, ItemCarried, ItemChanged, ItemClosed
from tests.domain.kernel.definition.meeting import ACTION, ACTIONS, MEETING, Play, called, deliver, instant, told


def acted(**changes: str) -> Play:
    return called().when("add-action", ACTION | changes, by="e3")


def test_an_item_is_a_task_of_its_owner():
    play = acted().then(ItemAdded, TaskAssigned)
    task = play.open()
    assert (task.kind, task.subject, task.assignees, task.command) == ("action", "action-1", ("e5",), "close-action")
    assert task.timing.due_at == instant("2026-04-09T18:00+07:00")
    assert MEETING.stage(play.state) == "held"


def test_its_owner_closes_an_item():
    play = acted().when("close-action", {"item": "action-1", "note": "done it"}, by="e5").then(TaskDone, ItemClosed)
    item = play.state.actions.entries["action-1"]
    assert (item.state, item.note, play.case.tasks) == ("done", "done it", {})
    assert play.refused("close-action", {"item": "action-1"}, by="e3") == "item-over"


def test_an_editor_closes_it_for_the_owner():
    acted().when("close-action", {"item": "action-1", "outcome": "dropped"}, by="e3").then(TaskCancelled, ItemClosed)


def test_nobody_else_closes_it():
    assert acted().refused("close-action", {"item": "action-1"}, by="e4") == "not-your-role"


@pytest.mark.rule("CRD-02")
def test_a_change_keeps_what_was_and_why():
    change = {"item": "action-1", "owner": "e4", "due": "2026-04-10", "reason": "e5 is away"}
    play = acted().when("change-action", change, by="e3").then(ItemChanged, TaskCancelled, TaskAssigned)
    item = play.state.actions.entries["action-1"]
    assert (item.owner, play.open().assignees) == ("e4", ("e4",))
    assert [(was.owner, str(was.due), was.reason) for was in item.history] == [("e5", "2026-04-09", "e5 is away")]


def test_a_reassigned_task_takes_its_item_along():
    play = acted()
    payload = {"task": play.open().id, "to": "e4", "reason": "busy"}
    play.when("reassign", payload, by="e5")
    assert play.state.actions.entries["action-1"].owner == "e4"


@pytest.mark.parametrize(
    ("command", "payload", "code"),
    [
        ("add-action", {**ACTION, "owner": "e99"}, "unknown-owner"),
        ("add-action", {**ACTION, "due": "2020-01-01"}, "due-date"),
        ("add-action", {**ACTION, "due": "2569-01-01"}, "due-date"),
        ("change-action", {"item": "action-7", "reason": "x"}, "no-such-item"),
        ("change-action", {"item": "action-1", "reason": "x"}, "nothing-changed"),
        ("close-action", {"item": "risk-1"}, "no-such-item"),
    ],
)
def test_what_cannot_be_is_refused(command: str, payload: dict, code: str):
    assert acted().refused(command, payload, by="e3") == code


def test_there_is_a_most_of_open_items():
    play = acted()
    for _ in range(2):
        play.when("add-action", ACTION, by="e3")
    assert play.refused("add-action", ACTION, by="e3") == "too-many-items"
    play.when("close-action", {"item": "action-2"}, by="e3").when("add-action", ACTION, by="e3")
    assert list(play.state.actions.entries) == ["action-1", "action-2", "action-3", "action-4"]


def test_two_lists_of_a_case_keep_apart():
    play = acted().when("add-risk", {**ACTION, "weight": 3}, by="e3")
    play.when("change-risk", {"item": "risk-1", "weight": 5, "reason": "worse"}, by="e3").then(ItemChanged)
    assert (len(play.state.actions.entries), play.state.risks.entries["risk-1"].details) == (1, {"weight": 5})
    play.when("close-risk", {"item": "risk-1", "outcome": "happened"}, by="e3")
    shown = play.state.model_dump(mode="json")
    assert MEETING.asking.choices(shown) == {"item": {"action-1": "Write it down"}}
    present = MEETING.asking.present(shown, "change-risk", {"item": "risk-1"})
    assert present == {"weight": 5, "text": "Write it down", "owner": "e5", "due": "2026-04-09"}


@pytest.mark.rule("QBR-05")
def test_an_item_goes_on_exactly_once():
    first, second = acted(), called("meeting-2")
    first.when("send-action-on", {"item": "action-1", "case": "meeting-2"}, by="e3")
    sent = told(first)
    assert first.open().subject == "action-1"
    answer = told(deliver(sent, second))
    deliver(sent, second).then()
    deliver(answer, first).then(TaskCancelled, ItemCarried)
    deliver(answer, first).then()
    (item,) = second.state.actions.open
    assert (item.text, item.owner, item.carried, ACTIONS.of(first.state).open) == ("Write it down", "e5", 1, ())
    third = called("meeting-3")
    second.when("send-action-on", {"item": item.id, "case": "meeting-3"}, by="e3")
    deliver(told(second), third)
    assert third.state.actions.entries["action-1"].carried == 2


def test_what_no_case_took_stays():
    first, over = acted(), called("meeting-2").when("end-meeting", by="e3")
    first.when("send-action-on", {"item": "action-1", "case": "meeting-2"}, by="e3")
    assert over.refused("take-action", told(first).payload, by="system", channel="effect") == "finished"
    assert [item.id for item in first.state.actions.open] == ["action-1"]
    first.when("send-action-on", {"item": "action-1", "case": "meeting-3"}, by="e3")
    assert told(first).case == "meeting-3"


def test_what_comes_from_elsewhere_may_be_late():
    second = called("meeting-2").at(instant("2026-04-20T10:00+07:00"))
    first = acted().when("send-action-on", {"item": "action-1", "case": "meeting-2"}, by="e3")
    assert deliver(told(first), second).open().timing.due_at == instant("2026-04-20T18:00+07:00")
