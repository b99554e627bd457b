"""From what a person typed to a command: defaults, sealing of personal text, new candidates, and the answer."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

from activities.decide import Decider
from domain.kernel.command import Channel, Command
from domain.kernel.errors import Refused
from domain.kernel.payloads import parse_payload, payload_model
from domain.kernel.process import Process
from domain.kernel.route import PreviewStep
from domain.kernel.sealed import MayBeNew, SealFor
from domain.organisation.persons import Details
from edge.door import Door
from eventstore import log
from files.document import Located
from files.validation import validated


@dataclass(frozen=True)
class Actor:
    """Who acts, through which door, and how the door knew them."""

    person: str
    channel: Channel
    authenticated: str


def put(payload: dict[str, Any], path: str, value: str) -> None:
    """Sets `a.b=value` in a payload. A value that reads as JSON is taken so (`3`, `true`, `["x"]`), else as text."""
    *parents, name = path.split(".")
    for parent in parents:
        payload = payload.setdefault(parent, {})
        if not isinstance(payload, dict):
            raise Refused("bad-set", "{path} cannot be set: {parent} is not an object.", path=path, parent=parent)
    try:
        parsed = json.loads(value)
    except json.JSONDecodeError:
        parsed = value
    payload[name] = value if isinstance(parsed, float) else parsed


async def start(
    door: Door,
    process: str,
    payload: dict[str, Any],
    actor: Actor,
    *,
    name: str | None = None,
    case: str | None = None,
    command_id: UUID | None = None,
    document: Located | None = None,
) -> Command:
    """The command that opens a case. Without `case` the id follows from the command id: repeating it is safe."""
    found = door.process(process)
    command_id = command_id or uuid4()
    case = case or f"{process}-{_short(command_id)}"
    _check_id(case)
    return await _command(door, found, case, name or _opening(found), payload, actor, command_id, document)


async def command(
    door: Door,
    case: str,
    name: str,
    payload: dict[str, Any],
    actor: Actor,
    *,
    command_id: UUID | None = None,
    document: Located | None = None,
) -> Command:
    """A command to an existing case; `document` gives the lines of a file's mistakes.

    Raises Refused `no-such-case`, `unknown-command`, `bad-payload`, `bad-file`.
    """
    async with door.pool.acquire() as conn:
        process = await log.process_of(conn, case)
    if process is None or process not in door.processes:
        raise Refused("no-such-case", "There is no case {case}.", case=case[:120])
    return await _command(door, door.process(process), case, name, payload, actor, command_id or uuid4(), document)


async def preview(
    door: Door, process: str, payload: dict[str, Any], actor: Actor, *, document: Located | None = None
) -> list[PreviewStep]:
    """Who would have to decide this and by when, from the resolver and the facts of the real run (KRN-41)."""
    made = await start(door, process, payload, actor, document=document)
    found = door.process(process)
    parsed, empty = parse_payload(found, made.name, made.payload), found.initial(made.case)
    decider = Decider(door.pool, door.processes)
    async with door.pool.acquire() as conn:
        facts = await decider.facts(conn, found, empty, made, parsed)
    return list(found.preview(parsed, facts, actor.person))


async def sent(door: Door, made: Command, *, start: bool) -> dict[str, Any]:
    """Sends it and returns the acknowledgement as the contract words it."""
    ack = await door.send.send(made, start=start)
    return ack.model_dump(mode="json")


async def _command(
    door: Door,
    process: Process[Any],
    case: str,
    name: str,
    payload: dict[str, Any],
    actor: Actor,
    command_id: UUID,
    document: Located | None,
) -> Command:
    if name in INTERNAL:
        raise Refused("internal-command", "{name} is sent by Signoff itself, never by a person.", name=name)
    ready = await _prepared(door, process, name, payload, actor, command_id)
    if document is not None:
        parsed = validated(document, payload_model(process, name), ready)
    else:
        parsed = parse_payload(process, name, ready)
    return Command(
        case=case,
        process=process.name,
        name=name,
        command_id=command_id,
        actor=actor.person,
        channel=actor.channel,
        authenticated=actor.authenticated,
        payload=parsed.model_dump(mode="json", exclude_unset=True),
    )


INTERNAL = {"deadline"}
LONGEST = 20_000
"""Characters of a text that is sealed: the same bound as for texts in the clear."""


async def _prepared(
    door: Door, process: Process[Any], name: str, payload: dict[str, Any], actor: Actor, command_id: UUID
) -> dict[str, Any]:
    """The payload with new people registered and personal text sealed: from here on nothing personal is readable."""
    model = payload_model(process, name)
    ready = dict(payload)
    for field, info in model.model_fields.items():
        if any(isinstance(mark, MayBeNew) for mark in info.metadata) and isinstance(ready.get(field), dict):
            details = _details(field, ready[field])
            ready[field] = await door.people.register(details, actor=actor.person, command_id=uuid5(command_id, field))
    for field, info in model.model_fields.items():
        for mark in info.metadata:
            if isinstance(mark, SealFor) and isinstance(ready.get(field), str):
                subject = await _subject(door, ready, mark.sibling, field)
                context = f"{process.name}.{name}.{field}"
                ready[field] = (await door.keys.seal(subject, context, _bounded(field, ready[field]))).model_dump()
    return ready


def _bounded(field: str, text: str) -> str:
    if len(text) > LONGEST:
        raise Refused(
            "bad-payload", "{field}: at most {most} characters; attach longer texts.", field=field, most=LONGEST
        )
    return text


def _details(field: str, given: dict[str, Any]) -> Details:
    unknown = set(given) - {"name", "email"}
    name = given.get("name")
    if unknown or not name or not isinstance(name, str | dict):
        raise Refused("bad-payload", "{field}: give a person id, or a name and an email.", field=field)
    return Details(name={"en": name} if isinstance(name, str) else name, email=given.get("email"), candidate=True)


async def _subject(door: Door, payload: dict[str, Any], sibling: str, field: str) -> str:
    subject = payload.get(sibling)
    if not isinstance(subject, str) or not (await door.people.record(subject)).registered:
        raise Refused(
            "unknown-person",
            "{field} is about the person in {sibling}, who is not known.",
            field=field,
            sibling=sibling,
        )
    return subject


def _opening(process: Process[Any]) -> str:
    [name] = process.start
    return name


def _short(command_id: UUID) -> str:
    """Ten characters that a person can read out; derived, so that the same command names the same case."""
    alphabet = "23456789abcdefghjkmnpqrstuvwxyz"
    number, text = command_id.int, ""
    for _ in range(10):
        number, rest = divmod(number, len(alphabet))
        text += alphabet[rest]
    return text


def _check_id(case: str) -> None:
    if not 3 <= len(case) <= 80 or not all(c.isascii() and (c.isalnum() or c in "-_") for c in case):
        raise Refused("bad-id", "A case id has 3 to 80 letters, digits, - or _; {case} does not.", case=case[:100])
