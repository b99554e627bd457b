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
from domain.organisation.authority.process import AUTHORITY, LimitApproved
from tests.domain.organisation.authority.cases import after, own, scene, wish
from tests.domain.people.company import BOSS, CONTROLLER, ENGINEER, HEAD, LEAD, MANAGER, OTHER, SYSTEM
from tests.support.examples import examples

PEOPLE = (LEAD, MANAGER, HEAD, BOSS, CONTROLLER, ENGINEER, OTHER, SYSTEM)
WAYS = {(start, end) for start, end, _ in AUTHORITY.transitions}
AMOUNTS = st.sampled_from(("900000 THB", "1000000 THB", "5000000 THB"))
DAYS = st.sampled_from((None, "2026-11-04", "2026-12-01", "2027-06-01"))
AMENDMENTS = st.fixed_dictionaries(
    {"reason": st.sampled_from(("more", "less"))},
    optional={"up_to": AMOUNTS, "unit": st.sampled_from(("it", "co")), "from": DAYS, "until": DAYS},
)
BECAUSE = st.just({"reason": "because"})
PAYLOADS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "amend-limit": AMENDMENTS,
    "resubmit-limit": AMENDMENTS,
    "note-recorded": st.just({"position": 7}),
    "hold": BECAUSE,
    "resume": BECAUSE,
    "withdraw": BECAUSE,
    "comment": st.just({"text": "hello"}),
    "retry": st.just({}),
}


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.play = scene(own())
        self.records: list[Record] = []

    @initialize(grant=st.booleans(), by=st.sampled_from(PEOPLE[:-1]), person=st.sampled_from((LEAD, CONTROLLER)))
    def begin(self, grant: bool, by: str, person: str) -> None:
        if grant:
            self.play.when("request-limit", wish(person=person), by=by)
        else:
            payload = {"person": LEAD, "category": "hiring", "currency": "THB", "unit": "it", "reason": "x"}
            self.play.when("revoke-limit", payload, by=by)

    @rule(data=st.data(), name=st.sampled_from(sorted(PAYLOADS)))
    def anything(self, data: st.DataObject, name: str) -> None:
        requester = self.play.case.requester or LEAD
        actor = data.draw(st.sampled_from((*(requester, SYSTEM) * 4, *PEOPLE)), label="actor")
        self._try(name, data.draw(PAYLOADS[name]), actor)

    @rule(data=st.data(), outcome=st.sampled_from(("approve", "approve", "approve", "reject", "return")))
    def a_decision(self, data: st.DataObject, outcome: str) -> None:
        for task in list(self.play.case.tasks.values())[:1]:
            actor = data.draw(st.sampled_from((*task.assignees * 9, *PEOPLE)), label="actor")
            fields = ["up_to"] if outcome == "return" else []
            self._try("decide", {"task": task.id, "outcome": outcome, "comment": "so", "fields": fields}, actor)

    @rule()
    def time_passes(self) -> None:
        deadline = next_deadline(self.play.case)
        if deadline is None or self.play.case.hold is not None:
            self.play.wait(timedelta(days=1))
            return
        self.play.at(max(deadline.at, self.play.now))
        payload = {"kind": deadline.kind, "key": deadline.key, "at": deadline.at.isoformat()}
        self._try("deadline", payload, SYSTEM)

    def _try(self, name: str, payload: dict[str, Any], actor: str) -> None:
        before = self.play.state
        try:
            self.play.when(name, payload, by=actor, channel="timer" if actor == SYSTEM else "web")
        except Refused:
            assert self.play.state == before, "a refusal changed the state"
            return
        was, now = AUTHORITY.stage(before), AUTHORITY.stage(self.play.state)
        assert was == now or (was, now) in WAYS, f"{was} → {now} by {name} is not in the table"
        self.records += [effect for effect in self.play.effects if isinstance(effect, Record)]
        if any(isinstance(effect, Record) for effect in self.play.effects):
            after(self.play)

    @invariant()
    def nobody_decides_on_their_own_authority_or_their_managers(self) -> None:
        for event in self.play.history:
            if isinstance(event, Decided):
                person = self.play.state.limit.the_content.person
                assert event.actor not in {self.play.case.requester, person, SYSTEM}
                assert not self.play.facts.organisation.reports_to(event.actor, person, self.play.now.date())

    @invariant()
    def what_is_recorded_was_approved_and_only_once(self) -> None:
        approvals = [event for event in self.play.history if isinstance(event, LimitApproved)]
        asked = [approval for approval in approvals if approval.ended or approval.given]
        assert len(approvals) <= 1
        assert len(self.records) == len(asked)
        if AUTHORITY.stage(self.play.state) in ("granted", "revoked"):
            assert self.play.state.recorded

    @invariant()
    def an_approved_limit_is_the_one_that_was_asked_for(self) -> None:
        change = self.play.state.limit.content
        for event in self.play.history:
            if isinstance(event, LimitApproved) and change and change.change == "grant" and event.given:
                assert event.given[0].model_copy(update={"start": None}) == change.limit.model_copy(
                    update={"start": None}
                )

    @invariant()
    def a_closed_case_waits_for_nothing(self) -> None:
        if AUTHORITY.is_terminal(self.play.state):
            assert self.play.case.tasks == {}
            assert self.play.case.deadlines == ()


Histories.TestCase.settings = settings(max_examples=examples(30), stateful_step_count=30)
TestHistories = Histories.TestCase
