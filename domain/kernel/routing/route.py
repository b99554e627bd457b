"""Who decides: from a route and a case's data to steps, and from a step to people (KRN-02, 05, 06, 10, 12, 13).

One resolver answers for the preview, for offering a step, and for whether someone may still decide it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from domain.kernel.cases.case import Case, Review
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.policy import Approver, Condition, Policy, Route, Step
from domain.kernel.routing.condition import holds
from domain.kernel.routing.eligibility import StepQuery, calendar_of, needed, objection, today_of
from domain.kernel.routing.separation import acted_elsewhere, separated
from domain.kernel.routing.sources import describe, line_of, named
from domain.kernel.value import Value
from domain.kernel.values.calendar import add_working_days
from domain.kernel.values.content import Content
from domain.organisation.model import Organisation

__all__ = [
    "PreviewStep",
    "Resolution",
    "StepQuery",
    "active_steps",
    "asking",
    "beyond",
    "calendar_of",
    "describe",
    "discreet",
    "named",
    "nearest_managers",
    "objection",
    "preview",
    "resolve",
    "route_of",
    "successors",
]


LIMIT = ", limit for "
"""Where the basis of an assignment goes on to say which limit covers what."""


class Resolution(Value):
    """The people a step is offered to and why they; or nobody and `stuck`, the reason."""

    assignees: tuple[str, ...] = ()
    basis: str = ""
    stuck: str | None = None
    veto: tuple[str, ...] = ()


class PreviewStep(Value):
    """One step as it would run if every step before it took its whole time (KRN-41)."""

    step: str
    title: str
    assignees: tuple[str, ...]
    basis: str
    due_at: datetime | None
    stuck: str | None
    quorum: str = "any"
    veto: tuple[str, ...] = ()
    beside: str | None = None


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


def active_steps(route: Route, content: Content, organisation: Organisation) -> tuple[Step, ...]:
    """The steps of the first row that fits, if the route has a table, whose own conditions hold; in order.

    Raises Refused `no-steps` or `uncovered-fields`: content that no step answers for is never approved silently.
    """

    def fits(when: Iterable[Condition]) -> bool:
        return all(holds(condition, content.data, organisation) for condition in when)

    named = next((row.steps for row in route.rows if fits(row.when)), ())
    steps = tuple(step for step in route.steps if step.name in named and fits(step.when))
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


def asking(facts: Facts, case: Case, review: Review) -> StepQuery:
    """Who may decide a review of a case, with what happened in it so far."""
    route = route_of(facts.policy, case.process, review.route)
    recused = frozenset(decision.actor for decision in review.decisions if decision.outcome == "recuse")
    apart = acted_elsewhere(case, review, route)
    return StepQuery(review, facts, case, apart=apart, recused=recused, appointers=review.appointers)


def resolve(question: StepQuery, route: Route, step: Step) -> Resolution:
    """The people of a step. Up the line if nobody named may decide it, then the fallback, then stuck (KRN-13)."""
    found = _voters(question, route, step)
    if step.veto is None or found.stuck is not None:
        return found
    fit = _fit(question, step.model_copy(update={"authority": None}))
    holders = named(question, step.veto)
    veto = _only(holders, fit) or _nearest(holders, fit, question)
    if not veto and route.fallback:
        veto = _only(named(question, route.fallback), fit)
    return found.model_copy(update={"veto": veto}) if veto else Resolution(stuck=_no_veto(question, step.veto))


def _voters(question: StepQuery, route: Route, step: Step) -> Resolution:
    fit = _fit(question, step)
    asked = named(question, step.who)
    if isinstance(step.quorum, int) and step.quorum > 1:
        return _enough(question, route, step, step.quorum)
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


def _enough(question: StepQuery, route: Route, step: Step, number: int) -> Resolution:
    """At least as many as must approve: if too few of those named may, others from above them are asked besides."""
    fit = _fit(question, step)
    asked = named(question, step.who)
    chosen = _only(asked, fit)
    above = [boss for person in (*asked, question.matter.requester) for boss in line_of(question, person)]
    spare = (*above, *(named(question, route.fallback) if route.fallback else ()))
    more = [person for person in _only(spare, fit) if person not in chosen][: max(0, number - len(chosen))]
    if len(chosen) + len(more) < number:
        return Resolution(stuck=f"{number} must approve, but only {len(chosen) + len(more)} may decide")
    basis = describe(step.who, question) + (f", with {len(more)} from above" if more else "")
    return Resolution(assignees=(*chosen, *more), basis=basis + _limit(question, step))


def successors(question: StepQuery, step: Step, people: Iterable[str]) -> tuple[str, ...]:
    """The nearest managers of `people` who may decide this step, for an escalation (KRN-31)."""
    return _nearest(tuple(people), _fit(question, step), question)


def beyond(question: StepQuery, step: Step, people: Iterable[str]) -> tuple[str, ...]:
    """The nearest managers of `people` who may decide this step and are not among them."""
    asked, fit = tuple(people), _fit(question, step)
    return _nearest(asked, lambda person: person not in asked and fit(person), question)


def nearest_managers(facts: Facts, people: Iterable[str]) -> tuple[str, ...]:
    """The nearest manager of each of `people`, for the escalation of a task that is no decision."""
    organisation = facts.organisation
    found = (organisation.manager_of(person, today_of(facts, person)) for person in people)
    return tuple(dict.fromkeys(boss for boss in found if boss))


def preview(content: Content, route: Route, facts: Facts, *, case: Case | None = None) -> list[PreviewStep]:
    """Who will have to decide `content`, and by when. Raises Refused like submitting would (KRN-41)."""
    question = StepQuery(content, facts, case or Case(id="", process=""))
    result: list[PreviewStep] = []
    before: list[PreviewStep] = []
    for step in active_steps(route, content, facts.organisation):
        if not (result and step.beside and result[-1].beside == step.beside):
            before = list(result)
        start = max((other.due_at for other in before if other.due_at), default=facts.now)
        result.append(_foreseen(_after(question, route, result), route, step, start))
    return result


def discreet(step: PreviewStep) -> PreviewStep:
    """A step as whoever asks before submitting is told it: who decides, and no word of limits (KRN-41)."""
    basis, _, _ = step.basis.partition(LIMIT)
    return step.model_copy(update={"basis": basis})


def _after(question: StepQuery, route: Route, result: Iterable[PreviewStep]) -> StepQuery:
    """The question after earlier steps were decided: by whoever alone is asked there."""
    apart = {name.removeprefix("/") for name in separated(route, "") if name.startswith("/")}
    acted = [(found.step, set(found.assignees)) for found in result if len(found.assignees) == 1]
    return replace(
        question,
        apart={
            name: frozenset(who for other, people in acted if other in apart - {name} for who in people)
            for name in apart
        },
    )


def _foreseen(question: StepQuery, route: Route, step: Step, start: datetime) -> PreviewStep:
    found = resolve(question, route, step)
    due = None
    if found.assignees:
        due = add_working_days(calendar_of(question.facts, found.assignees[0]), start, step.due_days)
    return PreviewStep(
        step=step.name,
        title=step.title,
        assignees=found.assignees,
        basis=found.basis,
        due_at=due,
        stuck=found.stuck,
        quorum=str(step.quorum),
        veto=found.veto,
        beside=step.beside,
    )


def _fit(question: StepQuery, step: Step) -> Callable[[str], bool]:
    return lambda person: objection(question, step, person) is None


def _only(people: Iterable[str], fit: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(person for person in dict.fromkeys(people) if fit(person))


def _nearest(people: Iterable[str], fit: Callable[[str], bool], question: StepQuery) -> tuple[str, ...]:
    """For each of `people` the nearest manager who is fit, without repeats."""
    found = (next((boss for boss in line_of(question, person) if fit(boss)), None) for person in people)
    return tuple(dict.fromkeys(boss for boss in found if boss))


def _limit(question: StepQuery, step: Step) -> str:
    amount = needed(question, step)
    return f"{LIMIT}{step.authority.category} covers {amount}" if step.authority else ""


def _why_stuck(question: StepQuery, step: Step, asked: tuple[str, ...]) -> str:
    who = describe(step.who, question)
    if not asked:
        return f"nobody is {who}, and nobody up the line or in the fallback may decide"
    reasons = _codes(objection(question, step, person) for person in asked)
    return f"{who} may not decide ({', '.join(reasons)}), nor anybody up the line or in the fallback"


def _no_veto(question: StepQuery, veto: Approver) -> str:
    return f"nobody is {describe(veto, question)}, who has a veto, and nobody above them or in the fallback may decide"


def _codes(refusals: Iterable[Refused | None]) -> Iterator[str]:
    return iter(sorted({refusal.code for refusal in refusals if refusal}))
