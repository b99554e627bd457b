"""Who has which part in a case, and the table by which a process gives its commands to parts (KRN-01, KRN-24)."""

import pytest

from domain.kernel.cases.case import Case
from domain.kernel.command import SYSTEM
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.routing.case_roles import CaseRole, case_roles_of, require_case_role
from tests.domain.kernel.purchase import HR, LINE, PURCHASE, Purchase, content, submitted
from tests.domain.kernel.test_decide import approve
from tests.domain.kernel.test_delegation import stands_in, with_delegations
from tests.domain.kernel.test_route import gone
from tests.support.given import Scenario

pytestmark = pytest.mark.rule("KRN-01")
EVERYBODY = tuple(CaseRole)


def ctx(case: Scenario[Purchase], by: str, name: str = "comment") -> DecisionContext[Purchase]:
    return DecisionContext(
        case.state, case.command(name, by=by), case.facts, evolve=PURCHASE.evolve, case=PURCHASE.case
    )


def about(case: Scenario[Purchase], subject: str) -> Scenario[Purchase]:
    changed: Case = case.case.model_copy(update={"subjects": (subject,)})
    case.state = Purchase(case=changed)
    return case


@pytest.mark.parametrize(
    ("who", "parts"),
    [
        ("e4", {CaseRole.EMPLOYEE, CaseRole.REQUESTER}),
        ("e9", {CaseRole.EMPLOYEE, CaseRole.SUBJECT}),
        ("e3", {CaseRole.EMPLOYEE, CaseRole.DECIDER}),
        ("e7", {CaseRole.EMPLOYEE, CaseRole.ASKED}),
        ("e8", {CaseRole.EMPLOYEE, CaseRole.ASKED}),  # stands in for e7
        ("e20", {CaseRole.EMPLOYEE, CaseRole.OPERATIONS}),
        ("e5", {CaseRole.EMPLOYEE}),
        ("c-1", set()),
        (SYSTEM, {CaseRole.SYSTEM}),
    ],
)
def test_everybody_has_the_parts_that_the_case_and_the_organisation_give_them(who: str, parts: set[CaseRole]) -> None:
    case = with_delegations(about(approve(submitted(LINE, HR), "e3"), "e9"), stands_in("e7", "e8"))
    assert case_roles_of(ctx(case, who)) == parts


def test_whom_a_stand_in_decided_for_has_decided_too() -> None:
    case = approve(with_delegations(submitted(LINE, HR), stands_in("e3", "e9")), "e9")
    assert all(CaseRole.DECIDER in case_roles_of(ctx(case, who)) for who in ("e3", "e9"))


def test_a_command_of_the_table_is_for_its_parts_and_others_are_not_for_the_table() -> None:
    case = submitted(LINE, asked=content())
    only = {"comment": (CaseRole.REQUESTER, CaseRole.OPERATIONS)}
    for who in ("e4", "e20"):
        require_case_role(ctx(case, who), only)
    with pytest.raises(Refused, match="e3 may not give the command comment"):
        require_case_role(ctx(case, "e3"), only)
    require_case_role(ctx(case, "e3", "decide"), only)


@pytest.mark.rule("KRN-24")
def test_whoever_left_gives_no_command_whatever_their_part_was() -> None:
    case = submitted(LINE).given(organisation=gone("e4"))
    for name in ("comment", "decide"):
        with pytest.raises(Refused, match="does not work here today"):
            require_case_role(ctx(case, "e4", name), {"comment": EVERYBODY})
    require_case_role(ctx(case, "c-1", "decide"), {"comment": EVERYBODY})
