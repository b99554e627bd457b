"""Requirements and their sign-off (PRJ-01), options and estimates (PRJ-02)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.projects.intake.content import Requirement, requirements_hash
from domain.projects.intake.events import SignOffVoided
from domain.projects.intake.state import Stage
from tests.domain.projects.requests import Desk, example

ANALYST, OWNER, OFFICE = example.ANALYST, example.OWNER, example.OFFICE


def to_sign() -> Desk:
    desk = Desk().play(example.triaged)
    desk.when("set-requirement", example.requirement(), by=ANALYST).when("present-requirements", by=ANALYST)
    desk.when("propose-options", example.options(desk.today), by=ANALYST)
    return desk


@pytest.mark.rule("PRJ-01")
def test_a_requirement_has_owner_and_criterion():
    desk = Desk().play(example.triaged)
    desk.when("set-requirement", example.requirement(), by=ANALYST)
    (found,) = desk.state.requirements.values()
    assert (found.id, found.priority, found.owner) == ("R1", "must", OWNER)
    assert found.criterion
    unknown = example.requirement(owner="e9999")
    assert desk.refused("set-requirement", unknown, by=ANALYST) == "unknown-person"


@pytest.mark.rule("PRJ-01")
def test_an_empty_set_is_not_presented():
    desk = Desk().play(example.triaged)
    assert desk.refused("present-requirements", by=ANALYST) == "no-requirements"


@pytest.mark.rule("PRJ-01")
def test_the_business_owner_signs_the_hash_of_the_set():
    desk = to_sign()
    exceptions = [{"requirement": "R1", "reason": "not in the cold store"}]
    given = {"requirements_hash": desk.state.requirements_hash, "exceptions": exceptions}
    assert desk.refused("sign-requirements", given, by=ANALYST) == "not-your-role"
    desk.when("sign-requirements", given, by=OWNER)
    assert desk.state.sign_off is not None
    assert desk.state.sign_off.hash == requirements_hash(desk.state.requirements)
    assert [one.requirement for one in desk.state.sign_off.exceptions] == ["R1"]
    assert desk.stage == Stage.CHECKS


@pytest.mark.rule("PRJ-01")
def test_a_set_that_changed_meanwhile_is_not_signed():
    desk = to_sign()
    seen = desk.state.requirements_hash
    desk.when("set-requirement", example.requirement(requirement="R1", priority="could"), by=ANALYST)
    assert desk.refused("sign-requirements", {"requirements_hash": seen}, by=OWNER) == "requirements-changed"


@pytest.mark.rule("PRJ-01")
@pytest.mark.parametrize("reached", [example.signed, example.ready, example.approved], ids=["checks", "ready", "board"])
def test_a_later_change_voids_the_sign_off(reached):
    desk = Desk()
    for step in reached(desk):  # up to the board, before its first vote
        if getattr(step, "name", "") == "decide" and desk.stage == Stage.BOARD:
            break
        desk.play(lambda _desk, step=step: iter([step]))
    desk.when("set-requirement", example.requirement(text="And the cold store"), by=ANALYST)
    assert desk.found(SignOffVoided).hash
    assert desk.stage == Stage.SIGN_OFF
    assert [task.kind for task in desk.case.tasks.values()] == ["sign_off"]
    assert desk.task().assignees == (OWNER,)
    assert desk.messages(OWNER)


@pytest.mark.rule("PRJ-01")
def test_a_changed_set_is_checked_again():
    desk = Desk().play(example.ready)
    desk.when("set-requirement", example.requirement(text="And the cold store"), by=ANALYST)
    desk.play(example.sign)
    assert desk.stage == Stage.CHECKS


@pytest.mark.rule("PRJ-01")
def test_a_refused_set_goes_back_to_the_analyst():
    desk = to_sign().when("refuse-requirements", {"reason": "not in the cold store"}, by=OWNER)
    assert desk.task().assignees == (ANALYST,)
    assert desk.stage == Stage.REQUIREMENTS


REQUIREMENTS = st.builds(
    Requirement, id=st.sampled_from(["R1", "R2"]), text=st.text(min_size=1, max_size=5),
    priority=st.sampled_from(["must", "could"]), owner=st.just("e1"), criterion=st.text(min_size=1, max_size=5),
)  # fmt: skip


@pytest.mark.rule("PRJ-01")
@given(one=REQUIREMENTS, other=REQUIREMENTS)
def test_the_hash_names_exactly_one_set(one: Requirement, other: Requirement):
    alike = requirements_hash({one.id: one}) == requirements_hash({other.id: other})
    assert alike == (one == other)


@pytest.mark.rule("PRJ-02")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"do_nothing": False}, "nothing-missing"),
        ({"chosen": "nothing"}, "no-such-option"),
        ({"low": "950000 THB"}, "not-a-range"),
        ({"high": "1200000 EUR"}, "two-currencies"),
        ({"estimated": "2026-12-24"}, "estimated-later"),
        ({"estimated": "2026-08-01"}, "estimate-old"),
        ({"id": "nothing"}, "same-id"),
    ],
)
def test_options_are_complete_and_fresh(change, code):
    desk = Desk().play(example.triaged)
    desk.when("set-requirement", example.requirement(), by=ANALYST).when("present-requirements", by=ANALYST)
    payload = example.options(desk.today)
    if "do_nothing" in change:
        payload["options"][0] |= change
    elif "chosen" in change:
        payload |= change
    else:
        payload["options"][1] |= change
    assert desk.refused("propose-options", payload, by=ANALYST) == code


@pytest.mark.rule("PRJ-02")
def test_an_old_estimate_is_renewed_before_the_board():
    desk = Desk().play(example.ready).days(91)
    assert desk.refused("submit-for-decision", by=OFFICE) == "estimate-old"
    renewed = {"low": "1 THB", "likely": "900000 THB", "high": "1000000 THB", "basis": "New offers"}
    desk.when("renew-estimate", renewed, by=ANALYST).when("submit-for-decision", by=OFFICE)
    assert desk.stage == Stage.AGENDA


@pytest.mark.rule("PRJ-02")
def test_an_estimate_too_old_on_the_day_leaves_the_agenda():
    desk = Desk().play(example.ready)
    desk.wait(timedelta(days=89)).when("submit-for-decision", by=OFFICE)
    desk.due("board")
    assert desk.stage == Stage.READY
    assert "decide" not in {task.kind for task in desk.case.tasks.values()}
    assert desk.task("ready").assignees == (OFFICE,)


@pytest.mark.rule("PRJ-02")
def test_a_plan_beyond_the_estimate_is_refused():
    desk = Desk().play(example.signed).play(example.approvals)
    assert desk.refused("plan-project", example.plan(desk.today, "1300000 THB"), by=ANALYST) == "beyond-estimate"


@pytest.mark.rule("PRJ-01")
def test_who_writes_the_set_does_not_sign_it():
    desk = Desk().when("submit-idea", example.idea(), by=example.REQUESTER)
    desk.when("make-request", example.wish(), by=example.REQUESTER)
    assert desk.refused("triage-request", {"lane": "full", "analyst": OWNER}, by=OFFICE) == "own-analyst"
    desk.when("triage-request", {"lane": "full", "analyst": ANALYST}, by=OFFICE)
    same = {"business_owner": ANALYST, "reason": "he left"}
    assert desk.refused("change-people", same, by=OFFICE) == "own-analyst"


def test_an_open_task_goes_to_the_other_analyst():
    desk = Desk().play(example.triaged)
    desk.when("change-people", {"analyst": "e1024", "reason": "Other work"}, by=OFFICE)
    assert desk.task("requirements").assignees == ("e1024",)
    assert desk.refused("set-requirement", example.requirement(), by=ANALYST) == "not-your-role"
