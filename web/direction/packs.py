"""The packs of business reviews as pages and as PDF (QBR-02)."""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries import issued_reports
from application.queries.issued_reports import IssuedReport
from application.services import Services
from application.visibility import look
from application.wording.pack import pdf_of, sections
from domain.direction.business_review.pack import Pack
from domain.kernel.errors import Refused
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff.missing import missing
from web.staff.surroundings import organisation_of, zone_in

router = APIRouter(include_in_schema=False)


@router.get("/cases/{case}/pack")
async def pack_page(request: Request, services: Opened, visitor: SignedIn, case: str) -> Response:
    """The newest pack of a review."""
    if (found := await _newest(services, case, visitor.person)) is None:
        return missing(request)
    pack, one = found
    organisation = await organisation_of(services)
    told = {
        "case": case, "pack": pack, "hash": one.frozen.hash, "as_of": one.frozen.as_of.isoformat(),
        "sections": sections(pack, reader_language(request)),
        "zone": zone_in(organisation, visitor.person),
    }  # fmt: skip
    return page(request, "direction/pack.html", told)


@router.get("/cases/{case}/pack.pdf")
async def pack_file(request: Request, services: Opened, visitor: SignedIn, case: str) -> Response:
    """The same to print."""
    if (found := await _newest(services, case, visitor.person)) is None:
        return missing(request)
    pack, one = found
    zone = zone_in(await organisation_of(services), visitor.person)
    made = await asyncio.to_thread(pdf_of, pack, one.frozen, reader_language(request), zone=zone)
    headers = {"Content-Disposition": 'inline; filename="pack.pdf"', "Cache-Control": "no-store"}
    return Response(made, media_type="application/pdf", headers=headers)


async def _newest(services: Services, case: str, reader: str) -> tuple[Pack, IssuedReport] | None:
    """For who sees the review whole; None where there is no review for them, or no pack yet."""
    try:
        seen = await look(services, case, reader)
    except Refused as refused:
        if refused.code != "no-such-case":
            raise
        return None
    if seen.process.name != "business_review" or not seen.redactor.visibility.whole:
        return None
    made = [one for one in await issued_reports.issued(services, case) if one.body is not None]
    return (Pack.model_validate(made[-1].body), made[-1]) if made else None
