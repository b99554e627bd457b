"""HR's own list of people, CSV or XLSX with any headers, as a document of the organisation (ORG-09).

A map says which header each field has, what counts where a column or cell is missing, how days are written, and what HR
calls the units. Positions are made of titles where HR keeps none; a manager is named by id, address or name.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from application.files.column_map import read_column_map
from application.files.document import Located, Place
from application.files.table import TableRow, day_of_cell, read_table, text_of_cell, wanted_columns
from domain.kernel.values.days import within
from domain.organisation.hr_map import HrMap
from domain.organisation.model import Organisation
from domain.organisation.persons import name_key

FIELDS = (
    "id", "name", "name_th", "email", "title", "title_th", "position", "unit", "grade", "manager", "calendar",
    "language", "from", "until", "since", "reason", "same_person",
)  # fmt: skip
DAYS = frozenset({"from", "until", "since"})
NAMED = frozenset({"id", "name", "name_th", "title", "title_th", "unit"})
ENDINGS = frozenset({".csv", ".xlsx"})
PATTERNS = {"iso": None, "dmy": ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"), "mdy": ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y")}


@dataclass(frozen=True)
class HrTable:
    """A file's rows as texts and days by field, and what is wrong with cells: `file:row: column: what to do`."""

    name: str
    rows: tuple[tuple[int, dict[str, Any]], ...]
    problems: tuple[tuple[int, str], ...]
    mapped: HrMap

    def header(self, field: str) -> str:
        return self.mapped.columns.get(field, field)


def is_table(path: Path | str) -> bool:
    return Path(path).suffix.lower() in ENDINGS


def read_hr_map(path: Path) -> HrMap:
    """Raises Refused `bad-file`."""
    return read_column_map(path, HrMap, FIELDS)


def read_hr_table(path: Path, given: HrMap | None, kept: HrMap | None = None) -> HrTable:
    """By the map that is given, or else the one that is kept; an export has the fields themselves as headers.

    Raises Refused `bad-file` for what is no table, or lacks the columns of ids and names.
    """
    table = list(read_table(path))
    is_export = bool(table) and table[0].cells.keys() == set(FIELDS)
    mapped = given or (kept if kept and not is_export else HrMap())
    wanted_columns(table, mapped.columns, path.name, frozenset({"id", "name"}) - mapped.values.keys())
    rows, problems = [], []
    for row in table:
        made, wrong = _row(row, mapped)
        rows.append((row.number, made))
        problems += [(row.number, f"{path.name}:{row.number}: {text}") for text in wrong]
    return HrTable(name=path.name, rows=tuple(rows), problems=tuple(problems), mapped=mapped)


def _row(row: TableRow, mapped: HrMap) -> tuple[dict[str, Any], list[str]]:
    """Only what the row says: an empty cell says nothing (ORG-02)."""
    made: dict[str, Any] = {}
    wrong = []
    for field in FIELDS:
        header = mapped.columns.get(field, field)
        cell = row.cells.get(header)
        text = text_of_cell(cell) or mapped.values.get(field, "")
        if not text:
            continue
        if field in NAMED and "@" in text:
            wrong.append(f"{header}: is an e-mail address; is the row shifted by one?")
            continue
        try:
            made[field] = _day(cell if cell is not None else text, field, mapped) if field in DAYS else text
        except ValueError as error:
            wrong.append(f"{header}: {error}")
    return made, wrong


def _day(cell: Any, field: str, mapped: HrMap) -> str:
    patterns = PATTERNS[mapped.dates]
    found: date | None = None
    if isinstance(cell, str) and patterns:
        found = next((day for pattern in patterns if (day := _parsed(cell, pattern))), None)
        if found is None:
            example = "31/03/2027" if mapped.dates == "dmy" else "03/31/2027"
            raise ValueError(f"is no day; write it as {example}, as the map says")
    within(found := found or day_of_cell(cell))
    return (found + timedelta(days=field == "until" and mapped.until == "last day")).isoformat()


