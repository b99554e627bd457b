"""Transfers are written with the events that cause them, and balances are locked before a decision reads them."""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_OID

import asyncpg
import pytest

from activities.decide import Decider
from domain.kernel.ledger import Account, LinePeriod, Transfer
from domain.organisation import record
from domain.organisation.events import UnitSet
from domain.organisation.model import Unit
from eventstore import ledger, ledger_books, log
from eventstore.database import connection
from tests.eventstore.helpers import event, stamp
from tests.support.buying import BUYING, LINES, START, Shop, step
from tests.support.buying_child import request

TOOLS = ledger.LedgerKey("tools", "2027", "THB", "/dev/it/company/")
TRAVEL = ledger.LedgerKey("travel", "2027", "THB", "/it/company/")
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def shop(pool):
    return await Shop.opened(pool)


async def tools(shop, **clocks):
    """Plan, available, reserved, committed, actual of the line `tools` in 2027."""
    async with shop.pool.acquire() as conn:
        found = await ledger_books.balances(conn, line="tools", period="2027", **clocks)
    names = ("plan", "available", "reserved", "committed", "actual")
    return [tuple(int(getattr(balance, name)) for name in names) for balance in found]


@pytest.mark.rule("SPD-06")
async def test_an_order_and_an_invoice_change_nothing_of_what_is_free(shop):
    await shop.buy("plan-1", step("plan", 1000))
    await shop.buy("case-1", step("reserve", 300))
    assert await tools(shop) == [(1000, 700, 300, 0, 0)]
    await shop.more("case-1", step("commit", of=1))
    assert await tools(shop) == [(1000, 700, 0, 300, 0)]
    await shop.more("case-1", step("spend", 200, of=2))
    assert await tools(shop) == [(1000, 700, 0, 100, 200)]
    await shop.close("case-1")
    assert await tools(shop) == [(1000, 800, 0, 0, 200)]


@pytest.mark.rule("SPD-01")
async def test_of_fifty_at_once_with_room_for_twenty_exactly_twenty_pass(shop):
    await shop.buy("plan-1", step("plan", 2000))
    done = await asyncio.gather(*(shop.buy(f"case-{n}", step("reserve", 100)) for n in range(50)))
    assert [each.refusal.code for each in done if each.refusal] == ["over-budget"] * 30
    assert await tools(shop) == [(2000, 0, 2000, 0, 0)]


@pytest.mark.rule("SPD-01")
async def test_requests_in_one_go_see_each_other(shop):
    await shop.buy("plan-1", step("plan", 2000))
    asked = {"steps": [step("reserve", 100)]}
    done = await shop.decider.perform_all([shop.request(f"case-{n:02}", "buy", asked) for n in range(25)])
    assert [each.refusal.code for each in done if each.refusal] == ["over-budget"] * 5
    assert await tools(shop) == [(2000, 0, 2000, 0, 0)]


@pytest.mark.rule("SPD-01")
async def test_requests_meet_at_a_line_that_has_no_balance_yet(shop):
    async with (
        shop.pool.acquire() as first,
        shop.pool.acquire() as second,
        first.transaction(),
        second.transaction(),
    ):
        [empty] = (await ledger.lock(first, [TOOLS])).values()
        assert (empty.planned, empty.available) == (False, 0)
        await second.execute("set local lock_timeout = '50ms'")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await ledger.lock(second, [TOOLS])
    async with shop.pool.acquire() as conn:
        assert await ledger_books.balances(conn) == []


async def test_requests_on_two_lines_in_either_order_do_not_block(shop):
    lines = ({"line": "tools"}, {"line": "travel"})
    await shop.buy("plan-1", *(step("plan", 10_000, **line) for line in lines))
    both = [[step("reserve", 1, **line) for line in order] for order in (lines, lines[::-1])]
    done = await asyncio.gather(*(shop.buy(f"case-{n}", *both[n % 2]) for n in range(30)))
    assert [each.refusal for each in done] == [None] * 30
    assert await tools(shop) == [(10_000, 9_970, 30, 0, 0)]


async def test_a_deadlock_by_an_unnamed_line_is_decided_anew(shop, database_url):
    unnamed = replace(BUYING, needs=lambda _state, _command, _payload: ())
    shop.decider = Decider(shop.pool, {"buying": unnamed})
    await shop.buy("plan-1", step("plan", 10), step("plan", 10, line="travel"))
    async with connection(database_url, role=None) as conn:
        async with conn.transaction():
            await conn.execute("set local deadlock_timeout = '60s'")  # the other is to notice it
            await ledger.lock(conn, [TOOLS])
            other = asyncio.create_task(shop.buy("plan-2", step("plan", 5, line="travel"), step("plan", 5)))
            waiting = "select count(*) from pg_locks where locktype = 'transactionid' and not granted"
            while not await conn.fetchval(waiting):
                assert not other.done()
            await ledger.lock(conn, [TRAVEL])
        assert (await other).refusal is None
    assert await tools(shop) == [(15, 15, 0, 0, 0)]


async def test_the_same_command_again_moves_money_once(shop):
    await shop.buy("plan-1", step("plan", 100))
    for _ in range(2):
        await request(shop, 1)
        again = await shop.more("plan-1", step("plan", 5), command_id=NAMESPACE_OID)
    assert again.repeated
    assert await tools(shop) == [(105, 95, 0, 10, 0)]


async def test_whoever_only_looks_neither_waits_nor_leaves_a_row(shop):
    async with shop.pool.acquire() as holder, shop.pool.acquire() as reader:
        await shop.buy("plan-1", step("plan", 100))
        async with holder.transaction():
            await ledger.lock(holder, [TOOLS])
            other = TOOLS._replace(period="2028")
            found = await asyncio.wait_for(ledger.read(reader, [TOOLS, other]), timeout=5)
        assert [(key.period, int(b.available), b.planned) for key, b in found.items()] == [
            ("2027", 100, True),
            ("2028", 0, False),
        ]
        assert await reader.fetchval("select count(*) from signoff.balances") == 1


