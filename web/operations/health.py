"""Whether this server can work."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from web.door import Opened
from web.patience import within

router = APIRouter(include_in_schema=False)

HEALTH_SECONDS = 2


@router.get("/healthz")
async def healthz(door: Opened) -> Response:
    """200 if Postgres answers; 503 else."""
    try:
        await within(HEALTH_SECONDS, door.pool.fetchval("select 1"))
    except Exception:  # noqa: BLE001 - whatever it is, the server is not healthy
        return JSONResponse({"status": "postgres away"}, 503)
    return JSONResponse({"status": "ok"})
