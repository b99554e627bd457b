"""Adjusting an objective of a plan in force: proposed, approved by a route of its own, and a break where it measures
something else.
"""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from domain.direction.strategy import content as c
from domain.direction.strategy import events as e
from domain.direction.strategy.content import Objective
from domain.direction.strategy.execution import RUNNING, live_objective
from domain.direction.strategy.state import StrategyState
from domain.kernel.cases.case_events import ReviewApproved, ReviewEnded, ReviewRejected, ReviewReturned
from domain.kernel.commands import Text
from domain.kernel.deciding import approval
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CommandSpec, Reaction
from domain.kernel.errors import Refused
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.content import Content, as_logged
from domain.kernel.values.message import N_
from domain.kernel.values.money import Amount
from domain.organisation.policy_needs import PolicyFields

Ctx = DecisionContext[StrategyState]
ROUTE = "adjustment"
SEEN = PolicyFields(
    material={"objective": "word", "adjusted": "other", "dropped": "flag", "breaks": "flag"},
    data={"reason": "word"},
    amount=False,
)
BREAKING = ("measure", "unit", "source", "baseline", "adding")
"""What makes another measure of it: values before and after cannot be compared."""


class AdjustObjective(Value):
    """What is left out stays. A change of measure, unit, source, baseline or adding up begins a new series."""

    objective: c.Id
    text: c.Short | None = None
    owner: c.Person | None = None
    measure: c.Short | None = None
    unit: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    source: Annotated[str, Field(max_length=300)] | None = None
    baseline: Amount | None = None
    target: Amount | None = None
    due: date | None = None
    adding: c.Adding | None = None
    drop: bool = False
    reason: Text


def adjust(ctx: Ctx, payload: AdjustObjective) -> None:
    """Raises Refused `adjustment-open`, `nothing-changed`, and as `check_objective` does."""
    old = live_objective(ctx, payload.objective).objective
    if ctx.state.proposed is not None:
        template = "An adjustment of {id} waits for approval; propose this one once it is decided."
        raise Refused("adjustment-open", template, id=ctx.state.proposed.id)
    new = None if payload.drop else _adjusted(ctx, old, payload)
    number = ctx.state.adjustments + 1
    ctx.add(
        e.AdjustmentProposed(
            number=number, id=old.id, objective=new, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now
        )
    )  # fmt: skip
    approval.open_review(ctx, f"{ROUTE}-{number}", ROUTE, _content(ctx, old, new, payload.reason))


def breaks(old: Objective, new: Objective) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in BREAKING)


def _adjusted(ctx: Ctx, old: Objective, payload: AdjustObjective) -> Objective:
    given = {name: getattr(payload, name) for name in Objective.model_fields if name != "id"}
    new = old.model_copy(update={name: value for name, value in given.items() if value is not None})
    if new == old:
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    c.check_objective(ctx.facts, new)
    return new


def _content(ctx: Ctx, old: Objective, new: Objective | None, reason: str) -> Content:
    material = {
        "objective": old.id, "adjusted": as_logged(dict(new)) if new else None, "dropped": new is None,
        "breaks": new is not None and breaks(old, new),
    }  # fmt: skip
    return Content(
        requester=ctx.case.requester or "", unit=ctx.case.unit or "", material=material,
        data={**material, "reason": reason},
    )  # fmt: skip


def on_approved(ctx: Ctx, event: ReviewApproved) -> None:
    """The adjustment takes effect; another measure begins a new series (STR-04)."""
    proposed = ctx.state.proposed
    if proposed is None or event.review != f"{ROUTE}-{proposed.number}":
        return
    id_, now = proposed.id, ctx.facts.now
    if proposed.objective is None:
        ctx.add(e.ObjectiveDropped(id=id_, reason=proposed.reason, at=now))
    else:
        broken = breaks(ctx.state.live[id_].objective, proposed.objective)
        ctx.add(
            e.ObjectiveAdjusted(id=id_, objective=proposed.objective, breaks=broken, reason=proposed.reason, at=now)
        )  # fmt: skip


def on_refused(ctx: Ctx, event: ReviewRejected | ReviewReturned | ReviewEnded) -> None:
    """What is returned ends too: who proposed it proposes another one."""
    proposed = ctx.state.proposed
    if proposed is not None and event.review == f"{ROUTE}-{proposed.number}":
        ctx.add(e.AdjustmentRefused(number=proposed.number, id=proposed.id, at=ctx.facts.now))
        approval.end(ctx, event.review, "cancelled", "the adjustment was not approved")


ROW: CommandSpec[StrategyState, Any] = CommandSpec(
    name="adjust-objective", payload=AdjustObjective, by=(CaseRole.REQUESTER,), rule=adjust, when=RUNNING,
    label=N_("adjust an objective"),
    help=N_("Proposes another target, day, owner or measure, or to drop it. It counts once it is approved."),
)  # fmt: skip
REACTIONS: tuple[Reaction[StrategyState, Any], ...] = (
    Reaction(ReviewApproved, on_approved),
    Reaction(ReviewRejected, on_refused),
    Reaction(ReviewReturned, on_refused),
    Reaction(ReviewEnded, on_refused),
)
