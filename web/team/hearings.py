"""Hearings with their clock, for those with a part in them: nobody else learns that there is one (DIS-09)."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries import listing, reading
from application.services import Services
from domain.kernel.values.calendar import Calendar
from domain.kernel.values.message import Message
from domain.people.discipline.terms import PROCESS
from readmodels import Wanted
from web.identity.visitor import SignedIn
from web.rendering import page
from web.services import Opened
from web.staff import worktime
from web.staff.surroundings import organisation_of, reader_of, today_of

router = APIRouter(include_in_schema=False)
PAGE = 25
BEGINS = time(9)
"""No hearing says at which hour it is: its clock runs until the morning of its day."""

Shown = dict[str, Any]


@router.get("/team/hearings")
async def hearings(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Each case that is shown here is read, and the read is recorded as any other."""
    organisation = await organisation_of(services)
    day = today_of(organisation, visitor)
    wanted = Wanted(process=PROCESS, open_only=True)
    found = await listing.case_page(services, wanted, reader=visitor.person, limit=PAGE)
    calendar = organisation.calendar_of(visitor.person) if visitor.person in organisation.people else None
    read = [await _hearing(services, row["case"], visitor.person, day, calendar) for row in found.rows]
    rows = [row for row in read if row is not None]
    rows.sort(key=lambda row: (row["on"] is None, row["on"] or day))
    reader = await reader_of(request, services, visitor, organisation, rows)
    shown = {"rows": rows, "reader": reader, "zone": str(reader.zone), "more": found.after is not None}
    return page(request, "team/hearings.html", shown, headers={"Cache-Control": "no-store"})


async def _hearing(services: Services, case: str, person: str, day: date, calendar: Calendar | None) -> Shown | None:
    """The hearing of one case; `left` is the working time until it. None for who reported and is told no more."""
    told = await reading.show(services, case, as_of=None, reader=person)
    state = told["state"]
    if "hearing" not in state:
        return None
    hearing = state["hearing"]
    hearing = hearing if isinstance(hearing, dict) and "on" in hearing else None
    on = date.fromisoformat(hearing["on"]) if hearing else None
    return {
        "case": case,
        "title": (state.get("case") or {}).get("title"),
        "stage": told["stage"],
        "on": on,
        "place": hearing["place"] if hearing else "",
        "held": bool(hearing and hearing.get("attendance")),
        "left": _left(calendar, on) if calendar and on and on >= day else None,
        "due": min((task["timing"]["due_at"] for task in told["tasks"] if "timing" in task), default=None),
    }


def _left(calendar: Calendar, on: date) -> Message:
    now = datetime.now(UTC)
    return worktime.left(calendar, now, max(datetime.combine(on, BEGINS, ZoneInfo(calendar.zone)), now))
