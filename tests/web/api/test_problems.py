"""What goes wrong over the API is told as problem details, whatever it is."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from demo import story
from edge.send import NotRunning
from eventstore.errors import DatabaseUnavailable
from tests.support.office import Office
from tests.web.api.asking import asking, problem, served

CASE = "/cases/hiring-none/commands/comment"
JSON = {"Content-Type": "application/json"}


async def test_without_a_token_nothing_is_told_but_how_to_get_in(office_without_worker: Office):
    async with asking(office_without_worker, "") as http:
        found = await http.get("/inbox")

    problem(found, 401, "login-needed")
    assert found.headers["www-authenticate"].startswith("Bearer")


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
        ("GET", "/cases/hiring%00x", 400, "bad-request"),
        ("GET", "/commands/none", 400, "bad-request"),
        ("GET", "/commands/0b0c7e0e-6b0f-4c3c-9d5e-2f1f5a3e8a11", 404, "no-such-command"),
        ("GET", "/commands/0b0c7e0e-6b0f-4c3c-9d5e-2f1f5a3e8a11?receipt=forged.x", 404, "no-such-command"),
        ("GET", f"/attachments/{'0' * 64}", 404, "no-such-file"),
    ],
)
async def test_each_kind_of_mistake_has_a_code_of_its_own(
    office_without_worker: Office, method: str, path: str, status: int, code: str
):
    async with asking(office_without_worker, "e1003") as http:
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
    office_without_worker: Office, body: bytes, headers: dict[str, str], status: int, code: str
):
    async with asking(office_without_worker, "e1003") as http:
        problem(await http.post(CASE, content=body, headers=headers), status, code)


async def test_every_wrong_field_of_a_payload_is_named_and_none_is_ignored(office_without_worker: Office):
    async with asking(office_without_worker, "e1003") as http:
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
    office_without_worker: Office, most: str, status: int, code: str
):
    band = {"min": {"amount": "1", "currency": "THB"}, "max": {"amount": most, "currency": "THB"}}
    async with asking(office_without_worker, "e1005") as http:
        found = await http.post("/processes/hiring/preview", json={**story.requisition(), "salary_band": band})

    told = problem(found, status, code)
    assert "digits" in told["message"]
    assert len(found.content) < 2000


async def test_the_reader_s_language_is_spoken_and_the_code_stays(office_without_worker: Office):
    async with asking(office_without_worker, "e1003") as http:
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


class Failing:
    """The way to the workflows, as it looks when it is in trouble."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def send(self, *_: Any, **__: Any) -> Any:
        raise self.error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotRunning("hiring-x"), "not-running"),
        (ConnectionResetError(), "outcome-unknown"),
        (DatabaseUnavailable("away"), "outcome-unknown"),
    ],
)
async def test_trouble_on_the_way_is_never_a_success_and_says_how_to_go_on(
    office_without_worker: Office, error: Exception, code: str
):
    door = replace(office_without_worker.door, sender=Failing(error))
    async with asking(replace(office_without_worker, door=door), "e1003") as http:
        found = await http.post("/processes/authority/cases?command=revoke-limit", json=REVOKED)

    told = problem(found, 503, code)
    if code == "outcome-unknown":
        assert found.headers["idempotency-key"] in told["message"]


REVOKED = {"person": "e1040", "category": "hiring", "currency": "THB", "reason": "It suffices."}


async def test_a_mistake_of_ours_tells_nothing_of_what_it_was(office_without_worker: Office):
    door = replace(office_without_worker.door, sender=Failing(ValueError("secret")))
    async with asking(replace(office_without_worker, door=door), "e1003") as http:
        found = await http.post("/processes/authority/cases?command=revoke-limit", json=REVOKED)

    assert "secret" not in json.dumps(problem(found, 500, "broken"))


async def test_pages_go_on_telling_people_in_pages(office_without_worker: Office):
    transport = httpx.ASGITransport(served(office_without_worker), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        found = await http.get("/nothing")

    assert found.headers["content-type"].startswith("text/html")
