"""A table of a CSV or XLSX file as people write it: headers, then rows of cells, each with its row and column."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from application.files.source import bad_file, text_of
from domain.kernel.value import Value
from domain.organisation.problems import refusal

MOST_BYTES, MOST_UNPACKED, MOST_ROWS, MOST_COLUMNS = 50_000_000, 500_000_000, 200_000, 500
_FIRST_DAY = date(1899, 12, 30)
"""Day zero of spreadsheets: a number in a column of days counts from it."""
_FORMULA = re.compile(rb'<c\b[^>]*\br="([A-Z]+[0-9]+)"[^>]*><f\b')
_HIDDEN = re.compile(rb'<row\b[^>]*\br="(\d+)"[^>]*\bhidden="(?:1|true)"')


class TableRow(Value):
    """`number` is the row of the file, as a spreadsheet counts it. Cells are by header, as text, date or Decimal."""

    number: int
    cells: dict[str, str | date | Decimal | bool | None]


def read_table(path: Path) -> Iterator[TableRow]:
    """The rows of a file that are not empty. Raises Refused `bad-file` with the place of what cannot be read."""
    raw = _read(path)
    rows = _xlsx(raw, path.name) if raw[:4] == b"PK\x03\x04" else _csv(text_of(raw, path.name), path.name)
    return _with_headers(rows, path.name)


def text_of_cell(cell: Any) -> str:
    """A cell as text; whole numbers without a fraction."""
    return "" if cell is None else str(cell).strip()


def day_of_cell(cell: Any) -> date:
    """A day: a date, a spreadsheet's number, or text such as 2027-03-31. Raises ValueError with what to do."""
    if isinstance(cell, date):
        return cell
    if isinstance(cell, Decimal) and cell == cell.to_integral_value() and 20_000 <= cell <= 80_000:
        return date.fromordinal(_FIRST_DAY.toordinal() + int(cell))
    try:
        return date.fromisoformat(text_of_cell(cell)[:10])
    except ValueError:
        raise ValueError("is no day; write it as 2027-03-31") from None


def amount_of_cell(cell: Any) -> Decimal:
    """An amount: a number, or text such as 1,234.50. Raises ValueError with what to do."""
    if isinstance(cell, Decimal):
        return cell
    text = text_of_cell(cell)
    if not re.fullmatch(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", text):
        raise ValueError("is no amount; write it as 1234.50")
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise ValueError("is no amount; write it as 1234.50") from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise bad_file(f"{path.name}: cannot be read: {error.strerror}") from None
    if len(raw) > MOST_BYTES:
        raise bad_file(f"{path.name}: is larger than {MOST_BYTES // 1_000_000} MB; split it into several files")
    return raw


def _with_headers(rows: Iterator[tuple[int, list[Any]]], name: str) -> Iterator[TableRow]:
    found = [(number, cells) for number, cells in rows if any(text_of_cell(cell) for cell in cells)]
    if not found:
        raise bad_file(f"{name}: is empty")
    if len(found) - 1 > MOST_ROWS:
        raise bad_file(f"{name}: has more than {MOST_ROWS:,} rows; split it into several files")
    first, headers = found[0][0], [text_of_cell(cell) for cell in found[0][1]]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MOST_COLUMNS:
        raise bad_file(f"{name}: row {first}: has more than {MOST_COLUMNS} columns; take out those that nobody needs")
    twice = sorted({header for header in headers if header and headers.count(header) > 1})
    if twice:
        raise bad_file(f"{name}: row {first}: the header {twice[0]} stands there twice; name each column once")
    shifted = [
        f"{name}:{number}: column {len(headers) + 1} has a cell and no header; is the row shifted by one? Put each "
        "cell under its header"
        for number, cells in found[1:]
        if any(text_of_cell(cell) for cell in cells[len(headers) :])
    ]
    if shifted:
        raise refusal(shifted)
    for number, cells in found[1:]:
        yield TableRow(number=number, cells={h: c for h, c in zip(headers, cells, strict=False) if h})


def _csv(text: str, name: str) -> Iterator[tuple[int, list[Any]]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    begun = 1
    try:
        for cells in reader:
            _refuse_formula(cells, reader.line_num, name)
            yield reader.line_num, [cell.strip() or None for cell in cells]
            begun = reader.line_num + 1
    except csv.Error as error:
        raise bad_file(f"{name}: row {begun}: cannot be read: {_csv_problem(error)}") from None


def _csv_problem(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text or "field larger" in text:
        return "a quote begins there and never ends; close it, or double a quote that is meant"
    return f"{text}; save the file as CSV again"


def _xlsx(raw: bytes, name: str) -> Iterator[tuple[int, list[Any]]]:
    """The first sheet. What hides rows or merges cells says something else to eyes than to programs: it is refused."""
    _refuse_packed(raw, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheet = book.get_sheet_by_index(0)
        hidden = book.sheets_metadata[0].visible != SheetVisibleEnum.Visible
        merged, rows = sheet.merged_cell_ranges, sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise bad_file(f"{name}: cannot be read as XLSX: {error}") from None
    if hidden:
        raise bad_file(f"{name}: the first sheet, {sheet.name}, is hidden; show it, or put the table first")
    for (top, left), _end in merged or ():
        raise bad_file(f"{name}: row {top + 1}, column {left + 1}: cells are merged there; unmerge them")
    for number, cells in enumerate(rows, start=1):
        made = [_cell(cell) for cell in cells]
        _refuse_formula(made, number, name)
        yield number, made


def _refuse_packed(raw: bytes, name: str) -> None:
    """Raises Refused for a file that unpacks too large, or whose first sheet hides rows or computes cells."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise bad_file(f"{name}: unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
            sheets = sorted(each for each in packed.namelist() if each.startswith("xl/worksheets/sheet"))
            first = packed.read(sheets[0]) if sheets else b""
    except zipfile.BadZipFile:
        raise bad_file(f"{name}: is no XLSX file; save it again") from None
    if hidden := _HIDDEN.search(first):
        raise bad_file(f"{name}: row {hidden[1].decode()} is hidden; show it or take it out")
    if formula := _FORMULA.search(first):
        raise bad_file(f"{name}: cell {formula[1].decode()} is a formula; write its value")


def _cell(cell: Any) -> Any:
    """Numbers as the shortest decimal that is them: what was typed, never what a binary fraction makes of it."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, float):
        return Decimal(str(int(cell)) if cell.is_integer() else repr(cell))
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else (text_of_cell(cell) or None)


def _refuse_formula(cells: list[Any], number: int, name: str) -> None:
    for column, cell in enumerate(cells, start=1):
        if isinstance(cell, str) and cell.lstrip()[:1] == "=":
            raise bad_file(f"{name}: row {number}, column {column}: is a formula; write its value")


def wanted_columns(rows: list[TableRow], columns: Mapping[str, str], name: str, required: frozenset[str]) -> None:
    """Raises Refused `bad-file` naming every column that is not there."""
    headers = set(rows[0].cells) if rows else set()
    lost = sorted(
        f"{field} ({columns.get(field, field)})" for field in required if columns.get(field, field) not in headers
    )
    if lost:
        there = ", ".join(sorted(headers)) or "none"
        raise bad_file(f"{name}: there is no column for {', '.join(lost)}; there are: {there}. Map them with --map")
