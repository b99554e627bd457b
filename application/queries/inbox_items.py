"""What the few tasks that a page of an inbox shows are about: who asks, how much, on which content, what is new.

One query for all of them; no case is folded. The hash goes back with the decision, so that nobody decides on content
that they were not shown (KRN-14).
"""

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import readmodels
from application.services import Services
from application.visibility import Redactor
from domain.kernel.cases.case_events import ReviewOpened, ReviewResubmitted
from domain.kernel.deciding.tasks import DECIDE
from domain.kernel.events import EventRow
from domain.kernel.process import Process
from domain.kernel.showing.budget_effects import budget_effects, types_of
from domain.kernel.showing.confidential import CONTENT_HASH
from domain.kernel.showing.questions import TYPES as QUESTIONS
from domain.kernel.showing.questions import questions
from domain.kernel.values.content import as_logged
from eventstore import log
from readmodels.rows import InboxRow

Told = Mapping[str, Any]

ROUNDS = ("ReviewOpened", "ReviewResubmitted")
TYPES = (*ROUNDS, *QUESTIONS, "Attached")
DECIDED = ("Decided", "DecisionsVoided")


@dataclass(frozen=True)
class Offered:
    """What one task is about. `amount` is JSON, or the mark of what is hidden; `fields` are what approvers answer for,
    `every` what can be named in a return.

    `content_hash` is that of the step; empty for a task that decides nothing, and where a part of the content is
    hidden, which it would tell. `changed` are the fields that the newest round changed; `shared` says that several
    people are asked. `why` are the values that say why it is asked for, by name, as JSON; `files` the name and hash of
    each document about it, `data` all that was submitted. A task that answers has its `question`, asked `by`;
    `waiting_for` are those who were asked about a decision and have not answered. `checks` are what it does to budget
    lines, as JSON.
    """

    requester: str = ""
    amount: Any = None
    content_hash: str = ""
    fields: tuple[str, ...] = ()
    every: tuple[str, ...] = ()
    round: int = 0
    changed: tuple[str, ...] = ()
    shared: bool = False
    why: tuple[tuple[str, Any], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    question: Any = ""
    by: str = ""
    waiting_for: tuple[str, ...] = ()
    checks: tuple[Mapping[str, Any], ...] = ()
    data: Told = field(default_factory=dict)


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
        money = {kind for name in set(cases.values()) for kind in types_of(services.process(name).events)}
        events = await log.read_types(conn, list(cases), [*TYPES, *sorted(money)])
        askers = await readmodels.requesters(conn, list(cases))
    return {
        row.task: _asked_by(
            _offered(row, services.process(row.process), events.get(row.case, ()), seen[row.case], row.task in several),
            askers.get(row.case, ""),
            seen[row.case],
        )
        for row in rows
    }


def _asked_by(about: Offered, asker: str, seen: Redactor) -> Offered:
    """With who asked for the case, where the task is no step of an approval and its reader sees the case."""
    if about.requester or seen.visibility.row != "case":
        return about
    told = seen.of({"requester": asker})["requester"]
    return replace(about, requester=told) if isinstance(told, str) else about


Rounds = list[ReviewOpened | ReviewResubmitted]


def _offered(
    row: InboxRow, process: Process[Any], events: Iterable[EventRow], seen: Redactor, several: bool
) -> Offered:
    events = list(events)
    asked = questions((each.type, each.payload) for each in events)
    own = asked.get(row.task)
    told = Offered(shared=several, question=seen.of({"question": own.text})["question"], by=own.by) if own else None
    rounds = _rounds(process, events, row.subject)
    if not rounds or row.kind != DECIDE or seen.visibility.row != "case":
        return told or Offered(shared=several)
    return replace(
        _decided(process, rounds, row.step, seen),
        shared=several,
        files=_files(events, row, seen),
        checks=budget_effects(process, events, row.subject, seen.of),
        waiting_for=tuple(each.of for each in asked.values() if each.about == row.task),
    )


def _rounds(process: Process[Any], events: Iterable[EventRow], review: str) -> Rounds:
    """The submissions of a review, oldest first."""
    found = (process.events.decode(each) for each in events if each.type in ROUNDS)
    return [each for each in found if isinstance(each, ReviewOpened | ReviewResubmitted) and each.review == review]


def _decided(process: Process[Any], rounds: Rounds, step: str, seen: Redactor) -> Offered:
    """What is decided on, as it was submitted last."""
    opened, newest = rounds[0], rounds[-1]
    assert isinstance(opened, ReviewOpened)
    data = seen.of(as_logged(newest.data))
    return Offered(
        requester=opened.requester,
        amount=seen.of(as_logged({"amount": newest.amount}))["amount"],
        content_hash="" if CONTENT_HASH in seen.visibility.hidden else _hash(newest, step),
        fields=tuple(sorted(newest.fields)),
        every=tuple(sorted({*newest.fields, *newest.data})),
        round=newest.round,
        changed=newest.changed if isinstance(newest, ReviewResubmitted) else (),
        why=tuple((name, data[name]) for name in process.asking.why if data.get(name)),
        data=data,
    )


async def decided_before(services: Services, row: InboxRow, seen: Redactor) -> list[dict[str, Any]]:
    """The decisions of others in the approval that this task is a step of, as rows of a timeline, oldest first."""
    if row.kind != DECIDE or seen.visibility.row != "case":
        return []
    async with services.pool.acquire() as conn:
        events = (await log.read_types(conn, [row.case], DECIDED)).get(row.case, ())
    told = [{"type": each.type, "data": seen.of(each.payload)} for each in events]
    return [each for each in told if each["data"].get("review") == row.subject]


def _files(events: Iterable[EventRow], row: InboxRow, seen: Redactor) -> tuple[tuple[str, str], ...]:
    """The documents of the case, its review and this task; those of other reviews are on the page of the case."""
    attached = (seen.of(each.payload)["attachment"] for each in events if each.type == "Attached")
    about = (None, row.subject, row.task)
    return tuple((each["name"], each["sha256"]) for each in attached if "sha256" in each and each.get("about") in about)


def _hash(newest: ReviewOpened | ReviewResubmitted, step: str) -> str:
    return next((plan.content_hash for plan in newest.steps if plan.name == step), "")
