"""The register of job descriptions: what is in force with what is overdue, and each description with its versions.

What is in force is no secret: everybody who works here may read what is expected of whom (JOB-02, JOB-05).
"""

from dataclasses import replace
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries.registers import of_register
from application.queries.reports import organisation_at
from application.visibility import knowable
from application.wording.reader import titles
from domain.kernel.errors import Refused
from domain.organisation.register import version_of
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff import as_of
from web.staff.paging import part
from web.staff.render_json import facts
from web.staff.surroundings import named, organisation_of, reader_of, zone_of

router = APIRouter(include_in_schema=False)
ADDRESS = "/organisation/job-descriptions"


@router.get(ADDRESS)
async def register(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """All that are in force, the longest overdue first; `?overdue=1` leaves out the others."""
    zone = await zone_of(services, visitor.person)
    asked = as_of.asked(request, zone)
    organisation = await organisation_at(services, asked.at if asked else None)
    now = asked.at if asked else datetime.now(UTC)
    only = request.query_params.get("overdue") == "1"
    report = of_register(organisation, now, overdue_only=only)
    shown = {
        "as_of": asked,
        "zone": zone,
        "report": report,
        "only": only,
        "rows": part(request, report.listed),
        "called": titles(organisation, reader_language(request)),
    }
    return page(request, "staff/job_descriptions.html", shown)


@router.get(ADDRESS + "/{description}")
async def one(request: Request, services: Opened, visitor: SignedIn, description: str) -> Response:
    """One description: the version in force, or the one that `?version=` names, with its whole content."""
    organisation = await organisation_of(services)
    versions = organisation.descriptions.get(description[:80], ())
    wanted = request.query_params.get("version", "")
    found = version_of(organisation, description, wanted) or (versions[-1] if versions else None)
    if found is None:
        raise Refused(
            "no-such-description",
            "There is no job description {description}; check its id.",
            description=description[:80],
        )
    content = found.description.model_dump(mode="json", exclude={"title"})
    reader = await reader_of(request, services, visitor, organisation, content)
    places = replace(reader, names=named(organisation, reader))
    shown = {
        "job": found,
        "case": found.case if found.case and await knowable(services, [found.case], visitor.person) else None,
        "versions": versions[::-1],
        "content": facts(content, places),
        "title": found.description.title.by_language(),
        "today": organisation.day_of(visitor.person, datetime.now(UTC)),
    }
    return page(request, "staff/job_description.html", shown)
