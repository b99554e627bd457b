"""The exception report and what was done under delegations: the views say what the log says, rebuilt or followed."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

import readmodels
from domain.people.hiring.process import HIRING
from eventstore.database import Connection, Pool
from readmodels.projector import Projector
from readmodels.statements import sql
from tests.domain.people.company import NOW
from tests.readmodels import old_reports
from tests.readmodels.lives import crossed, record, wandering
from tests.readmodels.toy_process import everything

PROCESSES = {"hiring": HIRING}
LONG_AGO, LATER = NOW - timedelta(days=1), NOW + timedelta(days=900)


async def _exceptions(conn: Connection, since: datetime, until: datetime) -> list[readmodels.ExceptionRow]:
    return await readmodels.exceptions(conn, PROCESSES, since=since, until=until)


@pytest.mark.rule("KRN-22", "KRN-31", "KRN-45", "KRN-50")
@pytest.mark.parametrize("seed", range(2))
async def test_on_any_history_they_are_what_reading_the_whole_log_gave(pool: Pool, conn: Connection, seed: int) -> None:
    rng = Random(seed)
    told = crossed([wandering(f"hiring-{number}", rng) for number in range(6)])
    projector = Projector(pool, PROCESSES, batch=7, remembered=2)
    for start in range(0, len(told), 40):
        await record(conn, told[start : start + 40])
        await projector.catch_up()

    assert await readmodels.dead_letters(conn) == []
    middle = told[len(told) // 2][0]
    for since, until in ((LONG_AGO, LATER), (LONG_AGO, middle), (middle, LATER)):
        rows = await _exceptions(conn, since, until)
        assert rows == await old_reports.exceptions(conn, PROCESSES, since=since, until=until)
    assert {row.kind for row in await _exceptions(conn, LONG_AGO, LATER)} >= {"escalated", "late"}
    for as_of in (None, middle):
        done = await readmodels.delegated_acts(conn, ["d-1", "d-2", "d-3"], as_of=as_of)
        assert [row.model_dump() for row in done] == await old_reports.delegated_acts(
            conn, ["d-1", "d-2", "d-3"], as_of
        )
    everybody = await readmodels.delegated_acts(conn, ["d-1", "d-2"])
    assert everybody
    assert await readmodels.delegated_acts(conn, ["d-1"]) == [row for row in everybody if row.delegation == "d-1"]
    followed = await everything(conn)
    await readmodels.rebuild(pool, PROCESSES)
    assert await everything(conn) == followed


@pytest.mark.parametrize(
    ("name", "index", "given"),
    [
        ("exceptions", "exceptions_of_time", [NOW, NOW + timedelta(hours=2), ["hiring"]]),
        ("stood_in", "stood_in_under", [["d-7"], None]),
    ],
)
async def test_reports_over_a_large_log_are_ranges_of_an_index(
    pool: Pool, conn: Connection, name: str, index: str, given: list[Any]
) -> None:
    await readmodels.project(pool, PROCESSES)
    await conn.execute(_MANY_EXCEPTIONS, NOW)
    await conn.execute(_MANY_STOOD_IN, NOW)
    await conn.execute("SELECT signoff.analyze_views()")
    plan = await conn.fetchval("EXPLAIN (ANALYZE, FORMAT JSON) " + sql(name), *given)
    nodes = list(_nodes(plan[0]["Plan"]))
    assert index in {node.get("Index Name") for node in nodes}
    assert sum(node.get("Rows Removed by Filter", 0) for node in nodes) < 100


_MANY_EXCEPTIONS = """
INSERT INTO signoff.exceptions
SELECT generation, n, 'case-' || n, 'hiring', 1, 'held', $1::timestamptz + n * interval '1 minute', 'e1', NULL, NULL,
    NULL, NULL, 'wait', '{}', NULL
FROM signoff.views, generate_series(1, 20000) AS n WHERE name = 'exceptions'"""

_MANY_STOOD_IN = """
INSERT INTO signoff.stood_in
SELECT generation, n, 'case-' || n, 'hiring', 1, 'd-' || n % 1000, 'e1', 'e2', 'Decided', NULL, NULL, NULL, $1
FROM signoff.views, generate_series(1, 20000) AS n WHERE name = 'stood_in'"""


def _nodes(plan: dict[str, Any]) -> Any:
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)
