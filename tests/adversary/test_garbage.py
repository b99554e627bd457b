"""Whatever is sent to whatever address, nothing of it is a mistake of ours: no answer has a status of 500 or more.

`tests/web/forms/test_forged.py` tries each field of each form with each shape; here one request stands for many. What
fits the document of the API, and what does not, is made by schemathesis in `tests/web/api/test_schema.py`.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from domain.processes import PROCESSES
from tests.adversary.hidden import CASE, OPERATIONS, SEEN, Hidden
from tests.web.api.asking import served
from tests.web.staff.visiting import CSRF
from web.app import ROUTERS
from web.forms.fields import fields_of
from web.identity import login
from web.identity.limits import Limits
from web.mail import caught

BROKEN_WORDS = ("\x00", "99999999999999999999", "-1", "9999-12-31T23:59:59+00:00", "\u00b2", "x" * 300, "{x}%s|")
IN_PATHS = (
    "%00",
    "a%00b",
    "%ff%fe",
    "..",
    "%2e%2e%2f",
    "a" * 3000,
    "%0d%0aX:y",
    "99999999999999999999",
    ".1",
    "%F0%9F%92%A9",
)
KNOWN = {"case": CASE, "process": "hiring", "command": "amend-requisition", "kind": "person", "person": "e1003",
         "form": "delegate", "version": "1"}  # fmt: skip
QUERY = ("as_of", "page", "before", "after", "q", "lang", "unit", "process", "id", "mine", "since", "limit", "case",
         "done", "next", "task", "offer", "old", "new", "open", "stuck", "receipt", "version")  # fmt: skip
FIELDS = ("task", "do", "comment", "content_hash", "for", "fields", "condition", "owner", "due", "back", "delegation",
          "action", "reason", "confirm", "case", "answer", "outcome", "content", "language", "since", "policy",
          "p.delegate", "p.start", "p.end", "p.up_to.amount", "p.units.0", "person", "logout_token")  # fmt: skip
ENDLESS = "/api/v1/changes"
NOT_READY = (503, "/readyz")
"""No mistake but its answer: no worker follows the log here, so views may be minutes behind."""


@dataclass(frozen=True)
class Sent:
    """Somebody's browser and program, with every answer that was a mistake of ours."""

    http: httpx.AsyncClient
    csrf: str
    mistakes: list[str]

    async def send(self, method: str, path: str, **more: Any) -> None:
        found = await self.http.request(method, path, **more)
        if found.status_code >= 500 and (found.status_code, path) != NOT_READY:
            self.mistakes.append(f"{found.status_code}: {method} {path[:120]} {str(more)[:200]}")

    async def form(self, path: str, **fields: Any) -> None:
        await self.send("POST", path, data={"csrf": self.csrf, "command_id": str(uuid4()), **fields})


@pytest.fixture
async def sent(hidden: Hidden) -> AsyncIterator[Sent]:
    """Operations, who see most of what there is. Nothing is too often: garbage must reach its reader."""
    whole = served(hidden.office)
    app: Any = whole
    while not isinstance(app, FastAPI):
        app = getattr(app, "_app", None) or app.app
    never = dict.fromkeys(("decision_limit", "api_limit", "login_limit"), 100_000)
    app.state.limits = Limits(hidden.office.services.settings.model_copy(update=never))
    transport = httpx.ASGITransport(whole, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://signoff.test", headers={"Authorization": f"Bearer {OPERATIONS}"}
    ) as http:
        await http.post("/login/choose", data={"person": OPERATIONS})
        secret = CSRF.search((await http.get("/start/authority/request-limit")).text)
        assert secret
        mistakes: list[str] = []
        yield Sent(http, secret[1], mistakes)
        assert mistakes == []


def addresses(method: str) -> list[str]:
    """Templates of addresses; the changes never end, and whoever signs out or in is another from then on."""
    routes = [route for router in (*ROUTERS, caught.router, login.router) for route in router.routes]
    paths = {route.path for route in routes if isinstance(route, Route) and method in (route.methods or ())}
    return sorted({*paths, "/offer/{token}"} - {ENDLESS, "/logout"})


def filled(template: str, value: str | None = None) -> str:
    """An address with something that there is in each of its places, or with `value` in all of them."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: value or KNOWN.get(name[1], "x"), template)


async def test_no_address_is_odd_enough(sent: Sent):
    for template in addresses("GET"):
        for value in IN_PATHS if "{" in template else ():
            await sent.send("GET", filled(template, value))
        for word in BROKEN_WORDS:
            await sent.send("GET", filled(template), params=dict.fromkeys(QUERY, word))


async def test_no_form_is_wrong_enough(sent: Sent):
    for template in (path for path in addresses("POST") if not path.startswith("/api")):
        path = filled(template)
        for word in BROKEN_WORDS:
            for some in (FIELDS[::2], FIELDS[1::2]):
                await sent.form(path, **dict.fromkeys(some, word))
            doing = {"action": "hold", "confirm": "yes", "do": "return", "task": f"{CASE}.1|{word}", "answer": "ask"}
            await sent.form(path, **dict.fromkeys(FIELDS[1::2], word) | doing)
            await sent.form(
                path, **dict.fromkeys(("task", "case", "delegation", "back"), word), do="claim", action="hold"
            )
        await sent.send("POST", path, files={"csrf": ("a.txt", sent.csrf.encode()), "file": ("", b"")})
        await sent.send("POST", path, files={"csrf": (None, sent.csrf), "file": ("a\x00.txt", b"\xff")})
        for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "application/json", ""):
            await sent.send("POST", path, content=b"--x\r\n\r\n", headers={"Content-Type": kind})


def commands() -> Iterator[tuple[str, list[str]]]:
    """The page of each command's form, with the names of its fields."""
    for process in PROCESSES.values():
        case = CASE if process.name == "hiring" else SEEN
        for name, model in process.commands.items():
            opens = name in process.start
            at = f"/start/{process.name}/{name}" if opens else f"/cases/{case}/do/{name}"
            yield at, [field.name for field in fields_of(model)]


async def test_no_form_of_a_command_is_forged_enough(sent: Sent):
    """Fields in the address, and the hidden field of what the form began with, of wrong shapes."""
    for path, names in commands():
        await sent.send("GET", path, params=dict.fromkeys(names, "x"))
        kept = {f"keep.{name}": "now" for name in names[::2]}
        odd = {f"p.{name}.0.name": "\x00" for name in names}
        await sent.form(path, do="check", was=json.dumps({name: ["x"] for name in names}), **kept, **odd)


HEADERS = ("If-Match", "If-None-Match", "Idempotency-Key", "Origin", "Host", "Cookie", "Accept-Language",
           "X-Forwarded-For", "Content-Length", "Last-Event-ID")  # fmt: skip
STRANGE = (b"", b"\xff\xfe", b"http://[", b'W/"7"', b'"99999999999999999"', b"th;q=nan", b"signoff=\x01;lang=\xff")


async def test_no_header_is_strange_enough(sent: Sent):
    for headers in ({name: value} for name in HEADERS for value in STRANGE):
        await sent.send("GET", f"/api/v1/cases/{CASE}", headers=headers)
        await sent.send("GET", "/login", headers=headers)
        await sent.send("POST", "/mail/x", headers=headers, data={"answer": "x"})
        await sent.send("POST", f"/api/v1/cases/{CASE}/commands/comment", headers=headers, json={"text": 1})
