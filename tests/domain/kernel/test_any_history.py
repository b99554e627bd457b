"""Whatever people, timers and the organisation do, in any order: what always holds of a case."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.kernel.case import Status
from domain.kernel.case_events import (
    CaseClosed,
    Commented,
    Decided,
    ReviewApproved,
    ReviewEnded,
    ReviewOpened,
    ReviewRejected,
    ReviewResubmitted,
    TaskOffered,
)
from domain.kernel.content import Content, field_hashes
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.outlook import next_deadline, precheck, waiting_on
from domain.kernel.policy import Approver, Authority, Condition, Ladder, Rung, Step
from domain.organisation.model import Organisation
from tests.domain.kernel.purchase import (
    BANGKOK,
    PURCHASE,
    Change,
    Purchase,
    Resubmit,
    Submit,
    company,
    content,
    scenario,
    thb,
)
from tests.support.given import Scenario

PEOPLE = sorted(company().people)
FIELDS = ("thing", "count", "amount")
OVER = (ReviewApproved, ReviewRejected, ReviewEnded)

people = st.sampled_from(PEOPLE)
requesters = st.sampled_from(["e4", "e5", "e9", "e4", "e5", "e9", "e7", "e3", "e2", "e1"])
approvers = st.one_of(
    st.builds(Approver, person=people),
    st.builds(Approver, role=st.sampled_from(["head", "hr-partner", "controller"])),
    st.builds(Approver, manager_of=st.just("requester"), levels=st.integers(1, 3)),
    st.just(Approver(group="board")),
    st.just(Approver(owner_of="budget_line")),
)
conditions = st.sampled_from(
    [(), (), (), (Condition(field="amount", over="100000 THB"),), (Condition(field="count", over=2),)]
)


@st.composite
def routes(draw: st.DrawFn) -> list[Step]:
    """One to four steps; the first is always on and answers for everything, so that most content can be submitted."""
    steps = []
    for number in range(draw(st.integers(1, 4))):
        narrow = draw(st.sets(st.sampled_from(FIELDS), max_size=2)) if number else set()
        authority = draw(st.sampled_from([None, None, Authority(category="buy")]))
        when = draw(conditions) if number else ()
        who = draw(approvers)
        steps.append(
            Step(name=f"s{number}", title="T", who=who, when=when, authority=authority, material=tuple(sorted(narrow)))
        )
    return steps


ladders = st.lists(
    st.one_of(
        st.builds(Rung, at_percent=st.integers(1, 100), do=st.sampled_from(["remind", "escalate"])),
        st.builds(Rung, after_days=st.integers(0, 4), do=st.sampled_from(["remind", "escalate", "expire", "deny"])),
    ),
    max_size=4,
).map(lambda rungs: Ladder(rungs=tuple(rungs)))
fallbacks = st.none() | st.builds(Approver, person=people)
contents = st.fixed_dictionaries(
    {
        "thing": st.sampled_from(["desk", "chair"]),
        "count": st.integers(1, 4),
        "note": st.sampled_from(["a", "b"]),
        "amount": st.sampled_from([thb(10_000), thb(200_000), thb(2_000_000)]),
        "excluded": st.sampled_from([(), (), (), (), ("e3",), ("e5", "e9"), ("e6",)]),
    }
)


class AnyHistory(RuleBasedStateMachine):
    """One case under a random policy, with random people doing what they may and may not."""

    case: Scenario[Purchase]
    requester: str
    content: Content

    @initialize(
        steps=routes(),
        ladder=ladders,
        fallback=fallbacks,
        restart=st.sampled_from(["changed", "all"]),
        requester=requesters,
        what=contents,
    )
    def submit(
        self, steps: list[Step], ladder: Ladder, fallback: Approver | None, restart: str, requester: str, what: Any
    ) -> None:
        self.case = scenario(*steps, ladder=ladder, fallback=fallback, restart=restart)
        self.requester = requester
        self.content = content(requester, **what)
        self._do("submit", Submit(content=self.content), by=requester)

    @rule(
        who=people,
        outcome=st.sampled_from(["approve", "approve", "approve", "reject", "return"]),
        number=st.integers(1, 9),
    )
    def anybody_decides(self, who: str, outcome: str, number: int) -> None:
        self._decide(f"case-1.{number}", outcome, who)

    @precondition(lambda self: self.case.case.tasks)
    @rule(outcome=st.sampled_from(["approve", "approve", "approve", "return"]), pick=st.integers(0, 9))
    def somebody_asked_decides(self, outcome: str, pick: int) -> None:
        task = next(iter(self.case.case.tasks.values()))
        asked = (*task.assignees, *task.escalated_to)
        self._decide(task.id, outcome, asked[pick % len(asked)])

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
            case Decided(actor=actor):
                day = BANGKOK.local_date(now)
                assert actor not in excluded, "nobody decides their own case"
                assert organisation.works_here(actor, day)
                assert not any(organisation.reports_to(actor, one, day) for one in excluded)
            case TaskOffered(task=task):
                assert task.assignees
                for at in (task.timing.due_at, *(rung.at for rung in task.timing.rungs)):
                    day = BANGKOK.local_date(at)
                    assert any(begins <= at <= ends for begins, ends in BANGKOK.stretches(day)), "due in working time"

    @invariant()
    def an_open_review_waits_for_somebody_or_alarms_operations(self) -> None:
        for review in self.case.case.reviews.values():
            open_steps = {plan.name: plan.state for plan in review.steps if plan.state in ("open", "stuck")}
            tasks = [task for task in self.case.case.tasks.values() if task.subject == review.id]
            if review.status is Status.IN_REVIEW:
                ((name, state),) = open_steps.items()
                assert [task.step for task in tasks] == ([name] if state == "open" else [])
                assert self.case.case.stuck == (() if state == "open" else (f"{review.id}/{name}",))
                assert waiting_on(self.case.case)
            else:
                assert not open_steps
                assert not tasks
                assert not self.case.case.stuck

    @invariant()
    def what_is_approved_is_exactly_what_every_step_decided_on(self) -> None:
        for review in self.case.case.reviews.values():
            assert review.fields == field_hashes(self.content.material), "the newest content counts"
            if review.status is Status.APPROVED:
                standing = {
                    decision.step: decision.content_hash
                    for decision in review.decisions
                    if decision.standing and decision.outcome == "approve"
                }
                assert all(standing.get(plan.name) == plan.content_hash for plan in review.steps)

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
        expected = {task.id: min(r.at for r in task.timing.rungs) for task in case.tasks.values() if task.timing.rungs}
        assert {deadline.key: deadline.at for deadline in case.deadlines if deadline.kind == "task"} == expected

    def teardown(self) -> None:
        """The whole history, read back from the log, folds to the state."""
        if hasattr(self, "case"):
            again = PURCHASE.initial("case-1")
            for event in self.case.history:
                again = PURCHASE.evolve(again, self.case.read_back(event))
            assert again == self.case.state


AnyHistory.TestCase.settings = settings(
    max_examples=250, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.rule("KRN-01")
@pytest.mark.rule("KRN-02")
@pytest.mark.rule("KRN-13")
@pytest.mark.rule("KRN-14")
class TestAnyHistory(AnyHistory.TestCase):  # type: ignore[misc, valid-type]
    """Run by pytest; a failing history is printed as the calls that lead to it."""
