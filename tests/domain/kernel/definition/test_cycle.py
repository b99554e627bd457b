"""A cycle: children in pages, and one word for each unit, from its last child."""

import pytest

from domain.kernel.command import Command
from domain.kernel.cycle import GateClosed, GatePassed, PageStarted, UnitPassed
from domain.kernel.effects import ClaimQuery
from tests.domain.kernel.definition.survey import ANSWER, SURVEY, begun, facts, held, page, started, told
from tests.support.given import Scenario

BY_EFFECT = {"by": "system", "channel": "effect"}


@pytest.mark.rule("REV-10")
def test_children_start_in_pages():
    it, hr = [tuple(f"{unit}-{number}" for number in range(70)) for unit in ("it", "hr")]
    play = begun(it=it, hr=hr)
    first, second = page(play), page(play)
    assert [start.case for start in (*first, *second)] == [f"survey-1-{key}" for key in (*it, *hr)]
    assert first[0].payload["cycle"] == {"cycle": "survey-1", "process": "survey", "unit": "it", "size": 70}
    assert (play.case.deadlines, play.state.cycle.left) == ((), 0)
    assert [event.count for event in play.history if isinstance(event, PageStarted)] == [100, 40]


@pytest.mark.rule("REV-10")
def test_the_history_grows_with_the_units():
    units = {f"u{unit}": tuple(f"{unit}-{n}" for n in range(100)) for unit in range(10)}
    play = begun(**units)
    starts = page(play)
    assert len(starts) == 100
    size = len(play.history)
    for unit in units:
        play.when("note-unit-passed", {"unit": unit, "gate": "done"}, **BY_EFFECT)
    assert len(play.history) - size <= 2 * len(units)
    assert SURVEY.stage(play.state) == "approved"


def test_the_last_of_a_unit_tells_the_parent():
    play = begun(it=("a", "b"), hr=("c",))
    one, two, alone = map(started, page(play))
    assert told(one.when("answer", by="e4")) == []
    (word,) = told(two.given(claims=held(one)).when("answer", by="e4"))
    assert (word.case, word.command, word.payload) == (
        "survey-1", "note-unit-passed", {"unit": "it", "gate": "answered"},
    )  # fmt: skip
    play.when(word.command, word.payload, **BY_EFFECT).then(UnitPassed)
    play.when(word.command, word.payload, **BY_EFFECT).then()
    (word,) = told(alone.when("answer", by="e4"))
    play.when(word.command, word.payload, **BY_EFFECT).then(UnitPassed, GateClosed)
    assert SURVEY.stage(play.state) == "answered"


def test_however_a_child_ends_it_is_through():
    (one,) = map(started, page(begun(it=("a",))))
    one.when("withdraw", {"reason": "left"}, by="e4")
    assert [(event.gate, event.last) for event in one.last if isinstance(event, GatePassed)] == [
        ("answered", True), ("done", True),
    ]  # fmt: skip


def test_a_decision_asks_for_its_unit_alone():
    (one,) = map(started, page(begun(it=("a",))))
    command = Command(name="end", actor="e4")
    payload = ANSWER.commands["end"]()
    key = "survey-1|it|"
    assert ANSWER.needs(one.state, command, payload) == [
        ClaimQuery(kind="cycle", key=f"{key}answered", lock=True),
        ClaimQuery(kind="cycle", key=f"{key}done", lock=True),
    ]
    one.when("answer", by="e4")
    assert ANSWER.needs(one.state, command, payload) == [ClaimQuery(kind="cycle", key=f"{key}done", lock=True)]
    assert ANSWER.needs(one.state, command, ANSWER.commands["comment"](text="x")) == []


@pytest.mark.parametrize(("units", "code"), [({}, "no-children"), ({"it": ("a",), "hr": ("a",)}, "child-twice")])
def test_who_takes_part_is_checked(units: dict, code: str):
    play = Scenario(SURVEY, facts(), "survey-1")
    assert play.refused("begin-survey", {"units": units}, by="e1") == code


def test_a_unit_without_part_is_refused():
    play = begun(it=("a",))
    assert play.refused("note-unit-passed", {"unit": "hr", "gate": "done"}, **BY_EFFECT) == "no-such-unit"
