"""What spending reads from its policy, and who is asked by role."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.kernel.cases.case import Status
from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.document import is_approved
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.parameters import Parameters
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.message import N_
from domain.money.spending import events as e
from domain.money.spending.state import SpendingState
from domain.organisation.policy_needs import Parameter

Ctx = DecisionContext[SpendingState]
REVIEW = "document"

PARAMETERS: dict[str, Parameter] = {
    "tolerance_percent": Decimal(5),  # of the order, for all its invoices together (SPD-09)
    "renewal_days": 60,  # before the last day for notice, the renewal is asked for (SPD-03)
    "order_days": 3,
    "invoice_days": 30,
    "role_procurement": "procurement",
    "role_payables": "accounts-payable",
}
SETTINGS = Parameters("spending", PARAMETERS)


class Stage(StrEnum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    ORDERING = "ordering"
    ORDERED = "ordered"
    PARTLY_RECEIVED = "partly_received"
    CLOSED = "closed"
    SHORT_CLOSED = "short_closed"


RUNNING = frozenset({Stage.ORDERED, Stage.PARTLY_RECEIVED})
"""An order is out, and its facts are recorded (SPD-13)."""


class SpendingRole(StrEnum):
    PROCUREMENT = "procurement"
    PAYABLES = "accounts payable"
    LINE_OWNER = "owner of the budget line"


def procurement(state: SpendingState, facts: Facts) -> tuple[str, ...]:
    return _holders(state, facts, "role_procurement")


def payables(state: SpendingState, facts: Facts) -> tuple[str, ...]:
    return _holders(state, facts, "role_payables")


def line_owner(state: SpendingState, facts: Facts) -> tuple[str, ...]:
    content = state.document.content
    line = facts.organisation.budget_lines.get(content.budget_line) if content else None
    return (line.owner,) if line else ()


def _holders(state: SpendingState, facts: Facts, role: str) -> tuple[str, ...]:
    """The nearest holders for the unit of the line; all of them while there is no case yet."""
    case, name = state.case, SETTINGS.text(facts, role)
    day = today_of(facts, case.requester or "")
    if case.unit is None:
        return tuple(one.person for one in facts.organisation.roles if one.role == name and one.holds_on(day))
    return facts.organisation.holders(name, case.unit, day)


def answering(ctx: Ctx) -> str:
    """Who answers for the case: the requester, or who took it over (KRN-24)."""
    assert ctx.case.responsible is not None
    return ctx.case.responsible


def ask_invoice(ctx: Ctx) -> None:
    """Accounts payable wait for the next invoice, the requester where nobody has that role."""
    if any(task.kind == "invoice" for task in ctx.case.tasks.values()):
        return
    tasks.assign(
        ctx,
        kind="invoice",
        title=N_("Record the invoice, or close what is not coming"),
        subject="order",
        assignees=payables(ctx.state, ctx.facts) or (answering(ctx),),
        basis="accounts payable",
        command="record-invoice",
        due_days=SETTINGS.number(ctx.facts, "invoice_days"),
        without_end=True,
    )


def end(ctx: Ctx, outcome: str, reason: str, *, at: datetime | None = None) -> None:
    """Closes the case; what is still bound is free again at once (SPD-06)."""
    ctx.add(
        e.SpendingEnded.model_validate(
            {"outcome": outcome, "reason": reason, "by": ctx.command.actor, "at": at or ctx.facts.now}
        )
    )
    close(ctx, status=Status.APPROVED, reason=reason)


def approved(ctx: Ctx) -> bool:
    return is_approved(ctx.case, REVIEW)