def _parsed(text: str, pattern: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def unresolved(tables: Sequence[HrTable], organisation: Organisation) -> set[str]:
    """Managers that are neither an id nor named in the files: who is known at the address or by the name."""
    index = _index(tables)
    wanted = {row["manager"] for table in tables for _, row in table.rows if "manager" in row}
    return {text for text in wanted if text not in organisation.people and name_key(text) not in index}


def documents(
    tables: Sequence[HrTable], organisation: Organisation, known: Mapping[str, Sequence[str]]
) -> tuple[list[Located], list[tuple[str, int, str]], list[str]]:
    """The files as documents of people and positions, what is wrong as (file, row, problem), and which of these
    problems are managers who cannot be told.

    `known` are the people at addresses and by names that the files themselves do not have.
    """
    index = _index(tables)
    chairs = {row["id"]: _position_of(row, organisation) for table in tables for _, row in table.rows if "id" in row}
    found, problems, managers = [], [], list[str]()
    for table in tables:
        problems += [(table.name, number, text) for number, text in table.problems]
        people: list[dict[str, Any]] = []
        positions: list[dict[str, Any]] = []
        lines: dict[Place, int] = {(): 1, ("people",): 1, ("positions",): 1}
        for number, row in table.rows:
            person = {name: row[name] for name in ("id", "email", "calendar", "language", *sorted(DAYS), "reason")
                      if name in row}  # fmt: skip
            person |= {"name": _names(row, "name"), "position": chairs.get(row.get("id", ""), "")}
            person |= {"same_person": True} if row.get("same_person", "").lower() in ("true", "yes", "1") else {}
            kept = organisation.people.get(row.get("id", ""))
            person |= {} if "calendar" in person or kept is None else {"calendar": kept.calendar}
            lines[("people", len(people))] = number
            people.append(person)
            above, wrong = _manager(row, table, index, known, organisation)
            managers += [f"{table.name}:{number}: {text}" for text in wrong]
            problems += [(table.name, number, f"{table.name}:{number}: {text}") for text in wrong]
            if "position" not in row and "title" in row:
                position = _position(row, table.mapped, person["position"], organisation)
                position |= {"reports_to": chairs.get(above) or organisation.people[above].position} if above else {}
                lines[("positions", len(positions))] = number
                positions.append(position)
        found.append(Located(name=table.name, data={"people": people, "positions": positions}, lines=lines))
    return found, problems, managers


def _position_of(row: Mapping[str, Any], organisation: Organisation) -> str:
    """The position that the row names, that its person has, or one made for them."""
    if "position" in row:
        return str(row["position"])
    known = organisation.people.get(row["id"])
    return known.position if known else f"p-{row['id'].lower()}"


def _position(row: Mapping[str, Any], mapped: HrMap, id_: str, organisation: Organisation) -> dict[str, Any]:
    known = organisation.positions.get(id_)
    unit = row.get("unit", known.unit if known else "")
    grade = row.get("grade", str(known.grade) if known else "0")
    return {
        "id": id_, "title": _names(row, "title"), "unit": mapped.units.get(unit, unit),
        "grade": int(grade) if grade.isdecimal() else grade,
    }  # fmt: skip


def _names(row: Mapping[str, Any], field: str) -> dict[str, str]:
    return {code: row[name] for code, name in (("en", field), ("th", f"{field}_th")) if name in row}


def _manager(
    row: Mapping[str, Any], table: HrTable, index: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[str]],
    organisation: Organisation,
) -> tuple[str | None, list[str]]:  # fmt: skip
    text = row.get("manager")
    if text is None:
        return None, []
    people = [text] if text in organisation.people else list(index.get(name_key(text)) or known.get(text, ()))
    if len(people) == 1:
        return people[0], []
    what = f"{text} is {len(people)} people; give the id" if people else f"nobody is known as {text}; give the id"
    return None, [f"{table.header('manager')}: {what}"]


def _index(tables: Sequence[HrTable]) -> dict[str, list[str]]:
    """Ids by id, address and name, as the files have them."""
    found: dict[str, list[str]] = defaultdict(list)
    for table in tables:
        for _, row in table.rows:
            for key in {
                name_key(row[name]) for name in ("id", "email", "name", "name_th") if name in row and "id" in row
            }:
                if row["id"] not in found[key]:
                    found[key].append(row["id"])
    return found


def without_rows(document: Located, rows: set[int]) -> Located:
    """The document without the entries of these rows."""
    data: dict[str, list[Any]] = {}
    lines: dict[Place, int] = {place: line for place, line in document.lines.items() if len(place) < 2}
    for section, entries in document.data.items():
        kept = [(document.lines[(section, n)], entry) for n, entry in enumerate(entries)]
        kept = [(line, entry) for line, entry in kept if line not in rows]
        data[section] = [entry for _, entry in kept]
        lines |= {(section, n): line for n, (line, _) in enumerate(kept)}
    return Located(name=document.name, data=data, lines=lines)


def cells_of(values: Mapping[str, Any]) -> Iterator[Decimal | str | None]:
    """A row of an export, in the order of `FIELDS`."""
    for field in FIELDS:
        value = values.get(field)
        yield value if isinstance(value, Decimal) else (str(value) if value not in (None, "") else None)
