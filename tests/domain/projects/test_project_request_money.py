"""Plan, money and score (PRJ-03, PRJ-04), the start of the project (PRJ-03, PRJ-09)."""

from decimal import Decimal

import pytest

from domain.kernel.command import SYSTEM
from domain.kernel.effects import StartCase
from domain.kernel.errors import Refused
from domain.projects.intake.content import Score
from domain.projects.intake.state import Stage
from tests.domain.projects.requests import LINE, YEAR, Desk, example, facts

ANALYST, OFFICE, LINE_OWNER, REQUESTER = example.ANALYST, example.OFFICE, example.LINE_OWNER, example.REQUESTER


def to_plan(desk: Desk | None = None) -> Desk:
    return (desk or Desk()).play(example.signed).play(example.approvals)


@pytest.mark.rule("PRJ-03")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"line": "no-such-line"}, "unmapped"),
        ({"costs": [{"period": "2027-03", "amount": "1 THB"}]}, "wrong-period"),
        ({"costs": [{"period": YEAR, "amount": "0 THB"}]}, "not-positive"),
        ({"costs": [{"period": YEAR, "amount": "1 EUR"}]}, "two-currencies"),
        ({"costs": [{"period": YEAR, "amount": "1 THB"}] * 2}, "same-period"),
        ({"manager": "e9999"}, "unknown-person"),
        ({"manager": example.SPONSOR}, "same-person"),
        ({"starts": "2026-11-01"}, "past-day"),
        ({"starts": "2027-07-01"}, "ends-before-start"),
        ({"milestones": [{"title": "All halls", "due": "2028-01-31"}]}, "money-ends-first"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(change, code):
    desk = to_plan()
    assert desk.refused("plan-project", {**example.plan(desk.today), **change}, by=ANALYST) == code


@pytest.mark.rule("PRJ-03")
@pytest.mark.parametrize("lacks", ["milestones", "people", "ownership", "benefits", "costs"])
def test_a_plan_lacks_nothing(lacks):
    desk = to_plan()
    with pytest.raises(ValueError, match=lacks):
        desk.when("plan-project", {**example.plan(desk.today), lacks: []}, by=ANALYST)


@pytest.mark.rule("PRJ-03")
def test_money_is_reserved_before_the_board():
    desk = to_plan().when("plan-project", example.plan(Desk().today), by=ANALYST)
    assert desk.task().assignees == (LINE_OWNER,)
    assert desk.refused("submit-for-decision", by=OFFICE) == "not-now"
    desk.when("reserve-money", by=LINE_OWNER)
    assert desk.held() == {YEAR: "900000"}


@pytest.mark.rule("PRJ-03")
def test_a_line_without_enough_reserves_nothing():
    desk = to_plan(Desk(facts("800000"))).when("plan-project", example.plan(Desk().today), by=ANALYST)
    assert desk.refused("reserve-money", by=LINE_OWNER) == "over-budget"
    assert desk.held() == {}


@pytest.mark.rule("PRJ-03")
def test_another_plan_frees_what_was_reserved():
    desk = Desk().play(example.ready)
    desk.when("plan-project", example.plan(desk.today, "700000 THB"), by=ANALYST)
    assert (desk.held(), desk.stage) == ({}, Stage.MONEY)


@pytest.mark.rule("PRJ-03")
def test_no_approval_without_reserved_money():
    desk = Desk().play(example.ready).when("submit-for-decision", by=OFFICE).due("board")
    task = desk.task("decide")
    desk.state = desk.state.model_copy(update={"reserved": False})
    with pytest.raises(Refused, match="No money is reserved"):
        desk.when("decide", {"task": task.id, "outcome": "approve"}, by=task.waiting[0])


@pytest.mark.rule("PRJ-04")
def test_a_score_keeps_its_model():
    desk = Desk().play(example.ready)
    score = desk.state.score
    assert isinstance(score, Score)
    assert score.policy == desk.facts.policy.version
    assert score.weights == {"strategy": 40, "value": 30, "risk": 20, "urgency": 10}
    assert score.total == Decimal("6.80")


@pytest.mark.rule("PRJ-04")
def test_every_criterion_is_scored():
    desk = to_plan().when("plan-project", example.plan(Desk().today), by=ANALYST).when("reserve-money", by=LINE_OWNER)
    assert desk.refused("score-request", {"scores": {"strategy": "7"}}, by=OFFICE) == "criteria"


@pytest.mark.rule("PRJ-04")
def test_a_mandatory_project_skips_the_score_not_the_money():
    desk = Desk().play(example.signed, mandatory=True).play(example.approvals)
    desk.when("plan-project", example.plan(desk.today), by=ANALYST)
    assert desk.stage == Stage.MONEY
    desk.when("reserve-money", by=LINE_OWNER)
    assert desk.stage == Stage.READY


@pytest.mark.rule("PRJ-03")
def test_the_project_begins_with_what_was_approved():
    desk = Desk().play(example.approved).when("charter-project", by=OFFICE)
    (start,) = [one for one in desk.effects if isinstance(one, StartCase)]
    assert (start.process, start.command, start.case) == ("project", "charter-project", "request-1-project")
    payload = start.payload
    assert payload["requirements_hash"] == desk.state.requirements_hash
    assert payload["periods"] == {YEAR: {"amount": "900000", "currency": "THB"}}
    assert [one["id"] for one in payload["requirements"]] == ["R1"]
    assert payload.keys() == {
        "request", "title", "unit", "sponsor", "business_owner", "manager", "line", "periods", "milestones",
        "requirements", "requirements_hash", "benefits", "mandatory",
    }  # fmt: skip
    assert (payload["line"], payload["request"]) == (LINE, "request-1")


@pytest.mark.rule("PRJ-03")
def test_money_stays_reserved_until_the_project_holds_it():
    desk = Desk().play(example.approved).when("charter-project", by=OFFICE)
    assert desk.held() == {YEAR: "900000"}
    said = {"project": "request-1-project"}
    desk.when("note-chartered", said, by=SYSTEM, channel="effect")
    assert (desk.held(), desk.stage) == ({}, Stage.CHARTERED)
    desk.when("note-chartered", said, by=SYSTEM, channel="effect").then()


@pytest.mark.rule("PRJ-09")
def test_a_project_that_does_not_answer_is_asked_for_again():
    desk = Desk().play(example.approved).when("charter-project", by=OFFICE).due("charter")
    assert desk.task().command == "charter-project"
    assert desk.held() == {YEAR: "900000"}
    desk.when("note-chartered", {"project": "request-1-project"}, by=SYSTEM, channel="effect")
    assert desk.stage == Stage.CHARTERED


@pytest.mark.rule("PRJ-09")
@pytest.mark.parametrize(("delivered", "stage"), [(True, Stage.DELIVERED), (False, Stage.STOPPED)])
def test_request_and_project_say_the_same(delivered, stage):
    desk = Desk().play(example.approved).when("charter-project", by=OFFICE)
    desk.when("note-chartered", {"project": "request-1-project"}, by=SYSTEM, channel="effect")
    assert desk.refused("cancel-request", {"reason": "no more"}, by=REQUESTER) == "not-now"
    assert desk.refused("withdraw", {"reason": "no more"}, by=REQUESTER) == "decided"
    other = {"project": "another", "delivered": delivered, "reason": "so it was decided"}
    assert desk.refused("note-project-ended", other, by=SYSTEM, channel="effect") == "other-project"
    desk.when("note-project-ended", {**other, "project": "request-1-project"}, by=SYSTEM, channel="effect")
    assert desk.stage == stage
    assert "request-1-project" in desk.messages(REQUESTER)[-1]


@pytest.mark.rule("PRJ-04")
def test_the_project_office_confirms_what_is_mandatory():
    desk = Desk().when("submit-idea", example.idea(), by=REQUESTER)
    desk.when("make-request", example.wish(), by=REQUESTER)
    confirmed = {"lane": "full", "analyst": ANALYST, "mandatory": True}
    assert desk.refused("triage-request", confirmed, by=OFFICE) == "not-asked-as-mandatory"
    said = Desk().when("submit-idea", example.idea(), by=REQUESTER)
    said.when("make-request", example.wish(mandatory=True), by=REQUESTER)
    said.when("triage-request", {"lane": "full", "analyst": ANALYST}, by=OFFICE)
    assert not said.state.mandatory
