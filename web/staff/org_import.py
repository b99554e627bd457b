"""HR's file on a page: what it would change, and the word of whoever confirms it (ORG-09, ORG-02).

Only for HR partners of the whole company and for operations. Between the plan and the word nothing is kept here: the
form carries the file, and what is confirmed is the plan that was shown, or it is shown anew.
"""

import asyncio
import hashlib
import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from application.administration import office
from application.administration.office import Ask, Planned
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.values.message import N_, Message
from domain.organisation.browsing import may_import
from web.identity.visitor import SignedIn, Visitor, signed_in
from web.languages import reader_language
from web.refusals import sentence
from web.rendering import page
from web.services import Opened
from web.staff.forms import form_with_file, text
from web.staff.sent_file import IN_A_FORM, LARGEST, SentFile, sent_file
from web.staff.surroundings import organisation_of, today_of

router = APIRouter(include_in_schema=False)
MOST_ROWS: Final = 200
_busy = asyncio.Lock()
KINDS: tuple[tuple[str, Message], ...] = (
    ("joiners", N_("Joiners")),
    ("movers", N_("Movers")),
    ("leavers", N_("Leavers")),
    ("renames", N_("Renamed")),
    ("missing", N_("Not in the file")),
)


@dataclass(frozen=True)
class Sent(SentFile):
    """A file as it came, and how it is to be taken."""

    ask: Ask


@router.get("/organisation/import")
async def form(request: Request, services: Opened, visitor: SignedIn) -> Response:
    await _allowed(services, visitor)
    return page(request, "staff/org_import.html", _blank())


@router.post("/organisation/import")
async def run(request: Request, services: Opened) -> Response:
    """The plan of a file, or, with the word `confirm`, the import of the plan that was shown."""
    visitor = signed_in(request)
    await _allowed(services, visitor)
    form = await form_with_file(request, largest=LARGEST, texts=IN_A_FORM)
    shown = _blank()
    try:
        sent = await _sent(form)
        today = today_of(await organisation_of(services), visitor)
        planned = await _plan(services, sent, today)
        shown |= {"sent": sent, "fingerprint": _fingerprint(planned)}
        if "confirm" in form:
            if text(form, "fingerprint") == shown["fingerprint"]:
                done = await office.carry_out(
                    services, planned, actor=visitor.person, ask=sent.ask, channel=visitor.channel
                )
                return page(request, "staff/org_import.html", _blank() | {"done": done})
            shown["changed"] = True
    except Refused as refused:
        if refused.code in ("stale-form", "bad-form", "too-many"):
            raise
        problems = [str(each) for each in refused.details.get("problems", ())]
        return page(
            request,
            "staff/org_import.html",
            _blank() | {"problems": problems or [sentence(refused, reader_language(request))]},
            400,
        )
    shown |= await _told(services, planned, reader_language(request))
    return page(request, "staff/org_import.html", shown)


async def _allowed(services: Services, visitor: Visitor) -> None:
    organisation = await organisation_of(services)
    if not may_import(organisation, visitor.person, today_of(organisation, visitor)):
        raise Refused(
            "not-your-import",
            "A file of HR changes who decides everywhere: it is for HR partners of the whole company and for "
            "operations. Ask one of them.",
        )


def _blank() -> dict[str, Any]:
    return {"problems": [], "planned": None, "done": None, "sent": None, "changed": False, "most": MOST_ROWS}


async def _sent(form: FormData) -> Sent:
    """Raises Refused `no-file`, and as `sent_file`."""
    file = await sent_file(form, missing=Refused("no-file", "Choose the file of HR: CSV or XLSX."))
    return Sent(file.name, file.data, Ask(complete="complete" in form, skip_bad="skip_bad" in form))


async def _plan(services: Services, sent: Sent, today: date) -> Planned:
    """One at a time in this server: a plan is work for a processor, and others want to decide."""
    if _busy.locked():
        raise Refused("too-many", "Somebody else is trying a file just now; repeat this in a minute.")
    async with _busy:
        return await _planned(services, sent, today)


async def _planned(services: Services, sent: Sent, today: date) -> Planned:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / sent.name
        path.write_bytes(sent.data)
        return await office.plan_organisation(services, [path], today=today, ask=sent.ask)


def _fingerprint(planned: Planned) -> str:
    said = json.dumps([datetime.now(UTC).date().isoformat(), planned.told()], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


async def _told(services: Services, planned: Planned, language: str) -> dict[str, Any]:
    """Each kind with its people: id, name, first day."""
    told = planned.told()
    days = {(one["change"], one["id"]): one.get("effective", "") for one in told["changes"]}
    by_file = {one.record.id: one.details.name for one in planned.people if one.details}
    ids = {person for people in told["people"].values() for person in people[:MOST_ROWS]}
    known = await services.people.names(sorted(ids - by_file.keys()), language)
    names = known | {
        one: name.get(language) or next((each for each in name.values() if each), one) for one, name in by_file.items()
    }
    groups = []
    for name, title in KINDS:
        people = told["people"][name]
        rows = [
            (
                one,
                names.get(one, one),
                next((days[kind, one] for kind in office.KINDS[name] if (kind, one) in days), ""),
            )
            for one in people[:MOST_ROWS]
        ]
        groups.append((title, len(people), rows))
    about = {one for people in told["people"].values() for one in people}
    return {
        "planned": told,
        "groups": groups,
        "others": sum(one["id"] not in about for one in told["changes"]),
        "can": (not told["problems"] or not planned.blocked) and bool(told["changes"]),
    }
