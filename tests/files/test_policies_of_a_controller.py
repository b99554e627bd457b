"""Policies that a company would want, in the words of the file, and whom they ask (KRN-10, KRN-11, KRN-12)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from application.files.policy import policy_of
from domain.kernel.facts import Facts
from domain.kernel.policy import Policy
from domain.kernel.routing.route import preview
from domain.kernel.values.content import Content
from domain.kernel.values.money import Money
from domain.organisation.policy_checks import check
from domain.organisation.policy_needs import Needs, PolicyFields
from tests.files.conftest import TODAY

pytestmark = pytest.mark.rule("KRN-12")

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
WEB_LEAD, CIO, CEO, CONTROLLER, COMMITTEE = "e1010", "e1003", "e1001", "e1041", ("e1032", "e1039", "e1045")
NEEDS = {
    "purchase": Needs(
        routes=frozenset({"buy"}),
        seen={
            "buy": PolicyFields(
                material={"amount": "money", "currency": "currency", "kind": "word", "grade": "number", "unit": "unit"}
            )
        },
    )
}
STEPS = """\
        steps:
          - {name: line, title: The line manager, who: {manager_of: requester}}
          - {name: head, title: The department head, who: {role: department-head}}
          - {name: finance, title: Finance, who: {role: finance-controller}}
          - {name: executive, title: The executive, who: {role: executive}}
"""


def policy(route: str) -> Policy:
    text = f"name: T\nprocesses:\n  purchase:\n    routes:\n      buy:\n{route}        fallback: {{role: executive}}\n"
    return policy_of(text + "ladders: {standard: {rungs: []}}\n", "p.yaml").policy


@pytest.fixture
def asked(company):
    """The steps of a purchase by the developer e1024 under a route, each with the people whom it asks."""

    def found(route: str, amount: str, by: str = "e1024", **data: Any) -> dict[str, tuple[str, ...]]:
        made = policy(route)
        assert check(made, company, NEEDS, TODAY) == []
        money = Money.model_validate(amount)
        unit = company.unit_of(by, TODAY)
        seen = {"amount": amount, "currency": money.currency, "kind": "hardware", "grade": 5, "unit": unit, **data}
        content = Content(requester=by, unit=str(unit), material=seen, data=seen, amount=money)
        steps = preview(
            content, made.processes["purchase"].routes["buy"], Facts(now=NOW, organisation=company, policy=made)
        )
        return {step.step: step.assignees for step in steps}

    return found


def test_a_table_of_amounts_by_approvers(asked):
    bands = (
        STEPS
        + """\
        table:
          - {when: [{field: amount, at_most: "50,000 THB"}], steps: [line]}
          - {when: [{field: amount, at_most: "500,000 THB"}], steps: [line, head]}
          - {when: [{field: amount, at_most: "5,000,000 THB"}], steps: [line, head, finance]}
          - {steps: [line, head, finance, executive]}
"""
    )
    assert list(asked(bands, "50000 THB")) == ["line"]
    assert list(asked(bands, "50000.01 THB")) == ["line", "head"]
    assert list(asked(bands, "5000000 THB")) == ["line", "head", "finance"]
    assert asked(bands, "5000001 THB")["executive"] == (CEO,)


def test_hardware_of_it_under_an_amount_by_the_line_only(asked):
    route = (
        STEPS
        + """\
        table:
          - when: [{field: kind, equals: hardware}, {field: unit, within: it}, {field: amount, under: "50,000 THB"}]
            steps: [line]
          - steps: [line, head, finance, executive]
"""
    )
    assert list(asked(route, "49999 THB")) == ["line"]
    assert "finance" in asked(route, "49999 THB", kind="software")
    assert "finance" in asked(route, "50000 THB")
    assert "finance" in asked(route, "49999 THB", by="e1042"), "finance is not within IT"


def test_anything_in_dollars_by_finance(asked):
    route = (
        STEPS
        + """\
        table:
          - {when: [{field: currency, equals: USD}], steps: [finance]}
          - {when: [{field: amount, at_most: "50,000 THB"}], steps: [line]}
          - {steps: [line, head, finance, executive]}
"""
    )
    assert asked(route, "5 USD") == {"finance": (CONTROLLER,)}
    assert list(asked(route, "5 THB")) == ["line"]


@pytest.mark.rule("KRN-11")
def test_two_of_a_committee_of_three_with_a_veto(asked, company):
    route = """\
        steps:
          - name: committee
            title: The salary committee
            who: {group: salary-committee}
            quorum: 2
            veto: {role: executive}
"""
    assert asked(route, "5 THB") == {"committee": COMMITTEE}
    assert policy(route).processes["purchase"].routes["buy"].steps[0].quorum == 2


def test_a_unit_and_those_below_it_go_another_way(asked):
    route = (
        STEPS
        + """\
        table:
          - {when: [{field: unit, within: it-applications}], steps: [line]}
          - {when: [{field: unit, within: it}], steps: [line, head]}
          - {steps: [line, finance, executive]}
"""
    )
    assert list(asked(route, "5 THB", unit="it-web")) == ["line"]
    assert asked(route, "5 THB", unit="it-network")["head"] == (CIO,)
    assert list(asked(route, "5 THB", unit="sales")) == ["line", "finance", "executive"]


@pytest.mark.rule("KRN-05")
def test_limits_by_grade_are_bands_of_grades(asked):
    route = (
        STEPS
        + """\
        table:
          - {when: [{field: grade, at_least: 9}, {field: amount, at_most: "500,000 THB"}], steps: [finance]}
          - {when: [{field: grade, at_least: 7}, {field: amount, at_most: "100,000 THB"}], steps: [finance]}
          - {steps: [line, head, finance, executive]}
"""
    )
    assert list(asked(route, "100000 THB", grade=7)) == ["finance"]
    assert list(asked(route, "100001 THB", grade=9)) == ["finance"]
    assert "executive" in asked(route, "100001 THB", grade=7)
