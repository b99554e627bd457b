"""One person does not act in two steps that must be separate; or decides once where the policy says so (KRN-03, 04)."""

from collections.abc import Mapping

from domain.kernel.cases.case import Case, Decision, Review
from domain.kernel.policy import Route, Step


def separated(route: Route, key: str) -> frozenset[str]:
    """The steps of this route that must be separate, and steps of other routes of the case, as `route/step`."""
    if isinstance(route.separate, bool):
        return frozenset(f"{key}/{step.name}" for step in route.steps) if route.separate else frozenset()
    return frozenset(name if "/" in name else f"{key}/{name}" for name in route.separate)


def acted_elsewhere(case: Case, review: Review, route: Route) -> Mapping[str, frozenset[str]]:
    """For each step of the review that must be separate: who acted in another one, or for whom it was done.

    Every round counts, and a decision that was voided too: whoever returned a case at one step does not approve it at
    another.
    """
    apart = separated(route, review.route)
    own = {step.name: f"{review.route}/{step.name}" for step in route.steps}
    acts = [(key, people) for key, people in _acts(case) if key in apart]
    return {
        name: frozenset(person for other, people in acts if other != key for person in people)
        for name, key in own.items()
        if key in apart
    }


def _acts(case: Case) -> list[tuple[str, set[str]]]:
    return [
        (f"{review.route}/{decision.step}", set(decision.persons))
        for review in case.reviews.values()
        for decision in review.decisions
        if decision.outcome != "recuse"
    ]


def may_collapse(route: Route, key: str, later: Step) -> bool:
    return route.collapse and later.quorum == "any" and f"{key}/{later.name}" not in separated(route, key)


def covering(route: Route, review: Review, later: Step) -> list[Decision]:
    """Standing approvals of steps that answer for everything `later` answers for."""
    wanted = answered(later, review)
    return [
        decision
        for decision in review.decisions
        if decision.standing
        and not decision.override
        and decision.outcome == "approve"
        and wanted <= answered(route.step(decision.step), review)
        and _is_approved(review, decision.step)
    ]


def answered(step: Step, review: Review) -> set[str]:
    """The fields a step's approvers answer for; the amount as the field `amount`, if it has authority over one."""
    return {*(step.material or review.fields), *(("(amount)",) if step.authority else ())}


def _is_approved(review: Review, step: str) -> bool:
    return any(plan.name == step and plan.state == "approved" for plan in review.steps)
