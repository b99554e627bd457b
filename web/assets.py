"""The style sheet, scripts and pictures of pages, at addresses that change with the content: browsers may keep them."""

from hashlib import sha256
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
PLACE = "/static"
KEPT = "public, max-age=31536000, immutable"
"""For a year; a page of another version asks for another address."""
_ADDRESSES = {
    file.name: f"{PLACE}/{file.name}?v={sha256(file.read_bytes()).hexdigest()[:12]}" for file in FOLDER.iterdir()
}


def address(name: str) -> str:
    """Where a page finds this file. Raises KeyError if there is none."""
    return _ADDRESSES[name]


class Assets(StaticFiles):
    """Files at `PLACE`; one that is asked for by its address of now may be kept, as any other it may not."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        found = await super().get_response(path, scope)
        if _ADDRESSES.get(path) == f"{PLACE}/{path}?{scope['query_string'].decode('latin-1')}":
            found.headers["Cache-Control"] = KEPT
        return found
