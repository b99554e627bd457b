"""Cases: listing, looking, starting, and every command on them."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.responses import JSONResponse, Response

from application.commands import compose, schemas
from application.queries import listing, reading
from application.queries import proof as proofs
from application.queries.remarks import remarks
from application.queries.reports import organisation_at
from domain.kernel.showing.redaction import HIDDEN
from domain.organisation.browsing import units_of
from domain.processes import PROCESSES
from readmodels import Wanted
from web.api import answers
from web.api.bodies import json_of
from web.api.examples import PAYLOADS, STARTS
from web.api.request_parts import AsOf, CaseId, CommandId, Expected, FormHints, ProcessName, meant
from web.api.sending import sent
from web.api.shown import CaseListed, CaseShown, Happened, PreviewStep
from web.services import Opened

router = APIRouter(prefix="/api/v1")
MOST = 200
LATEST_POSITION = 2**53 - 1

Position = Annotated[int | None, Query(ge=0, le=LATEST_POSITION, description="Where the page before ended.")]
CommandName = Annotated[
    str,
    Path(
        alias="command", description="A command of the case's process.", max_length=80, pattern="^[a-z-]+$",
        json_schema_extra={"enum": sorted({name for each in PROCESSES.values() for name in schemas.commands(each)})},
    ),
]  # fmt: skip
Opening = Annotated[
    str | None,
    Query(
        alias="command", description="The command that opens the case, if there are several.", max_length=80,
        pattern="^[a-z-]+$",
    ),
]  # fmt: skip
STARTING = {
    "anyOf": [{"$ref": f"#/components/schemas/{p.name}.{name}"} for p in PROCESSES.values() for name in p.start]
}
ANY_PAYLOAD = {
    "anyOf": [
        {"$ref": f"#/components/schemas/{process.name}.{name}"}
        for process in PROCESSES.values()
        for name in schemas.commands(process)
    ]
}


@router.get(
    "/cases",
    summary="The cases, newest first",
    tags=["cases"],
    response_model=list[CaseListed],
    responses=answers.with_header("Link", 'The next page, as <…>; rel="next", if any.') | answers.reading(422),
)
async def cases(
    services: Opened,
    visitor: FormHints,
    as_of: AsOf,
    process: Annotated[
        str | None,
        Query(max_length=80, pattern="^[a-z_-]+$", examples=["hiring"], json_schema_extra={"enum": sorted(PROCESSES)}),
    ] = None,
    unit: Annotated[
        str | None, Query(max_length=80, pattern=r"^[A-Za-z0-9_-]+$", description="Only of this unit.", examples=["it"])
    ] = None,
    below: Annotated[bool, Query(description="With `unit`: also of the units below it.")] = False,
    open: Annotated[bool, Query(description="Only those that are not over.")] = False,  # noqa: A002 - the contract's word
    stuck: Annotated[bool, Query(description="Only those with a step that nobody can do.")] = False,
    overdue: Annotated[bool, Query(description="Only those with a task past its time.")] = False,
    after: Position = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Response:
    """Of a case that one may only know of, what says more holds `{"hidden": true}` (KRN-43).

    A question for more than that (`unit`, `stuck`, `overdue`) leaves out what one may not see it of. With `as_of`
    a page may be shorter than `limit`; there is more while `Link` says so.
    """
    units = units_of(await organisation_at(services, as_of), unit, below=below) if unit else None
    page = await listing.case_page(
        services,
        Wanted(process=process, units=units, open_only=open, stuck=stuck, overdue=overdue),
        reader=visitor.person,
        as_of=as_of,
        after=after,
        limit=limit,
    )
    if page.after is None:
        return JSONResponse(page.rows)
    switches = {"below": below, "open": open, "stuck": stuck, "overdue": overdue}
    again: dict[str, Any] = {
        "process": process, "unit": unit, "as_of": as_of.isoformat() if as_of else None, "after": page.after,
        "limit": limit, **{name: "true" for name, on in switches.items() if on},
    }  # fmt: skip
    query = urlencode({name: value for name, value in again.items() if value is not None})
    return JSONResponse(page.rows, headers={"Link": f'</api/v1/cases?{query}>; rel="next"'})


@router.get(
    "/cases/{case}",
    summary="A case",
    tags=["cases"],
    response_model=CaseShown,
    responses=answers.with_header("ETag", 'The version, as "7".')
    | {304: {"description": "It is still at the version of If-None-Match"}}
    | answers.reading(),
)
async def case(
    services: Opened,
    visitor: FormHints,
    as_of: AsOf,
    case: CaseId,
    known: Annotated[str | None, Header(alias="If-None-Match", max_length=1000, examples=['"7"'])] = None,
) -> Response:
    """Where it stands, as far as the reader may see it."""
    shown = await reading.show(services, case, as_of=as_of, reader=visitor.person)
    version = shown["version"]
    headers = {"ETag": f'"{version}"', "Vary": "Authorization"} if isinstance(version, int) else {}
    if shown["stage"] == HIDDEN:
        headers = {}  # a part of the case can change though nothing happened that its reader may see
    headers["Cache-Control"] = "private, no-cache"
    if "ETag" in headers and headers["ETag"] in [tag.strip() for tag in (known or "").split(",")]:
        return Response(status_code=304, headers=headers)
    return JSONResponse(shown, headers=headers)


@router.get(
    "/cases/{case}/timeline",
    summary="What happened in a case, oldest first",
    tags=["cases"],
    response_model=list[Happened],
    responses=answers.reading(),
)
async def timeline(
    services: Opened,
    visitor: FormHints,
    as_of: AsOf,
    case: CaseId,
    after: Annotated[int, Query(ge=0, le=LATEST_POSITION, description="Only what followed this version.")] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Response:
    """What the reader may see, numbered as they see it: what they may not see has no row and leaves no gap."""
    rows = await reading.timeline(services, case, as_of=as_of, reader=visitor.person)
    return JSONResponse([row for row in rows if row["version"] > after][:limit])


@router.get(
    "/cases/{case}/proof",
    summary="The proof of a case, for those who may see all of it",
    tags=["cases"],
    response_model=dict[str, Any],
    responses=answers.reading(403, 422),
)
async def proof(services: Opened, visitor: FormHints, case: CaseId) -> Response:
    """The document of docs/proof-format.md, checked without Signoff by verifier/verify_proof.py (KRN-51)."""
    document = await proofs.prove(services, case, reader=visitor.person)
    return JSONResponse(document, headers={"Content-Disposition": f'attachment; filename="{case}.proof.json"'})


@router.post(
    "/processes/{process}/cases",
    summary="Start a case",
    tags=["cases"],
    status_code=201,
    responses=answers.sending(starts=True),
    openapi_extra=answers.json_body(STARTING, STARTS),
)
async def start(
    request: Request,
    services: Opened,
    visitor: FormHints,
    key: CommandId,
    process: ProcessName,
    command: Opening = None,
) -> Response:
    """The body is the payload of the command that opens it. The id of the case follows from who asks and the key."""
    made = await compose.start(services, process, await json_of(request), visitor.actor, name=command, command_id=key)
    return await sent(request, made, start=True)


@router.post(
    "/processes/{process}/preview",
    summary="Who would decide this, and by when",
    tags=["cases"],
    response_model=list[PreviewStep],
    responses=answers.writing(),
    openapi_extra=answers.json_body(STARTING, STARTS),
)
async def preview(
    request: Request, services: Opened, visitor: FormHints, process: ProcessName, command: Opening = None
) -> Response:
    """Nothing is recorded (KRN-41)."""
    steps = await compose.preview(services, process, await json_of(request), visitor.actor, name=command)
    return JSONResponse([step.model_dump(mode="json") for step in steps])


@router.post(
    "/processes/{process}/remarks",
    summary="What is odd about what would open a case, and yet allowed",
    tags=["cases"],
    response_model=list[str],
    responses=answers.writing(),
    openapi_extra=answers.json_body(STARTING, STARTS),
)
async def remarked(
    request: Request, services: Opened, visitor: FormHints, process: ProcessName, command: Opening = None
) -> Response:
    """Nothing is recorded."""
    made = await compose.start(services, process, await json_of(request), visitor.actor, name=command)
    return JSONResponse([str(one) for one in await remarks(services, made)])


@router.post(
    "/cases/{case}/commands/{command}",
    summary="Send a command to a case",
    tags=["cases"],
    responses=answers.sending(),
    openapi_extra=answers.json_body(ANY_PAYLOAD, PAYLOADS),
)
async def command(
    request: Request,
    services: Opened,
    visitor: FormHints,
    key: CommandId,
    expected: Expected,
    case: CaseId,
    command: CommandName,
) -> Response:
    """The body is the command's payload: GET /api/v1/processes/{process}/commands has its schema."""
    made = await compose.command(services, case, command, await json_of(request), visitor.actor, command_id=key)
    return await sent(
        request, made.model_copy(update={"expected": await meant(services, case, visitor, expected)}), start=False
    )
