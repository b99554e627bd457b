"""HR's own files on a real database: planned, taken whole or in part, exported, and fast (ORG-01, ORG-02, ORG-09)."""

import csv
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from application.administration.exporting import exported
from application.administration.office import Ask, import_organisation, plan_organisation
from application.files.hr_table import HrMap
from domain.kernel.errors import Refused
from domain.organisation.persons import Details
from eventstore.database import connection
from tests.support.office import Office

MAP = HrMap.model_validate(
    {
        "columns": {
            "id": "Employee No", "name": "Full name", "name_th": "ชื่อ", "email": "E-mail", "title": "Job title",
            "unit": "Department", "manager": "Reports to", "from": "Hired", "until": "Last day",
        },
        "values": {"calendar": "th-bangkok", "language": "th", "grade": "3"},
        "units": {"Web Team": "it-web"}, "dates": "dmy", "until": "last day",
    }
)  # fmt: skip
HEADERS = ["Employee No", "Full name", "ชื่อ", "E-mail", "Job title", "Department", "Reports to", "Hired", "Last day"]
NEW = [
    "e7001", "Malai Dee", "มาลัย ดี", "malai.d@siam-orchard.example", "Tester", "Web Team", "Somchai Rattanakul",
    "01/02/2027", "31/12/2027",
]  # fmt: skip
OTHER = ["e7002", "Chai Yen", "", "", "Tester", "Web Team", "e7001", "01/02/2027", ""]


def written(path: Path, rows: list[list[str]], headers: list[str] = HEADERS) -> Path:
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([headers, *rows]):
                sheet.write_row(number, 0, row)
        return path
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def today() -> Any:
    return datetime.now(UTC).date()


async def planned(office: Office, *paths: Path, **ask: Any) -> dict[str, Any]:
    found = await plan_organisation(office.services, paths, today=today(), ask=Ask(hr=MAP, **ask))
    return found.told()


async def imported(office: Office, *paths: Path, **ask: Any) -> dict[str, Any]:
    return await import_organisation(
        office.services, paths, actor="os:test", today=today(), ask=Ask(**{"hr": MAP, **ask})
    )


@pytest.mark.rule("ORG-09")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_hrs_own_file_is_planned_then_taken(office_without_worker: Office, tmp_path: Path, ending: str):
    office = office_without_worker
    path = written(tmp_path / f"people.{ending}", [NEW, OTHER])
    told = await planned(office, path)
    assert told["problems"] == []
    assert [(one["change"], one["id"]) for one in told["changes"]] == [
        ("position-set", "p-e7001"), ("position-set", "p-e7002"),
        ("person-joined", "e7001"), ("person-left", "e7001"), ("person-joined", "e7002"),
    ]  # fmt: skip
    assert (await office.services.organisation()).people.get("e7001") is None, "a plan changes nothing"
    assert (await imported(office, path))["events"] == 5
    known = await office.services.organisation()
    assert known.positions["p-e7001"].reports_to == known.people["e1005"].position
    assert known.positions["p-e7002"].reports_to == "p-e7001"
    assert str(known.people["e7001"].end) == "2028-01-01", "the last day at work is the day before"
    assert await office.services.people.resolve("malai.d@siam-orchard.example") == "e7001"
    assert (await planned(office, path))["changes"] == [], "the same file again changes nothing"


@pytest.mark.rule("ORG-02", "ORG-09")
async def test_every_wrong_row_is_named_with_its_column(office_without_worker: Office, tmp_path: Path):
    office = office_without_worker
    wrong = [
        [*NEW[:7], "2027/02/01", ""], [*OTHER[:6], "Nobody Here", *OTHER[7:]], ["Ann", *NEW[1:]],
        ["e7009", "Far Away", "", "", "Tester", "Web Team", "e1005", "01/02/2570", ""],
    ]  # fmt: skip
    path = written(tmp_path / "people.csv", [["e7005", *OTHER[1:6], "e1005", *OTHER[7:]], *wrong])
    told = await planned(office, path)
    places = {(one["row"], one["column"]) for one in told["problems"]}
    assert {(3, "Hired"), (4, "Reports to"), (6, "Hired")} <= places
    assert {row for row, _ in places} == {3, 4, 5, 6}
    assert "write 2027" in " ".join(one["message"] for one in told["problems"])
    with pytest.raises(Refused):
        await imported(office, path)
    assert "e7005" not in (await office.services.organisation()).people
    done = await imported(office, path, skip_bad=True)
    assert {one["row"] for one in done["skipped"]} == {3, 4, 5, 6}
    assert {"e7005"} == {id_ for id_ in (await office.services.organisation()).people if id_.startswith("e70")}


