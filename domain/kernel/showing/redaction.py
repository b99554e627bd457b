"""Taking hidden values out of JSON: by their keys, and by their text wherever it is repeated (KRN-43)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.kernel.showing.confidential import AMOUNT
from domain.kernel.values.message import Message

HIDDEN: Mapping[str, Any] = {"hidden": True}
"""What stands in place of a value that the reader may not see."""

MASK = "•••"
"""The same inside a text."""

LONG = 12
"""Characters from which a hidden text is looked for inside others: shorter ones are common words."""

LARGE = 1000
"""The same for numbers: smaller ones are counts and grades."""

_NUMBER = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)(?:\s+[A-Z]{3})?")
_MONEY = re.compile(r"-?\d[\d,.]*\s[A-Z]{3}\b")


@dataclass(frozen=True)
class Redaction:
    """Hides `keys` in any JSON, and `texts` (the hidden values of one case) inside other texts."""

    keys: frozenset[str]
    texts: re.Pattern[str] | None = None

    def of(self, value: Any) -> Any:
        """`value` without what is hidden; the same value if nothing is."""
        if not self.keys:
            return value
        match value:
            case Message():
                return Message(id=value.id, args=self._args(value.args))
            case {"id": str(), "args": dict(args)} if len(value) == 2:
                return {**value, "args": self._args(args)}
            case dict():
                return {name: dict(HIDDEN) if name in self.keys else self.of(inner) for name, inner in value.items()}
            case list() | tuple():
                return [self.of(inner) for inner in value]
            case str():
                return self._text(value)
        return value

    def _args(self, args: Mapping[str, str]) -> dict[str, str]:
        return {name: MASK if _place(name) in self.keys else self._text(text) for name, text in args.items()}

    def _text(self, text: str) -> str:
        if self.texts is not None:
            text = self.texts.sub(MASK, text)
        return _MONEY.sub(MASK, text) if AMOUNT in self.keys else text


def redaction(keys: frozenset[str], known: Iterable[Any]) -> Redaction:
    """Hides `keys`, and what stands under them anywhere in `known`: the events of a case."""
    texts = {text for value in known for text in _secrets(value, keys)} if keys else set()
    if not texts:
        return Redaction(keys)
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    pattern = re.compile(r"(?<![\w.])(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
    return Redaction(keys, pattern)


def readable(value: Any) -> Any:
    """JSON for a page: a text in place of each marker."""
    match value:
        case {"hidden": True} if len(value) == 1:
            return MASK
        case dict():
            return {name: readable(inner) for name, inner in value.items()}
        case list():
            return [readable(inner) for inner in value]
    return value


def masked(message: Message, *, but: tuple[str, ...] = ()) -> Message:
    """A message with nothing in its places but `but`: for a case of which the reader knows only that it exists."""
    return Message(
        id=message.id, args={name: text if _place(name) in but else MASK for name, text in message.args.items()}
    )


def _place(name: str) -> str:
    """The place of a message that an argument fills: `position` of `position.th`."""
    return name.partition(".")[0]


def _secrets(value: Any, keys: frozenset[str]) -> Iterator[str]:
    """The texts that stand under hidden keys."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from _leaves(inner) if name in keys else _secrets(inner, keys)
        case list() | tuple():
            for inner in value:
                yield from _secrets(inner, keys)


def _leaves(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for inner in value.values():
                yield from _leaves(inner)
        case list() | tuple():
            for inner in value:
                yield from _leaves(inner)
        case bool() | None:
            return
        case _:
            yield from _written(str(value).strip())


def _written(text: str) -> Iterator[str]:
    """A hidden value as it may stand in a text; numbers in every way that people and programs write them."""
    if len(text) >= LONG:
        yield text
    if found := _NUMBER.fullmatch(text):
        number = Decimal(found[1].replace(",", ""))
        plain = number.normalize() + Decimal(0)
        if abs(number) >= LARGE:
            yield from {found[1], f"{number:f}", f"{number:,f}", f"{plain:f}", f"{plain:,f}"}
