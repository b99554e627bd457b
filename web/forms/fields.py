"""From a command's model to what a form asks: one `Field` for each of its fields, nested as the model is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from domain.kernel.commands import Text
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.kernel.values.sealed import MayBeNew, Sealed

LONG = next(mark.max_length for mark in get_args(Text)[1].metadata if hasattr(mark, "max_length"))
"""Texts of the kernel's kind `Text` get several lines."""


class Kind(StrEnum):
    """How a field is asked."""

    TEXT = "text"
    LONG = "long"
    WHOLE = "whole"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"
    FLAG = "flag"
    CHOICE = "choice"
    AMONG = "among"
    NEWCOMER = "newcomer"  # somebody who is known already, or a name and an address
    LIST = "list"
    SCORES = "scores"  # a mapping of words to numbers
    GROUP = "group"


@dataclass(frozen=True)
class Field:
    """One thing that a form asks.

    `longest` counts characters, `low` and `high` bound numbers, `most` rows. `options` are the values of a CHOICE.
    `inner` are the fields of a GROUP, the row of a LIST (one field), key and value of SCORES, the parts of MONEY and
    NEWCOMER. `among` says what to offer. `default` is JSON, None for nothing.
    """

    name: str
    kind: Kind
    required: bool = True
    longest: int | None = None
    low: str = ""
    high: str = ""
    most: int | None = None
    options: tuple[str, ...] = ()
    among: Reference | None = None
    inner: tuple["Field", ...] = ()
    default: Any = None
    sealed: bool = False
    hint: str = ""
    title: str = ""
    other_names: tuple[str, ...] = field(default=(), compare=False)

    @property
    def label(self) -> str:
        """How the field is called, as a message id."""
        return self.title or self.name.replace("_", " ")

    @property
    def row(self) -> "Field":
        """What one row of a LIST or of SCORES asks."""
        return self.inner[0] if self.kind is Kind.LIST else Field("", Kind.GROUP, inner=self.inner)


MONEY = (
    Field("amount", Kind.DECIMAL),
    Field("currency", Kind.AMONG, among=Reference("currency"), longest=3, default="THB"),
)
NEWCOMER = (
    Field("name", Kind.TEXT, required=False, longest=200),
    Field("email", Kind.TEXT, required=False, longest=254, title="e-mail address"),
    Field("id", Kind.TEXT, required=False, longest=64, title="or their id"),
)


@cache
def fields_of(model: type[BaseModel]) -> tuple[Field, ...]:
    """What a form for this model asks, in the order of the model."""
    return tuple(_field(name, info) for name, info in model.model_fields.items())


def _field(name: str, info: FieldInfo) -> Field:
    plain, marks, nullable = _unwrapped(info.annotation, tuple(info.metadata))
    asked = _asked(name, plain, marks)
    default = None if info.is_required() else info.default
    return _with(
        asked,
        required=info.is_required() and not nullable,
        default=default if isinstance(default, int | str | bool) else str(default) if _is_number(default) else None,
        hint=info.description or "",
        title=info.title or "",
        other_names=_aliases(info),
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, Decimal)


def _aliases(info: FieldInfo) -> tuple[str, ...]:
    alias = info.validation_alias
    return tuple(str(name) for name in alias.choices) if isinstance(alias, AliasChoices) else ()


def _unwrapped(annotation: Any, marks: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...], bool]:
    """The plain type, every mark on the way to it (the outermost last), and whether it may be None."""
    nullable = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *found = get_args(annotation)
            marks = (*_spread(found), *marks)
        elif origin in (Union, UnionType):
            [annotation] = [one for one in get_args(annotation) if one is not NoneType]
            nullable = True
        else:
            return annotation, marks, nullable


def _spread(marks: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(one for mark in marks for one in (mark.metadata if isinstance(mark, FieldInfo) else [mark]))


def _asked(name: str, plain: Any, marks: Sequence[Any]) -> Field:
    bounds = _bounds(marks)
    among = next((mark for mark in reversed(marks) if isinstance(mark, Reference)), None)
    if any(isinstance(mark, MayBeNew) for mark in marks):
        return Field(name, Kind.NEWCOMER, inner=NEWCOMER)
    if plain is Sealed:
        return Field(name, Kind.LONG, longest=LONG, sealed=True)
    if get_origin(plain) is Literal:
        return Field(name, Kind.CHOICE, options=get_args(plain))
    if get_origin(plain) is tuple:
        row, inside, _ = _unwrapped(get_args(plain)[0], ())
        return Field(name, Kind.LIST, inner=(_asked("", row, inside),), most=bounds.get("max_length"))
    if get_origin(plain) is dict:
        (key, key_marks, _), (value, value_marks, _) = (_unwrapped(one, ()) for one in get_args(plain))
        pair = (_asked("name", key, key_marks), _asked("value", value, value_marks))
        return Field(name, Kind.SCORES, inner=pair, most=bounds.get("max_length"))
    if plain is Money:
        return Field(name, Kind.MONEY, inner=MONEY)
    if isinstance(plain, type) and issubclass(plain, BaseModel):
        return Field(name, Kind.GROUP, inner=fields_of(plain))
    return _simple(name, plain, bounds, among)


def _simple(name: str, plain: Any, bounds: Mapping[str, Any], among: Reference | None) -> Field:
    low, high = str(bounds.get("ge", bounds.get("gt", ""))), str(bounds.get("le", bounds.get("lt", "")))
    longest = bounds.get("max_length")
    if among:
        return Field(name, Kind.AMONG, among=among, longest=longest)
    simple = {bool: Kind.FLAG, int: Kind.WHOLE, Decimal: Kind.DECIMAL, date: Kind.DATE, datetime: Kind.INSTANT}
    if plain in simple:
        return Field(name, simple[plain], low=low, high=high)
    return Field(name, Kind.LONG if (longest or 0) >= LONG else Kind.TEXT, longest=longest)


def _bounds(marks: Sequence[Any]) -> dict[str, Any]:
    names = ("max_length", "ge", "gt", "le", "lt")
    return {name: getattr(mark, name) for mark in marks for name in names if getattr(mark, name, None) is not None}


def _with(asked: Field, **changed: Any) -> Field:
    return Field(**{**{name: getattr(asked, name) for name in asked.__dataclass_fields__}, **changed})
