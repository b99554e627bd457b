"""Setting up the office from files: organisation and policy. Each change is an event (KRN-42, KRN-40)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import readmodels
from activities.record_cache import organisation_book, policy_book
from application.administration.regrounding import tasks_on_holidays
from application.files.organisation import OrganisationFiles, read_organisation
from application.files.policy import PolicyFile, read_policy
from application.people import Plan
from application.records import append_on, append_record
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.policy import Policy
from domain.organisation import policies, record
from domain.organisation.events import CalendarSet, UnitSet
from domain.organisation.model import Organisation, Unit
from domain.organisation.policies import Needs
from domain.organisation.problems import refusal
from domain.organisation.units import pointing_to
from eventstore import log
from readmodels.wanted import Wanted

MOST_LISTED = 1_000


async def import_organisation(services: Services, paths: Sequence[Path], *, actor: str, today: date) -> dict[str, Any]:
    """Imports files as one. Returns how many events changed the organisation and how many people's details changed.

    With a holiday that is new also how many open tasks are due later for it (ORG-07), and with a unit that ends what
    still points to it (ORG-06).

    Raises Refused `bad-file` with every problem, `used-id` or `erased` if one row has that alone, `mail-taken`,
    `changed-meanwhile`; then nothing was recorded, and every address leads to whom it led before.
    """
    files = read_organisation(paths, today)
    async with services.pool.acquire() as conn:
        current = await organisation_book().read(conn)
    events, plans = await _planned(services, current, files, today)
    plans = await services.people.ready(plans)
    people = await _record(services, plans, events, version=current.version, actor=actor)
    done: dict[str, Any] = {"events": len(events), "people": people}
    if ending := [event.unit for event in events if isinstance(event, UnitSet) and event.unit.end]:
        done["still_in"] = {unit.id: await _still_in(services, unit) for unit in ending}
    if any(_declares(event, current) for event in events):
        done["due_times"] = await tasks_on_holidays(services, datetime.now(UTC))
    return done


async def _still_in(services: Services, unit: Unit) -> list[str]:
    """What belongs to a unit that ends, and its open cases."""
    await services.fresh()
    organisation, now = await services.organisation(), datetime.now(UTC)
    wanted = Wanted(units=frozenset({unit.id}), open_only=True)
    async with services.pool.acquire() as conn:
        rows = await readmodels.cases(conn, wanted, now=now, limit=MOST_LISTED)
    last = (unit.end or now.date()) - timedelta(days=1)
    return [*pointing_to(organisation, unit.id, last), *(f"case {row.case}" for row in rows)]


def _declares(event: Event, before: Organisation) -> bool:
    """Whether a calendar that is in use has days off that it had not."""
    if not isinstance(event, CalendarSet) or event.calendar.id not in before.calendars:
        return False
    return bool(event.calendar.holidays.keys() - before.calendars[event.calendar.id].holidays.keys())


async def _planned(
    services: Services, current: Organisation, files: OrganisationFiles, today: date
) -> tuple[list[Event], list[Plan]]:
    """What an import would record. Raises Refused with all that is wrong, of people too (ORG-02)."""
    events: list[Event] = []
    plans: list[Plan] = []
    refused: list[Refused] = []
    try:
        events = record.plan_import(current, files.wanted, today)
    except Refused as wrong:
        refused.append(wrong)
    for line in files.details:
        try:
            plans.append(await services.people.plan(*line.value, where=line.where))
        except Refused as wrong:
            refused.append(wrong)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise refusal([text for one in refused for text in one.details.get("problems", [one.message])])
    return events, plans


async def _record(
    services: Services, plans: Sequence[Plan], events: Sequence[Event], *, version: int, actor: str
) -> int:
    """All of an import in one transaction, or nothing; the number of people whose details changed.

    Decisions wait only while the organisation changes, not while thousands of people are recorded.
    """
    import_id = uuid4()
    async with services.people.addressing(plans), services.pool.acquire() as conn, conn.transaction():
        people = [
            await services.people.record_on(conn, plan, actor=actor, command_id=uuid5(import_id, plan.record.id))
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
