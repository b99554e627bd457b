"""What cases are about some people, as a reader may see them: a team's reviews and trainings, one's own history."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

import readmodels
from application.queries.listing import Told, seeing, told_row
from application.services import Services
from readmodels import Wanted

MOST = 2_000
"""Cases that are looked at for one page, the newest."""


async def cases_about(
    services: Services, people: Collection[str], *, reader: str, parts: tuple[str, ...], open_only: bool
) -> Mapping[str, list[Told]]:
    """By person the cases in which they have one of these parts, newest first.

    Only those that the reader sees whole: of any other nothing tells whom it is about (KRN-43).
    """
    wanted = Wanted(about=frozenset(people), as_parts=parts, open_only=open_only)
    sees = await seeing(services, wanted, reader)
    await services.fresh()
    now = datetime.now(UTC)
    async with services.pool.acquire() as conn:
        rows = await readmodels.cases(conn, wanted, now=now, limit=MOST)
    found: dict[str, list[Told]] = {person: [] for person in people}
    for row in rows:
        visibility = sees(row)
        if visibility is not None:
            for person in wanted.subjects_of(row):
                found[person].append(told_row(row, visibility))
    return found
