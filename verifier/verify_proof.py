#!/usr/bin/env python3
"""Checks a proof of one case, as written by `signoff proof`, with Python's standard library and nothing of Signoff.

    python3 verify_proof.py FILE [--public-key HEX] [--openssl] [--extract DIR] [--attachment FILE]...

It recomputes the hash chains, compares them with the signed checkpoint, and recomputes what each decision was taken on.
The standard library has no Ed25519: the signature is checked by the openssl program, by hand or with --openssl.
Exit status: 0 nothing is wrong, 1 something is, or the file is no proof. docs/proof-format.md describes the file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import struct
import subprocess
import sys
import tempfile
import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Dict, Iterator  # noqa: UP035 - older interpreters than the project's run this too

FORMAT, CHECKPOINT_FORMAT = "signoff-proof-1", "signoff-checkpoint-1"
GENESIS = bytes(32)
EPOCH = datetime(2000, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - as above
BYTES, INT8, INT4, TEXT, UUID, TIME = 17, 20, 23, 25, 2950, 1184
NULL = struct.pack(">I", 0xFFFFFFFF)
PEM_PREFIX = bytes.fromhex("302a300506032b6570032100")  # the DER head of every Ed25519 public key
COLUMNS = {
    "position", "stream", "version", "type", "schema_version", "payload", "actor", "on_behalf_of", "command_id",
    "correlation", "causation", "channel", "recorded_at", "hash",
}  # fmt: skip
TOP = {"format", "case", "process", "made_at", "streams", "checkpoint", "decisions"}
POLICY = "policy"
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")

Json = Dict[str, Any]  # noqa: UP006 - as above
Found = Callable[[str], None]
"""What notes a problem."""


class NotAProof(Exception):
    """The file does not have the form that docs/proof-format.md describes."""


# --- the chain -------------------------------------------------------------------------------------------------------


def digest(previous: bytes, event: Json) -> bytes:
    """SHA-256 over the previous hash and all columns, in Postgres' binary form of a row of 14 columns."""
    return hashlib.sha256(
        struct.pack(">I", 14)
        + column(BYTES, previous)
        + column(INT8, number(event["position"], ">q"))
        + column(TEXT, text(event["stream"]))
        + column(INT8, number(event["version"], ">q"))
        + column(TEXT, text(event["type"]))
        + column(INT4, number(event["schema_version"], ">i"))
        + column(TEXT, text(event["payload"]))
        + column(TEXT, text(event["actor"]))
        + column(TEXT, text(event["on_behalf_of"]))
        + column(UUID, uuid.UUID(event["command_id"]).bytes)
        + column(UUID, uuid.UUID(event["correlation"]).bytes)
        + column(INT8, number(event["causation"], ">q"))
        + column(TEXT, text(event["channel"]))
        + column(TIME, number(microseconds(event["recorded_at"]), ">q"))
    ).digest()


def column(kind: int, value: bytes | None) -> bytes:
    return struct.pack(">I", kind) + (NULL if value is None else struct.pack(">I", len(value)) + value)


def text(value: str | None) -> bytes | None:
    return None if value is None else value.encode()


def number(value: int | None, form: str) -> bytes | None:
    return None if value is None else struct.pack(form, value)


def microseconds(when: str) -> int:
    return (datetime.fromisoformat(when) - EPOCH) // timedelta(microseconds=1)


def check_chain(name: str, events: list[Json], found: Found) -> None:
    """Walks a stream from its first event; notes the first that was altered, removed, put in, or moved."""
    previous, version, position = GENESIS, 0, 0
    for event in events:
        due = version + 1
        wrong = misplaced(name, event, due, position)
        if not wrong and digest(previous, event).hex() != event["hash"]:
            wrong = f"event {due} was altered: its columns do not give its hash"
        if wrong:
            found(f"{name}: {wrong}")
            return
        previous, version, position = bytes.fromhex(event["hash"]), due, event["position"]


def misplaced(name: str, event: Json, due: int, position: int) -> str | None:
    if event["version"] > due:
        return f"event {due} is missing: the next one in the file is {event['version']}"
    if event["version"] < due:
        return f"event {event['version']} is out of place"
    if event["stream"] != name:
        return f"event {due} belongs to another stream, {event['stream']}"
    if event["position"] <= position:
        return f"event {due} is reordered: its position is not after the one before"
    return None


