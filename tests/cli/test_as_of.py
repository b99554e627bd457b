"""Every view can be asked what it showed at a time (KRN-50)."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest

from cli.main import MODULES
from tests.cli.conftest import LINE, MANAGER, Cli

pytestmark = pytest.mark.rule("KRN-50")


def now(cli: Cli, case: str) -> str:
    """The instant of the case's newest event, by the database's clock."""
    return str(cli.done("timeline", case)[-1]["recorded_at"])


def test_each_command_that_shows_a_view_takes_a_time():
    views = {*MODULES["cli.looking"], "delegations"}
    for module, names in MODULES.items():
        known = {command.name: command for command in import_module(module).COMMANDS} if views & {*names} else {}
        for name in views & {*names}:
            assert "as_of" in {each.name for each in known[name].params}, name


def test_inbox_cases_and_notifications_show_what_was_known_then(cli: Cli, case: str):
    def tasks(*at: str) -> list[str]:
        return [row["task"] for row in cli.done("inbox", "--as", LINE, *at) if row["case"] == case]

    def row(*at: str) -> list[tuple[int, list[str]]]:
        return [(r["version"], r["waiting_on"]) for r in cli.done("cases", *at) if r["case"] == case]

    asked = now(cli, case)
    shown = cli.done("cases")
    known = [each for each in shown if each["case"] == case]
    cli.approved(case)
    assert tasks() == []
    assert tasks("--as-of", asked) == [f"{case}.1"]
    assert row("--as-of", asked) == [(known[0]["version"], [LINE])]
    assert row() != row("--as-of", asked)
    early = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    assert (tasks("--as-of", early), row("--as-of", early)) == ([], [])


def test_what_someone_was_told_later_is_left_out(cli: Cli, case: str):
    told = [each["at"] for each in cli.done("notifications", "--as", LINE)]
    early = [each["at"] for each in cli.done("notifications", "--as", LINE, "--as-of", told[0])]
    assert early == [at for at in told if at == told[0]]
    cli.approved(case)
    at = cli.done("notifications", "--as", MANAGER)[-1]["at"]
    before = (datetime.fromisoformat(at) - timedelta(microseconds=1)).isoformat()
    assert at not in {each["at"] for each in cli.done("notifications", "--as", MANAGER, "--as-of", before)}
