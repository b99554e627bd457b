"""Where the approvers of a step come from, before anybody is excluded (KRN-10)."""

from domain.kernel.policy import Approver
from domain.kernel.routing.eligibility import StepQuery


def named(question: StepQuery, who: Approver) -> tuple[str, ...]:
    """Whom the policy names, before anybody is excluded (KRN-10)."""
    organisation, day = question.facts.organisation, question.day
    if who.person:
        return (who.person,)
    if who.role:
        return organisation.holders(who.role, _unit(question, who.unit), day)
    if who.group:
        return organisation.holders(who.group, None, day)
    if who.manager_of:
        return organisation.boss_of(_led(question, who.manager_of), who.levels, day, who.line)
    line = organisation.budget_lines.get(str(question.matter.data.get(str(who.owner_of))))
    return (line.owner,) if line else ()


def describe(who: Approver, question: StepQuery) -> str:
    """The basis of an assignment in words, ids only."""
    if who.person:
        return f"person {who.person}"
    if who.role:
        return f"role {who.role} in {_unit(question, who.unit)}"
    if who.group:
        return f"group {who.group}"
    if who.manager_of:
        kind = "functional manager" if who.line == "functional" else "manager"
        return f"{kind} of {who.manager_of}, level {who.levels}"
    return f"owner of {who.owner_of} {question.matter.data.get(str(who.owner_of))}"


def _led(question: StepQuery, manager_of: str) -> str:
    """Whose manager is asked."""
    match manager_of:
        case "requester":
            return question.matter.requester
        case "beneficiary":
            return next(iter(question.matter.excluded), question.matter.requester)
        case _:
            return manager_of


def line_of(question: StepQuery, person: str) -> tuple[str, ...]:
    organisation = question.facts.organisation
    return organisation.line_above(person, question.day) if person in organisation.people else ()


def _unit(question: StepQuery, unit: str) -> str | None:
    match unit:
        case "case":
            return question.matter.unit
        case "requester":
            return question.facts.organisation.unit_of(question.matter.requester, question.day)
        case _:
            return unit
