"""`signoff policy show`: the policy as tables, and `check` names processes that are not in use."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import POLICY, Cli

pytestmark = pytest.mark.rule("KRN-40")
TABLE = """\
        table:
          - {when: [{field: grade, at_least: 8}], steps: [line, hr, department, money, executive]}
          - {steps: [line, money]}
        fallback: {role: executive}

      # An offer"""


@pytest.fixture
def tabled(tmp_path: Path) -> str:
    """The example's policy without the process authority, and with a table for requisitions."""
    path = tmp_path / "tabled.yaml"
    text = Path(POLICY).read_text().replace("        fallback: {role: executive}\n\n      # An offer", TABLE, 1)
    path.write_text(re.sub(r"^  authority:\n(?:    .*\n|\n)+", "  authority: {routes: {}}\n", text, flags=re.MULTILINE))
    return str(path)


def test_rows_are_cases_and_columns_are_steps_with_the_people_of_a_unit(cli: Cli, tabled: str) -> None:
    told = cli.done("policy", "show", tabled, "--unit", "it-web")["routes"]
    [requisition] = [each for each in told if each["route"] == "requisition"]
    hr, money = requisition["columns"][1], requisition["columns"][3]
    assert (hr["people"], money["authority"], money["due_days"]) == (["e1033"], "hiring", "2")
    assert [line["cases"] for line in requisition["lines"]] == ["grade is at least 8", "every other case"]
    assert requisition["lines"][1]["cells"] == ["✓", "–", "–", "✓", "–"]
    assert requisition["lines"][0]["cells"][4] == "if cost is over 5,000,000 THB"


def test_people_read_the_version_in_force_with_names(cli: Cli) -> None:
    said = cli("policy", "show", "--unit", "it-web", COLUMNS="220").out
    assert "hiring · requisition" in said
    assert cli("policy", "show", "77", "--json").refused == "no-policy"
    assert cli("policy", "show", "--unit", "moon", "--json").refused == "unknown-unit"


def test_a_process_without_routes_is_said_to_be_not_in_use(cli: Cli, tabled: str) -> None:
    assert cli.done("policy", "check", tabled)["not_in_use"] == ["authority"]
    assert "not in use: authority" in cli("policy", "check", tabled).out
    assert cli.done("policy", "check", POLICY) == {"ok": True}
