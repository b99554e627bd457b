"""The ledger from outside: proved against its events, made anew, asked for, and read by another book-keeper."""

import asyncio
import csv
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from beancount import loader
from beancount.core import data, realization

from application.files import ledger as texts
from application.queries import balances, derived_tables
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.ledger import ORIGINS, Account
from eventstore import ledger_books
from eventstore.database import connection
from tests.support.buying import BUYING, LINES, Shop, step
from tests.support.naive_ledger import NaiveLedger
from tests.support.office import services_at, settings_for
from tests.support.postgres import Server

BEAN_CHECK = Path(sys.executable).parent / "bean-check"


@pytest.fixture
async def services(postgres: Server, tmp_path: Path) -> AsyncIterator[Services]:
    url = await postgres.migrated()
    async with services_at(settings_for(url, None, tmp_path, "none"), None) as opened:
        yield replace(opened, processes={"buying": BUYING})
    await postgres.drop(url)


async def lived(services: Services, length: int = 60) -> Shop:
    """A shop after some random days, with a line whose id beancount would not take."""
    odd = LINES["tools"].model_copy(update={"id": "it.dev_tools-2"})
    shop, naive, rng = await Shop.opened(services.pool, **{odd.id: odd}), NaiveLedger(), Random(5)
    for _ in range(length):
        case = f"case-{rng.randint(1, 5)}"
        asked = naive.step(case, rng)
        if naive.accept(case, asked):
            done = await (shop.more if (await _known(shop, case)) else shop.buy)(case, asked)
            assert done.refusal is None
    await shop.buy("odd-1", step("plan", "12.30", line=odd.id), step("reserve", "0.05", line=odd.id))
    await shop.buy("usd-1", {"do": "spend-directly", "amount": "99.99 USD", "line": "cloud"})
    return shop


async def _known(shop: Shop, case: str) -> bool:
    async with shop.pool.acquire() as conn:
        return bool(await conn.fetchval("select 1 from signoff.streams where stream = $1", case))


@pytest.mark.rule("KRN-51")
async def test_money_that_was_altered_is_named_and_made_anew(services: Services) -> None:
    shop = await Shop.opened(services.pool)
    await shop.buy("plan-1", step("plan", 100))
    await shop.buy("case-1", step("reserve", 10))
    assert await derived_tables.verify(services, None) == []
    async with connection(services.settings.database_url, role=None) as conn:
        await conn.execute("update signoff.transfers set amount = 11 where stream = 'case-1'")
        await conn.execute(
            "insert into signoff.transfers select 'ghost', number, position, recorded_at, effective, line,"
            " period, currency, source, target, amount, units, project from signoff.transfers limit 1"
        )
        found = await derived_tables.verify(services, None)
        assert [each.stream for each in found] == ["case-1", "ghost", "tools 2027"]
        assert "signoff rebuild ledger" in found[0].what
        assert [each.stream for each in await derived_tables.verify(services, "case-1")] == ["case-1"]
        assert await derived_tables.verify(services, "plan-1") == []

        assert await derived_tables.rebuild_ledger(services) == 2
        assert await derived_tables.verify(services, None) == []
        assert (await balances.balance(services, "tools", period="2027"))["available"] == "90.00"


@pytest.mark.rule("BUD-14")
async def test_a_line_without_a_plan_shows_none(services: Services) -> None:
    shop = await Shop.opened(services.pool)
    told = await balances.balance(services, "tools")
    assert (told["planned"], told["plan"], told["available"], told["actual"]) == (False, None, None, "0.00")
    assert told["period"] == f"{datetime.now(UTC).year}"
    before = datetime.now(UTC)
    await shop.buy("plan-1", step("plan", "100.50", period="2027"))
    told = await balances.balance(services, "tools", period="2027")
    assert {name: told[name] for name in ("line", "currency", "plan", "available", "reserved")} == {
        "line": "tools", "currency": "THB", "plan": "100.50", "available": "100.50", "reserved": "0.00"
    }  # fmt: skip
    assert (await balances.balance(services, "tools", period="2027", as_of=before))["plan"] is None
    today = datetime.now(UTC).date()
    assert (await balances.balance(services, "tools", period="2027", effective=today))["plan"] == "100.50"
    assert (await balances.balance(services, "tools", period="2027", effective=date(2020, 1, 1)))["plan"] is None


async def test_a_year_is_the_sum_of_its_months(services: Services) -> None:
    shop = await Shop.opened(services.pool)
    months = ({"line": "staff", "period": f"2027-{month:02}"} for month in (1, 2))
    await shop.buy("plan-1", *(step("plan", 10, **month) for month in months))
    assert (await balances.balance(services, "staff", period="2027"))["plan"] == "20.00"
    assert (await balances.balance(services, "staff", period="2027-02"))["plan"] == "10.00"


@pytest.mark.parametrize(
    ("line", "period", "reader", "code"),
    [
        ("ghost", None, None, "no-such-line"),
        ("tools", "2027-01", None, "wrong-period"),
        ("tools", "soon", None, "wrong-period"),
        ("tools", None, "e2", "not-your-line"),
    ],
)
async def test_what_cannot_be_told_is_refused(
    services: Services, line: str, period: str | None, reader: str | None, code: str
) -> None:
    await Shop.opened(services.pool)
    with pytest.raises(Refused) as refused:
        await balances.balance(services, line, period=period, reader=reader)
    assert refused.value.code == code


async def bean_check(file: Path) -> int:
    done = await asyncio.to_thread(subprocess.run, [BEAN_CHECK, file], check=False, capture_output=True)
    return done.returncode


@pytest.mark.rule("BUD-04")
async def test_beancount_accepts_the_books_and_has_our_balances(services: Services, tmp_path: Path) -> None:
    await lived(services)
    file = tmp_path / "ledger.beancount"
    count = await balances.export(services, "beancount", file)
    assert await bean_check(file) == 0
    entries, errors, _ = loader.load_file(str(file))
    assert errors == []
    assert sum(isinstance(entry, data.Transaction) for entry in entries) == count > 40
    theirs = realization.realize(entries)  # type: ignore[no-untyped-call]
    async with services.pool.acquire() as conn:
        ours = await ledger_books.balances(conn)
    assert {"it.dev_tools-2", "cloud", "staff"} <= {each.line for each in ours}
    for each in ours:
        for account in Account:
            name = texts.beancount_account(account, each.line, each.period)
            there = realization.get(theirs, name)  # type: ignore[no-untyped-call]
            amount = there.balance.get_currency_units(each.currency).number * (-1 if account in ORIGINS else 1)
            assert amount == getattr(each, account.value)


async def test_beancount_refuses_books_that_were_changed(services: Services, tmp_path: Path) -> None:
    await lived(services, 5)
    file = tmp_path / "ledger.beancount"
    await balances.export(services, "beancount", file)
    text = file.read_text(encoding="utf-8")
    changed = text.replace("12.30 THB", "12.31 THB", 1)
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    assert await bean_check(file) == 1


async def test_a_table_of_all_transfers_holds_no_formula(services: Services, tmp_path: Path) -> None:
    shop = await Shop.opened(services.pool)
    await shop.buy("-sum", step("plan", "1.10"))
    file = tmp_path / "ledger.csv"
    assert await balances.export(services, "csv", file) == 1
    with file.open(encoding="utf-8", newline="") as rows:
        [row] = csv.DictReader(rows)
    assert tuple(row) == texts.COLUMNS
    assert (row["case"], row["amount"], row["units"], row["source"]) == ("'-sum", "1.10", "dev/it/company", "plan")
    assert not file.with_name("ledger.csv.part").exists()
