"""What follows from skills and certificates held: gaps, ends, roles that are blocked (TRN-01, TRN-04, TRN-09)."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from domain.kernel.errors import Refused
from domain.kernel.register import near
from domain.kernel.value import Value
from domain.organisation.training import CertificateRule, Course, HeldCertificate

if TYPE_CHECKING:
    from domain.organisation.model import Organisation

_DAY = timedelta(days=1)


class Gap(Value):
    """A level that the position needs, above the one that the person has shown. `claimed` is what they say (TRN-01)."""

    person: str
    skill: str
    needed: int
    held: int
    claimed: int = 0

    @property
    def levels(self) -> int:
        return self.needed - self.held


class RuleImpact(Value):
    """Whose certificate a new rule gives another last day (TRN-09)."""

    person: str
    certificate: str
    ends: date | None
    then: date | None


def held_level(organisation: "Organisation", person: str, skill: str, *, claimed: bool = False) -> int:
    """The level that was endorsed or assessed last, 0 if none; or the one that the person claims."""
    known = [one for one in organisation.skills_held.get(person, ()) if one.skill == skill]
    counted = [one for one in known if (one.basis == "claimed") == claimed]
    return max(counted, key=lambda one: (one.day, one.level)).level if counted else 0


def required_levels(organisation: "Organisation", person: str, day: date) -> dict[str, int]:
    """What the description of the person's position asks for as a must, by skill (JOB-02)."""
    known = organisation.people.get(person)
    if known is None or not known.holds_on(day):
        return {}
    versions = organisation.descriptions.get(organisation.described.get(known.position_on(day), ""), ())
    if not versions or versions[-1].end is not None:
        return {}
    return {asked.skill: asked.level for asked in versions[-1].description.musts()}


def gaps_of(organisation: "Organisation", person: str, day: date) -> tuple[Gap, ...]:
    """Where the position needs more than the person has shown; a claim closes nothing (TRN-01)."""
    gaps = (
        gap_in(organisation, person, skill, level)
        for skill, level in required_levels(organisation, person, day).items()
    )
    return tuple(gap for gap in gaps if gap.levels > 0)


def gap_in(organisation: "Organisation", person: str, skill: str, needed: int) -> Gap:
    held = held_level(organisation, person, skill)
    return Gap(person=person, skill=skill, needed=needed, held=held,
               claimed=held_level(organisation, person, skill, claimed=True))  # fmt: skip


def months_after(day: date, months: int) -> date:
    """The same day so many calendar months later; 29 February becomes the 28th where there is none (TRN-09)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def rule_on(organisation: "Organisation", certificate: str, day: date) -> CertificateRule | None:
    """The version that new certificates are given under on a day."""
    found = [rule for rule in organisation.certificate_rules.get(certificate, ()) if rule.start <= day]
    return max(found, key=lambda rule: (rule.start, rule.version)) if found else None


def certificate_given(organisation: "Organisation", person: str, certificate: str, day: date) -> HeldCertificate:
    """A certificate given on a day of the holder: under the rule of that day, and joined to the old end (TRN-09).

    Without a rule it has no end, and version 0.
    """
    rule = rule_on(organisation, certificate, day)
    before = newest(organisation, person, certificate)
    begins = day
    if before is not None and (old := last_day(organisation, before, day)) is not None and old >= day:
        begins = old
    ends = months_after(begins, rule.months) if rule and rule.months else None
    return HeldCertificate(
        person=person, certificate=certificate, version=rule.version if rule else 0, given=day, ends=ends
    )


def newest(organisation: "Organisation", person: str, certificate: str) -> HeldCertificate | None:
    """The certificate of this kind that was given last."""
    held = [one for one in organisation.certificates_held.get(person, ()) if one.certificate == certificate]
    return held[-1] if held else None


def last_day(organisation: "Organisation", held: HeldCertificate, day: date) -> date | None:
    """The last day on which it counts, as the rules are on `day`: a later rule counts only if it is for all (TRN-09).

    Such a rule ends nothing before its own first day.
    """
    ends = held.ends
    for rule in _later(organisation, held, day):
        ends = None if rule.months is None else max(months_after(held.given, rule.months), rule.start - _DAY)
    return ends


def counts_on(organisation: "Organisation", held: HeldCertificate, day: date) -> bool:
    """Whether it is valid, or was waived, on a day."""
    ends = last_day(organisation, held, day)
    return ends is None or day <= max(ends, held.waived_until or ends)


def hit_by(organisation: "Organisation", rule: CertificateRule) -> tuple[RuleImpact, ...]:
    """Whose certificates a rule gives another last day once it counts, before it does (TRN-09)."""
    hit = []
    before = rule.start - _DAY
    for person in sorted(organisation.certificates_held):
        held = newest(organisation, person, rule.id)
        if held is None or rule.applies_to == "new" or not organisation.works_here(person, before):
            continue
        now, then = last_day(organisation, held, before), last_day(organisation, held, rule.start)
        if now != then:
            hit.append(RuleImpact(person=person, certificate=rule.id, ends=now, then=then))
    return tuple(hit)


def blocking(organisation: "Organisation", person: str, role: str, day: date) -> str | None:
    """The mandatory certificate whose expiry keeps this person from acting in a role, or None (TRN-04).

    Who never had it is not blocked: a need with a due date asks for it (TRN-05).
    """
    for certificate in organisation.mandatory_for.get(role, ()):
        rule = rule_on(organisation, certificate, day)
        if rule is None or not rule.mandatory or role not in rule.roles:
            continue
        held = [one for name in (certificate, *rule.instead) if (one := newest(organisation, person, name)) is not None]
        if held and not any(counts_on(organisation, one, day) for one in held):
            return certificate
    return None


def unqualified(organisation: "Organisation", day: date) -> tuple[tuple[str, CertificateRule], ...]:
    """New holders of a role without a certificate that it asks for, or one that serves as well (TRN-05).

    New is who got a role since the rule counts.
    """
    wanted = {
        (person, certificate): rule
        for certificate in organisation.certificate_rules
        if (rule := rule_on(organisation, certificate, day)) is not None
        for person in _holders(organisation, rule.roles, day)
        if organisation.role_since.get(person, date.min) >= rule.start
        if not any(newest(organisation, person, name) for name in (certificate, *rule.instead))
    }
    return tuple((person, rule) for (person, _), rule in sorted(wanted.items()))


def require_course(organisation: "Organisation", course: str) -> Course:
    """Raises Refused `unknown-course` with near matches."""
    known = organisation.courses.get(course)
    if known is not None:
        return known
    matches = near(course, {one.id: one.name for one in organisation.courses.values()})
    if matches:
        template = "There is no course {course}; did you mean {near}?"
        raise Refused("unknown-course", template, course=course[:80], near=", ".join(matches))
    template = "There is no course {course}; look in the catalogue, or have it added."
    raise Refused("unknown-course", template, course=course[:80])


def _holders(organisation: "Organisation", roles: Iterable[str], day: date) -> Iterator[str]:
    for holding in organisation.roles:
        if holding.role in roles and holding.holds_on(day) and organisation.works_here(holding.person, day):
            yield holding.person


def _later(organisation: "Organisation", held: HeldCertificate, day: date) -> list[CertificateRule]:
    rules = organisation.certificate_rules.get(held.certificate, ())
    later = (r for r in rules if r.applies_to == "all" and r.version > held.version and held.given < r.start <= day)
    return sorted(later, key=lambda rule: (rule.start, rule.version))
