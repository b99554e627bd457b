"""`signoff exceptions` and the filters of `signoff cases`: documents, tables, refusals."""

import pytest

from tests.cli.conftest import MANAGER, Cli

ROW = {"kind", "at", "case", "process", "version", "position", "by", "task", "step", "what", "code", "reason"}
ROW |= {"people", "times", "late_by", "hidden"}


@pytest.mark.rule("KRN-45")
def test_the_report_names_what_was_out_of_the_ordinary(cli: Cli, case: str) -> None:
    assert [row for row in cli.done("exceptions") if row["case"] == case] == []
    cli.done("do", case, "hold", "--set", "reason=The budget is not sure", "--as", MANAGER)
    [row] = [row for row in cli.done("exceptions", "--process", "hiring") if row["case"] == case]
    assert set(row) == ROW
    assert (row["kind"], row["by"], row["hidden"]) == ("held", MANAGER, False)
    assert "put on hold" in cli("exceptions", COLUMNS="200").out
    assert "Somchai Rattanakul" in cli("exceptions", COLUMNS="200").out
    assert cli.done("exceptions", "--since", "2099-01-01", "--as-of", "2099-01-02") == []
    assert cli("exceptions", "--as-of", "2020-01-01").out == "There were no exceptions.\n"


def test_an_unknown_process_and_a_wrong_time_are_refused(cli: Cli) -> None:
    assert cli("exceptions", "--process", "cooking", "--json").refused == "unknown-process"
    assert cli("exceptions", "--since", "yesterday", "--json").refused == "usage"


@pytest.mark.rule("KRN-13")
def test_cases_can_be_listed_by_their_trouble(cli: Cli, case: str) -> None:
    assert cli.done("cases", "--stuck") == []
    assert cli.done("cases", "--unit", "it", "--below") == cli.done("cases")
    assert cli.done("cases", "--unit", "it") == []
    assert cli("cases", "--unit", "moon", "--json").refused == "unknown-unit"
    later = cli.done("cases", "--overdue", "--as-of", "2099-01-01")
    assert case in [row["case"] for row in later]
    assert all(row["overdue"] for row in later)
