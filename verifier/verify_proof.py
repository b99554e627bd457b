#!/usr/bin/env python3
"""Checks a proof of one case, as written by `signoff proof`, with Python's standard library and nothing of Signoff.

    python3 verify_proof.py FILE [--public-key HEX] [--openssl] [--extract DIR] [--attachment FILE]...

It recomputes the hash chains, compares them with the signed checkpoints, recomputes what each decision was taken on,
and looks up in the events of the organisation and of the delegations by what right it was taken.
The standard library has no Ed25519: the signature is checked by the openssl program, by hand or with --openssl.
Exit status: 0 everything was checked and nothing is wrong; 1 something is wrong, or the file is no proof; 3 nothing
wrong was found, but something was not checked: no --public-key was given, or openssl did not check the signature.
docs/proof-format.md describes the file.
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
from typing import Any, Callable, Dict, Iterator, List, Tuple  # noqa: UP035 - older interpreters than the project's run this too
from zoneinfo import ZoneInfo

WRONG, NOT_CHECKED = 1, 3
FORMAT, CHECKPOINT_FORMAT = "signoff-proof-1", "signoff-checkpoint-1"
GENESIS = bytes(32)
EPOCH = datetime(2000, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - as above
BYTES, INT8, INT4, TEXT, UUID, TIME = 17, 20, 23, 25, 2950, 1184
NULL = struct.pack(">I", 0xFFFFFFFF)
KEY_PREFIX = bytes.fromhex("302a300506032b6570032100")  # the DER head of every Ed25519 public key
COLUMNS = {
    "position", "stream", "version", "type", "schema_version", "payload", "actor", "on_behalf_of", "command_id",
    "correlation", "causation", "channel", "recorded_at", "hash",
}  # fmt: skip
TOP = {"format", "case", "process", "made_at", "streams", "checkpoint", "earlier", "decisions"}
SIGNED = {"text", "signature", "public_key"}
OVERRIDE = "override"
RECORDS = POLICY, ORGANISATION, DELEGATIONS = "policy", "organisation", "delegations"
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")

Json = Dict[str, Any]  # noqa: UP006 - as above
Found = Callable[[str], None]
"""What notes a problem."""


class NotRun(Exception):
    """The program that checks signatures cannot be run here."""


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
        + column(UUID, identity(event["command_id"]))
        + column(UUID, identity(event["correlation"]))
        + column(INT8, number(event["causation"], ">q"))
        + column(TEXT, text(event["channel"]))
        + column(TIME, number(microseconds(event["recorded_at"]), ">q"))
    ).digest()


def column(kind: int, value: bytes | None) -> bytes:
    return struct.pack(">I", kind) + (NULL if value is None else struct.pack(">I", len(value)) + value)


def text(value: str | None) -> bytes | None:
    return None if value is None else value.encode()


def number(value: int | None, form: str) -> bytes | None:
    if isinstance(value, bool):
        raise NotAProof("true or false stands where a number belongs")
    if value is not None and not isinstance(value, int):
        raise NotAProof(f"{value!r} stands where a whole number belongs")
    return None if value is None else struct.pack(form, value)


def microseconds(when: str) -> int:
    """An instant may be written in one way only: what the hash does not cover must not be free to read otherwise."""
    instant = datetime.fromisoformat(when)
    if instant.utcoffset() != timedelta(0) or instant.isoformat() != when:
        raise NotAProof(f"{when} is not an instant as the format writes it")
    return (instant - EPOCH) // timedelta(microseconds=1)


def identity(value: str) -> bytes:
    found = uuid.UUID(value)
    if str(found) != value:
        raise NotAProof(f"{value} is not a UUID as the format writes it")
    return found.bytes


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


def check_newest(document: Json, found: Found) -> Json:
    """The checkpoint signed with the proof: it names the streams of the file, no other, each with its last event."""
    signed = signed_text(document["checkpoint"], found)
    heads = dict(signed["heads"])
    if signed["made_at"] != document["made_at"]:
        found("checkpoint: it was not signed when the file says that it was made")
    for stream in document["streams"]:
        name, events = stream["stream"], stream["events"]
        check_head(stream, heads.pop(name, None), found)
        if [stream["head"]["version"], stream["head"]["hash"]] != [len(events), events[-1]["hash"] if events else None]:
            found(f"{name}: the head that the file names is not its last event")
    for name in heads:
        found(f"{name}: the whole stream is missing: the checkpoint has it")
    return signed


def check_earlier(document: Json, found: Found) -> Json | None:
    """A checkpoint that was kept elsewhere: what it saw must be there still. What began or went on later may follow."""
    if document["earlier"] is None:
        return None
    signed = signed_text(document["earlier"], found)
    for stream in document["streams"]:
        head = signed["heads"].get(stream["stream"])
        if head and len(stream["events"]) >= head[0]:
            check_head({**stream, "events": stream["events"][: head[0]]}, head, found)
        elif head or stream["stream"] == document["case"]:
            check_head(stream, head, found)
    return signed


def signed_text(checkpoint: Json, found: Found) -> Json:
    """The text that was signed is what counts."""
    signed = strict(checkpoint["text"])
    if signed.get("format") != CHECKPOINT_FORMAT:
        raise NotAProof("the checkpoint has another format")
    if signed.get("key") != checkpoint["public_key"]:
        found("checkpoint: the public key beside the signed text is not the one in it")
    return signed


def check_head(stream: Json, head: Any, found: Found) -> None:
    """The last event must be the one that the checkpoint saw; `head` is [version, hash], or None."""
    name, events = stream["stream"], stream["events"]
    if head is None:
        found(f"{name}: the checkpoint does not know this stream")
    elif len(events) < head[0]:
        found(f"{name}: event {len(events) + 1} is missing: the checkpoint saw version {head[0]}")
    elif len(events) > head[0]:
        found(f"{name}: event {head[0] + 1} is not covered: the checkpoint saw version {head[0]}")
    elif not events or events[-1]["hash"] != head[1]:
        found(f"{name}: event {len(events)} was replaced: the checkpoint saw another hash")


def check_keys(checkpoints: list[Json], keys: list[str], found: Found) -> None:
    for checkpoint in checkpoints:
        if keys and checkpoint["public_key"] not in {key.lower() for key in keys}:
            found("checkpoint: another key than the given one is named as its signer")


def extract(checkpoint: Json, folder: Path, name: str = "") -> list[str]:
    """Writes what openssl needs: the text that was signed, the signature, the public key."""
    folder.mkdir(parents=True, exist_ok=True)
    text_of, signature_of, key = (folder / f"{name}checkpoint.{end}" for end in ("txt", "sig", "der"))
    text_of.write_bytes(checkpoint["text"].encode())
    signature_of.write_bytes(bytes.fromhex(checkpoint["signature"]))
    key.write_bytes(KEY_PREFIX + bytes.fromhex(checkpoint["public_key"]))
    return [
        "openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", str(key),
        "-rawin", "-in", str(text_of), "-sigfile", str(signature_of),
    ]  # fmt: skip


def check_signature(checkpoint: Json) -> str | None:
    """What is wrong with it, according to openssl."""
    with tempfile.TemporaryDirectory() as folder:
        command = extract(checkpoint, Path(folder))
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, own files
        except OSError as error:
            raise NotRun(f"openssl cannot be run ({error.strerror})") from error
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
    return check_contents(events, Rules(document).steps, found)


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


def check_contents(events: list[Json], steps_of: Callable[[int, str], Json], found: Found) -> list[int]:
    """Recomputes the hashes of each submitted content and of what each step answers for.

    Returns the events of those decisions for which the values at hand do not tell.
    """
    plans: Json = {}
    routes: Json = {}
    unproved: list[int] = []
    for event in events:
        data = parsed(event["payload"]) if event["type"] in {"ReviewOpened", "ReviewResubmitted", "Decided"} else {}
        if event["type"] == "ReviewOpened":
            routes[data["review"]] = steps_of(data["policy"], data["route"])
            if not routes[data["review"]]:
                wanted = f"route {data['route']} of policy version {data['policy']}"
                found(f"event {event['version']}: the file has no {wanted}")
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
    for name in sorted(name for name, value in values.items() if value is None and name in data["data"]):
        found(f"event {event['version']}: the value of {name} does not give its hash")
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


class Rules:
    """The policies in the file, by version, as they were published for the kind of work that the case is."""

    def __init__(self, document: Json) -> None:
        self.routes: dict[int, Json] = {}
        for event in stream_of(document, POLICY):
            if event["type"] == "PolicyPublished":
                data = parsed(event["payload"])
                self.routes[data["version"]] = (
                    data["policy"]["processes"].get(document["process"], {}).get("routes", {})
                )

    def route(self, version: int, name: str) -> Json:
        """Nothing where the file has no such policy or route."""
        route: Json = self.routes.get(version, {}).get(name, {})
        return route

    def steps(self, version: int, name: str) -> Json:
        return {step["name"]: step for step in self.route(version, name).get("steps", [])}


def stream_of(document: Json, name: str) -> list[Json]:
    return [event for stream in document["streams"][1:] if stream["stream"] == name for event in stream["events"]]


# --- by what right ---------------------------------------------------------------------------------------------------


Dated = Tuple[Json, int]  # noqa: UP006 - as above
"""An entry of the organisation, and the version of the event that made it what it is."""
Shown = Dict[str, List[int]]  # noqa: UP006 - as above
"""People, each with the events of the organisation that show it."""


class Organisation:
    """Who was who on a day, as the events before a position of the log have it."""

    def __init__(self, events: list[tuple[int, int, str, Json]], before: int, day: str) -> None:
        self.day = day
        self.units: dict[str, Dated] = {}
        self.positions: dict[str, Dated] = {}
        self.people: dict[str, Dated] = {}
        self.lines: dict[str, Dated] = {}
        self.seats: dict[tuple[Any, ...], Dated] = {}
        self.roles: dict[tuple[Any, ...], Dated] = {}
        self.limits: dict[tuple[Any, ...], Dated] = {}
        for position, version, kind, data in events:
            if position < before:
                self._take(version, kind, data)

    def _take(self, version: int, kind: str, data: Json) -> None:
        if kind == "UnitSet":
            self.units[data["unit"]["id"]] = (data["unit"], version)
        elif kind == "PositionSet":
            self.positions[data["position"]["id"]] = (data["position"], version)
        elif kind == "BudgetLineSet":
            self.lines[data["line"]["id"]] = (data["line"], version)
        elif kind in {"RoleGranted", "RoleEnded", "RoleRedated"}:
            key = tuple(data["holding"][name] for name in ("role", "person", "unit", "start"))
            self.roles[key] = (data["holding"], version)
        elif kind in {"LimitSet", "LimitEnded", "LimitRedated"}:
            limit = data["limit"]
            key = (
                limit["up_to"]["currency"],
                *(limit[each] for each in ("category", "person", "role", "unit", "start")),
            )
            self.limits[key] = (limit, version)
        elif kind == "SeatSet":
            seat = data["seat"]
            self.seats[seat["person"], seat["position"], seat["start"]] = (seat, version)
        elif kind in {"PersonJoined", "PersonReturned"}:
            left = self.people.get(data["person"])
            earlier = [*left[0]["earlier"], left[0]] if left else []
            begun = {"start": data["start"], "end": None, "at": data["position"], "was": [], "earlier": earlier}
            self.people[data["person"]] = (begun, version)
        elif kind in {"PersonStartChanged", "PersonMoved", "MoveTakenBack", "PersonLeft", "LeavingTakenBack",
                      "FunctionalLineSet"}:  # fmt: skip
            known = self.people[data["person"]][0]
            self.people[data["person"]] = ({**known, **self._changed(kind, known, data)}, version)

    @staticmethod
    def _changed(kind: str, known: Json, data: Json) -> Json:
        """What an event changes in the newest stretch of somebody; `was` has the end of each earlier position."""
        match kind:
            case "PersonStartChanged":
                ends = [known["start"], *(until for until, _ in known["was"])]
                was = [left for left, since in zip(known["was"], ends, strict=False) if left[0] != since]
                return {"start": data["start"], "was": was}
            case "PersonMoved":
                return {"at": data["position"], "was": [*known["was"], (data["effective"], known["at"])]}
            case "MoveTakenBack":
                return {"at": known["was"][-1][1], "was": known["was"][:-1]}
            case "PersonLeft":
                return {"end": data["effective"]}
            case "FunctionalLineSet":
                return {"besides": data["position"]}
        return {"end": None}

    def holds(self, dated: Json) -> bool:
        """Whether something is in force on the day: from its start up to and without its end."""
        return (dated["start"] is None or dated["start"] <= self.day) and (
            dated["end"] is None or self.day < dated["end"]
        )

    def works(self, person: str) -> bool:
        if person not in self.people:
            return False
        known = self.people[person][0]
        return any(self.holds(stretch) for stretch in (known, *known["earlier"]))

    def position_of(self, person: str) -> str:
        return self._sits(person)[1]

    def _sits(self, person: str) -> tuple[str, str]:
        """Since when somebody has the position of the day, and which."""
        known = self.people[person][0]
        stretch = next((one for one in known["earlier"] if self.holds(one)), known)
        since = stretch["start"] or ""
        for until, position in stretch["was"]:
            if self.day < until:
                return since, position
            since = until
        return since, stretch["at"]

    def holder_of(self, position: str | None) -> tuple[str, int] | None:
        """Who decides on a position, with the event: who acts there, who came first, who has it as a second one."""
        seats = [
            (seat["kind"], seat["person"], version)
            for seat, version in self.seats.values()
            if seat["position"] == position and self.holds(seat) and self.works(seat["person"])
        ]
        own = [
            (since, who, self.people[who][1])
            for who in self.people
            if self.works(who)
            for since, at in [self._sits(who)]
            if at == position
        ]
        order = [*(one for one in seats if one[0] == "acting"), *sorted(own), *seats]
        return order[0][1:] if order else None

    def above(self, unit: str | None) -> list[str]:
        """The unit and those above it, nearest first."""
        found: dict[str, bool] = {}
        while unit in self.units and unit not in found:
            known = self.units[unit][0]
            gone = bool(known.get("into") and known.get("end") and known["end"] <= self.day)
            found[unit] = not gone
            unit = known["into"] if gone else known["parent"]
        return [name for name, there in found.items() if there]

    def holders(self, role: str, unit: str | None) -> Shown:
        """Who has a role for the unit, else for the nearest unit above that has a holder, else for the company."""
        for place in (*self.above(unit), None):
            found: Shown = {}
            for holding, version in self.roles.values():
                if (holding["role"], holding["unit"]) == (role, place) and self.has(holding):
                    found.setdefault(holding["person"], [self.people[holding["person"]][1], version])
            if found:
                return found
        return {}

    def has(self, holding: Json) -> bool:
        return self.holds(holding) and self.works(holding["person"])

    def line(self, person: str, *, functional: bool = False) -> Shown:
        """The managers of somebody, nearest first, each with the reporting lines that lead there.

        Or those of the line besides, which begins with a position of its own.
        """
        found: Shown = {}
        if person not in self.people:
            return found
        position: str | None = self.people[person][0].get("besides") if functional else self.position_of(person)
        events, seen, first = [self.people[person][1]], set(), functional
        while position in self.positions and position not in seen:
            if not first:
                seen.add(position)
                events = [*events, self.positions[position][1]]
                position = self.positions[position][0]["reports_to"]
            first = False
            boss = self.holder_of(position)
            if boss is not None and boss[0] != person:
                found.setdefault(boss[0], [*events, boss[1]])
        return found

    def limit(self, person: str, category: str, unit: str | None, amount: Json) -> list[int]:
        """The events that give somebody a limit of at least `amount`; none if they have no such limit."""
        covering = {*self.above(unit), None}
        roles = {
            holding["role"]: version
            for holding, version in self.roles.values()
            if holding["person"] == person and holding["unit"] in covering and self.has(holding)
        }
        for limit, version in self.limits.values():
            theirs = limit["person"] == person or (limit["person"] is None and limit["role"] in roles)
            fits = limit["category"] == category and limit["unit"] in covering and self.holds(limit)
            enough = limit["up_to"]["currency"] == amount["currency"]
            enough = enough and Decimal(limit["up_to"]["amount"]) >= Decimal(amount["amount"])
            if theirs and fits and enough and self.works(person):
                return [roles[limit["role"]], version] if limit["role"] else [version]
        return []


class Asked:
    """By what right each decision of the case was taken: who was asked and why they, with the events that say so."""

    def __init__(self, document: Json, found: Found) -> None:
        self.document, self.found, self.rules = document, found, Rules(document)
        records = stream_of(document, ORGANISATION)
        self.records = [(e["position"], e["version"], e["type"], parsed(e["payload"])) for e in records]
        self.kinds = {version: kind for _, version, kind, _ in self.records}
        self.granted: dict[str, tuple[Json, Json]] = {}
        self.revoked: dict[str, list[tuple[int, str]]] = {}
        for event in stream_of(document, DELEGATIONS):
            self._take(event, parsed(event["payload"]))
        self.zones = {data["calendar"]["id"]: data["calendar"]["zone"] for _, _, kind, data in self.records
                      if kind == "CalendarSet"}  # fmt: skip
        self.calendars = {data["person"]: data["calendar"] for _, _, _, data in self.records if "calendar" in data
                          and "person" in data}  # fmt: skip
        self.reviews: Json = {}
        self.offers: Json = {}
        self.joined: dict[tuple[str, str, str], Json] = {}
        self.shown: dict[int, str | None] = {}
        """By the version of a decision what shows its right, or None where this file does not tell."""

    def _take(self, event: Json, data: Json) -> None:
        if event["type"] == "DelegationGranted":
            self.granted[data["delegation"]["id"]] = (event, data["delegation"])
        elif event["type"] == "DelegationRevoked":
            self.revoked.setdefault(data["delegation"], []).append((event["position"], data["at"]))

    def see(self, event: Json) -> None:
        """Takes the next event of the case."""
        kind, data = event["type"], parsed(event["payload"])
        if kind == "ReviewOpened":
            self.reviews[data["review"]] = data
        elif kind == "ReviewResubmitted":
            kept = {name: value for name, value in data.items() if value is not None}
            self.reviews[data["review"]] = {**self.reviews[data["review"]], **kept}
        elif kind == "ContentChanged":
            self.reviews[data["review"]] = {**self.reviews[data["review"]], "data": data["data"]}
        elif kind == "TaskAssigned":
            self.offers[data["task"]["id"]] = (event, data["task"])
        elif kind in {"TaskReassigned", "ApproverAdded", "TaskEscalated", "AssigneesChanged"}:
            people = data["added"] if "added" in data else [data.get("to") or data["person"]]
            self.joined.update(((*self._step(data["task"]), person), event) for person in people)
        elif kind == "Decided":
            self.shown[event["version"]] = self.judged(event, data)

    def _step(self, task: str) -> tuple[str, str]:
        """The review and the step that a task is for. Whoever joins it is asked again when the step is."""
        offered = self.offers[task][1]
        return offered["subject"], offered["step"]

    def judged(self, event: Json, data: Json) -> str | None:
        where, voice = f"event {event['version']}", data["on_behalf_of"] or data["actor"]
        if [event["actor"], event["on_behalf_of"]] != [data["actor"], data["on_behalf_of"]]:
            self.found(f"{where}: its columns name another person than the decision")
        review, offer = self.reviews.get(data["review"]), self.offers.get(data["task"])
        if review is None or offer is None:
            self.found(f"{where}: nobody was asked for this decision")
            return None
        if review["policy"] != data["policy"]:
            self.found(f"{where}: decided under policy {data['policy']}, submitted under {review['policy']}")
        for person in {voice, *hands(data)} & {review["requester"], *review["excluded"]}:
            self.found(f"{where}: {person} asked for this or is its subject")
        if not self.records:
            return None
        said = [*self._right(event, data, voice, review, offer), *self._standing_in(event, data, voice, review)]
        if None in said:
            self.found(f"{where}: the events of the file do not give {voice} the right to decide step {data['step']}")
            return None
        return ", ".join(str(each) for each in said)

    def _right(self, event: Json, data: Json, voice: str, review: Json, offer: tuple[Json, Json]) -> list[str | None]:
        """Why they: what the policy says of the step and the organisation of the person, when the task was offered."""
        offered, task = offer
        step = self.rules.steps(review["policy"], review["route"]).get(data["step"])
        then = self._at(event, data["at"], review)
        if data["basis"] == OVERRIDE:
            return [self._events(then.holders(OVERRIDE, review["unit"]).get(data["actor"]))]
        if step is None or not data["basis"].endswith(task["basis"]):
            return [None]
        said = [f"{offered['version']} TaskAssigned"]
        if joined := self.joined.get((data["review"], data["step"], voice)):
            freed = joined["type"] == "ApproverAdded"
            return [
                *said,
                f"{joined['version']} {joined['type']}",
                *([] if freed else self._limit(then, step, voice, review)),
            ]
        before = self._at(offered, task["timing"]["offered_at"], review)
        route = self.rules.route(review["policy"], review["route"])
        if voice in task["veto"] and voice not in task["assignees"]:
            holders = {**falling_back(before, route, review), **above(before, step["veto"], review)}
            return [*said, self._events(holders.get(voice))]
        if voice in task["escalated_to"]:
            managers = (before.line(person).get(voice) for person in task["assignees"])
            return [*said, self._events(next(filter(None, managers), None)), *self._limit(then, step, voice, review)]
        if voice not in task["assignees"]:
            return [None]
        named = chosen(before, step, route, review, task["basis"])
        return [*said, self._events(named.get(voice)), *self._limit(then, step, voice, review)]

    def _limit(self, then: Organisation, step: Json, voice: str, review: Json) -> list[str | None]:
        """The limit of whoever votes, as of the decision."""
        if not step.get("authority"):
            return []
        return [self._events(then.limit(voice, step["authority"]["category"], review["unit"], review["amount"]))]

    def _standing_in(self, event: Json, data: Json, voice: str, review: Json) -> list[str | None]:
        """Each delegation on the way from whoever acts to whom it is done for."""
        if data["on_behalf_of"] is None:
            return []
        people = [*hands(data), voice]
        names = [data["delegation"], *(via["delegation"] for via in data["via"])]
        then = self._at(event, data["at"], review)
        pairs = zip(names, people, people[1:])  # noqa: B905 - as above
        return [self._delegation(event, data, (name, who, other), review, then) for name, who, other in pairs]

    def _delegation(
        self, event: Json, data: Json, hop: tuple[str, str, str], review: Json, then: Organisation
    ) -> str | None:
        """The event that granted it; None if it does not hold at the decision, for these two, or not for this case."""
        name, delegate, principal = hop
        record, given = self.granted.get(name, (None, {}))
        if record is None or record["position"] > event["position"]:
            return None
        at = instant(data["at"])
        over = any(place < event["position"] and instant(end) <= at for place, end in self.revoked.get(name, []))
        holds = not over and instant(given["start"]) <= at < instant(given["end"])
        same = (given["delegate"], given["principal"]) == (delegate, principal)
        covers = self._covers(given["scope"], review, then)
        return f"{DELEGATIONS} {record['version']} {record['type']}" if holds and same and covers else None

    def _covers(self, scope: Json, review: Json, then: Organisation) -> bool:
        if scope["processes"] and self.document["process"] not in scope["processes"]:
            return False
        if scope["units"] and not {*scope["units"]} & {*then.above(review["unit"])}:
            return False
        most, amount = scope["up_to"], review["amount"]
        if most is None or amount is None:
            return True
        return bool(most["currency"] == amount["currency"] and Decimal(amount["amount"]) <= Decimal(most["amount"]))

    def _at(self, event: Json, at: str, review: Json) -> Organisation:
        """The organisation as the log had it before an event, on the day that it was where the requester works."""
        zone = self.zones.get(self.calendars.get(review["requester"], ""), "UTC")
        return Organisation(self.records, event["position"], local_day(instant(at), zone))

    def _events(self, versions: list[int] | None) -> str | None:
        if not versions:
            return None
        shown = ", ".join(f"{version} {self.kinds[version]}" for version in dict.fromkeys(versions))
        return f"{ORGANISATION} {shown}"


def hands(data: Json) -> list[str]:
    """Through whose hands a decision went: whoever acted, and those between them and whom it is for."""
    return [data["actor"], *(via["person"] for via in data["via"])]


def chosen(before: Organisation, step: Json, route: Json, review: Json, basis: str) -> Shown:
    """Whom the policy finds for a step, in the way that the basis of the task says."""
    fallback = falling_back(before, route, review)
    if basis.startswith("up the line from "):
        return above(before, step["who"], review)
    if basis.startswith("fallback: "):
        return fallback
    if ", with " in basis:
        return {**fallback, **above(before, step["who"], review)}
    return whom(before, step["who"], review)


def falling_back(before: Organisation, route: Json, review: Json) -> Shown:
    """Whom the policy names where a step finds nobody else."""
    return whom(before, route["fallback"], review) if route.get("fallback") else {}


def above(before: Organisation, who: Json, review: Json) -> Shown:
    """Whom an entry of the policy names, and those above them and above the requester."""
    named = whom(before, who, review)
    found = dict(named)
    for person in (*named, review["requester"]):
        for boss, events in before.line(person).items():
            found.setdefault(boss, [*named.get(person, []), *events])
    return found


def whom(before: Organisation, who: Json, review: Json) -> Shown:
    """Whom an entry of the policy names, with the events that make them so."""
    unit = review["unit"]
    if who["person"]:
        return {who["person"]: [before.people[who["person"]][1]]} if before.works(who["person"]) else {}
    if who["group"]:
        return before.holders(who["group"], None)
    if who["role"] and who["unit"] == "requester":
        unit = before.positions[before.position_of(review["requester"])][0]["unit"]
    if who["role"]:
        return before.holders(who["role"], unit if who["unit"] in {"case", "requester"} else who["unit"])
    if who["manager_of"]:
        parts = {"requester": review["requester"], "beneficiary": (*review["excluded"], review["requester"])[0]}
        led = str(parts.get(who["manager_of"], who["manager_of"]))
        functional = before.line(led, functional=True) if who.get("line") == "functional" else {}
        line = list((functional or before.line(led)).items())
        return dict(line[who["levels"] - 1 : who["levels"]] or line[-1:])
    owned = before.lines.get(str(review["data"].get(who["owner_of"])))
    return {owned[0]["owner"]: [owned[1]]} if owned else {}


def instant(when: str) -> datetime:
    return datetime.fromisoformat(when.replace("Z", "+00:00"))  # noqa: FURB162 - as above


def local_day(at: datetime, zone: str) -> str:
    """The date of an instant in a time zone; in UTC where this machine knows no zones."""
    try:
        return at.astimezone(ZoneInfo(zone)).date().isoformat()
    except (KeyError, ValueError, OSError):
        return at.astimezone(timezone.utc).date().isoformat()  # noqa: UP017 - as above


def check_rights(document: Json, found: Found) -> dict[int, str | None]:
    """By the version of a decision what shows its right; None where the file does not tell. Then what followed."""
    asked, outcomes = Asked(document, found), Outcomes(found)
    for event in document["streams"][0]["events"]:
        asked.see(event)
        outcomes.see(event)
    return asked.shown


# --- what followed from the decisions --------------------------------------------------------------------------------


class Outcomes:
    """No step is approved without an approval of the content it answers for now, no review without all its steps."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.plans: dict[str, dict[str, str]] = {}
        self.said: set[tuple[str, str, str]] = set()
        self.done: set[tuple[str, str, str]] = set()

    def see(self, event: Json) -> None:
        """Takes the next event of the case."""
        kind, data, where = event["type"], parsed(event["payload"]), f"event {event['version']}"
        if kind in {"ReviewOpened", "ReviewResubmitted"}:
            self._begin(data)
        elif kind == "Decided" and data["outcome"] == "approve":
            self.said.add((data["review"], data["step"], data["content_hash"]))
        elif kind == "StepsCollapsed" and self._key(data["review"], data["into"]) in self.said:
            self.said.add(self._key(data["review"], data["step"]))
        elif kind == "StepCompleted" and data["outcome"] == "approved":
            if self._key(data["review"], data["step"]) not in self.said:
                self.found(f"{where}: step {data['step']} is approved, and nobody approved it")
            self.done.add(self._key(data["review"], data["step"]))
        elif kind == "ReviewApproved":
            missing = [name for name in self.plans[data["review"]] if self._key(data["review"], name) not in self.done]
            if missing:
                self.found(f"{where}: {data['review']} is approved without step {', '.join(missing)}")

    def _begin(self, data: Json) -> None:
        """What starts again needs new approvals."""
        self.plans[data["review"]] = {step["name"]: step["content_hash"] for step in data["steps"]}
        again = {(data["review"], step["name"]) for step in data["steps"] if step["state"] == "waiting"}
        self.said = {key for key in self.said if key[:2] not in again}
        self.done = {key for key in self.done if key[:2] not in again}

    def _key(self, review: str, step: str) -> tuple[str, str, str]:
        return review, step, self.plans[review][step]


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


