"""A command from the API to its case, and the answer: recorded, refused, or not known in time (202)."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from temporalio.service import RPCError

from application.commands import compose
from application.counting import counted
from application.keyring import link_key
from application.send import Unconfirmed
from application.services import Services
from application.visibility import as_told
from domain.kernel.command import Command
from domain.kernel.errors import Refused
from eventstore import log
from eventstore.database import AWAY
from web.api.problems import COMMAND_ID, OutcomeUnknown
from web.services import door_of
from web.timeouts import within
from workflows.messages import Ack

PURPOSE = "command-receipt"
ASKING = timedelta(seconds=2)
"""How long the question for an outcome waits for it."""
LATER = {"Retry-After": "2"}


@dataclass(frozen=True)
class Receipt:
    """What a 202 hands out: of whose command on which case the outcome is asked, under which update id."""

    case: str
    actor: str
    update: str

    @classmethod
    def of(cls, services: Services, command: Command) -> "Receipt":
        return cls(command.case, command.actor, services.send.update_id(command))


async def sent(request: Request, command: Command, *, start: bool, **more: Any) -> Response:
    """201 (a new case) or 200 with the acknowledgement and `more`; 202 while nobody knows. Raises what refuses."""
    services, patience = door_of(request), request.app.state.patience
    receipt = Receipt.of(services, command)
    request.state.place = place_of(services, receipt, command.command_id)
    try:
        sending = compose.acknowledged(services, command, start=start, patience=patience)
        ack = await within(patience.total_seconds() + 1, sending)  # the client's own retries know no patience
    except (Unconfirmed, TimeoutError):
        return pending(services, receipt, command.command_id)
    except (RPCError, *AWAY):
        raise OutcomeUnknown(str(command.command_id)) from None
    status = 201 if start and not ack.repeated else 200
    if not start:  # whoever decides sees what the task needs, not all of the case
        ack = await as_counted(services, ack, command.actor)
    return acknowledged(ack, command.command_id, status=status, **more)


async def as_counted(services: Services, ack: Ack, actor: str) -> Ack:
    """An acknowledgement with the version as its actor counts: no number tells what they may not see (KRN-43)."""
    return ack.model_copy(update={"version": await counted(services, ack.case, actor, ack.version)})


def acknowledged(ack: Ack, command_id: UUID, *, status: int = 200, **more: Any) -> Response:
    """It is in Postgres. `Location` is the case."""
    headers = {COMMAND_ID: str(command_id), "Location": f"/api/v1/cases/{quote(ack.case)}"}
    return JSONResponse(ack.model_dump(mode="json") | more, status, headers)


def pending(services: Services, receipt: Receipt, command_id: UUID) -> Response:
    place = place_of(services, receipt, command_id)
    body = {"case": receipt.case, "command_id": str(command_id), "recorded": None, "ask": place}
    return JSONResponse(body, 202, {COMMAND_ID: str(command_id), "Location": place, **LATER})


def place_of(services: Services, receipt: Receipt, command_id: UUID) -> str:
    """The address at which its sender asks what became of a command."""
    signed = str(_signer(services).dumps([receipt.case, receipt.actor, receipt.update]))
    return f"/api/v1/commands/{command_id}?receipt={signed}"


async def outcome(services: Services, command_id: UUID, actor: str, signed: str | None) -> Response:
    """What became of a command of `actor`: from the log, else from the workflow server by the receipt.

    Raises Refused with the refusal of the command, or `no-such-command` where nobody knows of it.
    """
    receipt = _opened(services, signed, command_id, actor) if signed else None
    if recorded := await _recorded(services, command_id, actor, receipt):
        return acknowledged(await as_counted(services, recorded, actor), command_id)
    if receipt is None:
        raise Refused(
            "no-such-command",
            "No command {command_id} of yours is in the log. If it was answered with 202, ask where its Location says;"
            " sending it again with this key is safe.",
            command_id=str(command_id),
        )
    try:
        ack = await within(
            ASKING.total_seconds() + 1, services.send.outcome(receipt.case, receipt.update, patience=ASKING)
        )
    except Refused as refused:
        raise await as_told(services, refused, receipt.case, actor) from None
    except TimeoutError:
        return pending(services, receipt, command_id)
    # An update of which the server forgot may have ended between the two questions.
    ack = ack or await _recorded(services, command_id, actor, receipt)
    if ack is None:
        raise _no_such(command_id)
    return acknowledged(await as_counted(services, ack, actor), command_id)


async def _recorded(services: Services, command_id: UUID, actor: str, receipt: Receipt | None) -> Ack | None:
    async with services.pool.acquire() as conn:
        seen = await log.find_command(conn, command_id)
        events = await log.events_of_command(conn, command_id) if seen else []
    own = bool(events and events[0].actor == actor) or receipt is not None
    if seen is None or not own or (receipt and receipt.case != seen.stream):
        return None
    return Ack(case=seen.stream, version=seen.version, position=seen.position, repeated=True)


def _no_such(command_id: UUID) -> Refused:
    return Refused(
        "no-such-command",
        "No command {command_id} of yours is recorded or under way; sending it again with this key is safe.",
        command_id=str(command_id),
    )


def _opened(services: Services, signed: str, command_id: UUID, actor: str) -> Receipt:
    """Raises Refused `no-such-command` for a receipt that is forged or somebody else's."""
    try:
        receipt = Receipt(*_signer(services).loads(signed))
    except (BadData, ValueError, TypeError):
        raise _no_such(command_id) from None
    if receipt.actor != actor or not receipt.update.startswith(f"{command_id}."):
        raise _no_such(command_id)
    return receipt


def _signer(services: Services) -> URLSafeSerializer:
    return URLSafeSerializer(link_key(services.settings), salt=PURPOSE, signer_kwargs={"digest_method": hashlib.sha256})
