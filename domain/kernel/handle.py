"""The commands every process shares, and the fold of the kernel's events. A process calls these and adds its own."""

from typing import Any

from domain.kernel.case import Case
from domain.kernel.effects import Effect
from domain.kernel.events import Event
from domain.kernel.tape import Tape
from domain.kernel.value import Value


def handle(tape: Tape[Any], payload: Value) -> bool:
    """Carries out a kernel command (Decide, AddComment, Withdraw, Hold, Resume, DeadlinePassed for task ladders).

    Returns False if the payload is not the kernel's (a process's own command, or a deadline kind of the process).
    Withdraw ends every open review and closes the case as withdrawn, by the requester only (KRN-16).
    While a case is on hold only comment, resume and withdraw are taken; else Refused `on-hold`.
    """
    raise NotImplementedError


def evolve_case(case: Case, event: Event) -> Case:
    """Folds a kernel event; any other event leaves the case as it is."""
    raise NotImplementedError


def case_effects(before: Case, event: Event, after: Case) -> list[Effect]:
    """Whom to tell about a kernel event."""
    raise NotImplementedError
