"""`signoff actuals import` and `signoff report budget`, through the stack that `signoff up` started."""

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

CONTROLLER = "e1041"


@pytest.mark.rule("BUD-05")
def test_a_file_is_planned_booked_and_reported(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "march.csv"
    file.write_text("document,day,line,amount,currency\nCLI-1,2026-03-05,it-licences,12.50,THB\n", encoding="utf-8")
    planned = cli.done("actuals", "import", str(file), "--plan", "--as", CONTROLLER)
    assert (planned["rows"], planned["booked"]) == (1, False)
    assert cli.done("actuals", "import", str(file), "--as", CONTROLLER)["booked"]
    assert cli("actuals", "import", str(file), "--as", CONTROLLER, "--json").refused == "bad-rows"
    rows = cli.done("report", "budget", "--year", "2026")["report"]["rows"]
    assert {row["line"]: row["actual"] for row in rows}["it-licences"] == "12.50"
    out = tmp_path / "budget.csv"
    assert cli.done("report", "budget", "--year", "2026", "--out", str(out))["rows"] == len(rows)
    assert "it-licences" in out.read_text(encoding="utf-8-sig")
    assert cli("report", "budget", "--year", "2026", "--out", str(tmp_path / "x.ods"), "--json").refused == "bad-ending"