def strict(source: str) -> Json:
    """As `parsed`, for what the format itself writes: its numbers are whole, and written as whole numbers are."""

    def broken(number_of: str) -> None:
        raise NotAProof(f"{number_of} stands where the format writes a whole number")

    return parsed(source, parse_float=broken)


def parsed(source: str, **how: Any) -> Json:
    """JSON in which no name stands twice: readers differ in which of two they take."""

    def unique(pairs: list[tuple[str, Any]]) -> Json:
        names = dict(pairs)
        if len(names) != len(pairs):
            raise NotAProof("a name stands twice in one object")
        return names

    def never(name: str) -> None:
        raise NotAProof(f"{name} is no JSON")

    value = json.loads(source, object_pairs_hook=unique, parse_constant=never, **how)
    if not isinstance(value, dict):
        raise NotAProof("an object was expected")
    return value


def read(path: Path) -> Json:
    document = strict(path.read_text(encoding="utf-8"))
    if document.get("format") != FORMAT:
        raise NotAProof(f"its format is {document.get('format')!r}, this program reads {FORMAT!r}")
    same_names(document, TOP, "the file")
    for name in ("checkpoint", "earlier"):
        if name == "checkpoint" or document[name] is not None:
            same_names(document[name], SIGNED, f"the {name} checkpoint")
    names = [stream["stream"] for stream in document["streams"]]
    if names[:1] != [document["case"]] or names[0] in RECORDS:
        raise NotAProof("its first stream is not the case")
    if names[1:] != [name for name in RECORDS if name in names]:
        raise NotAProof("it holds other streams than the format, one twice, or in another order")
    for stream in document["streams"]:
        same_names(stream, {"stream", "head", "events"}, "a stream")
        same_names(stream["head"], {"version", "hash"}, "a head")
        for event in stream["events"]:
            same_names(event, COLUMNS, "an event")
    return document


