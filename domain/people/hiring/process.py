"""The process `hiring`, as the loop, the store, the views and the edges know it."""

from collections.abc import Sequence

from domain.kernel.cases.case import Case
from domain.kernel.command import Command
from domain.kernel.commands import (
    AddApprover,
    AddComment,
    AskInformation,
    Attach,
    BreakGlass,
    Claim,
    DeadlinePassed,
    Decide,
    HandOver,
    MeetCondition,
    Reassign,
    Resume,
    Retry,
    WaiveCondition,
)
from domain.kernel.effects import ClaimQuery
from domain.kernel.facts import Facts
from domain.kernel.ledger import LinePeriod
from domain.kernel.money_events import transfers_of
from domain.kernel.process import Process
from domain.kernel.routing.authority import request_queries, spending_key
from domain.kernel.routing.route import PreviewStep, preview, route_of
from domain.kernel.value import Value
from domain.organisation.policy_needs import Needs
from domain.people.hiring import commands as c
from domain.people.hiring.confidential import CONFIDENTIAL
from domain.people.hiring.decide import decide
from domain.people.hiring.effects import CANDIDATE, OFFER, claims, effects
from domain.people.hiring.events import EVENTS
from domain.people.hiring.evolve import evolve
from domain.people.hiring.figures import figures, milestones
from domain.people.hiring.form_hints import ASKING
from domain.people.hiring.funding import keys
from domain.people.hiring.lookups import PARAMETERS
from domain.people.hiring.policy_fields import SEEN
from domain.people.hiring.remarks import remarks
from domain.people.hiring.requisition import ROUTE, preview_content
from domain.people.hiring.roles import ALLOWED
from domain.people.hiring.stage import stage
from domain.people.hiring.state import HiringState, initial
from domain.people.hiring.visibility import may_see, visible

_ASKS_FOR_MONEY = (
    c.RaiseRequisition, c.SubmitRequisition, c.AmendRequisition, c.ResubmitRequisition, c.SubmitOffer, c.ResubmitOffer,
    c.RescindOffer, c.Unfreeze, Decide, DeadlinePassed, Resume, Retry, Claim, Reassign, AddApprover, AskInformation,
    BreakGlass, MeetCondition, WaiveCondition, HandOver,
)  # fmt: skip
"""Commands after which a step may look for approvers: they see what else was asked of the same line (KRN-05)."""


_WITHOUT_MONEY = (
    AddComment, Attach, c.AddCandidate, c.DeclareRelationship, c.AssessCandidate, c.WaiveRequirement, c.ScreenCandidate,
    c.AssignInterviewer, c.SubmitScorecard, c.RankCandidates, c.RecordCheck, c.CompleteTask, c.AnswerBackfill,
    c.NoteCandidateWanted,
)  # fmt: skip
"""Commands that neither end an offer nor an approval: they wait for no balance (HIR-12)."""


def needs(state: HiringState, command: Command, payload: Value) -> Sequence[ClaimQuery | LinePeriod]:
    """The claims of other cases, and the balances, that a decision on `payload` must see."""
    found: list[ClaimQuery | LinePeriod] = []
    if not isinstance(payload, _WITHOUT_MONEY):
        found += keys(state, command, payload)
    if isinstance(payload, _ASKS_FOR_MONEY):
        requester = state.case.requester or command.actor
        for line in _budget_lines(state, payload):
            found += request_queries(spending_key(requester, line))
    if isinstance(payload, c.AddCandidate):
        found.append(ClaimQuery(kind=CANDIDATE, key=payload.internal or payload.candidate))
    if isinstance(payload, c.SubmitOffer) and payload.candidate in state.candidates:
        found.append(ClaimQuery(kind=OFFER, key=state.candidates[payload.candidate].person))
    return found


def _budget_lines(state: HiringState, payload: Value) -> list[str]:
    given = payload.budget_line if isinstance(payload, c.RaiseRequisition | c.Amendment) else None
    line = given or (state.requisition.budget_line if state.requisition else None)
    return [line] if line else []


def _preview(payload: Value, facts: Facts, requester: str) -> list[PreviewStep]:
    assert isinstance(payload, c.RaiseRequisition)
    content = preview_content(payload, facts, requester)
    return preview(content, route_of(facts.policy, "hiring", ROUTE), facts)


POLICY_NEEDS = Needs(
    routes=frozenset(SEEN),
    seen=SEEN,
    defaults=PARAMETERS,
    parts=CONFIDENTIAL.words,
    confidential=frozenset(CONFIDENTIAL.fields),
)


def _case(state: HiringState) -> Case:
    return state.case


def _is_terminal(state: HiringState) -> bool:
    return state.case.closed is not None


HIRING: Process[HiringState] = Process(
    name="hiring",
    workflow="Hiring",
    start=frozenset({"raise-requisition"}),
    commands=c.COMMANDS,
    events=EVENTS,
    initial=initial,
    decide=decide,
    evolve=evolve,
    is_terminal=_is_terminal,
    case=_case,
    stage=stage,
    effects=effects,
    claims=claims,
    allowed=ALLOWED,
    needs=needs,
    transfers=lambda _before, event, _after: transfers_of(event),
    visible=visible,
    may_see=may_see,
    confidential=CONFIDENTIAL,
    asking=ASKING,
    milestones=milestones,
    figures=figures,
    remarks=remarks,
    preview=_preview,
    policy_needs=POLICY_NEEDS,
)
