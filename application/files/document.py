"""YAML and JSON read into plain data together with the line of every entry.

The YAML is the plain kind: no tags, no anchors, no yes/no booleans, no sexagesimal numbers; dates stay text and
fractions are decimals, so that nothing is guessed and money stays exact.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from application.files.source import bad_file, read_text

Place = tuple[str | int, ...]
MAX_DEPTH = 64
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,30})")
_FRACTION = re.compile(r"[-+]?[0-9]+\.[0-9]+|[-+]?[0-9]+(\.[0-9]+)?[eE][-+]?[0-9]{1,3}")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True)
class Located:
    """Data as JSON has it (fractions as Decimal), the file's name as it was given, and lines by place in the data."""

    name: str
    data: Any
    lines: dict[Place, int]

    def where(self, place: Place) -> str:
        """`file:line` of `place`, or of what surrounds it."""
        return f"{self.name}:{self.lines[self.known(place)]}"

    def known(self, place: Place) -> Place:
        """The part of `place` that is in the file."""
        while place not in self.lines:
            place = place[:-1]
        return place


def read_document(path: Path | str) -> Located:
    """One file, JSON if its name ends so, else YAML. Raises Refused `bad-file` with the line."""
    path = Path(path)
    return read_json(path) if path.suffix.lower() == ".json" else read_yaml(path)


def read_yaml(path: Path | str) -> Located:
    """One YAML document. Raises Refused `bad-file` with the line."""
    return yaml_of(read_text(Path(path)), str(path))


def yaml_of(text: str, name: str) -> Located:
    """A YAML document that was read already; its problems call it `name`. Raises Refused `bad-file` with the line."""
    return _Builder(name, text).build()


def read_json(path: Path | str) -> Located:
    """One JSON document. Raises Refused `bad-file` with the line."""
    name, text = str(path), read_text(Path(path))
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise bad_file(f"{name}:{error.lineno}: is not JSON: {error.msg}") from None
    except RecursionError:
        raise bad_file(f"{name}: is nested too deeply; at most {MAX_DEPTH} levels are read") from None
    except ValueError as error:
        raise bad_file(f"{name}: {error}") from None
    return Located(name=name, data=data, lines=_Builder(name, _as_yaml(text)).build().lines)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not a number that can be used")


def _as_yaml(text: str) -> str:
    """JSON as a text that YAML reads on the same lines: no tabs, no halves of surrogate pairs."""
    return re.sub(r"\\u[0-9a-fA-F]{4}", r"\\u0041", text.replace("\t", " "))


class _Builder:
    """Builds data from the parser's flat events: recursion in the parser itself is not safe on hostile files."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.lines: dict[Place, int] = {}
        self.events: Iterator[Any] = iter(())

    def build(self) -> Located:
        try:
            self.events = iter(yaml.parse(self.text, Loader=_LOADER))
            data = self._document()
        except yaml.MarkedYAMLError as error:
            raise bad_file(self._explained(error)) from None
        except yaml.reader.ReaderError as error:
            raise bad_file(f"{self._line(error.position)}: has a control character; delete it") from None
        return Located(name=self.name, data=data, lines=self.lines)

    def _document(self) -> Any:
        for _ in range(2):  # the start of the stream and of the document
            if isinstance(next(self.events), yaml.StreamEndEvent):
                raise bad_file(f"{self.name}: is empty")
        data = self._value(next(self.events), ())
        next(self.events)
        if not isinstance(second := next(self.events), yaml.StreamEndEvent):
            raise bad_file(f"{self._at(second)}: a second document begins; put it into a file of its own")
        return data

    def _value(self, event: Any, place: Place) -> Any:
        self.lines.setdefault(place, _row(event))
        self._refuse_special(event)
        if len(place) > MAX_DEPTH:
            raise bad_file(f"{self._at(event)}: is nested too deeply; at most {MAX_DEPTH} levels are read")
        match event:
            case yaml.MappingStartEvent():
                return self._mapping(place)
            case yaml.SequenceStartEvent():
                return self._sequence(place)
        return _scalar(event.value) if event.implicit[0] else event.value

    def _mapping(self, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            self._refuse_special(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise bad_file(f"{self._at(event)}: a name must be a plain word, not a list or a mapping")
            key = event.value
            if key in found:
                first = self.lines[(*place, key)]
                raise bad_file(f"{self._at(event)}: {key} was already given on line {first}; keep one of the two")
            self.lines[(*place, key)] = _row(event)
            found[key] = self._value(next(self.events), (*place, key))
        return found

    def _sequence(self, place: Place) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self._value(event, (*place, len(found))))
        return found

    def _refuse_special(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise bad_file(f"{self._at(event)}: anchors and aliases are not read; write the value out")
        if getattr(event, "tag", None):
            raise bad_file(f"{self._at(event)}: tags such as {event.tag[:40]} are not read; leave the tag out")

    def _explained(self, error: yaml.MarkedYAMLError) -> str:
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark is not None else 0
        shown = self.text.splitlines()[line : line + 1]
        if shown and "\t" in shown[0][: len(shown[0]) - len(shown[0].lstrip())]:
            return f"{self.name}:{line + 1}: begins with a tab; indent with spaces"
        return f"{self.name}:{line + 1}: is not readable YAML: {error.problem or error.context}"

    def _at(self, event: Any) -> str:
        return f"{self.name}:{_row(event)}"

    def _line(self, position: int) -> str:
        return f"{self.name}:{self.text[:position].count(chr(10)) + 1}"


def _row(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _FRACTION.fullmatch(text) else text
