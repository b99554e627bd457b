"""One run for many who ask: never one that began before they did."""

import asyncio

import pytest

from application.single_flight import SingleFlight


class Counted:
    """A work that ends when it is let go, and knows how often it began."""

    def __init__(self) -> None:
        self.begun = 0
        self.let_go = asyncio.Event()

    async def __call__(self) -> None:
        self.begun += 1
        await self.let_go.wait()


async def test_who_comes_while_it_runs_shares_the_next_run():
    together, work = SingleFlight(), Counted()
    first = asyncio.create_task(together.run(work))
    await asyncio.sleep(0)
    later = [asyncio.create_task(together.run(work)) for _ in range(5)]
    await asyncio.sleep(0)
    assert work.begun == 1

    work.let_go.set()
    await asyncio.gather(first, *later)
    assert work.begun == 2
    await together.run(work)
    assert work.begun == 3


async def test_one_who_hangs_up_ends_nothing_and_a_failure_is_everybody_s_of_that_run():
    together, work = SingleFlight(), Counted()
    gone = asyncio.create_task(together.run(work))
    await asyncio.sleep(0)

    async def broken() -> None:
        raise ValueError("away")

    after = [asyncio.create_task(together.run(broken)) for _ in range(2)]
    await asyncio.sleep(0)
    gone.cancel()
    work.let_go.set()
    for each in after:
        with pytest.raises(ValueError, match="away"):
            await each
    await together.run(work)
    assert work.begun == 2
