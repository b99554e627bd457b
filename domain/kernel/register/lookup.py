"""What is not in a register is refused with what is near: by id, or by name in any language (JOB-03)."""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from domain.kernel.errors import Refused
from domain.kernel.register.entries import Registers
from domain.kernel.register.model import E, RegisterSpec

NEAR = 3
"""How many near matches are told."""


def near(wanted: str, known: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """The ids that `wanted` may have meant, nearest first. `known` has the names of each id by language."""
    called: dict[str, str] = {}
    for key, names in known.items():
        for name in (key, *names.values()):
            called.setdefault(name.casefold(), key)
    found = get_close_matches(wanted.casefold(), called, n=NEAR * 2, cutoff=0.5)
    inside = [name for name in called if len(wanted) > 2 and wanted.casefold() in name]
    return tuple(dict.fromkeys(called[name] for name in (*found, *inside)))[:NEAR]


def require(spec: RegisterSpec[E], registers: Registers, id_: str, day: date) -> E:
    """The entry that holds on a day. Raises Refused `unknown-<noun>` with near matches, `<noun>-ended`."""
    version = registers.on(spec.name, id_, day)
    if version is None:
        raise _refused(spec, registers, id_, day)
    return spec.typed(version)


def _refused(spec: RegisterSpec[Any], registers: Registers, id_: str, day: date) -> Refused:
    """Why there is no such entry on that day."""
    if registers.of(spec.name).get(id_):
        template = "{what} {id} is not in the register on {day}; choose another one."
        return Refused(f"{spec.noun}-ended", template, what=spec.noun, id=id_, day=day.isoformat())
    names = {key: entry.name for key, entry in spec.current(registers, day).items()}
    matches = near(id_, names)
    if matches:
        template = "There is no {what} {id}; did you mean {near}?"
        return Refused(f"unknown-{spec.noun}", template, what=spec.noun, id=id_[:80], near=", ".join(matches))
    template = "There is no {what} {id} in the register; check the id."
    return Refused(f"unknown-{spec.noun}", template, what=spec.noun, id=id_[:80])


def choices(spec: RegisterSpec[Any], registers: Registers, day: date, language: str) -> dict[str, str]:
    """What a form offers: each id with its name in a language."""
    entries = spec.current(registers, day)
    return {id_: entry.name.get(language) or next(iter(entry.name.values()), id_) for id_, entry in entries.items()}
