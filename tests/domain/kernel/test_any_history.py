"""Whatever people, timers and the organisation do, in any order: what always holds of a case."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.kernel.cases.case import Status, Task
from domain.kernel.cases.case_events import (
    CaseClosed,
    Commented,
    Decided,
    ReviewApproved,
    ReviewEnded,
    ReviewOpened,
    ReviewRejected,
    ReviewResubmitted,
    TaskAssigned,
)
from domain.kernel.delegation import Delegation, Delegations
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.policy import Approver, Ladder, Step
from domain.kernel.showing.outlook import next_deadline, precheck, waiting_on
from domain.kernel.values.content import Content, field_hashes
from domain.organisation.model import Organisation
from tests.domain.kernel.purchase import (
    BANGKOK,
    PURCHASE,
    Change,
    Purchase,
    Resubmit,
    Submit,
    content,
    scenario,
)
from tests.domain.kernel.random_worlds import (
    OFFICE,
    contents,
    fallbacks,
    ladders,
    people,
    picks,
    requesters,
    routes,
)
from tests.support.examples import examples
from tests.support.given import Scenario

OVER = (ReviewApproved, ReviewRejected, ReviewEnded)


class AnyHistory(RuleBasedStateMachine):
    """One case under a random policy, with random people doing what they may and may not."""

    case: Scenario[Purchase]
    requester: str
    content: Content
    separate: Any

    @initialize(
        steps=routes(),
        ladder=ladders,
        fallback=fallbacks,
        rules=st.fixed_dictionaries(
            {
                "restart": st.sampled_from(["changed", "all"]),
                "separate": st.sampled_from([False, False, True, ("s0", "s1")]),
                "collapse": st.booleans(),
            }
        ),
        hops=st.integers(1, 3),
        requester=requesters,
        what=contents,
    )
    def submit(
        self,
        steps: list[Step],
        ladder: Ladder,
        fallback: Approver | None,
        rules: Any,
        hops: int,
        requester: str,
        what: Any,
    ) -> None:
        self.case = scenario(*steps, organisation=OFFICE, ladder=ladder, fallback=fallback, **rules).given(hops=hops)
        self.separate = rules["separate"]
        self.requester = requester
        self.content = content(requester, **what)
        self._do("submit", Submit(content=self.content), by=requester)

    @rule(
        who=people,
        outcome=st.sampled_from(["approve", "approve", "approve", "reject", "return", "abstain", "recuse"]),
        number=st.integers(1, 9),
    )
    def anybody_decides(self, who: str, outcome: str, number: int) -> None:
        self._decide(f"case-1.{number}", outcome, who)

    @precondition(lambda self: self.case.case.tasks)
    @rule(outcome=st.sampled_from(["approve"] * 6 + ["return", "abstain", "recuse", "reject"]), pick=picks, which=picks)
    def somebody_asked_decides(self, outcome: str, pick: int, which: int) -> None:
        task = self._task(which)
        asked = task.waiting or task.people
        self._decide(task.id, outcome, asked[pick % len(asked)])

    @precondition(lambda self: self.case.case.tasks)
    @rule(who=people, which=picks, pick=picks, really=st.booleans())
    def somebody_stands_in(self, who: str, which: int, pick: int, really: bool) -> None:
        task = self._task(which)
        self._delegate(task.people[pick % len(task.people)], who, hours=40 if really else -1)
        self._decide(task.id, "approve", who)

    @precondition(lambda self: self.case.case.tasks)
    @rule(between=st.lists(people, min_size=1, max_size=2), who=people, which=picks, pick=picks)
    def somebody_stands_in_over_others(self, between: list[str], who: str, which: int, pick: int) -> None:
        task = self._task(which)
        chain = [task.people[pick % len(task.people)], *between, who]
        for principal, delegate in pairwise(chain):
            self._delegate(principal, delegate, hours=40)
        self._decide(task.id, "approve", who)

    def _delegate(self, principal: str, delegate: str, *, hours: int) -> None:
        granted = Delegation(id=f"d-{principal}-{delegate}", principal=principal, delegate=delegate,
                             start=self.case.now, end=self.case.now + timedelta(hours=hours),
                             out_of_office=principal < delegate)  # fmt: skip
        known = self.case.facts.delegations.granted
        self.case.given(delegations=Delegations(granted={**known, granted.id: granted}))

    @rule(to=people, by=people, leaves=st.booleans())
    def somebody_else_answers_for_it(self, to: str, by: str, leaves: bool) -> None:
        before = self.case.case
        by, channel = ("system", "effect") if leaves else (by, "web")
        if self._do("hand-over", {"to": to, "reason": "x"}, by=by, channel=channel):
            after = self.case.case
            assert {*before.own, to} == after.own
            decisions = [decision for review in before.reviews.values() for decision in review.decisions]
            assert decisions == [d for review in after.reviews.values() for d in review.decisions]

    @precondition(lambda self: self.case.case.tasks)
    @rule(
        who=people,
        which=picks,
        pick=picks,
        do=st.sampled_from(["claim", "claim", "release", "override", "waive-condition"]),
    )
    def somebody_claims_releases_or_overrides(self, who: str, which: int, pick: int, do: str) -> None:
        task = self._task(which)
        if do == "override":
            who = "e8"
        elif pick:
            who = task.people[pick % len(task.people)]
        self._do(do, {"task": task.id, **({} if do == "claim" else {"reason": "x"})}, by=who)

    @precondition(lambda self: self.case.case.tasks)
    @rule(to=people, by=people, which=picks, pick=picks)
    def somebody_hands_a_task_on(self, to: str, by: str, which: int, pick: int) -> None:
        task = self._task(which)
        leaving = task.people[pick % len(task.people)]
        hand = {"task": task.id, "to": to, "instead_of": leaving, "reason": "x"}
        self._do("reassign", hand, by=leaving if pick % 2 else by)

    @precondition(lambda self: self.case.case.tasks)
    @rule(person=people, which=picks, pick=picks, do=st.sampled_from(["add-approver", "ask-information"]))
    def somebody_asks_for_more(self, person: str, which: int, pick: int, do: str) -> None:
        task = self._task(which)
        more = {"person": person, "reason": "x"} if do == "add-approver" else {"of": person, "question": "?"}
        self._do(do, {"task": task.id, **more}, by=task.people[pick % len(task.people)])

    @precondition(lambda self: self.case.case.tasks)
    @rule(which=picks)
    def somebody_does_another_task(self, which: int) -> None:
        task = self._task(which)
        given = {
            "give-information": {"text": "so"},
            "meet-condition": {"note": "done"},
            "review-override": {"finding": "justified", "comment": "seen"},
        }
        if task.command in given:
            self._do(task.command, {"task": task.id, **given[task.command]}, by=task.people[0])

    @precondition(lambda self: self.case.case.tasks)
    @rule(owner=people, which=picks, pick=picks)
    def somebody_approves_under_a_condition(self, owner: str, which: int, pick: int) -> None:
        task = self._task(which)
        due = (self.case.now + timedelta(days=9)).date().isoformat()
        decision = {"task": task.id, "outcome": "approve", "conditions": [{"text": "x", "owner": owner, "due": due}]}
        self._do("decide", decision, by=task.people[pick % len(task.people)])

    def _task(self, which: int) -> Task:
        tasks = list(self.case.case.tasks.values())
        return tasks[which % len(tasks)]

    @precondition(lambda self: self.case.case.tasks)
    @rule(again=st.booleans())
    def somebody_asked_has_left_when_deciding(self, again: bool) -> None:
        task = next(iter(self.case.case.tasks.values()))
        self.somebody_leaves_or_comes_back(task.assignees[0])
        self._decide(task.id, "approve", task.assignees[0])
        if again:
            self.somebody_leaves_or_comes_back(task.assignees[0])

    @rule(what=contents, again=st.booleans())
    def the_requester_changes_it(self, what: Any, again: bool) -> None:
        changed = content(self.requester, **what)
        name, model = ("resubmit", Resubmit) if again else ("change", Change)
        if self._do(name, model(content=changed), by=self.requester):
            self.content = changed

    @precondition(lambda self: self.case.case.deadlines)
    @rule(late=st.sampled_from([timedelta(), timedelta(minutes=5), timedelta(days=2), timedelta(days=30)]))
    def the_timer_fires(self, late: timedelta) -> None:
        if deadline := next_deadline(self.case.case):
            self.case.at(max(self.case.now, deadline.at + late))
            assert self._do("deadline", deadline, by="system", channel="timer"), "a due timer is never refused"
            assert next_deadline(self.case.case) != deadline, "it does not fire again at once"

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.case.wait(timedelta(hours=hours))

    @rule(who=people, hours=st.integers(1, 100))
    def somebody_holds_and_somebody_resumes(self, who: str, hours: int) -> None:
        self._do("hold", {"reason": "wait"}, by=who)
        self.case.wait(timedelta(hours=hours))
        self._do("resume", {"reason": "go"}, by=self.requester)

    @rule(who=people, do=st.sampled_from(["hold", "resume"]))
    def somebody_holds_or_resumes(self, who: str, do: str) -> None:
        self._do(do, {"reason": "why not"}, by=who)

    @rule(who=people)
    def somebody_comments(self, who: str) -> None:
        assert self._do("comment", {"text": "hm"}, by=who), "a comment is always taken"

    @rule(who=people, really=st.sampled_from([False, False, False, True]))
    def somebody_withdraws(self, who: str, really: bool) -> None:
        if really:
            self._do("withdraw", {"reason": "no"}, by=who)

    @rule(who=people)
    def somebody_leaves_or_comes_back(self, who: str) -> None:
        known = self.case.facts.organisation.people
        end = None if known[who].end else date(2026, 1, 1)
        self._organise({"people": {**known, who: known[who].model_copy(update={"end": end})}})

    @rule(who=people, boss=people)
    def somebody_moves(self, who: str, boss: str) -> None:
        organisation = self.case.facts.organisation
        day = date(2026, 4, 6)
        if who != boss and not organisation.reports_to(boss, who, day):
            place = f"p-{who}"
            moved = organisation.positions[place].model_copy(update={"reports_to": f"p-{boss}"})
            self._organise({"positions": {**organisation.positions, place: moved}})

    def _organise(self, update: dict[str, Any]) -> None:
        known = self.case.facts.organisation
        fields = {name: getattr(known, name) for name in Organisation.model_fields}
        self.case.given(organisation=Organisation(**{**fields, **update}))

    def _decide(self, task: str, outcome: str, who: str) -> None:
        self._do("decide", {"task": task, "outcome": outcome, "comment": "because", "fields": ["thing"]}, by=who)

    def _do(self, name: str, payload: Any, *, by: str, channel: Any = "web") -> bool:
        before = self.case.state
        excluded = {self.requester, *(self.content.excluded if name == "submit" else self._excluded())}
        excluded |= before.case.own
        try:
            self.case.when(name, payload, by=by, channel=channel)
        except Refused:
            assert self.case.state is before, "a refusal records nothing"
            return False
        precheck(before.case, self.case.command(name, payload, by=by, channel=channel))
        for event in self.case.last:
            self._check(event, excluded)
        return True

    def _excluded(self) -> tuple[str, ...]:
        return tuple(person for review in self.case.case.reviews.values() for person in review.excluded)

    def _check(self, event: Event, excluded: set[str]) -> None:
        organisation, now = self.case.facts.organisation, self.case.now
        match event:
            case Decided(actor=actor, on_behalf_of=principal, via=via):
                day = BANGKOK.local_date(now)
                for person in (actor, principal or actor, *(one.person for one in via)):
                    assert person not in excluded, "nobody decides their own case, nor has it decided"
                    assert organisation.works_here(person, day)
                    assert not any(organisation.reports_to(person, one, day) for one in excluded)
                self._check_stand_in(event)
            case TaskAssigned(task=task):
                assert task.assignees
                for at in (task.timing.due_at, *(rung.at for rung in task.timing.rungs)):
                    day = BANGKOK.local_date(at)
                    assert any(begins <= at <= ends for begins, ends in BANGKOK.stretches(day)), "due in working time"

    def _check_stand_in(self, event: Decided) -> None:
        if event.on_behalf_of is not None:
            assert len(event.via) < self.case.facts.hops
            links = [(event.actor, event.delegation or ""), *((one.person, one.delegation) for one in event.via)]
            for (delegate, name), principal in zip(
                links, [*(one.person for one in event.via), event.on_behalf_of], strict=True
            ):
                held = self.case.facts.delegations.granted[name]
                assert (held.delegate, held.principal) == (delegate, principal)
                assert held.holds_at(event.at)

    @invariant()
    def nobody_acts_in_two_steps_that_are_separate_nor_twice_on_one_task(self) -> None:
        acts: dict[str, set[str]] = {}
        words: set[tuple[str, str]] = set()
        for event in self.case.history:
            if isinstance(event, Decided) and event.outcome != "recuse":
                people_in_it = {event.actor, event.on_behalf_of or event.actor, *(one.person for one in event.via)}
                apart = self.separate is True or (self.separate and event.step in self.separate)
                for person in people_in_it:
                    assert (event.task, person) not in words
                    words.add((event.task, person))
                    if apart:
                        acts.setdefault(person, set()).add(event.step)
        assert all(len(steps) == 1 for steps in acts.values())

    @invariant()
    def an_override_is_seen_by_a_second_person(self) -> None:
        for used in self.case.case.overrides:
            if task := self.case.case.tasks.get(used.review_task):
                assert not {used.by, *self.case.case.own} & set(task.assignees)
            else:
                assert used.finding or self.case.case.closed

    @invariant()
    def an_open_review_waits_for_somebody_or_alarms_operations(self) -> None:
        for review in self.case.case.reviews.values():
            open_steps = {plan.name: plan.state for plan in review.steps if plan.state in ("open", "stuck")}
            every = [task for task in self.case.case.tasks.values() if task.subject == review.id]
            tasks = [task for task in every if task.kind == "decide"]
            if review.status is Status.IN_REVIEW:
                conditions = [one.id for one in review.conditions if one.state == "open"]
                assert open_steps or conditions
                assert sorted(task.step for task in tasks) == sorted(s for s in open_steps if open_steps[s] == "open")
                stuck = sorted(f"{review.id}/{s}" for s in open_steps if open_steps[s] == "stuck")
                assert sorted(self.case.case.stuck) == stuck
                assert sorted(conditions) == sorted(task.id for task in every if task.kind == "condition")
                assert waiting_on(self.case.case)
                assert all(task.people for task in every)
            else:
                assert not open_steps
                assert not [task for task in every if task.kind != "condition" or review.status is not Status.RETURNED]
                assert not self.case.case.stuck

    @invariant()
    def what_is_approved_is_exactly_what_every_step_decided_on(self) -> None:
        for review in self.case.case.reviews.values():
            assert review.fields == field_hashes(self.content.material), "the newest content counts"
            if review.status is Status.APPROVED:
                standing = {
                    (decision.step, decision.content_hash)
                    for decision in review.decisions
                    if decision.standing and decision.outcome == "approve"
                }
                hashes = {plan.name: plan.content_hash for plan in review.steps}
                for plan in review.steps:
                    name = plan.into or plan.name
                    assert (name, hashes[name]) in standing
                assert all(one.state != "open" for one in review.conditions)

    @invariant()
    def each_round_has_one_outcome(self) -> None:
        over = False
        for event in self.case.history:
            if isinstance(event, ReviewOpened | ReviewResubmitted):
                over = False
            if isinstance(event, OVER):
                assert not over
                over = True

    @invariant()
    def nothing_but_comments_follows_the_end(self) -> None:
        kinds = [type(event) for event in self.case.history]
        if CaseClosed in kinds:
            assert set(kinds[kinds.index(CaseClosed) + 1 :]) <= {Commented}

    @invariant()
    def each_task_has_one_deadline_at_its_next_rung(self) -> None:
        case = self.case.case
        running = [task for task in case.tasks.values() if task.timing.rungs and task.paused_at is None]
        expected = {task.id: min(rung.at for rung in task.timing.rungs) for task in running}
        assert {deadline.key: deadline.at for deadline in case.deadlines if deadline.kind == "task"} == expected

    def teardown(self) -> None:
        """The whole history, read back from the log, folds to the state."""
        if hasattr(self, "case"):
            again = PURCHASE.initial("case-1")
            for event in self.case.history:
                again = PURCHASE.evolve(again, self.case.read_back(event))
            assert again == self.case.state


AnyHistory.TestCase.settings = settings(max_examples=examples(80), stateful_step_count=30)


@pytest.mark.rule("KRN-01")
@pytest.mark.rule("KRN-02")
@pytest.mark.rule("KRN-13")
@pytest.mark.rule("KRN-14")
class TestAnyHistory(AnyHistory.TestCase):  # type: ignore[misc, valid-type]
    """Run by pytest; a failing history is printed as the calls that lead to it."""