def same_names(value: Json, names: set[str], where: str) -> None:
    if set(value) != names:
        raise NotAProof(f"{where} has other fields than the format: {', '.join(sorted(set(value) ^ names))}")


def verify(options: argparse.Namespace, found: Found, unchecked: Found) -> Iterator[str]:
    """The lines to print. `unchecked` notes what nobody checked."""
    document = read(options.file)
    checkpoints = [each for each in (document["checkpoint"], document["earlier"]) if each]
    events = document["streams"][0]["events"]
    for stream in document["streams"]:
        check_chain(stream["stream"], stream["events"], found)
    newest, earlier = check_newest(document, found), check_earlier(document, found)
    check_keys(checkpoints, options.public_key, found)
    total = sum(len(stream["events"]) for stream in document["streams"])
    yield f"case {document['case']}: {total} events in {len(document['streams'])} chains"
    unproved = check_decisions(document, found)
    rights = check_rights(document, found)
    for told_of in document["decisions"]:
        yield f"  event {told_of['version']}: {told_of['line']}"
        yield f"    its right: {rights.get(told_of['version']) or 'NOT shown by the events in this file'}"
    yield f"content recomputed from the events for {len(rights) - len(unproved)} of {len(rights)} decisions"
    yield from (f"  not for event {version}: the file lacks its values or its policy" for version in unproved)
    shown = sum(1 for each in rights.values() if each)
    yield f"right to decide shown by the events for {shown} of {len(rights)} decisions"
    attached = check_attachments(events, options.attachment, found)
    yield f"files attached: {attached}, of which given and compared: {len(options.attachment)}"
    yield f"checkpoint of {newest['made_at']}, key {document['checkpoint']['public_key']}"
    if earlier:
        yield f"earlier checkpoint of {earlier['made_at']}, key {document['earlier']['public_key']}"
        begun = [stream["stream"] for stream in document["streams"] if stream["stream"] not in earlier["heads"]]
        yield from (f"  {name} began after it" for name in begun)
    for index, checkpoint in enumerate(checkpoints):
        yield from signature(checkpoint, options, "earlier-" * index, found, unchecked)
    if not options.public_key:
        unchecked("the key")
        yield "the key is the file's own word: compare it with one you got elsewhere (--public-key)"


