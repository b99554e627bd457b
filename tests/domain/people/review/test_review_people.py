"""Transfers, vacant managers, leavers, absences: no review is without an owner, each has one end."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.organisation.model import Organisation, Posting
from domain.people.review.definition import REVIEW
from domain.people.review.events import ReviewerNamed
from domain.people.review.people import second_of, stretches_of
from domain.people.review.state import Stage
from domain.people.review.terms import ReviewTerms
from tests.conformance import company
from tests.domain.people.review.cycle_world import HR, World, assess, calibrate_unit, rate, sign, terms

PERSON, MANAGER, OTHER, SECOND = "e1024", "e1011", "e1012", "e1005"


def moved(known: Organisation, day: date = date(2026, 6, 1)) -> Organisation:
    """The web developer goes to the data team."""
    person = known.people[PERSON]
    before = (Posting(position=person.position, start=person.start, end=day),)
    new = person.model_copy(update={"position": "data-engineer-3", "before": before})
    return known.model_copy(update={"people": {**known.people, PERSON: new}})


def without(known: Organisation, person: str, day: date = date(2026, 12, 1)) -> Organisation:
    gone = known.people[person].model_copy(update={"end": day})
    return known.model_copy(update={"people": {**known.people, person: gone}})


@pytest.mark.rule("REV-06")
def test_a_transfer_splits_the_period():
    facts = company.facts().model_copy(update={"organisation": moved(company.organisation())})
    first, second = stretches_of(facts, PERSON, ReviewTerms.model_validate(terms()))
    assert (first.manager, first.since, first.until) == (MANAGER, date(2026, 1, 1), date(2026, 6, 1))
    assert (second.manager, second.since) == (OTHER, date(2026, 6, 1))


@pytest.mark.rule("REV-06")
@pytest.mark.parametrize(("policy", "owner", "contributes"), [("new", OTHER, MANAGER), ("old", MANAGER, OTHER)])
def test_one_owns_and_the_other_contributes(policy: str, owner: str, contributes: str):
    world = World(moved(company.organisation())).begin("it", owner=policy)
    assess(world, PERSON)
    play = world.reviews[PERSON]
    assert play.open("rate").assignees == (owner,)
    assert play.open("contribute").assignees == (contributes,)


@pytest.mark.rule("REV-06")
def test_a_transfer_in_mid_cycle_moves_the_open_task():
    world = World().begin()
    assess(world, PERSON)
    play = world.reviews[PERSON]
    due = play.open("rate").timing.due_at
    world.organisation(lambda known: moved(known, date(2026, 12, 2)))
    world.wait(timedelta(days=3))
    world.due(play, "task")
    assert play.found(ReviewerNamed).manager == OTHER
    assert (play.open("rate").assignees, play.open("rate").timing.due_at) == ((OTHER,), due)


@pytest.mark.rule("REV-06")
def test_when_the_manager_leaves_the_next_level_owns():
    world = World().begin()
    assess(world, PERSON)
    world.organisation(lambda known: without(known, MANAGER))
    play = world.reviews[PERSON]
    world.due(play, "task")
    assert play.state.manager == SECOND
    rate(world, PERSON)
    assert play.state.rater == SECOND


@pytest.mark.rule("REV-06")
def test_the_second_level_is_never_who_rated():
    facts = company.facts()
    assert second_of(facts, PERSON, {MANAGER}, MANAGER, "hr-partner") == SECOND
    assert second_of(facts, PERSON, {MANAGER, SECOND}, MANAGER, "hr-partner") == "e1003"


@pytest.mark.rule("REV-06")
def test_the_top_is_signed_by_hr_that_does_not_report_to_them():
    facts = company.facts()
    assert second_of(facts, "e1001", {"e1062"}, "e1062", "hr-partner") is None


@pytest.mark.rule("REV-06")
def test_without_a_second_level_the_review_goes_on():
    world = World().begin("company", hr="e1035")
    assess(world, "e1001")
    rate(world, "e1001")
    world.act(world.reviews["e1001"], "note-calibrated", {}, by="system", channel="effect")
    assert world.reviews["e1001"].state.step is Stage.SIGNED


@pytest.mark.rule("REV-08")
def test_long_absence_ends_as_exempt_with_its_reason():
    world = World().begin()
    play = world.reviews[PERSON]
    reason: dict[str, Any] = {"cause": "absence", "reason": "Illness since May"}
    assert play.refused("exempt-review", {**reason, "reason": " "}, by=HR) == "reason-missing"
    assert play.refused("exempt-review", reason, by=MANAGER) == "not-your-role"
    world.act(play, "exempt-review", reason, by=HR)
    assert REVIEW.stage(play.state) == "exempt"


@pytest.mark.rule("REV-08")
def test_who_leaves_before_the_release_is_exempt():
    world = World().begin()
    assess(world, PERSON)
    world.organisation(lambda known: without(known, PERSON))
    play = world.reviews[PERSON]
    world.due(play, "task")
    assert (REVIEW.stage(play.state), play.case.tasks) == ("exempt", {})


@pytest.mark.rule("REV-08")
def test_a_released_review_is_not_exempted():
    world = World().begin("it-web", absent=("e1025", "e1026", MANAGER))
    assess(world, PERSON)
    rate(world, PERSON)
    world.deliver()
    calibrate_unit(world)
    sign(world, PERSON)
    play = world.reviews[PERSON]
    assert play.refused("exempt-review", {"cause": "other", "reason": "x"}, by=HR) == "not-now"


@pytest.mark.rule("REV-08")
def test_who_left_before_their_review_began_holds_nobody_up():
    world = World()
    world.facts = world.facts.model_copy()
    payload = {
        "person": PERSON,
        "requester": HR,
        "terms": terms(),
        "cycle": {"cycle": "cycle-1", "process": "review_cycle", "unit": "it-web", "size": 1},
    }
    world.organisation(lambda known: without(known, PERSON))
    play = type(world.cycle)(REVIEW, world.facts, f"cycle-1-{PERSON}")
    world.act(play, "begin-review", payload, by="system", channel="effect")
    assert REVIEW.stage(play.state) == "exempt"
    assert [effect.command for effect in world.outbox if hasattr(effect, "command")] == ["note-unit-passed"] * 3
