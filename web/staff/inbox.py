"""What waits for me, for my groups, and for those I stand in for: rows by when they are due, one of them open beside.

`?task=` opens a task, `?next=` the one that follows what was just decided: on a phone only the first covers the list.
"""

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries import reading
from application.queries.inbox_items import Offered, decided_before, offered, shared
from application.queries.returned import returned
from application.services import Services
from application.visibility import PolicyViewer, policy_viewer
from application.wording.budget_effects import effects_told
from application.wording.reader import Reader
from application.wording.timeline import in_short
from domain.kernel.showing.viewer import Viewer
from domain.kernel.values.calendar import ALWAYS
from domain.kernel.values.message import N_, Message
from domain.organisation.model import Organisation
from readmodels.rows import InboxRow
from web.identity.sessions import records_of
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff import done, worktime
from web.staff.due import GROUPS, LATER, chip, group
from web.staff.proceedings import rulings
from web.staff.render_json import StoredEvent, facts
from web.staff.surroundings import named, reader_of, zone_in

router = APIRouter(include_in_schema=False)

PAGE = 40
"""Tasks on one page: they fit a desk's screen, and with its styles the page stays small, whatever is waiting."""

LONGEST_NUMBER = 7

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
    """One task as the page shows it. `before` are the decisions of the same approval, the newest first."""

    row: InboxRow
    about: Offered
    left: Message
    command_id: str
    organisation: Organisation

    def effects(self, language: str) -> list[tuple[str, bool]]:
        """What it does to budget lines, each with whether it breaks one (BUD-06)."""
        return effects_told(self.about.checks, self.organisation, language)

    before: Sequence[Mapping[str, Any]] = ()

    @property
    def decides(self) -> bool:
        return self.row.command == "decide"

    @property
    def mentions(self) -> tuple[object, ...]:
        """Where people are named."""
        about = self.about
        told = (about.requester, about.question, about.by, about.waiting_for, about.why, about.data, self.before)
        return self.row.title, self.row.case_title, self.row.principal, *told


@dataclass(frozen=True)
class Line:
    """One task as a row of the list."""

    row: InboxRow
    about: Offered
    due: Message
    group: str

    @property
    def decides(self) -> bool:
        return self.row.command == "decide"


@dataclass(frozen=True)
class Listed:
    """The page of the list, and what is open beside it; `explicit` if it was asked for by name."""

    lines: Sequence[Line]
    open: Card | None
    explicit: bool
    following: str

    @property
    def groups(self) -> list[tuple[str, Message, list[Line]]]:
        """The groups in which something is, in order, with their rows."""
        found = [(name, title, [line for line in self.lines if line.group == name]) for name, title in GROUPS.items()]
        return [(name, title, lines) for name, title, lines in found if lines]

    @property
    def mentions(self) -> list[object]:
        told = [(line.row.case_title, line.row.title, line.row.principal, line.about.requester) for line in self.lines]
        return [told, self.open.mentions if self.open else ()]


@router.get("/inbox")
async def inbox(request: Request, services: Opened, visitor: SignedIn) -> Response:
    seen_by = await policy_viewer(services, visitor.person, records=records_of(request))
    rows = sorted(await reading.waiting(services, seen_by), key=lambda row: (not row.overdue, row.on_hold, row.due_at))
    several = await shared(services, rows)
    kinds = [_kinds(row, several) for row in rows]
    show = request.query_params.get("show", "all")
    chosen = [row for row, of in zip(rows, kinds, strict=True) if show in of] if show in SECTIONS else rows
    number = _page_number(request, chosen)
    part = await _listed(request, services, chosen[(number - 1) * PAGE : number * PAGE], seen_by, several)
    counts = Counter(chain.from_iterable(kinds))
    noted = await done.told(request, services, visitor)
    back = await returned(services, visitor.person) if show not in ("late", "groups", "others") else ()
    told = [noted, *part.mentions, *(text for one in back for text in one.mentions)]
    reader = await reader_of(request, services, visitor, seen_by.viewer.organisation, told)
    places = replace(reader, names=named(seen_by.viewer.organisation, reader))
    shown = {
        "listed": part,
        "content": _content(part.open, places),
        "rulings": rulings(part.open.before, reader) if part.open else (),
        "returned": back,
        "sections": [(name, title, counts[name]) for name, title in SECTIONS.items()],
        "show": show if show in SECTIONS else "all",
        "total": len(chosen),
        "number": number,
        "pages": max(1, -(-len(chosen) // PAGE)),
        "reader": places,
        "zone": str(reader.zone),
        "bulk_id": str(uuid4()),
        "noted": in_short(noted, places) if noted else "",
        "noted_case": noted["case"] if noted else "",
    }
    return page(request, "staff/inbox.html", shown)


async def _listed(
    request: Request, services: Services, rows: Sequence[InboxRow], seen_by: PolicyViewer, several: Container[str]
) -> Listed:
    """The rows, and the one that is open: the one that was asked for, else the first."""
    seen = await reading.asked(services, rows, seen_by)
    about = await offered(services, rows, seen, several)
    zone, now, language = (
        ZoneInfo(zone_in(seen_by.viewer.organisation, seen_by.viewer.person)),
        seen_by.viewer.now,
        reader_language(request),
    )
    lines = [
        Line(
            reading.as_seen(row, seen[row.case]), about[row.task], chip(row.due_at, now, zone, language),
            LATER if row.on_hold else group(row.due_at, now, zone),
        )
        for row in rows
    ]  # fmt: skip
    asked = request.query_params.get("task") or request.query_params.get("next")
    tasks = [line.row.task for line in lines]
    at = tasks.index(asked) if asked in tasks else 0
    opened = None
    if lines:
        [opened] = await cards(services, [rows[at]], seen_by, several)
        opened = replace(opened, before=await decided_before(services, rows[at], seen[rows[at].case]))
    after = [*tasks[at + 1 :], *tasks[:at]]
    return Listed(lines, opened, request.query_params.get("task") in tasks, after[0] if after else "")


def _content(card: Card | None, reader: Reader) -> tuple[StoredEvent, ...]:
    """What is decided on, but for what says why, which stands first."""
    if card is None:
        return ()
    first = {name for name, _ in card.about.why}
    return facts({name: value for name, value in card.about.data.items() if name not in first}, reader)


def _kinds(row: InboxRow, several: Container[str]) -> tuple[str, ...]:
    """The sections that a task belongs to."""
    whose = "others" if row.delegation else "groups" if row.task in several else "mine"
    return ("all", whose, "late") if row.overdue else ("all", whose)


def _page_number(request: Request, rows: Sequence[InboxRow]) -> int:
    """The page that is asked for, by itself or by a task on it."""
    asked, last = request.query_params.get("page", ""), max(1, -(-len(rows) // PAGE))
    if asked.isascii() and asked.isdigit() and len(asked) < LONGEST_NUMBER:
        return min(max(int(asked), 1), last)
    wanted = request.query_params.get("task") or request.query_params.get("next")
    return next((at // PAGE + 1 for at, row in enumerate(rows) if row.task == wanted), 1)


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
