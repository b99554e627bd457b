"""From JSON to a command's payload, with an error that names the field and says what to do."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from domain.kernel.errors import Refused
from domain.kernel.process import Process
from domain.kernel.value import Value
from domain.kernel.values.days import within


def payload_model(process: Process[Any], name: str) -> type[Value]:
    """The payload model of a command. Raises Refused `unknown-command`."""
    model = process.commands.get(name)
    if model is None:
        raise Refused(
            "unknown-command",
            "{process} has no command {name}; it has: {known}.",
            process=process.name,
            name=name[:80],
            known=", ".join(sorted(process.commands)),
        )
    return model


def parse_payload(process: Process[Any], name: str, payload: dict[str, Any]) -> Value:
    """The validated payload. Raises Refused `bad-payload` naming each wrong field; never repeats the values."""
    try:
        found = payload_model(process, name).model_validate(payload)
    except ValidationError as error:
        problems = [
            {"field": ".".join(str(part) for part in found["loc"]) or "(payload)", "problem": found["msg"]}
            for found in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise Refused(
            "bad-payload",
            "{process} {command}: {summary}",
            process=process.name,
            command=name,
            summary="; ".join(f"{p['field']}: {p['problem']}" for p in problems[:5]),
            problems=problems,
        ) from None
    if field := flag_for_number(payload, found):
        raise _wrong(process, name, field, "write a number, not true or false")
    for field, day in _days(found):
        try:
            within(day)
        except ValueError as error:
            raise _wrong(process, name, field, str(error)) from None
    return found


def _wrong(process: Process[Any], command: str, field: str, said: str) -> Refused:
    return Refused(
        "bad-payload",
        "{process} {command}: {summary}",
        process=process.name,
        command=command,
        summary=f"{field}: {said}",
        problems=[{"field": field, "problem": said}],
    )


def _days(value: Any, place: str = "") -> Iterator[tuple[str, date]]:
    """Every day and instant in a payload, however deep, with its place (ORG-08)."""
    inner: Iterable[tuple[Any, Any]] = ()
    match value:
        case datetime():
            yield place, value.date()
        case date():
            yield place, value
        case Value():
            inner = ((name, getattr(value, name)) for name in type(value).model_fields)
        case dict():
            inner = value.items()
        case list() | tuple():
            inner = enumerate(value)
    for key, each in inner:
        yield from _days(each, f"{place}.{key}".lstrip("."))


def flag_for_number(given: Any, read: Any, place: str = "") -> str | None:
    """Where true or false was read as 1 or 0: pydantic lets that pass, and nobody means it."""
    if isinstance(given, bool):
        return place if isinstance(read, int | float | Decimal) and not isinstance(read, bool) else None
    inner: list[tuple[Any, Any, Any]] = []
    if isinstance(given, dict):
        inner = [(name, value, _at(read, name)) for name, value in given.items()]
    elif isinstance(given, list | tuple) and isinstance(read, list | tuple):
        inner = [(number, *pair) for number, pair in enumerate(zip(given, read, strict=False))]
    parts = (flag_for_number(value, of, f"{place}.{key}".lstrip(".")) for key, value, of in inner)
    return next((part for part in parts if part), None)


def _at(read: Any, name: Any) -> Any:
    """What became of a field; None where it has another name in the model."""
    return read.get(name) if isinstance(read, dict) else getattr(read, str(name), None)
