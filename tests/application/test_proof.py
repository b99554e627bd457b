"""A proof of a real case, checked by the independent verifier in an interpreter that can see nothing of the project."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from re import sub
from runpy import run_path
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from application.administration import delegations
from application.keyring import signing_key
from application.queries import proof
from domain.kernel.errors import Refused
from domain.kernel.values.content import content_hash
from eventstore import chain
from eventstore import checkpoint as seals
from eventstore.canonical import canonical
from eventstore.database import connection
from tests.support.hiring import opened, played
from tests.support.office import Office, granted, opened_office

VERIFIER = Path(__file__).parents[2] / "verifier" / "verify_proof.py"
CASE = "hiring-proof"
PROGRAM = run_path(str(VERIFIER))
OUTSIDER = "e1044"
NOT_CHECKED = 3
"""Its exit status where nothing wrong was found, but nobody checked the signature or the key."""
OPENSSL = pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl program")


def check(file: Path, *options: str) -> tuple[int, str]:
    """Its exit status and what it said, from its main function: a process for each would cost a minute."""
    said = StringIO()
    with (
        mock.patch.object(sys, "argv", [str(VERIFIER), str(file), *options]),
        redirect_stdout(said),
        chdir(file.parent),
    ):
        code: int = PROGRAM["main"]()
    return code, said.getvalue()


def checked_alone(file: Path, *options: str) -> tuple[int, str]:
    """The same by a process that can see nothing of the project, without site packages, in an empty folder."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), str(file), *options],
        capture_output=True,
        text=True,
        cwd=file.parent,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@dataclass(frozen=True)
class Proved:
    """A proof as text, so that each test changes a copy of its own, and the key that signed it."""

    text: str
    key: str
    folder: Path
    to_an_outsider: str

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found

    def changed(self, change: Callable[[dict[str, Any]], Any]) -> Path:
        document = self.document
        change(document)
        file = self.folder / "changed.json"
        file.write_text(json.dumps(document))
        return file


@pytest.fixture(scope="module")
async def proved(postgres, company_url, temporal, tmp_path_factory) -> Proved:
    """A hiring with several approvals, from the requisition to the offer, after somebody had a stand-in for a day."""
    folder = tmp_path_factory.mktemp("proof")
    async with opened_office(postgres, company_url, temporal, folder) as office, office.working():
        today = datetime.now(UTC)
        away = (today + timedelta(days=days) for days in (30, 31))
        start, end = (each.isoformat() for each in away)
        asked = delegations.Asked(principal="e1010", delegate="e1011", start=start, end=end)
        await delegations.grant(office.services, asked, office.actor("e1010"))
        await played(office, CASE)
        written = await proof.write(office.services, CASE, folder / "proof.json", reader=None)
        assert written.public_key == signing_key(office.services.settings).public_key().public_bytes_raw().hex()
        with pytest.raises(Refused) as refused:
            await proof.write(office.services, CASE, folder / "hidden.json", reader=OUTSIDER)
    return Proved((folder / "proof.json").read_text(), written.public_key, folder, refused.value.code)


@pytest.mark.rule("KRN-51")
def test_the_proof_of_a_case_verifies_without_the_project(proved: Proved):
    code, said = checked_alone(proved.folder / "proof.json", "--public-key", proved.key)
    assert code == NOT_CHECKED, said
    assert said.endswith("0 problems\n")
    decided = [event for event in proved.document["streams"][0]["events"] if event["type"] == "Decided"]
    assert len(decided) > 3
    assert f"content recomputed from the events for {len(decided)} of {len(decided)} decisions" in said
    assert f"right to decide shown by the events for {len(decided)} of {len(decided)} decisions" in said
    assert "signature NOT checked" in said, "nobody takes it for more than it is"


@OPENSSL
@pytest.mark.rule("KRN-51")
def test_openssl_verifies_the_signature(proved: Proved):
    code, said = check(proved.folder / "proof.json", "--openssl", "--public-key", proved.key)
    assert code == 0, said
    assert "signature checked with openssl" in said


@OPENSSL
def test_the_command_for_doing_it_by_hand_is_the_one_that_is_printed(proved: Proved):
    code, said = check(proved.folder / "proof.json", "--extract", "for-openssl")
    assert code == NOT_CHECKED
    [line] = [line for line in said.splitlines() if line.startswith("to check the signature: ")]
    done = subprocess.run(
        line.removeprefix("to check the signature: ").split(),
        cwd=proved.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "Signature Verified Successfully")


