"""One person: position, line, roles, limits, and who stands in for whom now."""

from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.administration import delegations
from application.queries.reports import organisation_at
from application.services import Services
from application.wording.reader import position_titles, unit_names
from domain.kernel.errors import Refused
from domain.organisation.browsing import limits_of, may_see_address, reports_of
from domain.organisation.model import Organisation
from web.identity.visitor import SignedIn, Visitor
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff import as_of
from web.staff.paging import part
from web.staff.surroundings import organisation_of, seen_limits, today_of, zone_of

router = APIRouter(include_in_schema=False)


@router.get("/organisation/people/{person}")
async def person_page(request: Request, services: Opened, visitor: SignedIn, person: str) -> Response:
    """Someone who works here, or did; a candidate is nobody here. Raises Refused `no-such-colleague`."""
    zone, language = await zone_of(services, visitor.person), reader_language(request)
    asked = as_of.asked(request, zone)
    organisation = await organisation_at(services, asked.at if asked else None)
    if person not in organisation.people:
        raise Refused("no-such-colleague", "Nobody of the organisation has the id {person}.", person=person[:40])
    at = asked.at if asked else datetime.now(UTC)
    today = await organisation_of(services)
    day = organisation.day_of(person, at)
    limits = seen_limits(limits_of(organisation, person, day), today, visitor)
    shown = _person(organisation, person, day) | {"limits": limits}
    reports = part(request, shown["reports"])
    delegation = [row for row in await delegations.delegations(services, person, as_of=asked.at if asked else None)
                   if row["state"] == "active" and person in (row["principal"], row["delegate"])]  # fmt: skip
    mentioned = {person, *shown["line"], *reports.rows, *(row[who] for row in delegation for who in _BOTH)}
    shown |= {
        "as_of": asked,
        "zone": zone,
        "person": person,
        "reports": reports,
        "standing_in": [
            row | {name: datetime.fromisoformat(row[name]) for name in ("from", "until")} for row in delegation
        ],
        "address": await _address(services, today, person, visitor),
        "names": await services.people.names(sorted(mentioned), language),
        "units": unit_names(organisation, language),
        "titles": position_titles(organisation, language),
    }
    return page(request, "staff/person.html", shown)


_BOTH = ("principal", "delegate")


def _person(organisation: Organisation, person: str, day: date) -> dict[str, Any]:
    known = organisation.people[person]
    line, reports = organisation.line_above(person, day), reports_of(organisation, person, day)
    return {
        "known": known,
        "works_here": known.holds_on(day),
        "position": known.position_on(day),
        "postings": known.postings(),
        "unit": organisation.unit_of(person, day),
        "line": line,
        "reports": reports,
        "seats": {one: organisation.people[one].position_on(day) for one in (*line, *reports)},
        "roles": [each for each in organisation.roles if each.person == person and each.holds_on(day)],
    }


async def _address(services: Services, organisation: Organisation, person: str, visitor: Visitor) -> str | None:
    if not may_see_address(organisation, visitor.person, person, today_of(organisation, visitor)):
        return None
    return await services.people.address(person)
