"""Standing in, freezing, leaving and moving as typed: documents, sentences and exit codes."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import LINE, MANAGER, Cli

STAND_IN, COLLEAGUE = "e1004", "e1017"
# In two days of UTC: at every hour later than today where the people are, whose day begins up to seven hours earlier.
SOON, NEXT_WEEK, NEXT_YEAR = ((datetime.now(UTC) + timedelta(days=days)).date().isoformat() for days in (2, 7, 300))
NOW = datetime.now(UTC).isoformat()
DELEGATION = {"delegation", "principal", "delegate", "from", "until", "state", "scope", "out_of_office", "revoked_at"}


@pytest.mark.rule("KRN-22")
def test_out_of_office_until_it_is_revoked(cli: Cli, case: str) -> None:
    row = cli.done("out-of-office", "--to", STAND_IN, "--from", NOW, "--until", NEXT_WEEK, "--as", LINE)
    assert set(row) >= DELEGATION
    assert (row["state"], row["out_of_office"]) == ("active", True)
    [task] = [each for each in cli.done("inbox", "--as", STAND_IN) if each["case"] == case]
    assert (task["for"], task["delegation"]) == (LINE, row["delegation"])
    cli.decide(task["task"], STAND_IN)
    [reported] = cli.done("delegations", "--as", LINE, "--report")
    assert [(done["task"], done["outcome"]) for done in reported["done"]] == [(task["task"], "approve")]
    told = cli("delegations", "--report")
    assert (told.code, row["delegation"] in told.out, "out of office" in told.out) == (0, True, True)
    ended = cli.done("delegation", "revoke", row["delegation"], "--as", LINE)
    assert ended["state"] == "over"
    assert cli("delegation", "revoke", row["delegation"], "--as", LINE, "--json").refused == "delegation-over"


@pytest.mark.rule("KRN-20")
def test_a_delegation_within_bounds(cli: Cli) -> None:
    bounds = ("--process", "hiring", "--unit", "it-web", "--unit", "it-data", "--up-to", "100,000 THB")
    to = ("--to", COLLEAGUE, "--from", SOON, "--until", NEXT_WEEK, "--reason", "Project week")
    row = cli.done("delegate", *to, *bounds, "--as", LINE)
    assert row["state"] == "coming"
    assert row["scope"] == {
        "processes": ["hiring"],
        "units": ["it-web", "it-data"],
        "up_to": {"amount": "100000", "currency": "THB"},
    }
    cli.done("delegation", "revoke", row["delegation"], "--as", LINE)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--to", LINE), "to-oneself"),
        (("--to", "e9999"), "unknown-person"),
        (("--to", STAND_IN, "--until", NEXT_YEAR, "--from", "2020-01-01"), "too-long"),
        (("--to", STAND_IN, "--from", "someday"), "bad-time"),
        (("--to", STAND_IN, "--up-to", "much"), "bad-amount"),
        (("--to", STAND_IN, "--unit", "atlantis"), "unknown-unit"),
        (("--to", STAND_IN, "--process", "hirring"), "unknown-process"),
        (("--to", STAND_IN, "--for", "e1001"), "not-yours-to-delegate"),
    ],
)
def test_what_cannot_be_delegated_is_refused(cli: Cli, args: tuple[str, ...], code: str) -> None:
    given = ("delegate", "--from", SOON, "--until", NEXT_WEEK, *args, "--as", LINE, "--json")
    assert cli(*given).refused == code


@pytest.mark.rule("KRN-45")
def test_freezing_and_releasing_a_unit(cli: Cli) -> None:
    freeze = ("sales", "--process", "hiring", "--reason", "No budget")
    assert cli("freeze-unit", *freeze, "--as", MANAGER, "--json").refused == "not-yours-to-freeze"
    assert cli.done("freeze-unit", *freeze, "--as", "e1001") == {"changed": True, "held": [], "failed": []}
    assert cli.done("unfreeze-unit", *freeze, "--as", "e1001") == {"changed": True, "released": [], "failed": []}


@pytest.mark.rule("KRN-24")
def test_the_plan_of_leaving_and_moving_changes_nothing(cli: Cli, case: str) -> None:
    plan = cli.done("org", "leave", LINE)
    assert (plan["applied"], plan["heir"]) == (False, "e1001")
    assert f"{case}.1" in [item["id"] for item in plan["items"] if item["what"] == "task"]
    told = cli("org", "leave", LINE)
    assert (told.code, "add --apply" in told.out) == (0, True)
    assert cli("org", "leave", LINE, "--successor", LINE, "--json").refused == "successor-unfit"
    moved = cli.done("org", "move", "e1024", "--to", "data-engineer-3")
    assert (moved["applied"], moved["items"][0]["what"]) == (False, "person")
    assert cli("org", "move", "e1024", "--to", "cio", "--json").refused == "bad-file"
    assert cli.done("org", "leave", LINE) == plan
