"""Who may decide a matter: nobody in their own case, below its subject, or beyond their limit (KRN-02, 05, 06)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from domain.kernel.cases.case import Case
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.policy import Step
from domain.kernel.routing.authority import added_up
from domain.kernel.values.calendar import ALWAYS, Calendar
from domain.kernel.values.content import ApprovalSubject
from domain.kernel.values.money import Money
from domain.organisation.qualifications import blocking

OPERATIONS = "operations"
"""The role that mends what stops a case: told of a stuck step, may hold, resume and try again (KRN-13, KRN-45)."""


@dataclass(frozen=True)
class StepQuery:
    """Who may decide `matter`, asked now: what the organisation says today, and who is barred by the case (KRN-02)."""

    matter: ApprovalSubject
    facts: Facts
    case: Case
    apart: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For each step that must be separate from others: who acted in one of those (KRN-03)."""
    recused: frozenset[str] = frozenset()
    appointers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each step: who gave a place in it to another by the role operations (KRN-23)."""

    @cached_property
    def barred(self) -> frozenset[str]:
        """Requester, beneficiary and subject, of this content and of the whole case; and who answers for them now."""
        return frozenset({self.matter.requester, *self.matter.excluded, *self.case.own})

    @cached_property
    def parties(self) -> frozenset[str]:
        """Those barred, and the case's team: they appoint nobody who decides it (KRN-02, KRN-23)."""
        return self.barred | self.case.parties

    @cached_property
    def day(self) -> date:
        """Today where the requester works: the day for which the organisation is asked."""
        return today_of(self.facts, self.matter.requester)


def calendar_of(facts: Facts, person: str) -> Calendar:
    """The person's working time; every hour for someone outside the organisation."""
    member = facts.organisation.people.get(person)
    return facts.organisation.calendars.get(member.calendar, ALWAYS) if member else ALWAYS


def today_of(facts: Facts, person: str) -> date:
    """Today where `person` works; in UTC if they are not of the organisation."""
    return calendar_of(facts, person).local_date(facts.now)


def objection(question: StepQuery, step: Step, person: str) -> Refused | None:
    """Why `person` must not decide this step, or None. Asked when a step is offered and again when it is decided."""
    return (
        bar(question, person)
        or _expired(question, step, person)
        or _too_low(question, step, person)
        or acted_already(question, step, person)
    )


def _expired(question: StepQuery, step: Step, person: str) -> Refused | None:
    """Whether the role by which they are asked needs a certificate that has ended since they were asked (TRN-04)."""
    role = step.who.role or step.who.group
    certificate = blocking(question.facts.organisation, person, role, question.day) if role else None
    if certificate is None:
        return None
    return Refused(
        "certificate-expired",
        "{actor} acts as {role} only with the certificate {certificate}, which has ended; renew it or have it waived.",
        actor=person,
        role=role,
        certificate=certificate,
    )


def acted_already(question: StepQuery, step: Step, person: str) -> Refused | None:
    """Whether `person` acted in a step that must be separate from this one, or somebody did for them (KRN-03).

    Or chose its deciders as operations: who appoints never decides (KRN-23).
    """
    if person in question.appointers.get(step.name, ()):
        return Refused(
            "appointed-decider",
            "{actor} gave a place in step {step} to another as operations and does not decide it; it waits for others.",
            actor=person,
            step=step.name,
        )
    if person not in question.apart.get(step.name, ()):
        return None
    return Refused(
        "acted-already",
        "{actor} had a part in another step of this case, and step {step} must be separate; someone else must decide.",
        actor=person,
        step=step.name,
    )


def own_case(person: str) -> Refused:
    return Refused("own-case", "{actor} asked for this or is its subject; someone else must decide.", actor=person)


def bar(question: StepQuery, person: str) -> Refused | None:
    """Why `person` must not decide this matter, whatever its step, or None (KRN-02, KRN-06)."""
    organisation, day = question.facts.organisation, question.day
    if person in question.barred:
        return own_case(person)
    if person in question.recused:
        return Refused("recused", "{actor} asked to be left out of this; someone else must decide.", actor=person)
    if not organisation.works_here(person, day):
        return Refused("not-employed", "{actor} does not work here today; ask for a reassignment.", actor=person)
    if any(organisation.reports_to(person, one, day) for one in sorted(question.barred) if one in organisation.people):
        return Refused(
            "subordinate",
            "{actor} reports to someone this case is for; it must be decided by someone who does not.",
            actor=person,
        )
    return None


def needed(question: StepQuery, step: Step) -> Money | None:
    """The amount that a decider's limit must cover: this request with earlier ones like it (KRN-05)."""
    if step.authority is None:
        return None
    if question.matter.amount is None:
        raise Refused(
            "no-amount",
            "Step {step} needs a limit of authority, but this case states no amount; state one.",
            step=step.name,
        )
    return added_up(question.matter, step.authority.category, question.facts, case=question.case.id)


def _too_low(question: StepQuery, step: Step, person: str) -> Refused | None:
    amount = needed(question, step)
    if step.authority is None or amount is None:
        return None
    limit = question.facts.organisation.limit_of(
        person, step.authority.category, amount.currency, question.matter.unit, question.day
    )
    if limit is not None and amount <= limit:
        return None
    return Refused(
        "limit-too-low",
        "{actor} may not approve {amount} for {category}; someone with a higher limit must decide.",
        actor=person,
        amount=str(amount),
        category=step.authority.category,
    )
