"""Weights, marks and what they rest on."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people.review.cycle_definition import REVIEW_CYCLE
from domain.people.review.terms import FormPart, Mark, ReviewTerms, weighted
from tests.conformance import company
from tests.domain.people.review.cycle_world import CHAIR, HR, World, assess, mark, terms
from tests.support.given import Scenario

PERSON, MANAGER = "e1024", "e1011"


def design(**more: object) -> str:
    play = Scenario(REVIEW_CYCLE, company.facts(), "cycle-1")
    payload = {**terms(), "name": "2026", "unit": "it-web", "as_of": "2026-12-01", **more}
    return play.refused("design-cycle", payload, by=HR)


@pytest.mark.rule("REV-02")
def test_weights_must_add_up():
    assert design(parts=[{"id": "work", "label": "Work", "weight": "60"}]) == "weights"
    twice = [{"id": "work", "label": "Work", "weight": "50"}] * 2
    assert design(parts=twice) == "part-twice"


def test_a_period_must_go_forward():
    assert design(period_until="2025-12-31") == "period"
    assert design(period_from="2569-01-01", period_until="2569-12-31") == "period"


@pytest.mark.rule("REV-02")
@pytest.mark.parametrize(
    ("marks", "code"),
    [
        ([{"part": "work", "mark": "4", "evidence": "  "}], "no-evidence"),
        ([mark(part="charm")], "unknown-part"),
        ([mark(), mark("3")], "part-twice"),
    ],
)
def test_a_mark_needs_its_ground(marks: list, code: str):
    world = World().begin()
    assess(world, PERSON)
    play = world.reviews[PERSON]
    payload = {"task": play.open("rate").id, "marks": marks}
    assert play.refused("rate-performance", payload, by=MANAGER) == code
    assert play.case.tasks.keys() == {play.open("rate").id}


@pytest.mark.rule("REV-11")
@given(
    weights=st.lists(st.integers(1, 99), min_size=1, max_size=6),
    given_to=st.sets(st.integers(0, 5), min_size=1),
    value=st.decimals(1, 5, places=2),
)
def test_equal_marks_are_the_rating(weights: list[int], given_to: set[int], value: Decimal):
    parts = tuple(FormPart(id=f"p{n}", label="x", weight=Decimal(weight)) for n, weight in enumerate(weights))
    pinned = ReviewTerms.model_validate({**terms(), "parts": parts})
    marks = [Mark(part=f"p{n}", mark=value, evidence="x") for n in given_to if n < len(weights)]
    if marks:
        assert weighted(pinned, marks) == value


@pytest.mark.rule("REV-11")
def test_an_empty_part_has_no_weight():
    pinned = ReviewTerms.model_validate(terms())
    both = [Mark(part="work", mark=Decimal(5), evidence="x"), Mark(part="team", mark=Decimal(3), evidence="x")]
    assert weighted(pinned, both) == Decimal("4.20")
    assert weighted(pinned, both[:1]) == Decimal(5)


@pytest.mark.rule("REV-11")
def test_the_form_is_pinned_by_each_review():
    world = World().begin()
    assert {play.state.terms for play in world.reviews.values()} == {world.cycle.state.terms}
    names = set(REVIEW_CYCLE.commands)
    assert not names & {"amend-cycle", "change-terms"}
    assert CHAIR not in world.reviews
