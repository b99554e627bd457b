"""A long list in pages that links lead through, without a script."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

T = TypeVar("T")
PAGE = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """`rows` are those of page `number` (from 1) of `pages`; `before` and `after` are addresses, None at the ends."""

    rows: Sequence[T]
    total: int
    number: int
    pages: int
    before: str | None
    after: str | None


def part(request: Request, rows: Sequence[T], *, page: int = PAGE) -> Page[T]:
    """The page that `?page=` asks for; the nearest one there is where it asks for another."""
    pages = max(-(-len(rows) // page), 1)
    asked = request.query_params.get("page", "1")
    number = min(max(int(asked) if asked.isdecimal() and len(asked) < 7 else 1, 1), pages)
    start = (number - 1) * page
    return Page(
        rows=rows[start : start + page],
        total=len(rows),
        number=number,
        pages=pages,
        before=_to(request, number - 1) if number > 1 else None,
        after=_to(request, number + 1) if number < pages else None,
    )


def _to(request: Request, number: int) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in ("page", "lang")]
    return "?" + urlencode([*kept, ("page", number)])
