"""Raising, approving, amending and returning a requisition."""

from decimal import Decimal

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import DecisionsVoided
from domain.kernel.effects import Claim, HeldClaim
from domain.kernel.facts import Facts
from domain.kernel.policy import Ladder, Rung
from domain.kernel.routing.route import preview, route_of
from domain.organisation.model import Position
from domain.people.hiring.commands import RaiseRequisition
from domain.people.hiring.effects import POSITION
from domain.people.hiring.remarks import remarks
from domain.people.hiring.requisition import preview_content
from tests.domain.people.company import (
    ANN,
    BOSS,
    CONTROLLER,
    ENGINEER,
    HEAD,
    HR,
    HR2,
    LEAD,
    MANAGER,
    NOW,
    ORGANISATION,
    OTHER,
    POLICY,
    RECRUITER,
    Play,
    accepted,
    baht,
    extended,
    interviewed,
    names,
    opened,
    requisition,
)  # fmt: skip


@pytest.mark.rule("HIR-01")
def test_a_requisition_is_approved_by_line_then_hr_then_money():
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition())
    asked = []
    while play.tasks("decide"):
        asked.append(play.state.case.tasks[play.tasks("decide")[0]].assignees)
        play.decide()
    assert asked == [(MANAGER,), (HR, HR2), (CONTROLLER,)]
    assert play.stage == "sourcing"


@pytest.mark.rule("HIR-01")
def test_the_cost_of_a_year_with_on_cost_chooses_the_route():
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition(seats=6))
    for _ in range(2):
        play.decide()
    assert play.state.cost == baht(60_000) * 6 * 12 * Decimal("1.2")  # 5 184 000: above the controller and five million
    assert play.state.case.tasks[play.tasks("decide")[0]].assignees == (BOSS,)
    play.decide()
    assert play.stage == "in_approval"  # the board is still to come
    play.decide()
    assert play.stage == "sourcing"


@pytest.mark.rule("HIR-01")
def test_the_event_holds_all_that_a_requisition_names():
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition(hr_partner=HR2))
    asked = play.state.the_requisition
    assert asked.model_dump(mode="json", exclude={"salary_band", "checks"}) == {
        key: value for key, value in requisition().items() if key != "salary_band"
    }
    assert play.state.the_team.hiring_manager == LEAD
    assert play.state.the_team.hr_partners == (HR2,)
    assert play.state.the_team.recruiters == (RECRUITER,)


@pytest.mark.rule("HIR-01")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"seats": 0}, "bad-payload"),
        ({"seats": -2}, "bad-payload"),
        ({"seats": 501}, "bad-payload"),
        ({"seats": "many"}, "bad-payload"),
        ({"salary_band": {"min": "70000 THB", "max": "60000 THB"}}, "bad-payload"),
        ({"salary_band": {"min": "0 THB", "max": "60000 THB"}}, "bad-payload"),
        ({"salary_band": {"min": "50000 THB", "max": "6000 USD"}}, "bad-payload"),
        ({"salary_band": {"min": 50000.5, "max": 6}}, "bad-payload"),
        ({"interview_plan": []}, "bad-payload"),
        ({"interview_plan": [{"kind": "a"}, {"kind": "a"}]}, "bad-payload"),
        ({"business_case": ""}, "bad-payload"),
        ({"business_case": "x" * 5_000_000}, "bad-payload"),
        ({"colour": "blue"}, "bad-payload"),
        ({"position": "p-none"}, "unknown-position"),
        ({"unit": "space"}, "unknown-unit"),
        ({"budget_line": "none"}, "unknown-budget-line"),
        ({"hiring_manager": "e999"}, "unknown-person"),
        ({"recruiter": "e999"}, "unknown-person"),
    ],
)
def test_a_requisition_with_a_wrong_field_is_refused(change, code):
    assert Play().refused(LEAD, "raise-requisition", **requisition(**change)) == code


@pytest.mark.rule("HIR-01")
def test_only_someone_who_works_here_raises_a_requisition():
    assert Play().refused("c-stranger", "raise-requisition", **requisition()) == "not-your-role"


@pytest.mark.rule("HIR-09")
def test_a_position_that_the_organisation_froze_is_not_recruited_for():
    play = Play()
    frozen = Position(**{**ORGANISATION.positions["p-support"].model_dump(), "frozen": True})
    play.organisation = ORGANISATION.model_copy(update={"positions": {**ORGANISATION.positions, "p-support": frozen}})
    assert play.refused(LEAD, "raise-requisition", **requisition()) == "position-frozen"


def test_a_case_is_raised_once():
    assert opened().refused(LEAD, "raise-requisition", **requisition()) == "already-started"


def test_nothing_can_be_done_to_a_case_that_was_never_raised():
    assert Play().refused(LEAD, "cancel-requisition", reason="no") == "no-such-case"


