"""The process `certificate`: valid, expiring, expired or waived, until another one takes its place (TRN-04, TRN-09)."""

from collections.abc import Sequence

from domain.kernel.commands import Withdraw
from domain.kernel.definition import CommandSpec, Definition, Guard, Reaction, RoleSpec, process_of
from domain.kernel.effects import Effect, Notify, StartCase, TellCase
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.policy import Confidentiality
from domain.kernel.process import Process
from domain.kernel.recording import Recorded, recording
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.routing.eligibility import today_of
from domain.kernel.showing.confidential import INVOLVED_WORDS
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.values.message import N_
from domain.organisation.training import HeldCertificate
from domain.people.training import certificate_rules as rules
from domain.people.training.certificate_events import (
    DEFAULTS,
    ENDS,
    EXPIRING,
    RENEW,
    CertificateEnded,
    CertificateExpired,
    CertificateExpiring,
    CertificateOpened,
    CertificateRole,
    CertificateState,
    EndCertificate,
    NoteRenewed,
    OpenCertificate,
    RegisterCertificate,
    RenewalOpened,
    Stage,
    WaiveCertificate,
    WaiverGiven,
    evolve,
)


def effects(_before: CertificateState, event: Event, after: CertificateState) -> Sequence[Effect]:
    case, held = after.case.id, after.held
    if held is None:
        return []
    name, person = held.certificate, held.person
    match event:
        case CertificateOpened(renews=str() as older):
            said = {"case": case}
            return [TellCase(case=older, process="certificate", command="note-renewed", payload=said)]
        case CertificateExpiring(days=days):
            about = N_("Your certificate {certificate} ends in {days} days.", certificate=name, days=str(days))
            return [Notify(to=(person,), about=about)]
        case RenewalOpened():
            return [_start_renewal(event, held)]
        case CertificateExpired():
            return [Notify(to=(person,), about=N_("Your certificate {certificate} has ended.", certificate=name))]
        case WaiverGiven(until=until):
            about = N_("Your certificate {certificate} counts until {day} although it has ended.", certificate=name,
                       day=until.isoformat())  # fmt: skip
            return [Notify(to=(person,), about=about)]
        case CertificateEnded():
            return [Notify(to=(person,), about=N_("The certificate {certificate} is closed.", certificate=name))]
    return []


def _start_renewal(event: RenewalOpened, held: HeldCertificate) -> StartCase:
    payload = {
        "person": held.person, "certificate": held.certificate, "by": event.by.isoformat(), "priority": "high",
        "reason": "The certificate ends.", "requester": event.requester,
    }  # fmt: skip
    return StartCase(case=event.case, process="training", command="open-need", payload=payload)


def _keepers(state: CertificateState, facts: Facts) -> tuple[str, ...]:
    return rules.keepers(facts, state.case.unit, today_of(facts, state.held.person)) if state.held else ()


OPEN = frozenset({Stage.VALID, Stage.EXPIRING, Stage.EXPIRED, Stage.WAIVED})
KEEPER = (CertificateRole.KEEPER,)
CERTIFICATE: Process[CertificateState] = process_of(
    Definition(
        name="certificate",
        state=CertificateState,
        stages=Stage,
        aside=frozenset({Stage.EXPIRED, Stage.WAIVED}),
        includes=(recording(),),
        commands=(
            CommandSpec(
                name="register-certificate", payload=RegisterCertificate, by=(CaseRole.EMPLOYEE,), rule=rules.register,
                opens=True, to=frozenset({Stage.VALID}), label=N_("register a certificate"),
                help=N_("Registers a certificate that a person got elsewhere. For HR partners and coordinators."),
            ),
            CommandSpec(
                name="open-certificate", payload=OpenCertificate, by=(CaseRole.SYSTEM,), rule=rules.open_certificate,
                opens=True, to=frozenset({Stage.VALID, "approved"}), label=N_("open certificate"),
                help=N_("A need in which it was earned opens it."),
            ),
            CommandSpec(
                name="waive-certificate", payload=WaiveCertificate, by=(CaseRole.ASSIGNEE, *KEEPER), rule=rules.waive,
                when=frozenset({Stage.EXPIRED, Stage.WAIVED}), to=frozenset({Stage.WAIVED}), label=N_("waive"),
                help=N_("Lets it count for some days more although it has ended; its roles are open again."),
            ),
            CommandSpec(
                name="end-certificate", payload=EndCertificate, by=(CaseRole.ASSIGNEE, *KEEPER), rule=rules.end,
                when=OPEN, to=frozenset({Stage.LAPSED}), label=N_("let it go"),
                help=N_("Closes it: the person does not need it any more."),
            ),
            CommandSpec(
                name="note-renewed", payload=NoteRenewed, by=(CaseRole.SYSTEM,), rule=rules.note_renewed,
                when=OPEN, to=frozenset({Stage.RENEWED}), label=N_("renewed"), help=N_("Another one was given."),
            ),
        ),
        events=(
            CertificateOpened, CertificateExpiring, RenewalOpened, CertificateExpired, WaiverGiven, CertificateEnded,
        ),
        evolve=evolve,
        stage=lambda state: state.stands,
        outcome=lambda state: state.outcome,
        ways=(
            (Stage.VALID, Stage.EXPIRING, "90, 60 or 30 days before its end, or the lead time of the course"),
            (Stage.VALID, Stage.EXPIRED, "its last day is over"),
            (Stage.EXPIRING, Stage.EXPIRED, "its last day is over"),
            (Stage.WAIVED, Stage.EXPIRED, "the last day of the waiver is over"),
            (Stage.VALID, "approved", "it has no end"),
        ),
        on=(Reaction(Recorded, rules.close_endless), Reaction(CertificateOpened, rules.close_endless)),
        deadlines={EXPIRING: rules.warn, RENEW: rules.renew, ENDS: rules.ends},
        guards=(Guard(Withdraw, rules.refuse_withdrawal),),
        effects=effects,
        tasks={"expired": WHOLE},
        parameters=DEFAULTS,
        roles=(RoleSpec(part=CertificateRole.KEEPER, holders=_keepers),),
        default=Confidentiality(seen_by=(*INVOLVED_WORDS, "keeper"), others="nothing"),
        withdraws_from=frozenset(),
        fields={"evidence": ("evidence",)},
    )
)  # fmt: skip
