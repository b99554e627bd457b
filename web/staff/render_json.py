"""Any JSON of a case as something to read: labels, amounts, days, people, and a lock where a value is hidden (KRN-43).

A process needs no template of its own for its content: names of fields are its labels, translated like any other word.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from babel.dates import format_date

from application.wording import formats
from application.wording.reader import Reader
from domain.kernel.values.money import Money
from runtime.translations import known

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:")
_MONEY = re.compile(r"-?\d+(\.\d+)? [A-Z]{3}")
_WORD = re.compile(r"[a-z]+(_[a-z]+)*(-[0-9]+)?")
"""A word of ours; `offer-1` has a number behind it."""
_TECHNICAL = frozenset({"task", "hr_named", "recruiter_named", "revision", "review", "id"})
"""Fields that only the program reads."""


@dataclass(frozen=True)
class StoredEvent:
    """One value: `kind` is text, hidden, sealed, erased, list, group or table; `text` or `inside` hold it.

    `label` may be empty. A table's `inside` are its rows, each a group; `columns` are the labels that any of them has.
    """

    kind: str
    label: str = ""
    text: str = ""
    inside: tuple["StoredEvent", ...] = ()
    columns: tuple[str, ...] = ()

    def cell(self, column: str) -> "StoredEvent | None":
        """The value of a row of a table in this column."""
        return next((one for one in self.inside if one.label == column), None)


HIDDEN = StoredEvent("hidden")


def facts(values: Mapping[str, Any], reader: Reader) -> tuple[StoredEvent, ...]:
    """The fields of a mapping that hold something."""
    found = ((name, fact(value, reader)) for name, value in values.items() if name not in _TECHNICAL)
    return tuple(replace(one, label=plain(name, reader)) for name, one in found if one is not None)


def fact(value: Any, reader: Reader) -> StoredEvent | None:
    """One value; None where there is nothing to read, which a plain no is too."""
    if value is None or value is False or value in ("", [], {}):
        return None
    match value:
        case {"hidden": True}:
            return HIDDEN
        case {"sealed": str(), "text": str() as words}:
            return StoredEvent("text", text=words)
        case {"sealed": str(), "text": None}:
            return StoredEvent("erased")
        case {"sealed": str()}:
            return StoredEvent("sealed")
        case {"amount": str() | int(), "currency": str()} if len(value) == 2:
            return StoredEvent("text", text=money(value, reader))
        case {"id": str(), "args": dict()} if len(value) == 2:
            return StoredEvent("text", text=reader.said(value))
        case {"id": str() as name, "version": str() | int() as version} if len(value) == 2:
            return StoredEvent("text", text=f"{reader.names.get(name, name)} · {reader.word('version')} {version}")
        case dict():
            return _group(value, reader)
        case list():
            return _list(value, reader)
        case True:
            return StoredEvent("text", text=reader.gettext("yes"))
    return StoredEvent("text", text=plain(str(value), reader))


def money(value: Mapping[str, Any], reader: Reader) -> str:
    return formats.money(Money.model_validate(value), reader.code or "en")


def plain(text: str, reader: Reader) -> str:
    """A text: an instant, a day, an amount in the reader's way, a word of ours translated, people by name."""
    if _INSTANT.match(text):
        return reader.when(text)
    if _DAY.fullmatch(text):
        return str(format_date(date.fromisoformat(text), "medium", locale=reader.code or "en"))
    if _MONEY.fullmatch(text):
        return formats.money(Money.model_validate(text), reader.code or "en")
    if text in reader.names:
        return reader.names[text]
    return reader.word(text) if _WORD.fullmatch(text) else known(text, reader.code) or reader.text(text)


def _group(value: Mapping[str, Any], reader: Reader) -> StoredEvent | None:
    inside = facts(value, reader)
    if inside and all(one.kind == "text" and len(one.text) < 25 for one in inside) and len(inside) <= 3:
        return StoredEvent("text", text=" · ".join(f"{one.label}: {one.text}" for one in inside))
    return StoredEvent("group", inside=inside) if inside else None


def _list(values: list[Any], reader: Reader) -> StoredEvent | None:
    if len(values) > 1 and all(isinstance(value, dict) and len(value) > 2 for value in values):
        return _table(values, reader)
    inside = tuple(one for one in (fact(value, reader) for value in values) if one is not None)
    if all(one.kind == "text" for one in inside) and sum(len(one.text) for one in inside) < 120:
        return StoredEvent("text", text=", ".join(one.text for one in inside))
    return StoredEvent("list", inside=inside) if inside else None


def _table(values: list[dict[str, Any]], reader: Reader) -> StoredEvent | None:
    rows = [facts(value, reader) for value in values]
    told = {one.label for row in rows for one in row}
    names = dict.fromkeys(name for value in values for name in value)  # in their order, also where a row lacks one
    columns = tuple(label for label in (plain(name, reader) for name in names) if label in told)
    return (
        StoredEvent("table", inside=tuple(StoredEvent("group", inside=row) for row in rows), columns=columns)
        if columns
        else None
    )
