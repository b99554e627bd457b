"""Bookings of other books: each document once, reversals, and everything that is wrong at once."""

from decimal import Decimal
from typing import Any

import pytest

from domain.kernel.effects import Claim, HeldClaim
from domain.kernel.errors import Refused
from domain.money.actuals.content import DOCUMENT, REVERSED
from domain.money.actuals.definition import ACTUALS, ActualsBooked
from domain.money.budget.closing import YEAR_CLOSED
from tests.conformance.company import facts
from tests.support.budgeting import CONTROLLER, OWNER, thb
from tests.support.given import Scenario


def row(number: int, document: str, amount: str = "100 THB", **more: Any) -> dict[str, Any]:
    return {"row": number, "document": document, "day": "2026-03-05", "line": "it-licences", "amount": amount, **more}


def play(*claims: Claim) -> Scenario[Any]:
    held = tuple(HeldClaim(claim=claim, stream="actuals-0", since=facts().now) for claim in claims)
    return Scenario(ACTUALS, facts().model_copy(update={"claims": held}), "actuals-1")


def problems(*rows: dict[str, Any], claims: tuple[Claim, ...] = (), by: str = CONTROLLER) -> list[str]:
    with pytest.raises(Refused) as refused:
        play(*claims).when("import-actuals", {"file": "a.csv", "rows": list(rows)}, by=by)
    assert refused.value.code == "bad-rows"
    return refused.value.details["problems"]


def known(document: str, amount: int, line: str = "it-licences") -> Claim:
    return Claim(kind=DOCUMENT, key=document, item=line, exclusive=True, amount=thb(amount))


@pytest.mark.rule("BUD-05")
def test_a_booking_is_actual_and_its_reversal_a_row_of_its_own():
    rows = [row(2, "A"), row(3, "B", "50.25 THB"), row(4, "C", reverses="A")]
    done = play().when("import-actuals", {"file": "a.csv", "rows": rows}, by=CONTROLLER)
    moved = done.found(ActualsBooked).transfers
    assert [(t.source, t.target, t.amount) for t in moved] == [
        ("available", "actual", 100), ("available", "actual", Decimal("50.25")), ("actual", "available", 100),
    ]  # fmt: skip
    assert {t.effective.isoformat() for t in moved} == {"2026-03-05"}
    claims = ACTUALS.claims(done.state, done.found(ActualsBooked))
    assert [(one.kind, one.key) for one in claims] == [
        (DOCUMENT, "A"),
        (DOCUMENT, "B"),
        (DOCUMENT, "C"),
        (REVERSED, "A"),
    ]
    assert ACTUALS.stage(done.state) == "booked"


@pytest.mark.rule("BUD-05")
def test_a_document_is_taken_once_ever():
    assert problems(row(2, "A"), row(3, "A")) == ["row 3, document: A stands in row 2 too"]
    assert problems(row(2, "A"), claims=(known("A", 7),)) == ["row 2, document: A was booked before"]


@pytest.mark.rule("BUD-05")
@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ((), "was never booked"),
        ((known("A", 99),), "takes back the whole"),
        ((known("A", 100, "it-hardware"),), "takes back the whole"),
        ((known("A", 100), Claim(kind=REVERSED, key="A", exclusive=True)), "reversed before"),
    ],
)
def test_a_reversal_takes_back_what_was_booked_once(claims, words):
    (problem,) = problems(row(2, "B", reverses="A"), claims=claims)
    assert problem.startswith("row 2, reverses: A")
    assert words in problem


def test_all_wrong_rows_are_named_at_once():
    closed = Claim(kind=YEAR_CLOSED, key="it-hardware|2026")
    found = problems(
        row(2, "A", line="ghost"), row(3, "B", "-5 THB"), row(4, "C", "5 USD"), row(5, "D", "0.001 THB"),
        row(6, "E", line="it-hardware"), row(7, "F"), claims=(closed,),
    )  # fmt: skip
    assert [one.partition(":")[0] for one in found] == [
        "row 2, line", "row 3, amount", "row 4, amount", "row 5, amount", "row 6, day",
    ]  # fmt: skip


def test_only_the_controller_of_a_line_books_on_it():
    (problem,) = problems(row(2, "A"), by=OWNER)
    assert "booked by the finance-controller of it" in problem


@pytest.mark.rule("BUD-08")
def test_another_currency_is_booked_at_the_rate_that_is_stated():
    rows = [row(2, "A", "3.33 USD", rate="35.15")]
    (moved,) = play().when("import-actuals", {"file": "a", "rows": rows}, by=CONTROLLER).found(ActualsBooked).transfers
    assert (moved.amount, str(moved.original), moved.rate) == (Decimal("117.05"), "3.33 USD", Decimal("35.15"))


def test_events_hold_a_thousand_rows_each():
    rows = [row(n, f"D{n}", "1 THB") for n in range(2, 2503)]
    done = play().when("import-actuals", {"file": "a", "rows": rows}, by=CONTROLLER)
    parts = [event for event in done.last if isinstance(event, ActualsBooked)]
    assert [(part.first, part.last) for part in parts] == [(2, 1001), (1002, 2001), (2002, 2502)]
    assert [t.number for part in parts for t in part.transfers] == list(range(1, 2502))
