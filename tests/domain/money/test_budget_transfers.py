"""Transfers between lines: both owners, the controller where categories mix, and a budget that is frozen (BUD-07)."""

from typing import Any

import pytest

from domain.kernel.effects import Claim, Notify, Release
from domain.kernel.ledger import LinePeriod, unbalanced
from domain.money.budget.closing import FROZEN
from domain.money.budget.definition import BUDGET
from domain.money.budget.events import TransferMade
from tests.support.budgeting import CONTROLLER, HARDWARE, HARDWARE_OWNER, LICENCES, OWNER, ROWS, BudgetPlay, row

PEOPLE = LinePeriod("it-people", "2026")


def move(amount: str = "500000 THB", target: LinePeriod = HARDWARE, **more: Any) -> dict[str, Any]:
    return {
        "source_line": "it-licences", "source_period": "2026", "target_line": target.line,
        "target_period": target.period, "amount": amount, "reason": "x", **more,
    }  # fmt: skip


def answer(play: BudgetPlay, by: str, answer: str = "agree", **more: Any) -> BudgetPlay:
    (task,) = [task for task in play.case.tasks.values() if task.kind == "transfer" and by in task.people]
    return play.when("answer-transfer", {"task": task.id, "answer": answer, **more}, by=by)


@pytest.mark.rule("BUD-07")
def test_both_owners_agree_before_it_moves():
    play = BudgetPlay().lines("it-hardware", category="opex").in_force()
    play.when("propose-transfer", move(), by=OWNER)
    assert [task.people for task in play.case.tasks.values()] == [(HARDWARE_OWNER,)]
    assert play.balance(HARDWARE).transferred == 0
    answer(play, HARDWARE_OWNER)
    transfers = play.found(TransferMade).transfers
    assert not unbalanced(transfers)
    assert (play.balance(LICENCES).available, play.balance(HARDWARE).available) == (2_500_000, 1_700_000)
    assert (play.balance(LICENCES).transferred, play.balance(HARDWARE).transferred) == (-500_000, 500_000)


@pytest.mark.rule("BUD-07")
def test_a_transfer_to_own_line_of_another_owner_asks_the_source():
    play = BudgetPlay().lines("it-hardware", category="opex").in_force()
    play.when("propose-transfer", move(), by=HARDWARE_OWNER)
    assert [task.people for task in play.case.tasks.values()] == [(OWNER,)]


@pytest.mark.rule("BUD-07")
def test_capex_and_opex_mix_only_with_the_controller():
    play = BudgetPlay().in_force().when("propose-transfer", move(), by=OWNER)
    answer(play, HARDWARE_OWNER)
    assert play.balance(HARDWARE).transferred == 0
    answer(play, CONTROLLER)
    assert play.balance(HARDWARE).transferred == 500_000


@pytest.mark.rule("BUD-07")
def test_a_controller_does_not_agree_with_themselves():
    play = BudgetPlay().line(owner=CONTROLLER).in_force()
    assert play.refused("propose-transfer", move(), by=CONTROLLER) == "no-controller"


def test_what_is_asked_for_is_reserved_until_it_is_answered():
    play = BudgetPlay().in_force().when("propose-transfer", move(), by=OWNER)
    assert play.balance(LICENCES).reserved == 500_000
    answer(play, HARDWARE_OWNER, "decline", reason="Not needed")
    assert (play.balance(LICENCES).reserved, play.balance(LICENCES).available) == (0, 3_000_000)
    assert play.case.tasks == {}
    assert any(isinstance(effect, Notify) and effect.to == (OWNER,) for effect in play.effects)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (move("3000000.01 THB"), "not-free"),
        (move(target=LinePeriod("it-hardware", "2027")), "other-year"),
        (move(target=LICENCES), "same-line"),
        (move(source_line="hr-people"), "not-of-this-budget"),
        (move(target=LinePeriod("ghost", "2026")), "unmapped"),
        (move("1 EUR"), "two-currencies"),
        (move("-1 THB"), "not-positive"),
    ],
)
def test_what_cannot_be_moved_is_refused(wish, code):
    assert BudgetPlay().in_force().refused("propose-transfer", wish, by=OWNER) == code


def test_between_own_lines_of_a_kind_it_is_made_at_once():
    play = BudgetPlay().lines("it-people", category="opex").in_force(rows=[*ROWS, row("it-people", "1 THB")])
    play.when("propose-transfer", move(target=PEOPLE), by=OWNER)
    assert (play.balance(PEOPLE).transferred, play.case.tasks) == (500_000, {})


def test_a_frozen_budget_says_so_on_each_line():
    play = BudgetPlay().in_force()
    before = play.state
    play.when("freeze-budget", {"reason": "x"}, by=CONTROLLER)
    claims = [Claim(kind=FROZEN, key=key) for key in ("it-licences|2026", "it-hardware|2026")]
    assert BUDGET.claims(before, play.last[0]) == claims
    assert play.refused("propose-transfer", move(), by=OWNER) == "not-now"
    assert play.refused("unfreeze-budget", {"reason": "x"}, by=OWNER) == "not-your-role"
    play.when("unfreeze-budget", {"reason": "x"}, by=CONTROLLER)
    assert BUDGET.claims(play.state, play.last[0])[0] == Release(kind=FROZEN, key="it-licences|2026")