# --- the checkpoint --------------------------------------------------------------------------------------------------


def check_heads(checkpoint: Json, streams: list[Json], found: Found) -> Json:
    """Each stream must reach the head that was signed, with that hash; the text that was signed is what counts."""
    signed = parsed(checkpoint["text"])
    if signed.get("format") != CHECKPOINT_FORMAT:
        raise NotAProof("the checkpoint has another format")
    if signed.get("key") != checkpoint["public_key"]:
        found("checkpoint: the public key beside the signed text is not the one in it")
    for stream in streams:
        name, events, head = stream["stream"], stream["events"], stream["head"]
        if [head["version"], head["hash"]] != [len(events), events[-1]["hash"] if events else None]:
            found(f"{name}: the head that the file names is not its last event")
        if name not in signed["heads"]:
            found(f"{name}: the checkpoint does not know this stream")
            continue
        version, head_hash = signed["heads"][name]
        if len(events) < version:
            found(f"{name}: event {len(events) + 1} is missing: the checkpoint saw version {version}")
        elif version < 1 or events[version - 1]["hash"] != head_hash:
            found(f"{name}: event {version} was replaced: the checkpoint saw another hash")
    return signed


def check_key(checkpoint: Json, key: str | None, found: Found) -> None:
    if key and key.lower() != checkpoint["public_key"]:
        found("checkpoint: another key than the given one is named as its signer")