@pytest.mark.rule("BUD-15")
async def test_a_moved_unit_keeps_its_history_where_it_was(shop):
    await shop.buy("plan-1", step("plan", 1000))
    await shop.buy("case-1", step("reserve", 100))
    moved = Unit(id="dev", name={"en": "Development"}, parent="ops")
    await shop.record(record.STREAM, UnitSet(unit=moved, effective=START))
    await shop.buy("case-2", step("reserve", 30))
    assert await tools(shop) == [(1000, 870, 130, 0, 0)]
    async with shop.pool.acquire() as conn:
        units = {b.line: (int(b.plan), int(b.reserved)) for b in await ledger_books.balances(conn, by="unit")}
        assert units == {"dev": (1000, 130), "it": (1000, 100), "ops": (0, 30), "company": (1000, 130)}
        below = await ledger_books.balances(conn, by="unit", unit="ops")
        assert [(b.line, int(b.reserved)) for b in below] == [("ops", 30)]
    done = await shop.buy("case-3", step("reserve", 871))
    assert done.refusal.facts["left"] == "870 THB"


async def test_projects_are_added_up_over_their_lines(pool):
    of_crm = {line: LINES[line].model_copy(update={"project": "crm"}) for line in ("tools", "travel")}
    shop = await Shop.opened(pool, **of_crm)
    plans = ({}, {"line": "travel"}, {"line": "staff", "period": "2027-01"})
    await shop.buy("plan-1", *(step("plan", 10, **where) for where in plans))
    async with pool.acquire() as conn:
        [crm] = await ledger_books.balances(conn, by="project")
        assert (crm.line, crm.period, int(crm.plan)) == ("crm", "2027", 20)


async def test_a_balance_can_be_asked_by_the_day_it_counts_from(shop):
    later = date(2027, 5, 1)
    plan = {"number": 1, "line": "tools", "period": "2027", "source": Account.PLAN, "target": Account.AVAILABLE}
    transfers = [Transfer(**plan, amount=100, currency="THB", effective=later)]
    await append(shop, transfers)
    assert await tools(shop, effective=later - timedelta(days=1)) == []
    assert await tools(shop, effective=later) == [(100, 100, 0, 0, 0)]


async def append(shop, transfers):
    async with shop.pool.acquire() as conn, conn.transaction():
        posted = [ledger.Posted(0, transfer) for transfer in transfers]
        return await log.append(conn, stamp("case-9"), expected_version=0, events=[event()], transfers=posted)


@pytest.mark.rule("BUD-05")
async def test_what_came_from_another_line_must_have_left_there(shop):
    half = Transfer(
        number=1,
        line="tools",
        period="2027",
        source=Account.TRANSFERRED,
        target=Account.AVAILABLE,
        amount=1,
        currency="THB",
        effective=START,
    )
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="no counterpart"):
        await append(shop, [half])
    async with shop.pool.acquire() as conn:
        assert await log.stream_version(conn, "case-9") == 0
        assert await ledger_books.balances(conn) == []


async def test_what_replaces_nothing_is_not_stored(shop):
    taken = Transfer(
        number=1,
        line="tools",
        period="2027",
        source=Account.RESERVED,
        target=Account.COMMITTED,
        amount=1,
        currency="THB",
        effective=START,
        replaces=7,
    )
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await append(shop, [taken])


async def test_a_balance_that_was_altered_is_named(shop, database_url):
    await shop.buy("plan-1", step("plan", 100))
    async with connection(database_url, role=None) as conn:
        await conn.execute("update signoff.balances set plan = plan + 1, available = available + 1")
        assert await ledger_books.unlike(conn) == [LinePeriod("tools", "2027")]
        with pytest.raises(asyncpg.CheckViolationError):
            await conn.execute("update signoff.balances set plan = plan + 1")


async def test_a_mark_that_was_altered_is_named(shop, database_url, monkeypatch):
    monkeypatch.setattr(ledger_books, "MARK_EVERY", 0)
    await shop.buy("plan-1", step("plan", 100))
    async with connection(database_url, role=None) as conn:
        await ledger_books.balances(conn, recorded=datetime.now(UTC))
        assert await ledger_books.unlike(conn) == []
        await conn.execute("update signoff.balance_marks set plan = 0")
        assert await ledger_books.unlike(conn) == [LinePeriod("tools", "2027")]


async def test_the_future_gets_no_mark(shop, monkeypatch):
    monkeypatch.setattr(ledger_books, "MARK_EVERY", 0)
    await shop.buy("plan-1", step("plan", 100))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    async with shop.pool.acquire() as conn:
        assert [b.plan for b in await ledger_books.balances(conn, recorded=tomorrow)] == [100]
        await shop.buy("plan-2", step("plan", 1))
        assert [b.plan for b in await ledger_books.balances(conn, recorded=tomorrow)] == [101]


@pytest.mark.rule("SPD-01")
async def test_a_killed_worker_leaves_money_where_its_events_say(shop, database_url):
    await shop.buy("plan-1", step("plan", 1000))
    command = (sys.executable, "-m", "tests.support.buying_child", database_url, "60")
    child = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    for _ in range(7):
        await child.stdout.readline()
    child.kill()
    await child.wait()
    for number in range(60):
        await request(shop, number)
    assert await tools(shop) == [(1000, 400, 0, 600, 0)]
    async with shop.pool.acquire() as conn:
        assert len(await ledger_books.transfers(conn, line="tools")) == 1 + 60 * 2
        assert await ledger_books.unlike(conn) == []
