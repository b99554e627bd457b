"""The one text of a JSON value: sorted keys, no spaces, UTF-8. It is stored, hashed and compared byte for byte."""

import json
import re
from typing import Any

from domain.kernel.errors import Refused

_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def canonical(value: Any) -> str:
    """Raises Refused `not-storable` for a value that JSON or Postgres has no text for (NaN, a NUL character)."""
    try:
        text = _encoder.encode(value)
    except (TypeError, ValueError) as error:
        raise Refused("not-storable", "A value cannot be stored as JSON: {why}.", why=str(error)) from error
    if "\\u0000" in text and _NUL.search(text):
        raise Refused("not-storable", "A value cannot be stored as JSON: {why}.", why="it holds a NUL character")
    return text
