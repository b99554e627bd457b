"""The generated parts of docs/authority.md. `python -m domain.organisation.authority.diagram FILE` prints it anew."""

import re
import sys
from pathlib import Path

from domain.organisation.authority.commands import COMMANDS
from domain.organisation.authority.decide import ALLOWED
from domain.organisation.authority.state import TRANSITIONS, Stage

_PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def stage_diagram() -> str:
    """The stages as a Mermaid state diagram; a second colon would begin a new label."""
    ways = [f"    {_named(start)} --> {end.value}: {why.replace(':', '')}" for start, end, why in TRANSITIONS]
    going_on = {start for start, _, _ in TRANSITIONS}
    ends = [f"    {stage.value} --> [*]" for stage in Stage if stage not in going_on]
    return "\n".join(["```mermaid", "stateDiagram-v2", *ways, *ends, "```", ""])


def command_table() -> str:
    """The process's own commands: name, who may give it, what it does."""
    own = (name for name, model in COMMANDS.items() if model.__module__.startswith("domain.organisation"))
    rows = [
        f"| `{name}` | {', '.join(ALLOWED[name])} | {' '.join((COMMANDS[name].__doc__ or '').split())} |"
        for name in own
    ]
    return "\n".join(["| command | who | what |", "|---|---|---|", *rows, ""])


def page(text: str) -> str:
    """`text` with its generated parts as the code has them now."""
    parts = {"stages": stage_diagram, "commands": command_table}
    return _PART.sub(lambda found: found[1] + parts[found[2]]() + found[3], text)


def _named(stage: Stage) -> str:
    return "[*]" if stage is Stage.NEW else stage.value


if __name__ == "__main__":
    sys.stdout.write(page(Path(sys.argv[1]).read_text(encoding="utf-8")))
