"""The web application and how it is served."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import logs
from domain.kernel.errors import Refused
from domain.processes import PROCESSES
from edge.door import Door
from edge.keyring import link_key
from edge.send import NotRunning, Unconfirmed
from settings import Settings
from web import offers
from web.pages import HERE, page, refused, unavailable


async def home(request: Request) -> Response:
    """What this server is, for a person who opens its address."""
    return page(request, "home.html", {}, 200)


async def healthz(request: Request) -> Response:
    """200 if Postgres answers; 503 else."""
    try:
        async with asyncio.timeout(2), request.app.state.door.pool.acquire() as conn:
            await conn.fetchval("select 1")
    except Exception:  # noqa: BLE001 - whatever it is, the server is not healthy
        return JSONResponse({"status": "postgres away"}, 503)
    return JSONResponse({"status": "ok"})


ROUTES = [
    Route("/", home),
    Route("/healthz", healthz),
    Route("/offer/{token}", offers.show, methods=["GET"]),
    Route("/offer/{token}", offers.answer, methods=["POST"]),
    Mount("/static", StaticFiles(directory=HERE / "static")),
]


def application(settings: Settings) -> Starlette:
    """The ASGI application over the configured stack."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with Door.opened(settings, PROCESSES, temporal=True, pool_size=settings.pool_size) as door:
            app.state.door = door
            app.state.link_key = link_key(settings)
            yield {}

    handlers: Any = {Refused: refused, Unconfirmed: unavailable, NotRunning: unavailable, OSError: unavailable}
    return Starlette(routes=ROUTES, lifespan=lifespan, exception_handlers=handlers)


def main() -> int:
    """`signoff web`: until SIGINT or SIGTERM."""
    settings = Settings.load()
    logs.configure(settings.log_level, json_lines=settings.log_json)
    config = uvicorn.Config(
        application(settings), host=settings.web_host, port=settings.web_port, log_config=None, access_log=False
    )
    uvicorn.Server(config).run()
    return 0
