"""Budgets for tests of other processes: plans of budget lines, posted through the real decider."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from activities.decide import Decider
from domain.kernel.command import Command
from eventstore.database import Pool
from tests.support.buying import BUYING
from workflows.messages import Perform


async def give_plans(pool: Pool, plans: Sequence[tuple[str, str, str]]) -> None:
    """Each is a line, a period and an amount, such as `("it-training", "2027", "500000 THB")`."""
    if not plans:
        return
    steps = [{"do": "plan", "line": line, "period": period, "amount": amount} for line, period, amount in plans]
    command = Command(
        case=f"plans-{uuid4().hex[:8]}", process="buying", name="buy", actor="e1001", payload={"steps": steps},
        at=datetime.now(UTC),
    )  # fmt: skip
    done = await Decider(pool, {"buying": BUYING}).perform(Perform(command=command, known=0))
    assert done.refusal is None, done.refusal
