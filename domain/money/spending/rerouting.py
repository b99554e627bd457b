"""A lowered limit reroutes what is pending: a step goes to who may decide it today (SPD-05)."""

from domain.kernel.cases.case import Status
from domain.kernel.deciding.conclude import resettle
from domain.kernel.value import Value
from domain.money.spending.events import ApproversChecked
from domain.money.spending.settings import Ctx


class Reroute(Value):
    """Sent when limits changed."""


def reroute(ctx: Ctx, _payload: Reroute) -> None:
    """Whom a step was put to and who may not decide it any more is replaced, as at any decision."""
    ctx.add(ApproversChecked(at=ctx.facts.now))
    for review in list(ctx.case.reviews.values()):
        if review.status is Status.IN_REVIEW:
            resettle(ctx, review.id)
