"""Cases of spending for its tests."""

from typing import Any

from domain.money.spending.definition import SPENDING
from domain.money.spending.state import SpendingState
from tests.domain.money.scene import LEAD, LINE, MoneyScenario, Office

Play = MoneyScenario[SpendingState]


def office(amount: int = 1_000_000, *years: str) -> Office:
    return Office(*((LINE, year, f"{amount} THB") for year in years or ("2026", "2027", "2028")))


def wish(**more: Any) -> dict[str, Any]:
    """A purchase of a hundred thousand baht from the line of next year."""
    given = {
        "kind": "purchase",
        "what": "Monitors",
        "budget_line": LINE,
        "supplier": "Bangkok Displays",
        "amount": "100000 THB",
        "period": "2027",
        "reason": "A new team",
        **more,
    }
    return {name: value for name, value in given.items() if value is not None}


def asked(place: Office, case: str = "spending-1", **more: Any) -> Play:
    return MoneyScenario(SPENDING, place, case).when("request-spending", wish(**more), by=LEAD)


def ordered(place: Office, case: str = "spending-1", *, total: str = "100000 THB", **more: Any) -> Play:
    play = asked(place, case, **more).approve()
    if play.case.tasks and play.open().kind == "order":
        play.do("order", "place-order", {"number": "PO-1", "total": total})
    return play


def invoiced(play: Play, amount: int | str, number: str = "INV-1", **more: Any) -> Play:
    money = amount if isinstance(amount, str) else f"{amount} THB"
    return play.do("invoice", "record-invoice", {"number": number, "amount": money, "dated": "2026-12-01", **more})


def contract(place: Office, **more: Any) -> Play:
    term = {"kind": "contract", "until": "2028", "starts": "2027-01-01", "ends": "2028-12-31", "notice_days": 90}
    return ordered(place, **{**term, **more})
