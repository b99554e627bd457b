"""A policy whose separate steps the organisation cannot fill is refused when it is published (KRN-03, KRN-12)."""

from typing import Any

import pytest

from domain.kernel.policy import Approver, Condition, Row, Step
from domain.organisation.model import RoleHolding
from domain.organisation.policy_checks import Needs, check
from tests.domain.kernel.purchase import HR, LINE, MONDAY, company, policy

FREE = Step(name="free", title="T", who=Approver(person="e20"))


def problems(*steps: Step, **route: Any) -> list[tuple[Any, str]]:
    found = check(policy(*steps, **route), company(), {"purchase": Needs()}, MONDAY.date())
    return [(problem.path[-1], problem.text) for problem in found]


@pytest.mark.rule("KRN-03")
def test_units_without_enough_people_for_separate_steps_are_named() -> None:
    assert problems(LINE, HR, fallback=Approver(person="e20")) == []
    assert problems(LINE, HR, fallback=Approver(person="e20"), separate=True) == []
    boss = Step(name="boss", title="T", who=Approver(person="e1"))
    top = Step(name="top", title="T", who=Approver(group="board"))
    ((place, text),) = problems(boss, top, separate=True)
    assert place == "separate"
    assert text.startswith("it, hr, money: too few people")


@pytest.mark.rule("KRN-03")
def test_only_named_steps_count_and_each_must_exist() -> None:
    boss = Step(name="boss", title="T", who=Approver(person="e1"))
    top = Step(name="top", title="T", who=Approver(group="board"))
    assert problems(boss, top, HR, separate=("top", "hr"), fallback=Approver(person="e20")) == []
    assert problems(HR, FREE, separate=("hr", "legal")) == [
        ("separate", "there is no step legal in this route; correct the name")
    ]


@pytest.mark.rule("KRN-03")
@pytest.mark.rule("KRN-11")
def test_a_quorum_needs_so_many_people_besides_those_of_other_steps() -> None:
    board = (*company().roles, RoleHolding(role="council", person="e1"), RoleHolding(role="council", person="e20"))
    both = Step(name="both", title="T", who=Approver(group="council"), quorum=2)
    boss = Step(name="boss", title="T", who=Approver(person="e1"))
    found = check(policy(both, boss, separate=True), company(roles=board), {"purchase": Needs()}, MONDAY.date())
    assert [problem.path[-1] for problem in found] == ["separate"]


@pytest.mark.rule("KRN-11")
def test_a_quorum_of_a_single_person_and_a_veto_that_nobody_holds_are_refused() -> None:
    assert problems(LINE.model_copy(update={"quorum": "all"}))[0][0] == "quorum"
    assert problems(HR.model_copy(update={"veto": Approver(role="nobody")}))[0][0] == "veto"


@pytest.mark.rule("KRN-11")
def test_units_in_which_a_quorum_or_a_veto_can_never_be_reached_are_named() -> None:
    board = (*company().roles, RoleHolding(role="council", person="e1"), RoleHolding(role="council", person="e20"))
    council = Step(name="council", title="T", who=Approver(group="council"), quorum=2)

    def said(step: Step, **route: Any) -> list[tuple[Any, str]]:
        found = check(policy(step, **route), company(roles=board), {"purchase": Needs()}, MONDAY.date())
        return [(problem.path[-1], problem.text) for problem in found]

    assert said(council) == []
    assert said(council.model_copy(update={"quorum": 3}))[0][1].startswith("3 must approve, but at most 2 are asked")
    engineers = (RoleHolding(role="council", person=who) for who in ("e4", "e5"))
    below = check(policy(council), company(roles=tuple(engineers)), {"purchase": Needs()}, MONDAY.date())
    short = "it: too few people for this quorum; fill the role or lower the quorum"
    assert [problem.text for problem in below] == [short], "they report to whoever asks there"
    heads = council.model_copy(update={"who": Approver(role="council", unit="it"), "veto": Approver(role="head")})
    [(place, text)] = said(heads)
    assert place == "veto"
    assert text == "nobody has the veto in company, hr, money; fill the role or name a fallback"
    assert said(heads, fallback=Approver(person="e20")) == []


@pytest.mark.rule("KRN-03")
def test_of_the_rows_of_a_table_each_is_counted_for_itself() -> None:
    boss = Step(name="boss", title="T", who=Approver(person="e1"))
    top = Step(name="top", title="T", who=Approver(group="board"))
    apart = (Row(when=(Condition(field="grade", over=5),), steps=("boss",)), Row(steps=("top",)))
    assert problems(boss, top, separate=True, table=apart) == []
    assert problems(boss, top, separate=True, table=(Row(steps=("boss", "top")),))[0][0] == "separate"


@pytest.mark.rule("KRN-12")
def test_steps_side_by_side_must_be_neighbours() -> None:
    def beside(name: str, word: str | None) -> Step:
        return HR.model_copy(update={"name": name, "beside": word})

    assert problems(beside("a", "x"), beside("b", "x"), beside("c", None)) == []
    assert problems(beside("a", "x"), beside("b", None), beside("c", "x"))[0][0] == "beside"
