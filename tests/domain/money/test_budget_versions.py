"""A budget from its draft to a plan in force, revised, cut, taken back (BUD-01, BUD-02, BUD-03, BUD-08, BUD-11)."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from domain.kernel.cases.case_events import Decided, ReviewReturned
from domain.kernel.cases.task_events import InformationAsked, InformationGiven
from domain.kernel.errors import Refused
from domain.kernel.ledger import LinePeriod
from domain.money.budget.definition import BUDGET
from domain.money.budget.events import BudgetPosted
from tests.support.budgeting import (
    CHIEF,
    CONTROLLER,
    HARDWARE,
    HARDWARE_OWNER,
    LICENCES,
    OWNER,
    ROWS,
    BudgetPlay,
    next_version,
    row,
    thb,
)


def problems(play: BudgetPlay, **changes) -> list[str]:
    with pytest.raises(Refused) as refused:
        play.drafted(**changes)
    assert refused.value.code == "bad-rows", refused.value
    return refused.value.details["problems"]


@pytest.mark.rule("BUD-01")
def test_what_is_signed_off_is_the_plan_of_its_lines():
    play = BudgetPlay().drafted().approved()
    assert [(t.key, t.amount) for t in play.found(BudgetPosted).transfers] == [
        (LICENCES, Decimal(3_000_000)), (HARDWARE, Decimal(1_200_000)),
    ]  # fmt: skip
    assert play.found(BudgetPosted).transfers[1].units == ("it-infrastructure", "it", "company")
    play.delivered()
    assert (BUDGET.stage(play.state), play.balance(LICENCES).available) == ("in_force", 3_000_000)
    assert play.state.budget.total == thb(4_200_000)


@pytest.mark.rule("BUD-01")
def test_every_wrong_row_is_named_at_once():
    rows = [
        row("ghost", "1 THB"), row("hr-training", "1 THB"), row("it-licences", "1 THB", "2026-03"),
        row("it-licences", "1 THB", "2027"), row("it-hardware", "0.001 THB"), row("it-hardware", "5 THB"),
        row("it-people", "-5 THB"),
    ]  # fmt: skip
    found = problems(BudgetPlay(), rows=rows)
    for number, words in enumerate(("ghost", "hr-training", "2026-03", "not of 2026", "cannot be paid"), 1):
        assert any(one.startswith(f"row {number}:") and words in one for one in found), (number, found)
    assert any("row 6" in one and "earlier row" in one for one in found)
    assert any("row 7" in one and "below zero" in one for one in found)


@pytest.mark.rule("BUD-01")
def test_a_line_is_in_one_budget():
    play = BudgetPlay().in_force()
    other = next_version(play)
    found = problems_of_infrastructure(other)
    assert found == ["it-hardware 2026 is in the budget it.2026.THB"]


def problems_of_infrastructure(play: BudgetPlay) -> list[str]:
    draft = {"unit": "it-infrastructure", "year": "2026", "rows": [ROWS[1]], "reason": "Mine"}
    with pytest.raises(Refused) as refused:
        play.when("draft-budget", draft, by=HARDWARE_OWNER)
    return refused.value.details["problems"]


def test_only_the_owner_of_the_unit_drafts():
    draft = {"unit": "it", "year": "2026", "rows": ROWS, "reason": "x"}
    assert BudgetPlay().refused("draft-budget", draft, by=HARDWARE_OWNER) == "not-the-owner"


@pytest.mark.parametrize("source", ["last-year", "empty"])
def test_a_draft_starts_from_last_year_or_empty(source):
    before = BudgetPlay().in_force()
    play = next_version(before).drafted(year="2027", source=source, rows=[], draft=True)
    amounts = {each.key: each.amount for each in play.state.budget.rows}
    if source == "last-year":
        assert amounts == {LinePeriod("it-licences", "2027"): thb(3_000_000),
                           LinePeriod("it-hardware", "2027"): thb(1_200_000)}  # fmt: skip
    else:
        assert amounts[LinePeriod("it-people", "2027")] == thb(0)
        assert LinePeriod("hr-people", "2027") not in amounts


def test_there_must_be_a_last_year_to_start_from():
    draft = {"unit": "it", "year": "2026", "source": "last-year", "reason": "x"}
    assert BudgetPlay().refused("draft-budget", draft, by=OWNER) == "no-last-year"


@pytest.mark.rule("BUD-02")
def test_the_route_asks_by_limits():
    small, large = BudgetPlay().drafted().approved(), BudgetPlay().drafted(rows=[row("it-licences", "30000000 THB")])
    large.approved()
    deciders = [[e.actor for e in play.history if isinstance(e, Decided)] for play in (small, large)]
    assert deciders[0] == [CHIEF, CONTROLLER]
    assert CONTROLLER not in deciders[1]
    assert "e1039" in deciders[1]


@pytest.mark.rule("BUD-02")
def test_challenge_and_answer_are_kept():
    play = BudgetPlay().drafted()
    task = play.open("decide")
    play.when("ask-information", {"task": task.id, "question": "Why so much?", "of": OWNER}, by=CHIEF)
    answer = play.open("answer-information")
    play.when("give-information", {"task": answer.id, "text": "Prices rose."}, by=OWNER)
    play.when("decide", {"task": task.id, "outcome": "return", "comment": "Less", "fields": ["rows"]}, by=CHIEF)
    kept = [e for e in play.history if isinstance(e, InformationAsked | InformationGiven | ReviewReturned)]
    assert [type(e) for e in kept] == [InformationAsked, InformationGiven, ReviewReturned]
    assert BUDGET.stage(play.state) == "returned"


def test_a_draft_stays_below_the_ceiling_of_its_guidance():
    guidance = {
        "owner": OWNER,
        "unit": "it",
        "year": "2026",
        "ceiling": "4000000 THB",
        "text": "x",
        "due": "2026-12-09",
    }
    play = BudgetPlay().when("issue-guidance", guidance, by=CONTROLLER)
    assert (BUDGET.stage(play.state), play.case.responsible, play.open().people) == ("guidance", OWNER, (OWNER,))
    assert play.refused("answer-guidance", {"rows": ROWS, "reason": "x"}, by=OWNER) == "above-ceiling"
    play.when("answer-guidance", {"rows": ROWS[:1], "reason": "x"}, by=OWNER)
    assert BUDGET.stage(play.state) == "in_approval"
    assert BudgetPlay().refused("issue-guidance", guidance, by=HARDWARE_OWNER) == "not-above"


@pytest.mark.rule("BUD-03")
def test_the_version_in_force_counts_until_the_next_is_approved():
    first = BudgetPlay().in_force().spent(LICENCES, committed=1_000_000)
    second = next_version(first).drafted(rows=[row("it-licences", "3500000 THB"), row("it-hardware", "1000000 THB")])
    assert first.balance(LICENCES).plan == 3_000_000
    assert BUDGET.stage(first.state) == "in_force"
    second.approved()
    moved = second.found(BudgetPosted).transfers
    assert [(t.source, t.amount) for t in moved] == [("plan", 500_000), ("available", 200_000)]
    assert (first.balance(LICENCES).plan, first.balance(LICENCES).available) == (3_500_000, 2_500_000)
    second.delivered()
    (word,) = second.told()
    first.when(word.command, word.payload, by="system", channel="effect")
    assert (BUDGET.stage(first.state), BUDGET.stage(second.state)) == ("superseded", "in_force")
    assert second.state.life.number == 2


@pytest.mark.rule("BUD-03")
def test_what_is_in_force_is_never_dropped_by_silence():
    play = next_version(BudgetPlay().in_force())
    assert problems(play, rows=ROWS[:1]) == ["it-hardware 2026 is in the version in force; plan zero to take it back"]


@pytest.mark.rule("BUD-11")
def test_a_cut_below_what_binds_is_refused_with_the_list():
    first = BudgetPlay().in_force().spent(LICENCES, committed=2_000_000, actual=500_000)
    play = next_version(first).held(("buy-1", LICENCES, 2_000_000))
    with pytest.raises(Refused) as refused:
        play.drafted(rows=[row("it-licences", "2499999.99 THB"), ROWS[1]])
    assert refused.value.code == "bound"
    assert refused.value.details["binding"] == [
        "it-licences 2026 needs 2,500,000 THB for 2,500,000 THB bound (buy-1 2,000,000 THB)"
    ]
    assert BUDGET.stage(play.drafted(rows=[row("it-licences", "2500000 THB"), ROWS[1]]).state) == "in_approval"


@pytest.mark.rule("BUD-11")
def test_what_was_bound_since_the_submission_counts_at_the_approval():
    first = BudgetPlay().in_force()
    play = next_version(first).drafted(rows=[row("it-licences", "1000000 THB"), ROWS[1]])
    first.spent(LICENCES, reserved=1_000_001)
    play.when("decide", {"task": play.open("decide").id, "outcome": "approve"}, by=CHIEF)
    assert play.refused("decide", {"task": play.open("decide").id, "outcome": "approve"}, by=CONTROLLER) == "bound"
    assert first.balance(LICENCES).plan == 3_000_000


@pytest.mark.rule("BUD-11")
def test_a_budget_is_retired_only_when_nothing_binds_it():
    play = BudgetPlay().in_force().spent(LICENCES, actual=1)
    assert play.refused("retire-budget", {"reason": "x"}, by=OWNER) == "bound"
    free = BudgetPlay().in_force()
    free.when("retire-budget", {"reason": "x"}, by=OWNER).delivered("retirement")
    assert (BUDGET.stage(free.state), free.balance(LICENCES).plan) == ("retired", 0)


@pytest.mark.rule("BUD-08")
def test_another_currency_is_planned_at_its_rate():
    usd = row("it-licences", "10000 USD", rate="35.5")
    assert any("names no line for differences" in one for one in problems(BudgetPlay(), rows=[usd]))
    play = BudgetPlay().line(revaluation="it-people").drafted(rows=[usd]).approved()
    (posted,) = play.found(BudgetPosted).transfers
    assert (posted.money, str(posted.original), posted.rate) == (thb(355_000), "10,000 USD", Decimal("35.5"))
    assert play.state.budget.total == thb(355_000)
    without = BudgetPlay().line(revaluation="it-people")
    assert any("state the plan rate" in one for one in problems(without, rows=[row("it-licences", "10000 USD")]))


@pytest.mark.rule("BUD-08")
def test_a_project_is_planned_over_its_years():
    play = BudgetPlay().lines("it-hardware", project="storage")
    rows = [row("it-hardware", "1 THB"), row("it-hardware", "2 THB", "2027"), row("it-hardware", "3 THB", "2025")]
    assert problems(play, rows=rows, project="storage") == ["row 3: 2025 is not of 2026"]
    play.drafted(rows=rows[:2], project="storage").approved()
    assert {t.period: (t.amount, t.project) for t in play.found(BudgetPosted).transfers} == {
        "2026": (1, "storage"), "2027": (2, "storage"),
    }  # fmt: skip


def test_a_budget_in_force_is_frozen_and_not_held():
    play = BudgetPlay().in_force()
    assert play.refused("hold", {"reason": "x"}, by=OWNER) == "approved"


EXAMPLES = Path(__file__).parents[3] / "examples" / "budget"


@pytest.mark.parametrize(
    ("file", "command"),
    [
        ("draft", "draft-budget"),
        ("guidance", "issue-guidance"),
        ("transfer", "propose-transfer"),
        ("year-end", "run-year-end"),
    ],
)
def test_the_examples_are_payloads(file, command):
    payload = yaml.safe_load((EXAMPLES / f"{file}.yaml").read_text(encoding="utf-8"))
    BUDGET.commands[command].model_validate_json(json.dumps(payload, default=str))
