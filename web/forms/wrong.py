"""What is wrong with a form, each mistake at its field, in words for the one who fills it in."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.kernel.errors import Refused
from domain.kernel.values.message import N_, Message
from web.forms.answers import ROOT, Payload, rows
from web.forms.fields import Field, Kind


@dataclass(frozen=True)
class Wrong:
    """`at` is the name of a field in the form, empty for the form as a whole."""

    at: str
    message: Message


MISSING = N_("Fill this in.")
ODD = N_("This does not fit here.")
_WHOLE = N_("Write a whole number.")
_NUMBER = N_("Write a number, for example 95000 or 95000.50.")
_DAY = N_("Give a day, for example 2026-11-30.")
_SENTENCES: Mapping[str, Message] = {
    "missing": MISSING,
    "string_too_short": MISSING,
    "too_short": N_("Give at least {min_length}."),
    "too_long": N_("Give at most {max_length}."),
    "string_too_long": N_("Write at most {max_length} characters."),
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "decimal_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "greater_than_equal": N_("Give at least {ge}."),
    "less_than_equal": N_("Give at most {le}."),
    "greater_than": N_("Give more than {gt}."),
    "date_from_datetime_parsing": _DAY,
    "date_parsing": _DAY,
    "date_type": _DAY,
    "literal_error": N_("Choose one of those offered."),
    "string_pattern_mismatch": N_("This is not written as it should be; look at the example or choose from the list."),
}


def mistakes(model: type[BaseModel], payload: Payload, fields: Sequence[Field]) -> list[Wrong]:
    """Every mistake that the model finds in a payload, one for each field."""
    try:
        model.model_validate(payload)
    except ValidationError as error:
        found = [_explained(detail, payload, fields) for detail in error.errors(include_url=False, include_input=False)]
        return list({one.at or str(one.message): one for one in reversed(found)}.values())[::-1]
    return []


def from_refusal(refused: Refused, fields: Sequence[Field], payload: Payload) -> Wrong:
    """A refusal at the field that it is about: one it names, or whose value it names; else of the form as a whole."""
    at = _named(refused, fields, payload)
    return Wrong(at, Message(id=refused.template, args={name: str(value) for name, value in refused.details.items()}))


def _named(refused: Refused, fields: Sequence[Field], payload: Payload) -> str:
    names = [field.name for field in fields]
    said = [str(refused.details.get(fact, "")).replace(" ", "_") for fact in ("field", "what")]
    said += [refused.code.removeprefix(start).replace("-", "_") for start in ("unknown-", "bad-", "no-such-", "")]
    said += [name for name in names if name in refused.details and refused.details[name] == payload.get(name)]
    found = next((name for name in said if name in names), None)
    if found is None:
        values = {str(value) for value in refused.details.values() if value}
        found = next((name for name in names if str(payload.get(name)) in values), None)
    return f"{ROOT}.{found}" if found else ""


def _explained(detail: ErrorDetails, payload: Payload, fields: Sequence[Field]) -> Wrong:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in ("value_error", "assertion_error"):
        said = str(context.get("error", ""))
        return Wrong(_place(detail["loc"], payload, fields) or _mentioned(said, fields), Message(id=said))
    sentence = _SENTENCES.get(kind, ODD)
    args = {name: str(value) for name, value in context.items() if f"{{{name}}}" in sentence.id}
    return Wrong(_place(detail["loc"], payload, fields), Message(id=sentence.id, args=args))


def _place(loc: Iterable[int | str], payload: Any, fields: Sequence[Field]) -> str:
    """The name of the field in the form for a place in the payload."""
    at, value, inside, first = [ROOT], payload, fields, ""
    for part in loc:
        field = next((one for one in inside if part == one.name or part in one.other_names), None)
        if field is None and not (isinstance(part, int) or isinstance(value, dict)):
            break
        if field is not None:
            at.append(field.name)
            first = "amount" if field.kind is Kind.MONEY else ""
            inside = field.row.inner if field.kind in (Kind.LIST, Kind.SCORES) else field.inner
            value = value.get(field.name) if isinstance(value, dict) else None
        elif isinstance(part, int):
            at.append(str(part))
        elif isinstance(value, dict) and part in value:
            at += [str(list(value).index(part)), "value"]
            break
    at += [first] if first and at[-1] not in ("amount", "currency") else []
    return ".".join(at) if len(at) > 1 else ""


def _mentioned(said: str, fields: Iterable[Field]) -> str:
    """A rule over several fields belongs to the one that its sentence names, of several to the first."""
    named = {found.start(): field.name for field in fields if (found := re.search(rf"\b{field.name}\b", said))}
    return f"{ROOT}.{named[min(named)]}" if named else ""


def twice(fields: Iterable[Field], typed: Mapping[str, str]) -> list[Wrong]:
    """Rows of scores that name the same thing: the later would silently replace the earlier."""
    found = []
    for field in (one for one in fields if one.kind is Kind.SCORES):
        seen: set[str] = set()
        for number in rows(typed, f"{ROOT}.{field.name}"):
            at = f"{ROOT}.{field.name}.{number}.name"
            name = typed.get(at, "").strip()
            if name and name in seen:
                found.append(Wrong(at, N_("This stands here twice; name each once.")))
            seen.add(name)
    return found
