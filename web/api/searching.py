"""One search over what the reader may see."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from application.queries.searching import Hit, search
from web.api import answers
from web.api.request_parts import FormHints
from web.languages import reader_language
from web.services import Opened

router = APIRouter(prefix="/api/v1")


@router.get(
    "/search",
    summary="Cases, projects, people, budget lines and objectives",
    tags=["cases"],
    response_model=list[Hit],
    responses=answers.reading(422),
)
async def found(
    request: Request,
    services: Opened,
    visitor: FormHints,
    text: Annotated[
        str, Query(min_length=1, max_length=10_000, description="Parts of words, all wanted.", examples=["kubernetes"])
    ],
) -> Response:
    """Each with all words in its title, name, id or content, as far as the reader may see them (KRN-43)."""
    hits = await search(services, text, reader=visitor.person, language=reader_language(request))
    return JSONResponse([hit.model_dump(mode="json") for hit in hits])
