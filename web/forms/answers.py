"""From what a form sent to a payload, and from a payload to what a form shows: each the inverse of the other.

A form is flat: `p.salary_band.min.amount` is the amount of `min` of `salary_band`, `p.checks.0` the first of `checks`.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from web.forms.fields import Field, Kind

Typed = Mapping[str, str]
"""What stands in the fields of a form, by their names."""
Payload = dict[str, Any]
ROOT: Final = "p"
_NOTHING: Final = object()


def answered(fields: Iterable[Field], typed: Typed, at: str = ROOT) -> Payload:
    """The payload that was typed: what was left empty is left out, rows in which nothing was typed too.

    What cannot be read (letters for a number) stays as it was typed, for the model to refuse.
    """
    found = {field.name: _answer(field, typed, f"{at}.{field.name}") for field in fields}
    return {name: value for name, value in found.items() if value is not _NOTHING}


def shown(
    fields: Iterable[Field], payload: Mapping[str, Any], at: str = ROOT, *, fresh: bool = False
) -> dict[str, str]:
    """What a form shows for a payload. `fresh` fills in what counts if nothing is said: for a form's first time."""
    filled: dict[str, str] = {}
    for field in fields:
        value = payload.get(field.name, field.default if fresh else None)
        if value is not None:
            filled |= dict(_shown(field, value, f"{at}.{field.name}"))
    return filled


def rows(typed: Typed, at: str) -> list[int]:
    """The numbers of the rows of a list, as the page has them."""
    begins = (name[len(at) + 1 :].split(".", 1)[0] for name in typed if name.startswith(f"{at}."))
    return sorted({int(number) for number in begins if number.isascii() and number.isdecimal() and len(number) < 5})


def _answer(field: Field, typed: Typed, at: str) -> Any:
    match field.kind:
        case Kind.FLAG:
            return True if at in typed else False if field.default else _NOTHING
        case Kind.MONEY:
            money = answered(field.inner, typed, at)
            return money if "amount" in money else _NOTHING
        case Kind.GROUP:
            group = answered(field.inner, typed, at)
            return group if field.required or not _is_blank(field, group) else _NOTHING
        case Kind.LIST:
            return _listed(field, typed, at) or ([] if field.required else _NOTHING)
        case Kind.SCORES:
            pairs = _listed(field, typed, at)
            return {str(each.get("name", "")): each.get("value") for each in pairs} or (
                {} if field.required else _NOTHING
            )
        case Kind.NEWCOMER:
            given = answered(field.inner, typed, at)
            return given.get("id", given or _NOTHING)
    text = typed.get(at, "").replace("\r\n", "\n").strip()
    return _read(field, text) if text else _NOTHING


def _listed(field: Field, typed: Typed, at: str) -> list[Any]:
    """The rows of a list in which something was typed."""
    row = field.row
    answers = (_answer(row, typed, f"{at}.{number}") for number in rows(typed, at))
    return [answer for answer in answers if answer is not _NOTHING and not _is_blank(row, answer)]


def _is_blank(row: Field, answer: Any) -> bool:
    """Whether a row says no more than one that nobody touched."""
    return row.kind is Kind.GROUP and answer == answered(row.inner, shown(row.inner, {}, fresh=True))


def _read(field: Field, text: str) -> Any:
    if field.kind not in (Kind.WHOLE, Kind.DECIMAL):
        return text
    plain = "".join(_digit(character) for character in text if character not in ",  ")
    whole = field.kind is Kind.WHOLE and plain.isascii() and plain.removeprefix("-").isdecimal() and len(plain) < 19
    return int(plain) if whole else plain


def _digit(character: str) -> str:
    """Thai digits count like any others."""
    return str(unicodedata.decimal(character, character))


def _shown(field: Field, value: Any, at: str) -> Iterator[tuple[str, str]]:
    """Nothing for a value that is not of the field's shape: an address and a hidden field may claim anything."""
    match field.kind, value:
        case Kind.FLAG, _:
            if value:
                yield at, "on"
        case Kind.LIST, list() | tuple():
            yield from _rows_shown(field, value, at)
        case Kind.SCORES, dict():
            yield from _rows_shown(field, [{"name": name, "value": one} for name, one in value.items()], at)
        case Kind.NEWCOMER, str():
            yield f"{at}.id", value
        case Kind.MONEY | Kind.GROUP | Kind.NEWCOMER, dict():
            yield from shown(field.inner, value, at).items()
        case Kind.LIST | Kind.SCORES | Kind.MONEY | Kind.GROUP | Kind.NEWCOMER, _:
            pass
        case _, str() | int() | float() | Decimal():
            yield at, str(value)


def _rows_shown(field: Field, values: Iterable[Any], at: str) -> Iterator[tuple[str, str]]:
    for number, one in enumerate(values):
        yield from _shown(field.row, one, f"{at}.{number}")


def with_row(fields: Iterable[Field], typed: Typed, at: str) -> dict[str, str]:
    """The form with one more empty row in the list at `at`."""
    field = field_at(fields, at)
    if field is None or field.kind not in (Kind.LIST, Kind.SCORES):
        return dict(typed)
    there = rows(typed, at)
    new = f"{at}.{there[-1] + 1 if there else 0}"
    row = field.row
    inside = shown(row.inner, {}, new, fresh=True) if row.kind is Kind.GROUP else {}
    return {**typed, new: "", **inside}


def without_row(typed: Typed, row: str) -> dict[str, str]:
    """The form without one row of a list."""
    return {name: value for name, value in typed.items() if name != row and not name.startswith(f"{row}.")}


def field_at(fields: Iterable[Field], at: str) -> Field | None:
    """The field with this name in the form; None for a name that the form does not have."""
    first, _, rest = at.removeprefix(f"{ROOT}.").partition(".")
    found = next((field for field in fields if field.name == first), None)
    if found is None or not rest:
        return found
    if found.kind in (Kind.LIST, Kind.SCORES):
        _number, _, rest = rest.partition(".")
        return field_at(found.row.inner, rest) if rest else found.row
    return field_at(found.inner, rest)


def changes(fields: Iterable[Field], payload: Mapping[str, Any], was: Mapping[str, Any]) -> Payload:
    """What differs from the values that the form began with. A day or a list that was emptied is taken back."""
    known = {field.name: field for field in fields}
    before = answered(known.values(), shown(known.values(), was))
    changed = {name: value for name, value in payload.items() if value != before.get(name, _NOTHING)}
    emptied = [known[name] for name in before if name not in payload]
    taken_back: Payload = {field.name: [] if field.kind is Kind.LIST else None for field in emptied if may_empty(field)}
    return changed | taken_back


def may_empty(field: Field) -> bool:
    """Whether emptying the field says something; any other that was filled and is optional stays as it was."""
    return field.kind in (Kind.LIST, Kind.DATE)
