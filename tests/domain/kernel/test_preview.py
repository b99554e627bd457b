"""What a preview says is what then happens: the same steps, the same people, over random policies (KRN-41)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.cases.case import Status
from domain.kernel.errors import Refused
from domain.kernel.policy import Approver, Condition, Row, Step
from domain.kernel.routing.route import PreviewStep, preview
from domain.kernel.values.content import Content
from tests.domain.kernel.purchase import Purchase, Submit, content, scenario
from tests.domain.kernel.random_worlds import OFFICE, contents, fallbacks, requesters, routes
from tests.support.given import Scenario


@st.composite
def tables(draw: st.DrawFn, names: list[str]) -> tuple[Row, ...]:
    """No table, or one whose first row is for what is small."""
    if draw(st.booleans()):
        return ()
    some = st.lists(st.sampled_from(names), min_size=1, unique=True).map(tuple)
    small = Condition(field="amount", at_most="100000 THB")
    return (Row(when=(small,), steps=draw(some)), Row(steps=draw(some)))


@pytest.mark.rule("KRN-41")
@given(data=st.data(), steps=routes(), by=requesters, fallback=fallbacks, asked=contents)
def test_the_steps_and_people_of_a_preview_are_those_that_are_asked(
    data: st.DataObject, steps: list[Step], by: str, fallback: Approver | None, asked: dict[str, Any]
) -> None:
    table = data.draw(tables([step.name for step in steps]))
    case = scenario(*steps, organisation=OFFICE, fallback=fallback, table=table)
    what = content(by, **asked)
    ahead = foreseen(what, case)
    if isinstance(ahead, str):
        assert case.refused("submit", Submit(content=what), by=by) == ahead
        return
    case.when("submit", Submit(content=what), by=by)

    assert [plan.name for plan in case.case.reviews["purchase"].steps] == list(ahead)
    while case.case.reviews["purchase"].status is Status.IN_REVIEW and case.case.tasks:
        for task in case.case.tasks.values():
            assert (task.assignees, task.veto) == (ahead[task.step].assignees, ahead[task.step].veto)
            assert ahead[task.step].stuck is None
        approve_next(case)
    stuck = {plan.name for plan in case.case.reviews["purchase"].steps if plan.state == "stuck"}
    assert all(ahead[name].stuck for name in stuck)
    assert stuck or case.case.reviews["purchase"].status is Status.APPROVED


def foreseen(what: Content, case: Scenario[Purchase]) -> dict[str, PreviewStep] | str:
    """The steps by name, or the code of the refusal."""
    try:
        steps = preview(what, case.facts.policy.processes["purchase"].routes["buy"], case.facts)
    except Refused as refused:
        return refused.code
    return {step.step: step for step in steps}


def approve_next(case: Scenario[Purchase]) -> None:
    """One more word on the first task: of whoever has a veto, then of a voter."""
    task = next(iter(case.case.tasks.values()))
    who = next(one for one in (*task.veto, *task.assignees) if one not in task.voted)
    case.when("decide", {"task": task.id, "outcome": "approve"}, by=who)
