"""From a command to events: who may, what it does, and what follows from the outcome of the review."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.kernel.cases.case import Case, Status
from domain.kernel.cases.case_events import CaseResumed, ReviewApproved, ReviewEnded, ReviewRejected
from domain.kernel.command import Command
from domain.kernel.commands import AddComment, DeadlinePassed, Hold
from domain.kernel.deciding.tasks import refuse_closed
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.handle import close, handle
from domain.kernel.routing.parts import KERNEL_PARTS, Part, require_part
from domain.kernel.tape import Tape
from domain.kernel.value import Value
from domain.people.job_description import commands as c
from domain.people.job_description import drafting, impact, using
from domain.people.job_description.evolve import evolve
from domain.people.job_description.lookups import Wire
from domain.people.job_description.state import JobDescriptionState

_OWNER = (Part.REQUESTER, Part.ASKED)

ALLOWED: Mapping[str, tuple[Part, ...]] = {
    "draft-description": (Part.EMPLOYEE,),
    "revise-description": (Part.EMPLOYEE,),
    "submit-description": (Part.REQUESTER,),
    "amend-description": (Part.REQUESTER,),
    "resubmit-description": (Part.REQUESTER,),
    "assess-budget-impact": (Part.ASKED,),
    "confirm-description": _OWNER,
    "retire-description": _OWNER,
    "note-recorded": (Part.SYSTEM,),
    "note-superseded": (Part.SYSTEM,),
    **KERNEL_PARTS,
}

RULES: Mapping[type[Value], Callable[[Wire, Any], None]] = {
    c.DraftDescription: drafting.begin,
    c.ReviseDescription: drafting.begin,
    c.SubmitDescription: drafting.submit_description,
    c.AmendDescription: drafting.amend_description,
    c.ResubmitDescription: drafting.resubmit_description,
    c.AssessBudgetImpact: impact.assess,
    c.ConfirmDescription: using.confirm,
    c.RetireDescription: using.retire,
    c.NoteRecorded: using.note_recorded,
    c.NoteSuperseded: using.note_superseded,
    DeadlinePassed: using.on_look_due,
}


def decide(state: JobDescriptionState, command: Command, payload: Value, facts: Facts) -> Sequence[Event]:
    """The events of an accepted command. Raises Refused."""
    tape = Tape(state, command, facts, evolve=evolve, case=case_of)
    _refuse_for_descriptions(tape, payload)
    require_part(tape, ALLOWED)
    if not handle(tape, payload):
        RULES[type(payload)](tape, payload)
    _follow_up(tape)
    return tape.events


def case_of(state: JobDescriptionState) -> Case:
    return state.case


def _refuse_for_descriptions(tape: Wire, payload: Value) -> None:
    """What this process forbids besides the kernel: a hold would keep the word of the register out of the case."""
    if not isinstance(payload, AddComment):
        refuse_closed(tape.case)
    if tape.state.content is None and tape.command.name not in c.START:
        raise Refused("no-such-case", "There is no case {case}.", case=tape.case.id)
    if isinstance(payload, Hold) and tape.state.number is not None and not using.rests(tape.state):
        raise Refused("approved", "This version is approved and being registered; hold it once it is in use.")


def _follow_up(tape: Wire) -> None:
    """What the end of the review brings, what waits for finance, and the end once nobody has a task any more."""
    for event in list(tape.events):
        match event:
            case ReviewApproved():
                using.on_approved(tape)
            case CaseResumed() if using.rests(tape.state):
                using.on_resumed(tape)
            case ReviewRejected(reason=reason):
                close(tape, status=Status.REJECTED, reason=reason)
            case ReviewEnded(status=Status.EXPIRED, reason=reason):
                close(tape, status=Status.EXPIRED, reason=reason)
    if tape.case.closed is not None:
        return
    using.register_when_ready(tape)
    if tape.state.ended and tape.state.asked is None and not tape.case.tasks:
        close(tape, status=Status.APPROVED, reason=tape.state.ended)
