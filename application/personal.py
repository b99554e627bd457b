"""What people typed, on its way into a payload: people who are not known yet, and text that is sealed."""

import json
from collections.abc import Mapping
from re import fullmatch, search
from typing import Any, TypeGuard
from uuid import UUID, uuid5

from application.apart import pretend_apart, seal_apart
from application.services import Services
from domain.kernel.commands import says_nothing
from domain.kernel.errors import Refused
from domain.kernel.payloads import payload_model
from domain.kernel.process import Process
from domain.kernel.value import Value
from domain.kernel.values.sealed import MayBeNew, SealApart, Sealed, SealFor
from domain.organisation.persons import Details

ADDRESS = r"[^@\s]+@[^@\s]+\.[^@\s]+"
ZERO = r"(?<!\\)(?:\\\\)*\\u0000"
"""The character zero as JSON writes it; behind an odd number of backslashes it is only the text that looks so."""
LONGEST = 20_000
"""Characters of a text that is sealed: the same bound as for texts in the clear."""


def refuse_unstorable(payload: dict[str, Any]) -> None:
    """What Postgres or JSON cannot hold: half of a surrogate pair, the character zero, nesting without end."""
    try:
        text = json.dumps(payload, ensure_ascii=False, default=str)
        text.encode()
    except UnicodeEncodeError:
        raise Refused("bad-payload", "The text is not UTF-8; send it again as UTF-8.") from None
    except RecursionError:
        raise Refused("bad-payload", "The content is nested too deeply; write it flatter.") from None
    if search(ZERO, text):
        raise Refused("bad-payload", "The text holds the character zero; delete it.")


def pretended(model: type[Value], payload: dict[str, Any]) -> dict[str, Any]:
    """The payload as it will be once people are registered and texts sealed, to find every other mistake first."""
    ready = dict(payload)
    for field in newcomers(model, payload):
        _details(field, ready[field])
        ready[field] = "c-000000000000"
    for field, info in model.model_fields.items():
        for mark in info.metadata:
            if isinstance(mark, SealFor) and isinstance(ready.get(field), str):
                ready[field] = Sealed(subject=str(ready.get(mark.sibling)), sealed=_bounded(field, ready[field]))
            elif isinstance(mark, SealApart) and isinstance(ready.get(field), str):
                ready[field] = pretend_apart(field, str(ready.get(mark.task)), ready[field])
    return ready


async def prepared(
    services: Services, process: Process[Any], name: str, payload: dict[str, Any], actor: str, command_id: UUID
) -> dict[str, Any]:
    """The payload with new people registered and personal text sealed: from here on nothing personal is readable."""
    model = payload_model(process, name)
    ready = dict(payload)
    for field in newcomers(model, payload):
        details = _details(field, ready[field])
        ready[field] = await services.people.register(details, actor=actor, command_id=uuid5(command_id, field))
    for field, info in model.model_fields.items():
        for mark in info.metadata:
            if isinstance(mark, SealFor) and isinstance(ready.get(field), str):
                subject = await _subject(services, ready, mark.sibling, field)
                context = f"{process.name}.{name}.{field}"
                ready[field] = (await services.keys.seal(subject, context, _bounded(field, ready[field]))).model_dump()
            elif isinstance(mark, SealApart) and isinstance(ready.get(field), str):
                salt = f"{actor} {command_id}"
                ready[field] = await seal_apart(services.keys, field, str(ready.get(mark.task)), ready[field], salt)
    return ready


def newcomers(model: type[Value], payload: Mapping[str, Any]) -> list[str]:
    """The fields that bring a person along by name, who may not be known yet."""
    return [
        field
        for field, info in model.model_fields.items()
        if isinstance(payload.get(field), dict) and any(isinstance(mark, MayBeNew) for mark in info.metadata)
    ]


def _bounded(field: str, text: str) -> str:
    """Raises Refused `bad-payload`: a sealed text shows to nobody that it is empty, or too long to be stored."""
    if says_nothing(text):
        raise Refused("bad-payload", "{field}: write something, or leave the field out.", field=field)
    if len(text) > LONGEST:
        raise Refused(
            "bad-payload", "{field}: at most {most} characters; attach longer texts.", field=field, most=LONGEST
        )
    return text


def _details(field: str, given: dict[str, Any]) -> Details:
    name, email = given.get("name"), given.get("email")
    names = {"en": name} if isinstance(name, str) else name
    if set(given) - {"name", "email"} or not _are_names(names) or not _is_address(email):
        raise Refused("bad-payload", "{field}: give a person id, or a name and an email.", field=field)
    return Details(name=names, email=email, candidate=True)


def _are_names(names: Any) -> TypeGuard[dict[str, str]]:
    """By language, as in organisation files: {"en": …, "th": …}."""
    return (
        isinstance(names, dict)
        and bool(names)
        and all(
            len(code) == 2 and isinstance(text, str) and 0 < len(text.strip()) <= 200 for code, text in names.items()
        )
    )


def _is_address(email: Any) -> bool:
    """An address that could be written to, or none."""
    return email is None or (isinstance(email, str) and len(email) <= 254 and fullmatch(ADDRESS, email) is not None)


async def _subject(services: Services, payload: dict[str, Any], sibling: str, field: str) -> str:
    subject = payload.get(sibling)
    if not isinstance(subject, str) or not (await services.people.record(subject)).registered:
        raise Refused(
            "unknown-person",
            "{field} is about the person in {sibling}, who is not known.",
            field=field,
            sibling=sibling,
        )
    return subject
