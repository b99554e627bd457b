"""From a command to events: who may, what it does, and what follows from the outcome of the review."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.kernel.cases.case import Case, Status
from domain.kernel.cases.case_events import CaseResumed, ReviewApproved, ReviewEnded, ReviewRejected
from domain.kernel.command import Command
from domain.kernel.commands import AddComment, DeadlinePassed, Hold
from domain.kernel.deciding.tasks import refuse_closed
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.handle import close, handle
from domain.kernel.routing.case_roles import KERNEL_ROLES, CaseRole, require_case_role
from domain.kernel.value import Value
from domain.people.job_description import commands as c
from domain.people.job_description import drafting, impact, lifecycle
from domain.people.job_description.evolve import evolve
from domain.people.job_description.lookups import Wire
from domain.people.job_description.state import JobDescriptionState

_OWNER = (CaseRole.REQUESTER, CaseRole.ASKED)

ALLOWED: Mapping[str, tuple[CaseRole, ...]] = {
    "draft-description": (CaseRole.EMPLOYEE,),
    "revise-description": (CaseRole.EMPLOYEE,),
    "submit-description": (CaseRole.REQUESTER,),
    "amend-description": (CaseRole.REQUESTER,),
    "resubmit-description": (CaseRole.REQUESTER,),
    "assess-budget-impact": (CaseRole.ASKED,),
    "confirm-description": _OWNER,
    "retire-description": _OWNER,
    "note-recorded": (CaseRole.SYSTEM,),
    "note-superseded": (CaseRole.SYSTEM,),
    **KERNEL_ROLES,
}

RULES: Mapping[type[Value], Callable[[Wire, Any], None]] = {
    c.DraftDescription: drafting.begin,
    c.ReviseDescription: drafting.begin,
    c.SubmitDescription: drafting.submit_description,
    c.AmendDescription: drafting.amend_description,
    c.ResubmitDescription: drafting.resubmit_description,
    c.AssessBudgetImpact: impact.assess,
    c.ConfirmDescription: lifecycle.confirm,
    c.RetireDescription: lifecycle.retire,
    c.NoteRecorded: lifecycle.note_recorded,
    c.NoteSuperseded: lifecycle.note_superseded,
    DeadlinePassed: lifecycle.on_look_due,
}


def decide(state: JobDescriptionState, command: Command, payload: Value, facts: Facts) -> Sequence[Event]:
    """The events of an accepted command. Raises Refused."""
    ctx = DecisionContext(state, command, facts, evolve=evolve, case=case_of)
    _refuse_for_descriptions(ctx, payload)
    require_case_role(ctx, ALLOWED)
    if not handle(ctx, payload):
        RULES[type(payload)](ctx, payload)
    _follow_up(ctx)
    return ctx.events


def case_of(state: JobDescriptionState) -> Case:
    return state.case


def _refuse_for_descriptions(ctx: Wire, payload: Value) -> None:
    """What this process forbids besides the kernel: a hold would keep the word of the register out of the case."""
    if not isinstance(payload, AddComment):
        refuse_closed(ctx.case)
    if ctx.state.content is None and ctx.command.name not in c.START:
        raise Refused("no-such-case", "There is no case {case}.", case=ctx.case.id)
    if isinstance(payload, Hold) and ctx.state.number is not None and not lifecycle.rests(ctx.state):
        raise Refused("approved", "This version is approved and being registered; hold it once it is in use.")


def _follow_up(ctx: Wire) -> None:
    """What the end of the review brings, what waits for finance, and the end once nobody has a task any more."""
    for event in list(ctx.events):
        match event:
            case ReviewApproved():
                lifecycle.on_approved(ctx)
            case CaseResumed() if lifecycle.rests(ctx.state):
                lifecycle.on_resumed(ctx)
            case ReviewRejected(reason=reason):
                close(ctx, status=Status.REJECTED, reason=reason)
            case ReviewEnded(status=Status.EXPIRED, reason=reason):
                close(ctx, status=Status.EXPIRED, reason=reason)
    if ctx.case.closed is not None:
        return
    lifecycle.register_when_ready(ctx)
    if ctx.state.ended and ctx.state.asked is None and not ctx.case.tasks:
        close(ctx, status=Status.APPROVED, reason=ctx.state.ended)
