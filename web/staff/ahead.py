"""The organisation as it stands and as it is about to change: chart, vacancies, who acts for whom, the next 90 days."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.administration import delegations
from application.queries.reports import organisation_at
from application.services import Services
from application.wording.reader import position_titles, unit_names
from domain.kernel.values.message import N_, Message
from domain.organisation.ahead import Kind, coming, last_day, second_seats, vacancies
from domain.organisation.browsing import headcount
from domain.organisation.model import Organisation, Position
from runtime.translations import catalogue
from web.charts import Chart, Entry, outline
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff import as_of
from web.staff.organisation import shown_day
from web.staff.paging import part
from web.staff.places import depths
from web.staff.surroundings import zone_of

router = APIRouter(include_in_schema=False)
MOST = 50
"""Rows of a table at most, to keep the page small; how many there are is said, and each unit lists its own."""
MOST_UNITS = 40
"""Units in the picture at most; it ends at the level where they are more."""
HAPPENS: dict[Kind, Message] = {
    "joins": N_("Joins"),
    "moves": N_("Moves to"),
    "leaves": N_("Leaves"),
    "acting-begins": N_("Acting begins"),
    "acting-ends": N_("Acting ends"),
    "role-begins": N_("Role begins"),
    "role-ends": N_("Role ends"),
    "limit-begins": N_("Limit begins"),
    "limit-ends": N_("Limit ends"),
    "unit-ends": N_("Unit ends"),
}


@router.get("/organisation/ahead")
async def ahead(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """What every colleague may know: units and who heads them, open positions, stand-ins, planned changes (KRN-42)."""
    zone, language = await zone_of(services, visitor.person), reader_language(request)
    asked = as_of.asked(request, zone)
    at = asked.at if asked else None
    organisation = await organisation_at(services, at)
    day = shown_day(organisation, visitor, asked)
    open_, planned = vacancies(organisation, day), part(request, coming(organisation, day))
    seats = second_seats(organisation, day)
    standing_in = await _standing_in(services, at)
    drawn = _drawn(organisation)
    heads = _heads(organisation, [unit for unit, _ in drawn], day)
    people = {one for each in open_[:MOST] for one in (each.acting, each.following)}
    people |= {each.person for each in planned.rows} | {each.person for each in seats[:MOST]} | set(heads.values())
    people |= {row[who] for row in standing_in[:MOST] for who in ("principal", "delegate")}
    names = await services.people.names(sorted(one for one in people if one), language)
    units = unit_names(organisation, language)
    shown: dict[str, Any] = {
        "as_of": asked,
        "zone": zone,
        "most": MOST,
        "chart": _chart(drawn, heads, headcount(organisation, day), units | names, language),
        "vacancies": open_,
        "seats": [(each, last_day(organisation, each)) for each in seats],
        "standing_in": standing_in,
        "planned": planned,
        "happens": HAPPENS,
        "names": names,
        "units": units,
        "titles": position_titles(organisation, language),
    }
    return page(request, "staff/ahead.html", shown)


async def _standing_in(services: Services, at: datetime | None) -> list[dict[str, Any]]:
    """Delegations that hold now, without what was said about why."""
    rows = [row for row in await delegations.delegations(services, as_of=at) if row["state"] == "active"]
    return [
        {who: row[who] for who in ("principal", "delegate")}
        | {name: datetime.fromisoformat(row[name]) for name in ("from", "until")}
        for row in rows
    ]


def _drawn(organisation: Organisation) -> list[tuple[str, int]]:
    """Units down to the level at which they still find room in one picture."""
    tree = depths(organisation)
    levels = sorted(depth for _, depth in tree)
    deepest = levels[MOST_UNITS] - 1 if len(levels) > MOST_UNITS else max(levels, default=0)
    return [(unit, depth) for unit, depth in tree if depth <= max(deepest, 0)][:MOST_UNITS]


def _heads(organisation: Organisation, units: Sequence[str], day: date) -> dict[str, str]:
    """By unit who holds its highest position, if somebody does."""
    highest: dict[str, Position] = {}
    for seat in organisation.positions.values():
        best = highest.get(seat.unit)
        if best is None or (-seat.grade, seat.id) < (-best.grade, best.id):
            highest[seat.unit] = seat
    found = {unit: organisation.holder_of(highest[unit].id, day) for unit in units if unit in highest}
    return {unit: holder for unit, holder in found.items() if holder}


def _chart(
    drawn: Sequence[tuple[str, int]],
    heads: Mapping[str, str],
    counts: Mapping[str, int],
    names: Mapping[str, str],
    language: str,
) -> Chart:
    gettext = catalogue(language).gettext
    head = {unit: names[heads[unit]] if unit in heads else gettext("vacant") for unit, _ in drawn}
    return outline(
        "units",
        gettext("Units and who heads them"),
        gettext("Each unit under the one it belongs to, with who heads it and how many work in it and below it."),
        [Entry(depth, names[unit], head[unit], str(counts[unit])) for unit, depth in drawn],
        columns=(gettext("Unit"), gettext("Part of"), gettext("Headed by"), gettext("People")),
        rows=[
            (names[unit], names.get(above, "–") if above else "–", head[unit], str(counts[unit]))
            for (unit, _), above in zip(drawn, _above(drawn), strict=True)
        ],
    )


def _above(drawn: Sequence[tuple[str, int]]) -> list[str | None]:
    """The unit that each one is part of."""
    last, found = dict[int, str](), list[str | None]()
    for unit, depth in drawn:
        found.append(last.get(depth - 1))
        last[depth] = unit
    return found
