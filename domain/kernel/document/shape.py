"""What follows from the model of a document's content: payloads of its commands, and what conditions see."""

from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import Field, create_model
from pydantic.fields import FieldInfo

from domain.kernel.document.spec import WORDS, C, DocumentSpec
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.organisation.policy_needs import Kind, PolicyFields


def amendment_of(spec: DocumentSpec[C]) -> type[Value]:
    """A payload with every field of the content, each optional: what is left out stays."""
    fields: dict[str, Any] = {
        name: _optional(info) for name, info in spec.content.model_fields.items() if name not in spec.fixed
    }
    return create_model(f"Amend{spec.content.__name__}", __base__=Value, __doc__=WORDS["amend"][1].id, **fields)


def submission_of(spec: DocumentSpec[C]) -> type[Value]:
    return create_model(f"Submit{spec.content.__name__}", __base__=Value, __doc__=WORDS["submit"][1].id)


def _optional(info: FieldInfo) -> tuple[Any, Any]:
    field = Field(default=None, title=info.title, description=info.description, validation_alias=info.validation_alias)
    annotation: Any = info.rebuild_annotation()
    return annotation | None, field


def seen_of(spec: DocumentSpec[C]) -> PolicyFields:
    """What conditions of a policy may look at, from the types of the content's fields."""
    kinds = {name: _kind(info) for name, info in spec.content.model_fields.items() if name not in spec.unseen}
    derived = {name: more.kind for name, more in spec.derived.items()}
    return PolicyFields(
        material={name: kind for name, kind in kinds.items() if name in spec.material},
        data={name: kind for name, kind in kinds.items() if name not in spec.material} | derived,
        amount=spec.amount is not None,
    )


_KINDS: dict[str, Kind] = {
    "unit": "unit", "position": "position", "person": "person", "category": "category", "currency": "currency",
    "budget-line": "budget_line",
}  # fmt: skip


def _kind(info: FieldInfo) -> Kind:
    """A list has no kind of its own, whatever its entries refer to: no comparison fits it."""
    if get_origin(info.annotation) is tuple:
        return "other"
    given = [one for one in get_args(info.annotation) if one is not NoneType] or [info.annotation]
    plain, marks = given[0], [*info.metadata]
    while hasattr(plain, "__metadata__"):
        marks, plain = [*plain.__metadata__, *marks], plain.__origin__
    named = [mark.what for mark in marks if isinstance(mark, Reference)]
    if named:
        return _KINDS.get(named[-1], "word")
    if plain is bool:
        return "flag"
    if plain is int:
        return "number"
    return "money" if plain is Money else "other"
