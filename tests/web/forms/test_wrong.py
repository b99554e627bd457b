"""Mistakes and refusals are said at the field that they are about, in words for the one who fills it in."""

import pytest

from cli.demo import story
from domain.kernel.errors import Refused
from domain.processes import PROCESSES
from web.forms.fields import fields_of
from web.forms.wrong import from_refusal, mistakes, twice

RAISE = PROCESSES["hiring"].commands["raise-requisition"]
FIELDS = fields_of(RAISE)


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"grade": "five"}, "p.grade"),
        ({"grade": 100}, "p.grade"),
        ({"location": ""}, "p.location"),
        ({"salary_band": {"min": {"amount": "x", "currency": "THB"}, "max": "9 THB"}}, "p.salary_band.min.amount"),
        ({"salary_band": {"min": "9 THB"}}, "p.salary_band.max.amount"),
        ({"salary_band": {"min": "9 THB", "max": "8 THB"}}, "p.salary_band"),
        ({"interview_plan": []}, "p.interview_plan"),
        ({"interview_plan": [{"kind": "a"}, {"kind": "b", "interviewers": 99}]}, "p.interview_plan.1.interviewers"),
        ({"interview_plan": [{"kind": "a"}, {"kind": "a"}]}, "p.interview_plan"),
        ({"checks": ["x", ""]}, "p.checks.1"),
    ],
)
def test_each_mistake_stands_at_its_field(changed: dict, at: str):
    [found] = mistakes(RAISE, story.requisition() | changed, FIELDS)

    assert found.at == at
    assert "{" not in str(found.message)


@pytest.mark.parametrize(
    ("refused", "at"),
    [
        (Refused("unknown-unit", "{given}", given="nowhere"), "p.unit"),
        (Refused("unknown-budget-line", "{what} {given}", what="budget line", given="x"), "p.budget_line"),
        (Refused("position-frozen", "{position}", position="web-developer-2"), "p.position"),
        (Refused("not-employed", "{person}", person="e1005"), "p.hiring_manager"),
        (Refused("no-organisation", "There is none."), ""),
    ],
)
def test_a_refusal_stands_at_the_field_that_it_names(refused: Refused, at: str):
    assert from_refusal(refused, FIELDS, story.requisition()).at == at


def test_a_score_that_is_named_twice_is_not_lost_silently():
    fields = fields_of(PROCESSES["hiring"].commands["submit-scorecard"])
    typed = {"p.scores.0.name": "skill", "p.scores.1.name": " skill ", "p.scores.2.name": "team"}

    assert [one.at for one in twice(fields, typed)] == ["p.scores.1.name"]
