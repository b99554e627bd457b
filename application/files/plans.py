"""A project's plan from and to the planner's own program: CSV, XLSX, and Microsoft Project's XML (PRJ-05, DEL-10).

Days are inclusive. A row or task that only sums up others is left out: its parts are the plan.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from pydantic import ValidationError

from application.files.column_map import read_column_map
from application.files.sheet import write_table
from application.files.source import bad_file
from application.files.table import TableRow, amount_of_cell, day_of_cell, read_table, text_of_cell, wanted_columns
from domain.kernel.value import Value
from domain.organisation import persons
from domain.organisation.problems import refusal
from domain.projects.delivery.content import Activity

FIELDS = ("id", "title", "starts", "ends", "after", "milestone", "owner", "cost", "currency", "skill", "hours")
_SPACE = "http://schemas.microsoft.com/project"
_IN = {"p": _SPACE}
_HOURS = re.compile(r"PT(\d+)H(\d+)M\d+S")
_YES = ("1", "true", "yes", "x")
MOST_BYTES = 20_000_000


class PlanMap(Value):
    """`columns`: the header of each field; `values`: what counts where a cell is empty; `people`: ids by name."""

    columns: dict[str, str] = {}
    values: dict[str, str] = {}
    people: dict[str, str] = {}


def read_plan_map(path: Path | None) -> PlanMap:
    """Raises Refused `bad-file`."""
    return PlanMap() if path is None else read_column_map(path, PlanMap, FIELDS)


def read_plan(path: Path, mapped: PlanMap) -> list[dict[str, Any]]:
    """The activities of a file, as `set-plan` takes them. Raises Refused `bad-file` with every wrong row."""
    if path.suffix.lower() == ".xml":
        entries = list(_of_project(path))
    else:
        table = list(read_table(path))
        wanted_columns(table, mapped.columns, path.name, frozenset({"id", "title"}) - mapped.values.keys())
        entries = [(row.number, _cells(row, mapped)) for row in table]
    problems: list[str] = []
    made: list[dict[str, Any]] = []
    for number, cells in entries:
        entry, wrong = _activity(cells, mapped)
        problems += [f"{path.name}:{number}: {text}" for text in wrong]
        made.append(entry)
    known = {entry.get("id") for entry in made}
    for (number, _), entry in zip(entries, made, strict=True):
        lost = [other for other in entry.get("after", ()) if other not in known]
        problems += [f"{path.name}:{number}: {mapped.columns.get('after', 'after')}: there is no {one}" for one in lost]
    if problems:
        raise refusal(problems)
    return made


def write_plan(path: Path, activities: Sequence[Activity], title: str) -> None:
    """Writes a plan by the ending of the name: .csv, .xlsx or .xml. Raises Refused `bad-ending`."""
    if path.suffix.lower() == ".xml":
        path.write_bytes(_as_project(activities, title))
    else:
        write_table(path, FIELDS, [_row(one) for one in activities])


def _cells(row: TableRow, mapped: PlanMap) -> dict[str, Any]:
    cells = {name: row.cells.get(mapped.columns.get(name, name)) for name in FIELDS}
    return {name: mapped.values.get(name) if cell in (None, "") else cell for name, cell in cells.items()}


def _activity(cells: Mapping[str, Any], mapped: PlanMap) -> tuple[dict[str, Any], list[str]]:
    made: dict[str, Any] = {}
    wrong: list[str] = []

    def header(name: str) -> str:
        return mapped.columns.get(name, name)

    for name in ("id", "title", "skill"):
        if text := text_of_cell(cells.get(name)):
            made[name] = text
    for name in ("starts", "ends"):
        if cells.get(name) not in (None, ""):
            try:
                made[name] = day_of_cell(cells[name]).isoformat()
            except ValueError as error:
                wrong.append(f"{header(name)}: {error}")
    if after := text_of_cell(cells.get("after")):
        made["after"] = [part for part in re.split(r"[,; ]+", after) if part]
    if (mark := text_of_cell(cells.get("milestone")).lower()) and mark in _YES:
        made["milestone"] = True
    if owner := text_of_cell(cells.get("owner")):
        made["owner"] = mapped.people.get(owner, owner)
        if not re.fullmatch(persons.ID, made["owner"]):
            wrong.append(f"{header('owner')}: {owner} is no id of a person; say whose it is under people: in the map")
    for name in ("cost", "hours"):
        if cells.get(name) not in (None, ""):
            try:
                amount = amount_of_cell(cells[name])
            except ValueError as error:
                wrong.append(f"{header(name)}: {error}")
                continue
            currency = text_of_cell(cells.get("currency"))
            made[name] = {"amount": f"{amount:f}", "currency": currency} if name == "cost" else f"{amount:f}"
    if not wrong:
        try:
            Activity.model_validate(made)
        except ValidationError as error:
            wrong += [f"{header(str(one['loc'][0]))}: {one['msg']}" for one in error.errors()]
    return made, wrong


def _row(one: Activity) -> list[str | Decimal | date | None]:
    return [
        one.id, one.title, _iso(one.starts), _iso(one.ends), " ".join(one.after) or None,
        "yes" if one.milestone else None,
        one.owner, one.cost.amount if one.cost else None, one.cost.currency if one.cost else None, one.skill,
        one.hours or None,
    ]  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _of_project(path: Path) -> Iterable[tuple[int, dict[str, Any]]]:
    """Tasks of an XML file of Microsoft Project, with their position in it; summaries and empty lines are left out."""
    root = _parsed(path)
    owners = {r.findtext("p:UID", "", _IN): r.findtext("p:Name", "", _IN) for r in root.iterfind(".//p:Resource", _IN)}
    assigned = {
        a.findtext("p:TaskUID", "", _IN): owners.get(a.findtext("p:ResourceUID", "", _IN), "")
        for a in root.iterfind(".//p:Assignment", _IN)
    }
    currency = root.findtext("p:CurrencyCode", "", _IN)
    for number, task in enumerate(root.iterfind("p:Tasks/p:Task", _IN), start=1):
        uid, name = task.findtext("p:UID", "", _IN), task.findtext("p:Name", "", _IN)
        if task.findtext("p:Summary", "0", _IN) == "1" or not name or uid == "0":
            continue
        work, cost = _HOURS.fullmatch(task.findtext("p:Work", "", _IN)), task.findtext("p:Cost", "", _IN)
        yield number, {
            "id": uid, "title": name, "starts": task.findtext("p:Start", "", _IN)[:10],
            "ends": task.findtext("p:Finish", "", _IN)[:10], "milestone": task.findtext("p:Milestone", "", _IN),
            "after": " ".join(each.text or "" for each in task.iterfind("p:PredecessorLink/p:PredecessorUID", _IN)),
            "owner": assigned.get(uid, ""), "hours": str(int(work[1]) + int(work[2]) / 60) if work else "",
            "cost": f"{Decimal(cost) / 100:f}" if cost and Decimal(cost) else "", "currency": currency,
        }  # fmt: skip


def _parsed(path: Path) -> ET.Element:
    """The root of the file. Expat itself stops entities that grow without end. Raises Refused `bad-file`."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise bad_file(f"{path.name}: cannot be read: {error.strerror}") from None
    if len(raw) > MOST_BYTES:
        raise bad_file(f"{path.name}: is larger than {MOST_BYTES // 1_000_000} MB")
    if b"<!DOCTYPE" in raw[:4096] or b"<!ENTITY" in raw:
        raise bad_file(f"{path.name}: has a document type of its own; save it from Microsoft Project as XML")
    try:
        root = ET.fromstring(raw)  # noqa: S314 - no document types, see above
    except ET.ParseError as error:
        raise bad_file(f"{path.name}:{error.position[0]}: is no XML: {error}") from None
    if root.tag != f"{{{_SPACE}}}Project":
        raise bad_file(f"{path.name}: is no plan of Microsoft Project; save it there as XML")
    return root


