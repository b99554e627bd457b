"""Bad input: a sentence that says what to do, exit 2, one document under --json, no traceback, nothing recorded."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.conftest import COMPANY, HR, LINE, MANAGER, REQUISITION, Cli

FILES = {
    "bad-yaml": (b"seats: [1, 2\n", "bad.yaml:2: is not readable YAML"),
    "bad-json": (b'{"seats": }', "bad.json:1: is not JSON"),
    "not-utf-8": (b"location: \xff\xfe\n", "bad.yaml:1: is not UTF-8 text; save the file as UTF-8"),
    "empty": (b"", "bad.yaml: is empty"),
    "a-list": (b"- 1\n", "should be a mapping of names to values"),
    "too-large": (b"x" * 5_000_001, "is larger than 5 MB"),
    "near-match": (b"sets: 2\n", "bad.yaml:1: sets: is not a known field; did you mean seats?"),
    "wrong-type": (b"seats: many\n", "bad.yaml:1: seats: should be a number"),
    "negative-seats": (b"seats: -1\n", "bad.yaml:1: seats: should be greater than or equal to 1"),
    "two-currencies": (
        b"salary_band: {min: 1 THB, max: 2 USD}\n",
        "bad.yaml:1: salary_band: state both ends of the band in one currency",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(cli: Cli, tmp_path: Path, name: str) -> None:
    content, sentence = FILES[name]
    file = tmp_path / ("bad.json" if name == "bad-json" else "bad.yaml")
    file.write_bytes(content)
    said = cli("start", "hiring", "--file", str(file), "--as", MANAGER, "--json")
    assert said.refused == "bad-file"
    problems = said.json["facts"].get("problems", [said.json["message"]])
    assert any(sentence in problem for problem in problems), problems


@pytest.mark.parametrize(
    "words", [("start", "hiring", "--as", MANAGER, "--file"), ("policy", "check"), ("org", "import")]
)
@pytest.mark.parametrize(
    ("path", "sentence"), [("nowhere.yaml", "there is no such file"), (".", "this is a directory")]
)
def test_a_file_that_is_not_there_is_refused(cli: Cli, words: tuple[str, ...], path: str, sentence: str) -> None:
    said = cli(*words, path, "--json")
    assert said.refused == "bad-file"
    assert sentence in said.err


def test_a_wrong_organisation_file_is_refused_with_every_line_and_nothing_is_imported(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "more.yaml"
    file.write_text(
        "units:\n  - {id: it-x, name: {en: X}, parent: nowhere}\npeople:\n  - {id: Bad Id, position: ceo}\n"
    )
    said = cli("org", "import", *COMPANY, str(file), "--json")
    assert said.refused == "bad-file"
    assert f"{file}:4" in said.err
    assert cli.done("org", "import", *COMPANY) == {"events": 0, "people": 0}


def test_a_policy_that_the_organisation_cannot_satisfy_is_refused(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("name: x\nprocesses: {}\nladders: {}\n")
    assert cli("policy", "publish", str(file), "--json").refused == "bad-policy"


TYPED = {
    "unknown-process": (["start", "fishing", "--as", MANAGER], "unknown-process", "there is: actuals, "),
    "unknown-commands": (["commands", "fishing"], "unknown-process", "there is: actuals, "),
    "unknown-view": (["rebuild", "nothing"], "no-such-view", "there are: cases, inbox"),
    "unknown-command": (["notacommand"], "usage", "No such command"),
    "near-command": (["inbx"], "usage", "inbox"),
    "unknown-option": (["inbox", "--at", LINE], "usage", "No such option"),
    "no-command": ([], "usage", "Missing command"),
    "no-argument": (["start"], "usage", "Missing argument 'PROCESS'"),
    "no-such-case": (["show", "hiring-none"], "no-such-case", "There is no case hiring-none"),
    "a-record": (["show", "organisation"], "no-such-case", "There is no case organisation"),
    "timeline-of-nothing": (["timeline", "hiring-none"], "no-such-case", "There is no case"),
    "verify-of-nothing": (["verify", "hiring-none"], "no-such-case", "There is no case"),
    "decide-nothing": (["decide", "hiring-none.1", "approve", "--as", LINE], "no-such-case", "There is no case"),
    "no-person": (["inbox"], "no-person", "--as PERSON"),
    "unknown-person": (["inbox", "--as", "e9999"], "unknown-person", "check its spelling"),
    "unknown-address": (["inbox", "--as", "no@where.example"], "unknown-person", "check its spelling"),
    "erase-nobody": (["erase", "e9999", "--reason", "x"], "unknown-person", "check its spelling"),
    "erase-without-reason": (["erase", "e1062", "--reason", " "], "reason-missing", "Say why"),
    "bad-time": (["show", "hiring-shared", "--as-of", "soon"], "usage", "'soon' is not a time"),
    "too-early": (["show", "hiring-shared", "--as-of", "2020-01-01"], "not-yet", "ask for a later time"),
    "bad-command-id": (["decide", "x.1", "approve", "--command-id", "7"], "usage", "--command-id"),
    "bad-port": (["up", "--web-port", "70000"], "usage", "--web-port"),
    "bad-id": (["start", "hiring", "--file", REQUISITION, "--as", MANAGER, "--id", "no way"], "bad-id", "3 to 80"),
    "taken-name": (["start", "hiring", "--file", REQUISITION, "--as", MANAGER, "--id", "policy"], "bad-id", "choose"),
    "person-name": (
        ["start", "hiring", "--file", REQUISITION, "--as", MANAGER, "--id", "person-e1001"],
        "bad-id",
        "choose another",
    ),
    "taken-id": (
        ["start", "hiring", "--file", REQUISITION, "--as", MANAGER, "--id", "hiring-shared"],
        "case-exists",
        "choose another id",
    ),
    "no-offer": (["link", "hiring-shared", "o-1"], "no-such-offer", "has no offer"),
    "no-checkpoint": (["verify", "--checkpoint", "nowhere.json"], "checkpoint-file", "cannot be used"),
    "unwritable-out": (["checkpoint", "--out", "/nowhere/heads.json"], "checkpoint-file", "cannot be used"),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_what_was_typed_wrong_is_refused(cli: Cli, shared: str, name: str) -> None:
    words, code, sentence = TYPED[name]
    said = cli(*words, "--json")
    assert said.refused == code
    assert sentence in said.err


COMMANDS = {
    "unknown": (LINE, ["fly"], "unknown-command", "it has: add-approver, add-candidate"),
    "internal": (LINE, ["deadline"], "internal-command", "never by a person"),
    "missing-field": (LINE, ["hold"], "bad-payload", "hiring hold: reason: is missing; add it"),
    "near-field": (LINE, ["hold", "--set", "reasn=x"], "bad-payload", "--set: reasn: is not a known field"),
    "no-equals": (LINE, ["hold", "--set", "reason"], "bad-set", "name=value"),
    "no-name": (LINE, ["hold", "--set", "=x"], "bad-set", "name=value"),
    "through-a-text": (LINE, ["hold", "--set", "reason=x", "--set", "reason.a=y"], "bad-set", "is not a mapping"),
    "wrong-type": (MANAGER, ["amend-requisition", "--set", "seats=many"], "bad-payload", "--set: seats: should be"),
    "huge-number": (MANAGER, ["amend-requisition", "--set", f"seats={'9' * 5000}"], "bad-payload", "--set: seats"),
    "deep": (MANAGER, ["amend-requisition", "--set", f"seats={'[' * 900}{']' * 900}"], "bad-payload", "seats"),
    "5-MB": (LINE, ["comment", "--set", f"text={'x' * 5_000_000}"], "bad-payload", "at most 20000 characters"),
    "zero": (LINE, ["comment", "--set", 'text="a\\u0000b"'], "bad-payload", "character zero"),
    "half-character": (LINE, ["comment", "--set", 'text="\\ud800"'], "bad-payload", "not UTF-8"),
    "not-utf-8": (LINE, ["comment", "--set", "text=\udcff"], "usage", "not UTF-8"),
    "stranger": (HR, ["withdraw", "--set", "reason=x"], "not-the-requester", "Only the requester"),
    "bad-candidate": (
        HR,
        ["add-candidate", "--set", "candidate.name=A", "--set", "candidate.email=7", "--set", "source=x"],
        "bad-payload",
        "a name and an email",
    ),
    "unknown-candidate": (
        HR,
        ["screen-candidate", "--set", "candidate=c-1", "--set", "outcome=reject", "--set", "reason=x"],
        "unknown-person",
        "who is not known",
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_wrong_command_is_refused_and_changes_nothing(cli: Cli, shared: str, name: str) -> None:
    by, words, code, sentence = COMMANDS[name]
    before = len(cli.done("timeline", shared))
    said = cli("do", shared, *words, "--as", by, "--json")
    assert said.refused == code
    assert any(sentence in problem for problem in said.json["facts"].get("problems", [said.json["message"]]))
    assert len(said.err) < 1000
    assert len(cli.done("timeline", shared)) == before


def test_a_candidate_with_a_mistake_beside_them_is_not_registered(cli: Cli, case: str) -> None:
    cli.approved(case)
    address = "someone@mail.example"
    words = ["--set", "candidate.name=Someone", "--set", f"candidate.email={address}"]
    assert cli("do", case, "add-candidate", *words, "--as", "e1037", "--json").refused == "bad-payload"
    assert cli("inbox", "--as", address, "--json").refused == "unknown-person"


DECISIONS = {
    "misspelt": (["aprove"], LINE, "bad-payload", "'approve', 'reject'"),
    "someone-else": (["approve"], HR, "not-your-task", f"it waits for {LINE}"),
    "the-requester": (["approve"], MANAGER, "not-your-task", "is not yours"),
    "no-comment": (["reject"], LINE, "comment-missing", "add one"),
    "no-such-field": (["return", "--comment", "x", "--field", "colour"], LINE, "unknown-field", "the fields are"),
    "5-MB-comment": (["reject", "--comment", "x" * 5_000_000], LINE, "bad-payload", "comment: string should"),
}  # fmt: skip


@pytest.mark.rule("KRN-02", "KRN-18")
@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_that_cannot_be_is_refused(cli: Cli, shared: str, name: str) -> None:
    words, by, code, sentence = DECISIONS[name]
    said = cli("decide", f"{shared}.1", *words, "--as", by, "--json")
    assert said.refused == code
    assert sentence in said.err


def test_a_task_that_is_not_there_is_refused(cli: Cli, shared: str) -> None:
    assert cli("decide", f"{shared}.99", "approve", "--as", LINE, "--json").refused == "no-such-task"


@pytest.mark.rule("KRN-19")
def test_a_task_that_is_already_decided_is_refused_with_who_did_it(cli: Cli, case: str) -> None:
    cli.decide(f"{case}.1", LINE)
    said = cli("decide", f"{case}.1", "reject", "--comment", "no", "--as", LINE, "--json")
    assert said.refused == "task-done"
    assert said.json["facts"]["outcome"] == "approve"


@pytest.mark.rule("KRN-19")
def test_a_command_id_with_other_content_is_refused(cli: Cli, case: str) -> None:
    once = ("--as", LINE, "--command-id", str(uuid4()))
    cli.done("do", case, "comment", "--set", "text=one", *once)
    assert cli("do", case, "comment", "--set", "text=two", *once, "--json").refused == "command-id-reused"


@pytest.mark.rule("KRN-16")
def test_a_finished_case_takes_no_more_decisions(cli: Cli, case: str) -> None:
    cli.done("do", case, "withdraw", "--set", "reason=not needed", "--as", MANAGER)
    assert cli("decide", f"{case}.1", "approve", "--as", LINE, "--json").refused in {"finished", "withdrawn"}


@pytest.mark.parametrize("damage", ["cut", "not JSON", "changed", "another shape"])
@pytest.mark.rule("KRN-51")
def test_a_damaged_checkpoint_is_refused(cli: Cli, shared: str, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "heads.json"
    cli.done("checkpoint", "--out", str(file))
    whole = file.read_text()
    heads = json.loads(whole)
    heads["heads"][shared][0] += 1
    damaged = {"cut": whole[:200], "not JSON": "heads", "changed": json.dumps(heads), "another shape": "[]"}
    file.write_text(damaged[damage])
    assert cli("verify", "--checkpoint", str(file), "--json").refused.startswith("checkpoint-")


def test_people_read_the_refusal_on_stderr_and_nothing_on_stdout(cli: Cli) -> None:
    said = cli("show", "hiring-none")
    assert (said.code, said.out) == (2, "")
    assert said.err == "refused (no-such-case): There is no case hiring-none; look in the list of cases.\n"


def test_debug_shows_the_traceback(cli: Cli) -> None:
    assert "Traceback" in cli("show", "hiring-none", "--debug").err
