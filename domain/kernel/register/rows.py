"""A register as rows of a file, and a file as the events that are missing (ORG-02): same shape in and out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.register.entries import Registers
from domain.kernel.register.model import E, EntryEnded, EntrySet, RegisterSpec
from domain.kernel.values.content import as_logged

Row = Mapping[str, Any]
FIRST_ROW = 2
"""The row of the first entry in a sheet: the headers stand above it."""


def exported(spec: RegisterSpec[E], registers: Registers, day: date) -> list[dict[str, Any]]:
    """The entries that hold on a day, by id; names are columns `name.en`, `name.th`. Importing them changes nothing."""
    return [_flat(as_logged(dict(entry))) for _, entry in sorted(spec.current(registers, day).items())]


def planned(
    spec: RegisterSpec[E], registers: Registers, rows: Sequence[Row], day: date, *, complete: bool = False
) -> list[Event]:
    """The events that make the register what the rows say; none if it is so already.

    What a row does not name stays as it is. With `complete`, entries that are not in the rows end. Raises Refused
    `bad-rows` with every problem, each as `row N, column: what`.
    """
    current = spec.current(registers, day)
    problems: list[str] = []
    wanted: dict[str, E] = {}
    for number, row in enumerate(rows, start=FIRST_ROW):
        given = _nested(row)
        id_ = str(given.get("id", ""))
        if id_ in wanted:
            problems.append(f"row {number}, id: {id_} stands in an earlier row too")
            continue
        try:
            stands = as_logged(dict(current[id_])) if id_ in current else {}
            wanted[id_] = entry = spec.entry.model_validate({**stands, **given})
        except ValidationError as error:
            problems += [f"row {number}, {_column(one['loc'])}: {one['msg']}" for one in error.errors()]
            continue
        problems += [f"row {number}: {what}" for what in spec.check(registers, entry)]
    if problems:
        template = "{count} problems, nothing was changed: {summary}"
        summary = "; ".join(problems[:5])
        raise Refused("bad-rows", template, count=len(problems), summary=summary, problems=problems)
    return list(differences(spec, current, wanted, day, complete=complete))


def differences(
    spec: RegisterSpec[E], current: Mapping[str, E], wanted: Mapping[str, E], day: date, *, complete: bool
) -> Iterable[Event]:
    """What must be recorded so that `current` becomes `wanted` on `day`."""
    for id_, entry in wanted.items():
        if current.get(id_) != entry:
            yield EntrySet(name=spec.name, id=id_, entry=as_logged(dict(entry)), effective=day)
    if complete:
        yield from (EntryEnded(name=spec.name, id=id_, effective=day) for id_ in current.keys() - wanted.keys())


def _flat(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings become columns `field.key`; lists stay, for the file to write as it writes lists."""
    flat: dict[str, Any] = {}
    for name, value in entry.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            flat[name] = value
    return flat


def _nested(row: Row) -> dict[str, Any]:
    """The other way. An empty cell says nothing; `null` takes a value away."""
    nested: dict[str, Any] = {}
    for column, value in row.items():
        if value in ("", None):
            continue
        given = None if value == "null" else value
        name, _, key = column.partition(".")
        if key:
            nested.setdefault(name, {})[key] = given
        else:
            nested[name] = given
    return nested


def _column(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in place) or "(row)"
