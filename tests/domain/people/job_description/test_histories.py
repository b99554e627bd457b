"""Random commands by random people: what was accepted folds, and the rules hold at every step."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.kernel.cases.case_events import Decided
from domain.kernel.effects import Record
from domain.kernel.errors import Refused
from domain.kernel.handle import next_deadline
from domain.organisation.register import in_force
from domain.people.job_description.events import DescriptionApproved
from domain.people.job_description.process import JOB_DESCRIPTION
from tests.domain.people.company import BOSS, CONTROLLER, ENGINEER, HEAD, HR, HR2, LEAD, MANAGER, OTHER, SYSTEM
from tests.domain.people.job_description.cases import ID, after, described, scene, wish
from tests.support.examples import examples

PEOPLE = (LEAD, MANAGER, HEAD, BOSS, CONTROLLER, ENGINEER, OTHER, HR, HR2, SYSTEM)
WAYS = {(start, end) for start, end, _ in JOB_DESCRIPTION.transitions}
AMENDMENTS = st.fixed_dictionaries(
    {"purpose": st.sampled_from(("Helps", "Serves"))},
    optional={
        "grade": st.sampled_from((5, 6)),
        "positions": st.sampled_from((["p-support"], ["p-e6", "p-support"], [])),
        "unit": st.sampled_from(("it", "co")),
        "review_by": st.sampled_from(("2026-12-01", "2027-06-01")),
        "skills": st.sampled_from(([], [{"skill": "sql", "level": 3}], [{"skill": "sqll", "level": 3}])),
    },
)
BECAUSE = st.just({"reason": "because"})
PAYLOADS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "submit-description": st.just({}),
    "amend-description": AMENDMENTS,
    "resubmit-description": AMENDMENTS,
    "confirm-description": st.just({}),
    "retire-description": BECAUSE,
    "note-superseded": st.just({"case": "jd-2", "version": 9}),
    "hold": BECAUSE,
    "resume": BECAUSE,
    "withdraw": BECAUSE,
    "comment": st.just({"text": "hello"}),
}


class Histories(RuleBasedStateMachine):
    @initialize(new=st.booleans(), draft=st.booleans(), by=st.sampled_from((LEAD, HEAD, OTHER)))
    def begin(self, new: bool, draft: bool, by: str) -> None:
        self.play = scene(*(() if new else (described(),)))
        if new:
            self.play.when("draft-description", wish(draft=draft), by=by)
        else:
            self.play.when("revise-description", {"description": ID, "grade": 6, "draft": draft}, by=by)

    @rule(data=st.data(), name=st.sampled_from(sorted(PAYLOADS)))
    def anything(self, data: st.DataObject, name: str) -> None:
        requester = self.play.case.requester
        actor = data.draw(st.sampled_from((*(requester,) * 6, *(SYSTEM,) * 2, *PEOPLE)), label="actor")
        self._try(name, data.draw(PAYLOADS[name]), actor)

    @rule(data=st.data(), outcome=st.sampled_from(("approve", "approve", "approve", "reject", "return")))
    def somebody_does_a_task(self, data: st.DataObject, outcome: str) -> None:
        for task in list(self.play.case.tasks.values()):
            actor = data.draw(st.sampled_from((*task.assignees * 9, *PEOPLE)), label="actor")
            fields = ["grade"] if outcome == "return" else []
            if task.kind == "decide":
                self._try("decide", {"task": task.id, "outcome": outcome, "comment": "so", "fields": fields}, actor)
            elif task.kind == "budget-impact":
                answer = {"task": task.id, "per_year": "1 THB", "budget_line": "it-people", "covered": False}
                self._try("assess-budget-impact", answer, actor)

    @rule()
    def the_register_answers(self) -> None:
        for about in self.play.state.recording.asked:
            self._try("note-recorded", {"position": 7, "about": about}, SYSTEM)

    @rule()
    def time_passes(self) -> None:
        deadline = next_deadline(self.play.case)
        if deadline is None:
            self.play.wait(timedelta(days=1))
            return
        self.play.at(max(deadline.at, self.play.now))
        self._try("deadline", deadline.model_dump(mode="json"), SYSTEM)

    def _try(self, name: str, payload: dict[str, Any], actor: str) -> None:
        before = self.play.state
        try:
            self.play.when(name, payload, by=actor, channel="timer" if actor == SYSTEM else "web")
        except Refused:
            assert self.play.state == before, "a refusal changed the state"
            return
        was, now = JOB_DESCRIPTION.stage(before), JOB_DESCRIPTION.stage(self.play.state)
        assert was == now or (was, now) in WAYS, f"{was} → {now} by {name} is not in the table"
        if any(isinstance(effect, Record) for effect in self.play.effects):
            self.play.given(organisation=after(self.play))

    @invariant()
    def nobody_decides_on_their_own_job(self) -> None:
        state = self.play.state
        for event in self.play.history:
            if isinstance(event, Decided):
                assert event.actor not in {state.case.requester, *state.holders, SYSTEM}

    @invariant()
    def the_register_holds_what_was_approved_and_nothing_else(self) -> None:
        state = self.play.state
        approvals = [event for event in self.play.history if isinstance(event, DescriptionApproved)]
        assert len(approvals) <= 1
        found = in_force(self.play.facts.organisation, ID)
        if found is not None and found.case == self.play.case.id:
            assert (found.version, found.description) == (state.number, state.content.job)
            assert state.impact is None or state.impact.answered

    @invariant()
    def a_closed_case_waits_for_nothing(self) -> None:
        if JOB_DESCRIPTION.is_terminal(self.play.state):
            assert self.play.case.tasks == {}
            assert self.play.case.deadlines == ()


Histories.TestCase.settings = settings(max_examples=examples(30), stateful_step_count=30)
TestHistories = Histories.TestCase
