"""Tables to files: CSV and XLSX in which no cell is ever a formula."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from domain.kernel.errors import Refused

Cell = str | Decimal | date | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_table(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Writes headers and rows, by the ending of the name; how many rows. Raises Refused `bad-ending`."""
    match path.suffix.lower():
        case ".csv":
            return _csv(path, headers, rows)
        case ".xlsx":
            return _xlsx(path, headers, rows)
    raise Refused("bad-ending", "Name a file that ends in .csv or .xlsx; {name} does not.", name=path.name)


def harmless(text: str) -> str:
    """Text that a spreadsheet does not take for a formula: an apostrophe stands before what would begin one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def has_fraction(number: Decimal) -> bool:
    """Whether it was given with digits after the point: 3 is a count, 3.00 an amount."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent < 0


def _csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """With a mark of UTF-8, without which spreadsheets read Thai wrong."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([harmless(each) for each in headers])
        for row in rows:
            writer.writerow([_plain(cell) for cell in row])
            count += 1
    return count


def _plain(cell: Cell) -> str:
    """Amounts stay numbers, also below zero: they are ours, and a number is no formula."""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return "" if cell is None else harmless(str(cell))


def _xlsx(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Numbers go with their digits; texts are always written as texts, so that none is a formula or a link."""
    count = 0
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        money, whole = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "0"})
        sheet.freeze_panes(1, 0)
        for column, header in enumerate(headers):
            sheet.write_string(0, column, harmless(header), bold)
        for count, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(count, column, cell, money if has_fraction(cell) else whole)
                elif cell is not None:
                    sheet.write_string(count, column, harmless(str(cell)))
    return count
