"""An internal candidate has an offer: their manager is told, and asked about filling their position again (HIR-10)."""

from decimal import Decimal

from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.message import N_
from domain.people.hiring import commands as c
from domain.people.hiring import events as e
from domain.people.hiring.lookups import Wire
from domain.people.hiring.state import Offer

BACKFILL = "backfill"


def propose_backfill(ctx: Wire, offer: Offer) -> None:
    """Nothing for candidates from outside, and for those whom nobody leads."""
    candidate, organisation = ctx.state.candidates[offer.candidate], ctx.facts.organisation
    if candidate.internal is None:
        return
    day = today_of(ctx.facts, candidate.internal)
    manager = organisation.manager_of(candidate.internal, day)
    if manager is None:
        return
    position = organisation.people[candidate.internal].position_on(day)
    ctx.add(
        e.BackfillProposed(
            offer=offer.id, candidate=candidate.id, person=candidate.internal, position=position, manager=manager,
            at=ctx.facts.now,
        )
    )  # fmt: skip
    tasks.assign(
        ctx, kind=BACKFILL, subject=offer.id, assignees=(manager,), basis="manager of the candidate",
        title=N_("{person} has an offer for another position: is {position} to be filled again?",
                 person=candidate.internal, position=position),
        command="answer-backfill", due_days=Decimal(5), without_end=True,
    )  # fmt: skip


def answer_backfill(ctx: Wire, payload: c.AnswerBackfill) -> None:
    """Whoever says yes raises the requisition themself: its terms are theirs to say. Raises Refused `other-task`."""
    task = tasks.require(ctx, payload.task)
    if task.kind != BACKFILL:
        raise Refused(
            "other-task", "Task {task} is something else; do it with {command}.", task=task.id, command=task.command
        )
    tasks.finish(ctx, payload.task)
    ctx.add(
        e.BackfillAnswered(
            offer=task.subject, needed=payload.needed, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now
        )
    )  # fmt: skip
