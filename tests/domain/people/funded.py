"""Hirings on budget lines with a plan, under a policy that holds their money (HIR-12)."""

from decimal import Decimal
from typing import Any

from domain.kernel.ledger import Account, Transfer
from domain.organisation.model import BudgetLine
from tests.domain.people.company import HEAD, NOW, ORGANISATION, POLICY, Play

LINE = "it-people"
PLANS = {"2026": 500_000, "2027": 3_000_000}


def line(id_: str = LINE, **more: Any) -> BudgetLine:
    return BudgetLine(id=id_, name={"en": id_}, unit="it", owner=HEAD, currency="THB", category="people", **more)


def funded(mode: str = "stop", plans: dict[str, int] = PLANS, *, play: Play | None = None, **more: Any) -> Play:
    """A play on lines with a plan, under a policy that holds money."""
    play = play or Play()
    hiring = POLICY.processes["hiring"]
    parameters = {**hiring.parameters, "money": mode, "money_when_filled": more.pop("filled", "spent")}
    play.policy = POLICY.model_copy(
        update={"processes": {"hiring": hiring.model_copy(update={"parameters": parameters})}}
    )
    lines = {LINE: line(**more), "it-project": line("it-project", **more)}
    play.organisation = ORGANISATION.model_copy(update={"budget_lines": lines})
    for number, (period, amount) in enumerate(((p, a) for p, a in plans.items()), start=1):
        for id_ in lines:
            play.books.append(
                Transfer(
                    number=number, line=id_, period=period, source=Account.PLAN, target=Account.AVAILABLE,
                    amount=Decimal(amount), currency="THB", effective=NOW.date(),
                )
            )  # fmt: skip
    return play
