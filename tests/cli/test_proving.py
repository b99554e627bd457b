"""Proofs and files on the command line, and the check of both."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.conftest import LINE, MANAGER, ROOT, Cli


def verified(file: Path, *options: str) -> tuple[int, str]:
    program = str(ROOT / "verifier" / "verify_proof.py")
    done = subprocess.run(
        [sys.executable, "-I", "-S", program, str(file), *options], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.rule("KRN-51")
def test_a_case_is_proved_in_one_file(cli: Cli, case: str, tmp_path: Path):
    cli.decide(f"{case}.1", LINE)
    out = tmp_path / "proof.json"
    answer = cli.done("proof", case, "--out", str(out))
    assert (answer["file"], answer["decisions"]) == (str(out), 1)
    code, said = verified(out, "--public-key", answer["public_key"])
    assert code == 3, said
    assert f"{LINE}: approve, step" in said


@pytest.mark.rule("KRN-51")
def test_a_checkpoint_that_was_kept_goes_into_the_proof(cli: Cli, case: str, tmp_path: Path):
    kept, out = tmp_path / "heads.json", tmp_path / "proof.json"
    cli.done("checkpoint", "--out", str(kept))
    cli.decide(f"{case}.1", LINE)
    cli.done("proof", case, "--out", str(out), "--checkpoint", str(kept))
    assert verified(out)[0] == 3, "nobody gave the key"
    kept.write_text(kept.read_text().replace(case, "hiring-x"))
    assert cli("proof", case, "--out", str(out), "--checkpoint", str(kept), "--json").refused == "checkpoint-signature"


def test_what_cannot_be_proved_is_refused(cli: Cli, shared: str, tmp_path: Path):
    assert cli("proof", "hiring-none", "--out", str(tmp_path / "p"), "--json").refused == "no-such-case"
    assert cli("proof", "policy", "--out", str(tmp_path / "p"), "--json").refused == "no-such-case"
    assert cli("proof", shared, "--out", str(tmp_path), "--json").refused == "proof-file"


@pytest.mark.rule("KRN-54")
def test_a_file_is_attached_once_and_read_back(cli: Cli, case: str, tmp_path: Path):
    file, out, again = tmp_path / "costs.csv", tmp_path / "out.csv", str(uuid4())
    file.write_text("seat;cost\n1;95000\n")
    call = ("attach", case, str(file), "--task", f"{case}.1", "--as", MANAGER, "--command-id", again)
    ack = cli.done(*call)
    assert cli.done(*call)["version"] == ack["version"]
    cli.done("attachment", ack["sha256"], "--out", str(out), "--as", LINE)
    assert out.read_bytes() == file.read_bytes()
    assert (
        cli("attach", case, str(file), "--task", f"{case}.1", "--as", MANAGER, "--json").refused == "attached-already"
    )
    file.write_bytes(b"MZ\x00")
    assert cli("attach", case, str(file), "--as", MANAGER, "--json").refused == "file-content"
    assert cli("attachment", "00" * 32, "--out", str(out), "--json").refused == "no-such-file"
    assert cli.done("verify", case)["problems"] == []


@pytest.mark.rule("KRN-54")
def test_a_hash_alone_attaches_nothing_until_the_file_is_there(cli: Cli, case: str, tmp_path: Path):
    file = tmp_path / "late.csv"
    file.write_text("a file that is known by its hash alone\n")
    hash_ = sha256(file.read_bytes()).hexdigest()
    pairs = ("name=late.csv", f"size={file.stat().st_size}", "media_type=text/csv", f"sha256={hash_}")
    bare = ("do", case, "attach", "--as", MANAGER, *(part for pair in pairs for part in ("--set", pair)))
    assert cli(*bare, "--json").refused == "file-missing"
    cli.done("attach", case, str(file), "--task", f"{case}.1", "--as", MANAGER)
    cli.done(*bare)
    assert cli("verify", case).out.endswith("0 problems\n")
    told = " ".join(cli("timeline", case).out.split())
    assert f"attached late.csv ({file.stat().st_size} bytes, file {hash_[:12]})" in told
