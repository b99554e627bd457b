"""Many decisions in one go, each with an answer of its own."""

import asyncio
import json
import os
import signal
from uuid import uuid4

import asyncpg
import pytest

from tests.cli.conftest import HR, LINE, MANAGER, REQUISITION, Cli


def started(cli: Cli, count: int) -> list[str]:
    return [
        cli.done("start", "hiring", "--file", REQUISITION, "--as", MANAGER, "--id", f"hiring-b{uuid4().hex[:8]}")[
            "case"
        ]
        for _ in range(count)
    ]


@pytest.mark.rule("KRN-01")
def test_a_refusal_among_many_names_its_task_and_stops_no_other(cli: Cli) -> None:
    first, second, third = started(cli, 3)
    cli.decide(f"{second}.1", LINE)

    said = cli("decide-many", "approve", f"{first}.1", f"{second}.1", f"{third}.1", "--as", LINE, "--json")

    answers = {row["task"]: row for row in said.json}
    assert said.code == 2
    assert [row["task"] for row in said.json] == [f"{first}.1", f"{second}.1", f"{third}.1"]
    assert answers[f"{first}.1"]["decided"]
    assert answers[f"{third}.1"]["decided"]
    assert (answers[f"{second}.1"]["decided"], answers[f"{second}.1"]["code"]) == (False, "task-done")


@pytest.mark.rule("KRN-19")
def test_repeating_a_bulk_with_its_id_decides_nothing_twice(cli: Cli) -> None:
    [case] = started(cli, 1)
    call = ("decide-many", "approve", f"{case}.1", "--as", LINE, "--command-id", str(uuid4()))

    first, again = cli.done(*call), cli.done(*call)

    assert [(row["version"], row["position"]) for row in again] == [(row["version"], row["position"]) for row in first]
    assert [row["type"] for row in cli.done("timeline", case)].count("Decided") == 1


@pytest.mark.rule("KRN-02")
def test_a_bulk_gets_nobody_past_the_rules(cli: Cli) -> None:
    cases = started(cli, 2)

    said = cli("decide-many", "approve", *(f"{case}.1" for case in cases), "--as", MANAGER, "--json")

    assert said.code == 2
    assert {row["code"] for row in said.json} == {"not-your-task"}


def test_people_read_first_what_was_refused(cli: Cli) -> None:
    [case] = started(cli, 1)
    out = cli("decide-many", "approve", f"{case}.1", f"{case}.99", "--as", LINE, COLUMNS="200").out
    assert out.index(f"{case}.99") < out.index(f"{case}.1 ")


@pytest.mark.rule("KRN-53")
def test_a_bulk_while_the_worker_is_dead_is_answered_and_the_next_worker_wakes_the_cases(cli: Cli) -> None:
    cases = started(cli, 2)
    worker = json.loads((cli.home / "processes.json").read_text())["worker"]
    os.kill(worker["pid"], signal.SIGKILL)

    rows = cli.done("decide-many", "approve", *(f"{case}.1" for case in cases), "--as", LINE)

    assert [row["decided"] for row in rows] == [True, True]
    asyncio.run(_woken(cli.ready["database_url"], cases))
    assert cli.decide(f"{cases[0]}.2", HR)["version"] > rows[0]["version"]


async def _woken(url: str, cases: list[str]) -> None:
    """Returns when no case is owed a wake."""
    conn = await asyncpg.connect(url)
    async with asyncio.timeout(60):
        query = "select exists (select from signoff.wakes where stream = any($1))"
        while await conn.fetchval(query, cases):  # noqa: ASYNC110 - the worker is another process
            await asyncio.sleep(0.05)
    await conn.close()
