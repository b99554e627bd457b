"""The stream of a case for a workflow that starts, continues, or comes back from the log."""

from collections.abc import Sequence

from activities.decide import summary
from domain.kernel.events import EventRow
from eventstore import effects as outbox
from eventstore import log
from eventstore.database import Pool
from workflows.messages import EffectToDo, Load, Loaded

PAGE = 500
"""Events in one page: well below Temporal's limit of 2 MB for a payload with events of the usual size."""


async def load(pool: Pool, request: Load) -> Loaded:
    """The next page after `request.after`; with the last page, the effects still to be delivered."""
    async with pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        events: Sequence[EventRow] = await log.read_stream(conn, request.case, after=request.after)
        if len(events) > PAGE:
            return Loaded(events=tuple(events[:PAGE]), more=True)
        todo = [
            EffectToDo(id=effect.id, kind=effect.kind, summary=summary(effect.kind, effect.payload))
            for effect in await outbox.pending(conn, request.case)
        ]
        return Loaded(events=tuple(events), effects=tuple(todo))
