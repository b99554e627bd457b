"""Decisions without a workflow: what the activity of a worker does."""

from activities.decide import Decider
from domain.kernel.command import Command
from tests.mail.conftest import CASE, Desk
from workflows.messages import Perform, Performed


async def approved(desk: Desk) -> Performed:
    """The task that waits, approved by whoever was asked."""
    command = Command(
        case=CASE,
        process="hiring",
        name="decide",
        actor=desk.person,
        payload={"task": desk.task["id"], "outcome": "approve"},
    )
    return await Decider(desk.services.pool, desk.services.processes).perform(Perform(command=command, known=0))
