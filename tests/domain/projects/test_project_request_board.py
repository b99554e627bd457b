"""The board (PRJ-05), the fast lane (PRJ-06), emergencies (PRJ-07), sponsors and lapse (PRJ-08), ends (PRJ-09)."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.command import Command
from domain.kernel.effects import Claim, ClaimQuery, HeldClaim, StartCase, TellCase
from domain.kernel.values.money import Money
from domain.projects.intake import commands as c
from domain.projects.intake.board import next_board
from domain.projects.intake.events import EmergencyStarted, PutOnAgenda
from domain.projects.intake.state import Stage
from domain.projects.intake.triage import FAST, OPEN
from tests.conformance.company import NOW
from tests.domain.projects.requests import LINE, YEAR, Desk, example, facts

ANALYST, OFFICE, REQUESTER, SPONSOR = example.ANALYST, example.OFFICE, example.REQUESTER, example.SPONSOR
REASON = {"reason": "so it was decided"}


def on_board() -> Desk:
    return Desk().play(example.ready).when("submit-for-decision", by=OFFICE).due("board")


@pytest.mark.rule("PRJ-05")
@pytest.mark.parametrize(
    ("today", "board"),
    [("2026-12-01", "2026-12-15"), ("2026-12-04", "2026-12-15"), ("2026-12-05", "2027-01-15"),
     ("2027-01-20", "2027-02-15"), ("2027-04-20", "2027-05-17")],
)  # fmt: skip
def test_the_cut_off_closes_an_agenda(today: str, board: str):
    calendar = facts().organisation.calendars["th-bangkok"]
    found, cut_off = next_board(facts(), calendar, date.fromisoformat(today))
    assert found == date.fromisoformat(board)
    assert date.fromisoformat(today) <= cut_off < found


@pytest.mark.rule("PRJ-05")
def test_the_board_is_asked_on_its_day():
    desk = Desk().play(example.ready).when("submit-for-decision", by=OFFICE)
    assert desk.found(PutOnAgenda).board == date(2026, 12, 15)
    assert not desk.case.tasks
    desk.due("board")
    assert desk.now.date() == date(2026, 12, 15)
    assert SPONSOR not in desk.task("decide").people


@pytest.mark.rule("PRJ-05")
def test_a_board_without_quorum_approves_nothing():
    desk = on_board()
    task = desk.task("decide")
    for person in task.waiting[:2]:
        desk.when("decide", {"task": task.id, "outcome": "approve"}, by=person)
    assert desk.stage == Stage.BOARD
    desk.when("decide", {"task": task.id, "outcome": "approve"}, by=desk.task("decide").waiting[0])
    assert desk.stage == Stage.APPROVED_TO_START


@pytest.mark.rule("PRJ-05")
def test_an_approval_waits_for_its_conditions():
    desk = on_board()
    task = desk.task("decide")
    condition = {"text": "A second offer", "owner": ANALYST, "due": "2026-12-24"}
    first = {"task": task.id, "outcome": "approve", "conditions": [condition]}
    desk.when("decide", first, by=task.waiting[0]).play(example.votes)
    assert desk.stage == Stage.BOARD
    desk.when("meet-condition", {"task": desk.task("condition").id, "note": "it is attached"}, by=ANALYST)
    assert desk.stage == Stage.APPROVED_TO_START


@pytest.mark.rule("PRJ-05")
@pytest.mark.parametrize("stage", [Stage.READY, Stage.AGENDA, Stage.BOARD])
def test_a_deferred_request_comes_back_by_itself(stage: Stage):
    desk = Desk().play(example.ready)
    if stage != Stage.READY:
        desk.when("submit-for-decision", by=OFFICE)
    if stage == Stage.BOARD:
        desk.due("board")
    assert desk.stage == stage
    desk.when("defer-request", {"until": "2027-02-01", **REASON}, by=OFFICE)
    assert (desk.stage, list(desk.case.tasks)) == (Stage.DEFERRED, [])
    assert "so it was decided" in desk.messages(REQUESTER)[-1]
    desk.due("deferred")
    assert (desk.stage, desk.now.date()) == (Stage.READY, date(2027, 2, 1))
    assert desk.task().command == "submit-for-decision"
    assert desk.messages(REQUESTER)


@pytest.mark.rule("PRJ-05")
def test_what_was_deferred_is_decided_by_the_next_board():
    desk = on_board().when("defer-request", {"until": "2027-01-05", **REASON}, by=OFFICE).due("deferred")
    desk.when("submit-for-decision", by=OFFICE).due("board").play(example.votes)
    assert desk.stage == Stage.APPROVED_TO_START


def claimed(kind: str, key: str, amount: str | None = None, *, days: int = 1) -> HeldClaim:
    money = Money.model_validate(amount) if amount else None
    return HeldClaim(
        claim=Claim(kind=kind, key=key, amount=money), stream="other-request", since=NOW - timedelta(days=days)
    )


def triaging(cost: str, *claims: HeldClaim) -> Desk:
    desk = Desk(facts(claims=claims)).when("submit-idea", example.idea(), by=REQUESTER)
    return desk.when("make-request", example.wish(expected_cost=cost), by=REQUESTER)


FAST_LANE = {"lane": "fast", "analyst": ANALYST}


@pytest.mark.rule("PRJ-06")
def test_the_fast_lane_ends_at_its_limit():
    assert triaging("250000 THB").when("triage-request", FAST_LANE, by=OFFICE).stage == Stage.REQUIREMENTS
    assert triaging("250001 THB").refused("triage-request", FAST_LANE, by=OFFICE) == "fast-lane-limit"
    assert triaging("1 EUR").refused("triage-request", FAST_LANE, by=OFFICE) == "fast-lane-limit"


@pytest.mark.rule("PRJ-06")
@pytest.mark.parametrize("key", ["origin|audit finding 12", f"requester|{REQUESTER}|operations-plant"])
def test_small_changes_of_one_origin_are_added_up(key: str):
    other = claimed(FAST, key, "200000 THB")
    assert triaging("50001 THB", other).refused("triage-request", FAST_LANE, by=OFFICE) == "fast-lane-limit"
    old = claimed(FAST, key, "200000 THB", days=91)
    assert triaging("50001 THB", old).when("triage-request", FAST_LANE, by=OFFICE).stage == Stage.REQUIREMENTS


@pytest.mark.rule("PRJ-06")
def test_parts_of_one_request_are_added_up():
    desk = Desk().play(example.triaged).when("split-request", {"parts": ["One", "Two"], **REASON}, by=OFFICE)
    parts = [one for one in desk.effects if isinstance(one, StartCase)]
    assert [part.payload["origin"] for part in parts] == ["request-1", "request-1"]
    part = Desk(facts(claims=(claimed(FAST, "origin|request-1", "200000 THB"),)), parts[1].case)
    part.when("open-part", parts[1].payload, by="system", channel="effect")
    part.when("make-request", example.wish(expected_cost="50001 THB"), by=REQUESTER)
    assert part.case.requester == REQUESTER
    assert part.refused("triage-request", FAST_LANE, by=OFFICE) == "fast-lane-limit"


@pytest.mark.rule("PRJ-06")
def test_a_small_change_that_grew_goes_the_full_way():
    desk = Desk().play(example.signed, "fast", expected_cost="100000 THB")
    assert desk.stage == Stage.PLANNING
    desk.when("plan-project", example.plan(desk.today, "300000 THB"), by=ANALYST)
    assert (desk.stage, desk.state.lane) == (Stage.CHECKS, "full")
    assert "too large for the fast lane" in desk.messages(REQUESTER)[0]


def in_emergency(available: str = "5000000") -> Desk:
    desk = Desk(facts(available)).play(example.triaged)
    costs = [{"period": "2026", "amount": "300000 THB"}]
    return desk.when("start-emergency", {"line": LINE, "costs": costs, **REASON}, by=SPONSOR)


@pytest.mark.rule("PRJ-07")
def test_an_emergency_reserves_even_what_is_not_left():
    assert not in_emergency().found(EmergencyStarted).beyond
    desk = in_emergency("100000")
    assert desk.found(EmergencyStarted).beyond
    assert desk.held() == {"2026": "300000"}
    again = {"line": LINE, "costs": [{"period": "2026", "amount": "1 THB"}], **REASON}
    assert desk.refused("start-emergency", again, by=SPONSOR) == "begun-already"
    assert Desk().play(example.triaged).refused("start-emergency", again, by=REQUESTER) == "not-your-role"


@pytest.mark.rule("PRJ-07")
def test_an_emergency_without_approval_stops():
    desk = in_emergency()
    started = desk.now
    desk.due("emergency")
    assert desk.now == started + timedelta(days=10)
    assert (desk.stage, desk.held()) == (Stage.STOPPED, {})
    for person in (REQUESTER, SPONSOR):
        assert "emergency" in desk.messages(person)[-1]


@pytest.mark.rule("PRJ-07")
def test_an_approved_emergency_goes_on():
    desk = Desk().play(example.signed, "fast", expected_cost="200000 THB")
    desk.when("plan-project", example.plan(desk.today, "200000 THB"), by=ANALYST)
    costs = [{"period": "2026", "amount": "100000 THB"}]
    desk.when("start-emergency", {"line": LINE, "costs": costs, **REASON}, by=SPONSOR)
    desk.when("reserve-money", by=example.LINE_OWNER)
    assert desk.held() == {YEAR: "200000"}
    desk.when("submit-for-decision", by=OFFICE).play(example.approvals)
    assert desk.stage == Stage.APPROVED_TO_START
    assert "emergency" not in {one.kind for one in desk.case.deadlines}


def without(desk: Desk, person: str) -> Desk:
    organisation = desk.facts.organisation
    gone = organisation.people[person].model_copy(update={"end": desk.today})
    people = {**organisation.people, person: gone}
    return desk.given(organisation=organisation.model_copy(update={"people": people}))


@pytest.mark.rule("PRJ-08")
@pytest.mark.parametrize("reached", ["triaged", "ready", "approved"])
def test_a_request_whose_sponsor_left_rests(reached: str):
    desk = Desk().play(getattr(example, reached))
    stood = desk.stage
    without(desk.days(3), SPONSOR).due("sponsor")
    assert desk.stage == Stage.SUSPENDED
    assert desk.task().command == "replace-sponsor"
    assert desk.messages(REQUESTER)
    assert desk.refused("cancel-request", REASON, by="e1030") == "not-your-role"
    desk.when("replace-sponsor", {"sponsor": "e1054", **REASON}, by=OFFICE)
    assert desk.stage == stood


@pytest.mark.rule("PRJ-08")
def test_a_board_does_not_decide_without_a_sponsor():
    desk = on_board()
    without(desk, SPONSOR).due("sponsor")
    assert "decide" not in {task.kind for task in desk.case.tasks.values()}
    desk.when("replace-sponsor", {"sponsor": "e1054", **REASON}, by=OFFICE)
    assert desk.stage == Stage.READY


@pytest.mark.rule("PRJ-08")
def test_an_approval_lapses_if_nothing_started():
    desk = Desk().play(example.approved)
    approved = desk.now.date()
    desk.due("lapse")
    assert (desk.now.date() - approved).days in range(180, 187)
    assert (desk.stage, desk.held(), desk.case.closed) == (Stage.LAPSED, {}, Status.EXPIRED)
    assert desk.messages(REQUESTER)


@pytest.mark.rule("PRJ-08")
def test_what_is_just_starting_does_not_lapse():
    desk = Desk().play(example.approved)
    lapses = next(one.at for one in desk.case.deadlines if one.kind == "lapse")
    desk.at(lapses - timedelta(hours=1)).when("charter-project", by=OFFICE).due("lapse")
    assert desk.stage == Stage.CHARTERING


OTHER = (claimed(OPEN, "other-request"),)
ENDS: list[tuple[str, dict[str, Any], str, str]] = [
    ("decline-request", REASON, "declined", ""),
    ("end-as-duplicate", {"into": "other-request", **REASON}, "duplicate", "other-request"),
    ("merge-request", {"into": "other-request", **REASON}, "merged", "other-request"),
    ("split-request", {"parts": ["One", "Two"], **REASON}, "split", "request-1-part-2"),
    ("cancel-request", REASON, "cancelled", ""),
]


@pytest.mark.rule("PRJ-09")
@pytest.mark.parametrize(("command", "payload", "stage", "link"), ENDS)
def test_every_end_tells_the_requester_why_and_where(command: str, payload: dict[str, Any], stage: str, link: str):
    desk = triaging("900000 THB", *OTHER).when(command, payload, by=OFFICE)
    assert desk.stage == stage
    told = desk.messages(REQUESTER)[-1]
    assert "so it was decided" in told
    assert link in told


@pytest.mark.rule("PRJ-09")
def test_a_rejection_tells_the_requester_why():
    desk = on_board()
    task = desk.task("decide")
    for person in task.waiting[:2]:
        desk.when("decide", {"task": task.id, "outcome": "reject", "comment": "not this year"}, by=person)
    assert desk.stage == "rejected"
    assert "not this year" in desk.messages(REQUESTER)[-1]


@pytest.mark.rule("PRJ-09")
def test_a_request_goes_on_only_in_one_that_is_open():
    desk = triaging("900000 THB")
    assert desk.refused("merge-request", {"into": "other-request", **REASON}, by=OFFICE) == "no-such-request"
    assert desk.refused("merge-request", {"into": "request-1", **REASON}, by=OFFICE) == "itself"


@pytest.mark.rule("PRJ-09")
def test_two_requests_are_not_merged_into_each_other():
    desk = triaging("900000 THB")
    command = Command(
        case="request-1", process="project_request", name="merge-request", actor=OFFICE, channel="web", at=NOW
    )
    asked = desk.process.needs(desk.state, command, c.MergeRequest(into="another", reason="x"))
    assert asked == [ClaimQuery(kind=OPEN, key=key, lock=True) for key in ("another", "request-1")]


@pytest.mark.rule("PRJ-09")
def test_who_was_merged_hears_of_the_end_too():
    merged = triaging("900000 THB", *OTHER).when("merge-request", {"into": "other-request", **REASON}, by=OFFICE)
    (told,) = [one for one in merged.effects if isinstance(one, TellCase)]
    assert (told.case, told.command) == ("other-request", "note-merged")
    desk = Desk(case="other-request").play(example.triaged)
    desk.when(told.command, {**told.payload, "requester": "e1030"}, by="system", channel="effect")
    desk.when("cancel-request", REASON, by=REQUESTER)
    assert desk.messages("e1030") == desk.messages(REQUESTER)[-1:]
