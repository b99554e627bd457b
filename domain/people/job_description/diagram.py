"""The generated parts of docs/job-description.md. `python -m domain.people.job_description.diagram FILE` prints it."""

import sys
from pathlib import Path

from domain.kernel.showing.page import command_table, filled, state_diagram
from domain.people.job_description.commands import OWN
from domain.people.job_description.decide import ALLOWED
from domain.people.job_description.state import TRANSITIONS


def page(text: str) -> str:
    """`text` with its generated parts as the code has them now."""
    parts = {"stages": lambda: state_diagram(TRANSITIONS), "commands": lambda: command_table(OWN, ALLOWED)}
    return filled(text, parts)


if __name__ == "__main__":
    sys.stdout.write(page(Path(sys.argv[1]).read_text(encoding="utf-8")))
