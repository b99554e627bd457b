"""What changes, as it changes: server-sent events of the cases that the reader may see."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from application import visibility
from application.services import Services
from application.visibility import VisibleCase, look_at
from domain.kernel.errors import Refused
from eventstore.database import AWAY
from web.api import answers
from web.api.follower import Change, Follower
from web.api.request_parts import FormHints
from web.services import Opened

router = APIRouter(prefix="/api/v1")
LATEST_POSITION = 2**53 - 1
HEARTBEAT = 15
LIFETIME = 600
"""Seconds of one answer: whoever goes on listening shows again who they are, with Last-Event-ID."""
ENDING = 2
"""Seconds that an answer gets to end when the server does."""
SENDING = 30
"""Seconds that a listener may take to read."""
EVENTS: answers.Responses = {
    200: {
        "description": "Events `change` with the position as their id, and comments in between",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'id: 4711\nevent: change\ndata: {"position": 4711, "case": "hiring-7k2m9p4x3d",'
                ' "type": "Decided", "version": 7}\n\n',
            }
        },
    }
}


@router.get(
    "/changes",
    summary="Changes as they happen (server-sent events)",
    tags=["changes"],
    response_class=Response,
    responses={**EVENTS, **answers.reading()},
)
async def changes(
    request: Request,
    services: Opened,
    visitor: FormHints,
    after: Annotated[
        int | None, Query(ge=0, le=LATEST_POSITION, description="The position known already; from now on if left out.")
    ] = None,
    last: Annotated[
        str | None,
        Header(alias="Last-Event-ID", pattern="^[0-9]{1,15}$", description="Where a broken answer ended; goes first."),
    ] = None,
) -> Response:
    """Nothing that the reader may see is left out between two answers. An answer ends after ten minutes; go on with
    Last-Event-ID, as browsers do by themselves.
    """
    follower: Follower = request.app.state.follower
    follower.refuse_too_many()
    position = int(last) if last else after
    if position is None:
        position = await follower.head()
    ending = anyio.Event()
    return EventSourceResponse(
        stream(services, follower, visitor.person, position, ending),
        ping=HEARTBEAT,
        send_timeout=SENDING,
        headers={"Cache-Control": "no-store"},
        shutdown_event=ending,
        shutdown_grace_period=ENDING,
    )


async def stream(
    services: Services, follower: Follower, reader: str, position: int, ending: anyio.Event
) -> AsyncIterator[ServerSentEvent]:
    """The changes after a position that `reader` may see, until `ending` or for as long as an answer may last."""
    try:
        async with asyncio.timeout(LIFETIME), follower.listening():
            while news := await _unless(ending, follower.after(position)):
                seen = await _looks(services, follower, reader, news)
                for change in news:
                    if told := _told(change, seen.get(change.stream)):
                        yield told
                position = news[-1].position
    except (*AWAY, Refused):  # a timeout is one of them
        return


async def _unless(ending: anyio.Event, news: Coroutine[Any, Any, Sequence[Change]]) -> Sequence[Change]:
    """The news, or nothing once the server ends."""
    coming, end = asyncio.ensure_future(news), asyncio.ensure_future(ending.wait())
    try:
        await asyncio.wait({coming, end}, return_when=asyncio.FIRST_COMPLETED)
        return coming.result() if coming.done() else ()
    finally:
        coming.cancel()
        end.cancel()


async def _looks(services: Services, follower: Follower, reader: str, news: Sequence[Change]) -> dict[str, VisibleCase]:
    """The cases of these changes before the reader; records are none."""
    rows = await visibility.visibilities(services, {change.stream for change in news}, reader)
    newest = {change.stream: change.position for change in news if rows[change.stream].row != "nothing"}
    if not newest:
        return {}
    seen_by = await visibility.policy_viewer(services, reader)
    return {case: look_at(await follower.folded(services, case, at=newest[case]), seen_by) for case in newest}


def _told(change: Change, seen: VisibleCase | None) -> ServerSentEvent | None:
    """What the reader may see of a change, by its number as they count; None where that is nothing (KRN-43).

    Of a case that they only know of they hear that it began: anything more would tell how much happens in it.
    """
    if seen is None or seen.redactor.visibility.row == "nothing":
        return None
    said = {"position": change.position, "case": change.stream}
    if seen.sees_anything:
        numbers = {stored.version: number for number, stored in enumerate(seen.seen, start=1)}
        if change.version not in numbers:
            return None
        said |= {"type": change.type, "version": numbers[change.version]}
    elif change.version > 1:
        return None
    return ServerSentEvent(json.dumps(said), event="change", id=str(change.position))
