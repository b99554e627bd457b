"""One case: its head on every tab, and by tab its summary, approvals, files and comments, history, and audit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import Response

from activities.record_cache import Records
from application.commands import attachments
from application.queries import reading
from application.queries.available_commands import commands_for
from application.queries.inbox_items import shared
from application.queries.returned import returned
from application.services import Services
from application.visibility import policy_viewer
from application.wording.order import by_name
from application.wording.reader import Reader
from application.wording.timeline import in_short
from domain.kernel.errors import Refused
from domain.kernel.policy import Policy
from domain.kernel.routing.eligibility import OPERATIONS
from domain.kernel.values.message import N_, Message
from domain.organisation.model import Organisation
from web.identity.visitor import SignedIn, Visitor
from web.own_pages import own_page
from web.rendering import page
from web.services import Opened
from web.staff import as_of, done
from web.staff import proceedings as found
from web.staff.case_steps import May, may
from web.staff.differences import differences
from web.staff.inbox import Card, cards
from web.staff.missing import missing
from web.staff.render_json import facts
from web.staff.route_picture import pictures
from web.staff.surroundings import named, reader_of, today_of, zone_in

router = APIRouter(include_in_schema=False)

Shown = dict[str, Any]
KEPT_APART = frozenset({"case", "holdings", "recording"})
"""Parts of a state that are no content: the case, which has its own places, and what only the rules read."""
TABS: Mapping[str, Message] = {
    "summary": N_("Summary"),
    "approvals": N_("Approvals"),
    "files": N_("Files and comments"),
    "history": N_("History"),
    "audit": N_("Audit"),
}
"""By the value of `?tab=`."""


@router.get("/cases/{case}")
async def case_page(request: Request, services: Opened, visitor: SignedIn, case: str) -> Response:
    """A case as this reader may see it, now or `?as_of=`. Raises Refused `bad-time`, `not-yet`."""
    records = await services.records()
    organisation = records.organisation
    then = as_of.asked(request, zone_in(organisation, visitor.person))
    at = then.at if then else None
    try:
        shown = await reading.show(services, case, as_of=at, reader=visitor.person)
    except Refused as refused:
        if refused.code != "no-such-case":
            raise
        return missing(request)
    rows = await reading.timeline(services, case, as_of=at, reader=visitor.person)
    every = rows if then is None else await reading.timeline(services, case, as_of=None, reader=visitor.person)
    noted = await done.told(request, services, visitor)
    mine = [] if then else await my_cards(services, visitor.person, records, case)
    told_of = [shown, every, noted, [card.mentions for card in mine]]
    reader = await reader_of(request, services, visitor, organisation, told_of)
    back = () if then else await returned(services, visitor.person, case=case)
    policy = records.policies.versions.get(_inside(shown).get("policy") or 0)
    tab = request.query_params.get("tab", "")
    told = {
        "tab": tab if tab in TABS else next(iter(TABS)),
        "tabs": TABS.items(),
        "everything": request.query_params.get("all") == "1",
        "steps": services.process(shown["process"]).steps,
        **await described(services, shown, rows, reader, policy=policy, organisation=organisation),
        "mine": mine,
        "returned": back,
        "may": May() if then else await my_means(services, visitor, organisation, shown),
        "as_of": then,
        "instants": as_of.instants(every),
        "noted": in_short(noted, reader) if noted else "",
        "zone": str(reader.zone),
        "command_id": str(uuid4()),
        "temporal_ui": services.settings.temporal_ui_of(case),
        "now": datetime.now(UTC).isoformat(),
    }
    return page(request, "staff/case.html", told, headers={"Cache-Control": "no-store"})


async def my_means(services: Services, visitor: Visitor, organisation: Organisation, shown: Shown) -> May:
    """What the visitor may probably do here."""
    unit, today = _inside(shown).get("unit"), today_of(organisation, visitor)
    operates = visitor.person in organisation.holders(OPERATIONS, unit if isinstance(unit, str) else None, today)
    return may(await commands_for(services, shown["case"], visitor.person), operates=operates)


async def my_cards(services: Services, person: str, records: Records, case: str) -> list[Card]:
    """The open tasks of this case that wait for somebody."""
    seen_by = await policy_viewer(services, person, records=records)
    rows = [row for row in await reading.waiting(services, seen_by) if row.case == case]
    return await cards(services, rows, seen_by, await shared(services, rows))


async def described(
    services: Services,
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
    comments, attached = found.listed(inside, "comments"), found.listed(inside, "attachments")
    own = {name: part for name, part in state.items() if name not in KEPT_APART and isinstance(part, dict | list)}
    places = replace(reader, names=named(organisation, reader))
    return {
        "case": shown,
        "inside": inside,
        "reader": reader,
        "names": places.names,
        "sees": sees,
        "amount": _amount(inside),
        "counts": {"files": len(comments) + len(attached)},
        "title": places.said(inside["title"]) if _is_message(inside.get("title")) else shown["case"],
        "content": facts(own, places) if sees else (),
        "own_page": own_page(shown["process"], shown["case"]) if sees else None,
        "pictures": pictures(inside, policy),
        "rulings": found.rulings(rows, reader),
        "insider": places,
        "lines": found.lines(rows, places),
        "differences": differences(rows, places),
        "stuck": found.stuck(inside, rows),
        "tasks": [(task, found.asked(task)) for task in found.tasks(inside)],
        "conditions": found.conditions(inside),
        "comments": comments[::-1],
        "overrides": found.listed(inside, "overrides"),
        "holds": found.holds(inside),
        "documents": await documents(services, attached),
        "people": sorted(reader.names.items(), key=lambda pair: by_name(pair[1])),
    }


async def documents(services: Services, attached: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], str]]:
    """Each file with its condition: kept, missing, altered, or erased with its person (KRN-52, KRN-54)."""
    return [(file, await attachments.condition(services, str(file["sha256"]))) for file in attached]


def _inside(shown: Shown) -> Shown:
    """The kernel's part of the state, empty where the reader sees nothing of the case."""
    inside = shown["state"].get("case")
    return inside if isinstance(inside, dict) and inside.get("hidden") is not True else {}


def _amount(inside: Shown) -> Shown | None:
    """That of the approval that was opened last; None where there is none, or it is hidden."""
    reviews = inside.get("reviews")
    known = (
        [one.get("amount") for one in reviews.values()]
        if isinstance(reviews, dict) and reviews.get("hidden") is not True
        else []
    )
    return next((one for one in reversed(known) if isinstance(one, dict) and "currency" in one), None)


def _is_message(value: Any) -> bool:
    return isinstance(value, dict) and "id" in value and "args" in value
