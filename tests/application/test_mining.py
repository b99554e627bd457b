"""The history for process mining: every format has the events of the log, and none that a reader may not see."""

import csv
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from application.queries.mining import MiningQuery, export
from application.queries.reading import timeline
from domain.kernel.errors import Refused
from domain.kernel.showing.reads import stream_of
from eventstore import log
from tests.conformance.example import Story
from tests.conformance.examples import discipline as d
from tests.conformance.test_real import RealPlay
from tests.support.office import Office, opened_office

REQUESTER, OUTSIDER, OPERATIONS, LEAD = "e1005", "e1044", "e1009", "e1010"
LIMIT = {"category": "spending", "up_to": "5 THB", "reason": "Licences <&> \x07"}
XES = "{http://www.xes-standard.org/}"


@pytest.fixture(scope="module")
async def office(postgres, company_url, temporal, tmp_path_factory) -> AsyncIterator[Office]:
    """Limits in two units, a purchase of a line, and a disciplinary case."""
    async with opened_office(postgres, company_url, temporal, tmp_path_factory.mktemp("mining")) as one, one.working():
        for case, person, unit in (("limit-web", "e1010", "it-web"), ("limit-net", "e1011", "it-network")):
            asked = {**LIMIT, "person": person, "unit": unit}
            await one.start("authority", asked, by=REQUESTER, name="request-limit", case=case)
        await one.do("limit-net", "withdraw", {"reason": "Not needed"}, by=REQUESTER)
        play = RealPlay(one, "discipline", "quiet")
        opened: Story = d.formal(play)
        for step in opened:
            await play.carry_out(step)
        yield one


