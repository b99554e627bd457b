"""What is known of each request afterwards: a line in the log and two numbers, by the template of its route.

The path itself is never kept: the one of a candidate is their key. Nor is the query, nor who asked.
"""

import time
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import structlog
from starlette.datastructures import MutableHeaders
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime import metrics, tracing

logger = structlog.get_logger("signoff.web")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"
QUIET = frozenset({"/healthz", "/readyz", "/static"})
"""Asked so often that a line for each would hide the others, unless it fails."""


class Observed:
    """The application, observed. `routes` are those whose template the framework does not tell by itself."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute] = ()) -> None:
        self._app = app
        self._templates = {_key(r.app if isinstance(r, Mount) else r.endpoint): r.path for r in _simple(routes)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, began, status = uuid4().hex[:16], time.perf_counter(), 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
                metrics.ANSWERS.labels(self._template(scope)).observe(time.perf_counter() - began)
            await send(message)

        method = metrics.known(scope["method"], METHODS)
        with structlog.contextvars.bound_contextvars(request=request_id), tracing.span(f"HTTP {method}") as span:
            try:
                await self._app(scope, receive, observed)
            finally:
                route = self._template(scope)
                span.tell(route=route, status=status)
                self._count(route, method, status)
                self._log(route, method, status, time.perf_counter() - began)

    def _template(self, scope: Scope) -> str:
        route = scope.get("route")
        found: str | None = getattr(route, "path", None) or self._templates.get(_key(scope.get("endpoint")))
        return found or UNMATCHED

    @staticmethod
    def _count(route: str, method: str, status: int) -> None:
        metrics.REQUESTS.labels(route, method, str(status)).inc()
        if status == 429:
            metrics.RATE_LIMITED.labels(route).inc()

    @staticmethod
    def _log(route: str, method: str, status: int, seconds: float) -> None:
        say = logger.debug if route in QUIET and status < 400 else logger.info
        say("request", route=route, method=method, status=status, seconds=round(seconds, 4))


def _simple(routes: Iterable[BaseRoute]) -> Iterable[Route | Mount]:
    return (route for route in routes if isinstance(route, Route | Mount) and hasattr(route, "path"))


def _key(endpoint: Any) -> int:
    return id(endpoint)
