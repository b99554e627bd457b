"""What is taken out as files: `--out` of lists and reports, `signoff export`, and what `signoff search` prints."""

import csv
import json
from pathlib import Path
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest

from application.files.table import read_table
from tests.cli.conftest import LINE, MANAGER, REQUISITION, Cli


@pytest.fixture(scope="module")
def case(cli: Cli) -> str:
    name = f"hiring-files-{uuid4().hex[:6]}"
    cli.done("start", "hiring", "--file", REQUISITION, "--id", name, "--as", MANAGER)
    return name


@pytest.mark.rule("LOG-04")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_list_of_cases_is_the_same_in_a_file(cli: Cli, case: str, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"cases.{ending}"
    for who in ([], ["--as", MANAGER], ["--as", "e1044"]):
        rows = cli.done("cases", "--process", "hiring", *who)
        assert cli.done("cases", "--process", "hiring", "--out", str(file), *who)["rows"] == len(rows)
        if rows:
            assert [row.cells["case"] for row in read_table(file)] == [row["case"] for row in rows]
    if rows:
        hidden = [row.cells["stage"] for row in read_table(file)]
        assert set(hidden) == {"•••"}, "an outsider gets no more by file than on the screen"


@pytest.mark.rule("LOG-04")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_inbox_is_the_same_in_a_file(cli: Cli, case: str, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"inbox.{ending}"
    rows = cli.done("inbox", "--as", LINE)
    assert case in {row["case"] for row in rows}
    cli.done("inbox", "--as", LINE, "--out", str(file))
    assert [row.cells["task"] for row in read_table(file)] == [row["task"] for row in rows]


@pytest.mark.rule("LOG-04")
def test_every_report_writes_each_of_its_lists(cli: Cli, case: str, tmp_path: Path) -> None:
    told, file = cli.done("report", "hiring"), tmp_path / "report.csv"
    for name in ("seats", "funnel", "stages"):
        assert cli.done("report", "hiring", "--out", str(file), "--table", name)["rows"] == len(told[name])
    with file.open(encoding="utf-8-sig", newline="") as text:
        assert "age.median.working_days" in next(csv.reader(text))
    assert cli("report", "hiring", "--out", str(file), "--table", "moon", "--json").refused == "no-such-table"
    assert cli("cases", "--out", str(tmp_path / "x.ods"), "--json").refused == "bad-ending"
    assert cli.done("report", "job-descriptions", "--out", str(tmp_path / "jobs.xlsx"))["rows"] >= 0
    assert cli.done("report", "savings", "--out", str(tmp_path / "s.xlsx"))["rows"] >= 0


@pytest.mark.rule("LOG-01")
def test_export_writes_each_format(cli: Cli, case: str, tmp_path: Path) -> None:
    count = len(cli.done("timeline", case, "--as", MANAGER))
    for kind in ("xes", "ocel", "csv"):
        file = tmp_path / kind
        told = cli.done("export", "hiring", "--format", kind, "--out", str(file), "--as", MANAGER)
        assert told["events"] >= count
        assert case in file.read_text(encoding="utf-8")
    assert ET.parse(tmp_path / "xes").getroot().tag.endswith("log")
    assert len(json.loads((tmp_path / "ocel").read_text(encoding="utf-8"))["events"]) == told["events"]
    assert cli.done("export", "--all", "--format", "csv", "--out", str(tmp_path / "all"))["cases"] >= told["cases"]


@pytest.mark.rule("LOG-01")
@pytest.mark.parametrize("given", [[], ["hiring", "--all"], ["moon"], ["hiring", "--since", "yesterday"]])
def test_a_wrong_export_is_refused(cli: Cli, tmp_path: Path, given: list[str]) -> None:
    said = cli("export", *given, "--format", "xes", "--out", str(tmp_path / "x"), "--json")
    assert said.refused in ("usage", "unknown-process")
    assert list(tmp_path.iterdir()) == []


def test_search_prints_what_one_may_see(cli: Cli, case: str) -> None:
    assert case in {hit["id"] for hit in cli.done("search", case, "--as", MANAGER)}
    assert case in cli("search", case, "--as", MANAGER).out
    assert cli("search", case, "--json").refused == "no-person"
    assert cli("search", " ", "--as", MANAGER, "--json").refused == "nothing-to-find"
    assert cli("search", "x" * 10_000, "--as", MANAGER).code == 0


@pytest.mark.rule("ORG-02", "ORG-09")
def test_hrs_file_is_planned_and_the_export_comes_back(cli: Cli, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("Number,Name,Job,Dept,Boss\ne7801,Dao Sun,Tester,it-web,e1005\n,No Id,Tester,it-web,Nobody\n")
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "columns: {id: Number, name: Name, title: Job, unit: Dept, manager: Boss}\nvalues: {calendar: th-bangkok}\n"
    )
    told = cli.done("org", "import", str(people), "--map", str(mapping), "--plan")
    assert told["people"]["joiners"] == ["e7801"]
    assert [(one["row"], one["column"]) for one in told["unresolved"]] == [(3, "Boss")]
    said = cli("org", "import", str(people), "--map", str(mapping), "--plan")
    assert "joiners: 1 (e7801)" in said.out
    assert "nothing was recorded" in said.out
    assert cli("org", "import", str(people), "--map", str(mapping), "--json").refused == "bad-file"
    [table] = [file for file in cli.done("org", "export", "--format", "csv", "--out", str(tmp_path))["files"]
               if file.endswith("csv")]  # fmt: skip
    assert cli.done("org", "import", table) == {"events": 0, "people": 0}
