"""Metrics and health on a port of their own, which is for the machines that watch and not for the world.

Web and worker open it where the settings say (docs/operations.md); on the address of the pages there is none.
"""

import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import httpx
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from runtime import metrics
from runtime.metrics import Series
from runtime.settings import Settings
from web.serving import bound, serving
from web.timeouts import within

logger = structlog.get_logger(__name__)

SDK_SECONDS = 2.0
FIGURES_SECONDS = 6.0
"""Longer than Temporal is waited for, shorter than Prometheus waits: if Postgres hangs, the web is not down."""

Read = Callable[[], Coroutine[Any, Any, dict[str, Series]]]
"""How the office stands."""


def application(read: Read | None = None, *, sdk_port: int | None = None) -> Starlette:
    """`/healthz` and `/metrics`. `read` adds how the office stands; at `sdk_port` Temporal's SDK shows its own."""

    async def shown(_: Request) -> Response:
        figures = [metrics.Figures(await _read(read))] if read else []
        text = metrics.exposed(*figures) + (await _of_sdk(sdk_port) if sdk_port else b"")
        return Response(text, media_type=metrics.CONTENT_TYPE)

    async def healthy(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[Route("/metrics", shown), Route("/healthz", healthy)])


async def _read(read: Read) -> dict[str, Series]:
    """Without Postgres there are no figures, and their absence is what an alert notices."""
    try:
        return await within(FIGURES_SECONDS, read())
    except Exception as error:  # noqa: BLE001 - what this process counted is shown all the same
        logger.warning("figures not read", cause=type(error).__name__)
        return {}


async def _of_sdk(port: int) -> bytes:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=SDK_SECONDS) as http:
            return (await http.get(f"http://127.0.0.1:{port}/metrics")).content
    except httpx.HTTPError as error:
        logger.warning("the SDK's metrics not read", cause=type(error).__name__)
        return b""


@asynccontextmanager
async def exposed(settings: Settings, read: Read | None = None, *, sdk_port: int | None = None) -> AsyncIterator[None]:
    """Serves `application` while the block runs, if the settings name a port. Raises Refused `port-taken`."""
    if settings.metrics_port is None:
        yield
        return
    with bound(settings.metrics_host, settings.metrics_port, setting="SIGNOFF_METRICS_PORT") as listening:
        async with serving(application(read, sdk_port=sdk_port), listening):
            yield


def sdk_runtime(settings: Settings) -> tuple[Runtime | None, int | None]:
    """A runtime whose metrics the SDK shows on a port of this machine, and that port; None without `metrics_port`."""
    if settings.metrics_port is None:
        return None, None
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    shown = PrometheusConfig(
        bind_address=f"127.0.0.1:{port}", counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True
    )
    return Runtime(telemetry=TelemetryConfig(metrics=shown)), port
