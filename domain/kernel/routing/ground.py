"""Whether those who were asked are still what they were asked as: holder of the role, member, manager, owner (KRN-10).

Somebody who lost it decides nothing any more, though a task still shows their name. A place that was given by a
reassignment, an escalation or an added approval does not rest on the policy's word, and stays.
"""

from domain.kernel.cases.case import Review, Task
from domain.kernel.errors import Refused
from domain.kernel.policy import Route, Step
from domain.kernel.routing.eligibility import StepQuery, objection
from domain.kernel.routing.route import resolve, route_of
from domain.kernel.routing.sources import line_of, named

SUBSTITUTES = ("up the line", "fallback: ")
"""How the basis begins where nobody whom the policy names could be asked (`route._voters`)."""


def without_ground(question: StepQuery, step: Step, task: Task) -> tuple[str, ...]:
    """Those asked about a step of a review by the policy's word for whom it does not speak today."""
    return tuple(person for person in (*task.assignees, *task.veto) if lost_ground(question, step, task, person))


def all_too_low(question: StepQuery, step: Step, task: Task) -> bool:
    """Whether the limits of all who are still asked do not reach: they were lowered since (SPD-05)."""
    waiting = [person for person in task.able if person not in task.voted]
    found = [objection(question, step, person) for person in waiting]
    return bool(found) and all(each is not None and each.code == "limit-too-low" for each in found)


def lost_ground(question: StepQuery, step: Step, task: Task, person: str) -> Refused | None:
    """Why the policy's word does not speak for `person` any more, or None. The cheap questions come first."""
    review = question.matter
    if not isinstance(review, Review) or person in (*task.escalated_to, *task.added):
        return None
    by_policy = {*named(question, step.who), *(named(question, step.veto) if step.veto else ())}
    if person in by_policy or person in review.instead.get(step.name, {}).values():
        return None
    if _found_today(question, step, person) or _substitute(question, step, task, person):
        return None
    return Refused(
        "ground-lost",
        "{actor} was asked about task {task} as: {basis}. That is not so any more; it goes to who is it now.",
        actor=person,
        task=task.id,
        basis=task.basis,
    )


def _found_today(question: StepQuery, step: Step, person: str) -> bool:
    found = resolve(question, _route(question), step)
    return person in (*found.assignees, *found.veto)


def _substitute(question: StepQuery, step: Step, task: Task, person: str) -> bool:
    """Whether they stand where nobody named was left: above those asked, or in the fallback, and are still there."""
    if task.basis.startswith(SUBSTITUTES) or " from above" in task.basis:
        fallback = _route(question).fallback
        above = {boss for other in (*named(question, step.who), question.matter.requester)
                 for boss in line_of(question, other)}  # fmt: skip
        return person in above or bool(fallback and person in named(question, fallback))
    members = [other for other in task.assignees if other in named(question, step.who)]
    spoken = all(other in task.voted or objection(question, step, other) for other in members)
    return spoken and any(person in line_of(question, other) for other in members)


def _route(question: StepQuery) -> Route:
    review = question.matter
    assert isinstance(review, Review)
    return route_of(question.facts.policy, question.case.process, review.route)
