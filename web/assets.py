"""The style sheet, scripts and pictures of pages, at addresses that change with the content: browsers may keep them."""

import os
from hashlib import sha256
from pathlib import Path

import fontpkg
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
PLACE = "/static"
KEPT = "public, max-age=31536000, immutable"
"""For a year; a page of another version asks for another address."""
FONTS = {f"sarabun-{weight}.ttf": fontpkg.path("Sarabun", weight) for weight in (400, 600, 700)}
"""Latin and Thai. They come from a package, and the style sheet names their addresses."""
_ADDRESSES = {
    name: f"{PLACE}/{name}?v={sha256(path.read_bytes()).hexdigest()[:12]}"
    for name, path in {**{file.name: file for file in FOLDER.iterdir()}, **FONTS}.items()
}


def address(name: str) -> str:
    """Where a page finds this file. Raises KeyError if there is none."""
    return _ADDRESSES[name]


class Assets(StaticFiles):
    """Files at `PLACE`; one that is asked for by its address of now may be kept, as any other it may not."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        if font := FONTS.get(path):
            return str(font), font.stat()
        return super().lookup_path(path)

    async def get_response(self, path: str, scope: Scope) -> Response:
        found = await super().get_response(path, scope)
        if _ADDRESSES.get(path) == f"{PLACE}/{path}?{scope['query_string'].decode('latin-1')}":
            found.headers["Cache-Control"] = KEPT
        return found
