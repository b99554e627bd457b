"""Any list as a file for spreadsheets: CSV and XLSX, in which no cell is ever a formula."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from starlette.responses import Response

from application.files.sheet import Cell, write_table
from domain.kernel.showing.redaction import HIDDEN, MASK

MEDIA: Mapping[Literal["csv", "xlsx"], str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST = 10_000
"""Rows of one file."""

Ending = Literal["csv", "xlsx"]


def shown(value: object) -> str:
    """A cell of a list; what is hidden is masked, as inside a text."""
    return MASK if value == HIDDEN else str(value or "")


async def sheet(name: str, ending: Ending, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The list as `name`.`ending`, one of `MEDIA`."""
    content = await asyncio.to_thread(_content, ending, headers, rows)
    return Response(
        content,
        media_type=MEDIA[ending],
        headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"', "Cache-Control": "no-store"},
    )


def _content(ending: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    with TemporaryDirectory(prefix="signoff-list-") as folder:
        path = Path(folder) / f"list.{ending}"
        write_table(path, headers, rows)
        return path.read_bytes()
