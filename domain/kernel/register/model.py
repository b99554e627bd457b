"""Registers: entries that cases look up (skills, services, objectives), all in one record stream."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from domain.kernel.events import Event, Registry
from domain.kernel.register.entries import EntryVersion, Registers
from domain.kernel.value import Value
from domain.kernel.values.message import N_

STREAM = "registers"


class EntrySet(Event):
    """The entry is this from `effective` on: a new one, or the next version of a known one."""

    sentence = N_("the register {name} has {id} as it is from {effective} on")
    name: str
    id: str
    entry: dict[str, Any]
    effective: date
    case: str | None = None


class EntryEnded(Event):
    """The entry holds no longer from `effective` on; what refers to it stays readable."""

    sentence = N_("{id} of the register {name} ends on {effective}")
    name: str
    id: str
    effective: date
    case: str | None = None


KINDS: tuple[type[Event], ...] = (EntrySet, EntryEnded)
REGISTRY = Registry(KINDS)


class RegisterEntry(Value):
    """What every entry has; a register gives its own subclass. `name` is by language."""

    id: str
    name: dict[str, str]


E = TypeVar("E", bound=RegisterEntry)


def _fits(_known: Registers, _entry: Any) -> Iterable[str]:
    return ()


@dataclass(frozen=True, kw_only=True)
class RegisterSpec(Generic[E]):
    """What a register is: its name (`services`), what one entry is called (`service`), and the model of an entry.

    `check(registers, entry)` says what is wrong with an entry beside its model, a sentence each.
    """

    name: str
    noun: str
    entry: type[E]
    check: Callable[[Registers, E], Iterable[str]] = _fits

    def current(self, registers: Registers, day: date) -> Mapping[str, E]:
        """The entries that hold on a day, by id."""
        known = registers.of(self.name)
        held = {id_: version for id_ in known if (version := registers.on(self.name, id_, day)) is not None}
        return {id_: self.typed(version) for id_, version in held.items()}

    def typed(self, version: EntryVersion) -> E:
        return self.entry.model_validate(version.entry)

    def version(self, registers: Registers, id_: str, number: int) -> E | None:
        """An earlier version, as a case pinned it (JOB-02)."""
        versions = registers.of(self.name).get(id_, ())
        return next((self.typed(one) for one in versions if one.number == number), None)


def fold(registers: Registers, events: Iterable[Event]) -> Registers:
    """The registers after `events`. A later word about a day counts."""
    kept = {name: dict(entries) for name, entries in registers.entries.items()}
    version = registers.version
    for event in events:
        version += 1
        match event:
            case EntrySet(name=name, id=id_):
                versions = kept.setdefault(name, {}).get(id_, ())
                kept[name][id_] = (*_until(versions, event.effective), _next(versions, event))
            case EntryEnded(name=name, id=id_, effective=day):
                versions = kept.get(name, {}).get(id_, ())
                if versions:
                    kept[name][id_] = _until(versions, day)
    return Registers(version=version, entries=kept)


def _next(versions: tuple[EntryVersion, ...], event: EntrySet) -> EntryVersion:
    number = versions[-1].number + 1 if versions else 1
    return EntryVersion(number=number, start=event.effective, entry=event.entry, case=event.case)


def _until(versions: tuple[EntryVersion, ...], day: date) -> tuple[EntryVersion, ...]:
    """The versions with the last one ended on `day`, unless it ended before."""
    if not versions or (versions[-1].end is not None and versions[-1].end <= day):
        return versions
    return (*versions[:-1], versions[-1].model_copy(update={"end": max(day, versions[-1].start)}))