@pytest.mark.rule("HIR-01")
def test_a_draft_asks_nobody_until_it_is_submitted():
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition(draft=True))
    assert play.stage == "draft"
    assert not play.state.case.tasks
    assert play.claims("request") == []
    play.do(LEAD, "amend-requisition", seats=2)
    assert play.stage == "draft"
    play.do(LEAD, "submit-requisition")
    assert play.stage == "in_approval"
    assert play.refused(LEAD, "submit-requisition") == "not-a-draft"


@pytest.mark.rule("HIR-01")
def test_no_candidate_before_the_approval():
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition())
    assert play.refused(RECRUITER, "add-candidate", candidate=ANN, source="x") == "not-open"


@pytest.mark.rule("KRN-02")
def test_whoever_asks_does_not_approve():
    play = Play()
    play.do(MANAGER, "raise-requisition", **requisition(hiring_manager=HEAD))
    task = play.state.case.tasks[play.tasks("decide")[0]]
    assert task.assignees == (BOSS,)  # the head benefits, so the line goes one further up
    assert play.refused(MANAGER, "decide", task=task.id, outcome="approve") == "not-your-task"
    assert play.refused(HEAD, "decide", task=task.id, outcome="approve") == "not-your-task"


@pytest.mark.rule("KRN-15")
def test_a_returned_requisition_is_amended_and_resubmitted():
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition())
    play.decide()
    play.decide("return", comment="Too high for this grade", fields=["salary_band"])
    assert play.stage == "returned"
    assert play.refused(ENGINEER, "resubmit-requisition") == "not-your-role"
    play.do(LEAD, "amend-requisition", business_case="Three calls in ten by now.")
    assert play.stage == "returned"
    play.do(LEAD, "resubmit-requisition", salary_band={"min": "45000 THB", "max": "55000 THB"})
    assert play.stage == "in_approval"
    assert play.state.the_requisition.salary_band.max == baht(55_000)
    assert any(comment.text == "Too high for this grade" for comment in play.state.case.comments)
    play.approve_all()
    assert play.stage == "sourcing"
    assert play.refused(LEAD, "resubmit-requisition") == "not-returned"


@pytest.mark.rule("HIR-07")
@pytest.mark.parametrize(
    "change",
    [
        {"grade": 6},
        {"salary_band": {"min": "50000 THB", "max": "61000 THB"}},
        {"location": "Chiang Mai"},
        {"seats": 2},
        {"unit": "co"},
        {"budget_line": "it-project"},
    ],
)
def test_a_material_change_voids_the_approvals(change):
    play = opened()
    events = play.do(LEAD, "amend-requisition", **change)
    voided = next(event for event in events if isinstance(event, DecisionsVoided))
    assert len(voided.tasks) == 3
    assert play.stage == "in_approval"
    assert play.refused(RECRUITER, "add-candidate", candidate=ANN, source="x") == "not-open"
    play.approve_all()
    assert play.stage == "sourcing"
    assert len([d for d in play.state.case.reviews["requisition"].decisions if d.standing]) == 3


@pytest.mark.rule("HIR-07")
def test_a_material_change_in_mid_approval_starts_again():
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition())
    play.decide()
    play.do(LEAD, "amend-requisition", grade=6)
    assert play.state.case.tasks[play.tasks("decide")[0]].assignees == (MANAGER,)


WHAT_APPROVERS_READ = {
    "business_case": "Now five calls in ten.",
    "interview_plan": [{"kind": "technical", "interviewers": 1}],
    "checks": [],
    "budget_line": "it-project",
}


@pytest.mark.rule("KRN-14", "HIR-07")
@pytest.mark.parametrize(("field", "value"), WHAT_APPROVERS_READ.items())
def test_whatever_approvers_read_is_decided_again_when_it_changes(field, value):
    play = opened()
    before = play.state.case.reviews["requisition"].content_hash
    events = play.do(LEAD, "amend-requisition", **{field: value})
    assert any(isinstance(event, DecisionsVoided) for event in events)
    assert play.stage == "in_approval"
    assert play.state.case.reviews["requisition"].content_hash != before


@pytest.mark.rule("KRN-14")
def test_the_hash_of_a_requisition_covers_every_field_of_it():
    fields = Play()
    fields.do(LEAD, "raise-requisition", **requisition())
    assert set(fields.state.case.reviews["requisition"].fields) == set(type(fields.state.the_requisition).model_fields)


@pytest.mark.rule("KRN-14")
def test_checks_of_the_policy_named_one_by_one_are_the_same_content():
    """What will be checked is what approvers answer for, whoever wrote the list."""
    play = opened()
    play.do(LEAD, "amend-requisition", checks=["references", "education"])
    assert play.stage == "sourcing"


