"""The steps of a review and what each answers for; which of them decide again when content changed (KRN-14, KRN-15)."""

from collections.abc import Collection, Iterable
from typing import Any

from domain.kernel.cases.case import Review, StepPlan
from domain.kernel.policy import Route, Step
from domain.kernel.values.content import Content, content_hash


def planned(steps: Iterable[Step], content: Content) -> tuple[StepPlan, ...]:
    """A plan in which every step waits."""
    return tuple(StepPlan(name=step.name, content_hash=content_hash(answers(step, content))) for step in steps)


def answers(step: Step, content: Content) -> dict[str, Any]:
    """The values a step's approvers answer for: its material fields, all if it names none, and the amount if it has
    authority over one.
    """
    values = {name: content.material[name] for name in (step.material or content.material)}
    return {"amount": content.amount, **values} if step.authority else values


def over_money(review: Review, route: Route) -> frozenset[str]:
    """The steps that have authority over the amount; all, if none says so."""
    names = frozenset(plan.name for plan in review.steps)
    return frozenset(name for name in names if route.step(name).authority) or names


def replanned(
    review: Review, plan: tuple[StepPlan, ...], route: Route, *, everything: bool, anew: Collection[str] = ()
) -> tuple[StepPlan, ...]:
    """`plan` with the states that survive: approved steps whose content is the same, and open ones if they are next.

    Those of `anew` decide again though their content is the same.
    """
    before = {step.name: step for step in review.steps}
    result: list[StepPlan] = []
    for step in plan:
        old = before.get(step.name)
        same = old is not None and old.content_hash == step.content_hash and not everything and step.name not in anew
        keeps = (
            old is not None
            and same
            and (old.state == "approved" or (old.state == "open" and _next(result, step, route)))
        )
        result.append(step.model_copy(update={"state": old.state, "into": old.into}) if old and keeps else step)
    kept = {step.name for step in result if step.state == "approved"}
    return tuple(step if not step.into or step.into in kept else _again(step) for step in result)


def _next(earlier: Iterable[StepPlan], step: StepPlan, route: Route) -> bool:
    """Whether every earlier step is approved, or runs beside this one (KRN-12)."""
    beside = route.step(step.name).beside
    return all(
        other.state == "approved" or (beside is not None and route.step(other.name).beside == beside)
        for other in earlier
    )


def _again(step: StepPlan) -> StepPlan:
    """A step that rested on a decision that is void (KRN-04)."""
    return step.model_copy(update={"state": "waiting", "into": ""})
