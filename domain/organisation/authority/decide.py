"""From a command to events: who may, what it does, and what follows from the outcome of the approval."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.kernel.cases.case import Case, Status
from domain.kernel.cases.case_events import ReviewApproved, ReviewEnded, ReviewRejected
from domain.kernel.command import Command
from domain.kernel.commands import AddComment, Hold
from domain.kernel.deciding.tasks import refuse_closed
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.handle import close, handle
from domain.kernel.routing.parts import KERNEL_PARTS, Part, require_part
from domain.kernel.tape import Tape
from domain.kernel.value import Value
from domain.organisation.authority import commands as c
from domain.organisation.authority import rules
from domain.organisation.authority.evolve import evolve
from domain.organisation.authority.state import AuthorityState

ALLOWED: Mapping[str, tuple[Part, ...]] = {
    "request-limit": (Part.EMPLOYEE,),
    "revoke-limit": (Part.EMPLOYEE,),
    "amend-limit": (Part.REQUESTER,),
    "resubmit-limit": (Part.REQUESTER,),
    "note-recorded": (Part.SYSTEM,),
    **KERNEL_PARTS,
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
    tape = Tape(state, command, facts, evolve=evolve, case=case_of)
    _refuse_for_authority(tape, payload)
    require_part(tape, ALLOWED)
    if not handle(tape, payload):
        if type(payload) not in RULES:
            raise Refused("deadline-gone", "Nothing of the kind {kind} is due here.", kind=command.name)
        RULES[type(payload)](tape, payload)
    _follow_up(tape)
    return tape.events


def case_of(state: AuthorityState) -> Case:
    return state.case


def _refuse_for_authority(tape: rules.Wire, payload: Value) -> None:
    """What this process forbids besides the kernel: a hold would keep the word from the record out of the case."""
    if not isinstance(payload, AddComment):
        refuse_closed(tape.case)
    if tape.state.change is None and tape.command.name not in c.START:
        raise Refused("no-such-case", "There is no case {case}.", case=tape.case.id)
    if isinstance(payload, Hold) and tape.state.approved:
        raise Refused("approved", "The change is approved; it can no longer be held.")


def _follow_up(tape: rules.Wire) -> None:
    """What the end of the approval brings. Once recorded, the case closes when nobody has a task in it any more."""
    for event in list(tape.events):
        match event:
            case ReviewApproved():
                rules.on_approved(tape)
            case ReviewRejected(reason=reason):
                close(tape, status=Status.REJECTED, reason=reason)
            case ReviewEnded(status=Status.EXPIRED, reason=reason):
                close(tape, status=Status.EXPIRED, reason=reason)
    if tape.state.recorded and not tape.case.tasks and tape.case.closed is None:
        close(tape, status=Status.APPROVED, reason="the organisation is as was approved")
