"""What people read: names for ids, their own zone and language, sentences, and nothing that a writer can break."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Client

from tests.cli.conftest import HR, INTERVIEWER, LINE, MANAGER, RECRUITER, REQUISITION, Cli

WIDE = {"COLUMNS": "400"}
BANGKOK = timedelta(hours=7)


def line_with(text: str, *words: str) -> str:
    """The line of `text` in which all of `words` stand."""
    found = [line for line in text.splitlines() if all(word in line for word in words)]
    assert found, (words, text)
    return found[0]


def due_of(cli: Cli, case: str) -> datetime:
    """When its first task is due: the end of a working day, or an instant within it when the tests run in one."""
    return datetime.fromisoformat(cli.done("show", case)["tasks"][0]["timing"]["due_at"])


def test_tables_fit_into_80_columns_and_fold_nothing_away(cli: Cli, shared: str) -> None:
    for words in (["inbox", "--as", LINE], ["show", shared], ["cases"], ["timeline", shared]):
        said = cli(*words)
        assert said.code == 0
        assert max(len(line) for line in said.out.splitlines()) <= 80
        assert shared in said.out


def test_output_for_another_program_is_not_folded(cli: Cli, shared: str) -> None:
    said = cli.program("timeline", shared, COLUMNS="")
    rows = cli.done("timeline", shared)
    assert len(said.out.splitlines()) == len(rows)


def test_times_are_those_of_the_readers_calendar(cli: Cli, shared: str) -> None:
    due = due_of(cli, shared)
    theirs = cli("show", shared, "--as", LINE).out
    assert f"{due + BANGKOK:%H:%M}" in theirs
    assert "Times in Asia/Bangkok" in theirs
    assert f"{due:%H:%M}" in cli("show", shared).out


def test_times_names_and_titles_are_in_the_readers_language(cli: Cli, shared: str) -> None:
    said = cli.program("inbox", "--as", LINE, LANG="th_TH.UTF-8", **WIDE).out
    assert "อนุมัติโดยผู้บังคับบัญชา" in said
    assert "Approval by" not in said
    assert "ประเสริฐ วงศ์สกุล" in cli.program("show", shared, LANG="th_TH.UTF-8", **WIDE).out


@pytest.mark.rule("KRN-07")
def test_a_decision_reads_as_a_sentence(cli: Cli, case: str) -> None:
    cli.decide(f"{case}.1", LINE, "return", "--comment", "The band is [too] high", "--field", "salary_band")
    said = cli("timeline", case, **WIDE).out
    content = next(row["data"]["content_hash"] for row in cli.done("timeline", case) if row["type"] == "Decided")
    decided = line_with(said, "Decided")
    for words in ("Prasert Wongsakul returned step line of requisition", content[:12], "to correct: salary band"):
        assert words in decided
    assert content[:13] not in decided
    assert "“The band is [too] high”" in said


def test_an_offered_task_shows_to_whom_and_until_when(cli: Cli, shared: str) -> None:
    due = due_of(cli, shared)
    offered = line_with(cli("timeline", shared, **WIDE).out, "Task assigned")
    for words in (
        f"{shared}.1",
        "Approval by the line manager",
        "to Prasert Wongsakul",
        f"until {due:%a} {due.day} {due:%b %Y %H:%M}",
    ):
        assert words in offered


@pytest.mark.rule("KRN-01")
def test_a_refused_signal_is_shown_with_its_reason(cli: Cli, case: str) -> None:
    payload = {"task": f"{case}.1", "outcome": "approve"}
    asyncio.run(signal(cli, case, {"name": "decide", "actor": HR, "payload": payload}))
    rows: list[dict[str, Any]] = []
    while not any(row["type"] == "CommandRefused" for row in rows):  # a signal has no answer to wait for
        rows = cli.done("timeline", case)
    refused = line_with(cli("timeline", case, **WIDE).out, "Command refused")
    assert "the signal decide of Yupa Nimit was refused (not-your-task)" in refused


async def signal(cli: Cli, case: str, message: dict[str, Any]) -> None:
    client = await Client.connect(cli.ready["temporal_address"])
    await client.get_workflow_handle(case).signal("command", message)


def test_what_people_wrote_is_never_read_as_formatting_or_by_the_terminal(cli: Cli, case: str) -> None:
    cli.done("do", case, "comment", "--set", "text=[/b] [red]\x1b[2Jhi :smile:", "--as", LINE)
    said = cli("timeline", case, **WIDE)
    assert said.code == 0
    assert "“[/b] [red]�[2Jhi :smile:”" in said.out
    assert "\x1b" not in said.out


@pytest.fixture
def interview(cli: Cli, case: str) -> str:
    """A case in which INTERVIEWER is asked to interview a candidate with a name."""
    cli.approved(case)
    someone = ["--set", "candidate.name=Malai Suk", "--set", f"candidate.email=malai-{case}@mail.example"]
    cli.done("do", case, "add-candidate", *someone, "--set", "source=referral", "--as", RECRUITER)
    [candidate] = cli.done("show", case)["state"]["candidates"]
    about = ["--set", f"candidate={candidate}"]
    cli.done("do", case, "screen-candidate", *about, "--set", "outcome=advance", "--as", RECRUITER)
    asked = [*about, "--set", "kind=technical", "--set", f"interviewer={INTERVIEWER}"]
    cli.done("do", case, "assign-interviewer", *asked, "--as", RECRUITER)
    return str(candidate)


@pytest.mark.rule("KRN-52")
def test_a_candidate_has_a_name_in_titles_until_they_are_erased(cli: Cli, case: str, interview: str) -> None:
    assert "Malai Suk" in cli("inbox", "--as", INTERVIEWER, **WIDE).out
    assert "Malai Suk" in cli("show", case, **WIDE).out
    assert "Hiring 1 × Platform Engineer · asked for by Somchai Rattanakul" in cli("show", case, **WIDE).out
    assert "Malai Suk" in cli("timeline", case, **WIDE).out
    assert "Malai Suk" not in cli("timeline", case, "--json").out
    done = cli.done("erase", interview, "--reason", "asked for it")
    assert (done["person"], done["erased"], done["repeated"]) == (interview, True, False)
    assert any("Backups" in each for each in done["remains"])
    assert cli.done("erase", interview, "--reason", "asked again")["repeated"] is True
    for words in (["inbox", "--as", INTERVIEWER], ["show", case], ["timeline", case]):
        shown = cli(*words, **WIDE).out
        assert "Malai Suk" not in shown
        assert f"{interview} (erased)" in shown
    for stream in (case, f"person-{interview}"):
        assert cli.done("verify", stream)["problems"] == []


@pytest.mark.rule("HIR-04")
def test_what_a_reader_may_not_see_has_no_line(cli: Cli, case: str, interview: str) -> None:
    about = ["--set", f"candidate={interview}", "--set", "kind=technical"]
    cli.done("do", case, "assign-interviewer", *about, "--set", "interviewer=e1024", "--as", RECRUITER)
    card = [*about, "--set", 'scores={"skill": 4}', "--set", "recommendation=yes", "--set", "notes=clear answers"]
    cli.done("do", case, "submit-scorecard", *card, "--as", INTERVIEWER)
    hidden = cli("timeline", case, "--as", "e1024", **WIDE).out
    assert "Interviewer assigned" in hidden
    assert "Scorecard submitted" not in hidden
    told = cli("timeline", case, "--as", INTERVIEWER, **WIDE).out
    assert "recommendation yes" in line_with(told, "Scorecard submitted")
    assert "“clear answers”" in told


@pytest.mark.rule("KRN-43")
def test_what_is_hidden_reads_as_that(cli: Cli, case: str) -> None:
    cli.decide(f"{case}.1", LINE)
    stranger, operations = "e1044", "e1009"
    assert cli("show", case, "--as", stranger).out == f"{case}  hiring  not for your eyes, or not yet\n"
    assert "not for your eyes" in line_with(cli("cases", "--as", stranger, **WIDE).out, case)
    assert cli.done("timeline", case, "--as", stranger) == []
    said = cli("timeline", case, "--as", operations, **WIDE).out
    assert "content •••" in line_with(said, "Decided")
    assert "95,000" not in said
    assert cli("show", case, "--as", operations).code == 0


def test_hold_and_overdue_are_visible(cli: Cli, case: str) -> None:
    cli.done("do", case, "hold", "--set", "reason=budget talks", "--as", LINE)
    assert "on hold" in cli("show", case).out
    assert "on hold" in line_with(cli("cases").out, case)
    assert "“budget talks”" in cli("timeline", case).out


def test_preview_and_commands_are_readable(cli: Cli) -> None:
    preview = cli("preview", "hiring", "--file", REQUISITION, "--as", MANAGER)
    assert "Approval by the line manager" in preview.out, preview.err
    assert "Prasert Wongsakul" in preview.out
    listed = cli("commands", "hiring").out
    assert "raise-requisition (opens a case)" in listed
    assert "    outcome: approve | reject | return" in listed
    assert "    ranking: list of string" in listed


def test_nothing_to_show_is_said(cli: Cli) -> None:
    assert cli("inbox", "--as", "e1062").out == "Nothing waits for you.\n"
    assert cli("notifications", "--as", "e1062").out == "You were told nothing yet.\n"