@pytest.mark.rule("KRN-14")
def test_another_job_description_under_a_running_approval_is_decided_again():
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition())
    play.decide()
    play.do(LEAD, "amend-requisition", job_description={"id": "jd-support", "version": "4"})
    assert play.state.case.tasks[play.tasks("decide")[0]].step == "line"


def test_an_amendment_that_changes_nothing_is_refused():
    play = opened()
    assert play.refused(LEAD, "amend-requisition", grade=5) == "nothing-changed"
    assert play.refused(LEAD, "amend-requisition") == "bad-payload"


@pytest.mark.rule("HIR-07")
def test_an_offer_does_not_go_out_while_the_requisition_is_approved_again():
    play = interviewed(opened(), ANN)
    play.do(
        RECRUITER, "submit-offer", candidate=ANN, salary="55000 THB", start_date="2027-01-04", grade=5, location="B"
    )
    play.approve_all()
    play.do(LEAD, "amend-requisition", location="Phuket")
    assert play.refused(RECRUITER, "extend-offer", offer="offer-1") == "not-open"
    play.approve_all()
    play.do(RECRUITER, "extend-offer", offer="offer-1")
    assert play.stage == "offer"


@pytest.mark.rule("HIR-07")
def test_an_offer_approved_inside_a_band_that_moved_away_is_not_sent():
    play = interviewed(opened(), ANN)
    play.do(
        RECRUITER, "submit-offer", candidate=ANN, salary="55000 THB", start_date="2027-01-04", grade=5, location="B"
    )
    play.approve_all()
    play.do(LEAD, "amend-requisition", salary_band={"min": "40000 THB", "max": "50000 THB"})
    play.approve_all()
    assert play.refused(RECRUITER, "extend-offer", offer="offer-1") == "offer-outdated"


@pytest.mark.rule("HIR-02")
def test_seats_cannot_be_cut_below_the_offers_that_hold_them():
    play = interviewed(opened(seats=2), ANN, "c-bob")
    extended(play, ANN)
    extended(play, "c-bob")
    assert play.refused(LEAD, "amend-requisition", seats=1) == "seats-in-use"


@pytest.mark.rule("HIR-07")
def test_a_refused_amendment_leaves_the_hires_and_can_be_amended_again():
    play = interviewed(opened(seats=2), ANN)
    accepted(play, ANN)
    play.do(LEAD, "amend-requisition", seats=3)
    play.decide("reject", comment="Two are enough")
    assert play.stage == "amendment_refused"
    play.do(LEAD, "amend-requisition", seats=1)
    assert play.stage == "in_approval"
    play.approve_all()
    assert play.stage == "checks"
    assert play.state.review == "requisition-2"


@pytest.mark.rule("HIR-01")
def test_a_rejected_requisition_is_over_and_gives_its_claim_back():
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition())
    assert play.claims("request") == [
        Claim(kind="request", key=f"{LEAD}|it-people", item="requisition", amount=baht(864_000))
    ]
    play.decide("reject", comment="Not this year")
    assert play.state.case.closed is Status.REJECTED
    assert play.stage == "rejected"
    assert not play.state.case.tasks
    assert play.claims("request") == []
    assert play.refused(LEAD, "amend-requisition", seats=2) == "finished"


@pytest.mark.rule("KRN-16")
def test_the_requester_withdraws_until_the_last_decision():
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition())
    task = play.tasks("decide")[0]
    assert play.refused(MANAGER, "withdraw", reason="no") == "not-the-requester"
    play.do(LEAD, "withdraw", reason="Solved otherwise")
    assert play.stage == "withdrawn"
    assert play.claims("request") == []
    assert play.refused(MANAGER, "decide", task=task, outcome="approve") == "withdrawn"


@pytest.mark.rule("HIR-08")
def test_an_approved_requisition_is_cancelled_and_not_withdrawn():
    play = interviewed(opened(), ANN)
    extended(play, ANN)
    assert play.refused(LEAD, "withdraw", reason="no") == "cancel-instead"


@pytest.mark.rule("KRN-05")
def test_requests_of_one_requester_and_line_are_added_up():
    earlier = Claim(kind="request", key=f"{LEAD}|it-people", item="requisition", amount=baht(2_500_000))
    play = Play(ledger=[HeldClaim(claim=earlier, stream="hiring-0", since=NOW)])
    play.do(LEAD, "raise-requisition", **requisition())
    play.decide()
    play.decide()
    money = play.state.case.tasks[play.tasks("decide")[0]]
    assert money.assignees == (BOSS,)  # 864 000 alone would be the controller's


