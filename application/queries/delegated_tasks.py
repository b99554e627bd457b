"""Whether a reader may do an open task for somebody they stand in for: what the decision itself would say (KRN-20)."""

from application.queries.available_commands import facts_of
from application.services import Services
from application.visibility import VisibleCase
from domain.kernel.command import Command
from domain.kernel.deciding.steps import route_at_hand
from domain.kernel.deciding.tasks import DECIDE
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.routing.delegates import acting_on, refuse_unfit
from domain.kernel.routing.route import asking


async def acts_for(services: Services, seen: VisibleCase, task: str, principal: str) -> bool:
    """By the delegations of now: their scope, and what a stand-in may never decide (KRN-21)."""
    case = seen.process.case(seen.state)
    wondering = Command(case=case.id, process=case.process, name="decide", actor=str(seen.reader), channel="mail")
    facts = await facts_of(services, case)
    ctx = DecisionContext(seen.state, wondering, facts, evolve=seen.process.evolve, case=seen.process.case)
    found = case.tasks[task]
    try:
        acting = acting_on(ctx, found, on_behalf_of=principal)
        if found.kind == DECIDE:
            review = case.reviews[found.subject]
            step = route_at_hand(ctx, review.route).step(found.step)
            refuse_unfit(asking(ctx.facts, case, review), step, found, acting)
    except Refused:
        return False
    return True