@pytest.mark.rule("ORG-03")
async def test_who_is_missing_from_a_complete_file_is_listed(office_without_worker: Office, tmp_path: Path):
    path = written(tmp_path / "people.csv", [["e7005", *OTHER[1:6], "e1005", *OTHER[7:]]])
    done = await imported(office_without_worker, path, complete=True)
    assert {"e1005", "e1001"} <= set(done["missing"])
    assert (await office_without_worker.services.organisation()).works_here("e1005", today()), "and nobody is dropped"


@pytest.mark.rule("ORG-01")
async def test_a_lone_name_that_changes_is_asked_about(office_without_worker: Office, tmp_path: Path):
    office = office_without_worker
    rows = [
        [f"e700{number}", "Lone Name", "", "", "Tester", "Web Team", "e1005", "01/02/2027", ""] for number in (1, 2)
    ]
    await imported(office, written(tmp_path / "people.csv", rows))
    renamed = written(tmp_path / "again.csv", [[row[0], "Other Name", *row[2:]] for row in rows])
    with pytest.raises(Refused) as refused:
        await imported(office, renamed)
    assert [text.partition(": ")[0] for text in refused.value.details["problems"]] == ["again.csv:2", "again.csv:3"]
    await imported(office, renamed, same=frozenset({"e7001", "e7002"}))
    assert await office.services.people.name("e7001") == "Other Name"


@pytest.mark.rule("ORG-09")
@pytest.mark.parametrize("format_", ["yaml", "csv", "xlsx"])
async def test_importing_the_export_changes_nothing(office_without_worker: Office, tmp_path: Path, format_: str):
    office = office_without_worker
    paths = await exported(office.services, tmp_path / "out", format_)
    assert await imported(office, *paths, hr=HrMap(), complete=True) == {"events": 0, "people": 0, "missing": []}


BAD = {
    "merged cells": ("people.xlsx", None, "unmerge"),
    "a formula": ("people.csv", [["=1+1", *NEW[1:]]], "is a formula"),
    "quotes that never close": ("people.csv", '"Employee No","Full name"\n"e1,"x\n', "cannot be read"),
    "two columns of one name": ("people.csv", "Employee No,Employee No,Full name\n1,2,3\n", "stands there twice"),
    "no column of ids": ("people.csv", "Number,Full name\n1,2\n", "there is no column for id"),
    "TIS-620": ("people.csv", "Employee No,Full name\ne1,สมชาย\n".encode("tis-620"), "is not UTF-8"),
    "UTF-16": ("people.csv", "Employee No,Full name\ne1,x\n".encode("utf-16"), "is not UTF-8"),
    "nothing": ("people.csv", "", "is empty"),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_is_no_list_of_people_is_refused(office_without_worker: Office, tmp_path: Path, name: str):
    file, content, said = BAD[name]
    path = tmp_path / file
    if content is None:
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, HEADERS)
            sheet.merge_range(1, 0, 1, 2, "e7001")
    elif isinstance(content, list):
        written(path, content)
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Refused, match=said):
        await imported(office_without_worker, path)


@pytest.mark.rule("ORG-09")
async def test_two_thousand_people_come_quickly(office_without_worker: Office, tmp_path: Path):
    """A fifth of what must take ten seconds on a quiet machine."""

    def row(n: int) -> list[str]:
        above = "e1005" if n < 10 else f"e{80_000 + n // 10}"
        return [f"e{80_000 + n}", f"Person {n}", "", f"p{n}@x.example", "Tester", "Web Team", above, "01/02/2027", ""]

    path = written(tmp_path / "people.csv", [row(n) for n in range(2_000)])
    began = time.perf_counter()
    done = await imported(office_without_worker, path)
    took = time.perf_counter() - began
    again = await imported(office_without_worker, path)
    assert (done["people"], again["events"], again["people"]) == (2_000, 0, 0)
    assert took < 20


@pytest.mark.rule("ORG-09")
async def test_the_keys_do_not_wait_for_the_log(office_without_worker: Office):
    """Postgres ends a transaction that waits for five seconds: thousands of people take longer to record."""
    services = office_without_worker.services
    plans = await services.people.ready([await services.people.plan("e7001", Details({"en": "A"}, "a@b.example"))])
    waiting = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'"
    async with services.pool.acquire() as conn, services.people.transaction(conn, plans):
        async with connection(services.settings.keys_url) as keys:
            assert await keys.fetchval(waiting) == 0
        await services.people.record_all(conn, [(plan, uuid4()) for plan in plans], actor="os:test")
    assert await services.people.resolve("a@b.example") == "e7001"
