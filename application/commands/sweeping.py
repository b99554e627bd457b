"""One change of the organisation carried into many cases: each through its own workflow, once, with a result each."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from application.send import NotRunning, Unconfirmed
from application.services import Services
from application.visibility import Redactor, policy_viewer, redactors
from domain.kernel.command import SYSTEM, Command
from domain.kernel.errors import Refused
from domain.kernel.showing.redaction import HIDDEN

AT_ONCE = 8
"""Commands on their way at the same time."""


UNSENT = frozenset({NotRunning.__name__, Unconfirmed.__name__})
"""The codes of what did not reach its case, or of which nobody knows: a later attempt may find it otherwise."""


@dataclass(frozen=True)
class ToCase:
    """A command that Signoff itself sends to a case, one that the case refuses where it was carried out already."""

    case: str
    process: str
    name: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What became of it: None if it was done, else the refusal's or the failure's words."""

    command: ToCase
    code: str | None = None
    message: str | None = None


async def sweep(services: Services, commands: Iterable[ToCase], *, causation: int | None) -> Sequence[Result]:
    """Sends all and returns a result for each, in their order. `causation` is the position of what they follow from.

    Each time under new ids: Temporal would answer a known one with its first refusal, whatever has changed since.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(wish: ToCase) -> Result:
        async with gate:
            return await _send(services, wish, causation)

    return await asyncio.gather(*(one(wish) for wish in commands))


async def as_seen(
    services: Services, results: Sequence[Result], reader: str | None
) -> tuple[list[Result], list[dict[str, Any]]]:
    """What was done, and what failed as JSON, as `reader` (None: the operator) may be told it (KRN-43).

    Of what was done in a case that they do not see, nothing; of what failed there, only that it did.
    """
    found = {result.command.case: result.command.process for result in results}
    seen = (
        dict.fromkeys(found, Redactor())
        if reader is None
        else await redactors(services, found, await policy_viewer(services, reader))
    )
    done = [each for each in results if each.code is None and seen[each.command.case].visibility.row == "case"]
    return done, [_failure(each, seen[each.command.case]) for each in results if each.code is not None]


def _failure(result: Result, redactor: Redactor) -> dict[str, Any]:
    told = {"task": result.command.payload.get("task"), "case": result.command.case, "message": result.message}
    shown = redactor.of(told) if redactor.visibility.row == "case" else {name: dict(HIDDEN) for name in told}
    return {**shown, "code": result.code}


async def _send(services: Services, wish: ToCase, causation: int | None) -> Result:
    command = Command(
        case=wish.case,
        process=wish.process,
        name=wish.name,
        command_id=uuid4(),
        actor=SYSTEM,
        channel="effect",
        authenticated="log",
        payload=wish.payload,
        causation=causation,
    )
    try:
        await services.send.send(command, start=False)
    except Refused as refused:
        return Result(wish, refused.code, refused.message)
    except (NotRunning, Unconfirmed) as failed:
        return Result(wish, type(failed).__name__, str(failed))
    return Result(wish)
