"""The web application and how it is served."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import structlog
import uvloop
from fastapi import Depends, FastAPI
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from activities.record_cache import organisation_book
from application.queries.figures import standing
from application.services import Services
from domain.processes import PROCESSES
from runtime import logs, tracing
from runtime.settings import Settings
from web import calendar, projects
from web.api import cases, changes, delegation, document, files, processes, searching, tasks
from web.api.follower import Follower
from web.assets import PLACE, Assets
from web.candidate import offers
from web.direction import packs, status
from web.ending import Ending
from web.guard import Guarded, KnownHosts, from_our_pages, storable
from web.identity import login
from web.identity.guesses import Guesses
from web.identity.limits import Limits
from web.identity.provider import Provider
from web.identity.sessions import Identified
from web.lists import exports, notifications
from web.lists import searching as search_page
from web.mail import caught, decision, preferences
from web.menu_middleware import Guided
from web.money import booking, due, movements, savings, spending
from web.money import budget as money_budget
from web.operations import board, codec, health
from web.operations.exposed import exposed
from web.operations.observed import Observed
from web.problems import HANDLERS
from web.serving import bound, serve
from web.staff import (
    ahead,
    bulk,
    case,
    case_actions,
    deciding,
    delegations,
    doing,
    home,
    inbox,
    job_descriptions,
    org_import,
    organisation,
    overview,
    people,
    policy,
    policy_trial,
    start,
)
from web.staff import cases as staff_cases
from web.team import hearings, hiring, reviews, skills, team
from web.transfer import Transfer

logger = structlog.get_logger(__name__)

CLOSING_SECONDS = 5
Replaced = tuple[Callable[..., Any], Callable[..., Any]]
API = (processes.router, cases.router, tasks.router, files.router, delegation.router, changes.router, searching.router)
STAFF = (
    home.router,
    inbox.router,
    start.router,
    deciding.router,
    bulk.router,
    staff_cases.router,
    case.router,
    case_actions.router,
    doing.router,
    delegations.router,
)
LOOKING = (
    overview.router,
    organisation.router,
    ahead.router,
    org_import.router,
    job_descriptions.router,
    people.router,
    policy.router,
    policy_trial.router,
    packs.router,
    status.router,
    search_page.router,
    exports.router,
    notifications.router,
    board.router,
    *projects.ROUTERS,
    money_budget.router,
    movements.router,
    spending.router,
    due.router,
    savings.router,
    booking.router,
    team.router,
    skills.router,
    hiring.router,
    reviews.router,
    hearings.router,
)
ROUTERS = (health.router, document.router, *API, *STAFF, *LOOKING, calendar.router, preferences.router, decision.router)
"""Each module brings its own paths; what the API has is in the OpenAPI document, pages are not. They are tried in this
order, twice for each request: programs ask most often."""


def application(
    services: Services, *, patience: timedelta = offers.PATIENCE, instead: frozenset[Replaced] = frozenset()
) -> ASGIApp:
    """The ASGI application over an open door with Temporal. `patience` is how long a POST waits for a worker.

    `instead`: (a dependency, what stands in for it), for tests.
    """
    settings = services.settings
    app = FastAPI(
        title="Signoff",
        telemetry={"tracing": False, "metrics": False, "logs": False},  # its spans would hold paths, which are keys
        routes=[
            *_routes(login.ways_in(settings), instead, caught_mails=bool(settings.caught)),
            Route("/offer/{token}", offers.offer_page, methods=["GET", "POST"]),
            Route(codec.ADDRESS, codec.decode, methods=["POST", "OPTIONS"]),
            Mount(PLACE, Assets()),
        ],
        exception_handlers=dict(HANDLERS),
        docs_url=None,  # its page would fetch scripts from a third party
        redoc_url=None,
        openapi_url=document.ADDRESS,
        redirect_slashes=False,  # it would answer with an address taken from the Host header
    )
    document.documented(app)
    app.state.services = services
    app.state.follower = Follower(services.pool)
    app.state.patience = patience
    app.state.limits = Limits(settings)
    app.state.guesses = Guesses(app.state.limits)
    app.state.provider = Provider(settings)
    app.state.organisation = organisation_book()
    answering = Ending(Identified(Guided(app, services), services), app)
    guarded = Guarded(answering, over_tls=settings.base_url.startswith("https:"))
    return Observed(Transfer(guarded), app.router.routes)


def served(services: Services) -> ASGIApp:
    """The application as it is served: the embedded stack, where a login is a choice, under its own names only."""
    settings = services.settings
    return KnownHosts(application(services), settings) if settings.embedded else application(services)


@cache
def _routes(ways: login.Ways, instead: frozenset[Replaced], *, caught_mails: bool) -> list[BaseRoute]:
    """The same for all applications of a process: FastAPI finds out what each route needs at its first request."""
    shared = FastAPI(
        dependencies=[Depends(from_our_pages), Depends(storable)], docs_url=None, redoc_url=None, openapi_url=None
    )
    shared.dependency_overrides |= dict(instead)
    for router in (*ROUTERS, *login.ROUTERS[ways], *([caught.router] if caught_mails else [])):
        shared.include_router(router)
    return shared.router.routes


def main() -> int:
    """`signoff web`: until SIGINT or SIGTERM. Raises Refused `port-taken` and what `Door.opened` raises."""
    settings = Settings.load()
    logs.configure(settings.log_level, json_lines=settings.log_json)
    tracing.begin(settings, "signoff-web")

    uvloop.run(_work(settings))  # uvicorn takes the loop that it finds
    tracing.end()
    return 0


async def _work(settings: Settings) -> None:
    """Answered requests are over when the closing begins, so that nothing is lost if it has to be cut short."""
    closing = asyncio.timeout(None)
    with bound(settings.web_host, settings.web_port) as listening:
        try:
            opening = Services.opened(settings, PROCESSES, temporal=True, pool_size=settings.pool_size, serving=True)
            async with closing, opening as services:
                async with exposed(settings, lambda: standing(services)):
                    await serve(served(services), listening)
                closing.reschedule(asyncio.get_running_loop().time() + CLOSING_SECONDS)
        except TimeoutError:
            if not closing.expired():
                raise
            logger.warning("Postgres did not let go of its connections in time; they were cut")
