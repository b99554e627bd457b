"""The content that approvers decide on, and the hash that names exactly that content (KRN-14)."""

import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from domain.kernel.value import Value
from domain.kernel.values.money import Money


class Content(Value):
    """What approvers decide on. `material` fields are hashed; `data` is what conditions see (material fields among it).

    `excluded` are persons who never decide it besides the requester: beneficiary, subject (KRN-02).
    """

    requester: str
    unit: str
    material: dict[str, Any]
    data: dict[str, Any]
    amount: Money | None = None
    excluded: tuple[str, ...] = ()


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,6})?")


class ApprovalSubject(Protocol):
    """What a route looks at: a submitted `Review`, or the `Content` of one that may come."""

    @property
    def requester(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def amount(self) -> Money | None: ...
    @property
    def excluded(self) -> tuple[str, ...]: ...


def content_hash(fields: Mapping[str, Any]) -> str:
    """Hex SHA-256 over canonical JSON of `fields`: UTF-8, keys sorted, no spaces, decimals at their shortest."""
    text = json.dumps(_plain(fields), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def field_hashes(material: Mapping[str, Any]) -> dict[str, str]:
    """The hash of each field by itself, so that a change can be named without keeping the values."""
    return {name: content_hash({name: value}) for name, value in material.items()}


def contradicting(fields: Mapping[str, str], data: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields whose logged value does not give the hash beside it. A field without a value contradicts nothing."""
    logged = ((name, data[name], wanted) for name, wanted in sorted(fields.items()) if name in data)
    return tuple(
        name
        for name, value, wanted in logged
        if wanted not in (content_hash({name: value}), content_hash({name: _shortest(value)}))
    )


def _shortest(value: Any) -> Any:
    """A logged value with its decimals as they were hashed."""
    match value:
        case Mapping():
            return {name: _shortest(item) for name, item in value.items()}
        case list() | tuple():
            return [_shortest(item) for item in value]
        case str() if _NUMBER.fullmatch(value):
            return _digits(Decimal(value))
        case _:
            return value


def as_logged(data: Mapping[str, Any]) -> dict[str, Any]:
    """`data` in the shape it has once it was read back from the log, so that a fold gives the same before and after."""
    logged: dict[str, Any] = to_jsonable_python(dict(data))
    return logged


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Names whose value differs, is new or is gone, in alphabetical order."""
    missing = object()
    return tuple(name for name in sorted({*before, *after}) if before.get(name, missing) != after.get(name, missing))


def _plain(value: Any) -> Any:
    match value:
        case BaseModel():
            return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
        case Mapping():
            return {str(_plain(key)): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=repr)
        case Decimal():
            return _digits(value)
        case Enum():
            return _plain(value.value)
        case _:
            return to_jsonable_python(value)


def _digits(value: Decimal) -> str:
    """95000, 95000.00 and 9.5E+4 are one number and get one text."""
    return format(value.normalize(), "f") if value else "0"
