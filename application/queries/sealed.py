"""Sealed words of a case, opened for those with a part in it: what they wrote about a person can be read again."""

from collections.abc import Iterator, Mapping
from typing import Any

from application.services import Services
from application.visibility import VisibleCase
from domain.kernel.payloads import payload_model
from domain.kernel.process import Process
from domain.kernel.showing.confidential import through
from domain.kernel.values.sealed import Sealed, SealFor

TEXT = "text"
"""Beside `sealed`, for who may read it: the words, or null where they were erased with their person (KRN-52)."""


async def opened(services: Services, seen: VisibleCase, told: Any) -> Any:
    """`told` (JSON, without what is hidden from the reader) with the words of its sealed values.

    Without them for whoever has no part in the case, though they may see it, and for the operator (KRN-43).
    """
    if not _has_part(seen):
        return told
    values = list({(value["subject"], value["sealed"]): None for value in _sealed(told)})
    if not values:
        return told
    found = [Sealed(subject=subject, sealed=sealed) for subject, sealed in values]
    texts = await services.keys.unseal_any(found, contexts(seen.process))
    return _with(told, dict(zip(values, texts, strict=True)))


def contexts(process: Process[Any]) -> tuple[str, ...]:
    """What the values of a process may be bound to: the sealed fields of its commands."""
    return tuple(
        f"{process.name}.{name}.{field}"
        for name in process.commands
        for field, info in payload_model(process, name).model_fields.items()
        if any(isinstance(mark, SealFor) for mark in info.metadata)
    )


def _has_part(seen: VisibleCase) -> bool:
    return seen.sees_case and through(seen.process.outline(seen.state), seen.redactor.visibility.viewpoints) is not None


def _is_sealed(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == {"subject", "sealed"}


def _sealed(value: Any) -> Iterator[Mapping[str, str]]:
    if _is_sealed(value):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _sealed(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _sealed(inner)


def _with(value: Any, texts: Mapping[tuple[str, str], str | None]) -> Any:
    if _is_sealed(value):
        return {**value, TEXT: texts[value["subject"], value["sealed"]]}
    if isinstance(value, Mapping):
        return {name: _with(inner, texts) for name, inner in value.items()}
    return [_with(inner, texts) for inner in value] if isinstance(value, list) else value
