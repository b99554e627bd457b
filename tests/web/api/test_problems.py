"""What goes wrong over the API is told as problem details, whatever it is."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from temporalio.client import Client
from temporalio.service import RetryConfig

from application.send import Sender
from cli.demo import story
from eventstore.database import Pool, pool
from tests.support.office import COMMAND_KEYS, PAYLOAD_KEYS, Office, opened_office
from tests.web.api.asking import asking, problem, served
from tests.web.relay import Relay
from workflows.plugin import signoff_plugin


@pytest.fixture(scope="module")
async def office(postgres, company_url, temporal, tmp_path_factory) -> AsyncIterator[Office]:
    """Without a worker: nothing is recorded here."""
    async with opened_office(postgres, company_url, temporal, tmp_path_factory.mktemp("problems")) as one:
        yield one


CASE = "/cases/hiring-none/commands/comment"
JSON = {"Content-Type": "application/json"}


async def test_without_a_token_nothing_is_told_but_how_to_get_in(office: Office):
    async with asking(office, "") as http:
        found = await http.get("/inbox")

    problem(found, 401, "login-needed")
    assert found.headers["www-authenticate"].startswith("Bearer")


async def test_an_address_names_all_its_methods(office: Office):
    async with asking(office, story.MANAGER) as http:
        found = await http.request("OPTIONS", "/delegations")

    problem(found, 405, "method-not-allowed")
    assert set(found.headers["allow"].split(", ")) >= {"GET", "POST"}


async def test_true_is_no_number(office: Office):
    async with asking(office, story.MANAGER) as http:
        found = await http.post("/processes/hiring/preview", json=story.requisition() | {"seats": True})

    problem(found, 400, "bad-payload")
    assert "seats: write a number" in found.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "no-such-address"),
        ("GET", "/cases/hiring-none", 404, "no-such-case"),
        ("GET", "/processes/none/commands", 404, "unknown-process"),
        ("DELETE", "/inbox", 405, "method-not-allowed"),
        ("GET", "/inbox?as_of=yesterday", 400, "bad-time"),
        ("GET", "/inbox?as_of=2026-01-01T00:00:00", 400, "bad-time"),
        ("GET", "/inbox?as_of=0001-01-01T00:00:00Z", 400, "bad-time"),
        ("GET", "/cases?limit=0", 400, "bad-request"),
        ("GET", "/cases?after=99999999999999999999", 400, "bad-request"),
        ("GET", "/cases/hiring%00x", 404, "no-such-address"),
        ("GET", "/commands/none", 400, "bad-request"),
        ("GET", "/commands/0b0c7e0e-6b0f-4c3c-9d5e-2f1f5a3e8a11", 404, "no-such-command"),
        ("GET", "/commands/0b0c7e0e-6b0f-4c3c-9d5e-2f1f5a3e8a11?receipt=forged.x", 404, "no-such-command"),
        ("GET", f"/attachments/{'0' * 64}", 404, "no-such-file"),
    ],
)
async def test_each_kind_of_mistake_has_a_code_of_its_own(
    office: Office, method: str, path: str, status: int, code: str
):
    async with asking(office, "e1003") as http:
        found = await http.request(method, path)

    told = problem(found, status, code)
    assert told["instance"].startswith("/api/v1/")
    assert "allow" in found.headers or status != 405


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{}", {}, 415, "media-type"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "media-type"),
        (b"{", JSON, 400, "bad-json"),
        (b"[]", JSON, 400, "bad-json"),
        (b"\xff", JSON, 400, "bad-json"),
        (b'{"text": NaN}', JSON, 400, "bad-json"),
        (b'{"text": "a", "text": "b"}', JSON, 400, "bad-json"),
        (b'{"text": 1e999999999}', JSON, 400, "bad-json"),
        (b'{"text": 9007199254740993}', JSON, 400, "bad-json"),
        (b'{"text": "\\u0000"}', JSON, 400, "bad-json"),
        (b'{"text": "\\ud800"}', JSON, 400, "bad-json"),
        (b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", JSON, 400, "bad-json"),
        (b'{"text": ' + b"[" * 30 + b"]" * 30 + b"}", JSON, 400, "bad-json"),
        (b'{"text": "' + b"x" * 300_000 + b'"}', JSON, 413, "too-large"),
        (b'{"text": "a"}', JSON | {"Idempotency-Key": "7"}, 400, "bad-request"),
        (b'{"text": "a"}', JSON, 404, "no-such-case"),
    ],
)
async def test_a_body_that_is_not_as_it_should_be_is_refused_before_anything_happens(
    office: Office, body: bytes, headers: dict[str, str], status: int, code: str
):
    async with asking(office, "e1003") as http:
        problem(await http.post(CASE, content=body, headers=headers), status, code)


async def test_every_wrong_field_of_a_payload_is_named_and_none_is_ignored(office: Office):
    async with asking(office, "e1003") as http:
        found = await http.post("/processes/hiring/cases", json={"seats": 0, "colour": "red"})
        decision = await http.post("/tasks/hiring-x.y/decisions", json={"outcome": "maybe", "task": "other"})

    assert any("colour" in each for each in problem(found, 400, "bad-payload")["facts"]["problems"])
    assert {each["field"] for each in problem(decision, 400, "bad-payload")["facts"]["problems"]} == {"outcome", "task"}


@pytest.mark.rule("BUD-12")
@pytest.mark.parametrize(
    ("most", "status", "code"),
    [("1e999999", 400, "bad-payload"), ("999999999999999", 422, "amount-out-of-range")],
)
async def test_an_amount_beyond_all_money_is_refused_where_it_is_entered_and_where_it_leads_to_one(
    office: Office, most: str, status: int, code: str
):
    band = {"min": {"amount": "1", "currency": "THB"}, "max": {"amount": most, "currency": "THB"}}
    async with asking(office, "e1005") as http:
        found = await http.post("/processes/hiring/preview", json={**story.requisition(), "salary_band": band})

    told = problem(found, status, code)
    assert "digits" in told["message"]
    assert len(found.content) < 2000


async def test_the_reader_s_language_is_spoken_and_the_code_stays(office: Office):
    async with asking(office, "e1003") as http:
        english, thai = [
            await http.get("/cases/hiring-none", headers={"Accept-Language": code}) for code in ("en", "th")
        ]

    assert problem(english, 404, "no-such-case")["message"] != problem(thai, 404, "no-such-case")["message"]
    assert thai.headers["content-language"] == "th"


async def test_rules_say_who_may_not(office_at_work: Office):
    async with asking(office_at_work, "e1003") as http:
        internal = await http.post("/processes/hiring/cases?command=deadline", json={})
        found = await http.post("/processes/hiring/cases", json={})

    problem(internal, 403, "internal-command")
    problem(found, 400, "bad-payload")


async def test_a_case_without_its_workflow_is_no_success_and_operations_must_look(office_at_work: Office):
    limit = {"person": "e1011", "category": "spending", "up_to": "5 THB", "unit": "it-web", "reason": "Licences"}
    case = (await office_at_work.start("authority", limit, by="e1005", name="request-limit")).case
    await office_at_work.handle(case).terminate("a test loses it")
    async with asking(office_at_work, "e1005") as http:
        found = await http.post(f"/cases/{case}/commands/comment", json={"text": "a"})

    assert problem(found, 503, "not-running")["facts"] == {"case": case}


@pytest.mark.parametrize("hangs", [False, True])
async def test_with_temporal_away_nothing_is_a_success_and_one_is_told_how_to_go_on(office: Office, hangs: bool):
    services, key = office.services, {"Idempotency-Key": str(uuid4())}
    host, port = office.client.service_client.config.target_host.split(":")
    async with Relay.to_port(host, int(port)) as relay:
        soon = RetryConfig(max_elapsed_time_millis=300)  # as after the ten seconds of the SDK's own
        far = await Client.connect(relay.address, plugins=[signoff_plugin(PAYLOAD_KEYS)], retry_config=soon)
        services = replace(
            services,
            sender=Sender(
                far,
                services.pool,
                services.processes,
                services.settings.task_queue,
                key="far",
                command_keys=COMMAND_KEYS,
            ),
        )
        async with asking(replace(office, services=services), "e1003", patience=timedelta(seconds=1)) as http:
            relay.hang() if hangs else relay.close()
            found = await http.post("/processes/authority/cases?command=revoke-limit", json=REVOKED, headers=key)

    if hangs:
        assert (found.status_code, found.json()["recorded"]) == (202, None)
    else:
        assert key["Idempotency-Key"] in problem(found, 503, "outcome-unknown")["message"]
    assert found.headers["idempotency-key"] == key["Idempotency-Key"]


async def test_with_postgres_away_nothing_was_carried_out(office: Office):
    socket = Path(parse_qs(urlsplit(office.services.settings.database_url).query)["host"][0]) / ".s.PGSQL.5432"
    async with Relay.to_socket(socket) as relay:
        url = office.services.settings.database_url.replace(str(socket.parent), str(relay.folder))
        async with (
            await pool(url) as far,
            asking(replace(office, services=replace(office.services, pool=far)), "e1003") as http,
        ):
            relay.close()
            answers = [await http.get("/inbox"), await http.post(CASE, json={"text": "a"})]
            far.terminate()

    for found in answers:
        assert found.headers["retry-after"]
        problem(found, 503, "unavailable")


def at(office: Office, far: Pool) -> Office:
    return replace(office, services=replace(office.services, pool=far))


REVOKED = {"person": "e1040", "category": "hiring", "currency": "THB", "reason": "It suffices."}


async def test_a_mistake_of_ours_tells_nothing_of_what_it_was(office: Office):
    mistaken = replace(office.services, processes=None)  # type: ignore[arg-type]
    async with asking(replace(office, services=mistaken), "e1003") as http:
        told = problem(await http.get("/processes"), 500, "broken")

    assert [inside for inside in ("Traceback", "NoneType", "items") if inside in json.dumps(told)] == []


async def test_pages_go_on_telling_people_in_pages(office: Office):
    transport = httpx.ASGITransport(served(office), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        found = await http.get("/nothing")

    assert found.headers["content-type"].startswith("text/html")
