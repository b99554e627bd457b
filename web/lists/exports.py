"""Lists of one's own work as files for spreadsheets."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries import reading
from application.visibility import policy_viewer
from runtime.translations import catalogue, worded
from web.identity.visitor import SignedIn
from web.lists.sheets import MOST, Ending, sheet
from web.services import Opened
from web.staff.surroundings import reader_of

router = APIRouter(include_in_schema=False)


@router.get("/inbox.{ending}")
async def sheet_of_inbox(request: Request, services: Opened, visitor: SignedIn, ending: Ending) -> Response:
    """All that waits for the reader, also for others, the most urgent first."""
    seen_by = await policy_viewer(services, visitor.person)
    rows = (await reading.waiting(services, seen_by))[:MOST]
    told = [text for row in rows for text in (row.title, row.case_title, row.principal)]
    reader = await reader_of(request, services, visitor, seen_by.viewer.organisation, told)
    _ = catalogue(reader.code).gettext
    cells = [
        [
            reader.said(row.title),
            reader.said(row.case_title),
            row.case,
            worded(row.process, reader.code),
            reader.person(row.principal) if row.principal else "",
            f"{row.due_at.astimezone(reader.zone):%Y-%m-%d %H:%M}",
        ]
        for row in rows
    ]
    return await sheet("inbox", ending, [_("Task"), _("Title"), _("Case"), _("Process"), _("For"), _("Due")], cells)
