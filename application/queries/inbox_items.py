"""What the few tasks that a page of an inbox shows are about: who asks, how much, on which content, what is new.

One query for all of them; no case is folded. The hash goes back with the decision, so that nobody decides on content
that they were not shown (KRN-14).
"""

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import readmodels
from application.services import Services
from application.visibility import Redactor
from domain.kernel.cases.case_events import ReviewOpened, ReviewResubmitted
from domain.kernel.events import EventRow, Registry
from domain.kernel.showing.confidential import CONTENT_HASH
from domain.kernel.values.content import as_logged
from eventstore import log
from readmodels.rows import InboxRow

TYPES = ("ReviewOpened", "ReviewResubmitted")


@dataclass(frozen=True)
class Offered:
    """What one task is about. `amount` is JSON, or the mark of what is hidden; `fields` can be named in a return.

    `content_hash` is that of the step; empty for a task that decides nothing, and where a part of the content is
    hidden, which it would tell. `changed` are the fields that the newest round changed; `shared` says that several
    people are asked.
    """

    requester: str = ""
    amount: Any = None
    content_hash: str = ""
    fields: tuple[str, ...] = ()
    round: int = 0
    changed: tuple[str, ...] = ()
    shared: bool = False


async def shared(services: Services, rows: Iterable[InboxRow]) -> frozenset[str]:
    """Which tasks several people are asked to do."""
    async with services.pool.acquire() as conn:
        return await readmodels.shared_tasks(conn, {row.task: row.case for row in rows})


async def offered(
    services: Services, rows: Collection[InboxRow], seen: Mapping[str, Redactor], several: Container[str]
) -> dict[str, Offered]:
    """What each of these tasks is about, as far as their reader may see it (KRN-43); `several` as from `shared`."""
    cases = {row.case: row.process for row in rows}
    async with services.pool.acquire() as conn:
        events = await log.read_types(conn, list(cases), TYPES)
    reviews = {case: _reviews(services.process(cases[case]).events, stored) for case, stored in events.items()}
    return {row.task: _offered(row, reviews.get(row.case, {}), seen[row.case], row.task in several) for row in rows}


Rounds = list[ReviewOpened | ReviewResubmitted]


def _reviews(registry: Registry, stored: Iterable[EventRow]) -> dict[str, Rounds]:
    """The submissions of each review of a case, oldest first."""
    found: dict[str, Rounds] = {}
    for each in stored:
        event = registry.decode(each)
        assert isinstance(event, ReviewOpened | ReviewResubmitted)
        found.setdefault(event.review, []).append(event)
    return found


def _offered(row: InboxRow, reviews: Mapping[str, Rounds], seen: Redactor, several: bool) -> Offered:
    rounds = reviews.get(row.subject, [])
    if not rounds or seen.visibility.row != "case":
        return Offered(shared=several)
    opened, newest = rounds[0], rounds[-1]
    assert isinstance(opened, ReviewOpened)
    return Offered(
        requester=opened.requester,
        amount=seen.of(as_logged({"amount": newest.amount}))["amount"],
        content_hash="" if CONTENT_HASH in seen.visibility.hidden else _hash(newest, row.step),
        fields=tuple(sorted(newest.fields)),
        round=newest.round,
        changed=newest.changed if isinstance(newest, ReviewResubmitted) else (),
        shared=several,
    )


def _hash(newest: ReviewOpened | ReviewResubmitted, step: str) -> str:
    return next((plan.content_hash for plan in newest.steps if plan.name == step), "")