def test_each_decision_says_who_for_whom_by_what_right_on_what_and_when(proved: Proved):
    document = proved.document
    decided = [event for event in document["streams"][0]["events"] if event["type"] == "Decided"]
    for told, event in zip(document["decisions"], decided, strict=True):
        data = json.loads(event["payload"])
        for said in (
            data["actor"],
            data["basis"],
            f"policy version {data['policy']}",
            data["content_hash"],
            data["at"],
        ):
            assert said in told["line"]


def event(document: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(e for e in document["streams"][0]["events"] if e["type"] == kind)
    return found


def events(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["streams"][0]["events"]
    return found


def stream(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in document["streams"] if each["stream"] == name)
    return found


def swap(document: dict[str, Any]) -> None:
    listed = events(document)
    listed[3], listed[4] = listed[4], listed[3]


def put_in(document: dict[str, Any]) -> None:
    events(document).insert(5, {**events(document)[4], "version": 6})


def cut_off(document: dict[str, Any]) -> None:
    del events(document)[-2:]
    last = events(document)[-1]
    document["streams"][0]["head"] = {"version": last["version"], "hash": last["hash"]}


EDITS: dict[str, Any] = {
    "position": lambda value: value + 1,
    "stream": lambda _: "hiring-other",
    "version": lambda value: value + 1,
    "type": lambda _: "Commented",
    "schema_version": lambda value: value + 1,
    "payload": lambda text: sub('"outcome":"[a-z]+"', '"outcome":"reject"', text),
    "actor": lambda _: "e1001",
    "on_behalf_of": lambda _: "e1001",
    "command_id": lambda _: "00000000-0000-4000-8000-000000000001",
    "correlation": lambda _: "00000000-0000-4000-8000-000000000001",
    "causation": lambda value: (value or 0) + 1,
    "channel": lambda _: "web",
    "recorded_at": lambda text: f"{int(text[:4]) - 1}{text[4:]}",
    "hash": lambda _: "00" * 32,
}


@pytest.mark.rule("KRN-51")
@pytest.mark.parametrize("column", EDITS)
def test_an_edit_of_any_column_is_named_with_its_event(proved: Proved, column: str):
    def edit(document: dict[str, Any]) -> None:
        found = event(document, "Decided")
        found[column] = EDITS[column](found[column])

    version = event(proved.document, "Decided")["version"]
    code, said = check(proved.changed(edit))
    assert code == 1
    assert f"PROBLEM {CASE}: event {version} " in said, said


def test_every_column_has_its_edit_here(proved: Proved):
    assert set(events(proved.document)[0]) == set(EDITS)


@pytest.mark.rule("KRN-51")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: events(d).pop(6), f"{CASE}: event 7 is missing"),
        (swap, f"{CASE}: event 4 is missing"),
        (put_in, f"{CASE}: event 6 is reordered"),
        (cut_off, "is missing: the checkpoint saw version"),
        (lambda d: events(d).clear(), f"{CASE}: event 1 is missing"),
        (lambda d: d["streams"][0]["head"].update(version=3), "the head that the file names is not its last event"),
        (lambda d: d["decisions"].pop(), "the file lists"),
        (lambda d: d["decisions"][0].update(who="e1001"), "who is not what the event says"),
        (lambda d: d["decisions"][0].update(line="all is well"), "line is not what the event says"),
        (lambda d: d["decisions"][0].update(note="all is well"), "note is not what the event says"),
        (lambda d: d.update(note="all is well"), "cannot be read as a proof: the file has other fields"),
        (lambda d: d.update(format="signoff-proof-2"), "cannot be read as a proof: its format is"),
        (lambda d: d["streams"].reverse(), "its first stream is not the case"),
        (lambda d: d["streams"].append(d["streams"][1]), "one twice"),
        (lambda d: d.update(made_at="2020-01-01T00:00:00+00:00"), "it was not signed when the file says"),
        (lambda d: d.update(process="authority"), "the file has no route requisition of policy version 1"),
        (lambda d: events(d)[0].update(version=True), "true or false stands where a number belongs"),
        (
            lambda d: events(d)[3].update(recorded_at=events(d)[3]["recorded_at"].replace("+00:00", "Z")),
            "is not an instant",
        ),
        (lambda d: events(d)[3].update(command_id=f"{{{events(d)[3]['command_id']}}}"), "is not a UUID as"),
        (lambda d: d["checkpoint"].update(public_key="00" * 32), "is not the one in it"),
        (lambda d: d["checkpoint"].update(text="{}"), "cannot be read as a proof"),
    ],
)
def test_every_other_change_of_the_file_is_found(proved: Proved, change: Any, said: str):
    code, out = check(proved.changed(change))
    assert (code, said in out) == (1, True), out


