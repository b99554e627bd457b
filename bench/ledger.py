"""Spending checked against budget lines, against raw SQL that does the same; balances now and as of a past instant."""

import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from itertools import count
from typing import Any

import asyncpg

from bench.environment import BenchEnvironment
from bench.figures import Round, Side, Target, p50_ratio, percentile, rate_ratio
from bench.load import alternate, for_seconds
from bench.peers import plain_budget
from bench.peers.plain_budget import PlainBudget
from bench.plan import Plan
from bench.report import Latencies, Line, Result, throughput
from bench.spending import Requests
from eventstore import ledger_books
from eventstore.database import Connection, connect, pool

HOT, SPREAD = Target(0.3, 0.6), Target(0.3, 0.5)
PAST = Target(10, 3, better="less")
LINES = 1000
_NAMES = count()

FILL = """
insert into signoff.transfers (stream, number, position, recorded_at, effective, line, period, currency, source, target,
    amount, units, project)
select 'bulk-' || n / 100, n % 100 + 1, n + 1, timestamptz '2020-01-01' + n * interval '1 minute', date '2020-01-01',
    'bulk-' || n % 1000, '2020-' || lpad((n / 1000 % 12 + 1)::text, 2, '0'), 'THB',
    case when n < 12000 then 'plan' else 'available' end, case when n < 12000 then 'available' else 'reserved' end,
    case when n < 12000 then 1000000 else 1 end, '/t' || n % 100 || '/d' || n % 10 || '/company/', ''
from generate_series(0, $1::int - 1) n
"""
"""Plans of 1,000 lines by 12 months first, then requests: as an append would leave them."""
ADD_UP = """
insert into signoff.balances (line, period, currency, units, project, planned, plan, transferred, carried, available,
    reserved, committed, actual)
select * from signoff.sums_of_transfers(null, null, null, null, null, null, null)
"""


async def measure(environment: BenchEnvironment, plan: Plan) -> list[Result]:
    rng = random.Random(plan.seed)
    clients = plan.busy_clients
    async with AsyncExitStack() as exits:
        opened = await exits.enter_async_context(await pool(environment.bench_url, max_size=clients, reset=False))
        ours = Requests(opened)
        lines = await ours.prepare(plan.budget_lines)
        theirs = [await exits.enter_async_context(_plain(environment, lines)) for _ in range(clients)]
        hot = await _against(environment, plan, rng, ours, theirs, lines[:1])
        spread = await _against(environment, plan, rng, ours, theirs, lines)
    return [hot, spread, await _balances(environment, plan, rng)]


class _plain:  # noqa: N801 - used as a function
    """A client of the plain table, with a connection for the length of a block."""

    def __init__(self, environment: BenchEnvironment, lines: Sequence[str]) -> None:
        self._url, self._lines = environment.bench_url, list(lines)

    async def __aenter__(self) -> PlainBudget:
        self._conn: asyncpg.Connection[Any] = await asyncpg.connect(self._url)
        await self._conn.execute(plain_budget.CREATE)
        await self._conn.execute(plain_budget.FILL, self._lines)
        return await PlainBudget.make(self._conn, f"r{next(_NAMES)}")

    async def __aexit__(self, *_: object) -> None:
        await self._conn.close()


async def _against(
    environment: BenchEnvironment,
    plan: Plan,
    rng: random.Random,
    ours: Requests,
    theirs: Sequence[PlainBudget],
    lines: Sequence[str],
) -> Result:
    what = "one hot line" if len(lines) == 1 else f"{len(lines):,} lines"
    environment.say(f"requests against {what}")

    def turn(sends: Sequence[Callable[[str], Awaitable[object]]]) -> Callable[[], Awaitable[Round]]:
        def client(send: Callable[[str], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
            return lambda: send(rng.choice(lines))

        return lambda: for_seconds(plan.seconds * 3, [client(send) for send in sends])

    sides = await alternate(
        {"Signoff": turn([ours.send] * len(theirs)), "raw SQL": turn([each.request for each in theirs])},
        rounds=plan.busy_rounds + 2,
        rng=rng,
    )
    work = f"requests against {what}, {len(theirs)} clients"
    ratio = rate_ratio(sides["Signoff"], sides["raw SQL"])
    line = throughput(
        work, "lock, compare, insert", sides["Signoff"], sides["raw SQL"], ratio, HOT if len(lines) == 1 else SPREAD
    )
    return Result([line], [Latencies(work, name, side) for name, side in sides.items()])


async def _balances(environment: BenchEnvironment, plan: Plan, rng: random.Random) -> Result:
    """Of one line, and of the whole tree of units."""
    environment.say(f"balances over {plan.transfers:,} transfers")
    conn = await connect(environment.bench_url, role=None)
    try:
        await conn.execute("delete from signoff.balances")
        await conn.execute("delete from signoff.transfers")
        await conn.execute(FILL, plan.transfers)
        await conn.execute(ADD_UP)
        await conn.execute("analyze signoff.transfers")
        await conn.execute("analyze signoff.balances")
        middle = await conn.fetchval(
            "select recorded_at from signoff.transfers where position = $1", plan.transfers // 2
        )
        return _balance_lines(plan, [await _asked(conn, plan, rng, at) for at in (None, middle)])
    finally:
        await conn.close()


async def _asked(conn: Connection, plan: Plan, rng: random.Random, at: datetime | None) -> tuple[Side, Side]:
    one = await _times(
        plan.inbox_rounds, lambda: ledger_books.balances(conn, line=f"bulk-{rng.randrange(LINES)}", recorded=at)
    )
    tree = await _times(plan.inbox_rounds, lambda: ledger_books.balances(conn, by="unit", recorded=at))
    return one, tree


async def _times(number: int, call: Callable[[], Awaitable[object]]) -> Side:
    await call()
    latencies = []
    for _ in range(number):
        start = time.perf_counter()
        await call()
        latencies.append(time.perf_counter() - start)
    return Side([Round(sum(latencies), latencies)])


def _balance_lines(plan: Plan, asked: Sequence[tuple[Side, Side]]) -> Result:
    lines: list[Line] = []
    latencies: list[Latencies] = []
    for number, (what, must) in enumerate((("one line", 2), ("whole tree", 30))):
        now, past = asked[0][number], asked[1][number]
        work = f"balance of {what}, {plan.transfers:,} transfers"
        p99 = percentile(now.latencies, 99) * 1000
        lines.append(Line(f"{work}, now, p99", f"must be below {must} ms", f"{p99:.1f} ms"))
        ratio = p50_ratio(past, now)
        before, today = (f"{side.milliseconds(50):.1f} ms" for side in (past, now))
        lines.append(Line(f"{work}, as of a past instant, p50", "the same now", before, today, ratio, PAST))
        latencies += [Latencies(work, "now", now), Latencies(work, "as of a past instant", past)]
    return Result(lines, latencies)
