"""The processes and what one can do in them."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from domain.kernel.process import Process
from edge.sending import schemas
from web.api import answers
from web.api.asking import Asking, ProcessName
from web.api.shown import CommandListed, ProcessListed
from web.door import Opened

router = APIRouter(prefix="/api/v1")


@router.get(
    "/processes",
    summary="The processes",
    tags=["processes"],
    response_model=list[ProcessListed],
    responses=answers.reading(),
)
async def processes(door: Opened, _visitor: Asking) -> Response:
    return JSONResponse([_listed(process) for _, process in sorted(door.processes.items())])


@router.get(
    "/processes/{process}/commands",
    summary="The commands of a process with their schemas",
    tags=["processes"],
    response_model=list[CommandListed],
    responses=answers.reading(),
)
async def commands(door: Opened, _visitor: Asking, process: ProcessName) -> Response:
    found = door.process(process)
    return JSONResponse(
        [
            {"command": name, "start": name in found.start, "schema": schemas.payload_schema(found, name)}
            for name in schemas.commands(found)
        ]
    )


def _listed(process: Process[Any]) -> dict[str, Any]:
    return {"process": process.name, "start": sorted(process.start), "commands": schemas.commands(process)}
