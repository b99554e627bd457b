"""Whether this server lives, and whether it can work."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from web.operations.readiness import checks
from web.services import Opened
from web.timeouts import within

router = APIRouter(include_in_schema=False)

HEALTH_SECONDS = 2


@router.get("/healthz")
async def healthz(services: Opened) -> Response:
    """200 if Postgres answers; 503 else."""
    try:
        await within(HEALTH_SECONDS, services.pool.fetchval("select 1"))
    except Exception:  # noqa: BLE001 - whatever it is, the server is not healthy
        return JSONResponse({"status": "postgres away"}, 503)
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def readyz(services: Opened) -> Response:
    """200 if all that this server needs is there; 503 else, with each check and its reason."""
    found = await checks(services)
    told = {check.name: {"ok": not check.reason, "reason": check.reason} for check in found}
    ready = not any(check.reason for check in found)
    return JSONResponse({"status": "ready" if ready else "not ready", "checks": told}, 200 if ready else 503)
