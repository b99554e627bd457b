"""Looking up the organisation: people by name or id, what changed when, and what one person asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import readmodels
from application.services import Services
from application.visibility import partly, policy_viewer
from domain.kernel.events import Event
from domain.kernel.showing.redaction import Redaction
from domain.organisation import record
from domain.organisation.model import Organisation
from eventstore import log
from runtime.translations import LANGUAGES

_TOLD = ("case", "process", "stage", "closed", "title", "waiting_on", "due_at", "overdue", "opened_at")
AT_ONCE = 300
"""Names that are opened before others may go on."""
OWN = 100
"""At most so many requests of one's own are listed."""


@dataclass(frozen=True)
class Change:
    """One event of the organisation: `version` in its stream, who recorded it and when (UTC)."""

    version: int
    event: Event
    by: str
    at: datetime


async def found_people(services: Services, organisation: Organisation, text: str) -> list[str]:
    """Ids of those who work here, or did, whose id or name in any language has `text` in it. Candidates never.

    The first search after a start opens every name, some at a time; later ones find them open.
    """
    wanted = text.strip().casefold()
    people = sorted(organisation.people)
    if exact := [one for one in people if one.casefold() == wanted]:
        return exact
    found: list[str] = []
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        named = [await services.people.names(some, language) for language in LANGUAGES]
        found += [
            one for one in some if wanted in one.casefold() or any(wanted in names[one].casefold() for names in named)
        ]
    return found


async def changes(
    services: Services, *, before: int | None, limit: int, as_of: datetime | None = None
) -> tuple[list[Change], int | None]:
    """At most `limit` events of the organisation below a version, the newest first, and where the next page begins."""
    async with services.pool.acquire() as conn:
        last = await log.stream_version(conn, record.STREAM) if before is None else before - 1
        stored = await log.read_stream(conn, record.STREAM, after=max(last - limit, 0), as_of=as_of)
    page = [row for row in stored if row.version <= last]
    found = [Change(row.version, record.REGISTRY.decode(row), row.actor, row.recorded_at) for row in reversed(page)]
    return found, (last - limit + 1 if last > limit else None)


async def own_requests(services: Services, person: str) -> Sequence[Mapping[str, Any]]:
    """What `person` asked for and where it is, newest first, as they may see it (KRN-43)."""
    await readmodels.fresh(services.pool, services.processes)
    now = datetime.now(UTC)
    async with services.pool.acquire() as conn:
        rows = await readmodels.asked_by(conn, person, now=now, limit=OWN)
    seen_by = await policy_viewer(services, person)
    told = []
    for row in rows:
        visibility = seen_by.visibility(row.outline)
        shown = Redaction(visibility.hidden).of({name: getattr(row, name) for name in _TOLD})
        if visibility.row != "nothing":
            told.append(shown if visibility.row == "case" else partly(shown, visibility))
    return told
