"""From a command to events: who may, what it does, and what follows from the outcome of the approval."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from domain.kernel.acting import may_act
from domain.kernel.case import Case, Status
from domain.kernel.case_events import ReviewApproved, ReviewEnded, ReviewRejected
from domain.kernel.command import SYSTEM, Command
from domain.kernel.commands import AddComment, Hold
from domain.kernel.eligibility import OPERATIONS
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.handle import close, handle
from domain.kernel.tape import Tape
from domain.kernel.tasks import refuse_closed
from domain.kernel.value import Value
from domain.organisation.authority import commands as c
from domain.organisation.authority import rules
from domain.organisation.authority.evolve import evolve
from domain.organisation.authority.state import AuthorityState


class Role(StrEnum):
    """A role in one case. Its value is how the page and refusals call it."""

    EMPLOYEE = "anyone who works here"
    REQUESTER = "requester"
    SUBJECT = "whom it is about"
    ASKED = "who has any task in the case"
    DECIDER = "who decided in the case"
    OPERATIONS = "operations"
    SYSTEM = "the system"


_INVOLVED = (Role.REQUESTER, Role.SUBJECT, Role.ASKED, Role.DECIDER)

ALLOWED: Mapping[str, tuple[Role, ...]] = {
    "request-limit": (Role.EMPLOYEE,),
    "revoke-limit": (Role.EMPLOYEE,),
    "amend-limit": (Role.REQUESTER,),
    "resubmit-limit": (Role.REQUESTER,),
    "note-recorded": (Role.SYSTEM,),
    "comment": _INVOLVED,
    "attach": _INVOLVED,
    "retry": (Role.OPERATIONS, Role.SYSTEM),
    "deadline": (Role.SYSTEM,),
}
"""Of the kernel's commands only those that it leaves to the process; for the others it checks the task or the line."""

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
    _require_role(tape)
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


def _require_role(tape: rules.Wire) -> None:
    """Raises Refused `not-your-role`."""
    name, actor = tape.command.name, tape.command.actor
    if name in ALLOWED and not _roles(tape, actor) & set(ALLOWED[name]):
        raise Refused(
            "not-your-role",
            "{actor} may not give the command {command} here; it is for: {roles}.",
            actor=actor,
            command=name,
            roles=", ".join(ALLOWED[name]),
        )


def _roles(tape: rules.Wire, actor: str) -> set[Role]:
    if actor == SYSTEM:
        return {Role.SYSTEM}
    case, organisation, day = tape.case, tape.facts.organisation, tape.facts.now.date()
    decided = {decision.actor for review in case.reviews.values() for decision in review.decisions}
    held = {
        Role.EMPLOYEE: organisation.works_here(actor, day),
        Role.REQUESTER: actor == case.requester,
        Role.SUBJECT: actor in case.subjects,
        Role.ASKED: any(may_act(tape, task) for task in case.tasks.values()),
        Role.DECIDER: actor in decided,
        Role.OPERATIONS: actor in organisation.holders(OPERATIONS, case.unit, day),
    }
    return {role for role, holds in held.items() if holds}


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
