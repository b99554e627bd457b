"""What Temporal's own command line does to an office: the real stack, the real program, no key."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LINE, PROGRAM, Cli, outside

TEMPORAL = Path(PROGRAM).parent / "temporal"


def temporal(cli: Cli, *args: str) -> subprocess.CompletedProcess[str]:
    """As a person types it who knows the address and nothing more."""
    command = [str(TEMPORAL), "workflow", *args, "--address", cli.ready["temporal_address"]]
    return subprocess.run(command, capture_output=True, text=True, env=outside(), timeout=60, check=False)


def approval(case: str, **claims: Any) -> str:
    wish = {"task": f"{case}.1", "outcome": "approve"}
    return json.dumps({"name": "decide", "actor": LINE, "payload": wish, **claims})


def rows_of(cli: Cli, case: str, kind: str) -> list[dict[str, Any]]:
    return [row for row in cli.done("timeline", case) if row["type"] == kind]


@pytest.mark.rule("KRN-01", "KRN-07")
def test_a_manager_signals_an_approval(cli: Cli, case: str) -> None:
    sent = temporal(cli, "signal", "--workflow-id", case, "--name", "command", "--input", approval(case))
    cli.done("do", case, "comment", "--set", "text=after it", "--as", LINE)

    assert sent.returncode == 0, sent.stderr
    [row] = rows_of(cli, case, "Decided")
    assert (row["data"]["channel"], row["data"]["authenticated"]) == ("signal", "temporal-access")


@pytest.mark.rule("KRN-01", "KRN-07")
def test_an_update_in_the_name_of_a_page_is_refused(cli: Cli, case: str) -> None:
    typed = approval(case, channel="web", authenticated="oidc:https://id.example")
    sent = temporal(cli, "update", "execute", "--workflow-id", case, "--name", "command", "--input", typed)

    assert sent.returncode != 0
    assert "Encoded failure" in sent.stderr
    assert rows_of(cli, case, "Decided") == []


@pytest.mark.rule("KRN-43")
def test_neither_a_query_nor_the_file_tells_what_is_asked(cli: Cli, case: str) -> None:
    cli.done("do", case, "comment", "--set", "text=nine mangosteens", "--as", LINE)

    asked = temporal(cli, "query", "--workflow-id", case, "--type", "state")
    shown = temporal(cli, "show", "--workflow-id", case, "--output", "json")
    kept = b"".join(file.read_bytes() for file in cli.home.glob("temporal.db*"))

    assert (asked.returncode, shown.returncode) == (0, 0)
    assert case.encode() in kept, "the file is the one that knows the case"
    for secret in ("mangosteens", "salary_band", "business_case"):
        assert secret not in asked.stdout + shown.stdout
        assert secret.encode() not in kept
