"""A timeline in which each event reads as a sentence. What an event holds beyond it is left to --json."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from application.wording.timeline import quoted, sentence
from cli.reader import Reader
from domain.kernel.events import title_of


def timeline(out: Console, rows: Sequence[Mapping[str, Any]], reader: Reader) -> None:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", style="dim", no_wrap=True)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for row in rows:
        grid.add_row(str(row["version"]), reader.when(row["recorded_at"]), _told(row, reader))
    out.print(grid)


def _told(row: Mapping[str, Any], reader: Reader) -> Text:
    """Who did what, with the words that they gave for it beneath."""
    text = Text.assemble((reader.gettext(title_of(row["type"])), "bold"), "  ")
    text.append(sentence(row, reader), style="dim italic" if row["data"].get("hidden") else "")
    for words in quoted(row, reader):
        text.append(f"\n“{words}”", style="italic")
    return text