@pytest.mark.rule("KRN-05")
def test_a_route_that_begins_with_money_adds_up_from_the_first_step_on():
    earlier = Claim(kind="request", key=f"{LEAD}|it-people", item="requisition", amount=baht(2_500_000))
    play = Play(ledger=[HeldClaim(claim=earlier, stream="hiring-0", since=NOW)])
    hiring = POLICY.processes["hiring"]
    money = hiring.routes["requisition"].model_copy(update={"steps": hiring.routes["requisition"].steps[2:]})
    routes = {**hiring.routes, "requisition": money}
    play.policy = POLICY.model_copy(update={"processes": {"hiring": hiring.model_copy(update={"routes": routes})}})
    play.do(LEAD, "raise-requisition", **requisition())
    assert play.state.case.tasks[play.tasks("decide")[0]].assignees == (BOSS,)


@pytest.mark.rule("KRN-05")
def test_the_claim_follows_the_cost_and_the_budget_line():
    play = opened()
    play.do(LEAD, "amend-requisition", seats=2, budget_line="it-project")
    assert [(claim.key, claim.amount) for claim in play.claims("request")] == [(f"{LEAD}|it-project", baht(1_728_000))]


@pytest.mark.rule("KRN-33")
@pytest.mark.parametrize(("do", "stage"), [("expire", "expired"), ("deny", "rejected")])
def test_the_end_of_a_ladder_ends_the_hiring_where_the_policy_says_so(do, stage):
    play = Play()
    play.policy = POLICY.model_copy(update={"ladders": {"standard": Ladder(rungs=(Rung(at_percent=100, do=do),))}})
    play.do(LEAD, "raise-requisition", **requisition())
    play.pass_time(days=5)
    assert play.stage == stage
    assert play.claims("request") == []


@pytest.mark.rule("KRN-41")
def test_a_preview_names_the_approvers_that_submitting_asks():
    payload = RaiseRequisition.model_validate(requisition())
    facts = Facts(now=NOW, organisation=ORGANISATION, policy=POLICY)
    steps = preview(preview_content(payload, facts, LEAD), route_of(POLICY, "hiring", "requisition"), facts)
    assert [step.assignees for step in steps] == [(MANAGER,), (HR, HR2), (CONTROLLER,)]


@pytest.mark.rule("KRN-32")
def test_a_hold_stops_the_work_and_a_resume_goes_on():
    play = opened()
    play.do(MANAGER, "hold", reason="Reorganisation")
    assert play.stage == "on_hold"
    assert play.refused(RECRUITER, "add-candidate", candidate=ANN, source="x") == "on-hold"
    play.do(MANAGER, "resume", reason="Done")
    assert play.stage == "sourcing"


def test_the_team_is_looked_up_again_at_approval():
    play = Play()
    play.do(LEAD, "raise-requisition", **requisition())
    moved = tuple(held for held in ORGANISATION.roles if held.person != HR2)
    play.organisation = ORGANISATION.model_copy(update={"roles": moved})
    play.approve_all()
    assert play.state.the_team.hr_partners == (HR,)


def test_raising_records_its_events_in_order():
    play = Play()
    events = play.do(LEAD, "raise-requisition", **requisition())
    assert names(events) == ["RequisitionRaised", "RequisitionSubmitted", "ReviewOpened", "TaskAssigned"]
    assert play.refused(OTHER, "cancel-requisition", reason="x") == "not-your-role"


def odd(play: Play, **changes: object) -> list[str]:
    payload = RaiseRequisition.model_validate(requisition(**changes))
    return [str(one) for one in remarks(payload, play.facts_now(()))]


@pytest.mark.rule("HIR-01")
def test_what_is_odd_about_a_requisition_is_said_at_its_check():
    play = Play()
    position = play.organisation.positions[requisition()["position"]]
    plain = {"unit": position.unit, "grade": position.grade}
    holders = [one.id for one in play.organisation.people.values() if one.position == position.id]
    assert odd(play, **plain) == ([f"This position is held by {', '.join(holders)} today."] if holders else [])
    held = next(one.position for one in play.organisation.people.values())
    assert any("is held by" in said for said in odd(play, position=held))
    other = next(unit for unit in play.organisation.units if unit != position.unit)
    said = odd(play, **plain | {"unit": other, "grade": position.grade + 1})
    assert f"This position belongs to {position.unit}; you chose {other}." in said
    assert any("has grade" in one for one in said)


@pytest.mark.rule("HIR-01")
@pytest.mark.parametrize(
    ("others", "said"), [(0, []), (1, ["There is an open request for this position already."]),
                         (2, ["There are 2 open requests for this position already."])],
)  # fmt: skip
def test_other_requests_for_a_position_are_said(others: int, said: list[str]):
    play, position = Play(), requisition()["position"]
    claims = [
        HeldClaim(claim=Claim(kind=POSITION, key=position), stream=f"hiring-{n}", since=NOW) for n in range(others)
    ]
    facts = play.facts_now(()).model_copy(update={"claims": tuple(claims)})
    told = [str(one) for one in remarks(RaiseRequisition.model_validate(requisition()), facts)]
    assert [one for one in told if "request" in one] == said
