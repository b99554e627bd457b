"""Budget, spending and saving on one ledger: what one tells the other, and that no money is made or lost (BUD-04)."""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.effects import Record, TellCase
from domain.kernel.errors import Refused
from domain.kernel.register import REGISTRY, fold
from domain.money.budget.definition import BUDGET
from domain.money.spending.definition import SPENDING
from tests.domain.money.scene import BUYER, CONTROLLER, LEAD, LINE, OWNER, PAYABLES, MoneyScenario, Office
from tests.domain.money.spending_cases import wish
from tests.support.examples import examples

PLAN = 1_000_000
NEW_YEAR = datetime(2027, 1, 11, 3, tzinfo=UTC)
OLD, NEW = "2026", "2027"


class Joint:
    """A budget of 2026 and the spending on its line; what one tells the other waits until it is delivered."""

    def __init__(self, rule: str = "carry") -> None:
        self.office, self.now = Office((LINE, NEW, f"{PLAN} THB")), None
        self.budget: MoneyScenario[Any] = MoneyScenario(BUDGET, self.office, "budget-1")
        lines = self.budget.facts.organisation.budget_lines
        line = lines[LINE].model_copy(update={"carry_over": rule, "carry_cap": None})
        self.organisation = self.budget.facts.organisation.model_copy(update={"budget_lines": {**lines, LINE: line}})
        self.cases: dict[str, MoneyScenario[Any]] = {}
        self.waiting: list[TellCase] = []
        self.budget.given(organisation=self.organisation)
        rows = [{"line": LINE, "period": OLD, "amount": f"{PLAN} THB"}]
        self.budget.when("draft-budget", {"unit": "it", "year": OLD, "rows": rows, "reason": "As agreed"}, by=OWNER)
        self.budget.approve()
        (record,) = [one for one in self.budget.effects if isinstance(one, Record)]
        entries = [REGISTRY.lift(one.type, one.schema_version, one.payload) for one in record.events]
        self.budget.given(registers=fold(self.budget.facts.registers, entries))
        self.budget.when("note-recorded", {"about": "publication", "position": 7}, by="system", channel="effect")

    def spending(self, case: str, *, stage: str = "ordered", **more: Any) -> MoneyScenario[Any]:
        play: MoneyScenario[Any] = MoneyScenario(SPENDING, self.office, case)
        play.given(organisation=self.organisation).at(self.budget.now)
        play.when("request-spending", wish(**{"period": OLD, "supplier": f"Supplier {case}", **more}), by=LEAD)
        self.cases[case] = play
        if stage != "asked":
            play.approve()
        if stage == "ordered":
            total = more.get("amount", "100000 THB")
            play.do("order", "place-order", {"number": "PO-1", "total": total})
        return play

    def new_year(self) -> "Joint":
        for play in (self.budget, *self.cases.values()):
            play.at(NEW_YEAR)
        return self

    def close_books(self, name: str, **payload: Any) -> "Joint":
        self.budget.when(name, payload, by=CONTROLLER)
        self.waiting += [one for one in self.budget.effects if isinstance(one, TellCase)]
        return self

    def run(self, **payload: Any) -> "Joint":
        return self.close_books("run-year-end", **payload)

    def undo(self) -> "Joint":
        return self.close_books("undo-year-end", reason="A late invoice")

    def deliver(self) -> "Joint":
        """As the activity does: a refusal is an answer, not a failure."""
        for told in self.waiting:
            try:
                self.cases[told.case].when(told.command, told.payload, by="system", channel="effect")
            except Refused as refused:
                assert refused.code in {"nothing-held", "finished"}  # noqa: PT017 - either is an answer
        self.waiting = []
        return self

    def free(self) -> tuple[int, int]:
        return self.office.left(OLD), self.office.left(NEW)

    def bound(self, period: str) -> int:
        balance = self.office.balance(period)
        return int(balance.reserved + balance.committed)


