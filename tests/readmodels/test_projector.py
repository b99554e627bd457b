"""The views follow the log: everything once, whoever projects, whatever happens in between."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

import readmodels
from eventstore.database import AWAY, Connection, Pool, connection
from readmodels.projector import Projector, position_shown
from readmodels.view import CASES, INBOX
from tests.readmodels.toy_process import EPOCH, ERRANDS, Answered, Errand, asked, everything, put, story, until


async def _tell(conn: Connection, cases: int = 30) -> int:
    position = 0
    for stream, events in story(cases):
        position = await put(conn, stream, *events)
    return position


async def _shown_by_rebuild(pool: Pool, conn: Connection) -> list[list[dict[str, Any]]]:
    await readmodels.rebuild(pool, ERRANDS)
    return await everything(conn)


async def test_an_open_task_is_in_the_inbox_of_each_person_who_may_do_it(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1", "e2"), asked(2, "e2"))
    assert await readmodels.project(pool, ERRANDS) == 2
    found = {
        person: [row.task for row in await readmodels.inbox(conn, person, now=EPOCH)] for person in ("e1", "e2", "e3")
    }
    assert found == {"e1": ["errand-a.1"], "e2": ["errand-a.1", "errand-a.2"], "e3": []}


async def test_a_done_task_leaves_every_inbox(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1", "e2"), asked(2, "e2"))
    await readmodels.project(pool, ERRANDS)
    await put(conn, "errand-a", Answered(number=1))
    await readmodels.project(pool, ERRANDS)
    assert await readmodels.inbox(conn, "e1", now=EPOCH) == []
    assert [row.task for row in await readmodels.inbox(conn, "e2", now=EPOCH)] == ["errand-a.2"]


async def test_streams_that_are_no_cases_are_passed_over(pool: Pool, conn: Connection) -> None:
    await put(conn, "organisation", ("PersonAdded", {"id": "e1"}), process="organisation")
    last = await put(conn, "errand-a", asked(1, "e1"))
    await readmodels.project(pool, ERRANDS)
    assert [row.case for row in await readmodels.cases(conn, now=EPOCH)] == ["errand-a"]
    assert await readmodels.dead_letters(conn) == []
    assert await position_shown(pool) == last


@pytest.mark.parametrize(("batch", "remembered"), [(1, 500), (7, 2), (1000, 500)])
async def test_rows_do_not_depend_on_how_the_log_is_cut_into_batches(
    pool: Pool, conn: Connection, batch: int, remembered: int
) -> None:
    await _tell(conn)
    await Projector(pool, ERRANDS, batch=batch, remembered=remembered).catch_up()
    assert await everything(conn) == await _shown_by_rebuild(pool, conn)


async def test_projecting_after_every_append_equals_a_rebuild(pool: Pool, conn: Connection) -> None:
    projector = Projector(pool, ERRANDS)
    for stream, events in story(12):
        await put(conn, stream, *events)
        await projector.catch_up()
    incremental = await everything(conn)
    assert incremental[0]
    assert incremental[1]
    assert incremental == await _shown_by_rebuild(pool, conn)


async def test_two_projectors_at_once_do_not_double_and_do_not_miss(pool: Pool, conn: Connection) -> None:
    last = await _tell(conn)
    several = [Projector(pool, ERRANDS, batch=3) for _ in range(4)]
    taken = await asyncio.gather(*(_until(each, last, pool) for each in several))
    assert sum(taken) == await conn.fetchval("SELECT count(*) FROM signoff.events")
    assert await everything(conn) == await _shown_by_rebuild(pool, conn)


async def _until(projector: Projector, position: int, pool: Pool) -> int:
    taken = 0
    while await position_shown(pool) < position:
        taken += await projector.step(wait=True)
    return taken


async def test_a_projector_steps_aside_while_another_has_the_lock(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    async with conn.transaction():
        await conn.execute("SELECT pg_advisory_xact_lock($1, 0)", 0x5160FF)
        assert await Projector(pool, ERRANDS).step() == 0
    assert await Projector(pool, ERRANDS).step() == 1


async def test_a_projector_killed_between_rows_and_position_loses_and_doubles_nothing(
    pool: Pool, conn: Connection, database_url: str
) -> None:
    await _tell(conn)
    await Projector(pool, ERRANDS, batch=10).step()
    endless = replace(INBOX, write="SELECT pg_sleep(60), $1::bigint, $2::text[], $3::text")
    step = asyncio.create_task(Projector(pool, ERRANDS, views=(CASES, endless), batch=10).step())
    await _kill(database_url, waiting_for="PgSleep")
    with pytest.raises(AWAY):
        await step
    assert await conn.fetch("SELECT position FROM signoff.views") == [(10,)] * len(readmodels.VIEWS)
    await Projector(pool, ERRANDS, batch=10).catch_up()
    assert await everything(conn) == await _shown_by_rebuild(pool, conn)


async def _kill(url: str, *, waiting_for: str) -> None:
    found = "SELECT count(pg_terminate_backend(pid)) > 0 FROM pg_stat_activity WHERE wait_event = $1"
    async with connection(url, role=None) as outside:
        await until(lambda: outside.fetchval(found, waiting_for))


async def test_an_event_that_commits_later_is_not_skipped(pool: Pool) -> None:
    async with pool.acquire() as slow, pool.acquire() as quick:
        late = slow.transaction()
        await late.start()
        await put(slow, "errand-slow", asked(1, "e1"))
        other = asyncio.create_task(put(quick, "errand-quick", asked(1, "e1")))
        await readmodels.project(pool, ERRANDS)
        await late.commit()
        await other
        await readmodels.fresh(pool, ERRANDS)
        assert {row.case for row in await readmodels.inbox(quick, "e1", now=EPOCH)} == {"errand-slow", "errand-quick"}


async def test_a_poison_event_becomes_a_dead_letter_and_other_cases_go_on(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-bad", asked(1, "e1"))
    bad = await put(conn, "errand-bad", ("Asked", {"number": "a private word"}))
    behind = await put(conn, "errand-bad", asked(2, "e1"))
    last = await put(conn, "errand-good", asked(1, "e1"))
    await readmodels.project(pool, ERRANDS)
    letters = await readmodels.dead_letters(conn)
    assert [(each.view, each.position, each.error, each.blocked_by) for each in letters] == [
        (name, position, "ValidationError", blocked_by)
        for position, blocked_by in ((bad, None), (behind, bad))
        for name in sorted(view.name for view in readmodels.VIEWS)
    ]
    assert "private" not in str(letters)
    assert {row.case: row.version for row in await readmodels.cases(conn, now=EPOCH)} == {
        "errand-good": 1,
        "errand-bad": 1,
    }
    assert await position_shown(pool) == last


async def test_an_unknown_type_and_an_impossible_event_are_dead_letters_too(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", ("Invented", {}))
    await put(conn, "errand-b", Answered(number=7))
    await readmodels.project(pool, ERRANDS)
    assert {(each.stream, each.error) for each in await readmodels.dead_letters(conn)} == {
        ("errand-a", "KeyError"),
        ("errand-b", "KeyError"),
    }
    assert await readmodels.cases(conn, now=EPOCH) == []


async def test_incremental_dead_letters_equal_those_of_a_rebuild(pool: Pool, conn: Connection) -> None:
    projector = Projector(pool, ERRANDS)
    unknown: tuple[str, dict[str, Any]] = ("Invented", {})
    for event in (asked(1, "e1"), unknown, asked(2, "e1"), asked(3, "e1")):
        await put(conn, "errand-a", event)
        await projector.catch_up()
    before, shown = await readmodels.dead_letters(conn), await everything(conn)
    assert await _shown_by_rebuild(pool, conn) == shown
    assert [_plain(each) for each in await readmodels.dead_letters(conn)] == [_plain(each) for each in before]


def _plain(letter: readmodels.DeadLetter) -> dict[str, Any]:
    return letter.model_dump(exclude={"at"})


async def test_code_that_can_read_the_event_heals_the_case_at_its_next_event(pool: Pool, conn: Connection) -> None:
    blind = ERRANDS["errand"]
    broken = {"errand": replace(blind, events=type(blind.events)([type(asked(1))]))}
    await put(conn, "errand-a", asked(1, "e1"), asked(2, "e1"), Answered(number=1))
    await readmodels.project(pool, broken)
    assert len(await readmodels.dead_letters(conn)) == len(readmodels.VIEWS)
    await put(conn, "errand-a", asked(3, "e1"))
    await readmodels.project(pool, ERRANDS)
    assert await readmodels.dead_letters(conn) == []
    assert [row.task for row in await readmodels.inbox(conn, "e1", now=EPOCH)] == ["errand-a.2", "errand-a.3"]


async def test_a_case_that_cannot_be_shown_does_not_hide_the_others(pool: Pool, conn: Connection) -> None:
    def picky(state: Errand) -> str:
        return "half a character: \ud800" if state.case.id == "errand-bad" else "asking"

    def raising(state: Errand) -> str:
        if state.case.id == "errand-worse":
            raise LookupError
        return "asking"

    for stream in ("errand-bad", "errand-good", "errand-worse"):
        await put(conn, stream, asked(1, "e1"))
    await readmodels.project(pool, {"errand": replace(ERRANDS["errand"], stage=raising)})
    assert {row.case for row in await readmodels.cases(conn, now=EPOCH)} == {"errand-bad", "errand-good"}
    await readmodels.rebuild(pool, {"errand": replace(ERRANDS["errand"], stage=picky)})
    assert {row.case for row in await readmodels.cases(conn, now=EPOCH)} == {"errand-good", "errand-worse"}
    assert [(each.view, each.stream) for each in await readmodels.dead_letters(conn)] == [
        ("cases", "errand-bad"),
        ("milestones", "errand-bad"),
    ]


async def test_a_value_the_database_refuses_is_a_dead_letter_of_its_case_alone(pool: Pool, conn: Connection) -> None:
    for number in range(9):
        await put(conn, f"errand-{number}", asked(1, "e1"))

    def stage(state: Errand) -> str:
        return "nul \x00" if state.case.id == "errand-4" else "asking"

    await readmodels.project(pool, {"errand": replace(ERRANDS["errand"], stage=stage)})
    assert len(await readmodels.cases(conn, now=EPOCH)) == 8
    assert [(each.view, each.stream) for each in await readmodels.dead_letters(conn)] == [
        ("cases", "errand-4"),
        ("milestones", "errand-4"),
    ]
    assert len(await readmodels.inbox(conn, "e1", now=EPOCH)) == 9


async def test_following_shows_events_as_they_come_and_ends_when_told(pool: Pool, conn: Connection) -> None:
    stop = asyncio.Event()
    follower = asyncio.create_task(readmodels.follow(pool, ERRANDS, stop))
    for number in range(3):
        await readmodels.wait_for(pool, await put(conn, f"errand-{number}", asked(1, "e1")))
        assert len(await readmodels.inbox(conn, "e1", now=EPOCH)) == number + 1
    stop.set()
    await asyncio.wait_for(follower, 5)


async def test_following_survives_the_loss_of_its_connections(pool: Pool, database_url: str) -> None:
    stop = asyncio.Event()
    follower = asyncio.create_task(readmodels.follow(pool, ERRANDS, stop))
    async with connection(database_url, role=None) as outside:
        for number in range(3):
            await outside.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            position = await put(outside, f"errand-{number}", asked(1, "e1"))
            await until(partial(outside.fetchval, "SELECT min(position) = $1 FROM signoff.views", position))
    stop.set()
    await asyncio.wait_for(follower, 15)