def _as_project(activities: Sequence[Activity], title: str) -> bytes:
    ET.register_namespace("", _SPACE)
    root = ET.Element(f"{{{_SPACE}}}Project")
    _text(root, "Name", title)
    currency = next((one.cost.currency for one in activities if one.cost), None)
    if currency:
        _text(root, "CurrencyCode", currency)
    numbers = {one.id: str(number) for number, one in enumerate(activities, start=1)}
    people = {one.owner: str(number) for number, one in enumerate(activities, start=1) if one.owner}
    tasks, resources, assignments = (_inner(root, name) for name in ("Tasks", "Resources", "Assignments"))
    for one in activities:
        task = _inner(tasks, "Task")
        _text(task, "UID", numbers[one.id])
        _text(task, "ID", numbers[one.id])
        _text(task, "Name", one.title)
        _text(task, "WBS", one.id)
        if one.starts and one.ends:
            _text(task, "Start", f"{one.starts}T08:00:00")
            _text(task, "Finish", f"{one.ends}T17:00:00")
            _text(task, "Duration", f"PT{8 * _days(one.starts, one.ends)}H0M0S")
        _text(task, "Milestone", "1" if one.milestone else "0")
        _text(task, "Summary", "0")
        if one.hours:
            _text(task, "Work", f"PT{int(one.hours)}H{int(one.hours % 1 * 60)}M0S")
        if one.cost:
            _text(task, "Cost", f"{one.cost.amount * 100:f}".partition(".")[0])
        for other in one.after:
            link = _inner(task, "PredecessorLink")
            _text(link, "PredecessorUID", numbers[other])
            _text(link, "Type", "1")
        if one.owner:
            made = _inner(assignments, "Assignment")
            _text(made, "TaskUID", numbers[one.id])
            _text(made, "ResourceUID", people[one.owner])
    for person, number in people.items():
        resource = _inner(resources, "Resource")
        _text(resource, "UID", number)
        _text(resource, "Name", person)
    text: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text


def _days(first: date, last: date) -> int:
    """Working days of a week of five, both included: what Microsoft Project calls the duration."""
    return max(sum((first + timedelta(days=n)).weekday() < 5 for n in range((last - first).days + 1)), 1)


def _inner(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_SPACE}}}{name}")


def _text(parent: ET.Element, name: str, text: str) -> None:
    _inner(parent, name).text = text
