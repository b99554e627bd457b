"""Requests that should not be, services that are away, and what every response carries."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from temporalio.client import Client

from application.send import Sender
from eventstore.database import pool
from tests.support.office import COMMAND_KEYS, PAYLOAD_KEYS
from tests.web.conftest import CASE, Site
from tests.web.relay import Relay
from web.app import application, served
from web.candidate import offers
from web.guard import HEADERS, LARGEST_FORM
from web.operations import health as health_page
from workflows.plugin import signoff_plugin


def browser(served: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(served, raise_app_exceptions=False), base_url="http://s.test"
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path", ["/nothing", "/offer", "/offer/", "/offer/a/b", "/static/none.css", "/static/../app.py"]
)
async def test_an_unknown_path_is_a_page_that_says_so(looked_at: Site, path: str):
    found = await looked_at.http.get(path)

    assert found.status_code == 404
    assert found.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
async def test_a_wrong_method_is_told_the_right_ones(looked_at: Site, method: str):
    found = await looked_at.http.request(method, looked_at.link)

    assert found.status_code == 405
    assert set(found.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


async def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_its_size(looked_at: Site):
    form = b"answer=accept&x=" + b"y" * LARGEST_FORM
    kind = {"content-type": "application/x-www-form-urlencoded"}

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(form), 1000):
            yield form[start : start + 1000]

    stated = await looked_at.http.post(looked_at.link, content=form, headers=kind)
    unstated = await looked_at.http.post(looked_at.link, content=in_pieces(), headers=kind)

    assert (stated.status_code, unstated.status_code) == (413, 413)
    assert "too large" in stated.text


async def test_what_is_no_form_is_refused(looked_at: Site):
    as_json = await looked_at.http.post(looked_at.link, json={"answer": "accept"})
    bytes_ = await looked_at.http.post(
        looked_at.link, content=b"\xff\xfe", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    many = await looked_at.http.post(looked_at.link, data={f"f{n}": "1" for n in range(50)})

    assert (as_json.status_code, bytes_.status_code, many.status_code) == (415, 400, 400)


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/signoff.css", "/nothing", "the link", "a post"])
async def test_every_response_carries_the_security_headers(looked_at: Site, path: str):
    if path == "a post":
        found = await looked_at.answer("maybe")
    else:
        found = await looked_at.http.get(looked_at.link if path == "the link" else path)

    for name, value in HEADERS.items():
        assert found.headers[name] == value
    assert found.headers["cache-control"] == "no-store"


async def test_browsers_keep_the_files_of_a_page_for_as_long_as_their_content_is_the_same(looked_at: Site):
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', await looked_at.shown())
    assert named
    for path in named:
        kept, changed = await looked_at.http.get(path), await looked_at.http.get(f"{path}0")
        assert (kept.status_code, kept.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
        assert (changed.status_code, changed.headers["cache-control"]) == (200, "no-store")


async def test_pages_ask_for_nothing_inline_and_nothing_of_a_third_party(looked_at: Site):
    page = await looked_at.shown()

    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    for forbidden in ("<script", "style=", "<style", "onclick", "http:", "https:", "//", "javascript:"):
        assert forbidden not in page.replace("<!doctype", "")


async def test_over_tls_browsers_are_told_to_stay_there(looked_at: Site):
    services = looked_at.office.services
    secure = replace(services, settings=services.settings.model_copy(update={"web_url": "https://offers.example"}))

    async with browser(application(secure)) as http:
        assert "strict-transport-security" in (await http.get("/")).headers
    assert "strict-transport-security" not in (await looked_at.http.get("/")).headers


@pytest.mark.rule("HIR-14")
@pytest.mark.parametrize("hung", [False, True])
async def test_with_postgres_away_nothing_is_shown_as_done(
    unmanned: Site, monkeypatch: pytest.MonkeyPatch, *, hung: bool
):
    services = unmanned.office.services
    socket = Path(parse_qs(urlsplit(services.settings.database_url).query)["host"][0]) / ".s.PGSQL.5432"
    async with Relay.to_socket(socket) as relay:
        url = services.settings.database_url.replace(str(socket.parent), str(relay.folder))
        async with await pool(url) as far, browser(application(replace(services, pool=far))) as http:
            assert (await http.get(unmanned.link)).status_code == 200
            monkeypatch.setattr(offers, "READING_SECONDS", 0.3)
            monkeypatch.setattr(health_page, "HEALTH_SECONDS", 0.3)
            relay.hang() if hung else relay.close()

            got, posted = await http.get(unmanned.link), await http.post(unmanned.link, data={"answer": "accept"})
            health = await http.get("/healthz")
            far.terminate()

    assert (got.status_code, posted.status_code, health.status_code) == (503, 503, 503)
    assert "Nothing was changed" in got.text
    assert "cannot say yet" in posted.text


@pytest.mark.rule("HIR-14")
async def test_with_temporal_away_the_offer_is_shown_and_no_answer_counts(site: Site):
    services = site.office.services
    host, port = site.office.client.service_client.config.target_host.split(":")
    async with Relay.to_port(host, int(port)) as relay:
        far = await Client.connect(relay.address, plugins=[signoff_plugin(PAYLOAD_KEYS)])
        queue = services.settings.task_queue
        sender = Sender(far, services.pool, services.processes, queue, key="far", command_keys=COMMAND_KEYS)
        async with browser(application(replace(services, sender=sender), patience=timedelta(seconds=1))) as http:
            relay.close()

            got, posted = await http.get(site.link), await http.post(site.link, data={"answer": "accept"})

    assert (got.status_code, posted.status_code) == (200, 503)
    assert "OfferAccepted" not in [event.type for event in await site.events()]


async def test_a_fault_of_ours_is_a_page_without_its_details(looked_at: Site):
    services = looked_at.office.services
    broken = replace(services, people=None, processes=None)  # type: ignore[arg-type]

    async with browser(application(broken)) as http:
        found = await http.get(looked_at.link)

    assert found.status_code == 500
    assert found.headers["Content-Security-Policy"]
    for inside in ("Traceback", "NoneType", CASE):
        assert inside not in found.text


async def test_health_answers_while_postgres_does(looked_at: Site):
    async with asyncio.timeout(5):
        found = await looked_at.http.get("/healthz")

    assert (found.status_code, found.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8080", 200), ("localhost", 200), ("[::1]:8080", 200), ("office.example:8080", 200),
        ("evil.example:8080", 421), ("127.0.0.1.evil.example", 421), ("", 421), ("[", 421), ("localhost:x@evil", 421),
    ],
)  # fmt: skip
async def test_the_embedded_stack_answers_to_its_own_names_only(looked_at: Site, host: str, status: int):
    """A name that leads to this machine by DNS rebinding would be of our origin, and choose who it is."""
    settings = looked_at.office.services.settings.model_copy(update={"web_url": "http://office.example:8080"})
    async with browser(served(replace(looked_at.office.services, settings=settings))) as http:
        found = await http.get("/healthz", headers={"Host": host})
        chosen = await http.post("/login/choose", data={"person": "e1001"}, headers={"Host": host})

    assert found.status_code == status
    assert ("set-cookie" in chosen.headers) is (status == 200)


async def test_behind_a_proxy_any_name_may_lead_to_production(looked_at: Site):
    settings = looked_at.office.services.settings.model_copy(update={"embedded": False})
    async with browser(served(replace(looked_at.office.services, settings=settings))) as http:
        found = await http.get("/healthz", headers={"Host": "inner.example"})

    assert found.status_code == 200
