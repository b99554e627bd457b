"""The ways between stages that a definition generates: random histories take no other."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.kernel.errors import Refused
from domain.kernel.handle import next_deadline
from domain.kernel.showing.page import state_diagram
from tests.domain.kernel.definition.trip import TRIP, WISH, Stage, scene
from tests.support.examples import examples

PEOPLE = ("e4", "e3", "e7", "e9", "e1", "system")
WAYS = {(start, end) for start, end, _ in TRIP.transitions}
PAYLOADS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "submit-trip": st.just({}),
    "amend-trip": st.fixed_dictionaries({"cost": st.sampled_from(("10000 THB", "40000 THB"))}),
    "resubmit-trip": st.just({"cost": "15000 THB"}),
    "note-cancelled": st.just({"reason": "x"}),
    "hold": st.just({"reason": "x"}),
    "resume": st.just({"reason": "x"}),
    "withdraw": st.just({"reason": "x"}),
}


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.play = scene()

    @initialize(draft=st.booleans())
    def begin(self, draft: bool) -> None:
        self.play.when("request-trip", {**WISH, "draft": draft}, by="e4")

    @rule(data=st.data(), name=st.sampled_from(sorted(PAYLOADS)), actor=st.sampled_from(("e4", "e4", *PEOPLE)))
    def anything(self, data: st.DataObject, name: str, actor: str) -> None:
        self._try(name, data.draw(PAYLOADS[name]), actor)

    @rule(outcome=st.sampled_from(("approve", "approve", "return", "reject")))
    def a_task_is_done(self, outcome: str) -> None:
        for task in list(self.play.case.tasks.values())[:1]:
            said = {"task": task.id, "outcome": outcome, "comment": "x", "fields": ["cost"]}
            self._try(
                task.command, said if task.kind == "decide" else {"task": task.id, "booking": "B"}, task.people[0]
            )

    @rule()
    def time_passes(self) -> None:
        due = next_deadline(self.play.case)
        if due is None:
            self.play.wait(timedelta(days=1))
            return
        self.play.at(max(due.at, self.play.now))
        self._try("deadline", due.model_dump(mode="json"), "system")

    def _try(self, name: str, payload: dict[str, Any], actor: str) -> None:
        was = TRIP.stage(self.play.state)
        try:
            self.play.when(name, payload, by=actor, channel="timer" if actor == "system" else "web")
        except Refused:
            return
        now = TRIP.stage(self.play.state)
        assert was == now or (was, now) in WAYS, f"{was} → {now} by {name} is not generated"

    @invariant()
    def a_closed_case_waits_for_nothing(self) -> None:
        if TRIP.is_terminal(self.play.state):
            assert (self.play.case.tasks, self.play.case.deadlines) == ({}, ())


Histories.TestCase.settings = settings(max_examples=examples(60), stateful_step_count=25)
TestHistories = Histories.TestCase


def test_the_diagram_shows_every_stage():
    diagram = state_diagram(TRIP.transitions)
    assert all(stage.value in diagram for stage in Stage)
    assert "[*] --> draft: request-trip" in diagram
    assert "rejected --> [*]" in diagram
