"""JSON schemas of commands as edges take them: plain text where it will be sealed, a new person where one may be."""

from functools import cache
from typing import Any

from application.commands.compose import INTERNAL
from application.personal import LONGEST
from domain.kernel.payloads import payload_model
from domain.kernel.process import Process
from domain.kernel.value import Value
from domain.kernel.values.sealed import LONGEST_APART, MayBeNew, SealApart, SealFor


def commands(process: Process[Any]) -> list[str]:
    """The names of the commands that people send."""
    return sorted(set(process.commands) - INTERNAL)


def payload_schema(process: Process[Any], name: str) -> dict[str, Any]:
    """The schema of a payload, with its own `$defs`. Raises Refused `unknown-command`."""
    return _schema(payload_model(process, name))


@cache
def _schema(model: type[Value]) -> dict[str, Any]:
    schema = model.model_json_schema()
    for field, info in model.model_fields.items():
        for mark in info.metadata:
            if isinstance(mark, SealFor):
                schema["properties"][field] = _kept(schema, field, {"type": "string", "maxLength": LONGEST})
            elif isinstance(mark, SealApart):
                schema["properties"][field] = _kept(schema, field, {"type": "string", "maxLength": LONGEST_APART})
            elif isinstance(mark, MayBeNew):
                person = _kept(schema, field, {"anyOf": [{"type": "string"}, _NEW_PERSON]})
                schema["properties"][field] = person
    return schema


def _kept(schema: dict[str, Any], field: str, new: dict[str, Any]) -> dict[str, Any]:
    """`new` with the words of the old, and with null where that was allowed."""
    old = schema["properties"][field]
    words = {name: old[name] for name in ("title", "description", "default") if name in old}
    nullable = {"type": "null"} in old.get("anyOf", ())
    return words | ({"anyOf": [new, {"type": "null"}]} if nullable else new)


_NEW_PERSON: dict[str, Any] = {
    "type": "object",
    "description": "Somebody new: found again by the address, else made known. Both are sealed (KRN-52).",
    "properties": {
        "name": {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": 200},
                {"type": "object", "additionalProperties": {"type": "string"}},
            ]
        },
        "email": {"type": "string", "maxLength": 254},
    },
    "required": ["name"],
    "additionalProperties": False,
}
