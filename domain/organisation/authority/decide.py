"""From a command to events: who may, what it does, and what follows from the outcome of the approval."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.kernel.cases.case import Case, Status
from domain.kernel.cases.case_events import ReviewApproved, ReviewEnded, ReviewRejected
from domain.kernel.command import Command
from domain.kernel.commands import AddComment, Hold
from domain.kernel.deciding.tasks import refuse_closed
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.handle import close, handle
from domain.kernel.routing.case_roles import KERNEL_ROLES, CaseRole, require_case_role
from domain.kernel.value import Value
from domain.organisation.authority import commands as c
from domain.organisation.authority import rules
from domain.organisation.authority.evolve import evolve
from domain.organisation.authority.state import AuthorityState

ALLOWED: Mapping[str, tuple[CaseRole, ...]] = {
    "request-limit": (CaseRole.EMPLOYEE,),
    "revoke-limit": (CaseRole.EMPLOYEE,),
    "amend-limit": (CaseRole.REQUESTER,),
    "resubmit-limit": (CaseRole.REQUESTER,),
    "note-recorded": (CaseRole.SYSTEM,),
    **KERNEL_ROLES,
}

RULES: Mapping[type[Value], Callable[[rules.Wire, Any], None]] = {
    c.RequestLimit: rules.open_case,
    c.RevokeLimit: rules.open_case,
    c.AmendLimit: rules.amend_limit,
    c.ResubmitLimit: rules.resubmit_limit,
    c.NoteRecorded: rules.note_recorded,
}


def decide(state: AuthorityState, command: Command, payload: Value, facts: Facts) -> Sequence[Event]:
    """The events of an accepted command. Raises Refused."""
    ctx = DecisionContext(state, command, facts, evolve=evolve, case=case_of)
    _refuse_for_authority(ctx, payload)
    require_case_role(ctx, ALLOWED)
    if not handle(ctx, payload):
        if type(payload) not in RULES:
            raise Refused("deadline-gone", "Nothing of the kind {kind} is due here.", kind=command.name)
        RULES[type(payload)](ctx, payload)
    _follow_up(ctx)
    return ctx.events


def case_of(state: AuthorityState) -> Case:
    return state.case


def _refuse_for_authority(ctx: rules.Wire, payload: Value) -> None:
    """What this process forbids besides the kernel: a hold would keep the word from the record out of the case."""
    if not isinstance(payload, AddComment):
        refuse_closed(ctx.case)
    if ctx.state.change is None and ctx.command.name not in c.START:
        raise Refused("no-such-case", "There is no case {case}.", case=ctx.case.id)
    if isinstance(payload, Hold) and ctx.state.approved:
        raise Refused("approved", "The change is approved; it can no longer be held.")


def _follow_up(ctx: rules.Wire) -> None:
    """What the end of the approval brings. Once recorded, the case closes when nobody has a task in it any more."""
    for event in list(ctx.events):
        match event:
            case ReviewApproved():
                rules.on_approved(ctx)
            case ReviewRejected(reason=reason):
                close(ctx, status=Status.REJECTED, reason=reason)
            case ReviewEnded(status=Status.EXPIRED, reason=reason):
                close(ctx, status=Status.EXPIRED, reason=reason)
    if ctx.state.recorded and not ctx.case.tasks and ctx.case.closed is None:
        close(ctx, status=Status.APPROVED, reason="the organisation is as was approved")
