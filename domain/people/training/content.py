"""What a training need asks for, and what cannot be asked (TRN-01)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.document import KeepDraft
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.ledger import Period
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money, same
from domain.kernel.values.reference import Reference
from domain.organisation.qualifications import held_level, require_course, required_levels
from domain.organisation.register import require_skill
from domain.people.training.parameters import PARAMETERS

Name = Annotated[str, Field(min_length=1, max_length=80)]
PersonId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$"), Reference("person")]
SkillId = Annotated[Name, Reference("skill")]
_LEVEL = "0 is the level that the job description asks for."
Level = Annotated[int, Field(ge=0, le=5, description=_LEVEL)]
_COST = "The fee of the course and what comes with it, such as the journey."


class Need(Value):
    """What is asked for: a skill at a level, or a certificate, for a person until a day.

    `course` and what pays for it (`line`, `period`, `cost`) can be missing as long as the need is a draft.
    """

    person: PersonId
    skill: SkillId | None = None
    level: Level = 0
    certificate: Name | None = None
    course: Name | None = None
    cost: Annotated[Money | None, Field(description=_COST)] = None
    line: Annotated[Name | None, Reference("budget-line")] = None
    period: Period | None = None
    by: Annotated[date, Field(title="until", description="The day by which it is wanted.")]
    priority: Literal["high", "normal", "low"] = "normal"
    reason: Text


class IdentifyNeed(Need, KeepDraft):
    """Says that a person needs a skill at a level, or a certificate."""


def need_of(payload: Value, facts: Facts) -> Need:
    """The content of an opening command; a level that is not given is that of the person's job description.

    Raises Refused `no-level`.
    """
    need = Need.model_validate({name: getattr(payload, name) for name in Need.model_fields})
    if need.skill is None or need.level:
        return need
    level = required_levels(facts.organisation, need.person, today_of(facts, need.person)).get(need.skill)
    if level is None:
        template = "The position of {person} does not ask for {skill}; say which level is wanted."
        raise Refused("no-level", template, person=need.person, skill=need.skill)
    return need.model_copy(update={"level": level})


def check(facts: Facts, need: Need, requester: str) -> None:
    """What must hold before a need is submitted.

    Raises Refused `unknown-person`, `not-yours-to-train`, `skill-or-certificate`, `no-gap`, `past-day`, `no-course`,
    `wrong-course`, `no-budget`, `below-price`, and those of the registers.
    """
    today = today_of(facts, need.person)
    if not facts.organisation.works_here(need.person, today):
        raise Refused("unknown-person", "Nobody with the id {person} works here.", person=need.person)
    _refuse_others(facts, need.person, requester, today)
    if need.by < today:
        raise Refused("past-day", "It is wanted by {today} or later.", today=today.isoformat())
    _check_gap(facts, need, today)
    _check_course(facts, need)


def _refuse_others(facts: Facts, person: str, requester: str, today: date) -> None:
    organisation, unit = facts.organisation, facts.organisation.unit_of(person, today)
    roles = (PARAMETERS.text(facts, "role_coordinator"), PARAMETERS.text(facts, "role_hr"))
    held = any(requester in organisation.holders(role, unit, today) for role in roles)
    if not (requester == person or organisation.reports_to(person, requester, today) or held):
        template = "Only {person}, their managers, HR and training coordinators can ask for this; ask one of them."
        raise Refused("not-yours-to-train", template, person=person)


def _check_gap(facts: Facts, need: Need, today: date) -> None:
    if (need.skill is None) == (need.certificate is None):
        raise Refused("skill-or-certificate", "Name either a skill or a certificate, not both.")
    if need.certificate is not None:
        if need.certificate not in facts.organisation.certificate_rules:
            known = ", ".join(sorted(facts.organisation.certificate_rules)) or "–"
            template = "There is no certificate {certificate}; there are: {known}."
            raise Refused("unknown-certificate", template, certificate=need.certificate, known=known)
        return
    assert need.skill is not None
    require_skill(facts.organisation, need.skill, today)
    held = held_level(facts.organisation, need.person, need.skill)
    if held >= need.level:
        template = "{person} has level {held} in {skill} already; ask for a higher one."
        raise Refused("no-gap", template, person=need.person, held=held, skill=need.skill)


def _check_course(facts: Facts, need: Need) -> None:
    if need.course is None:
        raise Refused("no-course", "Say which course closes the gap.")
    course = require_course(facts.organisation, need.course)
    leads = (
        course.certificate == need.certificate
        if need.certificate is not None
        else course.skill == need.skill and course.level >= need.level
    )
    if not leads:
        template = "The course {course} does not lead to what is needed; choose one that does."
        raise Refused("wrong-course", template, course=course.id)
    if need.cost is None or (need.cost.amount and not (need.line and need.period)):
        raise Refused("no-budget", "Say what it costs, which budget line pays, and for which period.")
    if need.cost < same(need.cost, course.price):
        template = "The course costs {price}; the cost cannot be lower."
        raise Refused("below-price", template, price=str(course.price))


def title(need: Need) -> Message:
    if need.certificate is not None:
        return N_("Certificate {certificate} for {person}", certificate=need.certificate, person=need.person)
    skill, level = need.skill or "", str(need.level)
    return N_("Training of {person}: {skill}, level {level}", person=need.person, skill=skill, level=level)


def unit_of(facts: Facts, need: Need) -> str:
    return facts.organisation.unit_of(need.person, today_of(facts, need.person)) or ""
