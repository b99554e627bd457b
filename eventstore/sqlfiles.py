"""Queries live in `.sql` files, each under a line `-- name: <name>` and a line that says what it is for."""

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@cache
def queries(file: str) -> dict[str, str]:
    """The queries of `eventstore/sql/<file>.sql` by name."""
    text = files("eventstore").joinpath("sql", f"{file}.sql").read_text(encoding="utf-8")
    parts = _NAME.split(text)
    return {name: body.strip().rstrip(";") for name, body in zip(parts[1::2], parts[2::2], strict=True)}
