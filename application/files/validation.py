"""Data of a file against a model: each mistake as `file:line: field: what to do`, all of them in one refusal."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from application.files.document import Located, Place
from domain.kernel.payloads import flag_for_number
from domain.kernel.values.days import within
from domain.organisation.problems import refusal

M = TypeVar("M", bound=BaseModel)


def validated(document: Located, model: type[M], data: Any = None) -> M:
    """`data` (or what the file says) as a `model`. Raises Refused `bad-file`, every problem in `facts["problems"]`."""
    given = document.data if data is None else data
    try:
        found = model.model_validate(given)
    except ValidationError as error:
        details = _one_for_each_value(document, error.errors(include_url=False, include_input=False))
        raise refusal([_explained(document, model, detail) for detail in details]) from None
    if far := [f"{document.where(place)}: {_dotted(place)}: {wrong}" for place, wrong in _days_out_of_range(found)]:
        raise refusal(far)
    if place := flag_for_number(given, found):
        raise refusal([f"{document.where(tuple(place.split('.')))}: {place}: write a number, not true or false"])
    return found


def _days_out_of_range(value: object, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every day in a file that nobody can mean, in whatever field it stands (ORG-08)."""
    match value:
        case BaseModel():
            for name, field in type(value).model_fields.items():
                yield from _days_out_of_range(getattr(value, name), (*place, field.alias or name))
        case tuple() | list():
            for number, one in enumerate(value):
                yield from _days_out_of_range(one, (*place, number))
        case dict():
            for key, one in value.items():
                yield from _days_out_of_range(one, (*place, str(key)))
        case date():
            try:
                within(value if not isinstance(value, datetime) else value.date())
            except ValueError as wrong:
                yield place, str(wrong)


def _one_for_each_value(document: Located, details: Iterable[ErrorDetails]) -> list[ErrorDetails]:
    """A value that fits no member of a union is one mistake, and a list is not too short for one wrong entry."""
    first: dict[Place, ErrorDetails] = {}
    for detail in details:
        place = tuple(detail["loc"])
        first.setdefault(place if detail["type"] == "missing" else document.known(place), detail)
    return [detail for place, detail in first.items() if detail["type"] != "too_short" or not _within(place, first)]


def _within(place: Place, others: Iterable[Place]) -> bool:
    return any(other != place and other[: len(place)] == place for other in others)


def _explained(document: Located, model: type[BaseModel], detail: ErrorDetails) -> str:
    place: Place = tuple(detail["loc"])
    known = document.known(place)
    where = document.where(place)
    match detail["type"]:
        case "missing":
            return f"{where}: {_dotted((*known, place[-1]))}: is missing; add it"
        case "extra_forbidden":
            return f"{where}: {_dotted(known)}: {_unknown(model, place)}"
        case "value_error":
            return f"{where}: {_dotted(known)}: {detail['ctx']['error']}"
        case "model_type" if detail["ctx"]["class_name"] == "Money":
            return f"{where}: {_dotted(known)}: write money as an amount and a currency, for example 95000 THB"
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"{where}: {_dotted(known)}: should be a mapping of names to values"
        case "tuple_type" | "list_type":
            return f"{where}: {_dotted(known)}: should be a list"
        case "too_short":
            return f"{where}: {_dotted(known)}: is empty; name at least one"
        case "decimal_parsing" | "decimal_type" | "finite_number" | "int_parsing" | "int_type":
            return f"{where}: {_dotted(known)}: should be a number, for example 2"
        case "literal_error" if known[-1:] == ("quorum",):
            return f"{where}: {_dotted(known)}: should be any, all, or a number of 1 or more"
        case "string_type":
            return f"{where}: {_dotted(known)}: should be text; put it in quotes"
    return f"{where}: {_dotted(known)}: {_lowered(detail['msg'])}"


def _dotted(place: Place) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.lstrip(".") or "the file"


def _lowered(text: str) -> str:
    text = text.removeprefix("Input ")
    return text[:1].lower() + text[1:]


def _unknown(model: type[BaseModel], place: Place) -> str:
    """What to do about a field that does not exist: the near match, or all fields there are."""
    found = [field for each in _models_at((model,), place[:-1]) for field in each.model_fields.items()]
    fields = sorted({field.alias or name for name, field in found})
    near = get_close_matches(str(place[-1]), fields, n=1)
    if near:
        return f"is not a known field; did you mean {near[0]}?"
    return f"is not a known field; the fields here are {', '.join(fields)}"


def _models_at(models: tuple[type[BaseModel], ...], place: Place) -> tuple[type[BaseModel], ...]:
    for part in place:
        inner = [f.annotation for m in models if (f := m.model_fields.get(str(part)))]
        models = tuple(found for annotation in inner for found in _models_in(annotation)) or models
    return models


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Models inside an annotation: in lists, mappings, unions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
