"""The end of a year for one commitment: carried, re-encumbered at its real price, or cancelled (BUD-09)."""

from domain.kernel.year_end import MoveCommitment, moved
from domain.money.spending.events import CommitmentMoved
from domain.money.spending.settings import Ctx, end


def move_commitment(ctx: Ctx, payload: MoveCommitment) -> None:
    """What the budget's year end tells. What is cancelled and holds nothing any more is over. Raises as `moved`."""
    made = moved(ctx.facts, ctx.state, payload)
    ctx.add(
        CommitmentMoved(
            transfers=made.transfers, year_from=payload.period, year_to=payload.target, how=payload.decision,
            amount=made.amount, numbers=made.numbers, at=ctx.facts.now,
        )
    )  # fmt: skip
    if payload.decision == "cancel" and not ctx.state.holdings.open:
        end(ctx, "short_closed", "cancelled at the end of the year")
