"""Deciding for somebody who is away: what it covers, what it never gets around, what the log says (KRN-20 to 22)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import Decided, TaskDone
from domain.kernel.cases.task_events import TaskReleased
from domain.kernel.deciding.tasks import assign, finish
from domain.kernel.decision_context import DecisionContext
from domain.kernel.delegation import Delegation, Delegations, Scope
from domain.kernel.policy import Approver, Step
from domain.kernel.routing.delegates import parties
from domain.kernel.showing.outlook import precheck
from domain.kernel.values.money import Money
from tests.domain.kernel.purchase import HR, LIMITED, LINE, MONDAY, PURCHASE, Purchase, company, content, submitted, thb
from tests.domain.kernel.test_decide import approve
from tests.domain.kernel.test_quorum import asked, ballot, council, say, step
from tests.domain.kernel.test_route import earlier
from tests.support.given import Scenario

MAY = datetime(2026, 5, 1, tzinfo=UTC)


def stands_in(principal: str, delegate: str, **more: Any) -> Delegation:
    fields = {"start": MONDAY - timedelta(days=1), "end": MAY, **more}
    return Delegation(id=f"d-{principal}-{delegate}", principal=principal, delegate=delegate, **fields)


def with_delegations(case: Scenario[Purchase], *granted: Delegation) -> Scenario[Purchase]:
    return case.given(delegations=Delegations(granted={one.id: one for one in granted}))


def away(*steps: Step, principal: str = "e3", delegate: str = "e9", **more: Any) -> Scenario[Purchase]:
    """A request whose first approver is away and has a stand-in."""
    scope = {name: more.pop(name) for name in list(more) if name in ("scope", "start", "end", "revoked_at")}
    return with_delegations(submitted(*steps, **more), stands_in(principal, delegate, **scope))


@pytest.mark.rule("KRN-20")
@pytest.mark.rule("KRN-22")
@pytest.mark.rule("KRN-07")
def test_a_stand_in_decides_a_task_that_was_open_already_and_the_log_says_for_whom() -> None:
    case = approve(away(LINE, HR), "e9")
    decided = case.found(Decided)
    assert (decided.actor, decided.on_behalf_of, decided.delegation) == ("e9", "e3", "d-e3-e9")
    assert decided.basis == "e9 for e3; manager of requester, level 1"
    assert case.case.reviews["purchase"].decisions[0].on_behalf_of == "e3"


@pytest.mark.rule("KRN-20")
def test_a_task_offered_later_is_covered_too() -> None:
    case = away(HR, LINE)
    assert approve(approve(case, "e7"), "e9").case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-20")
def test_a_task_of_a_group_is_covered() -> None:
    case = with_delegations(asked("any"), stands_in("e6", "e8"))
    assert say(case, "e8").found(Decided).on_behalf_of == "e6"


@pytest.mark.rule("KRN-20")
@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({"start": MONDAY + timedelta(hours=1)}, "delegation-over"),
        ({"end": MONDAY}, "delegation-over"),
        ({"revoked_at": MONDAY}, "delegation-over"),
        ({"scope": Scope(processes=("hiring",))}, "delegation-scope"),
        ({"scope": Scope(units=("hr",))}, "delegation-scope"),
        ({"scope": Scope(up_to=thb(19_999))}, "delegation-scope"),
    ],
)
def test_outside_its_days_and_scope_a_delegation_gives_nothing(when: dict[str, Any], code: str) -> None:
    case = away(LINE, **when)
    assert case.refused("decide", ballot(case), by="e9") == code


@pytest.mark.rule("KRN-20")
@pytest.mark.parametrize(
    "scope", [Scope(processes=("purchase",)), Scope(units=("it",)), Scope(up_to=thb(20_000)), Scope(units=("dev",))]
)
def test_inside_its_scope_a_delegation_holds(scope: Scope) -> None:
    assert approve(away(LINE, scope=scope), "e9").found(Decided).on_behalf_of == "e3"


@pytest.mark.rule("KRN-20")
def test_a_delegation_ends_by_itself() -> None:
    case = away(LINE, end=MONDAY + timedelta(hours=2))
    case.wait(timedelta(hours=2))
    assert case.refused("decide", ballot(case), by="e9") == "delegation-over"


@pytest.mark.rule("KRN-20")
@pytest.mark.parametrize("over", [{"end": MONDAY + timedelta(hours=2)}, {"revoked_at": MONDAY + timedelta(hours=2)}])
def test_a_decision_that_had_to_wait_until_the_delegation_was_over_is_refused(over: dict[str, Any]) -> None:
    case = away(LINE, **over).given(recorded=MONDAY + timedelta(hours=2))
    assert case.refused("decide", ballot(case), by="e9") == "delegation-over"
    assert approve(case.given(recorded=MONDAY + timedelta(hours=1)), "e9").found(Decided)


@pytest.mark.rule("KRN-21")
@pytest.mark.rule("KRN-02")
def test_a_stand_in_never_decides_what_they_asked_for() -> None:
    case = away(LINE, delegate="e4")
    assert case.refused("decide", ballot(case), by="e4") == "own-case"
    with pytest.raises(Exception, match="is not yours"):
        precheck(case.case, case.command("decide", ballot(case), by="e4"))


@pytest.mark.rule("KRN-21")
def test_a_stand_in_never_decides_what_is_for_them() -> None:
    case = away(LINE, delegate="e5", asked=content(excluded=("e5",)))
    assert case.refused("decide", ballot(case), by="e5") == "own-case"


@pytest.mark.rule("KRN-06")
@pytest.mark.rule("KRN-21")
def test_a_subordinate_of_the_subject_does_not_stand_in_for_their_approver() -> None:
    case = away(LINE, principal="e1", delegate="e3", asked=content("e2"))
    assert case.open().assignees == ("e1",)
    assert case.refused("decide", ballot(case), by="e3") == "subordinate"


@pytest.mark.rule("KRN-21")
def test_a_chain_ends_after_one_hop() -> None:
    case = with_delegations(submitted(LINE), stands_in("e3", "e9"), stands_in("e9", "e8"))
    assert case.refused("decide", ballot(case), by="e8") == "not-your-task"


@pytest.mark.rule("KRN-21")
def test_the_limit_is_that_of_the_person_stood_in_for() -> None:
    case = away(LIMITED)
    assert approve(case, "e9").found(Decided).on_behalf_of == "e3", "e9 has no limit of their own"


@pytest.mark.rule("KRN-05")
def test_a_delegation_from_somebody_whose_limit_is_too_low_gives_nothing() -> None:
    case = away(LIMITED, principal="e2", delegate="e9")
    assert case.refused("decide", ballot(case), by="e9") == "not-your-task"


@pytest.mark.rule("KRN-05")
@pytest.mark.rule("KRN-20")
def test_requests_are_added_up_against_the_amount_of_a_delegation_too() -> None:
    case = away(LIMITED, scope=Scope(up_to=thb(45_000)))
    with_earlier = case.given(claims=(earlier(3, 28_000),))
    assert with_earlier.refused("decide", ballot(case), by="e9") == "delegation-scope"
    assert approve(case.given(claims=(earlier(3, 25_000),)), "e9").found(Decided)


@pytest.mark.rule("KRN-24")
@pytest.mark.parametrize("who", ["e3", "e9"])
def test_nobody_stands_in_for_someone_who_left_or_after_leaving(who: str) -> None:
    case = away(LINE)
    people = dict(case.facts.organisation.people)
    people[who] = people[who].model_copy(update={"end": date(2026, 1, 1)})
    case.given(organisation=company(people=people))
    assert case.refused("decide", ballot(case), by="e9") == "not-employed"


@pytest.mark.rule("KRN-03")
@pytest.mark.parametrize(("first", "for_first"), [("e3", "e3"), ("e9", "e3")])
def test_both_the_person_and_the_one_stood_in_for_have_acted(first: str, for_first: str) -> None:
    later = Step(name="later", title="T", who=Approver(group="council"))
    case = with_delegations(
        submitted(LINE, later, separate=True, organisation=council("e3", "e9", "e6")), stands_in("e3", "e9")
    )
    approve(case, first)
    assert for_first not in case.open().assignees
    assert (first in case.open().assignees) is False
    assert case.refused("decide", ballot(case), by=first) in ("not-your-task", "acted-already")


@pytest.mark.rule("KRN-03")
@pytest.mark.rule("KRN-21")
def test_whoever_acted_does_not_act_in_a_separate_step_for_another() -> None:
    case = with_delegations(submitted(LINE, HR, separate=True), stands_in("e7", "e3"))
    approve(case, "e3")
    assert case.refused("decide", ballot(case), by="e3") == "acted-already"


@pytest.mark.rule("KRN-11")
def test_one_person_does_not_vote_twice_by_standing_in() -> None:
    case = with_delegations(asked("all"), stands_in("e3", "e6"), stands_in("e9", "e8"), stands_in("e3", "e8"))
    own = case.refused("decide", ballot(case) | {"on_behalf_of": "e3"}, by="e6")
    assert own == "own-vote", "a voter has one word, their own"
    say(case, "e8")
    assert case.refused("decide", ballot(case), by="e8") == "voted-already"


@pytest.mark.rule("KRN-22")
def test_whoever_stands_in_for_two_says_for_whom() -> None:
    case = with_delegations(asked("all"), stands_in("e3", "e8"), stands_in("e9", "e8"))
    assert say(case, "e8", on_behalf_of="e9").found(Decided).on_behalf_of == "e9"
    assert case.open().waiting == ("e3", "e6")


def test_nobody_is_recused_by_a_stand_in() -> None:
    case = away(LINE)
    assert case.refused("decide", ballot(case, "recuse"), by="e9") == "recuse-yourself"


def test_a_delegation_that_was_just_granted_is_found_though_others_were_asked_for_before() -> None:
    known = Delegations(granted={"d-1": stands_in("e3", "e9")})
    assert known.of_delegate("e8", MONDAY) == ()
    later = known.model_copy(update={"granted": {**known.granted, "d-2": stands_in("e3", "e8")}})
    assert [one.delegate for one in later.of_delegate("e8", MONDAY)] == ["e8"]


@pytest.mark.rule("KRN-01")
def test_the_precheck_lets_a_possible_stand_in_pass_and_the_decision_refuses_them() -> None:
    case = submitted(LINE)
    precheck(case.case, case.command("decide", ballot(case), by="e9"))
    assert case.refused("decide", ballot(case), by="e9") == "not-your-task"


@pytest.mark.rule("KRN-20")
def test_any_other_task_is_done_by_a_stand_in_too() -> None:
    case = away(LINE)
    ctx: DecisionContext[Purchase] = DecisionContext(
        case.state, case.command("do", by="e9"), case.facts, evolve=PURCHASE.evolve, case=PURCHASE.case
    )
    task = assign(ctx, kind="errand", title=case.open().title, subject="x", assignees=["e3"], basis="b",
                 command="do", due_days=Decimal(1))  # fmt: skip
    finish(ctx, task)
    done = ctx.events[-1]
    assert isinstance(done, TaskDone)
    assert (done.by, done.on_behalf_of, done.delegation) == ("e9", "e3", "d-e3-e9")


@pytest.mark.rule("KRN-11")
def test_a_vote_by_a_stand_in_counts_as_the_vote_of_whom_they_stand_in_for() -> None:
    case = with_delegations(submitted(step(2), organisation=council("e3", "e6", "e9")), stands_in("e6", "e8"))
    say(say(case, "e8"), "e3")
    assert case.case.reviews["purchase"].status is Status.APPROVED


def chained(*people: str, hops: int = 2, asked: Any = None, **scopes: Scope) -> Scenario[Purchase]:
    """A request whose approver `people[0]` is stood in for by the next, who is by the one after, and so on."""
    links = [stands_in(one, other, scope=scopes.get(f"to_{other}", Scope())) for one, other in pairwise(people)]
    case = with_delegations(submitted(LINE, asked=asked) if asked else submitted(LINE), *links)
    return case.given(hops=hops)


@pytest.mark.rule("KRN-21")
@pytest.mark.rule("KRN-07")
def test_where_the_policy_allows_it_a_stand_in_of_a_stand_in_decides_and_the_log_names_the_chain() -> None:
    decided = approve(chained("e3", "e9", "e8"), "e8").found(Decided)
    assert (decided.actor, decided.on_behalf_of, decided.delegation) == ("e8", "e3", "d-e9-e8")
    assert [(via.person, via.delegation) for via in decided.via] == [("e9", "d-e3-e9")]
    assert decided.basis == "e8 for e3 via e9; manager of requester, level 1"


@pytest.mark.rule("KRN-21")
def test_a_chain_is_as_long_as_the_policy_says_and_no_longer() -> None:
    four = ("e3", "e9", "e8", "e7")
    assert chained(*four, hops=2).refused("decide", ballot(chained(*four)), by="e7") == "not-your-task"
    decided = approve(chained(*four, hops=3), "e7").found(Decided)
    assert [via.person for via in decided.via] == ["e8", "e9"]


@pytest.mark.rule("KRN-21")
@pytest.mark.parametrize("narrow", ["to_e9", "to_e8"])
@pytest.mark.parametrize("scope", [Scope(units=("hr",)), Scope(processes=("hiring",)), Scope(up_to=thb(19_999))])
def test_every_delegation_of_a_chain_must_cover_the_task(narrow: str, scope: Scope) -> None:
    case = chained("e3", "e9", "e8", **{narrow: scope})
    assert case.refused("decide", ballot(case), by="e8") == "not-your-task"


@pytest.mark.rule("KRN-21")
@pytest.mark.parametrize("over", ["d-e3-e9", "d-e9-e8"])
def test_every_delegation_of_a_chain_must_hold_now(over: str) -> None:
    case = chained("e3", "e9", "e8")
    granted = dict(case.facts.delegations.granted)
    granted[over] = granted[over].model_copy(update={"revoked_at": MONDAY})
    case.given(delegations=Delegations(granted=granted))
    assert case.refused("decide", ballot(case), by="e8") in ("not-your-task", "delegation-over")


@pytest.mark.rule("KRN-21")
@pytest.mark.rule("KRN-02")
@pytest.mark.rule("KRN-06")
@pytest.mark.parametrize(
    ("people", "asked", "code"),
    [
        (("e3", "e4", "e8"), content(), "own-case"),  # past the requester
        (("e3", "e9", "e4"), content(), "own-case"),  # to the requester
        (("e3", "e9", "e8"), content(excluded=("e9",)), "own-case"),  # past whom it is for
        (("e3", "e9", "e8"), content(excluded=("e8",)), "subordinate"),  # past who reports to whom it is for
        (("e1", "e3", "e8"), content("e2"), "subordinate"),  # past who reports to the requester
    ],
)
def test_no_chain_passes_or_ends_with_whoever_may_not_decide(people: Any, asked: Any, code: str) -> None:
    case = chained(*people, asked=asked)
    assert case.refused("decide", ballot(case), by=people[-1]) == code


@pytest.mark.rule("KRN-21")
def test_a_barred_way_does_not_close_another_one() -> None:
    case = submitted(LINE).given(hops=2)
    links = [stands_in("e3", "e4"), stands_in("e4", "e8"), stands_in("e3", "e9"), stands_in("e9", "e8")]
    decided = approve(with_delegations(case, *links), "e8").found(Decided)
    assert [via.person for via in decided.via] == ["e9"]


@pytest.mark.rule("KRN-03")
@pytest.mark.rule("KRN-21")
def test_whoever_a_chain_passed_has_acted_too() -> None:
    later = Step(name="later", title="T", who=Approver(group="council"))
    case = submitted(LINE, later, separate=True, organisation=council("e3", "e9", "e8", "e6")).given(hops=2)
    approve(with_delegations(case, stands_in("e3", "e9"), stands_in("e9", "e8")), "e8")
    assert case.open().assignees == ("e6",)
    with_delegations(case, stands_in("e6", "e9"), stands_in("e9", "e20"))
    assert case.refused("decide", ballot(case), by="e20") == "acted-already"


@pytest.mark.rule("KRN-11")
@pytest.mark.rule("KRN-21")
def test_a_voter_gets_no_second_word_by_passing_on_what_they_hold_for_another() -> None:
    case = with_delegations(asked("all"), stands_in("e3", "e6"), stands_in("e6", "e8")).given(hops=2)
    assert case.refused("decide", ballot(case) | {"on_behalf_of": "e3"}, by="e8") == "own-vote"
    assert say(case, "e8").found(Decided).on_behalf_of == "e6"


@pytest.mark.rule("KRN-11")
@pytest.mark.rule("KRN-21")
def test_whoever_passed_a_word_on_has_had_theirs() -> None:
    case = with_delegations(
        asked("all"), stands_in("e3", "e8"), stands_in("e8", "e7"), stands_in("e9", "e8"), stands_in("e6", "e20")
    ).given(hops=2)
    assert say(case, "e7", on_behalf_of="e3").found(Decided).via
    assert case.refused("decide", ballot(case) | {"on_behalf_of": "e9"}, by="e8") == "voted-already"


@pytest.mark.rule("KRN-24")
@pytest.mark.rule("KRN-21")
def test_a_chain_does_not_pass_somebody_who_left() -> None:
    case = chained("e3", "e9", "e8")
    people = dict(case.facts.organisation.people)
    people["e9"] = people["e9"].model_copy(update={"end": date(2026, 1, 1)})
    case.given(organisation=company(people=people))
    assert case.refused("decide", ballot(case), by="e8") == "not-employed"


@pytest.mark.rule("KRN-21")
def test_delegations_that_turn_in_a_circle_lead_nowhere_twice() -> None:
    links = (stands_in("e3", "e9"), stands_in("e9", "e8"), stands_in("e8", "e3"))
    known = Delegations(granted={one.id: one for one in links})
    ways = known.chains("e8", MONDAY, hops=3)
    assert [tuple(one.principal for one in chain) for chain in ways] == [("e9",), ("e9", "e3")]


@pytest.mark.rule("KRN-22")
@pytest.mark.parametrize(
    ("command", "payload"),
    [
        ("ask-information", {"question": "which one?"}),
        ("add-approver", {"person": "e7", "reason": "they know"}),
        ("claim", {}),
        ("release", {"reason": "I am full"}),
    ],
)
def test_whatever_a_stand_in_does_with_a_task_names_its_delegation(command: str, payload: dict[str, Any]) -> None:
    case = with_delegations(asked("any"), stands_in("e6", "e8"), stands_in("e8", "e2")).given(hops=2)
    task = {"task": case.open().id}
    if command == "release":
        case.when("claim", task, by="e6")
    said = case.when(command, {**task, **payload}, by="e2").last[0].model_dump(include={"on_behalf_of", "delegation"})
    assert said == {"on_behalf_of": "e6", "delegation": "d-e8-e2"}
    assert [via.delegation for via in case.last[0].via] == ["d-e6-e8"]  # type: ignore[attr-defined]


@pytest.mark.rule("KRN-22")
def test_a_manager_who_takes_a_claim_back_does_so_for_nobody() -> None:
    case = with_delegations(asked("any"), stands_in("e9", "e1"))
    case.when("claim", {"task": case.open().id}, by="e6")
    released = case.when("release", {"task": case.open().id, "reason": "waiting"}, by="e1").found(TaskReleased)
    assert (released.by, released.on_behalf_of, released.delegation) == ("e1", None, None)


def out(principal: str, delegate: str, **more: Any) -> Delegation:
    return stands_in(principal, delegate, out_of_office=True, **more)


@pytest.mark.rule("KRN-13")
@pytest.mark.parametrize(
    ("granted", "hops", "above"),
    [
        ((out("e3", "e9"),), 1, ()),  # e9 is there
        ((stands_in("e3", "e4"),), 1, ()),  # e3 is there besides
        ((out("e3", "e4"),), 1, ("e2",)),  # the requester never decides
        ((out("e3", "e9", scope=Scope(units=("hr",))),), 1, ("e2",)),
        ((out("e3", "e9", end=MONDAY),), 1, ()),  # e3 is back
        ((out("e3", "e9"), out("e9", "e8")), 1, ("e2",)),  # away with whoever stands in
        ((out("e3", "e9"), out("e9", "e8")), 2, ()),
        ((out("e3", "e9"), out("e9", "e4")), 2, ("e2",)),
        ((out("e3", "e4"), out("e2", "e5")), 1, ("e1",)),  # e2 is away too, and it is for e5
    ],
)
def test_if_all_are_away_and_no_stand_in_may_decide_somebody_above_is_asked_at_once(
    granted: tuple[Delegation, ...], hops: int, above: tuple[str, ...]
) -> None:
    case = with_delegations(submitted(HR, LINE, asked=content(excluded=("e5",))), *granted).given(hops=hops)
    task = approve(case, "e7").open()
    assert (task.assignees, task.escalated_to) == (("e3",), above)
    assert task.basis == "manager of requester, level 1" + (", all away today" if above else "")
    if above:
        assert approve(case, above[0]).case.reviews["purchase"].status is Status.APPROVED


@pytest.mark.rule("KRN-13")
def test_if_everybody_above_is_away_too_the_step_waits_for_its_own_people() -> None:
    case = with_delegations(submitted(HR, LINE), out("e3", "e4"), out("e2", "e4"), out("e1", "e4"))
    assert approve(case, "e7").open().people == ("e3",)


@pytest.mark.rule("KRN-24")
@pytest.mark.parametrize(
    ("people", "successor", "given_to"),
    [
        (("e3", "e7"), None, ("e7",)),  # it stays with the others
        (("e3",), None, ("e2",)),
        (("e3",), "e8", ("e8",)),
        (("e3",), "e9", ("e2",)),  # who left too
        (("c-1",), None, ("c-1",)),  # from outside
        (("e20",), None, ("e20",)),  # nobody is above, nobody was named
    ],
)
def test_work_is_not_asked_of_those_who_left_but_of_whoever_follows_them(
    people: tuple[str, ...], successor: str | None, given_to: tuple[str, ...]
) -> None:
    gone = {"end": date(2026, 4, 1), "successor": successor}
    known = company().people
    left = {who: known[who].model_copy(update=gone) for who in ("e3", "e9", "e20")}
    case = submitted(HR).given(organisation=company(people={**known, **left}))
    ctx: DecisionContext[Purchase] = DecisionContext(
        case.state, case.command("do", by="e4"), case.facts, evolve=PURCHASE.evolve, case=PURCHASE.case
    )
    task = assign(ctx, kind="errand", title=case.open().title, subject="x", assignees=people, basis="b",
                 command="do", due_days=Decimal(1))  # fmt: skip
    assert ctx.case.tasks[task].assignees == given_to


@pytest.mark.rule("KRN-22")
def test_whoever_names_themself_decides_in_their_own_name() -> None:
    case = submitted(LINE)
    decided = say(case, "e3", on_behalf_of="e3").found(Decided)
    assert (decided.actor, decided.on_behalf_of) == ("e3", None)


@pytest.mark.rule("KRN-21")
def test_everybody_through_whose_hands_a_decision_goes_has_a_part_in_it() -> None:
    case = chained("e3", "e9", "e8")

    def having_a_part(by: str, principal: str | None = None) -> tuple[str, ...]:
        command = case.command("decide", by=by)
        ctx: DecisionContext[Purchase] = DecisionContext(
            case.state, command, case.facts, evolve=PURCHASE.evolve, case=PURCHASE.case
        )
        return parties(ctx, case.open(), on_behalf_of=principal)

    assert having_a_part("e8") == ("e8", "e9", "e3")
    assert having_a_part("e3") == ("e3",)
    assert having_a_part("e8", "e2") == ("e8",), "not asked, nor is whom they name"


@pytest.mark.rule("KRN-20")
@pytest.mark.parametrize("scope", [Scope(up_to=thb(19_999)), Scope(units=("hr",))])
def test_a_question_about_a_step_is_answered_only_by_a_stand_in_whose_scope_covers_the_step(scope: Scope) -> None:
    case = submitted(LINE)
    case.when("ask-information", {"task": case.open().id, "question": "why?"}, by="e3")
    with_delegations(case, stands_in("e4", "e9", scope=scope))
    answer = {"task": case.open("answer-information").id, "text": "so"}
    assert case.refused("give-information", answer, by="e9") == "delegation-scope"


@pytest.mark.rule("KRN-20")
def test_the_unit_that_counts_is_that_of_what_is_decided() -> None:
    """The case is of the unit dev, this review in it is of hr."""
    other = content(unit="hr")
    assert approve(away(LINE, scope=Scope(units=("hr",)), asked=other), "e9").found(Decided)
    case = away(LINE, scope=Scope(units=("dev",)), asked=other)
    assert case.refused("decide", ballot(case), by="e9") == "delegation-scope"


@pytest.mark.rule("KRN-22")
def test_whoever_stands_in_for_two_speaks_first_for_the_one_whose_word_is_missing() -> None:
    case = with_delegations(asked("all"), stands_in("e3", "e8"), stands_in("e6", "e8"))
    assert say(say(case, "e3"), "e8").found(Decided).on_behalf_of == "e6"


@pytest.mark.rule("KRN-21")
def test_of_two_ways_the_shorter_is_taken() -> None:
    case = with_delegations(asked("all"), stands_in("e3", "e20"), stands_in("e20", "e8"), stands_in("e6", "e8"))
    assert say(case.given(hops=2), "e8").found(Decided).on_behalf_of == "e6"


@pytest.mark.rule("KRN-21")
def test_a_long_chain_is_refused_for_the_one_in_it_who_may_not() -> None:
    case = chained("e3", "e4", "e9", "e8", hops=3)
    assert case.refused("decide", ballot(case), by="e8") == "own-case", "past the requester, though not next to them"


@pytest.mark.rule("KRN-03")
@pytest.mark.rule("KRN-21")
def test_a_way_past_whoever_acted_does_not_close_another_one() -> None:
    case = submitted(LINE, HR, separate=True).given(hops=2)
    links = [stands_in("e7", "e3"), stands_in("e3", "e8"), stands_in("e7", "e9"), stands_in("e9", "e8")]
    decided = approve(with_delegations(approve(case, "e3"), *links), "e8").found(Decided)
    assert [via.person for via in decided.via] == ["e9"]


@pytest.mark.rule("KRN-21")
def test_a_question_is_passed_on_as_a_decision_is() -> None:
    case = submitted(LINE)
    case.when("ask-information", {"task": case.open().id, "question": "why?"}, by="e3")
    with_delegations(case, stands_in("e4", "e9"), stands_in("e9", "e8")).given(hops=2)
    case.when("give-information", {"task": case.open("answer-information").id, "text": "so"}, by="e8")
    assert case.found(TaskDone).on_behalf_of == "e4"


@pytest.mark.rule("KRN-11")
@pytest.mark.rule("KRN-20")
def test_two_who_stand_in_for_one_have_one_word_between_them() -> None:
    case = with_delegations(asked("all"), stands_in("e3", "e8"), stands_in("e3", "e20"))
    say(case, "e8")
    assert case.refused("decide", ballot(case), by="e20") == "voted-already"


@pytest.mark.rule("KRN-20")
def test_a_bound_in_another_currency_covers_nothing_and_any_bound_what_has_no_amount() -> None:
    case = away(LINE, scope=Scope(up_to=Money.model_validate("9000000 EUR")))
    assert case.refused("decide", ballot(case), by="e9") == "delegation-scope"
    assert approve(away(LINE, scope=Scope(up_to=thb(1)), asked=content(amount=None)), "e9").found(Decided)
