"""Content that was typed, wholly or in part: known by place like a file, so that each mistake can be pointed at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from application.files.document import Located, Place


@dataclass(frozen=True)
class Typed(Located):
    """`options` are the places that --set gave; the rest is from the file `name`, or what `name` says if there is none.

    `data` is the content of both, the typed values on top.
    """

    options: frozenset[Place] = frozenset()
    from_file: bool = False

    def where(self, place: Place) -> str:
        known = self.known(place)
        if any(known[: len(start)] == start for start in self.options):
            return "--set"
        return super().where(place) if self.from_file else self.name


def typed(name: str, data: dict[str, Any], *, file: Located | None = None, options: Iterable[Place] = ()) -> Typed:
    """`data` with all its places; `name` stands in front of each problem where there is no file."""
    lines = dict.fromkeys(_places(data), 1) | (file.lines if file else {})
    return Typed(file.name if file else name, data, lines, frozenset(options), from_file=file is not None)


def _places(data: Any) -> Iterator[Place]:
    """Every place in `data`. A list of what is left to do instead of recursion: typed content may be nested deeply."""
    left: list[tuple[Place, Any]] = [((), data)]
    while left:
        place, value = left.pop()
        yield place
        entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        left += [((*place, key), inner) for key, inner in entries]
