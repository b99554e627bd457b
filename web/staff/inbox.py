"""What waits for me, for my groups, and for those I stand in for: the overdue first, decided in place."""

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries import reading
from application.queries.inbox_items import Offered, offered, shared
from application.queries.returned import returned
from application.services import Services
from application.visibility import PolicyViewer, policy_viewer
from application.wording.budget_effects import effects_told
from application.wording.timeline import sentence
from domain.kernel.showing.viewer import Viewer
from domain.kernel.values.calendar import ALWAYS
from domain.kernel.values.message import N_, Message
from domain.organisation.model import Organisation
from readmodels.rows import InboxRow
from web.identity.sessions import records_of
from web.identity.visitor import SignedIn
from web.rendering import page
from web.services import Opened
from web.staff import done, worktime
from web.staff.surroundings import reader_of

router = APIRouter(include_in_schema=False)

PAGE = 10
"""Tasks on one page: with its styles it stays under 60 kB, whatever is waiting."""

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

    row: InboxRow
    about: Offered
    left: Message
    command_id: str
    organisation: Organisation

    def effects(self, language: str) -> list[tuple[str, bool]]:
        """What it does to budget lines, each with whether it breaks one (BUD-06)."""
        return effects_told(self.about.checks, self.organisation, language)

    @property
    def decides(self) -> bool:
        return self.row.command == "decide"

    @property
    def mentions(self) -> tuple[object, ...]:
        """Where people are named."""
        about = self.about
        told = (about.requester, about.question, about.by, about.waiting_for, about.why)
        return self.row.title, self.row.case_title, self.row.principal, *told


@router.get("/inbox")
async def inbox(request: Request, services: Opened, visitor: SignedIn) -> Response:
    seen_by = await policy_viewer(services, visitor.person, records=records_of(request))
    rows = sorted(await reading.waiting(services, seen_by), key=lambda row: (not row.overdue, row.due_at))
    several = await shared(services, rows)
    kinds = [_kinds(row, several) for row in rows]
    show = request.query_params.get("show", "all")
    chosen = [row for row, of in zip(rows, kinds, strict=True) if show in of] if show in SECTIONS else rows
    number = _page_number(request, len(chosen))
    part = await cards(services, chosen[(number - 1) * PAGE : number * PAGE], seen_by, several)
    counts = Counter(chain.from_iterable(kinds))
    noted = await done.told(request, services, visitor)
    back = await returned(services, visitor.person) if show not in ("late", "groups", "others") else ()
    told = [noted, *(text for card in part for text in card.mentions)]
    told += [text for one in back for text in one.mentions]
    reader = await reader_of(request, services, visitor, seen_by.viewer.organisation, told)
    shown = {
        "cards": part,
        "returned": back,
        "sections": [(name, title, counts[name]) for name, title in SECTIONS.items()],
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


def _kinds(row: InboxRow, several: Container[str]) -> tuple[str, ...]:
    """The sections that a task belongs to."""
    whose = "others" if row.delegation else "groups" if row.task in several else "mine"
    return ("all", whose, "late") if row.overdue else ("all", whose)


def _page_number(request: Request, total: int) -> int:
    asked = request.query_params.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    return min(max(number, 1), max(1, -(-total // PAGE)))


async def cards(
    services: Services, rows: Sequence[InboxRow], seen_by: PolicyViewer, several: Container[str]
) -> list[Card]:
    """Each form has a command id of its own, so that two of one page are two commands."""
    seen = await reading.asked(services, rows, seen_by)
    about = await offered(services, rows, seen, several)
    left = _clock(seen_by.viewer)
    return [
        Card(
            reading.as_seen(row, seen[row.case]),
            about[row.task],
            left(row),
            command_id=str(uuid4()),
            organisation=seen_by.viewer.organisation,
        )
        for row in rows
    ]


def _clock(reader: Viewer) -> Callable[[InboxRow], Message]:
    """How much of the reader's working time is left for a task. On hold the clock stands (KRN-32)."""
    known = reader.person in reader.organisation.people
    calendar = reader.organisation.calendar_of(reader.person) if known else ALWAYS
    day = calendar.day_length()

    def left(row: InboxRow) -> Message:
        if row.on_hold:
            return N_("on hold: the clock stands")
        return worktime.left(calendar, reader.now, row.due_at, day=day)

    return left
