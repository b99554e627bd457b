"""The generated parts of a process's page in docs/: its stages as a diagram and its commands as a table."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.kernel.process import Process

Way = tuple[str, str, str]
_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


MANY = 7
"""From so many ways of one kind into a stage or out of one on, they are said below the diagram: none could be read."""


def state_diagram(transitions: Sequence[Way]) -> str:
    """A Mermaid state diagram. The first place is where a case begins; where no way leads on, it ends."""
    new = transitions[0][0]
    crowds = [*_crowds(transitions, at=1), *_crowds(transitions, at=0)]
    crowded = {way for crowd in crowds for way in crowd}
    ways = [
        f"    {'[*]' if start == new else start} --> {end}: {_safe(why)}"
        for start, end, why in transitions
        if (start, end, why) not in crowded
    ]
    going_on = {start for start, _, _ in transitions}
    ends = dict.fromkeys(end for _, end, _ in transitions if end not in going_on)
    drawing = ["```mermaid", "stateDiagram-v2", *ways, *(f"    {end} --> [*]" for end in ends), "```"]
    return "\n".join([*drawing, *(["", *map(_told, crowds)] if crowds else []), ""])


def _crowds(transitions: Sequence[Way], *, at: int) -> list[list[Way]]:
    """The ways that lead to one stage (`at` 1) or from one (0) for one reason, where they are many."""
    found: dict[tuple[str, str], list[Way]] = {}
    for way in transitions:
        found.setdefault((way[at], way[2]), []).append(way)
    return [ways for ways in found.values() if len(ways) >= MANY]


def _told(ways: Sequence[Way]) -> str:
    starts, ends = (", ".join(f"`{stage}`" for stage in dict.fromkeys(way[at] for way in ways)) for at in (0, 1))
    return f"- {ways[0][2]}: from {starts} to {ends}"


def page_of(process: Process[Any], text: str) -> str:
    """A process's page with its generated parts as its definition has them now: `stages` and `commands`."""
    rows = [
        f"| `{name}` | {', '.join(process.allowed[name])} | {words.help} |" for name, words in process.wording.items()
    ]
    table = "\n".join(["| command | who | what |", "|---|---|---|", *rows, ""])
    return filled(text, {"stages": lambda: state_diagram(process.transitions), "commands": lambda: table})


def filled(text: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """`text` with what stands between `<!-- generated: NAME -->` and `<!-- end -->` written anew."""
    return _PART.sub(lambda found: found[1] + parts[found[2]]() + found[3], text)


def _safe(label: str) -> str:
    """Mermaid reads a semicolon as the end of a line and a second colon as a new label."""
    return label.replace(":", "").replace(";", ",")
