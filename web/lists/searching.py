"""The page of the search: what is found in groups, each with the way to it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.queries.searching import Hit, search
from domain.kernel.errors import Refused
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.rendering import page
from web.services import Opened

router = APIRouter(include_in_schema=False)

LONGEST = 10_000
"""Letters that are looked for, as by the API."""


@router.get("/search")
async def found(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """By `?text=`; without it there is only the box."""
    text = request.query_params.get("text", "").strip()[:LONGEST]
    hits: list[Hit] = []
    if text:
        try:
            hits = await search(services, text, reader=visitor.person, language=reader_language(request))
        except Refused as refused:
            if refused.code != "nothing-to-find":
                raise
    return page(request, "lists/search.html", {"text": text, "hits": [(hit, _address(hit)) for hit in hits]})


def _address(hit: Hit) -> str:
    match hit.kind:
        case "case" | "project":
            return f"/cases/{hit.id}"
        case "person":
            return f"/organisation/people/{hit.id}"
        case "objective":
            return f"/cases/{hit.case}"
        case "line":
            return ""
