"""A file of what was booked elsewhere, on a page: shown first with every wrong row, then booked whole (BUD-05).

Between the plan and the word nothing is kept here: the form carries the file. A document number is booked once, ever,
so a form that is sent twice books nothing twice.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.commands.actuals import import_actuals
from application.services import Services
from domain.kernel.errors import Refused
from web.identity.visitor import SignedIn, Visitor, signed_in
from web.languages import reader_language
from web.money.asked import surroundings
from web.refusals import sentence
from web.rendering import page
from web.services import Opened
from web.staff.forms import form_with_file
from web.staff.sent_file import IN_A_FORM, LARGEST, SentFile, sent_file

router = APIRouter(include_in_schema=False)
ADDRESS = "/money/import"
MOST_PROBLEMS = 500
_busy = asyncio.Lock()


@router.get(ADDRESS)
async def form(request: Request, services: Opened, visitor: SignedIn) -> Response:
    await _allowed(services, visitor)
    return _page(request)


@router.post(ADDRESS)
async def run(request: Request, services: Opened) -> Response:
    """What a file would book, or, with the word `confirm`, the booking."""
    visitor = signed_in(request)
    await _allowed(services, visitor)
    sent = await form_with_file(request, largest=LARGEST, texts=IN_A_FORM)
    try:
        file = await sent_file(sent, missing=Refused("no-file", "Choose the file of bookings: CSV or XLSX."))
        told = await _taken(services, file, visitor, plan="confirm" not in sent)
    except Refused as refused:
        if refused.code in ("stale-form", "bad-form", "too-many"):
            raise
        problems = [str(each) for each in refused.details.get("problems", ())]
        return _page(request, 400, problems=problems or [sentence(refused, reader_language(request))])
    return _page(request, done=told) if told["booked"] else _page(request, planned=told, sent=file)


def _page(request: Request, status: int = 200, **shown: Any) -> Response:
    blank: dict[str, Any] = {"problems": [], "planned": None, "done": None, "sent": None, "most": MOST_PROBLEMS}
    return page(request, "money/booking.html", blank | shown, status)


async def _allowed(services: Services, visitor: Visitor) -> None:
    """For those who see a budget line; which lines they may book on is decided with the file."""
    _organisation, seen = await surroundings(services, visitor)
    if not seen.lines:
        raise Refused("not-your-lines", "Bookings are for owners and controllers of budget lines; ask one of them.")


async def _taken(services: Services, file: SentFile, visitor: Visitor, *, plan: bool) -> dict[str, Any]:
    """One at a time in this server: a file is work for a processor, and others want to decide."""
    if _busy.locked():
        raise Refused("too-many", "Somebody else is trying a file just now; repeat this in a minute.")
    async with _busy:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / file.name
            path.write_bytes(file.data)
            return await import_actuals(services, path, visitor.actor, plan=plan)
