"""Every view can be asked what it showed at a time (KRN-50)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module

import click
import pytest

from cli.main import MODULES
from tests.cli.conftest import LINE, MANAGER, Cli

pytestmark = pytest.mark.rule("KRN-50")


def now(cli: Cli, case: str) -> str:
    """The instant of the case's newest event, by the database's clock."""
    return str(cli.done("timeline", case)[-1]["recorded_at"])


NO_VIEWS = {
    "checkpoint", "commands", "mail undelivered", "policy check", "policy impact", "policy schema",
    "policy trial", "preview", "proof",
    "attachment", "verify", "ledger export", "analyse", "export", "search", "org export",
    "project-plan export",
}  # fmt: skip
"""What only looks too, but at the log itself, at a file, at what comes next, at a queue of this machine, or for a way
to what there is now."""
DOES = {
    "up", "migrate", "worker", "web", "link", "token", "demo", "org import", "org leave", "org move", "org skill",
    "policy publish", "start", "decide", "do", "decide-many", "recover", "rebuild", "erase", "rotate-master-key",
    "delegate", "out-of-office", "delegation revoke", "freeze-unit", "unfreeze-unit", "attach", "mail preferences",
    "calendar address", "calendar revoke", "calendar show", "mail bounce", "actuals import", "project-plan import",
}  # fmt: skip


def commands(found: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(found, click.Group):
        for inner in found.commands.values():
            yield from commands(inner, f"{name} {inner.name}")
    else:
        yield name, found


def test_each_command_that_shows_a_view_takes_a_time():
    every = dict(
        pair for module in MODULES for found in import_module(module).COMMANDS for pair in commands(found, found.name)
    )
    without = {name for name, found in every.items() if "as_of" not in {each.name for each in found.params}}
    assert without == NO_VIEWS | DOES


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


def test_an_event_belongs_to_the_instant_at_which_it_was_recorded_and_to_none_before(cli: Cli, case: str):
    at = now(cli, case)
    before = (datetime.fromisoformat(at) - timedelta(microseconds=1)).isoformat()
    assert [len(cli.done("timeline", case, "--as-of", when)) for when in (at,)] == [4]
    assert cli("show", case, "--as-of", before, "--json").refused == "not-yet"
    cli.decide(f"{case}.1", LINE)
    assert cli.done("show", case, "--as-of", at)["version"] == 4
    cli.done("rebuild", "cases")
    known = {row["case"]: row["version"] for row in cli.done("cases", "--as-of", at)}
    assert known[case] == 4, "what was known then is not what a new view knows"


def test_before_anything_was_imported_nothing_was_known(cli: Cli, case: str):
    early = "2020-01-01T00:00:00Z"
    asked = [("inbox", "--as", LINE), ("notifications", "--as", LINE), ("cases",), ("delegations",), ("exceptions",)]
    assert [cli.done(*command, "--as-of", early) for command in asked] == [[]] * len(asked)
    assert cli("timeline", case, "--as-of", early, "--json").refused == "not-yet"
    assert cli.done("report", "hiring", "--as-of", early)["cases"] == 0
    assert cli("policy", "show", "--as-of", early, "--json").refused == "no-policy"
    assert cli.done("policy", "show", "--unit", "it-web", "--as-of", now(cli, case)) == cli.done(
        "policy", "show", "--unit", "it-web"
    )
