"""One case: where it stands, what was decided by whom on which content, what changed, and all that happened."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import Response

from activities.books import Records
from domain.kernel.errors import Refused
from domain.kernel.policy import Policy
from domain.kernel.routing.eligibility import OPERATIONS
from domain.organisation.model import Organisation
from edge.door import Door
from edge.looking import reading
from edge.looking.offered import shared
from edge.looking.offering import commands_for
from edge.looking.returned import returned
from edge.saying.reader import Reader
from edge.saying.telling import sentence
from edge.sending import attachments
from edge.sight import watcher
from web.door import Opened
from web.identity.visitor import SignedIn, Visitor
from web.rendering import page
from web.staff import as_of, done
from web.staff import proceedings as found
from web.staff.differences import differences
from web.staff.facts import facts
from web.staff.inbox import Card, cards
from web.staff.missing import missing
from web.staff.route_picture import pictures
from web.staff.standing_in_case import May, may
from web.staff.surroundings import named, reader_of, today_of, zone_in

router = APIRouter(include_in_schema=False)

Shown = dict[str, Any]


@router.get("/cases/{case}")
async def case_page(request: Request, door: Opened, visitor: SignedIn, case: str) -> Response:
    """A case as this reader may see it, now or `?as_of=`. Raises Refused `bad-time`, `not-yet`."""
    records = await door.records()
    organisation = records.organisation
    then = as_of.asked(request, zone_in(organisation, visitor.person))
    at = then.at if then else None
    try:
        shown = await reading.show(door, case, as_of=at, reader=visitor.person)
    except Refused as refused:
        if refused.code != "no-such-case":
            raise
        return missing(request)
    rows = await reading.timeline(door, case, as_of=at, reader=visitor.person)
    every = rows if then is None else await reading.timeline(door, case, as_of=None, reader=visitor.person)
    noted = await done.told(request, door, visitor)
    reader = await reader_of(request, door, visitor, organisation, [shown, every, noted])
    mine = [] if then else await my_cards(door, visitor.person, records, case)
    back = () if then else await returned(door, visitor.person, case=case)
    policy = records.policies.versions.get(_inside(shown).get("policy") or 0)
    told = {
        **await described(door, shown, rows, reader, policy=policy, organisation=organisation),
        "mine": mine,
        "returned": back,
        "may": May() if then else await my_means(door, visitor, organisation, shown),
        "as_of": then,
        "instants": as_of.instants(every),
        "noted": sentence(noted, reader) if noted else "",
        "zone": str(reader.zone),
        "command_id": str(uuid4()),
        "temporal_ui": door.settings.temporal_ui_of(case),
        "now": datetime.now(UTC).isoformat(),
    }
    return page(request, "staff/case.html", told, headers={"Cache-Control": "no-store"})


async def my_means(door: Door, visitor: Visitor, organisation: Organisation, shown: Shown) -> May:
    """What the visitor may probably do here."""
    unit, today = _inside(shown).get("unit"), today_of(organisation, visitor)
    operates = visitor.person in organisation.holders(OPERATIONS, unit if isinstance(unit, str) else None, today)
    return may(await commands_for(door, shown["case"], visitor.person), operates=operates)


async def my_cards(door: Door, person: str, records: Records, case: str) -> list[Card]:
    """The open tasks of this case that wait for somebody."""
    seen_by = await watcher(door, person, records=records)
    rows = [row for row in await reading.waiting(door, seen_by) if row.case == case]
    return await cards(door, rows, seen_by, await shared(door, rows))


async def described(
    door: Door,
    shown: Shown,
    rows: Sequence[Mapping[str, Any]],
    reader: Reader,
    *,
    policy: Policy | None,
    organisation: Organisation,
) -> Shown:
    """Everything that a reader sees of a case, ready for the template."""
    inside = _inside(shown)
    state = shown["state"]
    sees = state.get("hidden") is not True
    own = {name: part for name, part in state.items() if name != "case" and isinstance(part, dict | list)}
    places = replace(reader, names=named(organisation, reader))
    return {
        "case": shown,
        "inside": inside,
        "reader": reader,
        "names": places.names,
        "sees": sees,
        "title": reader.said(inside["title"]) if _is_message(inside.get("title")) else shown["case"],
        "content": facts(own, places) if sees else (),
        "pictures": pictures(inside, policy),
        "rulings": found.rulings(rows, reader),
        "insider": places,
        "lines": found.lines(rows, places),
        "differences": differences(rows, places),
        "stuck": found.stuck(inside, rows),
        "tasks": [(task, found.asked(task)) for task in found.tasks(inside)],
        "conditions": found.conditions(inside),
        "comments": found.listed(inside, "comments")[::-1],
        "overrides": found.listed(inside, "overrides"),
        "holds": found.holds(inside),
        "documents": await documents(door, found.listed(inside, "attachments")),
        "people": sorted(reader.names.items(), key=lambda pair: pair[1]),
    }


async def documents(door: Door, attached: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], str]]:
    """Each file with its condition: kept, missing, altered, or erased with its person (KRN-52, KRN-54)."""
    return [(file, await attachments.condition(door, str(file["sha256"]))) for file in attached]


def _inside(shown: Shown) -> Shown:
    """The kernel's part of the state, empty where the reader sees nothing of the case."""
    inside = shown["state"].get("case")
    return inside if isinstance(inside, dict) and inside.get("hidden") is not True else {}


def _is_message(value: Any) -> bool:
    return isinstance(value, dict) and "id" in value and "args" in value