@pytest.mark.rule("BUD-09")
@pytest.mark.parametrize(
    ("decision", "new", "bound"),
    [
        ({"decision": "carry"}, 2 * PLAN - 100_000, 100_000),
        ({"decision": "carry-without"}, 2 * PLAN - 100_000, 100_000),
        ({"decision": "re-encumber", "price": "90000 THB"}, 2 * PLAN - 90_000, 90_000),
        ({"decision": "re-encumber", "price": "120000 THB"}, 2 * PLAN - 120_000, 120_000),
        ({"decision": "cancel"}, 2 * PLAN, 0),
    ],
)
@pytest.mark.parametrize("stage", ["asked", "approved", "ordered"])
def test_what_is_carried_leaves_its_year_once(decision, new, bound, stage):
    joint = Joint()
    joint.spending("buy-1", stage=stage)
    joint.new_year().run(commitments=[{"case": "buy-1", "line": LINE, **decision}]).deliver()
    joint.run(otherwise="carry").deliver()
    assert joint.free() == (0, new)
    assert (joint.bound(OLD), joint.bound(NEW)) == (0, bound)


@pytest.mark.rule("BUD-09")
@pytest.mark.parametrize("decision", [{"decision": "carry"}, {"decision": "re-encumber", "price": "50000 THB"}])
def test_undo_leaves_what_the_case_held_of_the_new_year(decision):
    joint = Joint()
    joint.spending("buy-1", until=NEW)
    before = joint.free(), joint.bound(OLD), joint.bound(NEW)
    joint.new_year().run(commitments=[{"case": "buy-1", "line": LINE, **decision}]).deliver()
    joint.undo().deliver()
    assert (joint.free(), joint.bound(OLD), joint.bound(NEW)) == before


@pytest.mark.rule("BUD-09")
def test_what_was_invoiced_since_keeps_the_year_end():
    joint = Joint()
    play = joint.spending("buy-1")
    joint.new_year().run(otherwise="carry").deliver()
    bill = {"number": "I-1", "amount": "30000 THB", "dated": "2027-01-10"}
    play.do("invoice", "record-invoice", bill)
    assert joint.budget.refused("undo-year-end", {"reason": "x"}, by=CONTROLLER) == "spent-on"


@pytest.mark.rule("BUD-09")
@pytest.mark.parametrize("price", ["90000 USD", "-1 THB", "0 THB"])
def test_a_real_price_is_in_the_money_of_the_line(price):
    joint = Joint()
    joint.spending("buy-1")
    asked = {"commitments": [{"case": "buy-1", "line": LINE, "decision": "re-encumber", "price": price}]}
    assert joint.new_year().budget.refused("run-year-end", asked, by=CONTROLLER) == "bad-price"


@pytest.mark.rule("BUD-09")
def test_a_year_that_is_still_bound_is_not_closed():
    joint = Joint()
    joint.spending("buy-1")
    joint.new_year().run(otherwise="carry")
    assert joint.budget.refused("close-year", {}, by=CONTROLLER) == "still-bound"
    joint.deliver().close_books("close-year")


@pytest.mark.rule("BUD-09")
def test_an_excess_is_paid_by_the_year_it_was_carried_to():
    joint = Joint()
    play = joint.spending("buy-1")
    joint.new_year().run(otherwise="carry").deliver().close_books("close-year")
    bill = {"number": "I-1", "amount": "101000 THB", "dated": "2027-01-10"}
    play.do("invoice", "record-invoice", bill)
    play.approve()
    assert (joint.office.balance(OLD).actual, joint.office.balance(NEW).actual) == (0, 101_000)


@pytest.mark.rule("BUD-06")
def test_nothing_is_reserved_on_a_frozen_budget():
    joint = Joint()
    draft = joint.spending("buy-0", stage="approved")
    joint.close_books("freeze-budget", reason="A stop on spending")
    with pytest.raises(Refused) as refused:
        joint.spending("buy-1")
    assert refused.value.code == "budget-frozen"
    draft.do("order", "place-order", {"number": "PO-1", "total": "100000 THB"})  # what was reserved goes on
    late = {"kind": "emergency", "happened_on": "2026-11-30"}
    assert joint.spending("buy-2", stage="asked", **late).state.bound == 100_000  # it is spent already
    joint.close_books("unfreeze-budget", reason="It is over")
    joint.spending("buy-3")


