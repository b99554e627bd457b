"""Spending on the real store: lines are locked while they are checked, and late credits find their line."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.decide import Decider
from application.administration.office import import_organisation
from application.administration.regrounding import Regrounding
from domain.kernel.command import Command
from domain.processes import PROCESSES
from eventstore import ledger_books
from tests.support.budgets import give_plans
from tests.support.office import COMPANY, Office
from workflows.messages import Perform, Performed

LINE, LEAD, BUYER, PAYABLES = "it-licences", "e1011", "e1050", "e1043"


class Books:
    """Commands given one by one to the decider, as workflows do."""

    def __init__(self, office: Office) -> None:
        self.pool = office.services.pool
        self.decider = Decider(self.pool, PROCESSES)

    async def give(self, case: str, name: str, payload: dict[str, Any], *, by: str) -> Performed:
        command = Command(
            case=case, process="spending", name=name, actor=by, channel="cli", payload=payload, at=datetime.now(UTC)
        )
        return await self.decider.perform(Perform(command=command, known=0))

    async def left(self, year: str) -> int:
        async with self.pool.acquire() as conn:
            (balance,) = await ledger_books.balances(conn, line=LINE, period=year)
        return int(balance.available)

    async def approved(self, case: str) -> None:
        for number, by in ((1, "e1005"), (2, "e1003")):
            assert not (
                await self.give(case, "decide", {"task": f"{case}.{number}", "outcome": "approve"}, by=by)
            ).refusal


def wish(year: int, supplier: str) -> dict[str, Any]:
    return {
        "kind": "purchase", "what": "Monitors", "budget_line": LINE, "supplier": supplier, "amount": "100000 THB",
        "period": f"{year}", "reason": "A new team",
    }  # fmt: skip


@pytest.mark.rule("SPD-01")
async def test_of_many_at_once_as_many_pass_as_fit(office_at_work: Office):
    books, year = Books(office_at_work), datetime.now(UTC).year + 1
    await give_plans(office_at_work.services.pool, [(LINE, f"{year}", "450000 THB")])
    asked = [books.give(f"spending-{n}", "request-spending", wish(year, f"supplier {n}"), by=LEAD) for n in range(12)]
    refusals = [done.refusal for done in await asyncio.gather(*asked)]
    assert sum(refusal is None for refusal in refusals) == 4
    assert {refusal.code for refusal in refusals if refusal} == {"over-budget"}
    assert await books.left(f"{year}") == 50_000


@pytest.mark.rule("SPD-11")
async def test_a_late_credit_note_finds_its_line_and_year(office_at_work: Office):
    books, now = Books(office_at_work), datetime.now(UTC)
    year, today = now.year + 1, now.date().isoformat()
    await give_plans(office_at_work.services.pool, [(LINE, f"{year}", "450000 THB")])
    await books.give("one", "request-spending", wish(year, "Displays"), by=LEAD)
    await books.approved("one")
    order = {"task": "one.3", "number": "PO-1", "total": "100000 THB"}
    assert not (await books.give("one", "place-order", order, by=BUYER)).refusal
    bill = {"task": "one.4", "number": "INV-1", "amount": "100000 THB", "dated": today}
    assert not (await books.give("one", "record-invoice", bill, by=PAYABLES)).refusal
    assert await books.left(f"{year}") == 350_000

    note = {"supplier": "Displays", "invoice": "INV-1", "number": "C-1", "amount": "60000 THB", "dated": today}
    assert not (await books.give("late", "credit-closed", note, by=PAYABLES)).refusal
    assert await books.left(f"{year}") == 410_000
    again = (await books.give("later", "credit-closed", {**note, "number": "C-2"}, by=PAYABLES)).refusal
    assert again is not None
    assert again.code == "above-invoice"
    taken = (await books.give("third", "credit-closed", {**note, "amount": "1 THB"}, by=PAYABLES)).refusal
    assert taken is not None
    assert taken.code == "claim-taken"


@pytest.mark.rule("SPD-05")
async def test_a_lowered_limit_sends_what_waits_to_others(office_at_work: Office, tmp_path: Path):
    office, year = office_at_work, datetime.now(UTC).year + 1
    await give_plans(office.services.pool, [(LINE, f"{year}", "450000 THB")])
    await office.start("spending", wish(year, "Displays"), by=LEAD, case="waits", name="request-spending")
    await office.do("waits", "decide", {"task": "waits.1", "outcome": "approve"}, by="e1005")
    assert await Regrounding().step(office.services, now=datetime.now(UTC)) == []

    roles = next(file for file in COMPANY if file.name == "roles.yaml")
    text = roles.read_text(encoding="utf-8")
    for limit in ('role: budget-owner, up_to: "250,000 THB"', 'role: department-head, up_to: "1,000,000 THB"'):
        assert f"category: spending, {limit}" in text
        text = text.replace(
            f"category: spending, {limit}", f"category: spending, {limit.split(' up_to')[0]} up_to: 1 THB"
        )
    lowered = tmp_path / "roles.yaml"
    lowered.write_text(text, encoding="utf-8")
    files = [lowered if file == roles else file for file in COMPANY]
    await import_organisation(office.services, files, actor="os:test", today=datetime.now(UTC).date())

    assert await Regrounding().step(office.services, now=datetime.now(UTC)) == ["waits"]
    (task,) = (await office.state("waits"))["tasks"]
    assert "e1001" in {*task["assignees"], *task["escalated_to"]}
    assert await Regrounding().step(office.services, now=datetime.now(UTC)) == []
