"""Transfers are written with the events that cause them, and balances are locked before a decision reads them."""

import asyncio
from decimal import Decimal

import pytest

from domain.kernel.ledger import LinePeriod
from eventstore import ledger
from tests.support.buying import Shop, step

TOOLS = ledger.LedgerKey("tools", "2027", "THB", "/dev/it/company/")


@pytest.fixture
async def shop(pool):
    return await Shop.opened(pool)


async def tools(shop):
    async with shop.pool.acquire() as conn:
        return (await ledger.read(conn, [TOOLS]))[LinePeriod("tools", "2027")]


def amounts(balance):
    return tuple(int(getattr(balance, name)) for name in ("plan", "available", "reserved", "committed", "actual"))


@pytest.mark.rule("SPD-06")
async def test_an_order_and_an_invoice_change_nothing_of_what_is_free(shop):
    await shop.buy("plan-1", step("plan", 1000))
    await shop.buy("case-1", step("reserve", 300))
    assert amounts(await tools(shop)) == (1000, 700, 300, 0, 0)
    await shop.more("case-1", step("commit", of=1))
    assert amounts(await tools(shop)) == (1000, 700, 0, 300, 0)
    await shop.more("case-1", step("spend", 200, of=2))
    assert amounts(await tools(shop)) == (1000, 700, 0, 100, 200)
    await shop.close("case-1")
    assert amounts(await tools(shop)) == (1000, 800, 0, 0, 200)


@pytest.mark.rule("SPD-01")
async def test_of_fifty_requests_at_once_with_room_for_twenty_exactly_twenty_pass(shop):
    await shop.buy("plan-1", step("plan", 2000))
    done = await asyncio.gather(*(shop.buy(f"case-{n}", step("reserve", 100)) for n in range(50)))
    refused = [each.refusal.code for each in done if each.refusal]
    assert refused == ["over-budget"] * 30
    assert amounts(await tools(shop)) == (2000, 0, 2000, 0, 0)
    assert (await tools(shop)).available == Decimal(0)
