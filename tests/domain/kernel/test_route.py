"""From a route to people: every source of approvers, limits, and what happens when there is nobody (KRN-05, 10, 13)."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.kernel.cases.case import Case, Status
from domain.kernel.cases.case_events import StepStuck, TaskAssigned
from domain.kernel.effects import Claim, HeldClaim
from domain.kernel.facts import Facts
from domain.kernel.policy import Approver, Route, Step
from domain.kernel.routing.authority import RAISED
from domain.kernel.routing.route import StepQuery, preview, resolve
from domain.kernel.showing.outlook import next_deadline, waiting_on
from domain.kernel.values.money import Money
from domain.organisation.model import Organisation, RoleHolding
from tests.domain.kernel.purchase import (
    FINANCE,
    HR,
    LIMITED,
    LINE,
    MONDAY,
    Change,
    Submit,
    company,
    content,
    policy,
    scenario,
    submitted,
    thb,
)
from tests.domain.kernel.test_decide import approve


def asked(who: Approver, organisation: Organisation | None = None, **given: Any) -> tuple[str, ...]:
    """Whom a step with this approver is offered to, for a request of e4 in dev."""
    step = Step(name="one", title="One", who=who)
    facts = Facts(now=MONDAY, organisation=organisation or company(), policy=policy(step))
    question = StepQuery(content(**given), facts, Case(id="case-1", process="purchase"))
    return resolve(question, Route(steps=(step,)), step).assignees


def vacant(*roles: str) -> Organisation:
    return company(roles=tuple(holding for holding in company().roles if holding.role not in roles))


def gone(*people: str) -> Organisation:
    left = {who: person.model_copy(update={"end": date(2026, 1, 1)}) for who, person in company().people.items()}
    return company(people={**company().people, **{who: left[who] for who in people}})


@pytest.mark.rule("KRN-10")
@pytest.mark.parametrize(
    ("who", "people"),
    [
        ({"person": "e9"}, ("e9",)),
        ({"role": "head"}, ("e3",)),
        ({"role": "head", "unit": "it"}, ("e2",)),
        ({"role": "head", "unit": "requester"}, ("e3",)),
        ({"role": "hr-partner"}, ("e7",)),
        ({"manager_of": "requester"}, ("e3",)),
        ({"manager_of": "requester", "levels": 2}, ("e2",)),
        ({"manager_of": "requester", "levels": 9}, ("e1",)),
        ({"manager_of": "e9"}, ("e8",)),
        ({"group": "board"}, ("e1",)),
        ({"owner_of": "budget_line"}, ("e8",)),
    ],
)
def test_approvers_are_found_from_data(who: dict[str, Any], people: tuple[str, ...]) -> None:
    assert asked(Approver(**who)) == people


@pytest.mark.rule("ORG-05")
def test_a_step_names_the_manager_besides_the_line() -> None:
    organisation = company()
    requester = organisation.people["e4"]
    besides = requester.model_copy(update={"functional_line": organisation.people["e9"].position})
    there = organisation.model_copy(update={"people": organisation.people | {"e4": besides}})
    who = Approver(manager_of="requester", line="functional")
    assert asked(who, there) == ("e9",)
    assert asked(who) == ("e3",)


@pytest.mark.rule("KRN-10")
def test_the_requesters_unit_is_not_the_units_of_the_case() -> None:
    assert asked(Approver(role="head", unit="requester"), unit="it") == ("e3",)
    assert asked(Approver(role="head", unit="case"), unit="it") == ("e2",)


@pytest.mark.rule("KRN-13")
def test_a_role_that_nobody_holds_goes_up_the_requesters_line() -> None:
    assert asked(Approver(role="hr-partner"), vacant("hr-partner")) == ("e3",)


@pytest.mark.rule("KRN-13")
def test_whoever_left_is_replaced_by_their_manager() -> None:
    assert asked(Approver(person="e7"), gone("e7")) == ("e6",)
    assert asked(Approver(person="e7"), gone("e7", "e6")) == ("e1",)


@pytest.mark.rule("KRN-13")
def test_an_unknown_budget_line_goes_up_the_requesters_line() -> None:
    assert asked(Approver(owner_of="budget_line"), budget_line="b9") == ("e3",)


@pytest.mark.rule("KRN-13")
def test_where_the_line_ends_the_fallback_is_asked() -> None:
    case = submitted(Step(name="one", title="One", who=Approver(person="e1")), organisation=gone("e1"), asked=content())
    assert case.open().assignees == ("e3",), "the requester's line comes before the fallback"
    alone = scenario(LINE, fallback=Approver(person="e20"))
    alone.when("submit", Submit(content=content("e1", excluded=())), by="e1")
    assert alone.open().assignees == ("e20",)
    assert alone.open().basis == "fallback: person e20"


@pytest.mark.rule("KRN-13")
def test_a_step_for_nobody_is_stuck_and_alarms_operations() -> None:
    case = submitted(LINE, HR, asked=content("e1"))
    stuck = case.found(StepStuck)
    assert (stuck.review, stuck.step) == ("purchase", "line")
    assert case.case.stuck == ("purchase/line",)
    assert [note.to for note in case.told()] == [("e20",)], "who holds the role operations"
    assert waiting_on(case.case) == ("role:operations",)
    assert case.case.reviews["purchase"].status is Status.IN_REVIEW, "never approved by having nobody to ask"


@pytest.mark.rule("KRN-13")
def test_without_anybody_in_operations_the_requester_is_told() -> None:
    case = submitted(LINE, asked=content("e1"), organisation=vacant("operations"))
    assert [note.to for note in case.told()] == [("e1",)]


@pytest.mark.rule("KRN-13")
def test_a_stuck_step_goes_on_by_itself_when_somebody_can_do_it() -> None:
    case = submitted(Step(name="one", title="One", who=Approver(role="auditor")), asked=content("e1"))
    deadline = next_deadline(case.case)
    assert deadline is not None
    assert (deadline.kind, deadline.at) == ("stuck", MONDAY + timedelta(days=1))
    case.at(deadline.at).when("deadline", deadline, by="system", channel="timer").then(StepStuck)
    filled = company(roles=(*company().roles, RoleHolding(role="auditor", person="e20")))
    case.given(organisation=filled).wait(timedelta(days=1))
    again = next_deadline(case.case)
    assert again is not None
    case.when("deadline", again, by="system", channel="timer").then(TaskAssigned)
    assert case.case.stuck == ()
    assert case.open().assignees == ("e20",)
    assert [d.kind for d in case.case.deadlines] == ["task"]


@pytest.mark.rule("KRN-13")
def test_operations_can_try_a_stuck_step_at_once() -> None:
    case = submitted(Step(name="one", title="One", who=Approver(role="auditor")), asked=content("e1"))
    filled = company(roles=(*company().roles, RoleHolding(role="auditor", person="e20")))
    case.given(organisation=filled).when("retry", by="e20").then(TaskAssigned)
    assert case.refused("retry", by="e20") == "not-stuck"


@pytest.mark.rule("KRN-05")
@pytest.mark.parametrize(
    ("amount", "people"),
    [(50_000, ("e3",)), (50_001, ("e2",)), (500_000, ("e2",)), (500_001, ("e1",)), (5_000_000, ("e1",))],
)
def test_above_a_limit_the_route_climbs_until_a_limit_suffices(amount: int, people: tuple[str, ...]) -> None:
    assert submitted(LIMITED, asked=content(amount=thb(amount))).open().assignees == people


@pytest.mark.rule("KRN-05")
def test_above_every_limit_the_step_is_stuck_even_with_a_fallback() -> None:
    case = submitted(LIMITED, asked=content(amount=thb(5_000_001)), fallback=Approver(person="e20"))
    assert "limit-too-low" in case.found(StepStuck).reason


@pytest.mark.rule("KRN-05")
def test_a_limit_in_another_currency_does_not_count() -> None:
    case = submitted(LIMITED, asked=content(amount="10 EUR"))
    assert "limit-too-low" in case.found(StepStuck).reason


@pytest.mark.rule("KRN-05")
def test_a_step_with_authority_needs_an_amount() -> None:
    assert scenario(LIMITED).refused("submit", Submit(content=content(amount=None)), by="e4") == "no-amount"


def earlier(days: int, amount: int | Money | None = 40_000, **changes: Any) -> HeldClaim:
    claim = {
        "kind": "request",
        "key": "e4|b1",
        "item": "purchase",
        "amount": thb(amount) if isinstance(amount, int) else amount,
        **changes,
    }
    stream = claim.pop("stream", "case-0")
    return HeldClaim(claim=Claim(**claim), stream=stream, since=MONDAY - timedelta(days=days))


@pytest.mark.rule("KRN-05")
@pytest.mark.parametrize(
    ("claims", "people"),
    [
        ((), ("e3",)),
        ((earlier(3),), ("e2",)),
        ((earlier(30),), ("e2",)),
        ((earlier(31),), ("e3",)),  # outside the days of the policy
        ((earlier(3, key="e5|b1"),), ("e3",)),  # another requester
        ((earlier(3, key="e4|b2"),), ("e3",)),  # another budget line
        ((earlier(3, kind="reservation"),), ("e3",)),
        ((earlier(0, stream="case-1"),), ("e3",)),  # this very case
        ((earlier(3), earlier(2, 450_000)), ("e1",)),
    ],
)
def test_requests_of_one_requester_on_one_line_are_added_up(
    claims: tuple[HeldClaim, ...], people: tuple[str, ...]
) -> None:
    case = scenario(LIMITED).given(claims=claims)
    assert case.when("submit", Submit(content=content()), by="e4").open().assignees == people


@pytest.mark.rule("KRN-05")
@pytest.mark.parametrize(
    ("key", "people"), [("e4|b1|acme", ("e2",)), ("e4|b1|other", ("e3",)), ("e4|b1", ("e3",)), ("e5|b1|acme", ("e3",))]
)
def test_requests_that_name_a_supplier_are_added_up_with_those_to_the_same_one(
    key: str, people: tuple[str, ...]
) -> None:
    case = scenario(LIMITED).given(claims=(earlier(3, key=key),))
    assert case.when("submit", Submit(content=content(supplier="acme")), by="e4").open().assignees == people


@pytest.mark.rule("KRN-05")
def test_a_later_request_does_not_take_the_approver_of_an_earlier_one_away() -> None:
    case = submitted(LIMITED)
    case.wait(timedelta(days=1)).given(claims=(earlier(0, stream="case-1"), earlier(-1)))
    approve(case, "e3")
    assert case.case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-05")
def test_an_earlier_request_seen_late_still_counts_when_deciding() -> None:
    case = submitted(LIMITED)
    case.given(claims=(earlier(0, stream="case-1"), earlier(1)))
    assert case.refused("decide", {"task": case.open().id, "outcome": "approve"}, by="e3") == "limit-too-low"


@pytest.mark.rule("KRN-05")
def test_an_amount_raised_since_is_judged_beside_what_came_before_the_raise() -> None:
    case = submitted(LIMITED).wait(timedelta(days=2))
    own = (earlier(0, 20_000, stream="case-1"), earlier(-2, stream="case-1", kind=RAISED, amount=None))
    case.given(claims=(*own, earlier(-1)))
    assert case.refused("decide", {"task": case.open().id, "outcome": "approve"}, by="e3") == "limit-too-low"
    case.given(claims=(*own, earlier(-3)))
    approve(case, "e3")


@pytest.mark.rule("KRN-05")
def test_asking_for_more_than_was_claimed_is_asking_now() -> None:
    """The very decision that raises it knows no claim of the raise yet."""
    case = submitted(LIMITED).wait(timedelta(days=2))
    case.given(claims=(earlier(0, 20_000, stream="case-1"), earlier(-1)))
    case.when("change", Change(content=content(amount=thb(30_000))), by="e4")
    assert case.open().assignees == ("e2",)


@pytest.mark.rule("KRN-05")
def test_an_amount_raised_within_the_days_counts_however_old_its_request_is() -> None:
    raised = (earlier(40), earlier(3, kind=RAISED, amount=None))
    assert scenario(LIMITED).given(claims=raised).when("submit", Submit(content=content()), by="e4").open().people == (
        "e2",
    )


def test_the_preview_is_what_then_happens() -> None:
    """The first rule of KRN-41: one resolver for both."""
    asked_for = content(amount=thb(200_000))
    case = scenario(LINE, LIMITED, FINANCE)
    route = case.facts.policy.processes["purchase"].routes["buy"]
    foreseen = preview(asked_for, route, case.facts)
    case.when("submit", Submit(content=asked_for), by="e4")
    for step in foreseen:
        task = case.open()
        assert (step.step, step.assignees, step.basis) == (task.step, task.assignees, task.basis)
        assert step.due_at == task.timing.due_at
        assert step.stuck is None
        case.at(task.timing.due_at)
        approve(case, task.assignees[0])
    assert case.case.reviews["purchase"].status is Status.APPROVED


def test_the_preview_names_a_step_that_would_be_stuck() -> None:
    case = scenario(LINE, HR)
    route = case.facts.policy.processes["purchase"].routes["buy"]
    line, hr = preview(content("e1"), route, case.facts)
    assert line.stuck
    assert hr.stuck
    assert "subordinate" in hr.stuck
    assert line.due_at is None


@pytest.mark.rule("KRN-13")
def test_a_change_that_gives_a_stuck_step_somebody_ends_the_alarm() -> None:
    case = submitted(LIMITED, asked=content(amount=thb(9_000_000)))
    assert case.case.stuck == ("purchase/limit",)
    case.when("change", Change(content=content()), by="e4")
    assert waiting_on(case.case) == ("e3",), "and no longer for operations"
    assert [deadline.kind for deadline in case.case.deadlines] == ["task"]


@pytest.mark.rule("KRN-13")
def test_a_change_that_takes_a_stuck_step_out_of_the_route_ends_the_alarm() -> None:
    costly = FINANCE.model_copy(update={"who": Approver(role="auditor"), "name": "costly"})
    case = submitted(costly, LINE, asked=content("e1", amount=thb(200_000)), fallback=Approver(person="e1"))
    assert case.case.stuck == ("purchase/costly",)
    case.when("change", Change(content=content("e1")), by="e1")
    assert case.case.stuck == ("purchase/line",)


@pytest.mark.rule("KRN-41")
@pytest.mark.rule("KRN-02")
def test_the_preview_of_a_case_knows_whom_the_case_is_about() -> None:
    about = Case(id="case-1", process="purchase", subjects=("e3",))
    route = policy(LINE).processes["purchase"].routes["buy"]
    facts = Facts(now=MONDAY, organisation=company(), policy=policy(LINE))
    assert [step.assignees for step in preview(content(), route, facts, case=about)] == [("e2",)]


@pytest.mark.rule("KRN-05")
def test_only_requests_in_the_same_currency_are_added_up() -> None:
    case = scenario(LIMITED).given(claims=(earlier(3, amount=Money.model_validate("40000 EUR")),))
    assert case.when("submit", Submit(content=content()), by="e4").open().assignees == ("e3",)


@pytest.mark.rule("KRN-05")
def test_of_several_claims_of_a_case_the_first_says_what_came_before_it() -> None:
    """Of its items; a case whose amount was raised says so by a claim of its own (`RAISED`)."""
    case = submitted(LIMITED).wait(timedelta(days=9))
    own = (earlier(0, stream="case-1"), earlier(-8, stream="case-1"))
    case.given(claims=(*own, earlier(-4)))
    approve(case, "e3")
    assert case.case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-05")
def test_requests_that_name_no_budget_line_are_added_up_by_their_category() -> None:
    case = scenario(LIMITED).given(claims=(earlier(3, key="e4|buy"),))
    assert case.when("submit", Submit(content=content(budget_line=None)), by="e4").open().assignees == ("e2",)


@pytest.mark.rule("KRN-13")
@pytest.mark.rule("KRN-04")
def test_a_stuck_step_that_collapses_when_it_is_tried_again_lets_the_case_go_on() -> None:
    first = Step(name="first", title="T", who=Approver(person="e20"))
    lawyer = Step(name="lawyer", title="T", who=Approver(role="lawyer"))
    case = approve(submitted(first, lawyer, collapse=True, asked=content("e1")), "e20")
    assert case.found(StepStuck).step == "lawyer"
    case.given(organisation=company(roles=(*company().roles, RoleHolding(role="lawyer", person="e20"))))
    case.when("retry", by="e20")
    assert case.case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-41")
@pytest.mark.rule("KRN-11")
def test_the_preview_names_the_veto_and_the_quorum() -> None:
    vetoed = LINE.model_copy(update={"veto": Approver(person="e8"), "quorum": 2})
    facts = Facts(now=MONDAY, organisation=company(), policy=policy(vetoed))
    [found] = preview(content(), facts.policy.processes["purchase"].routes["buy"], facts)
    assert (found.assignees, found.veto, found.quorum) == (("e3", "e2"), ("e8",), "2")
