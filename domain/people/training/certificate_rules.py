"""The rules of a certificate: given, watched until its end, renewed in time, waived (TRN-04, TRN-09)."""

from datetime import date, datetime

from domain.kernel.cases.case import Deadline, Status
from domain.kernel.cases.case_events import DeadlineCleared, DeadlineSet
from domain.kernel.commands import DeadlinePassed, Withdraw
from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.recording import Recorded, ask_record
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.days import moved
from domain.kernel.values.message import N_
from domain.organisation import record
from domain.organisation.events import CertificateHeld, CertificateWaived
from domain.organisation.model import Organisation
from domain.organisation.qualifications import certificate_given, last_day, newest, rule_on
from domain.organisation.training import HeldCertificate
from domain.people.training.certificate_events import (
    ENDS,
    EXPIRING,
    GIVEN,
    PARAMETERS,
    RENEW,
    WAIVED,
    WARNINGS,
    CertificateEnded,
    CertificateExpired,
    CertificateExpiring,
    CertificateOpened,
    CertificateState,
    EndCertificate,
    NoteRenewed,
    OpenCertificate,
    RegisterCertificate,
    RenewalOpened,
    Stage,
    WaiveCertificate,
    WaiverGiven,
    case_id,
)

Ctx = DecisionContext[CertificateState]


def certificate_case(held: HeldCertificate) -> str:
    """The id of the case of a certificate."""
    return case_id(f"certificate-{held.certificate}-{held.person}-{held.given:%Y%m%d}")


def previous_case(organisation: Organisation, person: str, certificate: str) -> str | None:
    """The case of the certificate that a new one takes the place of."""
    before = newest(organisation, person, certificate)
    return certificate_case(before) if before is not None else None


def open_certificate(ctx: Ctx, payload: OpenCertificate) -> None:
    """The organisation holds it already."""
    _open(ctx, payload.held, payload.renews, None)


def register(ctx: Ctx, payload: RegisterCertificate) -> None:
    """Raises Refused `not-yours-to-register`, `unknown-person`, `unknown-certificate`, `not-yet-given`, `over`."""
    organisation, actor = ctx.facts.organisation, ctx.command.actor
    today = today_of(ctx.facts, payload.person)
    if not organisation.works_here(payload.person, today):
        raise Refused("unknown-person", "Nobody with the id {person} works here.", person=payload.person)
    allowed = keepers(ctx.facts, organisation.unit_of(payload.person, today), today)
    if actor not in allowed or actor == payload.person:
        template = "Certificates are registered by an HR partner or training coordinator, never their own; ask one."
        raise Refused("not-yours-to-register", template)
    if payload.certificate not in organisation.certificate_rules:
        known = ", ".join(sorted(organisation.certificate_rules)) or "–"
        template = "There is no certificate {certificate}; there are: {known}."
        raise Refused("unknown-certificate", template, certificate=payload.certificate, known=known)
    if payload.given > today:
        raise Refused("not-yet-given", "It cannot be given on a day after {today}.", today=today.isoformat())
    held = certificate_given(organisation, payload.person, payload.certificate, payload.given)
    if held.ends is not None and held.ends < today:
        raise Refused("over", "It ended on {ends}; a certificate that has ended is not given again.",
                      ends=held.ends.isoformat())  # fmt: skip
    held = held.model_copy(update={"case": ctx.case.id})
    _open(ctx, held, previous_case(organisation, payload.person, payload.certificate), payload.evidence)
    ask_record(ctx, record.STREAM, [CertificateHeld(held=held, effective=held.given)], about=GIVEN)


def _open(ctx: Ctx, held: HeldCertificate, renews: str | None, evidence: str | None) -> None:
    day = today_of(ctx.facts, held.person)
    ctx.add(
        CertificateOpened(
            requester=held.person, title=N_("Certificate {certificate} of {person}", certificate=held.certificate,
                                            person=held.person),
            unit=ctx.facts.organisation.unit_of(held.person, day), subjects=(held.person,), at=ctx.facts.now,
            held=held, renews=renews, evidence=evidence,
        )
    )  # fmt: skip
    _watch(ctx)


def _watch(ctx: Ctx) -> None:
    """Sets the days on which something follows from its end; none for one without end. Raises Refused `too-far`."""
    held, now = ctx.state.the_held, ctx.facts.now
    day = today_of(ctx.facts, held.person)
    ends = last_day(ctx.facts.organisation, held, day)
    if ends is None:
        return
    lead = lead_days(ctx.facts.organisation, held.certificate, day)
    wanted = [(EXPIRING, str(days), moved(ends, -days)) for days in WARNINGS]
    if ctx.state.renewal is None:
        wanted.append((RENEW, RENEW, moved(ends, -lead)))
    for kind, key, on in wanted:
        at = working_day_end(ctx.facts, held.person, on, -1 if kind == RENEW else 0)  # never later than the lead
        if at > now or kind == RENEW:
            ctx.add(DeadlineSet(deadline=Deadline(kind=kind, key=key, at=max(at, now))))
    ctx.add(DeadlineSet(deadline=Deadline(kind=ENDS, key=ENDS, at=_end_of(ctx.facts, held.person, ends))))


