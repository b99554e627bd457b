"""The organisation: units as a tree with their positions and people, search, roles and limits, calendars, changes."""

from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries import browsing
from application.queries.reports import organisation_at
from application.services import Services
from application.wording.reader import position_titles, unit_names
from domain.kernel.errors import Refused
from domain.organisation.ahead import last_day
from domain.organisation.browsing import headcount, may_import, positions_in
from domain.organisation.model import Organisation
from web.identity.visitor import SignedIn, Visitor
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff import as_of
from web.staff.org_changes import lines
from web.staff.paging import part
from web.staff.places import depths
from web.staff.surroundings import organisation_of, seen_limits, zone_of

router = APIRouter(include_in_schema=False)
LONGEST_SEARCH = 80


@router.get("/organisation")
async def units(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """One unit, the top one if none is named, or what was searched for."""
    zone, language = await zone_of(services, visitor.person), reader_language(request)
    asked = as_of.asked(request, zone)
    organisation = await organisation_at(services, asked.at if asked else None)
    day = shown_day(organisation, visitor, asked)
    text = request.query_params.get("q", "").strip()[:LONGEST_SEARCH]
    tree = depths(organisation)
    shown: dict[str, Any] = {
        "as_of": asked,
        "zone": zone,
        "text": text,
        "tree": tree,
        "counts": headcount(organisation, day),
        "units": unit_names(organisation, language),
        "titles": position_titles(organisation, language),
        "unit": None,
    }
    if text:
        return page(
            request, "staff/organisation.html", shown | await _search(request, services, organisation, text, day)
        )
    unit = request.query_params.get("unit") or next((name for name, _ in tree), None)
    if unit is not None and unit not in organisation.units:
        raise Refused("no-such-unit", "There is no unit {unit}; check its id.", unit=unit[:80])
    if unit is not None:
        shown |= await _unit(request, services, organisation, unit, day, visitor)
    return page(request, "staff/organisation.html", shown)


async def _search(
    request: Request, services: Services, organisation: Organisation, text: str, day: date
) -> dict[str, Any]:
    found = part(request, await browsing.found_people(services, organisation, text))
    names = await services.people.names(found.rows, reader_language(request))
    rows = [(person, organisation.people[person].position_on(day), organisation.unit_of(person, day),
             organisation.works_here(person, day)) for person in found.rows]  # fmt: skip
    return {"found": found, "rows": rows, "names": names}


async def _unit(
    request: Request, services: Services, organisation: Organisation, unit: str, day: date, visitor: Visitor
) -> dict[str, Any]:
    seats = part(request, positions_in(organisation, unit))
    rows = [(each, organisation.holder_of(each.id, day)) for each in seats.rows]
    roles = sorted((each for each in organisation.roles if each.unit == unit and each.holds_on(day)),
                   key=lambda each: (each.role, each.person))  # fmt: skip
    limits = [each for each in organisation.limits if each.unit == unit and each.holds_on(day)]
    people = {holder for _seat, holder in rows if holder} | {each.person for each in roles}
    people |= {each.person for each in limits if each.person}
    return {
        "unit": organisation.units[unit],
        "path": organisation.units_above(unit)[::-1],
        "below": [name for name, _ in depths(organisation) if organisation.units[name].parent == unit],
        "seats": seats,
        "rows": rows,
        "roles": roles,
        "limits": seen_limits(limits, await organisation_of(services), visitor),
        "freezes": [each for each in organisation.freezes if each.unit in organisation.units_above(unit)],
        "lines": [each for each in organisation.budget_lines.values() if each.unit == unit],
        "names": await services.people.names(sorted(people | {each.owner for each in organisation.budget_lines.values()
                                                          if each.unit == unit}), reader_language(request)),
    }  # fmt: skip


@router.get("/organisation/roles")
async def roles(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Every role and group with who holds it, and every limit, a page at a time."""
    zone, language = await zone_of(services, visitor.person), reader_language(request)
    asked = as_of.asked(request, zone)
    organisation = await organisation_at(services, asked.at if asked else None)
    day = shown_day(organisation, visitor, asked)
    held = part(request, sorted((each for each in organisation.roles if each.holds_on(day)),
                                key=lambda each: (each.role, each.unit or "", each.person)))  # fmt: skip
    limits = [each for each in organisation.limits if each.holds_on(day) and held.number == 1][:500]
    people = {each.person for each in held.rows} | {each.person for each in limits if each.person}
    shown = {
        "as_of": asked,
        "zone": zone,
        "held": held,
        "last": [last_day(organisation, each) for each in held.rows],
        "ends": [last_day(organisation, each) for each in limits],
        "limits": seen_limits(limits, await organisation_of(services), visitor),
        "units": unit_names(organisation, language),
        "names": await services.people.names(sorted(people), language),
    }
    return page(request, "staff/roles.html", shown)


@router.get("/organisation/calendars")
async def calendars(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Working weeks and public holidays from this year on: what due times are counted by (KRN-30)."""
    zone = await zone_of(services, visitor.person)
    asked = as_of.asked(request, zone)
    organisation = await organisation_at(services, asked.at if asked else None)
    day = shown_day(organisation, visitor, asked)
    following = {
        name: [(each, label) for each, label in sorted(calendar.holidays.items()) if each >= day][:20]
        for name, calendar in organisation.calendars.items()
    }
    monday = date(2024, 1, 1)
    shown = {"as_of": asked, "zone": zone, "calendars": organisation.calendars, "holidays": following,
             "days": [monday.replace(day=number) for number in range(1, 8)]}  # fmt: skip
    return page(request, "staff/calendars.html", shown)


@router.get("/organisation/changes")
async def changes(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """What changed in the organisation, the newest first: from which day on, and who recorded it when (KRN-42)."""
    zone, language = await zone_of(services, visitor.person), reader_language(request)
    asked = as_of.asked(request, zone)
    text = request.query_params.get("before", "")
    before = int(text) if text.isdecimal() and 0 < len(text) < 10 else None
    at = asked.at if asked else None
    found, following = await browsing.changes(services, before=before, limit=50, as_of=at)
    organisation = await organisation_at(services, at)
    mentioned = {change.by for change in found} | {one for change in found for one in _people_in(change.event)}
    names = await services.people.names(sorted(mentioned & organisation.people.keys()), language)
    shown = {
        "as_of": asked,
        "zone": zone,
        "lines": lines(found, await organisation_of(services), visitor.person, names, language),
        "following": following,
        "may_import": may_import(organisation, visitor.person, shown_day(organisation, visitor, None)),
    }
    return page(request, "staff/org_changes.html", shown)


def _people_in(event: object) -> set[str]:
    parts = (event, *(getattr(event, name, None) for name in ("holding", "limit", "line", "freeze")))
    found = (getattr(each, name, None) for each in parts for name in ("person", "owner", "by"))
    return {one for one in found if isinstance(one, str)}


def shown_day(organisation: Organisation, visitor: Visitor, asked: as_of.AsOf | None) -> date:
    """The day that is asked about, where the visitor works."""
    return organisation.day_of(visitor.person, asked.at if asked else datetime.now(UTC))
