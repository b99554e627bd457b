"""The registers as decisions see them: by name and id, each version with the days on which it holds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.kernel.value import Value


class EntryVersion(Value):
    """One version of an entry as JSON: from `start` until `end` (excluded). `case` is where it was approved."""

    number: int
    start: date
    end: date | None = None
    entry: dict[str, Any]
    case: str | None = None

    def holds_on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


class Registers(Value):
    """Every register, folded from the stream `registers`."""

    version: int = 0
    entries: dict[str, dict[str, tuple[EntryVersion, ...]]] = {}

    def of(self, register: str) -> Mapping[str, tuple[EntryVersion, ...]]:
        """By id, the versions of a register's entries, oldest first."""
        return self.entries.get(register, {})

    def on(self, register: str, id_: str, day: date) -> EntryVersion | None:
        """The version that holds on a day."""
        return next((one for one in reversed(self.of(register).get(id_, ())) if one.holds_on(day)), None)
