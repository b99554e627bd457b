"""A certificate of a person: what can be asked, what can happen, and its state (TRN-04, TRN-09)."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.definition import CaseState, Opened
from domain.kernel.events import Event
from domain.kernel.parameters import Parameters
from domain.kernel.recording import Recording
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.organisation.policy_needs import Parameter
from domain.organisation.training import HeldCertificate
from domain.people.training.content import Name, PersonId

WARNINGS = (90, 60, 30)
"""Calendar days before the end on which holder and manager are told."""
EXPIRING, RENEW, ENDS = "certificate-expiring", "certificate-renewal", "certificate-ends"
"""Kinds of deadlines."""
GIVEN, WAIVED = "given", "waived"
"""What is being recorded."""
DEFAULTS: dict[str, Parameter] = {
    "decide_days": 3, "role_hr": "hr-partner", "role_coordinator": "training-coordinator"
}  # fmt: skip
PARAMETERS = Parameters("certificate", DEFAULTS)


class Stage(StrEnum):
    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired_certificate"
    WAIVED = "waived"
    RENEWED = "renewed"
    LAPSED = "lapsed"


class CertificateRole(StrEnum):
    KEEPER = "HR partner, training coordinator"


class RegisterCertificate(Value):
    """Registers a certificate that a person got elsewhere, by what shows it."""

    person: PersonId
    certificate: Name
    given: date
    evidence: Text


class OpenCertificate(Value):
    """Sent by the need in which it was earned; `renews` is the case of the one before."""

    held: HeldCertificate
    renews: Annotated[str, Field(max_length=80)] | None = None


class WaiveCertificate(Value):
    """Lets it count for some days more although it has ended."""

    until: Annotated[date, Field(description="The last day for which it counts.")]
    reason: Text


class EndCertificate(Value):
    """Lets it go: the person does not need it any more."""

    reason: Text


class NoteRenewed(Value):
    """Sent by the case of the next one."""

    case: Annotated[str, Field(max_length=80)]


class CertificateOpened(Opened):
    sentence = N_("the certificate was given")
    held: HeldCertificate
    renews: str | None = None
    evidence: str | None = None


class CertificateExpiring(Event):
    sentence = N_("it ends in {days} days")
    days: int
    at: datetime


class RenewalOpened(Event):
    """A need is opened, early enough for the lead time of the course (TRN-04)."""

    sentence = N_("the renewal {case} is opened")
    case: str
    requester: str
    by: date
    at: datetime


class CertificateExpired(Event):
    sentence = N_("the certificate has ended")
    at: datetime


class WaiverGiven(Event):
    sentence = N_("{by} let it count until {until}")
    until: date
    reason: str
    by: str
    at: datetime


class CertificateEnded(Event):
    """`outcome`: renewed by another one, or lapsed."""

    sentence = N_("it is {outcome}")
    outcome: str
    by: str
    at: datetime


class CertificateState(CaseState):
    recording: Recording = Recording()
    held: HeldCertificate | None = None
    stands: Stage = Stage.VALID
    renewal: str | None = None
    outcome: str | None = None

    @property
    def the_held(self) -> HeldCertificate:
        assert self.held is not None
        return self.held


def case_id(text: str) -> str:
    """A text as the id of a case: at most 80 letters, digits, - and _."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", text)[-80:]


def evolve(state: CertificateState, event: Event) -> CertificateState:
    match event:
        case CertificateOpened(held=held):
            update: dict[str, object] = {"held": held}
        case CertificateExpiring():
            update = {"stands": Stage.EXPIRING}
        case RenewalOpened(case=case):
            update = {"renewal": case, "stands": Stage.EXPIRING}
        case CertificateExpired():
            update = {"stands": Stage.EXPIRED}
        case WaiverGiven(until=until):
            held = state.the_held.model_copy(update={"waived_until": until})
            update = {"stands": Stage.WAIVED, "held": held}
        case CertificateEnded(outcome=outcome):
            update = {"outcome": outcome}
        case _:
            return state
    return state.model_copy(update=update)
