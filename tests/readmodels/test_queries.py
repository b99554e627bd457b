"""What the views answer: whose turn it is, what is late, what is stuck, and how far behind the answer is."""

from datetime import timedelta
from typing import Any

import pytest

import readmodels
from domain.kernel.cases.case import Case, Status
from domain.kernel.showing.confidential import ASKED, HOLDER
from eventstore.database import Connection, Pool
from readmodels import Wanted
from readmodels.queries import listing
from readmodels.statements import sql
from tests.readmodels.toy_process import EPOCH, ERRANDS, TITLE, Answered, Errand, Paused, asked, errand_process, put

DAY = timedelta(days=1)


async def test_the_inbox_is_ordered_by_due_time_and_says_what_is_overdue_now(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1", after=3 * DAY), asked(2, "e1", after=DAY))
    await put(conn, "errand-b", asked(1, "e1", after=2 * DAY))
    await readmodels.project(pool, ERRANDS)
    found = await readmodels.inbox(conn, "e1", now=EPOCH + 2.5 * DAY)
    assert [(row.task, row.overdue) for row in found] == [
        ("errand-a.2", True),
        ("errand-b.1", True),
        ("errand-a.1", False),
    ]
    first = found[0]
    assert (first.case, first.process, first.kind, first.command) == ("errand-a", "errand", "answer", "answer")
    assert (str(first.title), first.case_title) == ("Answer question 2", TITLE)
    assert (first.due_at, first.offered_at) == (EPOCH + DAY, EPOCH)


@pytest.mark.rule("KRN-32")
async def test_nothing_is_overdue_while_its_case_is_on_hold(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"), Paused())
    await put(conn, "errand-b", asked(1, "e1"))
    await readmodels.project(pool, ERRANDS)
    late = EPOCH + 2 * DAY
    assert {row.case: row.overdue for row in await readmodels.inbox(conn, "e1", now=late)} == {
        "errand-a": False,
        "errand-b": True,
    }
    assert [row.case for row in await readmodels.cases(conn, Wanted(overdue=True), now=late)] == ["errand-b"]
    assert {row.case: (row.on_hold, row.overdue) for row in await readmodels.cases(conn, now=late)} == {
        "errand-a": (True, False),
        "errand-b": (False, True),
    }


async def test_a_case_row_says_where_the_case_stands(pool: Pool, conn: Connection) -> None:
    first = await put(conn, "errand-a", asked(1, "e1", "e2", after=2 * DAY))
    last = await put(conn, "errand-a", asked(2, "e3", "e1", after=DAY))
    await readmodels.project(pool, ERRANDS)
    row = await readmodels.case(conn, "errand-a", now=EPOCH)
    assert row is not None
    assert (row.process, row.stage, row.status, row.closed) == ("errand", "asking", Status.DRAFT, False)
    assert (row.waiting_on, row.due_at, row.requester, row.title) == (("e1", "e2", "e3"), EPOCH + DAY, "e9", TITLE)
    assert (row.version, row.opened, row.position) == (2, first, last)
    assert row.opened_at < row.updated_at
    assert await readmodels.case(conn, "errand-z", now=EPOCH) is None


async def test_a_finished_case_waits_on_nobody(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"), Answered(number=None))
    await readmodels.project(pool, ERRANDS)
    row = await readmodels.case(conn, "errand-a", now=EPOCH + 9 * DAY)
    assert row is not None
    assert (row.closed, row.status, row.waiting_on, row.due_at, row.overdue) == (True, "approved", (), None, False)
    assert await readmodels.cases(conn, Wanted(overdue=True), now=EPOCH + 9 * DAY) == []


async def test_cases_are_found_by_whom_they_are_about(pool: Pool, conn: Connection) -> None:
    """The stored rows answer as the rows do by themselves."""
    for number, people in enumerate([("e1",), ("e2", "e3"), ("e4",)]):
        await put(conn, f"errand-{number}", asked(1, *people))
    await readmodels.project(pool, ERRANDS)
    wanted = Wanted(about=frozenset({"e1", "e3"}), as_parts=("nobody's part", HOLDER, ASKED))
    found = await readmodels.cases(conn, wanted, now=EPOCH)
    every = await readmodels.cases(conn, now=EPOCH)
    assert [row.case for row in found] == ["errand-1", "errand-0"]
    assert [row.case for row in every if wanted.has(row)] == ["errand-1", "errand-0"]
    assert [wanted.subjects_of(row) for row in found] == [{"e3"}, {"e1"}]
    assert "parts" in wanted.columns


async def test_cases_are_listed_newest_first_page_by_page(pool: Pool, conn: Connection) -> None:
    processes = {"errand": errand_process(), "chore": errand_process("chore")}
    for number in range(4):
        await put(conn, f"errand-{number}", asked(1, "e1"))
        await put(conn, f"chore-{number}", asked(1, "e1"), process="chore")
    await put(conn, "errand-3", Answered(number=None))
    await readmodels.project(pool, processes)
    errands = Wanted(process="errand")
    first = await readmodels.cases(conn, errands, now=EPOCH, limit=3)
    rest = await readmodels.cases(conn, errands, now=EPOCH, limit=3, after=first[-1].opened)
    assert [row.case for row in first] == ["errand-3", "errand-2", "errand-1"]
    assert [row.case for row in rest] == ["errand-0"]
    open_errands = Wanted(process="errand", open_only=True)
    assert [row.case for row in await readmodels.cases(conn, open_errands, now=EPOCH, limit=1)] == ["errand-2"]
    assert len(await readmodels.cases(conn, now=EPOCH)) == 8
    assert len(await readmodels.cases(conn, Wanted(open_only=True), now=EPOCH)) == 7
    assert await readmodels.cases(conn, Wanted(process="nothing"), now=EPOCH) == []


@pytest.mark.rule("KRN-13")
async def test_a_case_with_a_step_nobody_can_do_is_listed_as_stuck(pool: Pool, conn: Connection) -> None:
    def stuck(state: Errand) -> Case:
        return state.case.model_copy(update={"stuck": ("review.money",)} if state.case.id == "errand-b" else {})

    await put(conn, "errand-a", asked(1, "e1"))
    await put(conn, "errand-b", asked(1, "e1"))
    await readmodels.project(pool, {"errand": errand_process(case=stuck)})
    found = await readmodels.cases(conn, Wanted(stuck=True), now=EPOCH)
    assert [(row.case, row.stuck) for row in found] == [("errand-b", ("review.money",))]


async def test_lag_counts_what_is_not_shown_yet_and_how_old_it_is(pool: Pool, conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    await readmodels.project(pool, ERRANDS)
    shown = {name: (lag.events, lag.seconds) for name, lag in (await readmodels.lag(conn)).items()}
    assert shown == {view.name: (0, 0) for view in readmodels.VIEWS}
    await put(conn, "errand-a", asked(2, "e1"), asked(3, "e1"))
    behind = await readmodels.lag(conn)
    assert {lag.events for lag in behind.values()} == {2}
    assert all(0 < lag.seconds < 30 for lag in behind.values())


async def test_one_inbox_among_100_000_tasks_is_one_index_range_in_its_order(pool: Pool, conn: Connection) -> None:
    await readmodels.project(pool, ERRANDS)
    await conn.execute(_MANY_TASKS)
    await conn.execute("SELECT signoff.analyze_views()")
    assert len(await readmodels.inbox(conn, "e77", now=EPOCH)) == 100
    plan = await conn.fetchval("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql("inbox_of_person"), "e77")
    nodes = list(_nodes(plan[0]["Plan"]))
    assert nodes[0]["Index Name"] == "inbox_of_person"
    assert {node["Node Type"] for node in nodes} <= {"Index Scan", "Seq Scan"}  # Seq Scan: of the two views
    assert plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"] < 120


async def test_lists_of_cases_read_little_more_than_they_show(pool: Pool, conn: Connection) -> None:
    await readmodels.project(pool, ERRANDS)
    await conn.execute(_MANY_CASES)
    await conn.execute("SELECT signoff.analyze_views()")
    pages = (
        Wanted(), Wanted(open_only=True), Wanted(process="process-7"), Wanted(process="process-7", open_only=True),
        Wanted(stuck=True), Wanted(overdue=True), Wanted(units=frozenset({"unit-3"})),
        Wanted(units=frozenset({"unit-3", "unit-4"}), stuck=True),
    )  # fmt: skip
    assert {wanted: read for wanted in pages if (read := await _rows_read(conn, wanted)) > 150} == {}

    await conn.execute(_MANY_EVENTS)
    own, reviewed, handed = [f"case-{n}077" for n in range(1, 50)], ["case-2073"], ["case-1075", "case-4075"]
    found = {row["case_id"] for row in await readmodels.concerning(conn, "e77")}
    assert found == {"case-77", *own, *reviewed, *handed}
    for name, given in (("concerning", ["e77"]), ("cases_asked_by", ["e77", 100])):
        plan = await conn.fetchval("EXPLAIN (FORMAT JSON) " + sql(name), *given)
        scans = [node for node in _nodes(plan[0]["Plan"]) if node["Node Type"] == "Seq Scan"]
        assert {node["Relation Name"] for node in scans} <= {"views"}, name


async def _rows_read(conn: Connection, wanted: Wanted) -> float:
    """How many of the cases the second page of fifty looks at."""
    text, given = listing(wanted, now=EPOCH + 100 * DAY)
    plan = await conn.fetchval("EXPLAIN (ANALYZE, FORMAT JSON) " + text, 40_000, 50, *given)
    scans = [node for node in _nodes(plan[0]["Plan"]) if node["Node Type"].endswith("Scan")]
    of_cases = [node for node in scans if node.get("Relation Name") == "cases"]
    assert of_cases
    return sum(node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in of_cases)


_MANY_TASKS = """
INSERT INTO signoff.inbox
SELECT generation, 'case-' || n, 'case-' || n || '.1', 'e' || n % 1000, 'errand', NULL, '{"id": "x", "args": {}}', '',
    'answer', 'answer', '', NULL, false, timestamptz '2026-03-02' + n * interval '1 minute', timestamptz '2026-03-02'
FROM signoff.views, generate_series(1, 100000) AS n WHERE name = 'inbox'"""

_MANY_EVENTS = """
INSERT INTO signoff.events (position, stream, version, type, schema_version, payload, actor, command_id, correlation,
    channel, recorded_at, hash)
SELECT n, 'case-' || n, 1, CASE n % 3 WHEN 0 THEN 'ReviewOpened' WHEN 1 THEN 'ResponsibilityMoved' ELSE 'Noted' END, 1,
    json_build_object('requester', 'e' || n % 1000 + 4, 'to', 'e' || n % 1000 + 2), 'e9', gen_random_uuid(),
    gen_random_uuid(), 'cli', timestamptz '2026-03-02', '\\x00'
FROM generate_series(1, 5000) AS n"""

_MANY_CASES = """
INSERT INTO signoff.cases
SELECT generation, 'case-' || n, 'process-' || n % 10, 'asking', 'draft', n % 2 = 0, false, 'unit-' || n % 2500,
    NULL, 'e' || n % 1000, '{}', CASE WHEN n % 50 = 1 THEN '{money}'::text[] ELSE '{}' END,
    timestamptz '2026-03-02' + n % 200 * interval '1 day', 1, n, n, timestamptz '2026-03-02', timestamptz '2026-03-02'
FROM signoff.views, generate_series(1, 50000) AS n WHERE name = 'cases'"""


def _nodes(plan: dict[str, Any]) -> Any:
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)
