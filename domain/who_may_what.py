"""Who may give which command, for every process: the tables that the rules follow, and the page that shows them.

`python -m domain.who_may_what docs/who-may-what.md` prints the page with its tables as the code has them.
"""

import sys
from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path

from domain.kernel.routing.case_roles import BY_KERNEL
from domain.kernel.showing.page import filled
from domain.processes import PROCESSES

TABLES: Mapping[str, Mapping[str, tuple[StrEnum, ...]]] = {
    name: {**BY_KERNEL, **process.allowed} for name, process in PROCESSES.items()
}
"""By process and command: the parts of which one suffices. What else must hold is the business of the rule."""


def table(process: str) -> str:
    """Commands down, parts across; `●` where the part may give the command."""
    allowed = TABLES[process]
    parts = list(dict.fromkeys(part for name in PROCESSES[process].commands for part in allowed[name]))
    rows = [
        f"| `{name}` | {' | '.join('●' if part in allowed[name] else '' for part in parts)} |"
        for name in PROCESSES[process].commands
    ]
    head = f"| command | {' | '.join(parts)} |"
    return "\n".join([head, "|---|" + ":-:|" * len(parts), *rows, ""])


def page(text: str) -> str:
    """`text` with its tables as the code has them now."""
    return filled(text, {name: partial(table, name) for name in TABLES})


if __name__ == "__main__":
    sys.stdout.write(page(Path(sys.argv[1]).read_text(encoding="utf-8")))
