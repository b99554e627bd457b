"""The example company imports, follows its own policy, and is what later work builds on."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from application.files.organisation import read_organisation
from application.files.policy import read_policy
from domain.kernel.facts import Facts
from domain.kernel.routing.route import preview
from domain.kernel.values.content import Content
from domain.kernel.values.money import Money
from domain.organisation.model import Organisation
from domain.organisation.record import fold, plan_import
from domain.processes import NEEDS

TODAY = date(2026, 11, 23)
EXAMPLES = Path(__file__).parents[2] / "examples"
COMPANY = sorted((EXAMPLES / "company").glob("*.yaml"))


@pytest.fixture(scope="module")
def files():
    return read_organisation(COMPANY, TODAY)


@pytest.fixture(scope="module")
def company(files):
    return fold(Organisation(), plan_import(Organisation(), files.wanted, TODAY))


@pytest.mark.rule("KRN-40")
def test_the_company_can_follow_its_policy(company):
    read_policy(EXAMPLES / "policy.yaml").check(company, NEEDS, TODAY)


@pytest.mark.rule("KRN-42")
def test_importing_it_again_appends_nothing(company, files):
    assert plan_import(company, files.wanted, TODAY) == []


def test_it_has_about_sixty_people_with_names_in_two_languages(company, files):
    assert 55 <= len(company.people) <= 70
    assert all({"en", "th"} <= line.value[1].name.keys() for line in files.details)
    assert all(line.value[1].email.endswith("@siam-orchard.example") for line in files.details)


def test_it_has_three_levels_below_the_head(company):
    """A data engineer answers to the data lead, the senior IT manager, the CIO, the CEO and the board."""
    assert company.line_above("e1028", TODAY) == ("e1012", "e1005", "e1003", "e1001", "e1062")
    assert [company.positions[company.people[p].position].grade for p in ("e1028", "e1012", "e1005", "e1003")] == [
        5,
        7,
        9,
        11,
    ]


def test_everyone_but_the_chair_answers_to_someone(company):
    without = [person for person in company.people if company.manager_of(person, TODAY) is None]
    assert without == ["e1062"]


@pytest.mark.rule("KRN-10")
@pytest.mark.parametrize("route", ["requisition", "offer", "rescind"])
def test_whoever_asks_but_the_chair_every_step_finds_someone(company, route):
    """Dear and senior, so that every step is switched on and every limit below the executive's is too low."""
    policy = read_policy(EXAMPLES / "policy.yaml").policy
    facts = Facts(now=datetime(2026, 11, 23, 3, tzinfo=UTC), organisation=company, policy=policy)
    for person in company.people.keys() - {"e1062"}:
        content = Content(
            requester=person,
            unit=company.unit_of(person, TODAY),
            material={"grade": 9},
            data={"grade": 9, "cost": "30000000 THB", "outside_band": True},
            amount=Money(amount=30_000_000, currency="THB"),
        )
        steps = preview(content, policy.processes["hiring"].routes[route], facts)
        assert [(person, step.step, step.stuck) for step in steps if step.stuck] == []


@pytest.mark.rule("KRN-05")
def test_limits_grow_up_the_finance_line(company):
    line = ("e1041", *company.line_above("e1041", TODAY))
    limits = [company.limit_of(person, "hiring", "THB", "it-data", TODAY) for person in line]
    assert [f"{limit.amount / 1_000_000} {limit.currency}" for limit in limits] == [
        "1.5 THB",
        "5 THB",
        "20 THB",
        "100 THB",
        "500 THB",
    ]


@pytest.mark.rule("KRN-30")
def test_someone_works_in_another_zone(company):
    assert company.calendar_of("e1058").zone == "Europe/Berlin"
    assert company.calendar_of("e1028").zone == "Asia/Bangkok"


@pytest.mark.parametrize("role", ["hr-partner", "recruiter", "finance-controller", "department-head", "budget-owner"])
def test_every_unit_finds_the_roles_of_a_hiring(company, role):
    assert all(company.holders(role, unit, TODAY) for unit in company.units)


@pytest.mark.parametrize("role", ["it-onboarding", "facilities", "operations", "executive"])
def test_company_wide_roles_are_found_without_a_unit(company, role):
    assert company.holders(role, None, TODAY)


def test_some_positions_wait_for_someone(company):
    vacant = [position for position in company.positions if company.holder_of(position, TODAY) is None]
    assert "data-engineer-3" in vacant
    assert "senior-manager-digital" in vacant
