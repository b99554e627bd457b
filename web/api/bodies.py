"""The JSON that requests bring: of a sane size and depth, with numbers and text that nothing on the way changes."""

import json
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from domain.kernel.errors import Refused
from domain.kernel.value import Value
from web.api.problems import wrong
from web.guard import body_of

V = TypeVar("V", bound=Value)

LARGEST_JSON = 256 * 1024
"""Bytes: a bulk of 500 tasks, or a payload with several of the longest texts."""
DEEPEST = 24
SAFE = 2**53 - 1
"""Beyond it, programs in JavaScript read another integer than was written."""
MOST_DIGITS = 40


async def json_of(request: Request) -> dict[str, Any]:
    """The object in the body. A fraction becomes a Decimal, so that money is exact.

    Raises HTTPException 413, 415, 408; Refused `bad-json`.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415)
    body = await body_of(request, largest=LARGEST_JSON)
    try:
        found = json.loads(body.decode(), parse_float=_decimal, parse_constant=_no_number, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refused("bad-json", "The body is not JSON in UTF-8, each name once in its object.") from None
    if not isinstance(found, dict):
        raise Refused("bad-json", "The body is not a JSON object.")
    _check(found)
    return found


async def read(request: Request, model: type[V]) -> V:
    """The body as a value. Raises what `json_of` raises, and Refused `bad-payload`."""
    return parsed(model, await json_of(request))


def parsed(model: type[V], data: dict[str, Any]) -> V:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise wrong(error.errors(include_url=False, include_input=False), code="bad-payload") from None


def _check(found: Any) -> None:
    """A list of what is left to look at instead of recursion. Raises Refused `bad-json`."""
    left: list[tuple[Any, int]] = [(found, 1)]
    while left:
        value, depth = left.pop()
        if depth > DEEPEST:
            raise Refused("bad-json", "The body is nested too deeply; write it flatter.")
        match value:
            case str():
                _check_text(value)
            case bool():
                pass
            case int() if abs(value) > SAFE:
                raise Refused("bad-json", "A whole number is too large to be exact everywhere; write it as text.")
            case dict():
                left += [(inner, depth + 1) for pair in value.items() for inner in pair]
            case list():
                left += [(inner, depth + 1) for inner in value]


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused("bad-json", "A text holds the character zero or half of a character; delete it.")


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if len(text) > MOST_DIGITS or abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError(text)
    return number


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers of a name that stands there twice would read two things."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found
