"""The one log of a project: risks, assumptions, issues, dependencies, decisions, changes, actions (DEL-05)."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.kernel import items as kernel_items
from domain.kernel.errors import Refused
from domain.kernel.items import ItemsSpec
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.projects.delivery.commands import TurnEntry
from domain.projects.delivery.roles import Role
from domain.projects.delivery.rules.context import Ctx, days
from domain.projects.delivery.state import LIVE

EntryKind = Literal["risk", "assumption", "issue", "dependency", "decision", "change", "action"]
BECOMES = {"risk": "issue", "issue": "action"}


class EntryDetails(Value):
    """`probability` and `impact` from 1 to 5 are those of a risk; their product is its exposure."""

    kind: EntryKind
    response: Annotated[str, Field(max_length=2000)] | None = None
    probability: Annotated[int, Field(ge=1, le=5)] | None = None
    impact: Annotated[int, Field(ge=1, le=5)] | None = None
    came_from: Annotated[str, Field(max_length=80)] | None = Field(
        default=None, description="the entry that it was before"
    )


LOG = ItemsSpec(
    noun="entry",
    name="log",
    labels={"add": N_("add to the log"), "change": N_("change an entry"), "close": N_("close an entry")},
    helps={
        "add": N_("Logs a risk, assumption, issue, dependency, decision, change or action, with its owner and day."),
        "change": N_("Changes an entry of the log; its earlier shape stays in its history."),
        "close": N_("Closes an entry of the log."),
    },
    outcomes=("done", "occurred", "accepted", "dropped", "turned"),
    details=EntryDetails,
    editors=(Role.MANAGER, Role.DELEGATOR, Role.SPONSOR, Role.PMO),
    when=LIVE,
    most=500,
    carries_to="project",
)


def turn_entry(ctx: Ctx, payload: TurnEntry) -> None:
    """A risk becomes an issue, an issue an action. Raises Refused `no-such-item`, `item-over`, `cannot-become`."""
    item = kernel_items.open_item(LOG, ctx, payload.item)
    kind = str(item.details.get("kind"))
    if BECOMES.get(kind) != payload.into:
        template = "A {kind} cannot become an {into}; a risk becomes an issue, an issue an action."
        raise Refused("cannot-become", template, kind=kind, into=payload.into)
    details = EntryDetails(kind=payload.into, came_from=item.id)
    made = kernel_items.add(LOG, ctx, text=payload.text, owner=payload.owner, due=payload.due, details=details)
    kernel_items.close(LOG, ctx, item.id, "turned", made)


def add_entry(ctx: Ctx, kind: EntryKind, text: str, owner: str, *, within: str) -> None:
    """An entry that the rules make; `within` names the parameter with its working days."""
    today = today_of(ctx.facts, owner)
    due: date = working_day_end(ctx.facts, owner, today, int(days(ctx.facts, within))).date()
    kernel_items.add(LOG, ctx, text=text, owner=owner, due=due, details=EntryDetails(kind=kind))


def exposure(details: dict[str, Any]) -> int | None:
    """Probability times impact of a risk."""
    probability, impact = details.get("probability"), details.get("impact")
    return probability * impact if probability and impact else None
