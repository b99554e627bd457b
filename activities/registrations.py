"""The activities as the worker registers them: thin functions with names, types and metrics-friendly outcomes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from temporalio import activity

import metrics
from activities.decide import Decider
from activities.deliver import Deliverer
from activities.load import load
from eventstore.database import Pool
from workflows import names
from workflows.messages import Load, Loaded, Perform, Performed

logger = structlog.get_logger(__name__)


def registrations(pool: Pool, decider: Decider, deliverer: Deliverer) -> list[Callable[..., Any]]:
    """One closure per activity over the worker's resources."""

    @activity.defn(name=names.PERFORM)
    async def perform(request: Perform) -> Performed:
        with metrics.timed(metrics.ACTIVITIES, activity=names.PERFORM):
            done = await decider.perform(request)
        command = request.command
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
        with metrics.timed(metrics.ACTIVITIES, activity=names.LOAD):
            return await load(pool, request)

    @activity.defn(name=names.DELIVER)
    async def deliver(effect: UUID) -> None:
        with metrics.timed(metrics.ACTIVITIES, activity=names.DELIVER):
            await deliverer.deliver(effect)

    return [perform, load_case, deliver]