@pytest.mark.rule("KRN-51")
@pytest.mark.parametrize("name", ["policy", "organisation", "delegations"])
def test_a_stream_that_decisions_rest_on_cannot_be_left_out(proved: Proved, name: str):
    code, out = check(proved.changed(lambda d: d["streams"].remove(stream(d, name))))
    assert (code, f"{name}: the whole stream is missing" in out) == (1, True), out


def rehashed(document: dict[str, Any]) -> None:
    """What a forger does after a change: every hash computed anew, and the heads with them."""
    for each in document["streams"]:
        previous = chain.GENESIS
        for row in each["events"]:
            columns = {
                "command_id": UUID(row["command_id"]),
                "correlation": UUID(row["correlation"]),
                "recorded_at": datetime.fromisoformat(row["recorded_at"]),
            }
            previous = chain.digest(previous, {**row, **columns})
            row["hash"] = previous.hex()
        each["head"]["hash"] = previous.hex()


def rewritten(document: dict[str, Any]) -> None:
    """A decision turned into its opposite, consistently."""
    found = event(document, "Decided")
    found["payload"] = EDITS["payload"](found["payload"])
    told = document["decisions"][0]
    told.update(outcome="reject", line=told["line"].replace(f" {told['outcome']},", " reject,"))
    rehashed(document)


@pytest.mark.rule("KRN-51")
def test_a_case_that_was_written_anew_does_not_reach_the_signed_head(proved: Proved):
    code, said = check(proved.changed(rewritten))
    assert code == 1
    assert "was replaced: the checkpoint saw another hash" in said


def resigned(document: dict[str, Any], *, with_key_of_ones_own: bool) -> None:
    """The forger writes the checkpoint anew as well."""
    body = json.loads(document["checkpoint"]["text"])
    body["heads"] = {each["stream"]: [each["head"]["version"], each["head"]["hash"]] for each in document["streams"]}
    if with_key_of_ones_own:
        forger = Ed25519PrivateKey.generate()
        body["key"] = document["checkpoint"]["public_key"] = forger.public_key().public_bytes_raw().hex()
        document["checkpoint"]["signature"] = forger.sign(seals.signed_text(body).encode()).hex()
    document["checkpoint"]["text"] = seals.signed_text(body)


def forged(document: dict[str, Any], *, with_key_of_ones_own: bool) -> None:
    rewritten(document)
    resigned(document, with_key_of_ones_own=with_key_of_ones_own)


@OPENSSL
@pytest.mark.rule("KRN-51")
def test_a_checkpoint_that_was_written_anew_is_found_by_its_signature(proved: Proved):
    file = proved.changed(lambda document: forged(document, with_key_of_ones_own=False))
    assert check(file)[0] == NOT_CHECKED, "nothing else can find it"
    code, said = check(file, "--openssl")
    assert code == 1
    assert "openssl does not accept the signature" in said


@OPENSSL
@pytest.mark.rule("KRN-51")
def test_a_forger_with_a_key_of_their_own_is_found_by_the_key_one_knows(proved: Proved):
    file = proved.changed(lambda document: forged(document, with_key_of_ones_own=True))
    code, said = check(file, "--openssl", "--public-key", proved.key)
    assert code == 1
    assert "another key than the given one" in said


def other_content(document: dict[str, Any]) -> None:
    """A decision that says it was taken on something else than what was submitted."""
    found = event(document, "Decided")
    old = document["decisions"][0]["content_hash"]
    found["payload"] = found["payload"].replace(old, "ab" * 32)
    told = document["decisions"][0]
    told.update(content_hash="ab" * 32, line=told["line"].replace(old, "ab" * 32))


