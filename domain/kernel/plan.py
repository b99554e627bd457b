"""The steps of a review and what each answers for; which of them decide again when content changed (KRN-14, KRN-15)."""

from collections.abc import Iterable
from typing import Any

from domain.kernel.case import Review, StepPlan
from domain.kernel.content import Content, content_hash
from domain.kernel.policy import Step


def planned(steps: Iterable[Step], content: Content) -> tuple[StepPlan, ...]:
    """A plan in which every step waits."""
    return tuple(StepPlan(name=step.name, content_hash=content_hash(answers(step, content))) for step in steps)


def answers(step: Step, content: Content) -> dict[str, Any]:
    """The values a step's approvers answer for: its material fields, all if it names none, and the amount if it has
    authority over one.
    """
    values = {name: content.material[name] for name in (step.material or content.material)}
    return {"amount": content.amount, **values} if step.authority else values


def replanned(review: Review, plan: tuple[StepPlan, ...], *, everything: bool) -> tuple[StepPlan, ...]:
    """`plan` with the states that survive: approved steps whose content is the same, and the open one if it is next."""
    before = {step.name: step for step in review.steps}
    result: list[StepPlan] = []
    for step in plan:
        old = before.get(step.name)
        same = old is not None and old.content_hash == step.content_hash and not everything
        blocked = any(earlier.state != "approved" for earlier in result)
        keeps = old is not None and same and (old.state == "approved" or (old.state == "open" and not blocked))
        result.append(step.model_copy(update={"state": old.state}) if old and keeps else step)
    return tuple(result)
