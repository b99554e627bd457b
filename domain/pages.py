"""The pages of processes made by a definition. `python -m domain.pages` writes their generated parts anew."""

from pathlib import Path

from domain.kernel.showing.page import page_of
from domain.processes import PROCESSES

DOCS = Path(__file__).parents[1] / "docs"


def pages() -> dict[Path, str]:
    """By file, each such page as its definition has it now."""
    made = {name: process for name, process in PROCESSES.items() if process.transitions}
    files = {DOCS / f"{name.replace('_', '-')}.md": process for name, process in made.items()}
    return {file: page_of(process, file.read_text(encoding="utf-8")) for file, process in files.items()}


if __name__ == "__main__":
    for file, text in pages().items():
        file.write_text(text, encoding="utf-8")
