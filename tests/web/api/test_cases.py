"""Cases over the API: start, look, command, decide, timeline, proof, files."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from cli.demo import story
from domain.processes import PROCESSES
from eventstore import log
from tests.support.hiring import opened
from tests.support.office import Office
from tests.web.api.asking import asking, problem

MANAGER = story.MANAGER


async def started(http: httpx.AsyncClient, office: Office, **options: Any) -> dict[str, Any]:
    found = await http.post("/processes/hiring/cases", json=story.requisition(), **options)
    assert found.status_code == 201, found.text
    office.started.append(found.json()["case"])
    told: dict[str, Any] = found.json()
    return told


async def recorded(office: Office, case: str) -> list[Any]:
    async with office.services.pool.acquire() as conn:
        return list(await log.read_stream(conn, case))


async def test_a_hiring_is_previewed_started_seen_and_decided_over_http(office_at_work: Office):
    async with asking(office_at_work, MANAGER) as http:
        steps = (await http.post("/processes/hiring/preview", json=story.requisition())).json()
        case = (await started(http, office_at_work))["case"]
        shown = (await http.get(f"/cases/{case}")).json()
        [task] = [each for each in shown["tasks"] if each["kind"] == "decide"]
    decider = task["assignees"][0]

    assert decider in steps[0]["assignees"]
    async with asking(office_at_work, decider) as http:
        [waiting] = [each for each in (await http.get("/inbox")).json() if each["case"] == case]
        assert (waiting["task"], waiting["command"], waiting["for"]) == (task["id"], "decide", None)
        ack = await http.post(f"/tasks/{task['id']}/decisions", json={"outcome": "approve"})

    assert ack.status_code == 200, ack.text
    [decided] = [each for each in await recorded(office_at_work, case) if each.type == "Decided"]
    assert (decided.channel, decided.actor, decided.payload["authenticated"]) == ("api", decider, "bearer:test")
    assert ack.json()["version"] >= decided.version
    assert ack.headers["location"] == f"/api/v1/cases/{case}"


@pytest.mark.rule("KRN-19")
async def test_the_same_key_starts_one_case_however_often_and_however_fast_it_is_sent(office_at_work: Office):
    key = {"Idempotency-Key": str(uuid4())}
    async with asking(office_at_work, MANAGER) as http:
        answers = await asyncio.gather(
            *(http.post("/processes/hiring/cases", json=story.requisition(), headers=key) for _ in range(4))
        )
        again = await http.post("/processes/hiring/cases", json=story.requisition(), headers=key)
        other = await http.post(
            "/processes/hiring/cases", json=story.requisition() | {"location": "Chiang Mai"}, headers=key
        )

    [case] = {answer.json()["case"] for answer in (*answers, again)}
    office_at_work.started.append(case)
    assert {answer.headers["idempotency-key"] for answer in (*answers, other)} == {key["Idempotency-Key"]}
    assert again.json()["version"] == answers[0].json()["version"]
    problem(other, 409, "command-id-reused")
    assert len({event.command_id for event in await recorded(office_at_work, case)}) == 1


@pytest.mark.rule("KRN-50")
async def test_a_case_has_its_version_as_etag_and_a_command_may_insist_on_it(office_at_work: Office):
    async with asking(office_at_work, MANAGER) as http:
        case = (await started(http, office_at_work))["case"]
        first = await http.get(f"/cases/{case}")
        tag = {"If-Match": first.headers["etag"]}
        same = await http.get(f"/cases/{case}", headers={"If-None-Match": f'"0", {first.headers["etag"]}'})
        key = {"Idempotency-Key": str(uuid4())}
        done = await http.post(f"/cases/{case}/commands/comment", json={"text": "One"}, headers=tag | key)
        again = await http.post(f"/cases/{case}/commands/comment", json={"text": "One"}, headers=tag | key)
        late = await http.post(f"/cases/{case}/commands/comment", json={"text": "Two"}, headers=tag)
        wrong = await http.post(f"/cases/{case}/commands/comment", json={"text": "Two"}, headers={"If-Match": "7"})
        new = await http.get(f"/cases/{case}", headers={"If-None-Match": first.headers["etag"]})
        before = await http.get(f"/cases/{case}", params={"as_of": (datetime.now(UTC) - timedelta(days=1)).isoformat()})

    assert first.headers["etag"] == f'"{first.json()["version"]}"'
    assert (same.status_code, same.content) == (304, b"")
    assert (done.status_code, again.json()["version"]) == (200, done.json()["version"])
    assert problem(late, 412, "moved-on")["facts"]["version"] == done.json()["version"]
    problem(wrong, 400, "bad-etag")
    assert new.status_code == 200
    assert new.headers["etag"] == f'"{done.json()["version"]}"'
    problem(before, 404, "not-yet")


@pytest.mark.rule("KRN-43")
async def test_who_may_not_send_a_command_does_not_learn_from_it_at_which_version_a_case_is(office_at_work: Office):
    async with asking(office_at_work, MANAGER) as http:
        case = (await started(http, office_at_work))["case"]
    async with asking(office_at_work, "e1024") as http:
        answers = [
            await http.post(f"/cases/{case}/commands/withdraw", json={"reason": "None"}, headers={"If-Match": f'"{n}"'})
            for n in range(1, 8)
        ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "not-the-requester")}


async def test_of_many_commands_that_insist_on_one_version_one_is_taken(office_at_work: Office):
    async with asking(office_at_work, MANAGER) as http:
        case = (await started(http, office_at_work))["case"]
        tag = {"If-Match": (await http.get(f"/cases/{case}")).headers["etag"]}
        answers = await asyncio.gather(
            *(http.post(f"/cases/{case}/commands/comment", json={"text": f"{n}"}, headers=tag) for n in range(5))
        )

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


async def test_timeline_and_proof_tell_what_the_log_has(office_at_work: Office):
    async with asking(office_at_work, MANAGER) as http:
        case = (await started(http, office_at_work))["case"]
        told = (await http.get(f"/cases/{case}/timeline")).json()
        rest = (await http.get(f"/cases/{case}/timeline", params={"after": 1, "limit": 2})).json()
        proof = await http.get(f"/cases/{case}/proof")

    events = await recorded(office_at_work, case)
    assert [(row["version"], row["type"]) for row in told] == [(event.version, event.type) for event in events]
    assert [row["version"] for row in rest] == [2, 3]
    assert len(proof.json()["streams"][0]["events"]) == len(events)
    assert proof.headers["content-disposition"] == f'attachment; filename="{case}.proof.json"'


@pytest.mark.rule("KRN-54")
@pytest.mark.parametrize("form", [True, False], ids=["form", "bytes"])
async def test_a_file_is_attached_and_got_back_byte_for_byte_as_a_download(office_at_work: Office, form: bool):
    data = b"%PDF-1.7 the band of the market"
    async with asking(office_at_work, MANAGER) as http:
        case = (await started(http, office_at_work))["case"]
        sent: dict[str, Any] = (
            {"files": {"file": ("band.pdf", data)}}
            if form
            else {
                "content": data,
                "headers": {"Content-Type": "application/octet-stream"},
                "params": {"name": "band.pdf"},
            }
        )
        ack = await http.post(f"/cases/{case}/attachments", **sent)
        got = await http.get(f"/attachments/{ack.json()['sha256']}")
        wrong = await http.post(f"/cases/{case}/attachments", files={"file": ("band.exe", data)})
        none = await http.post(f"/cases/{case}/attachments", data={"x": "y"}, files={"other": ("a.txt", b"a")})

    assert ack.status_code == 200, ack.text
    assert (got.content, got.headers["content-type"]) == (data, "application/octet-stream")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-disposition"].startswith("attachment;")
    problem(wrong, 400, "file-type")
    problem(none, 400, "bad-form")
    [attached] = [event for event in await recorded(office_at_work, case) if event.type == "Attached"]
    assert attached.payload["attachment"]["name"] == "band.pdf"


@pytest.mark.rule("KRN-01")
async def test_many_tasks_are_decided_in_one_request_with_an_answer_for_each(office_at_work: Office):
    players = [await opened(office_at_work, f"hiring-bulk-{n}") for n in range(2)]
    states = [await office_at_work.state(f"hiring-bulk-{n}") for n in range(len(players))]
    tasks = [task for state in states for task in state["tasks"] if task["kind"] == "decide"]
    body = {"tasks": [*(task["id"] for task in tasks), "hiring-none.x"], "outcome": "approve"}
    async with asking(office_at_work, tasks[0]["assignees"][0]) as http:
        key = {"Idempotency-Key": str(uuid4())}
        answers = [await http.post("/decisions", json=body, headers=key) for _ in range(2)]
        many = await http.post("/decisions", json=body | {"tasks": ["a"] * 501})

    for answer in answers:
        assert [row["recorded"] for row in answer.json()] == [True, True, False]
    assert answers[0].json()[2]["code"] == "no-such-case"
    assert [row["version"] for row in answers[0].json()[:2]] == [row["version"] for row in answers[1].json()[:2]]
    problem(many, 400, "bad-payload")


@pytest.mark.rule("KRN-43")
async def test_who_decides_without_sight_of_all_counts_what_they_see(office_at_work: Office):
    """The policy keeps the case from those who approve it; they see what their task brings."""
    office = office_at_work
    kept = re.compile(r"(    confidentiality:\n      seen_by: )\[requester, hiring-manager, [^]]*]")
    await office.policy(lambda text: kept.sub(r"\1[requester]", text))
    cases = ["hiring-gap-alone", "hiring-gap-bulk"]
    for case in cases:
        await opened(office, case)
    [alone, bulk] = [(await office.state(case))["tasks"][0] for case in cases]
    async with asking(office, alone["assignees"][0]) as http:
        first = (await http.post(f"/tasks/{alone['id']}/decisions", json={"outcome": "approve"})).json()
        [second] = (await http.post("/decisions", json={"tasks": [bulk["id"]], "outcome": "approve"})).json()
        shown = [(await http.get(f"/cases/{case}/timeline")).json() for case in cases]

    assert second["recorded"]
    for ack, case, rows in zip((first, second), cases, shown, strict=True):
        assert len(await recorded(office, case)) > len(rows), "the reader sees all: nothing is proved"
        assert ack["version"] == len(rows)


async def test_pages_leave_nothing_out_and_repeat_nothing_while_cases_come(office_at_work: Office):
    async with asking(office_at_work, MANAGER) as http:
        old = [(await started(http, office_at_work))["case"] for _ in range(5)]
        seen, address = [], "/cases?process=hiring&open=true&limit=2"
        while address:
            page = await http.get(address)
            seen += [row["case"] for row in page.json()]
            if len(seen) == 2:
                await started(http, office_at_work)
            address = page.links["next"]["url"].removeprefix("/api/v1") if "next" in page.links else ""

    assert seen == old[::-1]


async def test_commands_are_told_with_schemas_that_take_what_the_edge_takes(office_without_worker: Office):
    async with asking(office_without_worker, MANAGER) as http:
        told = (await http.get("/processes/hiring/commands")).json()
        document = (await http.get("http://signoff.test/api/openapi.json")).json()
        page = await http.get("http://signoff.test/api")

    commands = {each["command"]: each for each in told}
    assert commands["raise-requisition"]["start"]
    assert "deadline" not in commands
    candidate = commands["add-candidate"]["schema"]["properties"]["candidate"]
    assert {"type": "string"} in candidate["anyOf"]
    assert commands["submit-scorecard"]["schema"]["properties"]["notes"]["anyOf"][0]["type"] == "string"
    assert document["openapi"].startswith("3.1")
    assert {f"hiring.{name}" for name in commands} <= document["components"]["schemas"].keys()
    assert "https://" not in page.text
    assert "/api/v1/tasks/{task}/decisions" in page.text
    json.dumps(document)


@pytest.mark.rule("KRN-50")
async def test_every_view_of_the_api_can_be_asked_as_of_a_time(office_without_worker: Office):
    async with asking(office_without_worker, MANAGER) as http:
        paths = (await http.get("http://signoff.test/api/openapi.json")).json()["paths"]
    looking = {
        path.removeprefix("/api/v1"): told["get"].get("parameters", []) for path, told in paths.items() if "get" in told
    }
    without = {path for path, asked in looking.items() if "as_of" not in {one["name"] for one in asked}}
    assert without == {
        "/attachments/{sha256}", "/cases/{case}/proof", "/changes", "/commands/{command_id}", "/processes",
        "/processes/{process}/commands", "/search",
    }, "a file, a proof, what goes on, what becomes of a command, what there is to do, a way to it"  # fmt: skip


@pytest.mark.rule("KRN-20", "KRN-22")
async def test_one_is_away_and_somebody_stands_in_until_it_is_revoked(office_without_worker: Office):
    async with asking(office_without_worker, "e1003") as http:
        key = {"Idempotency-Key": str(uuid4())}
        now = datetime.now(UTC)
        until = now + timedelta(days=10)
        body = {"delegate": "e1009", "from": now.isoformat(), "until": until.isoformat(), "reason": "Leave"}
        made = [await http.post("/out-of-office", json=body, headers=key) for _ in range(2)]
        name = made[0].json()["delegation"]
        [row] = (await http.get("/delegations")).json()
        ended = await http.post(f"/delegations/{name}/revocation", json={"reason": "Back"})
        none = await http.post("/delegations/d-none/revocation", json={})

    assert [answer.status_code for answer in made] == [201, 201], made[0].text
    assert made[0].json() == made[1].json()
    assert (row["delegate"], row["out_of_office"], row["state"]) == ("e1009", True, "active")
    assert ended.json()["revoked_at"] is not None
    assert none.status_code in (404, 422)


async def test_every_process_is_known_by_its_name(office_without_worker: Office):
    async with asking(office_without_worker, MANAGER) as http:
        listed = [(await http.get("/cases", params={"process": name})).status_code for name in PROCESSES]
        asked = [(await http.post(f"/processes/{name}/preview", json={})).json()["code"] for name in PROCESSES]

    assert listed == [200] * len(PROCESSES)
    assert set(asked) <= {"bad-payload", "bad-file", "which-opening"}
