"""A case that most must not know of, and every door through which somebody can try to learn or to do something."""

import asyncio
import contextlib
import io
import logging
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from unittest import mock
from uuid import uuid4

import anyio
import httpx

from application.commands import compose
from cli.main import called
from eventstore.database import Pool
from tests.adversary.office import by_way, code, refusals
from tests.support.office import MASTER_KEY, Office
from tests.web.staff.visiting import browsing
from web.api.changes import stream
from web.api.follower import Follower

CASE, NONE = "hiring-hidden-1", "hiring-nobody-1"
"""The case, and an id of the same length that none has."""
SEEN = "authority-seen"
REQUESTER, LINE, HR, RECRUITER, INTERVIEWER, OPERATIONS = "e1005", "e1003", "e1033", "e1037", "e1010", "e1009"
OUTSIDER, STAND_IN, GONE, OTHER_HR, CANDIDATE, STRANGER = "e1044", "e1060", "e1024", "e1034", "c-first", "e9999"

CONDITION = "canary-words"
SHEET = "canary-costs.csv"
PAY = tuple(text for sum_ in (60_000, 85_000, 95_000, 82_000) for text in (f"{sum_}", f"{sum_:,}"))
RATINGS = ("strong_yes", '"skill"')
WORDS = (CONDITION, SHEET)
NAMES = ("C-First", "C-Second", "first@mail.example", "second@mail.example")

_NEW = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32,}\b")
"""Ids and secrets that are new in every answer."""


def limit(person: str) -> dict[str, Any]:
    """What is asked for in a case of which everybody may know."""
    return {"person": person, "category": "spending", "up_to": "5 THB", "unit": "it-web", "reason": "Licences"}


def hiding(text: str) -> str:
    """The example policy, in which others know nothing of a hiring, and few see its pay, ratings and words."""
    before, after = text.split("        pay:", 1)
    tail = after.split("    parameters:", 1)[1]
    groups = (
        "        pay: {fields: [salary_band, salary, cost], seen_by: [hr]}\n"
        "        ratings: {fields: [scorecard, ranking], seen_by: [recruiter]}\n"
        "        words: {fields: [comments, attachments], seen_by: [hr]}\n"
    )
    return f"{before.replace('others: exists', 'others: nothing', 1)}{groups}    parameters:{tail}"


@dataclass(frozen=True)
class Hidden:
    """The office with its case. `sheet` is the hash of the case's file."""

    office: Office
    http: httpx.AsyncClient
    sheet: str

    @property
    def pool(self) -> Pool:
        return self.office.services.pool

    async def api(self, person: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {person}", **more.pop("headers", {})}
        return await self.http.request(method, f"/api/v1{path}", headers=headers, **more)

    async def command(self, person: str, name: str, payload: dict[str, Any], *, case: str = CASE) -> httpx.Response:
        return await self.api(person, "POST", f"/cases/{case}/commands/{name}", json=payload)

    async def cli(self, *args: str) -> tuple[int, str]:
        """What the program says and how it ends, on both of its outputs."""
        return await asyncio.to_thread(_called, self.office, args)

    async def changes(self, person: str, until: str = SEEN) -> str:
        """All changes from the first on, until that of a case which everybody may know of."""
        told, follower = [], Follower(self.pool)
        async with asyncio.timeout(30):
            async for event in stream(self.office.services, follower, person, 0, anyio.Event()):
                told.append(str(event.data))
                if until in told[-1]:
                    break
        return "\n".join(told)


def _called(office: Office, args: tuple[str, ...]) -> tuple[int, str]:
    settings, said = office.services.settings, io.StringIO()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SIGNOFF_", "TEMPORAL_"))}
    environment |= {
        "SIGNOFF_DATABASE_URL": settings.database_url,
        "SIGNOFF_KEYS_URL": settings.keys_url,
        "SIGNOFF_MASTER_KEY": MASTER_KEY,
        "SIGNOFF_HOME": str(settings.home),
        "SIGNOFF_TASK_QUEUE": settings.task_queue,
        "TEMPORAL_ADDRESS": str(settings.temporal["target_host"]),
    }
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        status = called([*args])
    root.handlers[:], root.level = handlers, level
    return status, said.getvalue()


# --- the doors for commands: each answers with the code of the refusal, None if it lets it through -------------------

Payload = dict[str, Any]
Services = Callable[[Hidden, str, str, str, Payload], Awaitable[str | None]]


async def by_api(at: Hidden, case: str, actor: str, name: str, payload: Payload) -> str | None:
    found = await at.command(actor, name, payload, case=case)
    assert found.status_code < 500, found.text
    return None if found.status_code < 400 else str(found.json()["code"])


async def by_edge(at: Hidden, case: str, actor: str, name: str, payload: Payload) -> str | None:
    """As the command line does it; the pages too, under their own channel."""

    async def sent() -> None:
        who = compose.Actor(person=actor, channel="cli", authenticated="test")
        made = await compose.command(at.office.services, case, name, payload, who)
        await compose.sent(at.office.services, made, start=False)

    return await code(sent())


async def by_typing(at: Hidden, case: str, actor: str, name: str, payload: Payload) -> str | None:
    return await by_way(at.office, "typed", case, name, payload, by=actor)


async def signalled(at: Hidden, case: str, sent: Sequence[tuple[str, Payload, str]]) -> list[str]:
    """The recorded refusals of signals: command, payload, actor. A case takes one after the other."""
    before = len(await refusals(at.office, case))
    for name, payload, actor in sent:
        await at.office.handle(case).signal("command", {"name": name, "actor": actor, "payload": payload})
    await at.office.do(case, "comment", {"text": "after them"}, by=REQUESTER)
    return (await refusals(at.office, case))[before:]


EDGES: tuple[Services, ...] = (by_api, by_edge)
"""Whoever reaches Temporal itself (typing an update, sending a signal) knows its workflows: no case is hidden there,
and no rule is weaker."""


async def by_bulk(at: Hidden, actor: str, task: str) -> str | None:
    found = await at.api(actor, "POST", "/decisions", json={"tasks": [task], "outcome": "approve"})
    [line] = found.json()
    return None if line["recorded"] else str(line["code"])


async def by_page(at: Hidden, actor: str, task: str) -> int:
    """The status with which the pages answer."""
    async with browsing(at.office, actor) as browser:
        form = {"task": task, "do": "approve", "command_id": str(uuid4())}
        return (await browser.post("/tasks", form, on="/inbox")).status_code


# --- comparing answers -----------------------------------------------------------------------------------------------


def plain(found: httpx.Response, case: str) -> tuple[int, dict[str, str], str]:
    """All of an answer but the id that was sent, and what is new in every answer."""
    headers = {name: _NEW.sub("NEW", value).replace(case, "CASE") for name, value in found.headers.items()}
    if "content-encoding" in headers:  # how long it is compressed differs with the secret that is new on each page
        headers["content-length"] = str(len(found.content))
    for of_each_request in ("date", "x-request-id"):
        headers.pop(of_each_request, None)
    return found.status_code, headers, _NEW.sub("NEW", found.text).replace(case, "CASE")
