"""Changing the organisation by commands, its register of skills among it (KRN-42, JOB-03)."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from application.commands.compose import Actor
from application.records import append_on, standing_still
from application.services import Services
from domain.kernel.events import Event
from domain.organisation import record, skilling
from domain.organisation.jobs import Skill
from domain.organisation.model import Organisation


async def changed_organisation(
    services: Services, actor: Actor, change: Callable[[Organisation, datetime], Sequence[Event]]
) -> tuple[Organisation, int | None]:
    """The organisation with the change in it, and its position; None if it was there already."""
    async with standing_still(services.pool) as conn:
        known = (await services.record_cache.records(conn)).organisation
        if not (events := change(known, datetime.now(UTC))):
            return known, None
        position = await append_on(
            conn,
            stream=record.STREAM,
            process=record.STREAM,
            expected_version=known.version,
            events=events,
            actor=actor.person,
            command_id=uuid4(),
            channel=actor.channel,
        )
    return record.fold(known, events), position


async def set_skill(services: Services, skill: Skill, actor: Actor) -> dict[str, Any]:
    """The skill as the register has it now. Safe to repeat. Raises Refused as `skilling.set_skill`."""

    def change(known: Organisation, now: datetime) -> Sequence[Event]:
        return skilling.set_skill(known, skill, by=actor.person, now=now)

    after, position = await changed_organisation(services, actor, change)
    return {"changed": position is not None, **after.skills[skill.id].model_dump(mode="json")}