def _end_of(facts: Facts, person: str, day: date) -> datetime:
    """The first working instant after a day, of the person's calendar: the day itself counts."""
    return working_day_end(facts, person, moved(day, 1))


def lead_days(organisation: Organisation, certificate: str, day: date) -> int:
    """Calendar days before the end at which the renewal begins: the longest of the rule's and its courses' (TRN-04)."""
    rule = rule_on(organisation, certificate, day)
    courses = [one.lead_days for one in organisation.courses.values() if one.certificate == certificate]
    return max([rule.lead_days if rule else 0, *courses])


def warn(ctx: Ctx, payload: DeadlinePassed) -> None:
    ctx.add(CertificateExpiring(days=int(payload.key), at=ctx.facts.now))


def renew(ctx: Ctx, _payload: DeadlinePassed) -> None:
    held, organisation = ctx.state.the_held, ctx.facts.organisation
    day = today_of(ctx.facts, held.person)
    if not organisation.works_here(held.person, day):
        return
    ends = last_day(organisation, held, day) or day
    manager = organisation.manager_of(held.person, day) or held.person
    case = f"renewal-{ctx.case.id}"[:80]
    ctx.add(RenewalOpened(case=case, requester=manager, by=max(ends, day), at=ctx.facts.now))


def ends(ctx: Ctx, _payload: DeadlinePassed) -> None:
    """The rules may have changed since: then it goes on until the day they say. A waiver ends the same way."""
    held = ctx.state.the_held
    day = today_of(ctx.facts, held.person)
    last = last_day(ctx.facts.organisation, held, day)
    if last is None or last >= day:
        _watch(ctx)
        return
    ctx.add(CertificateExpired(at=ctx.facts.now))
    tasks.assign(
        ctx, kind="expired", subject="certificate", command="waive-certificate",
        title=N_("The certificate {certificate} of {person} has ended: waive it, or let it go",
                 certificate=held.certificate, person=held.person),
        assignees=keepers(ctx.facts, ctx.case.unit, day) or (held.person,), basis="HR partner",
        due_days=PARAMETERS.number(ctx.facts, "decide_days"), without_end=True,
    )  # fmt: skip


def waive(ctx: Ctx, payload: WaiveCertificate) -> None:
    """Raises Refused `own-certificate`, `past-day`."""
    held = ctx.state.the_held
    _refuse_own(ctx)
    today = today_of(ctx.facts, held.person)
    if payload.until <= today:
        raise Refused("past-day", "A waiver ends after {today}.", today=today.isoformat())
    tasks.done(ctx, kind="expired", subject="certificate")
    ctx.add(WaiverGiven(until=payload.until, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now))
    waived = CertificateWaived(
        person=held.person, certificate=held.certificate, until=payload.until, by=ctx.command.actor, effective=today
    )
    ask_record(ctx, record.STREAM, [waived], about=WAIVED)
    at = _end_of(ctx.facts, held.person, payload.until)
    ctx.add(DeadlineSet(deadline=Deadline(kind=ENDS, key=ENDS, at=at)))


def end(ctx: Ctx, payload: EndCertificate) -> None:
    _refuse_own(ctx)
    _end(ctx, Stage.LAPSED, payload.reason)


def note_renewed(ctx: Ctx, _payload: NoteRenewed) -> None:
    _end(ctx, Stage.RENEWED, "another one was given")


def _end(ctx: Ctx, outcome: Stage, reason: str) -> None:
    for deadline in ctx.case.deadlines:
        if deadline.kind in (EXPIRING, RENEW, ENDS):
            ctx.add(DeadlineCleared(kind=deadline.kind, key=deadline.key))
    ctx.add(CertificateEnded(outcome=outcome, by=ctx.command.actor, at=ctx.facts.now))
    close(ctx, status=Status.APPROVED, reason=reason)


def _refuse_own(ctx: Ctx) -> None:
    if ctx.command.actor == ctx.state.the_held.person:
        raise Refused("own-certificate", "Someone else decides on your own certificate.")


def refuse_withdrawal(_ctx: Ctx, _payload: Withdraw) -> None:
    raise Refused("given", "A certificate that was given is not withdrawn; HR can let it go.")


def close_endless(ctx: Ctx, _event: Recorded | CertificateOpened) -> None:
    """One without an end needs no watching: its case is over once the organisation holds it."""
    if not ctx.state.recording.waits and ctx.state.the_held.ends is None:
        close(ctx, status=Status.APPROVED, reason="it has no end")


def keepers(facts: Facts, unit: str | None, day: date) -> tuple[str, ...]:
    roles = (PARAMETERS.text(facts, name) for name in ("role_hr", "role_coordinator"))
    return tuple(dict.fromkeys(person for role in roles for person in facts.organisation.holders(role, unit, day)))
