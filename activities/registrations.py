"""The activities as the worker registers them: thin functions with names, types and metrics-friendly outcomes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from temporalio import activity
from temporalio.common import RawValue

from activities.decide import Decider
from activities.deliver import Deliverer
from activities.gate import as_arrived
from activities.load import load
from activities.trouble import watched
from eventstore.database import Pool
from runtime import metrics
from workflows import names
from workflows.codec import is_sealed
from workflows.messages import Load, Loaded, Perform, Performed

logger = structlog.get_logger(__name__)


def registrations(pool: Pool, decider: Decider, deliverer: Deliverer) -> list[Callable[..., Any]]:
    """One closure per activity over the worker's resources."""
    for name in (names.PERFORM, names.LOAD, names.DELIVER):
        metrics.ACTIVITIES.labels(name, "failed")  # shown from the start, so that the first failure is an increase

    @activity.defn(name=names.PERFORM)
    async def perform(raw: RawValue) -> Performed:
        """Raw, because a decoded value does not say whether it had been encrypted."""
        sent = activity.payload_converter().from_payload(raw.payload, Perform)
        request = as_arrived(sent, sealed=is_sealed(raw.payload))
        command = request.command
        async with watched(pool, names.PERFORM, command=command.name):
            done = await decider.perform(request)
        logger.info(
            "refused" if done.refusal else "decided",
            case=command.case,
            command=command.name,
            command_id=str(command.command_id),
            actor=command.actor,
            channel=command.channel,
            code=done.refusal.code if done.refusal else None,
            version=done.version,
            repeated=done.repeated,
        )
        return done

    @activity.defn(name=names.LOAD)
    async def load_case(request: Load) -> Loaded:
        async with watched(pool, names.LOAD):
            return await load(pool, request)

    @activity.defn(name=names.DELIVER)
    async def deliver(effect: UUID) -> None:
        async with watched(pool, names.DELIVER):
            await deliverer.deliver(effect, activity.info().attempt)

    return [perform, load_case, deliver]
