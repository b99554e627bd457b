"""The year's end: rehearsed, run, run again, undone, closed, with its totals (BUD-09)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.cases.case import Status
from domain.kernel.effects import Claim, HeldClaim
from domain.kernel.errors import Refused
from domain.kernel.ledger import LinePeriod, unbalanced
from domain.money.budget.definition import BUDGET
from domain.money.budget.events import YearEndRehearsed, YearEndRun
from tests.support.budgeting import CONTROLLER, HARDWARE, LICENCES, OWNER, BudgetPlay, next_version, thb

NEW_YEAR = datetime(2027, 1, 11, 3, tzinfo=UTC)
LICENCES_27, HARDWARE_27 = (LICENCES._replace(period="2027"), HARDWARE._replace(period="2027"))


def old_year(**rules: Any) -> BudgetPlay:
    """The budget of 2026 in January: nothing was spent, by these rules of its first line."""
    play = BudgetPlay().line(**rules).in_force()
    play.at(NEW_YEAR)
    return play


def run(play: BudgetPlay, **payload: Any) -> YearEndRun:
    return play.when("run-year-end", payload, by=CONTROLLER).found(YearEndRun)


def free(play: BudgetPlay, *keys: LinePeriod) -> list[Decimal]:
    return [play.balance(key).available for key in keys]


@pytest.mark.rule("BUD-09")
@pytest.mark.parametrize(
    ("rules", "answer", "left"),
    [
        ({"carry_over": "lapse"}, {}, [0, 0]),
        ({"carry_over": "carry"}, {}, [0, 3_000_000]),
        ({"carry_over": "carry", "carry_cap": thb(400_000)}, {}, [0, 400_000]),
        ({"carry_over": "ask"}, {"carry": "100 THB"}, [0, 100]),
        ({"carry_over": "ask", "carry_cap": thb(50)}, {"carry": "100 THB"}, [0, 50]),
        ({"carry_over": "ask"}, {"carry": "0 THB"}, [0, 0]),
    ],
)
def test_the_unspent_goes_by_the_rule_of_its_line(rules, answer, left):
    play = old_year(**rules)
    event = run(play, lines=[{"line": "it-licences", **answer}] if answer else [])
    new = play.ledger.known.get(LICENCES_27)
    assert [play.balance(LICENCES).available, new.available if new else 0] == left
    assert event.result.proven
    assert not unbalanced(event.transfers)


@pytest.mark.rule("BUD-09")
def test_a_line_that_asks_needs_an_answer():
    play = old_year(carry_over="ask")
    assert play.refused("run-year-end", {}, by=CONTROLLER) == "undecided"


@pytest.mark.rule("BUD-09")
@pytest.mark.parametrize(("forgive", "left"), [(False, [0, -200_000]), (True, [0, 0])])
def test_overspending_is_carried_unless_it_is_forgiven(forgive, left):
    play = old_year().spent(LICENCES, actual=3_200_000)
    event = run(play, lines=[{"line": "it-licences", "forgive": forgive}])
    new = play.ledger.known.get(LICENCES_27)
    assert [play.balance(LICENCES).available, new.available if new else 0] == left
    assert event.result.proven


@pytest.mark.rule("BUD-09")
@pytest.mark.parametrize(
    ("decision", "along"),
    [
        ({"decision": "carry"}, 700_000),
        ({"decision": "carry-without"}, 0),
        ({"decision": "re-encumber", "price": "650000 THB"}, 650_000),
        ({"decision": "cancel"}, 0),
    ],
)
def test_each_open_commitment_is_decided_and_its_case_told(decision, along):
    play = old_year().spent(LICENCES, committed=700_000).held(("buy-1", LICENCES, 700_000))
    assert play.refused("run-year-end", {}, by=CONTROLLER) == "undecided"
    event = run(play, commitments=[{"case": "buy-1", "line": "it-licences", **decision}])
    (told,) = play.told()
    assert (told.case, told.process, told.command) == ("buy-1", "spending", "move-commitment")
    assert (told.payload["decision"], told.payload["period"], told.payload["target"]) == (
        decision["decision"], "2026", "2027",
    )  # fmt: skip
    (line,) = [one for one in event.result.lines if one.line == "it-licences"]
    assert (line.with_commitments, event.result.proven) == (along, True)


def moved(play: BudgetPlay, amount: int) -> BudgetPlay:
    """The other case did what it was told: it gave back the old and holds the new."""
    play.spent(LICENCES, committed=-amount).spent(LICENCES_27, committed=amount)
    return play.held()


@pytest.mark.rule("BUD-09")
def test_running_again_moves_nothing_twice():
    play = old_year(carry_over="carry").spent(LICENCES, committed=700_000).held(("buy-1", LICENCES, 700_000))
    run(play, otherwise="carry")
    again = run(play, otherwise="cancel")
    assert (again.transfers, again.result.commitments, play.told()) == ((), (), [])
    moved(play, 700_000)
    assert run(play).transfers == ()
    assert free(play, LICENCES, LICENCES_27) == [0, 2_300_000]


@pytest.mark.rule("BUD-09")
def test_what_was_cancelled_goes_by_the_rule_when_it_runs_again():
    play = old_year(carry_over="carry").spent(LICENCES, committed=700_000).held(("buy-1", LICENCES, 700_000))
    run(play, otherwise="cancel")
    play.spent(LICENCES, committed=-700_000).held()
    run(play)
    assert free(play, LICENCES, LICENCES_27) == [0, 3_000_000]


@pytest.mark.rule("BUD-09")
def test_a_rehearsal_says_what_the_run_does_and_moves_nothing():
    play = old_year(carry_over="carry")
    before = dict(play.ledger.known)
    rehearsed = play.when("rehearse-year-end", {}, by=CONTROLLER).found(YearEndRehearsed).result
    assert play.ledger.known == before
    assert run(play).result == rehearsed


@pytest.mark.rule("BUD-09")
def test_undone_everything_is_where_it_was():
    play = old_year(carry_over="carry").spent(HARDWARE, actual=1_300_000)
    play.spent(LICENCES, committed=700_000).held(("buy-1", LICENCES, 700_000))
    before = free(play, LICENCES, HARDWARE)
    run(play, otherwise="carry")
    moved(play, 700_000).held(("buy-1", LICENCES_27, 700_000))
    play.when("undo-year-end", {"reason": "A late invoice"}, by=CONTROLLER)
    (told,) = play.told()
    assert (told.payload["period"], told.payload["target"]) == ("2027", "2026")
    play.spent(LICENCES_27, committed=-700_000).spent(LICENCES, committed=700_000)
    assert free(play, LICENCES, HARDWARE) == before
    assert free(play, LICENCES_27, HARDWARE_27) == [0, 0]
    assert (BUDGET.stage(play.state), play.balance(LICENCES).plan) == ("in_force", 3_000_000)


@pytest.mark.rule("BUD-09")
def test_what_was_spent_of_the_carried_cannot_be_undone():
    play = old_year(carry_over="carry")
    run(play)
    play.spent(LICENCES_27, committed=1)
    assert play.refused("undo-year-end", {"reason": "x"}, by=CONTROLLER) == "spent-on"


@pytest.mark.rule("BUD-09")
def test_a_closed_year_stays_closed():
    play = old_year()
    assert play.refused("close-year", {}, by=CONTROLLER) == "not-now"
    run(play)
    assert play.open("close-year").people == (CONTROLLER,)
    play.when("close-year", {}, by=CONTROLLER)
    assert (BUDGET.stage(play.state), play.case.closed) == ("closed", Status.APPROVED)
    assert play.refused("undo-year-end", {"reason": "x"}, by=CONTROLLER) == "finished"


@pytest.mark.rule("BUD-09")
def test_a_year_that_ended_is_not_planned_anew():
    play = old_year()
    before = play.state
    run(play)
    ended = [claim for claim in BUDGET.claims(before, play.last[0]) if isinstance(claim, Claim)]
    assert [claim.key for claim in ended] == ["it-licences|2026", "it-hardware|2026"]
    held = tuple(HeldClaim(claim=claim, stream="budget-1", since=play.now) for claim in ended)
    again = next_version(play)
    again.given(claims=held)
    with pytest.raises(Refused) as refused:
        again.drafted()
    assert refused.value.code == "year-ended"


def test_a_year_that_is_not_over_is_only_rehearsed():
    play = BudgetPlay().in_force()
    play.when("rehearse-year-end", {}, by=CONTROLLER)
    assert play.refused("run-year-end", {}, by=CONTROLLER) == "year-runs"
    assert play.refused("rehearse-year-end", {}, by=OWNER) == "not-your-role"


def test_a_transfer_that_waits_is_answered_first():
    play = BudgetPlay().in_force()
    wish = {"source_line": "it-licences", "source_period": "2026", "target_line": "it-hardware",
            "target_period": "2026", "amount": "5 THB", "reason": "x"}  # fmt: skip
    play.when("propose-transfer", wish, by=OWNER).at(NEW_YEAR)
    assert play.refused("run-year-end", {}, by=CONTROLLER) == "transfers-open"


@pytest.mark.rule("BUD-09")
@given(
    rule=st.sampled_from(["lapse", "carry", "ask"]), actual=st.integers(0, 4_000_000), held=st.integers(0, 900_000),
    cap=st.none() | st.integers(1, 3_000_000), forgive=st.booleans(), wanted=st.integers(0, 4_000_000),
    decision=st.sampled_from(["carry", "carry-without", "cancel"]),
)  # fmt: skip
def test_totals_are_proven_whatever_happens(rule, actual, held, cap, forgive, wanted, decision):
    play = old_year(carry_over=rule, carry_cap=thb(cap) if cap else None)
    play.spent(LICENCES, actual=actual, committed=held)
    if held:
        play.held(("buy-1", LICENCES, held))
    lines = [{"line": "it-licences", "carry": f"{wanted} THB", "forgive": forgive}]
    total = play.balance(LICENCES).available
    event = run(play, otherwise=decision, lines=lines)
    new = play.ledger.known.get(LICENCES_27)
    (line,) = [one for one in event.result.totals if one.line == "it-licences"]
    there = play.balance(LICENCES).available + (new.available if new else 0)
    assert there == line.after == total - line.lapsed + line.forgiven
    assert not unbalanced(event.transfers)
    assert run(play, otherwise="carry", lines=lines).transfers == ()
