"""What people and machines may see: inbox, one case, its timeline. Words of the contract, rows of the views."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from application.administration import delegations
from application.queries.sealed import opened
from application.services import Services
from application.visibility import PolicyViewer, Redactor, VisibleCase, look, policy_viewer, redactors
from domain.kernel.errors import Refused
from domain.kernel.events import EventRow
from domain.kernel.showing.confidential import ASKED, HOLDER, Visibility
from domain.kernel.showing.task_sight import is_whole
from domain.kernel.values.message import Message
from domain.organisation.delegations import STREAM as DELEGATIONS
from eventstore import log
from eventstore import notifications as told_people
from readmodels.rows import InboxRow


async def inbox(services: Services, person: str, *, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """The open tasks of a person, the most urgent first, as the log has them now or had them at `as_of` (KRN-50).

    `for` is the person it is done for, None for one's own (KRN-22).
    """
    seen_by = await policy_viewer(services, person)
    rows = await (waiting(services, seen_by) if as_of is None else delegations.inbox_at(services, person, as_of))
    seen = await asked(services, rows, seen_by)
    return [_told_task(as_seen(row, seen[row.case])) for row in rows]


async def waiting(services: Services, seen_by: PolicyViewer) -> list[InboxRow]:
    """The open tasks of a person, the most urgent first, with nothing hidden yet: see `asked` and `as_seen`."""
    await services.fresh()
    return await delegations.inbox(services, seen_by.viewer)


async def asked(services: Services, rows: Iterable[InboxRow], seen_by: PolicyViewer) -> Mapping[str, Redactor]:
    """What somebody sees of the cases in which they are asked to do these tasks: by what each task needs (KRN-43)."""
    rows = list(rows)
    parts = {row.case for row in rows if is_whole(services.processes[row.process].confidential.tasks, row.kind)}
    with_part = {row.case: row.process for row in rows if row.case in parts}
    others = {row.case: row.process for row in rows if row.case not in parts}
    return {
        **await redactors(services, with_part, seen_by, also=ASKED),
        **await redactors(services, others, seen_by, also=HOLDER),
    }


def as_seen(row: InboxRow, seen: Redactor) -> InboxRow:
    """A row of an inbox with what its reader may see of it."""
    about = seen.message(row.case_title) if row.case_title else None
    return row.model_copy(update={"title": seen.message(row.title), "case_title": about})


def _told_task(row: InboxRow) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude={"person", "title"}) | {
        "title": str(row.title),
        "message": row.title,
        "for": row.principal,
    }


async def notifications(services: Services, person: str, *, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """What a person was told until now or `as_of` (KRN-50), oldest first; items of one digest share its day."""
    async with services.pool.acquire() as conn:
        found = await told_people.told(conn, person, as_of=as_of)
    cases = {told.case: "" for told in found if told.case != DELEGATIONS}
    seen = {**await redactors(services, cases, await policy_viewer(services, person)), DELEGATIONS: Redactor()}
    return [_told(told, seen[told.case]) for told in found if hears(seen[told.case].visibility, told.task)]


def hears(visibility: Visibility, task: str | None) -> bool:
    """Whether somebody is told of a case by what they see of it; of a task alone, only what is about a task."""
    return visibility.row != "nothing" and not (visibility.row == "task" and task is None)


def _told(told: told_people.Told, seen: Redactor) -> dict[str, Any]:
    about = seen.message(Message.model_validate(told.about))
    return {
        "digest": told.digest.isoformat() if told.digest else None,
        "case": told.case,
        "task": told.task,
        "text": str(about),
        "message": about,
        "at": told.at.isoformat(),
    }


async def show(services: Services, case: str, *, as_of: datetime | None, reader: str | None) -> dict[str, Any]:
    """One case as `reader` may see it (None: the operator), now or as it was known at `as_of` (KRN-43, KRN-50).

    Raises Refused `no-such-case`, `not-yet`.
    """
    seen = await look(services, case, reader, as_of=as_of)
    told: dict[str, Any] = await opened(services, seen, seen.described())
    return told


async def timeline(
    services: Services, case: str, *, as_of: datetime | None, reader: str | None
) -> list[dict[str, Any]]:
    """The events of a case in order, those that `reader` may see, numbered as they see them (HIR-04, KRN-43).

    What they may not see has no row and leaves no gap; there is nothing of a case of which they only know that it
    exists. Raises Refused as `show` does.
    """
    seen = await look(services, case, reader, as_of=as_of)
    rows = [_told_event(seen, stored, number) for number, stored in enumerate(seen.seen, start=1)]
    told: list[dict[str, Any]] = await opened(services, seen, rows)
    return told


_ROW = {"type", "actor", "on_behalf_of", "recorded_at", "channel", "command_id"}


def _told_event(seen: VisibleCase, stored: EventRow, number: int) -> dict[str, Any]:
    told = stored.model_dump(mode="json", include=_ROW)
    return {"version": number, **told, "data": seen.redactor.of(stored.payload)}


async def recorded(
    services: Services, command_id: UUID, *, reader: str, origin: log.Origin = log.CLIENT
) -> dict[str, Any] | None:
    """The first event of a command that `reader` gave, as the timeline has it, with its case.

    None for any other, and for one in a case that they must not know of any more (KRN-43).
    """
    async with services.pool.acquire() as conn:
        events = await log.events_of_command(conn, command_id, origin)
        process = await log.process_of(conn, events[0].stream) if events else None
    if process not in services.processes or events[0].actor != reader:
        return None
    first = events[0]
    try:
        seen = await look(services, first.stream, reader)
    except Refused:
        return None
    rows = ((number, stored) for number, stored in enumerate(seen.seen, start=1) if stored.version == first.version)
    return next(({**_told_event(seen, stored, number), "case": first.stream} for number, stored in rows), None)


async def answered_by(services: Services, task: str, *, reader: str | None) -> list[str]:
    """The fields that the step of an open task answers for; none for a task that is not an open decision."""
    try:
        seen = await look(services, task.rpartition(".")[0], reader)
    except Refused:
        return []
    case = seen.process.case(seen.state)
    found = case.tasks.get(task) if seen.sees_case else None
    return sorted(case.reviews[found.subject].fields) if found and found.subject in case.reviews else []
