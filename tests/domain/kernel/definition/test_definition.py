"""A process made from a definition: the order of its refusals, its parts, reactions, deadlines, forms and previews."""

from datetime import timedelta

import pytest

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import CaseClosed, DeadlineCleared, DeadlineSet, ReviewApproved, TaskAssigned
from domain.kernel.routing.case_roles import CaseRole
from domain.organisation.policy_needs import PolicyFields
from tests.domain.kernel.definition.trip import (
    TRIP,
    WISH,
    Desk,
    Stage,
    TripAmended,
    TripAsked,
    approved,
    asked,
    booked,
    decided,
    scene,
)
from tests.domain.kinds import mistaken

BY_TIMER = {"by": "system", "channel": "timer"}


def test_a_request_is_submitted_at_once():
    play = asked()
    assert isinstance(play.last[0], TripAsked)
    assert TRIP.stage(play.state) == Stage.IN_APPROVAL
    assert (play.case.requester, play.case.unit, play.case.subjects) == ("e4", "dev", ("e4",))


def test_a_draft_asks_nobody_until_submitted():
    play = asked(draft=True)
    assert (TRIP.stage(play.state), play.case.tasks) == (Stage.DRAFT, {})
    play.when("submit-trip", by="e4")
    assert TRIP.stage(play.state) == Stage.IN_APPROVAL


def test_what_follows_may_have_something_that_follows():
    play = approved(asked())
    assert [type(event) for event in play.last[-2:]] == [ReviewApproved, TaskAssigned]
    assert play.open("book").assignees == ("e7",)


def test_a_deadline_of_the_process_ends_the_case():
    play = booked(approved(asked()))
    due = play.found(DeadlineSet).deadline
    payload = due.model_dump(mode="json")
    assert play.refused("deadline", payload, **BY_TIMER) == "too-early"
    assert play.refused("deadline", payload | {"kind": "other"}, **BY_TIMER) == "deadline-gone"
    play.at(due.at).when("deadline", payload, **BY_TIMER).then(DeadlineCleared, CaseClosed)
    assert TRIP.stage(play.state) == "approved"


@pytest.mark.parametrize(
    ("name", "payload", "by", "code"),
    [
        ("request-trip", WISH, "e4", "already-started"),
        ("note-cancelled", {"reason": "x"}, "e4", "not-your-role"),
        ("submit-trip", {}, "e5", "not-your-role"),
        ("submit-trip", {}, "e4", "not-now"),
        ("book-trip", {"task": "trip-1.1", "booking": "x"}, "e7", "not-now"),
        ("amend-trip", {"place": "Chiang Mai"}, "e4", "nothing-changed"),
        ("amend-trip", {"traveller": "e99"}, "e4", "unknown-person"),
    ],
)
def test_a_command_is_refused_by_the_first_reason(name: str, payload: dict, by: str, code: str):
    assert asked().refused(name, payload, by=by) == code


def test_nothing_comes_before_the_opening():
    assert scene().refused("submit-trip", by="e4") == "no-such-case"
    assert scene().refused("comment", {"text": "x"}, by="e4") == "no-such-case"


@pytest.mark.rule("KRN-16")
def test_a_guard_refuses_a_command_of_the_kernel():
    assert approved(asked()).refused("withdraw", {"reason": "x"}, by="e4") == "cancel-instead"
    play = asked().when("withdraw", {"reason": "x"}, by="e4")
    assert play.refused("amend-trip", {"place": "x"}, by="e4") == "withdrawn"


def test_a_hold_refuses_people_only():
    play = asked().when("hold", {"reason": "x"}, by="e4")
    assert play.refused("amend-trip", {"place": "Phuket"}, by="e4") == "on-hold"
    play.when("note-cancelled", {"reason": "no budget"}, by="system", channel="effect")
    assert play.case.closed is Status.CANCELLED