def other_values(document: dict[str, Any]) -> None:
    """What was submitted, changed afterwards, with the hashes of single fields made to fit."""
    found = event(document, "ReviewOpened")
    data = json.loads(found["payload"])
    name = next(name for name, value in data["data"].items() if name in data["fields"] and isinstance(value, str))
    data["data"][name] = "another"
    data["fields"][name] = content_hash({name: "another"})
    found["payload"] = canonical(data)


def decision(change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], None]:
    """A change of the first decision, in the event's payload and in what the file tells of it."""

    def changed(document: dict[str, Any]) -> None:
        found, told = event(document, "Decided"), document["decisions"][0]
        data = json.loads(found["payload"])
        change(data)
        found.update(payload=canonical(data), actor=data["actor"], on_behalf_of=data["on_behalf_of"])
        told.update({name: data[name] for name in told.keys() & data.keys()}, who=data["actor"])
        told["for"] = data["on_behalf_of"]
        who = f"{told['who']} for {told['for']}" if told["for"] else told["who"]
        told["line"] = who + told["line"][told["line"].index(": ") :]

    return changed


def record(kind: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], None]:
    """A change of every event of a type in the organisation."""

    def changed(document: dict[str, Any]) -> None:
        for row in stream(document, "organisation")["events"]:
            if row["type"] == kind:
                data = json.loads(row["payload"])
                change(data)
                row["payload"] = canonical(data)

    return changed


def every(kind: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], None]:
    """A change of every event of a type in the case."""

    def changed(document: dict[str, Any]) -> None:
        for row in events(document):
            if row["type"] == kind:
                data = json.loads(row["payload"])
                change(data)
                row["payload"] = canonical(data)

    return changed


def low(data: dict[str, Any]) -> None:
    data["limit"]["up_to"]["amount"] = "1"


def not_for(step: str) -> str:
    return f"the right to decide step {step}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(change, said, marks=pytest.mark.rule(rule))
        for rule, change, said in [
            ("KRN-14", other_content, "decided on another content than the one submitted"),
            ("KRN-14", other_values, "do not give its content hash"),
            ("KRN-01", decision(lambda data: data.update(actor="e1001")), "e1001 " + not_for("line")),
            ("KRN-02", decision(lambda data: data.update(actor="e1005")), "e1005 asked for this or is its subject"),
            ("KRN-07", decision(lambda data: data.update(basis="person e1003")), not_for("line")),
            ("KRN-44", decision(lambda data: data.update(basis="override")), not_for("line")),
            ("KRN-40", decision(lambda data: data.update(policy=2)), "decided under policy 2, submitted under 1"),
            ("KRN-20", decision(lambda data: data.update(on_behalf_of="e1003", delegation="d-9")), not_for("line")),
            ("KRN-11", every("Decided", lambda data: data.update(outcome="abstain")), "and nobody approved it"),
            ("KRN-12", lambda d: event(d, "StepCompleted").update(type="Noted"), "is approved without step"),
            ("KRN-05", record("LimitSet", low), not_for("money")),
            ("KRN-10", record("RoleGranted", lambda data: data["holding"].update(unit="sales")), not_for("hr")),
            ("KRN-10", record("PositionSet", lambda data: data["position"].update(reports_to=None)), not_for("line")),
            ("KRN-42", record("PersonJoined", lambda data: data.update(start="2999-01-01")), not_for("line")),
        ]
    ],
)
def test_a_decision_that_does_not_stand_is_found_even_in_a_chain_that_holds(proved: Proved, change: Any, said: str):
    def all_of_it(document: dict[str, Any]) -> None:
        change(document)
        rehashed(document)
        resigned(document, with_key_of_ones_own=True)

    code, out = check(proved.changed(all_of_it))
    assert (code, said in out) == (1, True), out
    assert "was altered" not in out


def test_nothing_in_the_file_writes_a_line_of_its_own(proved: Proved):
    code, said = check(proved.changed(lambda d: d["decisions"][0].update(line="x\n0 problems\x1b[2K")))
    assert code == 1
    assert "x?0 problems?[2K" in said


@pytest.mark.parametrize("content", ["", "[]", "{}", "no JSON", '{"format": "signoff-proof-1", "format": "x"}'])
def test_what_is_no_proof_is_said_to_be_none(proved: Proved, content: str):
    file = proved.folder / "none.json"
    file.write_text(content)
    code, said = check(file)
    assert code == 1
    assert "cannot be read as a proof" in said


