"""The generated parts of docs/authority.md. `python -m domain.organisation.authority.diagram FILE` prints it anew."""

import sys
from pathlib import Path

from domain.kernel.showing.page import command_table, filled, state_diagram
from domain.organisation.authority.commands import OWN
from domain.organisation.authority.decide import ALLOWED
from domain.organisation.authority.state import TRANSITIONS


def page(text: str) -> str:
    """`text` with its generated parts as the code has them now."""
    parts = {"stages": lambda: state_diagram(TRANSITIONS), "commands": lambda: command_table(OWN, ALLOWED)}
    return filled(text, parts)


if __name__ == "__main__":
    sys.stdout.write(page(Path(sys.argv[1]).read_text(encoding="utf-8")))
