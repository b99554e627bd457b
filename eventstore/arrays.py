"""The arrays that our statements take and give, told to asyncpg beforehand.

It would otherwise ask Postgres about each when a connection first meets it: half a dozen statements, of which one takes
Postgres 20 ms. That is what a command on the command line waits for, which has a connection of its own.
"""

from typing import Any

_DELIMITER = b","
_NUMBERS = {
    "_int4": (1007, 23),
    "_int8": (1016, 20),
    "_bytea": (1001, 17),
    "_json": (199, 114),
    "_date": (1182, 1082),
    "_timestamptz": (1185, 1184),
    "_uuid": (2951, 2950),
}
"""Name: the number of the array's type and of its elements' type, the same in every Postgres. It knows text[]."""

ARRAYS: tuple[dict[str, Any], ...] = tuple(
    {
        "oid": number,
        "ns": "pg_catalog",
        "name": name,
        "kind": b"b",
        "basetype": None,
        "elemtype": element,
        "elemdelim": _DELIMITER,
        "range_subtype": None,
        "attrtypoids": None,
        "attrnames": None,
        "basetype_name": None,
        "elemtype_name": name.removeprefix("_"),
        "range_subtype_name": None,
    }
    for name, (number, element) in _NUMBERS.items()
)
"""As rows of the answer that asyncpg would get."""
