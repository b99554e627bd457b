"""Clients that ask one after another, and rounds that alternate, so that a busy machine slows all sides alike."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bench.figures import Round, Side

Turn = Callable[[], Awaitable[Round]]


async def for_seconds(seconds: float, clients: Sequence[Callable[[], Awaitable[object]]]) -> Round:
    """Each client repeats its call, the next when the last was answered, until the time is over."""
    latencies: list[float] = []
    start = time.perf_counter()

    async def one(call: Callable[[], Awaitable[object]]) -> None:
        before = start
        while before < start + seconds:
            await call()
            now = time.perf_counter()
            latencies.append(now - before)
            before = now

    await asyncio.gather(*(one(call) for call in clients))
    return Round(time.perf_counter() - start, latencies)


async def each_in_order(jobs: Sequence[Sequence[Callable[[], Awaitable[object]]]], clients: int) -> Round:
    """`clients` take the jobs one by one; the calls of a job follow each other."""
    latencies: list[float] = []
    waiting = list(reversed(jobs))
    start = time.perf_counter()

    async def one() -> None:
        while waiting:
            for call in waiting.pop():
                before = time.perf_counter()
                await call()
                latencies.append(time.perf_counter() - before)

    await asyncio.gather(*(one() for _ in range(clients)))
    return Round(time.perf_counter() - start, latencies)


async def alternate(sides: Mapping[str, Turn], *, rounds: int, rng: random.Random) -> dict[str, Side]:
    """Lets each side have `rounds` turns, in an order drawn anew for each round, after one turn that does not count."""
    done: dict[str, list[Round]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        order = list(sides)
        rng.shuffle(order)
        for name in order:
            turn = await sides[name]()
            if number:
                done[name].append(turn)
    return {name: Side(turns) for name, turns in done.items()}
