"""The processes and what one can do in them."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from application.commands import schemas
from domain.kernel.process import Process
from web.api import answers
from web.api.request_parts import FormHints, ProcessName
from web.api.shown import CommandListed, ProcessListed
from web.services import Opened

router = APIRouter(prefix="/api/v1")


@router.get(
    "/processes",
    summary="The processes",
    tags=["processes"],
    response_model=list[ProcessListed],
    responses=answers.reading(),
)
async def processes(services: Opened, _visitor: FormHints) -> Response:
    return JSONResponse([_listed(process) for _, process in sorted(services.processes.items())])


@router.get(
    "/processes/{process}/commands",
    summary="The commands of a process with their schemas",
    tags=["processes"],
    response_model=list[CommandListed],
    responses=answers.reading(),
)
async def commands(services: Opened, _visitor: FormHints, process: ProcessName) -> Response:
    found = services.process(process)
    return JSONResponse(
        [
            {"command": name, "start": name in found.start, "schema": schemas.payload_schema(found, name)}
            for name in schemas.commands(found)
        ]
    )


def _listed(process: Process[Any]) -> dict[str, Any]:
    return {"process": process.name, "start": sorted(process.start), "commands": schemas.commands(process)}
