"""From JSON to a command's payload, with an error that names the field and says what to do."""

from typing import Any

from pydantic import ValidationError

from domain.kernel.errors import Refused
from domain.kernel.process import Process
from domain.kernel.value import Value


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
        return payload_model(process, name).model_validate(payload)
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
