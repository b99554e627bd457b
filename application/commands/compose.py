"""From what a person typed to a command, and the answer."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import readmodels
from activities.decide import Decider
from application.files.validation import validated
from application.keyring import case_key
from application.personal import newcomers, prepared, pretended, refuse_unstorable
from application.previews import digest
from application.services import Services
from application.typed import Typed, typed
from application.visibility import as_told, knowable
from domain.kernel.command import Channel, Command
from domain.kernel.errors import Refused
from domain.kernel.payloads import payload_model
from domain.kernel.process import Process
from domain.kernel.routing.route import PreviewStep, discreet
from domain.kernel.value import Value
from domain.organisation.streams import refuse_bad_id
from eventstore import log
from workflows.messages import Ack


@dataclass(frozen=True)
class Actor:
    """Who acts, through which door, and how the door knew them."""

    person: str
    channel: Channel
    authenticated: str


def put(payload: dict[str, Any], path: str, value: str) -> None:
    """Sets `a.b=value` in a payload. A value that reads as JSON is taken so (`3`, `true`, `["x"]`), else as text.

    Fractions stay text, so that money is exact. Raises Refused `bad-set`.
    """
    *parents, name = path.split(".")
    if not all([*parents, name]):
        raise Refused("bad-set", "Write --set as name=value; {path} is no name.", path=repr(path[:80]))
    for parent in parents:
        payload = payload.setdefault(parent, {})
        if not isinstance(payload, dict):
            raise Refused(
                "bad-set", "{path} cannot be set: {parent} is not a mapping.", path=path[:80], parent=parent[:80]
            )
    try:
        payload[name] = json.loads(value, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        payload[name] = value


async def start(
    services: Services,
    process: str,
    payload: dict[str, Any],
    actor: Actor,
    *,
    name: str | None = None,
    case: str | None = None,
    command_id: UUID | None = None,
    document: Typed | None = None,
) -> Command:
    """The command that opens a case. Without `case` the id follows from actor and command id: repeating it is safe.

    Only the operator chooses `case`: `case-exists` tells of any case that it is there (KRN-43).
    """
    found = services.process(process)
    command_id = command_id or uuid4()
    case = case or f"{process}-{_made_up(services, actor, command_id)}"
    refuse_bad_id(case)
    async with services.pool.acquire() as conn:
        held_by = await log.process_of(conn, case)
    if held_by not in (None, process):
        raise Refused("case-exists", "Case {case} exists already; choose another id.", case=case)
    return await _command(services, found, case, name or _opening(found), payload, actor, command_id, document)


async def command(
    services: Services,
    case: str,
    name: str,
    payload: dict[str, Any],
    actor: Actor,
    *,
    command_id: UUID | None = None,
    document: Typed | None = None,
    known: Mapping[str, str] | None = None,
    filled: Mapping[str, Any] = MappingProxyType({}),
) -> Command:
    """A command to an existing case; `document` gives the lines of a file's mistakes.

    `filled` is what the door adds to the payload where the client left it out: a copy of the command that is sent when
    that has changed is still the same command (KRN-19).

    A case that the actor must not know of does not exist for them (KRN-43). `known` is what
    `sight.knowable` answered, for a caller that has looked many up at once.
    Raises Refused `no-such-case`, `unknown-command`, `bad-payload`, `bad-file`.
    """
    if known is None:
        known = await knowable(services, [case], actor.person)
    process = known.get(case)
    if process is None:
        raise readmodels.no_such_case(case)
    whole = {**payload, **filled}
    made = await _command(
        services, services.process(process), case, name, whole, actor, command_id or uuid4(), document
    )
    return made.model_copy(update={"filled": tuple(filled)})


async def preview(
    services: Services,
    process: str,
    payload: dict[str, Any],
    actor: Actor,
    *,
    name: str | None = None,
    document: Typed | None = None,
) -> list[PreviewStep]:
    """Who would have to decide this and by when, from the resolver and the facts of the real run (KRN-41).

    Not by which limit. Raises Refused `too-many` as `Previews` says, and as `start` and the process do.
    """
    made = await start(services, process, payload, actor, name=name, document=document)
    what = digest(made.process, made.name, made.payload)
    services.previews.refuse_many(actor.person, what)
    steps = await Decider(services.pool, services.processes, services.record_cache).preview(made)
    services.previews.count(actor.person, what)
    return [discreet(step) for step in steps]


async def sent(services: Services, made: Command, *, start: bool) -> dict[str, Any]:
    """Sends it and returns the acknowledgement as the contract words it."""
    return (await acknowledged(services, made, start=start)).model_dump(mode="json")


async def acknowledged(services: Services, made: Command, *, start: bool, patience: timedelta | None = None) -> Ack:
    """Sends it. Raises Refused as the actor may hear it (KRN-43), and what `Sender.send` raises."""
    try:
        return await services.send.send(made, start=start, patience=patience)
    except Refused as refused:
        raise await as_told(services, refused, made.case, made.actor) from None


async def _command(
    services: Services,
    process: Process[Any],
    case: str,
    name: str,
    payload: dict[str, Any],
    actor: Actor,
    command_id: UUID,
    document: Typed | None,
) -> Command:
    if name in INTERNAL:
        raise Refused("internal-command", "{name} is sent by Signoff itself, never by a person.", name=name)
    model = payload_model(process, name)
    document = document or typed(f"{process.name} {name}", payload)
    refuse_unstorable(payload)

    def made(parsed: Value) -> Command:
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

    checked = _parsed(document, model, pretended(model, payload))  # before anyone is registered and anything is sealed
    if newcomers(model, payload):
        await _rehearse(services, made(checked))
    return made(_parsed(document, model, await prepared(services, process, name, payload, actor.person, command_id)))


async def _rehearse(services: Services, command: Command) -> None:
    """Whoever would be refused registers nobody. Only a case that changes between this and the decision leaves one."""
    try:
        await Decider(services.pool, services.processes, services.record_cache).rehearse(command)
    except Refused as refused:
        raise await as_told(services, refused, command.case, command.actor) from None


INTERNAL = {"deadline"}


def _parsed(document: Typed, model: type[Value], payload: dict[str, Any]) -> Value:
    """Raises Refused `bad-file` for what a file says, `bad-payload` for what was typed, with every problem."""
    try:
        return validated(document, model, payload)
    except Refused as refused:
        if document.from_file:
            raise
        problems = [problem.replace(": the file: ", ": ", 1) for problem in refused.details["problems"]]
        facts = {**refused.details, "first": problems[0], "problems": problems}
        raise Refused("bad-payload", refused.template, **facts) from None


def _opening(process: Process[Any]) -> str:
    if len(process.start) > 1:
        raise Refused(
            "which-opening",
            "{process} is opened by one of several commands; say which as `command`: {known}.",
            process=process.name,
            known=", ".join(sorted(process.start)),
        )
    [name] = process.start
    return name


def _made_up(services: Services, actor: Actor, command_id: UUID) -> str:
    """Ten characters that a person can read out. The same command of the same person names the same case.

    By a key: else a command id could be found that leads to the id of a case, to see whether it is there.
    """
    alphabet = "23456789abcdefghjkmnpqrstuvwxyz"
    said = f"{actor.person} {command_id}".encode()
    number = int.from_bytes(hmac.digest(case_key(services.settings).encode(), said, "sha256"))
    text = ""
    for _ in range(10):
        number, rest = divmod(number, len(alphabet))
        text += alphabet[rest]
    return text