@pytest.mark.rule("KRN-14")
def test_a_material_change_voids_decisions():
    play = decided(asked()).when("amend-trip", {"cost": "40000 THB", "seat": None}, by="e4")
    assert play.found(TripAmended).changed == ("cost", "seat")
    assert play.state.document.the_content.seat is None
    assert "DecisionsVoided" in {type(event).__name__ for event in play.last}
    assert play.when("amend-trip", {"reason": "why not"}, by="e4").open("decide").assignees == ("e3",)


@pytest.mark.rule("KRN-15")
def test_what_was_returned_is_sent_again():
    play = decided(asked(), "return", comment="dear", fields=["cost"])
    assert TRIP.stage(play.state) == Stage.RETURNED
    assert play.refused("submit-trip", by="e4") == "not-now"
    play.when("resubmit-trip", {"cost": "10000 THB"}, by="e4")
    approved(play)
    assert TRIP.stage(play.state) == Stage.BOOKING


@pytest.mark.rule("KRN-02")
def test_a_former_subject_never_decides():
    play = asked(traveller="e3").when("amend-trip", {"traveller": "e5"}, by="e4")
    assert play.case.subjects == ("e3", "e5")
    assert play.open("decide").assignees == ("e2",)


def test_a_rejection_closes_the_case():
    assert decided(asked(), "reject", comment="no").case.closed is Status.REJECTED


@pytest.mark.rule("KRN-41")
def test_the_preview_is_the_route_that_runs():
    wish = TRIP.commands["request-trip"].model_validate(WISH)
    assert [step.assignees for step in TRIP.preview(wish, scene().facts, "e4")] == [("e3",), ("e9",)]


@pytest.mark.rule("KRN-12")
def test_conditions_see_what_is_submitted():
    seen = TRIP.policy_needs.seen
    assert isinstance(seen["approval"], PolicyFields)
    assert seen["approval"].material == {
        "traveller": "person", "place": "other", "first_day": "other", "cost": "money", "unit": "unit",
    }  # fmt: skip
    assert mistaken(asked().last, seen) == []


def test_forms_begin_with_the_present_values():
    shown = asked().state.model_dump(mode="json")
    present = TRIP.asking.present(shown, "amend-trip", {})
    assert (present["place"], present["seat"]) == ("Chiang Mai", "aisle")
    assert TRIP.asking.present(shown, "book-trip", {}) == {}


def test_buttons_are_those_of_part_and_stage():
    play = asked(draft=True)
    assert TRIP.asking.offered(play.state, "e4", play.facts) == {"submit-trip", "amend-trip"}
    assert TRIP.asking.offered(play.state, "e5", play.facts) == frozenset()
    play = approved(play.when("submit-trip", by="e4"))
    assert TRIP.asking.offered(play.state, "e7", play.facts) == {"book-trip"}


def test_a_process_knows_its_words_and_tables():
    assert TRIP.allowed["book-trip"] == (CaseRole.ASSIGNEE, Desk.TRAVEL_DESK)
    assert TRIP.wording["book-trip"].label.id == "book"
    assert TRIP.system_only == {"note-cancelled"}
    assert TRIP.policy_needs.parts == frozenset(), "who has a part by the organisation is no word of a policy"
    assert TRIP.policy_needs.defaults == {"booking_days": 3}
    assert TRIP.confidential.fields["cost"] == ("cost",)
    assert TRIP.start == {"request-trip"}


def test_those_who_left_have_no_part():
    play = asked()
    organisation = play.facts.organisation
    gone = organisation.people["e4"].model_copy(update={"end": (play.now - timedelta(days=1)).date()})
    play.given(organisation=organisation.model_copy(update={"people": {**organisation.people, "e4": gone}}))
    assert play.refused("amend-trip", {"place": "Phuket"}, by="e4") == "not-employed"


def test_a_command_does_no_task_of_another() -> None:
    play = approved(asked())
    task = play.open("book")
    other = play.case.model_copy(update={"tasks": {task.id: task.model_copy(update={"command": "pay-trip"})}})
    play.state = play.state.model_copy(update={"case": other})
    assert play.refused("book-trip", {"task": task.id, "booking": "TG 102"}, by="e7") == "other-task"
