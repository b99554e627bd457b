"""The generated parts of a process's page in docs/: its stages as a diagram and its commands as a table."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.kernel.process import Process
from domain.kernel.value import Value

_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def state_diagram(transitions: Sequence[tuple[str, str, str]]) -> str:
    """A Mermaid state diagram. The first place is where a case begins; where no way leads on, it ends."""
    new = transitions[0][0]
    ways = [f"    {'[*]' if start == new else start} --> {end}: {_safe(why)}" for start, end, why in transitions]
    going_on = {start for start, _, _ in transitions}
    ends = dict.fromkeys(end for _, end, _ in transitions if end not in going_on)
    return "\n".join(["```mermaid", "stateDiagram-v2", *ways, *(f"    {end} --> [*]" for end in ends), "```", ""])


def command_table(commands: Mapping[str, type[Value]], allowed: Mapping[str, tuple[str, ...]]) -> str:
    """Each command: its name, who may give it, what its payload's docstring says."""
    rows = [f"| `{name}` | {', '.join(allowed[name])} | {_said(model)} |" for name, model in commands.items()]
    return "\n".join(["| command | who | what |", "|---|---|---|", *rows, ""])


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


def _said(model: type[Value]) -> str:
    return " ".join((model.__doc__ or "").split())


def _safe(label: str) -> str:
    """Mermaid reads a semicolon as the end of a line and a second colon as a new label."""
    return label.replace(":", "").replace(";", ",")
