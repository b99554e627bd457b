"""The process `spending`: from a request for money to its last invoice."""

from collections.abc import Sequence
from typing import Any

from domain.kernel.cases.case_events import ReviewApproved, ReviewEnded, ReviewOpened, ReviewRejected, ReviewReturned
from domain.kernel.commands import Withdraw
from domain.kernel.definition import CommandSpec, Component, Definition, Guard, Reaction, RoleSpec, process_of
from domain.kernel.document import IN_WORK, document, opening
from domain.kernel.facts import Facts
from domain.kernel.policy import Confidentiality
from domain.kernel.process import Process
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.routing.route import PreviewStep
from domain.kernel.showing.confidential import AMOUNT, INVOLVED_WORDS
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.year_end import MoveCommitment
from domain.money.spending import contracts, events, invoices, late_credit, money, ordering, year_end
from domain.money.spending.content import RequestSpending
from domain.money.spending.document import DOCUMENT, refuse_new_rate
from domain.money.spending.evolve import evolve
from domain.money.spending.late_credit import CreditClosed
from domain.money.spending.lookups import claims, effects, needs
from domain.money.spending.report import SPENDING_REPORT
from domain.money.spending.settings import (
    PARAMETERS,
    RUNNING,
    SpendingRole,
    Stage,
    line_owner,
    payables,
    procurement,
)
from domain.money.spending.state import SpendingState

_ENDS = frozenset({Stage.CLOSED, Stage.SHORT_CLOSED})
_APPROVED = RUNNING | {Stage.ORDERING}
_HOLDING = _APPROVED | {Stage.IN_APPROVAL, Stage.RETURNED}
"""It is reserved from the submission on, so the year's end finds it there too."""


def stage(state: SpendingState) -> Stage | None:
    if state.order is not None:
        return Stage.PARTLY_RECEIVED if state.receipts else Stage.ORDERED
    review = state.case.reviews.get("document")
    return Stage.ORDERING if review is not None and review.status == "approved" else None


def _preview(process: str, payload: Value, facts: Facts, requester: str) -> Sequence[PreviewStep]:
    """Of a request its route; a credit note is a fact, which no one approves."""
    own = _DOCUMENT.preview
    return [] if own is None or isinstance(payload, CreditClosed) else own(process, payload, facts, requester)


