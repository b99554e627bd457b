"""The promises of the command line: each command's document, field by field, and where the options may stand."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args
from uuid import uuid4

import asyncpg
import click
import pytest

from cli.main import MODULES, signoff
from domain.kernel.commands import Outcome
from tests.cli.conftest import COMPANY, LINE, MANAGER, POLICY, REQUISITION, Cli

ACK = {"case", "version", "position"}
STEP = {"step", "title", "assignees", "due_at"}
TASK = {"task", "case", "process", "title", "step", "due_at", "overdue"}
CASE = {"case", "process", "stage", "version", "closed"}
SHOWN = CASE | {"tasks", "deadlines", "state"}
EVENT = {"version", "type", "actor", "on_behalf_of", "recorded_at", "data"}


def test_up_says_in_one_line_where_everything_is(stack: Cli) -> None:
    assert set(stack.ready) >= {"ready", "database_url", "temporal_address", "web", "ui"}
    assert bool(stack.ready["ready"])


def test_importing_again_records_nothing(cli: Cli) -> None:
    assert cli.done("org", "import", *COMPANY) == {"events": 0, "people": 0}


def test_publishing_the_same_policy_again_keeps_its_version(cli: Cli) -> None:
    assert cli.done("policy", "publish", POLICY, "--as", LINE) == {"version": 1}
    assert cli.done("policy", "check", POLICY) == {"ok": True}


def test_a_case_from_start_to_decision(cli: Cli, case: str) -> None:
    [task] = [row for row in cli.done("inbox", "--as", LINE) if row["case"] == case]
    assert set(task) >= TASK
    assert (task["task"], task["step"], task["overdue"]) == (f"{case}.1", "line", False)
    acknowledged = cli.decide(f"{case}.1", LINE)
    assert set(acknowledged) >= ACK
    shown = cli.done("show", case)
    assert set(shown) >= SHOWN
    assert shown["version"] == acknowledged["version"]
    assert [each["id"] for each in shown["tasks"]] == [f"{case}.2"]
    assert not [row for row in cli.done("inbox", "--as", LINE) if row["case"] == case]


def test_preview_names_the_people_whom_the_run_then_asks(cli: Cli, case: str) -> None:
    steps = cli.done("preview", "hiring", "--file", REQUISITION, "--as", MANAGER)
    assert all(set(step) >= STEP for step in steps)
    assert [step["step"] for step in steps] == ["line", "hr", "money"]
    assert steps[0]["assignees"] == cli.done("show", case)["tasks"][0]["assignees"]


@pytest.mark.rule("KRN-07")
def test_a_timeline_holds_every_event_with_its_data(cli: Cli, case: str) -> None:
    cli.decide(f"{case}.1", LINE)
    rows = cli.done("timeline", case)
    assert all(set(row) >= EVENT for row in rows)
    assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
    [decided] = [row for row in rows if row["type"] == "Decided"]
    assert (decided["actor"], decided["data"]["channel"]) == (LINE, "cli")
    assert decided["data"]["authenticated"].startswith("os:")
    assert datetime.fromisoformat(decided["recorded_at"]).utcoffset() == timedelta(0)


def test_cases_lists_all_or_only_open_ones(cli: Cli, case: str) -> None:
    cli.done("do", case, "withdraw", "--set", "reason=not needed", "--as", MANAGER)
    rows = {row["case"]: row for row in cli.done("cases", "--process", "hiring")}
    assert set(rows[case]) >= CASE
    assert rows[case]["closed"] is True
    assert case not in {row["case"] for row in cli.done("cases", "--open")}


@pytest.mark.rule("KRN-50")
def test_show_as_of_answers_what_was_known_then(cli: Cli, case: str) -> None:
    before = cli.done("timeline", case)[-1]["recorded_at"]
    cli.decide(f"{case}.1", LINE)
    assert [task["id"] for task in cli.done("show", case, "--as-of", before)["tasks"]] == [f"{case}.1"]


@pytest.mark.rule("KRN-19")
def test_a_repeated_command_id_returns_the_first_result(cli: Cli, case: str) -> None:
    once = ("--command-id", str(uuid4()))
    first = cli.decide(f"{case}.1", LINE, "approve", *once)
    second = cli.decide(f"{case}.1", LINE, "approve", *once)
    assert {name: first[name] for name in ACK} == {name: second[name] for name in ACK}


def test_a_start_without_an_id_is_safe_to_repeat_with_its_command_id(cli: Cli) -> None:
    once = ("--file", REQUISITION, "--as", MANAGER, "--command-id", str(uuid4()))
    assert cli.done("start", "hiring", *once)["case"] == cli.done("start", "hiring", *once)["case"]


@pytest.mark.rule("KRN-18")
def test_return_takes_a_comment_and_the_fields_to_correct(cli: Cli, case: str) -> None:
    cli.decide(f"{case}.1", LINE, "return", "--comment", "too high", "--field", "salary_band", "--field", "grade")
    assert cli.done("show", case)["stage"] == "returned"


@pytest.mark.rule("KRN-15")
def test_return_without_fields_names_every_field_the_step_answers_for(cli: Cli, case: str) -> None:
    cli.decide(f"{case}.1", LINE, "return", "--comment", "not like this")
    [returned] = [row["data"] for row in cli.done("timeline", case) if row["type"] == "ReviewReturned"]
    assert {"grade", "salary_band", "seats"} <= set(returned["fields"])


@pytest.mark.rule("KRN-19")
def test_a_return_without_fields_is_done_once_under_its_id(cli: Cli, case: str) -> None:
    once = ("--comment", "not like this", "--command-id", str(uuid4()))
    first, again = (cli.decide(f"{case}.1", LINE, "return", *once) for _ in range(2))
    assert (first["position"], again["version"]) == (again["position"], first["version"])


def test_set_takes_text_numbers_lists_and_nested_fields(cli: Cli, case: str) -> None:
    sets = ["seats=2", "location=Chiang Mai", 'checks=["references"]', "salary_band.min=61000.50 THB"]
    given = [word for each in sets for word in ("--set", each)]
    more = ["--set", "salary_band.max=90000 THB"]
    cli.done("do", case, "amend-requisition", *given, *more, "--as", MANAGER)
    requisition = cli.done("show", case)["state"]["requisition"]
    assert (requisition["seats"], requisition["location"], requisition["checks"]) == (2, "Chiang Mai", ["references"])
    assert requisition["salary_band"]["min"] == {"amount": "61000.50", "currency": "THB"}


def test_set_goes_on_top_of_the_file(cli: Cli) -> None:
    made = cli.done("start", "hiring", "--file", REQUISITION, "--set", "location=Khon Kaen", "--as", MANAGER)
    assert cli.done("show", made["case"])["state"]["requisition"]["location"] == "Khon Kaen"


def test_commands_gives_the_schema_of_each(cli: Cli) -> None:
    listed = {entry["command"]: entry for entry in cli.done("commands", "hiring")}
    assert listed["raise-requisition"]["start"] is True
    assert listed["decide"]["schema"]["properties"]["outcome"]["enum"] == list(get_args(Outcome))
    assert "deadline" not in listed


def test_the_log_is_verified_against_a_checkpoint(cli: Cli, shared: str, tmp_path: Path) -> None:
    file = str(tmp_path / "heads.json")
    assert cli.done("checkpoint", "--out", file)["streams"] > 60
    assert cli.done("verify", "--checkpoint", file)["problems"] == []
    last = cli("verify", shared).out.splitlines()[-1]
    assert last.startswith("verified: ")
    assert last.endswith(" events, 1 streams, 0 problems")
    (newest, _), before = asyncio.run(_looks(cli))
    assert (newest, before) == (shared, (None, True))


async def _looks(cli: Cli) -> list[tuple[str | None, bool]]:
    """What operations know of the last two looks at the log, the newest first."""
    conn = await asyncpg.connect(cli.ready["database_url"])
    try:
        query = "select stream, with_checkpoint from signoff.verifications order by at desc limit 2"
        return [tuple(row) for row in await conn.fetch(query)]
    finally:
        await conn.close()


def test_recover_and_rebuild_are_safe_to_repeat(cli: Cli, shared: str) -> None:
    assert cli.done("recover")["recovered"] == 0
    assert cli.done("rebuild")["rebuilt"] == "all"
    assert cli.done("rebuild", "inbox")["rebuilt"] == "inbox"
    assert shared in {row["case"] for row in cli.done("cases")}


def test_notifications_are_what_a_person_was_told(cli: Cli, case: str) -> None:
    told = [row for row in cli.done("notifications", "--as", LINE) if row["case"] == case]
    assert set(told[0]) >= {"case", "task", "text", "at"}
    assert told[0]["task"] == f"{case}.1"


def test_migrate_says_when_nothing_is_missing(cli: Cli) -> None:
    assert cli.done("migrate") == {"applied": []}


def test_options_stand_before_or_behind_the_command(cli: Cli, shared: str) -> None:
    assert cli("--json", "--as", LINE, "inbox").json == cli("inbox", "--as", LINE, "--json").json
    assert cli("--debug", "show", shared).code == 0


def test_an_address_stands_for_its_person(cli: Cli, shared: str) -> None:
    assert cli.done("inbox", "--as", "prasert.w@siam-orchard.example") == cli.done("inbox", "--as", LINE)


@pytest.mark.parametrize("name", sorted(name for names in MODULES.values() for name in names))
def test_every_command_explains_each_of_its_options(cli: Cli, name: str) -> None:
    assert cli(name, "--help").code == 0
    command = signoff.get_command(None, name)  # type: ignore[arg-type]  # it needs no context
    assert command is not None
    assert command.help
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.rule("BUD-14")
def test_a_balance_and_the_books_of_an_office_without_budgets(cli: Cli, tmp_path: Path) -> None:
    told = cli.done("balance", "it-licences", "--period", "2027", "--as", LINE)
    assert set(told) >= {"line", "period", "currency", "plan", "available", "reserved", "committed", "actual"}
    assert (told["line"], told["period"], told["currency"]) == ("it-licences", "2027", "THB")
    assert (told["plan"], told["available"], told["actual"]) == (None, None, "0.00")
    assert "no plan" in cli("balance", "it-licences").out
    assert cli("balance", "ghost", "--json").refused == "no-such-line"
    assert cli("balance", "it-licences", "--as", "e1037", "--json").refused == "not-your-line"
    for kind in ("beancount", "csv"):
        file = tmp_path / f"ledger.{kind}"
        written = cli.done("ledger", "export", "--format", kind, "--out", str(file))
        assert written == {"file": str(file), "format": kind, "transfers": 0}
        assert file.exists()
    assert cli.done("rebuild", "ledger") == {"rebuilt": "ledger", "transfers": 0}


def test_commands_say_who_may_give_them_and_when(cli: Cli) -> None:
    rows = {row["command"]: row for row in cli.done("commands", "spending")}
    sent_again, opening = rows["resubmit-spending"], rows["credit-closed"]
    assert (sent_again["by"], sent_again["stages"], sent_again["opens"]) == (["requester"], ["returned"], False)
    assert (opening["stages"], opening["opens"]) == (["new"], True)
    assert sent_again["schema"]["type"] == "object"
