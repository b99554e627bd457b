"""As-of answers: what was known at a time, whatever was written since."""

from datetime import UTC, datetime, timedelta

import pytest

import readmodels
from domain.kernel.errors import Refused
from eventstore.database import Connection, Pool
from tests.readmodels.toy_process import EPOCH, ERRANDS, Answered, asked, put, story

pytestmark = pytest.mark.rule("KRN-50")


async def _now(conn: Connection) -> datetime:
    found: datetime = await conn.fetchval("SELECT clock_timestamp()")
    return found


async def test_a_case_as_of_a_time_is_what_was_known_then(conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    between = await _now(conn)
    await put(conn, "errand-a", Answered(number=1), asked(2, "e2"))
    then, known = await readmodels.case_at(conn, ERRANDS, "errand-a", as_of=between)
    now, events = await readmodels.case_at(conn, ERRANDS, "errand-a")
    assert (list(then.case.tasks), len(known)) == (["errand-a.1"], 1)
    assert (list(now.case.tasks), len(events)) == (["errand-a.2"], 3)


async def test_the_instant_of_an_event_is_part_of_what_was_known(conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    _, events = await readmodels.case_at(conn, ERRANDS, "errand-a")
    _, known = await readmodels.case_at(conn, ERRANDS, "errand-a", as_of=events[0].recorded_at)
    assert known == events
    with pytest.raises(Refused):
        await readmodels.case_at(conn, ERRANDS, "errand-a", as_of=events[0].recorded_at - timedelta(microseconds=1))


async def test_a_case_that_is_not_there_or_was_not_there_yet_is_refused(conn: Connection) -> None:
    before = await _now(conn)
    await put(conn, "errand-a", asked(1, "e1"))
    await put(conn, "organisation", ("PersonAdded", {}), process="organisation")
    codes = []
    for case, as_of in (("errand-a", before), ("errand-z", None), ("errand-z", before), ("organisation", None)):
        with pytest.raises(Refused) as refused:
            await readmodels.case_at(conn, ERRANDS, case, as_of=as_of)
        codes.append(refused.value.code)
    assert codes == ["not-yet", "no-such-case", "no-such-case", "no-such-case"]


async def test_a_timeline_tells_each_event_once_in_order(conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    between = await _now(conn)
    await put(conn, "errand-a", Answered(number=1))
    told = await readmodels.timeline(conn, "errand-a")
    assert [(each.version, each.type, each.actor) for each in told] == [(1, "Asked", "e9"), (2, "Answered", "e9")]
    assert told[1].data == {"number": 1}
    assert told[0].recorded_at.tzinfo is not None
    assert await readmodels.timeline(conn, "errand-a", between) == told[:1]


async def test_rows_as_of_a_time_are_what_the_views_showed_then(pool: Pool, conn: Connection) -> None:
    shown = []
    for stream, events in story(6):
        await put(conn, stream, *events)
        await readmodels.fresh(pool, ERRANDS)
        at = await _now(conn)
        inboxes = {person: await readmodels.inbox(conn, person, now=at) for person in ("e1", "e2", "e3", "e4")}
        shown.append((at, await readmodels.cases(conn, now=at), inboxes))
    now = shown[-1][1]
    for at, cases, inboxes in shown:
        then = await readmodels.picture(conn, ERRANDS, at, batch=4)
        known = await readmodels.cases_at(conn, ERRANDS, {row.case: row.process for row in now}, at)
        assert sorted(known.values(), key=lambda row: -row.opened) == cases
        assert {person: [row for row in then.inbox if row.person == person] for person in inboxes} == inboxes


async def test_the_picture_before_everything_is_empty(conn: Connection) -> None:
    await put(conn, "errand-a", asked(1, "e1"))
    then = await readmodels.picture(conn, ERRANDS, datetime(2020, 1, 1, tzinfo=UTC))
    assert then == readmodels.Picture(inbox=(), milestones=())
    assert (await readmodels.picture(conn, ERRANDS, EPOCH + timedelta(days=36500))).inbox != ()
