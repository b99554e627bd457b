"""What waits for me, for my groups, and for those I stand in for: the overdue first, decided in place."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4, uuid5

from fastapi import APIRouter, Request
from starlette.responses import Response

from domain.kernel.calendar import ALWAYS, Calendar
from domain.kernel.errors import Refused
from domain.kernel.message import N_, Message
from domain.organisation.model import Organisation
from edge import reading
from edge.offered import Offered, offered, shared
from edge.telling import sentence
from web.door import Opened
from web.identity.visitor import SignedIn, Visitor
from web.rendering import page
from web.staff import done, worktime
from web.staff.surroundings import organisation_of, reader_of

router = APIRouter(include_in_schema=False)

PAGE = 12
"""Tasks on one page: with its styles it stays under 60 kB, whatever is waiting."""

Row = dict[str, Any]
SECTIONS: Mapping[str, Message] = {
    "all": N_("All"),
    "late": N_("Overdue"),
    "mine": N_("Mine"),
    "groups": N_("My groups"),
    "others": N_("For others"),
}
"""What can be looked at by itself, by the value of `?show=`."""


@dataclass(frozen=True)
class Card:
    """One task as the page shows it."""

    row: Row
    about: Offered
    left: Message
    command_id: str
    claimed: bool = False

    @property
    def decides(self) -> bool:
        return bool(self.row["command"] == "decide")


@router.get("/inbox")
async def inbox(request: Request, door: Opened, visitor: SignedIn) -> Response:
    organisation = await organisation_of(door)
    rows = sorted(await reading.inbox(door, visitor.person), key=lambda row: (not row["overdue"], row["due_at"]))
    several = await shared(door, rows)
    kinds = {row["task"]: _kinds(row, several) for row in rows}
    show = request.query_params.get("show", "all")
    chosen = [row for row in rows if show in kinds[row["task"]]] if show in SECTIONS else rows
    number = _page_number(request, len(chosen))
    part = chosen[(number - 1) * PAGE : number * PAGE]
    about = await offered(door, part, visitor.person, several)
    noted = await done.told(request, door, visitor)
    reader = await reader_of(
        request, door, visitor, organisation, [part, [each.requester for each in about.values()], noted]
    )
    shown = {
        "cards": cards(part, about, organisation, visitor),
        "sections": [(name, title, sum(name in kind for kind in kinds.values())) for name, title in SECTIONS.items()],
        "show": show if show in SECTIONS else "all",
        "total": len(chosen),
        "number": number,
        "pages": max(1, -(-len(chosen) // PAGE)),
        "reader": reader,
        "zone": str(reader.zone),
        "bulk_id": str(uuid4()),
        "noted": sentence(noted, reader) if noted else "",
        "noted_case": noted["case"] if noted else "",
    }
    return page(request, "staff/inbox.html", shown)


def _kinds(row: Row, several: Container[str]) -> set[str]:
    """The sections that a task belongs to."""
    whose = "others" if row["for"] else "groups" if row["task"] in several else "mine"
    return {"all", whose, *(["late"] if row["overdue"] else [])}


def _page_number(request: Request, total: int) -> int:
    asked = request.query_params.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    return min(max(number, 1), max(1, -(-total // PAGE)))


def cards(
    rows: Sequence[Row], about: Mapping[str, Offered], organisation: Organisation, visitor: Visitor
) -> list[Card]:
    """Each form has a command id of its own, so that two of one page are two commands."""
    now, made = datetime.now(UTC), uuid4()
    calendar = calendar_of(organisation, visitor.person)
    return [
        Card(
            row=row,
            about=about[row["task"]],
            left=_left(row, calendar, now),
            command_id=str(uuid5(made, row["task"])),
        )
        for row in rows
    ]


def _left(row: Row, calendar: Calendar, now: datetime) -> Message:
    """On hold the clock stands (KRN-32)."""
    if row["on_hold"]:
        return N_("on hold: the clock stands")
    try:
        return worktime.left(calendar, now, datetime.fromisoformat(row["due_at"]))
    except Refused:  # a calendar without working time
        return N_("no working time is known")


def calendar_of(organisation: Organisation, person: str) -> Calendar:
    return organisation.calendar_of(person) if person in organisation.people else ALWAYS
