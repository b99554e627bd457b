"""Tables of files as people write them, in both directions."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from application.files.sheet import harmless, write_table
from application.files.table import amount_of_cell, day_of_cell, read_table
from domain.kernel.errors import Refused


def book(path: Path, rows, **more) -> Path:
    """An XLSX file; `more` are `merged` and `hidden`."""
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
        if "merged" in more:
            sheet.merge_range(more["merged"], "both")
        if "hidden" in more:
            sheet.set_row(more["hidden"] - 1, None, None, {"hidden": True})
    return path


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        list(read_table(path))
    assert refused.value.code == "bad-file"
    return refused.value.message


@pytest.mark.rule("BUD-12")
def test_numbers_are_what_was_typed(tmp_path):
    rows = [["amount", "day", "number"], [0.1, "2027-01-31", 4711], [1234567.89, 46419, None]]
    path = book(tmp_path / "a.xlsx", rows)
    first, second = read_table(path)
    assert (first.cells["amount"], first.cells["number"]) == (Decimal("0.1"), Decimal(4711))
    assert second.cells["amount"] == Decimal("1234567.89")
    assert day_of_cell(second.cells["day"]) == date(2027, 2, 1)
    assert (first.number, second.number) == (2, 3)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_has_the_same_rows(tmp_path, delimiter):
    path = tmp_path / "a.csv"
    path.write_text(f"\ufeffname{delimiter}amount\n\nไทย{delimiter}1.50\n", encoding="utf-8")
    (row,) = read_table(path)
    assert (row.number, row.cells) == (3, {"name": "ไทย", "amount": "1.50"})


def test_what_eyes_see_otherwise_is_refused_with_its_place(tmp_path):
    rows = [["a", "b"], [1, 2], [3, 4]]
    assert "row 3, column 1: cells are merged" in refusal(book(tmp_path / "m.xlsx", rows, merged="A3:B3"))
    assert "row 2 is hidden" in refusal(book(tmp_path / "h.xlsx", rows, hidden=2))
    assert "row 1: the header a" in refusal(book(tmp_path / "t.xlsx", [["a", "a"], [1, 2]]))
    path = tmp_path / "f.csv"
    path.write_text("a,b\n1,=2+3\n", encoding="utf-8")
    assert "row 2, column 2: is a formula" in refusal(path)
    path.write_text("", encoding="utf-8")
    assert "is empty" in refusal(path)
    path.write_bytes(b"PK\x03\x04 no zip")
    assert "is no XLSX" in refusal(path)
    path.write_bytes("สวัสดี".encode("tis-620"))
    assert "not UTF-8" in refusal(path)
    assert "cannot be read" in refusal(tmp_path / "none.csv")


@pytest.mark.parametrize(("text", "amount"), [("1,234.50", "1234.50"), ("-3", "-3"), ("0.10", "0.10")])
def test_amounts_are_read_as_text(text, amount):
    assert amount_of_cell(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["1,50", "1.234,50", "1 000", "1e9", "NaN", "", None, "12-", True])
def test_what_could_be_two_amounts_is_none(text):
    with pytest.raises(ValueError, match="is no amount"):
        amount_of_cell(text)


@pytest.mark.parametrize("text", ["31.1.2027", "01/02/2027", "", None, Decimal("1.5"), Decimal(3)])
def test_what_could_be_two_days_is_none(text):
    with pytest.raises(ValueError, match="is no day"):
        day_of_cell(text)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_no_cell_is_written_as_a_formula(tmp_path, ending):
    path = tmp_path / f"out.{ending}"
    bad = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "plain"]
    assert write_table(path, ["text", "amount"], [[text, Decimal("-1.50")] for text in bad]) == len(bad)
    if ending == "csv":
        rows = list(csv.reader(path.open(encoding="utf-8-sig", newline="")))
    else:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        assert b"<f>" not in path.read_bytes()
    assert [row[0] for row in rows[1:]] == [harmless(text) for text in bad]
    assert all(not str(row[0]).startswith(("=", "+", "-", "@", "\t")) for row in rows[1:])
    assert {Decimal(str(row[1])) for row in rows[1:]} == {Decimal("-1.5")}


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(Refused, match=r"ends in \.csv or \.xlsx"):
        write_table(tmp_path / "out.ods", ["a"], [])
