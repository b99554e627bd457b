"""A proof of a real case, checked by the independent verifier in an interpreter that can see nothing of the project."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from re import sub
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.kernel.errors import Refused
from domain.kernel.values.content import content_hash
from edge import proof, standing
from edge.keyring import signing_key
from eventstore import chain
from eventstore import checkpoint as seals
from eventstore.canonical import canonical
from eventstore.database import connection
from tests.support.hiring import opened, played
from tests.support.office import Office, opened_office

VERIFIER = Path(__file__).parents[2] / "verifier" / "verify_proof.py"
CASE = "hiring-proof"
OUTSIDER = "e1044"
OPENSSL = pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl program")


def check(file: Path, *options: str) -> tuple[int, str]:
    """Its exit status and what it said; isolated, without site packages, in an empty folder."""
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
    """A hiring with several approvals, from the requisition to the offer."""
    folder = tmp_path_factory.mktemp("proof")
    async with opened_office(postgres, company_url, temporal, folder) as office, office.working():
        await played(office, CASE)
        written = await proof.write(office.door, CASE, folder / "proof.json", reader=None)
        assert written.public_key == signing_key(office.door.settings).public_key().public_bytes_raw().hex()
        with pytest.raises(Refused) as refused:
            await proof.write(office.door, CASE, folder / "hidden.json", reader=OUTSIDER)
    return Proved((folder / "proof.json").read_text(), written.public_key, folder, refused.value.code)


@pytest.mark.rule("KRN-51")
def test_the_proof_of_a_case_verifies_without_the_project(proved: Proved):
    code, said = check(proved.folder / "proof.json", "--public-key", proved.key)
    assert code == 0, said
    assert said.endswith("0 problems\n")
    decided = [event for event in proved.document["streams"][0]["events"] if event["type"] == "Decided"]
    assert len(decided) > 3
    assert f"content recomputed from the events for {len(decided)} of {len(decided)} decisions" in said
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
    assert code == 0
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
        (lambda d: d["checkpoint"].update(public_key="00" * 32), "is not the one in it"),
        (lambda d: d["checkpoint"].update(text="{}"), "cannot be read as a proof"),
    ],
)
def test_every_other_change_of_the_file_is_found(proved: Proved, change: Any, said: str):
    code, out = check(proved.changed(change))
    assert (code, said in out) == (1, True), out


def test_without_the_policy_the_chain_still_verifies_and_less_content_is_recomputed(proved: Proved):
    code, out = check(proved.changed(lambda d: d["streams"].pop()))
    assert code == 0, out
    decisions = len(proved.document["decisions"])
    assert f"for {decisions} of {decisions} decisions" not in out
    assert "  not for event " in out


def rehashed(document: dict[str, Any]) -> None:
    """What a forger does after a change: every hash computed anew, and the head with them."""
    previous = chain.GENESIS
    for row in events(document):
        columns = {
            "command_id": UUID(row["command_id"]),
            "correlation": UUID(row["correlation"]),
            "recorded_at": datetime.fromisoformat(row["recorded_at"]),
        }
        previous = chain.digest(previous, {**row, **columns})
        row["hash"] = previous.hex()
    document["streams"][0]["head"]["hash"] = previous.hex()


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
    assert check(file)[0] == 0, "nothing else can find it"
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


@pytest.mark.rule("KRN-14")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (other_content, "decided on another content than the one submitted"),
        (other_values, "do not give its content hash"),
    ],
)
def test_a_decision_on_another_content_is_found_even_in_a_chain_that_holds(proved: Proved, change: Any, said: str):
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
    key = signing_key(office.door.settings)
    async with office.door.pool.acquire() as conn:
        await seals.write(conn, kept, key)
    await office.do("hiring-kept", "decide", {"task": "hiring-kept.1", "outcome": "approve"}, by="e1003")
    await proof.write(office.door, "hiring-kept", out, checkpoint=kept, reader=None)
    code, said = check(out)
    assert code == 0, said
    assert json.loads(kept.read_text())["made_at"] in said
    await opened(office, "hiring-later")
    with pytest.raises(Refused) as refused:
        await proof.write(office.door, "hiring-later", out, checkpoint=kept, reader=None)
    assert refused.value.code == "checkpoint-older"


@pytest.mark.rule("KRN-51")
async def test_nothing_is_signed_that_does_not_verify(office_at_work: Office, tmp_path: Path):
    office = office_at_work
    await opened(office, "hiring-tampered")
    async with connection(office.door.settings.database_url, role=None) as conn:
        await conn.execute("alter table signoff.events disable trigger all")
        await conn.execute(
            "update signoff.events set actor = 'e9999' where stream = $1 and version = 2", "hiring-tampered"
        )
    with pytest.raises(Refused) as refused:
        await proof.write(office.door, "hiring-tampered", tmp_path / "proof.json", reader=None)
    assert (refused.value.code, refused.value.facts["version"]) == ("chain-broken", 2)
    assert not (tmp_path / "proof.json").exists()


@pytest.mark.rule("KRN-43")
def test_who_may_not_see_all_of_a_case_gets_no_proof_of_it(proved: Proved):
    assert proved.to_an_outsider == "hidden-from-you"


@pytest.mark.rule("KRN-22")
async def test_a_decision_of_a_stand_in_is_told_as_one(office_at_work: Office, tmp_path: Path):
    office, out, today = office_at_work, tmp_path / "proof.json", datetime.now(UTC)
    start, end = ((today + timedelta(days=days)).isoformat() for days in (-1, 7))
    away = standing.Asked(principal="e1003", delegate="e1004", start=start, end=end)
    row = await standing.grant(office.door, away, office.actor("e1003"))
    await opened(office, "hiring-for")
    await office.do("hiring-for", "decide", {"task": "hiring-for.1", "outcome": "approve"}, by="e1004")
    await proof.write(office.door, "hiring-for", out, reader=None)
    code, said = check(out)
    assert code == 0, said
    assert "e1004 for e1003: approve, step " in said
    assert json.loads(out.read_text())["decisions"][0]["delegation"] == row["delegation"]
