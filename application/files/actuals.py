"""A file of bookings as the payload of `import-actuals`: headers mapped, every cell that cannot be read named."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from application.files.column_map import read_column_map
from application.files.table import TableRow, amount_of_cell, day_of_cell, read_table, text_of_cell, wanted_columns
from domain.kernel.value import Value
from domain.money.actuals.content import Booking

FIELDS = ("document", "day", "line", "amount", "currency", "rate", "reverses", "text")
REQUIRED = frozenset({"document", "day", "line", "amount", "currency"})


class Mapped(Value):
    """What a map file says: the header of each field, values for what no column says, and lines by their name there."""

    columns: dict[str, str] = {}
    values: dict[str, str] = {}
    lines: dict[str, str] = {}


class BookingFile(Value):
    """The rows that can be read, and what is wrong with the others: `row N, column: what to do`."""

    rows: tuple[dict[str, Any], ...]
    problems: tuple[str, ...]


def read_map(path: Path | None) -> Mapped:
    """Raises Refused `bad-file`."""
    return Mapped() if path is None else read_column_map(path, Mapped, FIELDS)


def read_bookings(path: Path, mapped: Mapped) -> BookingFile:
    """Raises Refused `bad-file` for what is no table, or lacks a column."""
    table = list(read_table(path))
    wanted_columns(table, mapped.columns, path.name, REQUIRED - mapped.values.keys())
    rows: list[dict[str, Any]] = []
    problems: list[str] = []
    for each in table:
        made, wrong = _booking(each, mapped)
        problems += [f"row {each.number}, {what}" for what in wrong]
        if not wrong:
            rows.append(made)
    return BookingFile(rows=tuple(rows), problems=tuple(problems))


def _booking(row: TableRow, mapped: Mapped) -> tuple[dict[str, Any], list[str]]:
    cells = {name: row.cells.get(mapped.columns.get(name, name)) for name in FIELDS}
    cells = {name: mapped.values.get(name) if cell is None else cell for name, cell in cells.items()}
    made: dict[str, Any] = {"row": row.number}
    wrong: list[str] = []
    for name in ("document", "line", "reverses", "text"):
        made[name] = text_of_cell(cells[name]) or None
    made["line"] = mapped.lines.get(made["line"] or "", made["line"])
    for name, read in (("day", day_of_cell), ("amount", amount_of_cell), ("rate", amount_of_cell)):
        if name == "rate" and cells[name] is None:
            continue
        try:
            made[name] = read(cells[name])
        except ValueError as error:
            wrong.append(f"{_header(mapped, name)}: {error}")
    if isinstance(amount := made.get("amount"), Decimal):
        made["amount"] = {"amount": f"{amount:f}", "currency": text_of_cell(cells["currency"])}
        made |= {"rate": f"{made['rate']:f}"} if "rate" in made else {}
    return (made, wrong) if wrong else _validated(made, mapped)


def _validated(made: Mapping[str, Any], mapped: Mapped) -> tuple[dict[str, Any], list[str]]:
    try:
        return Booking.model_validate(made).model_dump(mode="json"), []
    except ValidationError as error:
        return dict(made), [f"{_header(mapped, str(one['loc'][0]))}: {one['msg']}" for one in error.errors()]


def _header(mapped: Mapped, field: str) -> str:
    return mapped.columns.get(field, field)
