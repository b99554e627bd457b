"""The web application and how it is served."""

import asyncio
from datetime import timedelta

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

import logs
from activities.books import organisation_book
from domain.processes import PROCESSES
from edge.door import Door
from settings import Settings
from web import offers
from web.guard import Guarded
from web.pages import HERE, page
from web.patience import within
from web.problems import HANDLERS
from web.serving import bound, serve

logger = structlog.get_logger(__name__)

HEALTH_SECONDS = 2
CLOSING_SECONDS = 5


async def home(request: Request) -> Response:
    """What this server is, for a person who opens its address."""
    return page(request, "home.html", {})


async def healthz(request: Request) -> Response:
    """200 if Postgres answers; 503 else."""
    try:
        await within(HEALTH_SECONDS, request.app.state.door.pool.fetchval("select 1"))
    except Exception:  # noqa: BLE001 - whatever it is, the server is not healthy
        return JSONResponse({"status": "postgres away"}, 503)
    return JSONResponse({"status": "ok"})


def routes() -> list[Route | Mount]:
    return [
        Route("/", home),
        Route("/healthz", healthz),
        Route("/offer/{token}", offers.offer_page, methods=["GET", "POST"]),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]


def application(door: Door, *, patience: timedelta = offers.PATIENCE) -> ASGIApp:
    """The ASGI application over an open door with Temporal. `patience` is how long a POST waits for a worker."""
    app = Starlette(routes=routes(), exception_handlers=dict(HANDLERS))
    app.router.redirect_slashes = False  # it would answer with an address taken from the Host header
    app.state.door = door
    app.state.patience = patience
    app.state.organisation = organisation_book()
    return Guarded(app, over_tls=door.settings.base_url.startswith("https:"))


def main() -> int:
    """`signoff web`: until SIGINT or SIGTERM. Raises Refused `port-taken` and what `Door.opened` raises."""
    settings = Settings.load()
    logs.configure(settings.log_level, json_lines=settings.log_json)

    asyncio.run(_work(settings))
    return 0


async def _work(settings: Settings) -> None:
    """Answered requests are over when the closing begins, so that nothing is lost if it has to be cut short."""
    closing = asyncio.timeout(None)
    with bound(settings.web_host, settings.web_port) as listening:
        try:
            async with closing, Door.opened(settings, PROCESSES, temporal=True, pool_size=settings.pool_size) as door:
                await serve(application(door), listening)
                closing.reschedule(asyncio.get_running_loop().time() + CLOSING_SECONDS)
        except TimeoutError:
            if not closing.expired():
                raise
            logger.warning("Postgres did not let go of its connections in time; they were cut")
