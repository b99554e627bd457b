"""The cases that someone may see, newest first, with what they are filtered by in the address."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from domain.kernel.errors import Refused
from edge import reading
from edge.reading import Trouble
from web.door import Opened
from web.identity.visitor import SignedIn
from web.rendering import page
from web.staff.surroundings import organisation_of, reader_of

router = APIRouter(include_in_schema=False)

PAGE = 25
Row = Mapping[str, Any]


@router.get("/cases")
async def cases(request: Request, door: Opened, visitor: SignedIn) -> Response:
    """`?process=`, `?open=1`, `?mine=1`, `?stuck=1`, `?overdue=1`, `?id=`; `?after=` is where the page before ended."""
    asked = request.query_params
    wanted = asked.get("id", "").strip()
    if wanted and await _exists(door, wanted, visitor.person):
        return RedirectResponse(f"/cases/{wanted}", 303)
    process = asked.get("process") if asked.get("process") in door.processes else None
    troubles: tuple[Trouble, ...] = ("stuck", "overdue")
    trouble = frozenset(each for each in troubles if asked.get(each))

    def is_wanted(row: Row) -> bool:
        return wanted in row["case"] and (not asked.get("mine") or _mine(row, visitor.person))

    after = asked.get("after", "")
    found = await reading.case_page(
        door,
        process=process,
        open_only=bool(asked.get("open")),
        reader=visitor.person,
        as_of=None,
        trouble=trouble,
        after=int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None,
        limit=PAGE,
        wanted=is_wanted,
    )
    reader = await reader_of(request, door, visitor, await organisation_of(door), found.rows)
    kept = {name: asked[name] for name in ("process", "open", "mine", "stuck", "overdue", "id") if asked.get(name)}
    shown = {
        "rows": found.rows,
        "next": urlencode({**kept, "after": found.after}) if found.after is not None else "",
        "first": "?" + urlencode(kept) if after else "",
        "asked": kept,
        "processes": sorted(door.processes),
        "reader": reader,
        "zone": str(reader.zone),
    }
    return page(request, "staff/cases.html", shown)


async def _exists(door: Opened, case: str, person: str) -> bool:
    try:
        await reading.show(door, case, as_of=None, reader=person)
    except Refused:
        return False
    return True


def _mine(row: Row, person: str) -> bool:
    waiting = row["waiting_on"]
    return row["requester"] == person or (isinstance(waiting, list) and person in waiting)
