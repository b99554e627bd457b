"""Setting up the office from files: organisation and policy. Each change is an event (KRN-42, KRN-40)."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4, uuid5

from activities.books import organisation_book, policy_book
from domain.kernel.events import Event
from domain.kernel.policy import Policy
from domain.organisation import policies, record
from domain.organisation.policies import Needs
from edge.door import Door
from edge.people import Plan
from edge.records import append_on, append_record
from eventstore import log
from files.organisation import read_organisation
from files.policy import PolicyFile, read_policy


async def import_organisation(door: Door, paths: Sequence[Path], *, actor: str, today: date) -> dict[str, int]:
    """Imports files as one. Returns how many events changed the organisation and how many people's details changed.

    Raises Refused `bad-file` with every problem, `used-id`, `mail-taken`, `changed-meanwhile`; then nothing was
    recorded, and every address leads to whom it led before.
    """
    files = read_organisation(paths, today)
    async with door.pool.acquire() as conn:
        current = await organisation_book().read(conn)
    events = record.plan_import(current, files.wanted, today)
    plans = [await door.people.plan(*line.value, where=line.where) for line in files.details]
    plans = await door.people.ready(plans)
    people = await _record(door, plans, events, version=current.version, actor=actor)
    return {"events": len(events), "people": people}


async def _record(door: Door, plans: Sequence[Plan], events: Sequence[Event], *, version: int, actor: str) -> int:
    """All of an import in one transaction, or nothing; the number of people whose details changed.

    Decisions wait only while the organisation changes, not while thousands of people are recorded.
    """
    import_id = uuid4()
    async with door.people.addressing(plans), door.pool.acquire() as conn, conn.transaction():
        people = [
            await door.people.record_on(conn, plan, actor=actor, command_id=uuid5(import_id, plan.record.id))
            for plan in plans
        ]
        if events:
            await log.change_records(conn)
            await append_on(
                conn,
                stream=record.STREAM,
                process=record.STREAM,
                expected_version=version,
                events=events,
                actor=actor,
                command_id=import_id,
            )
    return sum(people)


async def check_policy(door: Door, file: PolicyFile, needs: Mapping[str, Needs], *, today: date) -> Policy:
    """The policy of a file, checked against the organisation and the version in force. Raises Refused `bad-policy`."""
    async with door.pool.acquire() as conn:
        book = await policy_book().read(conn)
        organisation = await organisation_book().read(conn)
    file.check(organisation, needs, today, in_force=book.in_force if book.versions else None)
    return file.policy


async def publish_policy(
    door: Door, path: Path, needs: Mapping[str, Needs], *, actor: str, today: date, command_id: UUID | None = None
) -> int:
    """Publishes a checked policy and returns the version in force. The same content again publishes nothing.

    Raises Refused `bad-file`, `bad-policy`.
    """
    policy = await check_policy(door, read_policy(path), needs, today=today)
    async with door.pool.acquire() as conn:
        book = await policy_book().read(conn)
    events = policies.publish(book, policy, actor)
    if events:
        await append_record(
            door.pool,
            stream=policies.STREAM,
            process=policies.STREAM,
            expected_version=book.version,
            events=events,
            actor=actor,
            command_id=command_id or uuid4(),
        )
    return max([*book.versions, 0]) + len(events)
