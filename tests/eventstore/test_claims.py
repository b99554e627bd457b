"""Claims let cases see each other, and an exclusive one is held once, whoever comes first."""

import asyncio

import pytest

from domain.kernel.effects import Claim, ClaimQuery, Release
from domain.kernel.values.money import Money
from eventstore import log
from eventstore.claims import rebuild_claims
from tests.eventstore.helpers import event, stamp, write

OFFER = Claim(kind="offer", key="c-1", item="o1", exclusive=True)


async def claim(conn, stream, *steps, at=0):
    return await log.append(conn, stamp(stream), expected_version=at, events=[event()], claims=steps)


@pytest.mark.rule("HIR-03")
async def test_an_exclusive_claim_of_another_stream_stops_the_append_without_a_trace(pool):
    async with pool.acquire() as conn:
        await claim(conn, "hiring-1", OFFER)
        other = Claim(kind="wanted", key="c-1")
        assert await claim(conn, "hiring-2", other, OFFER) == log.ClaimTaken("offer", "c-1", "hiring-1")
        assert await log.stream_version(conn, "hiring-2") == 0
        assert await log.claims(conn, [ClaimQuery(kind="wanted", key="c-1")]) == []
        await claim(conn, "hiring-1", Release(kind="offer", key="c-1", item="o1"), at=1)
        assert isinstance(await claim(conn, "hiring-2", OFFER), log.Appended)


async def test_of_two_streams_that_claim_at_once_one_is_told_who_has_it(pool):
    async def send(stream):
        async with pool.acquire() as conn, conn.transaction():
            return await claim(conn, stream, OFFER)

    done = await asyncio.gather(*(send(f"hiring-{n}") for n in range(6)))
    [winner] = [answer for answer in done if isinstance(answer, log.Appended)]
    taken = log.ClaimTaken("offer", "c-1", winner.events[0].stream)
    assert [answer for answer in done if answer != winner] == [taken] * 5


async def test_open_claims_are_shared_and_carry_amounts(pool):
    async with pool.acquire() as conn:
        for n in (1, 2):
            amount = Money(amount=n * 1000, currency="THB")
            await claim(conn, f"hiring-{n}", Claim(kind="spend", key="e1/it", amount=amount))
        held = await log.claims(conn, [ClaimQuery(kind="spend", key="e1/it"), ClaimQuery(kind="spend", key="none")])
        assert [(h.stream, str(h.claim.amount)) for h in held] == [("hiring-1", "1,000 THB"), ("hiring-2", "2,000 THB")]
        [stored] = await log.read_stream(conn, "hiring-1")
        assert held[0].since == stored.recorded_at
        assert await log.claims(conn, []) == []


async def test_claiming_again_changes_the_amount_and_keeps_since(pool):
    async with pool.acquire() as conn:
        asked = [ClaimQuery(kind="spend", key="k")]
        await claim(conn, "hiring-1", Claim(kind="spend", key="k", amount=Money(amount=1, currency="THB")))
        [before] = await log.claims(conn, asked)
        await claim(conn, "hiring-1", Claim(kind="spend", key="k", amount=Money(amount=2, currency="THB")), at=1)
        [after] = await log.claims(conn, asked)
        assert (after.claim.amount.amount, after.since) == (2, before.since)


async def test_claims_are_rebuilt_from_the_log_as_they_were(pool):
    async with pool.acquire() as conn:
        await claim(conn, "hiring-1", OFFER)
        await claim(conn, "hiring-1", Release(kind="offer", key="c-1", item="o1"), at=1)
        await claim(conn, "hiring-2", OFFER)
        await write(conn, "hiring-3")
        before = await log.claims(conn, [ClaimQuery(kind="offer", key="c-1")])

        def claims_of(process, events):
            assert process == "hiring"
            for stored in events:
                if stored.stream != "hiring-3":
                    step = OFFER if stored.version == 1 else Release(kind="offer", key="c-1", item="o1")
                    yield stored.recorded_at, step

        assert await rebuild_claims(conn, claims_of) == 1
        assert await log.claims(conn, [ClaimQuery(kind="offer", key="c-1")]) == before


@pytest.mark.rule("REV-10")
async def test_locked_claims_are_seen_by_who_comes_second(pool):
    """Twenty at the same instant each count those before them: no number twice, so exactly one is the last."""
    query = ClaimQuery(kind="cycle", key="survey|it|done", lock=True)

    async def passed(number: int) -> int:
        async with pool.acquire() as conn, conn.transaction():
            before = await log.claims(conn, [query])
            claim = Claim(kind=query.kind, key=query.key)
            await log.append(conn, stamp(f"answer-{number}"), expected_version=0, events=[event()], claims=[claim])
        return len(before)

    assert sorted(await asyncio.gather(*map(passed, range(20)))) == list(range(20))


async def test_without_a_lock_two_do_not_see_each_other(pool):
    query = ClaimQuery(kind="cycle", key="survey|it|done")
    async with pool.acquire() as one, pool.acquire() as two, one.transaction(), two.transaction():
        claim = Claim(kind=query.kind, key=query.key)
        await log.append(one, stamp("answer-1"), expected_version=0, events=[event()], claims=[claim])
        assert await log.claims(two, [query]) == []