@pytest.mark.rule("KRN-51")
async def test_a_checkpoint_kept_elsewhere_goes_into_the_proof(office_at_work: Office, tmp_path: Path):
    office, kept, out = office_at_work, tmp_path / "heads", tmp_path / "proof.json"
    await opened(office, "hiring-kept")
    key = signing_key(office.services.settings)
    async with office.services.pool.acquire() as conn:
        await seals.write(conn, kept, key)
    await office.do("hiring-kept", "decide", {"task": "hiring-kept.1", "outcome": "approve"}, by="e1003")
    await proof.write(office.services, "hiring-kept", out, checkpoint=kept, reader=None)
    code, said = check(out)
    assert code == NOT_CHECKED, said
    assert f"earlier checkpoint of {json.loads(kept.read_text())['made_at']}" in said
    document = json.loads(out.read_text())
    document["earlier"]["text"] = document["earlier"]["text"].replace(':[4,"', ':[3,"')
    out.write_text(json.dumps(document))
    assert "event 3 was replaced: the checkpoint saw another hash" in check(out)[1]
    await opened(office, "hiring-later")
    with pytest.raises(Refused) as refused:
        await proof.write(office.services, "hiring-later", out, checkpoint=kept, reader=None)
    assert refused.value.code == "checkpoint-older"


@pytest.mark.rule("KRN-51")
async def test_nothing_is_signed_that_does_not_verify(office_at_work: Office, tmp_path: Path):
    office = office_at_work
    await opened(office, "hiring-tampered")
    async with connection(office.services.settings.database_url, role=None) as conn:
        await conn.execute("alter table signoff.events disable trigger all")
        await conn.execute(
            "update signoff.events set actor = 'e9999' where stream = $1 and version = 2", "hiring-tampered"
        )
    with pytest.raises(Refused) as refused:
        await proof.write(office.services, "hiring-tampered", tmp_path / "proof.json", reader=None)
    assert (refused.value.code, refused.value.details["version"]) == ("chain-broken", 2)
    assert not (tmp_path / "proof.json").exists()


@pytest.mark.rule("KRN-43")
def test_who_may_not_see_all_of_a_case_gets_no_proof_of_it(proved: Proved):
    assert proved.to_an_outsider == "hidden-from-you"


@pytest.mark.rule("KRN-22")
async def test_a_decision_of_a_stand_in_is_told_as_one(office_at_work: Office, tmp_path: Path):
    office, out, today = office_at_work, tmp_path / "proof.json", datetime.now(UTC)
    start, end = ((today + timedelta(days=days)).isoformat() for days in (-1, 7))
    away = delegations.Asked(principal="e1003", delegate="e1004", start=start, end=end)
    row = await delegations.grant(office.services, away, office.actor("e1003"))
    await opened(office, "hiring-for")
    await office.do("hiring-for", "decide", {"task": "hiring-for.1", "outcome": "approve"}, by="e1004")
    await proof.write(office.services, "hiring-for", out, reader=None)
    code, said = check(out)
    assert code == NOT_CHECKED, said
    assert "e1004 for e1003: approve, step " in said
    assert "delegations 1 DelegationGranted" in said
    assert json.loads(out.read_text())["decisions"][0]["delegation"] == row["delegation"]


@pytest.mark.rule("KRN-13")
async def test_whoever_is_asked_at_once_because_all_are_away_has_the_right_that_the_proof_shows(
    office_at_work: Office, tmp_path: Path
):
    """The stand-in reports to the requester and never decides, so the manager above is asked besides."""
    office, case, today = office_at_work, "hiring-away", datetime.now(UTC)
    start, end = ((today + timedelta(days=days)).isoformat() for days in (-1, 7))
    away = delegations.Asked(principal="e1003", delegate="e1010", start=start, end=end, out_of_office=True)
    await delegations.grant(office.services, away, office.actor("e1003"))
    await opened(office, case)
    await office.do(case, "decide", {"task": f"{case}.1", "outcome": "approve"}, by="e1001")
    await proof.write(office.services, case, tmp_path / "proof.json", reader=None)
    code, said = check(tmp_path / "proof.json")
    assert code == NOT_CHECKED, said
    assert "e1001: approve, step line" in said
    assert "right to decide shown by the events for 1 of 1 decisions" in said


