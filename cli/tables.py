"""Lists and reports as files for spreadsheets: CSV or XLSX by the ending of the name, no cell a formula (LOG-04)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from application.files.sheet import Cell, write_table
from application.wording.reader import Reader
from cli.context import Context
from domain.kernel.errors import Refused
from domain.kernel.showing.redaction import readable
from domain.kernel.value import Value
from runtime.translations import catalogue

OUT = click.option(
    "--out", "out", type=click.Path(path_type=Path), help="Write it to a file that ends in .csv or .xlsx."
)
TABLE = click.option("--table", help="With --out: which list of the report, if it has several.")
CASES = (
    "case", "process", "title", "stage", "status", "closed", "on_hold", "overdue", "unit", "requester", "waiting_on",
    "stuck", "due_at", "version", "opened_at", "updated_at",
)  # fmt: skip
INBOX = (
    "task", "case", "process", "title", "case_title", "step", "unit", "due_at", "overdue", "on_hold", "claimed", "for",
    "via", "offered_at",
)  # fmt: skip

Row = Mapping[str, Any]


def write_rows(obj: Context, file: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Writes these columns and says how many rows there are. Raises Refused `bad-ending`."""
    count = write_table(file, columns, ([_cell(row.get(name)) for name in columns] for row in rows))
    _ = catalogue().gettext
    line = _("{rows} rows in {file}").format(rows=count, file=file)
    obj.emit({"file": str(file), "rows": count}, lambda: click.echo(line))


def write_report(obj: Context, file: Path, body: Value, table: str | None) -> None:
    """Writes one list of a report, nested values in columns of their own. Raises Refused `no-such-table`."""
    found = dict(_tables(body))
    name = table or ("rows" if "rows" in found else next(iter(found)))
    if name not in found:
        known = ", ".join(found)
        template = "The report has no list {name}; name one of: {known}."
        raise Refused("no-such-table", template, name=name[:80], known=known)
    rows = [dict(_flat(row)) for row in found[name]]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    write_rows(obj, file, columns, rows)


def said_rows(rows: Sequence[Row], *titles: str) -> list[Row]:
    """Rows with their messages in the reader's language; people stay ids, by which files are joined."""
    reader = Reader()
    return [{**row, **{name: reader.said(readable(row[name])) for name in titles if row[name]}} for row in rows]


def _tables(body: Value) -> Iterator[tuple[str, list[Row]]]:
    """The lists of a report; what stands beside them is a list of one row, called `totals`."""
    told = body.model_dump()
    lists = {name: value for name, value in told.items() if isinstance(value, list | tuple) and _has_rows(body, name)}
    yield from ((name, list(value)) for name, value in lists.items())
    yield "totals", [{name: value for name, value in told.items() if name not in lists}]


def _has_rows(body: Value, name: str) -> bool:
    return all(isinstance(each, Value) for each in getattr(body, name))


def _flat(row: Row, above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _cell(value: Any) -> Cell:
    """Numbers as numbers, lists as texts with commas, what is hidden as on pages."""
    match readable(value):
        case None | "":
            return None
        case bool(truth):
            return "yes" if truth else "no"
        case int() | float() as number:
            return Decimal(str(number))
        case str() | Decimal() | date() as plain:
            return plain
        case list() | tuple() as many if all(isinstance(each, str) for each in many):
            return ", ".join(many)
        case other:
            return json.dumps(other, ensure_ascii=False, default=str)
