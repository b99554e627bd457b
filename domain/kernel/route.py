"""Who decides: from a route and a case's data to steps, and from a step to people (KRN-02, 05, 06, 10, 12, 13).

One resolver answers for the preview, for offering a step, and for whether someone may still decide it.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from domain.kernel.calendar import add_working_days
from domain.kernel.case import Case
from domain.kernel.condition import holds
from domain.kernel.content import Content
from domain.kernel.eligibility import Question, calendar_of, needed, objection
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.policy import Approver, Policy, Route, Step
from domain.kernel.value import Value

__all__ = [
    "PreviewStep",
    "Question",
    "Resolution",
    "active_steps",
    "calendar_of",
    "describe",
    "named",
    "nearest_managers",
    "objection",
    "preview",
    "resolve",
    "route_of",
    "successors",
]


class Resolution(Value):
    """The people a step is offered to and why they; or nobody and `stuck`, the reason."""

    assignees: tuple[str, ...] = ()
    basis: str = ""
    stuck: str | None = None


class PreviewStep(Value):
    """One step as it would run if every step before it took its whole time (KRN-41)."""

    step: str
    title: str
    assignees: tuple[str, ...]
    basis: str
    due_at: datetime | None
    stuck: str | None


def route_of(policy: Policy, process: str, route: str) -> Route:
    """The route of a process in a policy. Raises Refused `no-route`."""
    found = policy.processes.get(process)
    if found is None or route not in found.routes:
        raise Refused(
            "no-route",
            "The policy in force has no route {route} for {process}; publish one that does.",
            route=route,
            process=process,
        )
    return found.routes[route]


def active_steps(route: Route, content: Content) -> tuple[Step, ...]:
    """The steps whose conditions hold, in order.

    Raises Refused `no-steps` or `uncovered-fields`: content that no step answers for is never approved silently.
    """
    steps = tuple(step for step in route.steps if all(holds(condition, content.data) for condition in step.when))
    if not steps:
        raise Refused("no-steps", "No step of the route applies to this case; publish a policy with one that does.")
    for step in steps:
        if unknown := sorted(set(step.material) - set(content.material)):
            raise Refused(
                "unknown-material",
                "Step {step} answers for {fields}, which this case does not have; correct the policy.",
                step=step.name,
                fields=", ".join(unknown),
            )
    covered = {name for step in steps for name in (step.material or content.material)}
    if loose := sorted(set(content.material) - covered):
        raise Refused(
            "uncovered-fields",
            "No step of the route answers for {fields}; correct the policy.",
            fields=", ".join(loose),
        )
    return steps


def resolve(question: Question, route: Route, step: Step) -> Resolution:
    """The people of a step. Up the line if nobody named may decide it, then the fallback, then stuck (KRN-13)."""
    fit = _fit(question, step)
    asked = named(question, step.who)
    if chosen := _only(asked, fit):
        return Resolution(assignees=chosen, basis=describe(step.who, question) + _limit(question, step))
    above = _nearest(asked, fit, question) or _nearest((question.matter.requester,), fit, question)
    if above:
        return Resolution(
            assignees=above, basis=f"up the line from {describe(step.who, question)}" + _limit(question, step)
        )
    if route.fallback and (chosen := _only(named(question, route.fallback), fit)):
        return Resolution(
            assignees=chosen, basis=f"fallback: {describe(route.fallback, question)}" + _limit(question, step)
        )
    return Resolution(stuck=_why_stuck(question, step, asked))


def named(question: Question, who: Approver) -> tuple[str, ...]:
    """Whom the policy names, before anybody is excluded (KRN-10)."""
    organisation, day = question.facts.organisation, question.day
    if who.person:
        return (who.person,)
    if who.role:
        return organisation.holders(who.role, _unit(question, who.unit), day)
    if who.group:
        return organisation.holders(who.group, None, day)
    if who.manager_of:
        person = question.matter.requester if who.manager_of == "requester" else who.manager_of
        return _line(question, person)[who.levels - 1 : who.levels]
    line = organisation.budget_lines.get(str(question.matter.data.get(str(who.owner_of))))
    return (line.owner,) if line else ()


def successors(question: Question, step: Step, people: Iterable[str]) -> tuple[str, ...]:
    """The nearest managers of `people` who may decide this step, for an escalation (KRN-31)."""
    return _nearest(tuple(people), _fit(question, step), question)


def nearest_managers(facts: Facts, people: Iterable[str]) -> tuple[str, ...]:
    """The nearest manager of each of `people`, for the escalation of a task that is no decision."""
    organisation = facts.organisation
    known = [person for person in people if person in organisation.people]
    found = (organisation.manager_of(person, calendar_of(facts, person).local_date(facts.now)) for person in known)
    return tuple(dict.fromkeys(boss for boss in found if boss))


def preview(content: Content, route: Route, facts: Facts, *, case: Case | None = None) -> list[PreviewStep]:
    """Who will have to decide `content`, and by when. Raises Refused like submitting would (KRN-41)."""
    question = Question(content, facts, case or Case(id="", process=""))
    result, start = [], facts.now
    for step in active_steps(route, content):
        found = resolve(question, route, step)
        due = None
        if found.assignees:
            due = start = add_working_days(calendar_of(facts, found.assignees[0]), start, step.due_days)
        result.append(
            PreviewStep(
                step=step.name,
                title=step.title,
                assignees=found.assignees,
                basis=found.basis,
                due_at=due,
                stuck=found.stuck,
            )
        )
    return result


def describe(who: Approver, question: Question) -> str:
    """The basis of an assignment in words, ids only."""
    if who.person:
        return f"person {who.person}"
    if who.role:
        return f"role {who.role} in {_unit(question, who.unit)}"
    if who.group:
        return f"group {who.group}"
    if who.manager_of:
        return f"manager of {who.manager_of}, level {who.levels}"
    return f"owner of {who.owner_of} {question.matter.data.get(str(who.owner_of))}"


def _fit(question: Question, step: Step) -> Callable[[str], bool]:
    return lambda person: objection(question, step, person) is None


def _only(people: Iterable[str], fit: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(person for person in dict.fromkeys(people) if fit(person))


def _nearest(people: Iterable[str], fit: Callable[[str], bool], question: Question) -> tuple[str, ...]:
    """For each of `people` the nearest manager who is fit, without repeats."""
    found = (next((boss for boss in _line(question, person) if fit(boss)), None) for person in people)
    return tuple(dict.fromkeys(boss for boss in found if boss))


def _line(question: Question, person: str) -> tuple[str, ...]:
    organisation = question.facts.organisation
    return organisation.line_above(person, question.day) if person in organisation.people else ()


def _unit(question: Question, unit: str) -> str | None:
    match unit:
        case "case":
            return question.matter.unit
        case "requester":
            return question.facts.organisation.unit_of(question.matter.requester, question.day)
        case _:
            return unit


def _limit(question: Question, step: Step) -> str:
    amount = needed(question, step)
    return f", limit for {step.authority.category} covers {amount}" if step.authority else ""


def _why_stuck(question: Question, step: Step, asked: tuple[str, ...]) -> str:
    who = describe(step.who, question)
    if not asked:
        return f"nobody is {who}, and nobody up the line or in the fallback may decide"
    reasons = _codes(objection(question, step, person) for person in asked)
    return f"{who} may not decide ({', '.join(reasons)}), nor anybody up the line or in the fallback"


def _codes(refusals: Iterable[Refused | None]) -> Iterator[str]:
    return iter(sorted({refusal.code for refusal in refusals if refusal}))