def extract(checkpoint: Json, folder: Path) -> list[str]:
    """Writes what openssl needs: the text that was signed, the signature, the public key."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = bytes.fromhex(checkpoint["public_key"])
    (folder / "checkpoint.txt").write_bytes(checkpoint["text"].encode())
    (folder / "checkpoint.sig").write_bytes(bytes.fromhex(checkpoint["signature"]))
    (folder / "checkpoint.der").write_bytes(PEM_PREFIX + raw)
    return [
        "openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", str(folder / "checkpoint.der"),
        "-rawin", "-in", str(folder / "checkpoint.txt"), "-sigfile", str(folder / "checkpoint.sig"),
    ]  # fmt: skip


def check_signature(checkpoint: Json) -> str | None:
    """What is wrong with it, according to openssl."""
    with tempfile.TemporaryDirectory() as folder:
        command = extract(checkpoint, Path(folder))
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, own files
        except OSError as error:
            return f"openssl cannot be run ({error.strerror}), so the signature was not checked"
    said = (done.stdout + done.stderr).strip().splitlines()
    return (
        f"openssl does not accept the signature ({said[0] if said else 'no reason given'})" if done.returncode else None
    )


# --- the decisions ---------------------------------------------------------------------------------------------------


def check_decisions(document: Json, found: Found) -> list[int]:
    """What the file says of decisions must be what the events say, and what was decided on must give its hash."""
    events = document["streams"][0]["events"]
    decided = [told(event) for event in events if event["type"] == "Decided"]
    for position, (said, real) in enumerate(zip(document["decisions"], decided)):  # noqa: B905 - as above
        if said != real:
            wrong = sorted(name for name in {*said, *real} if said.get(name) != real.get(name))
            found(f"decision {position + 1} (event {real['version']}): {', '.join(wrong)} is not what the event says")
    if len(document["decisions"]) != len(decided):
        found(f"the file lists {len(document['decisions'])} decisions, the events hold {len(decided)}")
    return check_contents(events, policies(document["streams"], document["process"]), found)


def told(event: Json) -> Json:
    """A decision as the file must tell it."""
    data = parsed(event["payload"])
    said = {
        "version": event["version"],
        "recorded_at": event["recorded_at"],
        "who": data["actor"],
        "for": data["on_behalf_of"],
        **{
            name: data.get(name)
            for name in (
                "task", "review", "step", "outcome", "delegation", "basis", "policy", "content_hash", "channel",
                "authenticated", "at",
            )
        },
    }  # fmt: skip
    who = f"{said['who']} for {said['for']}" if said["for"] else said["who"]
    line = (
        f"{who}: {said['outcome']}, step {said['step']} of {said['review']}, at {said['at']}; basis: {said['basis']};"
        f" policy version {said['policy']}; content {said['content_hash']}"
    )
    return {**said, "line": line}


def check_contents(events: list[Json], policy_of: Callable[[int, str], Json], found: Found) -> list[int]:
    """Recomputes the hashes of each submitted content and of what each step answers for.

    Returns the events of those decisions for which the values at hand do not tell.
    """
    plans: Json = {}
    routes: Json = {}
    unproved: list[int] = []
    for event in events:
        data = parsed(event["payload"]) if event["type"] in {"ReviewOpened", "ReviewResubmitted", "Decided"} else {}
        if event["type"] == "ReviewOpened":
            routes[data["review"]] = policy_of(data["policy"], data["route"])
        if event["type"] in {"ReviewOpened", "ReviewResubmitted"}:
            plans[data["review"]] = recomputed(data, routes.get(data["review"], {}), event, found)
        if event["type"] == "Decided":
            known = plans.get(data["review"], {}).get(data["step"])
            if known is None or known["hash"] != data["content_hash"]:
                found(f"event {event['version']}: decided on another content than the one submitted")
            elif not known["proved"]:
                unproved.append(event["version"])
    return unproved


def recomputed(data: Json, route: Json, event: Json, found: Found) -> Json:
    """By step: the hash the event gives it, and whether the values in the event gave the same."""
    values = {name: value_of(name, data["data"], wanted) for name, wanted in data["fields"].items()}
    known = {name: value[0] for name, value in values.items() if value is not None}
    whole = known.keys() == values.keys()
    if whole and content_hash(known) != data["content_hash"]:
        found(f"event {event['version']}: the material fields of {data['review']} do not give its content hash")
    result: Json = {}
    for step in data["steps"]:
        result[step["name"]] = {
            "hash": step["content_hash"],
            "proved": whole and step["content_hash"] == data["content_hash"],
        }
        names = route.get(step["name"], {}).get("material") or list(data["fields"])
        if step["name"] not in route or not known.keys() >= set(names):
            continue
        answers = {name: known[name] for name in names}
        if route[step["name"]].get("authority"):
            answers = {"amount": shortest(data["amount"]), **answers}
        same = content_hash(answers) == step["content_hash"]
        result[step["name"]]["proved"] = same
        if not same:
            found(f"event {event['version']}: what step {step['name']} answers for does not give its content hash")
    return result


def value_of(name: str, data: Json, wanted: str) -> tuple[Any] | None:
    """(value,) in the form that was hashed, or None where the event does not hold it. A decimal may be written in
    several ways; its shortest was hashed.
    """
    if name not in data:
        return None
    for value in (data[name], shortest(data[name])):
        if content_hash({name: value}) == wanted:
            return (value,)
    return None


def content_hash(fields: Json) -> str:
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def shortest(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shortest(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shortest(inner) for inner in value]
    if isinstance(value, str) and NUMBER.match(value):
        exact = Decimal(value)
        return format(exact.normalize(), "f") if exact else "0"
    return value


def policies(streams: list[Json], process: str) -> Callable[[int, str], Json]:
    """A function from (policy version, route) to the route's steps by name; nothing where the file has no policy."""
    published: dict[int, Json] = {}
    for stream in streams[1:]:
        for event in stream["events"]:
            if event["stream"] == POLICY and event["type"] == "PolicyPublished":
                data = parsed(event["payload"])
                published[data["version"]] = data["policy"]

    def steps(version: int, route: str) -> Json:
        of_process = published.get(version, {}).get("processes", {}).get(process, {})
        return {step["name"]: step for step in of_process.get("routes", {}).get(route, {}).get("steps", [])}

    return steps


# --- the files -------------------------------------------------------------------------------------------------------


def check_attachments(events: list[Json], files: list[Path], found: Found) -> int:
    """Each given file must be one whose hash an event holds."""
    attached: dict[str, tuple[int, int]] = {}
    for event in events:
        if event["type"] == "Attached":
            attachment = parsed(event["payload"])["attachment"]
            attached[attachment["sha256"]] = (event["version"], attachment["size"])
    for path in files:
        data = path.read_bytes()
        known = attached.get(hashlib.sha256(data).hexdigest())
        if known is None:
            found(f"{path}: no event of the case holds the hash of this file")
        elif known[1] != len(data):
            found(f"{path}: event {known[0]} gives it another size")
    return len(attached)


# --- the program -----------------------------------------------------------------------------------------------------


