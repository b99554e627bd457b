"""A file of bookings on the real log: whole or not at all, once; the report and its file say the same."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from application.commands.actuals import import_actuals
from application.commands.compose import Actor
from application.queries import balances, derived_tables
from application.queries.process_reports import report
from application.services import Services
from domain.kernel.errors import Refused
from tests.support.office import services_at, settings_for
from tests.support.postgres import Server

CONTROLLER = Actor("e1041", "cli", "os:test")
HEADERS = ["Belegnr", "Datum", "Kostenstelle", "Betrag", "Storno"]
MAP = """
columns: {document: Belegnr, day: Datum, line: Kostenstelle, amount: Betrag, reverses: Storno}
values: {currency: THB}
lines: {"4711": it-licences}
"""


@pytest.fixture
async def services(company_copy: str, tmp_path: Path) -> AsyncIterator[Services]:
    async with services_at(settings_for(company_copy, None, tmp_path, "none"), None) as opened:
        yield opened


@pytest.fixture
async def company_copy(postgres: Server, company_url: str) -> AsyncIterator[str]:
    url = await postgres.copy(company_url)
    yield url
    await postgres.drop(url)


@pytest.fixture
def mapped(tmp_path: Path) -> Path:
    path = tmp_path / "map.yaml"
    path.write_text(MAP, encoding="utf-8")
    return path


def book(path: Path, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        for n, row in enumerate([HEADERS, *rows]):
            sheet.write_row(n, 0, row)
    return path


async def actual(services: Services) -> Decimal:
    return Decimal((await balances.balance(services, "it-licences", period="2026"))["actual"])


@pytest.mark.rule("BUD-05")
async def test_a_file_is_booked_once(services: Services, tmp_path: Path, mapped: Path):
    rows = [["R1", "2026-03-05", 4711, 1200.1], ["R2", 46085, "it-licences", "1,000.00"],
            ["S1", "2026-04-01", 4711, 1200.1, "R1"]]  # fmt: skip
    path = book(tmp_path / "march.xlsx", rows)
    planned = await import_actuals(services, path, CONTROLLER, map_file=mapped, plan=True)
    assert (planned["totals"], planned["booked"], await actual(services)) == ({"it-licences THB": "1000.00"}, False, 0)
    told = await import_actuals(services, path, CONTROLLER, map_file=mapped)
    assert (told["rows"], await actual(services)) == (3, 1000)
    with pytest.raises(Refused) as refused:
        await import_actuals(services, path, CONTROLLER, map_file=mapped)
    assert len(refused.value.details["problems"]) == 4
    assert await actual(services) == 1000
    assert await derived_tables.verify(services, None) == []


async def test_every_wrong_row_is_named_and_none_is_booked(services: Services, tmp_path: Path, mapped: Path):
    rows = [["R1", "5.3.2026", 4711, 1], ["R2", "2026-03-05", "ghost", 1], ["R3", "2026-03-05", 4711, "1,5"],
            ["R4", "2026-03-05", 4711, 7]]  # fmt: skip
    with pytest.raises(Refused) as refused:
        await import_actuals(services, book(tmp_path / "a.xlsx", rows), CONTROLLER, map_file=mapped)
    assert [one.partition(":")[0] for one in refused.value.details["problems"]] == [
        "row 2, Datum", "row 3, line", "row 4, Betrag",
    ]  # fmt: skip
    assert await actual(services) == 0
    with pytest.raises(Refused, match="no column for amount"):
        await import_actuals(services, book(tmp_path / "b.xlsx", rows), CONTROLLER)


@pytest.mark.rule("BUD-05")
async def test_the_same_file_twice_at_once_counts_once(services: Services, tmp_path: Path, mapped: Path):
    path = book(tmp_path / "a.xlsx", [[f"R{n}", "2026-03-05", 4711, 1] for n in range(50)])
    both = await asyncio.gather(
        *(import_actuals(services, path, CONTROLLER, map_file=mapped) for _ in range(2)), return_exceptions=True
    )
    assert [isinstance(one, Refused) for one in both].count(True) == 1, both
    assert await actual(services) == 50


async def test_many_rows_are_one_import(services: Services, tmp_path: Path, mapped: Path):
    path = book(tmp_path / "a.xlsx", [[f"R{n}", "2026-03-05", 4711, 1] for n in range(5_000)])
    told = await import_actuals(services, path, CONTROLLER, map_file=mapped)
    assert (told["rows"], await actual(services)) == (5_000, 5_000)


@pytest.mark.rule("BUD-01")
async def test_the_report_says_what_the_ledger_holds(services: Services, tmp_path: Path, mapped: Path):
    await import_actuals(services, book(tmp_path / "a.xlsx", [["R1", "2026-03-05", 4711, 12.5]]), CONTROLLER,
                         map_file=mapped)  # fmt: skip
    body, frozen = await report(services, "budget", {"year": "2026"}, reader=None)
    (row,) = body.rows  # type: ignore[attr-defined]
    assert (row.line, row.actual, row.plan, row.available) == ("it-licences", Decimal("12.50"), None, None)
    assert frozen.report == "budget"
    none, _ = await report(services, "budget", {"year": "2026", "unit": "hr"}, reader=None)
    assert none.rows == ()  # type: ignore[attr-defined]