_REFUSALS: tuple[Reaction[SpendingState, Any], ...] = tuple(
    Reaction(kind, rule)
    for kind in (ReviewRejected, ReviewReturned, ReviewEnded)
    for rule in (invoices.on_refused, contracts.on_refused)
)
_DOCUMENT: Component[Any] = document(DOCUMENT)
SPENDING: Process[SpendingState] = process_of(
    Definition(
        name="spending",
        state=SpendingState,
        stages=Stage,
        aside=frozenset({Stage.SHORT_CLOSED}),
        includes=(_DOCUMENT,),
        roles=(
            RoleSpec(part=SpendingRole.PROCUREMENT, holders=procurement),
            RoleSpec(part=SpendingRole.PAYABLES, holders=payables),
            RoleSpec(part=SpendingRole.LINE_OWNER, holders=line_owner),
        ),
        commands=(
            opening(
                DOCUMENT, "request-spending", RequestSpending, label=N_("ask to spend money"),
                help=N_("Asks to spend money of a budget line. It is reserved at once, so it is not promised twice."),
            ),
            CommandSpec(
                name="credit-closed", payload=late_credit.CreditClosed, by=(SpendingRole.PAYABLES,), opens=True,
                rule=late_credit.credit_closed, to=frozenset({"approved"}), label=N_("credit note of a closed case"),
                help=N_("Books a credit note after its case was closed: the money goes back where it came from."),
            ),
            CommandSpec(
                name="place-order", payload=ordering.PlaceOrder, by=(CaseRole.ASSIGNEE,), rule=ordering.place_order,
                when=frozenset({Stage.ORDERING}), to=frozenset({Stage.ORDERED}), label=N_("place the order"),
                help=N_("Says that it was ordered, and for how much. What was approved beyond that is free again."),
            ),
            CommandSpec(
                name="record-receipt", payload=ordering.RecordReceipt, rule=ordering.record_receipt, when=RUNNING,
                by=(CaseRole.REQUESTER, CaseRole.ASSIGNEE, SpendingRole.PROCUREMENT),
                to=frozenset({Stage.PARTLY_RECEIVED}), label=N_("note what was received"),
                help=N_("Notes what was delivered, in parts if need be. The money stays bound until it is invoiced."),
            ),
            CommandSpec(
                name="record-invoice", payload=invoices.RecordInvoice, by=(CaseRole.ASSIGNEE,),
                rule=invoices.record_invoice, when=RUNNING, to=_ENDS, label=N_("record an invoice"),
                help=N_("Books an invoice. One above the order and its tolerance is first put to who authorised it."),
            ),
            CommandSpec(
                name="record-credit-note", payload=invoices.RecordCreditNote, by=(SpendingRole.PAYABLES,),
                rule=invoices.record_credit, when=RUNNING, label=N_("record a credit note"),
                help=N_("Gives money back to the line and period it came from, at most what was spent there."),
                offered=lambda state, _person: bool(state.invoices),
            ),
            CommandSpec(
                name="close-spending", payload=ordering.CloseSpending, rule=ordering.close_spending, when=RUNNING,
                by=(CaseRole.REQUESTER, CaseRole.ASSIGNEE, SpendingRole.PROCUREMENT), to=_ENDS, label=N_("close"),
                help=N_("Ends the order. What was ordered and not invoiced is free again; it cannot be reopened."),
            ),
            CommandSpec(
                name="cancel-spending", payload=ordering.CancelSpending, rule=ordering.cancel_spending,
                by=(CaseRole.REQUESTER, SpendingRole.PROCUREMENT), when=_APPROVED, to=frozenset({"cancelled"}),
                label=N_("cancel"), help=N_("Cancels it before anything was invoiced. The money is free again."),
                offered=lambda state, _person: not state.invoices,
            ),
            CommandSpec(
                name="decide-renewal", payload=contracts.DecideRenewal, by=(CaseRole.ASSIGNEE,),
                rule=contracts.decide_renewal, when=RUNNING, label=N_("renew or give notice"),
                help=N_("Gives notice, or asks the approvers to let the contract go on at a stated cost."),
            ),
            CommandSpec(
                name="move-commitment", payload=MoveCommitment, by=(CaseRole.SYSTEM,),
                rule=year_end.move_commitment, when=_HOLDING, to=frozenset({Stage.SHORT_CLOSED}),
                label=N_("moved to another year"),
                help=N_("The year ends: what is bound is carried, charged to the new year, or given back."),
            ),
        ),
        events=events.EVENTS,
        evolve=evolve,
        stage=stage,
        outcome=lambda state: state.ended,
        ways=tuple((start, end, "approval of an excess") for start in sorted(RUNNING) for end in sorted(_ENDS)),
        on=(
            Reaction(ReviewOpened, money.on_submitted),
            Reaction(events.SpendingAmended, money.on_amended),
            Reaction(ReviewApproved, ordering.on_approved),
            Reaction(ReviewApproved, invoices.on_agreed),
            Reaction(ReviewApproved, contracts.on_agreed),
            *_REFUSALS,
        ),
        guards=(Guard(Withdraw, ordering.refuse_withdrawal), Guard(Value, refuse_new_rate)),
        deadlines={contracts.RENEWAL: contracts.ask_renewal},
        withdraws_from=IN_WORK,
        preview=_preview,
        needs=needs,
        claims=claims,
        effects=effects,
        parameters=PARAMETERS,
        reports=(SPENDING_REPORT,),
        tasks=dict.fromkeys(("order", "invoice", contracts.RENEWAL), WHOLE),
        fields={
            "cost": ("cost", "total", "invoiced", "ordered", AMOUNT),
            "money": ("checks", "transfers", "holdings", "left", "after", "asked"),
            "invoices": ("invoices", "invoice", "credits", "credit", "parts", "paid", "waiting"),
        },
        default=Confidentiality(
            seen_by=(*INVOLVED_WORDS, "procurement", "payables", "line-owner"), others="exists"
        ),
        figures=lambda state, _first: {"kind": state.document.content.kind if state.document.content else None},
    )
)  # fmt: skip