@pytest.mark.rule("KRN-10")
@pytest.mark.parametrize(
    ("case", "who", "deciders"),
    [
        ("hiring-topmost", "who: {manager_of: requester, levels: 4}", ("e1062",)),
        (
            "hiring-vetoed",
            "who: {manager_of: requester}\n            veto: {role: auditor}",
            ("e1003", "e1039"),
        ),
    ],
)
async def test_the_topmost_of_a_short_line_and_a_veto_of_the_fallback_have_their_right_shown(
    office_at_work: Office, tmp_path: Path, case: str, who: str, deciders: tuple[str, ...]
):
    office = office_at_work
    await granted(office, "e1039", "auditor", "finance")
    await office.policy(
        lambda text: text.replace("who: {manager_of: requester}", who, 1).replace(
            "{role: executive}", "{person: e1039}"
        )
    )
    await opened(office, case)
    for person in deciders:
        await office.do(case, "decide", {"task": f"{case}.1", "outcome": "approve"}, by=person)
    await proof.write(office.services, case, tmp_path / "proof.json", reader=None)
    code, said = check(tmp_path / "proof.json")
    assert code == NOT_CHECKED, said
    assert f"right to decide shown by the events for {len(deciders)} of {len(deciders)} decisions" in said


def contradicting(document: dict[str, Any]) -> None:
    """The values that approvers read are others; the hashes are of what was submitted, the real key signed."""
    found = event(document, "ReviewOpened")
    data = json.loads(found["payload"])
    name = next(name for name, value in data["data"].items() if name in data["fields"] and isinstance(value, str))
    data["data"][name] = "another"
    found["payload"] = canonical(data)


@pytest.mark.rule("KRN-51")
def test_values_that_contradict_their_hash_are_found(proved: Proved):
    def all_of_it(document: dict[str, Any]) -> None:
        contradicting(document)
        rehashed(document)
        resigned(document, with_key_of_ones_own=True)

    code, said = check(proved.changed(all_of_it))
    assert code == 1
    assert "does not give its hash" in said


@pytest.mark.parametrize("written", ["5.0", "5e0", "5E+0"])
@pytest.mark.parametrize("place", ["position", "version", "schema_version", "head"])
def test_a_number_written_otherwise_is_no_proof(proved: Proved, place: str, written: str):
    document = proved.document
    first = document["streams"][0]
    value = first["head"]["version"] if place == "head" else first["events"][4][place]
    other = written.replace("5", str(value), 1)
    text = json.dumps(document)
    wrong = f'"{"version" if place == "head" else place}": {value}'
    assert wrong in text
    file = proved.folder / "written.json"
    file.write_text(text.replace(wrong, wrong.replace(str(value), other), 1))
    code, said = check(file)
    assert code == 1
    assert "whole number" in said


@OPENSSL
def test_only_what_was_checked_with_a_known_key_ends_in_zero(proved: Proved):
    file = proved.folder / "proof.json"
    assert check(file)[0] == NOT_CHECKED
    assert check(file, "--openssl")[0] == NOT_CHECKED, "the key is the file's own word"
    assert check(file, "--public-key", proved.key)[0] == NOT_CHECKED
    assert check(file, "--openssl", "--public-key", proved.key)[0] == 0


def test_without_openssl_nothing_is_checked(proved: Proved, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(proved.folder))
    code, said = check(proved.folder / "proof.json", "--openssl", "--public-key", proved.key)
    assert code == NOT_CHECKED
    assert "NOT checked: openssl cannot be run" in said
    assert "NOT checked: the signature" in said


@pytest.mark.rule("KRN-51")
async def test_an_altered_type_ends_in_a_clear_refusal(office_at_work: Office, tmp_path: Path):
    office = office_at_work
    player = await opened(office, "hiring-retyped")
    async with connection(office.services.settings.database_url, role=None) as conn:
        await conn.execute("alter table signoff.events disable trigger all")
        await conn.execute("update signoff.events set type = 'Nonsense' where stream = $1 and version = 2", player.case)
    with pytest.raises(Refused) as refused:
        await proof.write(office.services, player.case, tmp_path / "proof.json", reader=None)
    assert refused.value.code == "chain-broken"
    assert "event 2 was altered" in str(refused.value)