@pytest.mark.rule("BUD-09")
def test_nothing_is_reserved_in_a_year_that_ended():
    joint = Joint("lapse")
    joint.new_year().run()
    joint.budget.at(datetime(2026, 12, 1, 3, tzinfo=UTC))  # who asks is behind by a clock
    with pytest.raises(Refused) as refused:
        joint.spending("buy-1", amount="1 THB")
    assert refused.value.code == "year-ended"


@pytest.mark.rule("BUD-04")
@pytest.mark.rule("BUD-09")
@settings(max_examples=examples(40))
@given(seed=st.integers(0, 2**32), rule=st.sampled_from(["carry", "lapse"]))
def test_no_money_is_made_or_lost(seed, rule):
    """Whatever was accepted: plans less what lapsed is what is free, bound and spent, and cases hold what is bound."""
    rng, joint = Random(seed), Joint(rule)
    for number in range(rng.randint(1, 3)):
        until = rng.choice([OLD, NEW])
        stage = rng.choice(["asked", "approved", "ordered"])
        joint.spending(f"buy-{number}", stage=stage, until=until, amount=f"{rng.randint(2, 300_000)} THB")
    joint.new_year()
    for _ in range(rng.randint(2, 12)):
        try:
            _any_step(rng, joint)
        except Refused as refused:
            assert refused.code in _EXPECTED, str(refused)  # noqa: PT017 - each one is looked at
        _agree(joint)
    joint.deliver()
    _agree(joint)


_EXPECTED = {"not-now", "spent-on", "finished", "still-bound", "no-such-task", "invoiced", "not-your-task",
             "invoice-waits", "more-than-held", "unknown-task"}  # fmt: skip


def _any_step(rng: Random, joint: Joint) -> None:
    play = rng.choice(list(joint.cases.values()))
    kinds = {task.kind for task in play.case.tasks.values()}
    match rng.choice(("run", "run", "undo", "deliver", "deliver", "close", "order", "invoice", "invoice", "end")):
        case "run":
            joint.run(otherwise=rng.choice(["carry", "carry-without", "cancel"]))
        case "undo":
            joint.undo()
        case "deliver":
            joint.deliver()
        case "close" if rng.random() < 0.3:
            joint.close_books("close-year")
        case "order" if "order" in kinds:
            total = play.state.content.amount.amount
            play.do("order", "place-order", {"number": "PO", "total": f"{rng.randint(1, int(total))} THB"})
        case "invoice" if "invoice" in kinds:
            bill = f"{rng.randint(1, 150_000)} THB"
            play.do("invoice", "record-invoice", {"number": f"I-{rng.random()}", "amount": bill, "dated": "2027-01-10"})
            play.approve()
        case "end" if "invoice" in kinds:
            play.when("close-spending", {"reason": "enough"}, by=LEAD)


def _agree(joint: Joint) -> None:
    balances = [joint.office.balance(period) for period in (OLD, NEW)]
    invoiced = sum(int(each.net.amount) for play in joint.cases.values() for each in play.state.invoices.values())
    open_ = [each for play in joint.cases.values() for each in play.state.holdings.open]
    held = {period: sum(each.left for each in open_ if each.period == period) for period in (OLD, NEW)}
    known = joint.budget.state.year_end
    lapsed = sum((each.lapsed - each.forgiven for each in known.lines), Decimal(0)) if known else Decimal(0)
    assert {each.period: each.reserved + each.committed for each in balances} == held
    assert sum(each.actual for each in balances) == invoiced
    assert sum(each.carried for each in balances) == 0
    assert sum(each.available for each in balances) == 2 * PLAN - lapsed - invoiced - sum(held.values())


@pytest.mark.rule("BUD-09")
def test_what_is_moved_can_be_ordered_and_paid_in_the_new_year():
    joint = Joint()
    play = joint.spending("buy-1", stage="asked")
    joint.new_year().run(otherwise="carry").deliver().close_books("close-year")
    play.approve().do("order", "place-order", {"number": "PO-1", "total": "100000 THB"}, by=BUYER)
    play.do("invoice", "record-invoice", {"number": "I-1", "amount": "100000 THB", "dated": "2027-01-10"}, by=PAYABLES)
    assert joint.office.balance(NEW).actual == 100_000
    assert joint.office.balance(OLD).actual == 0
    assert not play.state.holdings.open
