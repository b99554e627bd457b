"""What the organisation answers: managers, holders of roles, limits, for a day."""

from datetime import date

import pytest

from domain.kernel.errors import Refused
from domain.kernel.values.money import Money
from domain.organisation.browsing import may_import
from domain.organisation.model import Limit, Organisation, Person, Posting, RoleHolding
from tests.domain.organisation.small_company import BANGKOK, LATER, TODAY, baht, organisation, person, position, unit


@pytest.mark.rule("KRN-10")
def test_a_vacant_position_is_passed_over_upwards():
    assert organisation().manager_of("e4", TODAY) == "e2"
    assert organisation().line_above("e4", TODAY) == ("e2", "e1")


def test_the_top_and_a_stranger_have_no_manager():
    assert organisation().manager_of("e1", TODAY) is None
    assert organisation().manager_of("nobody", TODAY) is None


@pytest.mark.rule("KRN-06")
def test_reporting_is_over_any_number_of_levels_and_one_way():
    assert organisation().reports_to("e4", "e1", TODAY)
    assert not organisation().reports_to("e1", "e4", TODAY)
    assert not organisation().reports_to("e5", "e2", TODAY)


@pytest.mark.rule("KRN-42")
def test_who_has_left_manages_nobody_from_that_day_on():
    people = {**organisation().people, "e2": person("e2", "head", end=LATER)}
    left = organisation(people=people)
    assert left.manager_of("e4", date(2027, 2, 28)) == "e2"
    assert left.manager_of("e4", LATER) == "e1"
    assert not left.works_here("e2", LATER)


@pytest.mark.rule("KRN-42")
def test_a_move_counts_from_its_day():
    moved = person("e5", "lead", before=(Posting(position="seller", end=LATER),))
    later = organisation(people={**organisation().people, "e5": moved})
    assert (later.manager_of("e4", TODAY), later.manager_of("e4", LATER)) == ("e2", "e5")
    assert (later.unit_of("e5", TODAY), later.unit_of("e5", LATER)) == ("shop", "data")
    assert (later.manager_of("e5", TODAY), later.manager_of("e5", LATER)) == ("e1", "e2")


@pytest.mark.rule("KRN-10")
def test_the_holder_of_a_role_nearest_to_the_unit_counts():
    roles = (
        RoleHolding(role="hr", person="e1", unit="company"),
        RoleHolding(role="hr", person="e2", unit="it"),
        RoleHolding(role="board", person="e5"),
        RoleHolding(role="board", person="e2"),
    )
    having = organisation(roles=roles)
    assert having.holders("hr", "data", TODAY) == ("e2",)
    assert having.holders("hr", "shop", TODAY) == ("e1",)
    assert having.holders("hr", None, TODAY) == ()
    assert having.holders("board", "data", TODAY) == having.holders("board", None, TODAY) == ("e2", "e5")


@pytest.mark.rule("KRN-42")
def test_a_role_holds_within_its_days_and_only_for_who_works_here():
    roles = (
        RoleHolding(role="hr", person="e2", unit="it", end=LATER),
        RoleHolding(role="hr", person="e4", unit="it", start=LATER),
    )
    having = organisation(roles=roles)
    assert (having.holders("hr", "it", TODAY), having.holders("hr", "it", LATER)) == (("e2",), ("e4",))
    gone = having.model_copy(update={"people": {**having.people, "e4": person("e4", "engineer", end=LATER)}})
    assert gone.holders("hr", "it", LATER) == ()


@pytest.mark.rule("KRN-05")
def test_the_highest_limit_counts_own_or_by_role():
    having = organisation(
        roles=(RoleHolding(role="head", person="e2", unit="it"),),
        limits=(
            Limit(category="hiring", role="head", up_to=baht(100)),
            Limit(category="hiring", person="e2", unit="data", up_to=baht(300)),
            Limit(category="hiring", person="e2", up_to=Money(amount=900, currency="EUR")),
            Limit(category="spending", person="e2", up_to=baht(999)),
            Limit(category="hiring", person="e2", up_to=baht(500), start=LATER),
        ),
    )
    assert having.limit_of("e2", "hiring", "THB", "it", TODAY) == baht(100)
    assert having.limit_of("e2", "hiring", "THB", "data", TODAY) == baht(300)
    assert having.limit_of("e2", "hiring", "THB", "data", LATER) == baht(500)
    assert having.limit_of("e1", "hiring", "THB", "data", TODAY) is None


@pytest.mark.rule("KRN-05")
def test_a_limit_by_role_ends_at_the_border_of_the_role():
    having = organisation(
        roles=(RoleHolding(role="head", person="e2", unit="it"),),
        limits=(Limit(category="hiring", role="head", up_to=baht(100)),),
    )
    assert having.limit_of("e2", "hiring", "THB", "shop", TODAY) is None


def test_who_has_left_has_no_limit():
    having = organisation(
        people={**organisation().people, "e2": person("e2", "head", end=TODAY)},
        limits=(Limit(category="hiring", person="e2", up_to=baht(100)),),
    )
    assert having.limit_of("e2", "hiring", "THB", "it", TODAY) is None


@pytest.mark.rule("KRN-30")
def test_the_calendar_of_a_person_and_of_a_stranger():
    assert organisation().calendar_of("e4") == BANGKOK
    with pytest.raises(Refused) as refused:
        organisation().calendar_of("e99")
    assert refused.value.code == "unknown-person"


def test_a_changed_copy_does_not_answer_from_the_old_value():
    before = organisation(roles=(RoleHolding(role="hr", person="e1", unit="company"),))
    assert before.holders("hr", "it", TODAY) == ("e1",)
    assert before.model_copy(update={"roles": ()}).holders("hr", "it", TODAY) == ()


def test_a_value_that_was_asked_equals_one_that_was_not():
    asked = organisation()
    asked.line_above("e4", TODAY)
    assert asked == organisation()
    assert asked.model_dump() == organisation().model_dump()


def test_ten_thousand_people_are_indexed_once_and_resolved(monkeypatch):
    """Each question walks one line of managers, whatever the number of people."""
    ten = range(1, 10_001)
    big = Organisation(
        units={"company": unit("company")},
        positions={f"p{n}": position(f"p{n}", "company", f"p{n // 10}" if n >= 10 else None) for n in ten},
        people={f"e{n}": person(f"e{n}", f"p{n}") for n in ten if n % 10 != 7},
    )
    looked_at = []
    original = Person.holds_on
    monkeypatch.setattr(Person, "holds_on", lambda self, day: looked_at.append(self.id) or original(self, day))
    assert big.line_above("e9999", TODAY) == ("e999", "e99", "e9")
    assert big.line_above("e5678", TODAY) == ("e56", "e5")
    assert len(looked_at) < 20


@pytest.mark.rule("ORG-09")
@pytest.mark.parametrize(("unit", "may"), [(None, True), ("company", True), ("it", False)])
@pytest.mark.parametrize("role", ["operations", "hr-partner"])
def test_only_who_serves_the_whole_company_imports(role, unit, may):
    held = RoleHolding(role=role, person="e2", unit=unit)
    assert may_import(organisation(roles=(held,)), "e2", TODAY) is may
