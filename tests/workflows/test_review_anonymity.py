"""What peers write, on the real stack: nothing that is stored tells who wrote what (REV-12)."""

import json
from typing import Any

import pytest

from application.apart import open_apart, seal_apart
from domain.kernel.effects import OpenApart
from domain.kernel.errors import Refused
from domain.kernel.values.sealed import APART, LONGEST_APART, Sealed
from eventstore.database import Connection
from tests.conformance.example import Told
from tests.conformance.examples.review import EMPLOYEE, MANAGER, PEERS, acknowledged
from tests.conformance.test_real import RealPlay
from tests.support.office import Office

TEXTS = [f"Calm {number}" for number in range(len(PEERS))]


async def rows(conn: Connection) -> list[str]:
    """Every row of every table that the application's role can read, as text."""
    tables = await conn.fetch(
        "select format('%I.%I', table_schema, table_name) as name from information_schema.tables"
        " where table_schema not in ('pg_catalog', 'information_schema')"
    )
    found: list[str] = []
    for table in tables:
        found += [row["t"] for row in await conn.fetch(f"select t::text as t from {table['name']} t")]
    return found


async def until_opened(office: Office) -> RealPlay:
    play = RealPlay(office, "review", "acknowledged")
    for step in acknowledged(play):
        await play.carry_out(step)
        if isinstance(step, Told):
            return play
    raise AssertionError("the story opens what peers wrote")


@pytest.mark.rule("REV-12")
async def test_nothing_stored_tells_who_wrote_what(office_at_work: Office):
    play = await until_opened(office_at_work)
    assert play.state.feedback == {"strength": tuple(TEXTS)}
    async with office_at_work.services.pool.acquire() as conn:
        stored = await rows(conn)
    telling = [row for row in stored if any(text in row for text in TEXTS)]
    assert telling, "the texts are in the log"
    assert [row for row in telling if any(peer in row for peer in PEERS)] == []


@pytest.mark.rule("REV-12")
async def test_no_history_of_temporal_tells_it(office_at_work: Office):
    play = await until_opened(office_at_work)
    history = await office_at_work.handle(play.id).fetch_history()
    raw = [event.SerializeToString() for event in history.events]
    telling = [event for event in raw if any(text.encode() in event for text in TEXTS)]
    assert [event for event in telling if any(peer.encode() in event for peer in PEERS)] == []


@pytest.mark.rule("REV-12")
async def test_afterwards_no_key_opens_what_was_sealed(office_at_work: Office):
    play = await until_opened(office_at_work)
    keys = office_at_work.services.keys
    async with office_at_work.services.pool.acquire() as conn:
        given = await conn.fetch("select payload from signoff.events where type = 'FeedbackGiven'")
    sealed = [_payload(row["payload"])["sealed"] for row in given]
    assert len(set(sealed)) == len(PEERS)
    assert len({len(one) for one in sealed}) == 1
    for one in sealed:
        assert await keys.unseal(Sealed(subject=f"apart:{play.id}", sealed=one), APART) is None


@pytest.mark.rule("REV-12")
async def test_each_reader_sees_texts_without_names(office_at_work: Office):
    play = await until_opened(office_at_work)
    for reader in (None, EMPLOYEE, MANAGER, *PEERS):
        shown = json.dumps(play.process.visible(play.state, reader))
        assert "sealed" not in shown
    assert "Calm 0" in json.dumps(play.process.visible(play.state, MANAGER))
    for reader in (EMPLOYEE, *PEERS):
        assert "Calm 0" not in json.dumps(play.process.visible(play.state, reader))


@pytest.mark.rule("REV-12")
async def test_what_is_sealed_apart_opens_once(office_without_worker: Office):
    keys, task = office_without_worker.services.keys, "case-7.3"
    one = await seal_apart(keys, "text", task, "the same", "e1 a")
    two = await seal_apart(keys, "text", task, "the same", "e2 b")
    assert one == await seal_apart(keys, "text", task, "the same", "e1 a")
    assert one["sealed"] != two["sealed"]
    texts = {"q": (two["sealed"], "nonsense", one["sealed"])}
    effect = OpenApart(texts=texts, case="case-7", process="review", command="note-feedback")
    assert await open_apart(keys, effect) == {"q": ["the same", "the same"]}
    await keys.erase("apart:case-7")
    assert await open_apart(keys, effect) is None
    with pytest.raises(Refused, match="opened already"):
        await seal_apart(keys, "text", task, "late", "e3 c")


@pytest.mark.parametrize("text", ["", "  ", "ก" * (LONGEST_APART // 3 + 1)])
async def test_a_text_that_does_not_fit_is_refused(office_without_worker: Office, text: str):
    with pytest.raises(Refused, match="bytes"):
        await seal_apart(office_without_worker.services.keys, "text", "case-7.3", text, "e1 a")


def _payload(stored: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stored) if isinstance(stored, str) else stored
    return found