def files(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


async def written(office: Office, kind: Any, folder: Path, *, reader: str | None = None, **query: Any) -> str:
    file = folder / f"log.{kind}"
    await export(office.services, MiningQuery(**query), kind, file, reader=reader)
    assert f"{file.name}.part" not in files(folder)
    return read(file)


async def recorded(office: Office, process: str) -> dict[str, list[datetime]]:
    """By case the times of its events, as the log has them."""
    async with office.services.pool.acquire() as conn:
        names = [name for name, _, _ in await log.streams(conn, process=process)]
        found = await log.read_streams(conn, dict.fromkeys(names, 0))
    return {name: [event.recorded_at for event in events] for name, events in found.items()}


def traces(text: str) -> dict[str, list[datetime]]:
    """The cases and times of an XES file, which must have what the standard asks for."""
    root = ET.fromstring(text)
    assert (root.tag, root.get("xes.version")) == (f"{XES}log", "1.0")
    prefixes = {each.get("prefix") for each in root.findall(f"{XES}extension")}
    assert prefixes == {"concept", "time", "org", "lifecycle"}
    found = {}
    for trace in root.findall(f"{XES}trace"):
        name = next(each.get("value") for each in trace if each.get("key") == "concept:name")
        events = [{each.get("key"): each.get("value") for each in event} for event in trace.findall(f"{XES}event")]
        assert all(event.keys() >= {"concept:name", "lifecycle:transition", "org:resource"} for event in events)
        found[str(name)] = [datetime.fromisoformat(str(event["time:timestamp"])) for event in events]
    return found


def ocel(text: str) -> dict[str, Any]:
    """An OCEL file, in which all that is used is declared, once."""
    told: dict[str, Any] = json.loads(text)
    assert told.keys() == {"objectTypes", "eventTypes", "objects", "events"}
    for types, those in (("objectTypes", "objects"), ("eventTypes", "events")):
        declared = {each["name"]: {one["name"] for one in each["attributes"]} for each in told[types]}
        ids = [each["id"] for each in told[those]]
        assert len(ids) == len(set(ids))
        for each in told[those]:
            assert {one["name"] for one in each["attributes"]} <= declared[each["type"]]
    objects = {each["id"] for each in told["objects"]}
    related = [one["objectId"] for each in told["events"] for one in each["relationships"]]
    assert set(related) == objects
    return told


@pytest.mark.rule("LOG-01")
async def test_xes_has_the_cases_and_times_of_the_log(office: Office, tmp_path: Path):
    assert traces(await written(office, "xes", tmp_path, process="authority")) == await recorded(office, "authority")


@pytest.mark.rule("LOG-01")
async def test_ocel_has_the_same_events_with_their_objects(office: Office, tmp_path: Path):
    told, log_has = (
        ocel(await written(office, "ocel", tmp_path, process="authority")),
        await recorded(office, "authority"),
    )
    found: dict[str, list[datetime]] = {}
    for event in told["events"]:
        (case,) = [one["objectId"] for one in event["relationships"] if one["qualifier"] == "case"]
        found.setdefault(case.removeprefix("case:"), []).append(datetime.fromisoformat(event["time"]))
    assert found == log_has
    assert {each["type"] for each in told["objects"]} == {"case", "person"}


@pytest.mark.rule("LOG-01")
async def test_csv_has_a_row_for_each_event(office: Office, tmp_path: Path):
    text = await written(office, "csv", tmp_path, process="authority")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == sum(map(len, (await recorded(office, "authority")).values()))
    assert {row["unit"] for row in rows} == {"it-web", "it-network"}


@pytest.mark.rule("LOG-01")
async def test_unit_and_time_filter(office: Office, tmp_path: Path):
    log_has = await recorded(office, "authority")
    assert traces(await written(office, "xes", tmp_path, unit="it-web")).keys() == {"limit-web"}
    assert "limit-web" in traces(await written(office, "xes", tmp_path, unit="it"))
    last = log_has["limit-net"][-1]
    late = traces(await written(office, "xes", tmp_path, process="authority", since=last))
    assert late == {"limit-net": [at for at in log_has["limit-net"] if at >= last]}
    early = traces(await written(office, "xes", tmp_path, process="authority", until=last))
    assert sum(map(len, (*late.values(), *early.values()))) == sum(map(len, log_has.values()))


@pytest.mark.rule("LOG-01")
async def test_people_are_pseudonyms_unless_the_reader_oversees_them(office: Office, tmp_path: Path):
    def people(text: str) -> set[str]:
        return {each["id"].removeprefix("person:") for each in ocel(text)["objects"] if each["type"] == "person"}

    unnamed = people(await written(office, "ocel", tmp_path))
    assert all(each.startswith("p-") or each == "system" for each in unnamed)
    named = people(await written(office, "ocel", tmp_path, reader=REQUESTER))
    assert REQUESTER in named
    assert people(await written(office, "ocel", tmp_path)) == unnamed, "one person has one pseudonym"


@pytest.mark.rule("KRN-43")
async def test_an_export_has_what_the_timeline_shows_the_reader(office: Office, tmp_path: Path):
    for reader in (REQUESTER, OPERATIONS, LEAD, OUTSIDER):
        found = traces(await written(office, "xes", tmp_path, process="authority", reader=reader))
        for case in ("limit-web", "limit-net"):
            rows = await timeline(office.services, case, as_of=None, reader=reader)
            assert found.get(case, []) == [datetime.fromisoformat(row["recorded_at"]) for row in rows]
    assert found == {}, "who only knows that it exists gets no event of it"


@pytest.mark.rule("DIS-09")
async def test_discipline_goes_to_its_roles_only_and_is_recorded(office: Office, tmp_path: Path):
    for reader in (None, OPERATIONS, OUTSIDER, "e1034"):
        assert "discipline" not in await written(office, "ocel", tmp_path, reader=reader)
    with pytest.raises(Refused) as refused:
        await written(office, "xes", tmp_path, process="discipline")
    assert refused.value.code == "reader-needed"
    assert files(tmp_path) == ["log.ocel"]

    async with office.services.pool.acquire() as conn:
        before = await log.stream_version(conn, stream_of("discipline-quiet"))
    found = traces(await written(office, "xes", tmp_path, process="discipline", reader=d.HR))
    async with office.services.pool.acquire() as conn:
        after = await log.stream_version(conn, stream_of("discipline-quiet"))
    assert list(found) == ["discipline-quiet"]
    assert after == before + 1


async def test_a_wrong_question_writes_nothing(office: Office, tmp_path: Path):
    now = datetime.now(UTC)
    for query, code in (
        ({"process": "moon"}, "unknown-process"),
        ({"unit": "moon"}, "unknown-unit"),
        ({"since": now, "until": now - timedelta(days=1)}, "bad-window"),
    ):
        with pytest.raises(Refused) as refused:
            await written(office, "xes", tmp_path, **query)
        assert refused.value.code == code
    assert files(tmp_path) == []
