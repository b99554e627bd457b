"""A route's table: the first row that fits says which steps there are (KRN-12)."""

from typing import Any

import pytest

from domain.kernel.errors import Refused
from domain.kernel.policy import Approver, Condition, Row, Step
from domain.kernel.routing.route import active_steps
from tests.domain.kernel.purchase import FINANCE, HR, LINE, company, content, policy, submitted, thb

pytestmark = pytest.mark.rule("KRN-12")

BOSS = Step(name="boss", title="The chief agrees", who=Approver(person="e1"))
IN_IT = Condition(field="unit", within=("it",))
BANDS = (
    Row(when=(Condition(field="amount", at_most="10000 THB"),), steps=("line",)),
    Row(when=(IN_IT, Condition(field="amount", at_most="50000 THB")), steps=("hr", "line")),
    Row(steps=("line", "money", "boss")),
)  # fmt: skip


def steps(table: tuple[Row, ...] = BANDS, /, **changes: Any) -> list[str]:
    route = policy(LINE, HR, FINANCE, BOSS, table=table).processes["purchase"].routes["buy"]
    asked = content(**{"unit": "dev", **changes})
    asked = asked.model_copy(update={"data": {**asked.data, "unit": asked.unit}})
    return [step.name for step in active_steps(route, asked, company())]


def test_the_first_row_that_fits_counts_and_the_steps_keep_their_order():
    assert steps(amount=thb(10_000)) == ["line"]
    assert steps(amount=thb(10_001)) == ["line", "hr"], "in the order of the steps, not of the row"
    assert steps(amount=thb(50_001), unit="it") == ["line", "boss"], "money has a condition of its own: over 100,000"
    assert steps(amount=thb(100_001)) == ["line", "money", "boss"]


def test_a_unit_and_those_below_it_are_told_from_the_rest():
    assert [steps(unit=unit) for unit in ("it", "dev", "hr", "company")] == [
        ["line", "hr"], ["line", "hr"], ["line", "boss"], ["line", "boss"]
    ]  # fmt: skip


def test_what_no_row_fits_is_refused_and_never_approved_by_having_no_step():
    with pytest.raises(Refused) as refused:
        steps(BANDS[:1], amount=thb(20_000))
    assert refused.value.code == "no-steps"


def test_a_row_on_a_field_that_the_case_does_not_have_is_refused_and_not_passed_over():
    with pytest.raises(Refused) as refused:
        steps((Row(when=(Condition(field="colour", equals="red"),), steps=("line",)), Row(steps=("boss",))))
    assert refused.value.code == "route-field"


def test_amounts_of_another_currency_have_a_row_of_their_own_above():
    dollars = Row(when=(Condition(field="currency", equals="USD"),), steps=("boss",))
    assert steps((dollars, *BANDS), currency="THB", amount=thb(5)) == ["line"]
    assert steps((dollars, *BANDS), currency="USD", amount=thb(5)) == ["boss"]


def test_a_case_runs_through_the_steps_of_its_row():
    case = submitted(
        LINE,
        HR,
        BOSS,
        table=(Row(when=(Condition(field="grade", at_least=5),), steps=("boss",)), Row(steps=("line", "hr"))),
    )
    assert case.open().assignees == ("e1",)
    assert [plan.name for plan in case.case.reviews["purchase"].steps] == ["boss"]
