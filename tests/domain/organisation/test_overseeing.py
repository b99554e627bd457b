"""Whose numbers somebody may see: those of the units they manage, and of those in which they have a role for it."""

from datetime import date

import pytest

from domain.organisation.model import Position, RoleHolding
from domain.organisation.overseeing import overseen
from tests.domain.people.company import BOSS, CONTROLLER, ENGINEER, HEAD, HR, HR2, LEAD, NOW, ORGANISATION, RECRUITER

pytestmark = pytest.mark.rule("KRN-43")
DAY = NOW.date()
WITHOUT_ROLES = ORGANISATION.model_copy(update={"roles": ()})


@pytest.mark.parametrize(
    ("person", "units"),
    [
        (BOSS, {"co", "it", "hr"}),
        (HEAD, {"it"}),
        (HR2, {"hr"}),
        (HR, set()),
        (LEAD, set()),
        (ENGINEER, set()),
        (RECRUITER, set()),
        (CONTROLLER, set()),
        ("c-ann", set()),
    ],
)
def test_managers_see_the_units_in_which_everybody_reports_to_them(person: str, units: set[str]) -> None:
    assert overseen(WITHOUT_ROLES, person, DAY) == units


def test_a_manager_sees_the_units_below_also_where_somebody_reports_elsewhere() -> None:
    below = WITHOUT_ROLES.units["it"].model_copy(update={"id": "desk", "parent": "it"})
    strange = Position(id="p-strange", title={"en": "Strange"}, unit="desk", grade=5, reports_to=f"p-{HR2}")
    organisation = WITHOUT_ROLES.model_copy(
        update={
            "units": {**WITHOUT_ROLES.units, "desk": below},
            "positions": {**WITHOUT_ROLES.positions, "p-strange": strange},
        }
    )
    assert overseen(organisation, HEAD, DAY) == {"it", "desk"}


@pytest.mark.parametrize("role", ["hr-partner", "department-head", "operations"])
def test_a_role_shows_its_unit_and_those_below(role: str) -> None:
    def seen(unit: str | None, **dates: date) -> frozenset[str]:
        holding = RoleHolding(role=role, person=ENGINEER, unit=unit, **dates)
        return overseen(ORGANISATION.model_copy(update={"roles": (holding,)}), ENGINEER, DAY)

    assert seen("it") == {"it"}
    assert seen("co") == seen(None) == {"co", "it", "hr"}
    assert seen("it", end=DAY) == frozenset()


def test_a_role_for_something_else_shows_nothing() -> None:
    assert overseen(ORGANISATION, CONTROLLER, DAY) == frozenset()
