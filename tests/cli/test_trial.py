"""`signoff policy trial` on the command line: its document, its table, and what it refuses."""

from pathlib import Path

import pytest

from tests.cli.conftest import POLICY, Cli

ROW = {"case", "process", "review", "route", "round", "at", "policy", "changes", "refused_before", "refused_after"}
SINCE = ("--since", "2026-01-01")


@pytest.fixture
def stricter(tmp_path: Path) -> str:
    """The example's policy with the department head from grade 5 on."""
    path = tmp_path / "stricter.yaml"
    text = Path(POLICY).read_text()
    path.write_text(text.replace("field: grade, at_least: 8", "field: grade, at_least: 5", 1))
    return str(path)


@pytest.mark.rule("KRN-41")
def test_a_trial_lists_what_would_have_gone_another_way(cli: Cli, case: str, stricter: str) -> None:
    told = cli.done("policy", "trial", stricter, *SINCE)
    [row] = [row for row in told["rerouted"] if row["case"] == case]
    assert set(row) == ROW
    assert [(change["what"], change["step"]) for change in row["changes"]] == [("appears", "department")]
    assert told["submissions"] >= len(told["rerouted"]) > 0
    assert cli.done("policy", "trial", POLICY, *SINCE)["rerouted"] == []


@pytest.mark.rule("KRN-41")
def test_people_read_names_of_steps_and_persons(cli: Cli, case: str, stricter: str) -> None:
    said = cli("policy", "trial", stricter, *SINCE, COLUMNS="200").out
    assert "submissions would have gone another way." in said
    assert case in said
    assert "Approval by the department head: new: Prasert Wongsakul" in said


@pytest.mark.rule("KRN-41")
def test_a_file_with_a_mistake_and_a_time_that_is_none_are_refused(cli: Cli, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("name: x\n")
    assert cli("policy", "trial", str(wrong), *SINCE, "--json").refused == "bad-file"
    assert cli("policy", "trial", POLICY, "--since", "soon", "--json").refused == "usage"
    assert cli("policy", "trial", POLICY, *SINCE, "--process", "cooking", "--json").refused == "unknown-process"