def parsed(source: str) -> Json:
    """JSON in which no name stands twice: readers differ in which of two they take."""

    def unique(pairs: list[tuple[str, Any]]) -> Json:
        names = dict(pairs)
        if len(names) != len(pairs):
            raise NotAProof("a name stands twice in one object")
        return names

    value = json.loads(source, object_pairs_hook=unique)
    if not isinstance(value, dict):
        raise NotAProof("an object was expected")
    return value


def read(path: Path) -> Json:
    document = parsed(path.read_text(encoding="utf-8"))
    if document.get("format") != FORMAT:
        raise NotAProof(f"its format is {document.get('format')!r}, this program reads {FORMAT!r}")
    same_names(document, TOP, "the file")
    same_names(document["checkpoint"], {"text", "signature", "public_key"}, "the checkpoint")
    if not document["streams"] or document["streams"][0]["stream"] != document["case"]:
        raise NotAProof("its first stream is not the case")
    for stream in document["streams"]:
        same_names(stream, {"stream", "head", "events"}, "a stream")
        same_names(stream["head"], {"version", "hash"}, "a head")
        for event in stream["events"]:
            same_names(event, COLUMNS, "an event")
    return document


def same_names(value: Json, names: set[str], where: str) -> None:
    if set(value) != names:
        raise NotAProof(f"{where} has other fields than the format: {', '.join(sorted(set(value) ^ names))}")


def verify(options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """The lines to print, and the problems."""
    problems: list[str] = []
    found = problems.append
    document = read(options.file)
    for stream in document["streams"]:
        check_chain(stream["stream"], stream["events"], found)
    signed = check_heads(document["checkpoint"], document["streams"], found)
    check_key(document["checkpoint"], options.public_key, found)
    unproved = check_decisions(document, found)
    decisions = len(document["decisions"])
    attached = check_attachments(document["streams"][0]["events"], options.attachment, found)
    said = [f"  event {each['version']}: {each['line']}" for each in document["decisions"]]
    events = sum(len(stream["events"]) for stream in document["streams"])
    return problems, [
        f"case {document['case']}: {events} events in {len(document['streams'])} chains",
        *said,
        f"content recomputed from the events for {decisions - len(unproved)} of {decisions} decisions",
        *(f"  not for event {version}: the file lacks its values or its policy" for version in unproved),
        f"files attached: {attached}, of which given and compared: {len(options.attachment)}",
        f"checkpoint of {signed['made_at']}, key {document['checkpoint']['public_key']}",
        *signature(document["checkpoint"], options, found),
    ]


def signature(checkpoint: Json, options: argparse.Namespace, found: Found) -> Iterator[str]:
    if options.extract:
        yield f"to check the signature: {' '.join(extract(checkpoint, options.extract))}"
    if options.openssl:
        wrong = check_signature(checkpoint)
        yield "signature NOT accepted" if wrong else "signature checked with openssl"
        if wrong:
            found(f"checkpoint: {wrong}")
    elif not options.extract:
        yield "signature NOT checked: run this again with --openssl, or with --extract DIR to do it by hand"
    if not options.public_key:
        yield "the key is the file's own word: compare it with one you got elsewhere (--public-key)"


def plain(line: str) -> str:
    """What could move a terminal's cursor, or begin a line of its own, made visible; the rest as any terminal can."""
    shown = "".join(each if each.isprintable() else "?" for each in line)
    return shown.encode(sys.stdout.encoding or "ascii", "backslashreplace").decode(sys.stdout.encoding or "ascii")


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks a proof written by `signoff proof`.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--public-key", metavar="HEX", help="the key that must have signed")
    parser.add_argument("--openssl", action="store_true", help="check the signature with the openssl program")
    parser.add_argument("--extract", type=Path, metavar="DIR", help="write what openssl needs to DIR")
    parser.add_argument(
        "--attachment", type=Path, action="append", default=[], metavar="FILE", help="a file to compare"
    )
    options = parser.parse_args()
    try:
        problems, lines = verify(options)
    except (
        NotAProof,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        IndexError,
        OSError,
        RecursionError,
        struct.error,
    ) as error:
        problems, lines = [f"{options.file} cannot be read as a proof: {error or type(error).__name__}"], []
    for line in [*lines, *(f"PROBLEM {problem}" for problem in problems), f"{len(problems)} problems"]:
        print(plain(line))  # noqa: T201 - its one output
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
