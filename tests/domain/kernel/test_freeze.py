"""Two holds at once: a freeze from outside and a hold of the case's own do not lift each other (KRN-45)."""

from datetime import timedelta
from typing import Any

import pytest

from domain.kernel.cases.case_events import CaseHeld, CaseResumed
from domain.kernel.cases.review_events import HoldLifted
from domain.kernel.command import SYSTEM
from domain.kernel.showing.outlook import next_deadline, precheck
from tests.domain.kernel.purchase import HR, LINE, Purchase, submitted
from tests.domain.kernel.test_calendar import bangkok
from tests.domain.kernel.test_quorum import ballot
from tests.support.given import Scenario

FREEZE = {"reason": "no spending until June", "cause": "freeze:dev"}


def frozen() -> Scenario[Purchase]:
    return submitted(LINE, HR).when("hold", FREEZE, by=SYSTEM, channel="effect").then(CaseHeld)


@pytest.mark.rule("KRN-45")
def test_a_freeze_holds_the_case_and_only_its_end_lets_it_go_on() -> None:
    case = frozen()
    assert next_deadline(case.case) is None
    assert case.refused("decide", ballot(case), by="e3") == "on-hold"
    assert case.refused("resume", {"reason": "mine"}, by="e4") == "held-for-another-cause"
    assert case.refused("resume", FREEZE, by="e4") == "not-yours-to-hold"
    case.when("resume", FREEZE, by=SYSTEM, channel="effect").then(CaseResumed)
    assert next_deadline(case.case)


@pytest.mark.rule("KRN-45")
@pytest.mark.parametrize("first", ["own", "freeze"])
def test_each_is_lifted_by_itself_and_the_clock_goes_on_with_the_last(first: str) -> None:
    case = submitted(LINE, HR)
    own: tuple[dict[str, Any], str, Any] = ({"reason": "talks"}, "e4", "web")
    other: tuple[dict[str, Any], str, Any] = (FREEZE, SYSTEM, "effect")
    order = [own, other] if first == "own" else [other, own]
    for payload, by, channel in order:
        precheck(case.case, case.command("hold", payload, by=by, channel=channel))
        case.when("hold", payload, by=by, channel=channel).then(CaseHeld).wait(timedelta(hours=1))
    payload, by, channel = order[0]
    case.when("resume", payload, by=by, channel=channel).then(HoldLifted)
    assert case.case.hold
    assert case.refused("decide", ballot(case), by="e3") == "on-hold"
    case.wait(timedelta(hours=1))
    payload, by, channel = order[1]
    case.when("resume", payload, by=by, channel=channel).then(CaseResumed)
    assert case.case.holds == ()
    due = case.open().timing.due_at
    assert due == bangkok("2026-04-08T12:00"), "10:00 and the two hours of work since the first hold"


@pytest.mark.rule("KRN-45")
def test_the_same_cause_twice_is_refused_and_a_cause_is_not_for_everybody() -> None:
    case = frozen()
    assert case.refused("hold", FREEZE, by=SYSTEM, channel="effect") == "on-hold"
    assert submitted(LINE).refused("hold", FREEZE, by="e4") == "not-yours-to-hold"
    assert submitted(LINE).when("hold", FREEZE, by="e20").found(CaseHeld).cause == "freeze:dev"


@pytest.mark.rule("KRN-45")
@pytest.mark.parametrize("cause", [{"reason": "again"}, FREEZE])
def test_of_two_causes_neither_holds_twice(cause: dict[str, Any]) -> None:
    case = frozen().when("hold", {"reason": "talks"}, by="e4")
    assert case.refused("hold", cause, by="e20") == "on-hold"


@pytest.mark.rule("KRN-16")
def test_a_frozen_case_can_be_withdrawn() -> None:
    case = frozen().when("withdraw", {"reason": "no"}, by="e4")
    assert case.case.holds == ()
