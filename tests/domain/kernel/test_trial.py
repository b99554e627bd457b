"""Trial of a policy: the resolver of the run, asked under two policies about the submissions of the past (KRN-41)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.cases.case_events import TaskAssigned
from domain.kernel.effects import Claim, HeldClaim
from domain.kernel.policy import Approver, Authority, Condition, Policy, Step
from domain.kernel.routing.route import preview
from domain.kernel.routing.trial import Refusal, Rerouted, Submission, content_of, routed, tried
from domain.organisation.model import Organisation
from tests.domain.kernel.purchase import FINANCE, HR, LIMITED, LINE, company, content, policy, submitted, thb

pytestmark = pytest.mark.rule("KRN-41")

ROUTES = ((LINE, HR), (LINE,), (HR, LINE), (LINE, FINANCE), (LIMITED,), (LINE, HR, FINANCE, LIMITED))
AUDIT = Step(name="audit", title="Audit agrees", who=Approver(person="e20"))


def past(*steps: Step, organisation: Organisation | None = None, **changes: Any) -> Submission:
    """A submission of yesterday, which ran with version 7."""
    case = submitted(*steps, organisation=organisation, asked=content(**changes))
    return Submission(case.case, case.case.reviews["purchase"], case.facts)


def told(submission: Submission, *steps: Step, **route: Any) -> list[tuple[str, str]]:
    found = tried(submission, policy(*steps, version=0, **route))
    return [(change.what, change.step) for change in found.changes] if found else []


def test_the_same_policy_would_have_gone_the_same_way():
    for steps in ROUTES:
        assert tried(past(*steps), policy(*steps, version=0)) is None


def test_steps_that_appear_and_disappear_are_named_with_their_people():
    found = tried(past(LINE, HR), policy(LINE, AUDIT, version=0))

    assert found is not None
    assert [(change.what, change.step) for change in found.changes] == [("disappears", "hr"), ("appears", "audit")]
    assert found.changes[1].after is not None
    assert found.changes[1].after.assignees == ("e20",)
    assert (found.case, found.review, found.round, found.policy) == ("case-1", "purchase", 1, 7)


def test_a_condition_that_only_now_holds_adds_its_step_for_the_amounts_it_is_about():
    lower = FINANCE.model_copy(update={"when": (Condition(field="amount", over="10000 THB"),)})

    assert told(past(LINE, FINANCE), LINE, lower) == [("appears", "money")]
    assert told(past(LINE, FINANCE, amount=thb(5_000)), LINE, lower) == []


def test_other_people_quorum_place_and_a_step_that_nobody_can_do_are_told_apart():
    other = LINE.model_copy(update={"who": Approver(manager_of="requester", levels=2)})
    two = HR.model_copy(update={"who": Approver(role="head", unit="it"), "quorum": "all"})
    alone = Step(name="hr", title="HR agrees", who=Approver(role="nobody-has-it"), authority=Authority(category="gold"))

    assert told(past(LINE, HR), other, HR) == [("people", "line")]
    assert told(past(LINE, two), LINE, two.model_copy(update={"quorum": "any"})) == [("quorum", "hr")]
    assert told(past(LINE, HR), HR, LINE) == [("order", "hr"), ("order", "line")]
    assert told(past(LINE, HR), LINE, alone) == [("stuck", "hr")]
    assert told(past(LINE, alone), LINE, HR) == [("freed", "hr")]


def test_a_policy_that_would_refuse_the_submission_says_why():
    found = tried(past(LINE, HR), policy(LINE.model_copy(update={"when": (Condition(field="grade", over=9),)})))
    gone = tried(past(LINE, HR), Policy(name="empty", processes={}, ladders={}))

    assert found is not None
    assert gone is not None
    assert found.refused_after is not None
    assert gone.refused_after is not None
    assert (found.refused_after.code, found.changes) == ("no-steps", ())
    assert gone.refused_after.code == "no-route"


def test_it_looks_at_the_organisation_of_that_day():
    vacant = company(roles=tuple(holding for holding in company().roles if holding.role != "hr-partner"))

    assert told(past(LINE, organisation=vacant), LINE, HR) == [("appears", "hr")]
    found = tried(past(LINE, organisation=vacant), policy(LINE, HR, version=0))
    assert found is not None
    assert found.changes[0].after is not None
    assert found.changes[0].after.assignees == ("e3",), "up the line: nobody was HR partner then"


@pytest.mark.rule("KRN-05")
def test_requests_that_came_before_are_added_up_within_the_days_of_the_policy_that_is_tried():
    submission = past(LIMITED)
    before = submission.facts.now.replace(day=1)
    earlier = HeldClaim(claim=Claim(kind="request", key="e4|b1", amount=thb(40_000)), stream="case-0", since=before)
    split = Submission(submission.case, submission.review, submission.facts.model_copy(update={"claims": (earlier,)}))

    assert tried(split, policy(LIMITED, days=30)) is None
    assert told(split, LIMITED, days=2) == [("people", "limit")], "then 20 000 alone is within e3's limit"


@given(
    steps=st.sampled_from(ROUTES), who=st.sampled_from(["e1", "e3", "e4", "e9", "e20"]), amount=st.integers(1, 10**6)
)
def test_trial_preview_and_the_run_find_the_same_people(steps: tuple[Step, ...], who: str, amount: int):
    asked = content(who, amount=thb(amount))
    case = submitted(*steps, asked=asked)
    submission = Submission(case.case, case.case.reviews["purchase"], case.facts)

    again = routed(submission, submission.facts.policy)

    ahead = preview(asked, submission.facts.policy.processes["purchase"].routes["buy"], case.facts, case=case.case)
    assert list(again) == list(ahead)
    assert [step.step for step in ahead] == [step.name for step in submission.review.steps]
    first = [event.task.assignees for event in case.last if isinstance(event, TaskAssigned)]
    assert first in ([ahead[0].assignees], [])
    assert bool(first) == (ahead[0].stuck is None)


def test_content_is_what_was_submitted_as_far_as_routes_look():
    submission = past(LINE, HR)
    known = content_of(submission.review)

    assert (known.requester, known.unit, known.amount) == ("e4", "dev", thb(20_000))
    assert set(known.material) == {"thing", "count", "amount"}
    assert isinstance(tried(submission, policy(HR, version=0)), Rerouted)


def test_whom_the_case_is_about_and_for_whom_it_was_are_looked_at_as_then():
    case = submitted(LINE, asked=content(excluded=("e2",)))
    about = case.case.model_copy(update={"subjects": ("e3",)})
    steps = routed(Submission(about, about.reviews["purchase"], case.facts), case.facts.policy)
    assert not isinstance(steps, Refusal)
    assert [step.assignees for step in steps] == [("e1",)], "neither the subject nor who benefits"


def test_what_was_refused_then_and_would_not_be_now_is_told():
    submission = past(LINE, HR)
    none = submission.facts.model_copy(update={"policy": Policy(name="empty", processes={}, ladders={})})
    found = tried(Submission(submission.case, submission.review, none), policy(LINE, HR))
    assert found is not None
    assert found.refused_before is not None
    assert (found.refused_before.code, found.refused_after, found.changes) == ("no-route", None, ())