def signature(
    checkpoint: Json, options: argparse.Namespace, name: str, found: Found, unchecked: Found
) -> Iterator[str]:
    if options.extract:
        yield f"to check the signature: {' '.join(extract(checkpoint, options.extract, name))}"
    if not options.openssl:
        unchecked("the signature")
        if not options.extract:
            yield "signature NOT checked: run this again with --openssl, or with --extract DIR to do it by hand"
        return
    try:
        wrong = check_signature(checkpoint)
    except NotRun as error:
        unchecked("the signature")
        yield f"signature NOT checked: {error}"
        return
    yield "signature NOT accepted" if wrong else "signature checked with openssl"
    if wrong:
        found(f"checkpoint: {wrong}")


def plain(line: str) -> str:
    """What could move a terminal's cursor, or begin a line of its own, made visible; the rest as any terminal can."""
    shown = "".join(each if each.isprintable() else "?" for each in line)
    return shown.encode(sys.stdout.encoding or "ascii", "backslashreplace").decode(sys.stdout.encoding or "ascii")


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks a proof written by `signoff proof`.")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--public-key",
        metavar="HEX",
        action="append",
        default=[],
        help="the key that must have signed, or each of them",
    )
    parser.add_argument("--openssl", action="store_true", help="check the signature with the openssl program")
    parser.add_argument("--extract", type=Path, metavar="DIR", help="write what openssl needs to DIR")
    parser.add_argument(
        "--attachment", type=Path, action="append", default=[], metavar="FILE", help="a file to compare"
    )
    options = parser.parse_args()
    problems: list[str] = []
    unchecked: list[str] = []
    try:
        for line in verify(options, problems.append, unchecked.append):
            print(plain(line))  # noqa: T201 - its one output
    except (
        NotAProof,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        OSError,
        RecursionError,
        struct.error,
    ) as error:
        problems.append(f"{options.file} cannot be read as a proof: {error or type(error).__name__}")
    left = [f"NOT checked: {' and '.join(dict.fromkeys(unchecked))}"] if unchecked and not problems else []
    for line in [*(f"PROBLEM {problem}" for problem in problems), *left, f"{len(problems)} problems"]:
        print(plain(line))  # noqa: T201 - as above
    return WRONG if problems else NOT_CHECKED if unchecked else 0


if __name__ == "__main__":
    sys.exit(main())
