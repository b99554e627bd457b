"""Setting up the office from files: organisation and policy. Each change is an event (KRN-42, KRN-40)."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4, uuid5

from activities.record_cache import organisation_book, policy_book
from application.files.organisation import read_organisation
from application.files.policy import PolicyFile, read_policy
from application.records import append_record
from application.services import Services
from domain.kernel.policy import Policy
from domain.organisation import policies, record
from domain.organisation.policies import Needs


async def import_organisation(services: Services, paths: Sequence[Path], *, actor: str, today: date) -> dict[str, int]:
    """Imports files as one. Returns how many events changed the organisation and how many people's details changed.

    Raises Refused `bad-file` with every problem; then nothing was recorded.
    """
    files = read_organisation(paths, today)
    async with services.pool.acquire() as conn:
        current = await organisation_book().read(conn)
    events = record.plan_import(current, files.wanted, today)
    plans = [await services.people.plan(*line.value, where=line.where) for line in files.details]
    # People first: an organisation must never name someone who cannot be found by name.
    import_id = uuid4()
    people = 0
    for plan in plans:
        people += await services.people.carry_out(plan, actor=actor, command_id=uuid5(import_id, plan.record.id))
    if events:
        await append_record(
            services.pool,
            stream=record.STREAM,
            process=record.STREAM,
            expected_version=current.version,
            events=events,
            actor=actor,
            command_id=import_id,
        )
    return {"events": len(events), "people": people}


async def check_policy(services: Services, file: PolicyFile, needs: Mapping[str, Needs], *, today: date) -> Policy:
    """The policy of a file, checked against the organisation and the version in force. Raises Refused `bad-policy`."""
    async with services.pool.acquire() as conn:
        book = await policy_book().read(conn)
        organisation = await organisation_book().read(conn)
    file.check(organisation, needs, today, in_force=book.in_force if book.versions else None)
    return file.policy


async def publish_policy(
    services: Services,
    path: Path,
    needs: Mapping[str, Needs],
    *,
    actor: str,
    today: date,
    command_id: UUID | None = None,
) -> int:
    """Publishes a checked policy and returns the version in force. The same content again publishes nothing.

    Raises Refused `bad-file`, `bad-policy`.
    """
    policy = await check_policy(services, read_policy(path), needs, today=today)
    async with services.pool.acquire() as conn:
        book = await policy_book().read(conn)
    events = policies.publish(book, policy, actor)
    if events:
        await append_record(
            services.pool,
            stream=policies.STREAM,
            process=policies.STREAM,
            expected_version=book.version,
            events=events,
            actor=actor,
            command_id=command_id or uuid4(),
        )
    return max([*book.versions, 0]) + len(events)
