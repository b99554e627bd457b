"""The steps of a review as they come: offered to people, stuck without any, approved when none is left (KRN-12, 13)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from domain.kernel.cases.case import Review, Status, StepPlan
from domain.kernel.cases.case_events import ReviewApproved, StepCompleted, StepStuck
from domain.kernel.cases.review_events import StepsCollapsed
from domain.kernel.deciding.tasks import DECIDE, assign, refuse_closed, refuse_held
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.policy import Route
from domain.kernel.routing.absence import besides
from domain.kernel.routing.eligibility import OPERATIONS, acted_already, bar, objection
from domain.kernel.routing.route import Resolution, asking, resolve, route_of
from domain.kernel.routing.separation import covering, may_collapse
from domain.kernel.values.message import Message

RETRY_AFTER = timedelta(days=1)
"""How long a stuck step waits before it is tried again, if operations does not act earlier."""


def advance(ctx: DecisionContext[Any], review: str) -> None:
    """Opens the first step that waits with those beside it, or approves the review when none does (KRN-12).

    Not while a condition is open, under which somebody approved (KRN-17).
    """
    found = ctx.case.reviews[review]
    if all(plan.state == "approved" for plan in found.steps):
        if all(condition.state != "open" for condition in found.conditions):
            ctx.add(ReviewApproved(review=review))
        return
    waiting = [plan.name for plan in side_by_side(route_at_hand(ctx, found.route), found) if plan.state == "waiting"]
    asked = [ask(ctx, review, name) for name in waiting]
    if not all(asked):
        advance(ctx, review)


def side_by_side(route: Route, review: Review) -> list[StepPlan]:
    """The first step that is not approved, and those that run beside it."""
    first = next(plan for plan in review.steps if plan.state != "approved")
    beside = route.step(first.name).beside
    return [plan for plan in review.steps if plan is first or (beside and route.step(plan.name).beside == beside)]


def ask(ctx: DecisionContext[Any], review: str, name: str) -> bool:
    """Offers a step to the people it resolves to, or records that there are none.

    False if nobody has to be asked: whoever would be approved as much at another step (KRN-04). If all of them are away
    and nobody stands in who may decide, those above them are asked at once, as an escalation would.
    """
    found = people_of(ctx, review, name)
    if found.stuck is not None:
        alarm(ctx, review, name, found.stuck)
        return True
    if merged := merges(ctx, review, name, found.assignees):
        ctx.add(merged, StepCompleted(review=review, step=name, outcome="approved"))
        return False
    step = route_at_hand(ctx, ctx.case.reviews[review].route).step(name)
    above = besides(asking(ctx.facts, ctx.case, ctx.case.reviews[review]), step, found.assignees)
    assign(
        ctx,
        kind=DECIDE,
        title=Message(id="{step}", args={"step": step.title}),
        subject=review,
        assignees=found.assignees,
        basis=found.basis + (", all away today" if above else ""),
        command="decide",
        step=name,
        due_days=step.due_days,
        ladder=step.ladder,
        escalated_to=above,
        veto=found.veto,
        added=added_to(ctx, review, name, (*found.assignees, *above)),
    )
    return True


def people_of(ctx: DecisionContext[Any], review: str, name: str) -> Resolution:
    """Whom a step finds today; whoever was given the place of one of them has it still (KRN-23)."""
    given = ctx.case.reviews[review]
    route = route_at_hand(ctx, given.route)
    question, step = asking(ctx.facts, ctx.case, given), route.step(name)
    found, places = resolve(question, route, step), given.instead.get(name, {})
    return found.model_copy(
        update={
            "assignees": _placed(found.assignees, places, lambda who: objection(question, step, who) is None),
            "veto": _placed(found.veto, places, lambda who: bar(question, who) is None),
        }
    )


def added_to(ctx: DecisionContext[Any], review: str, name: str, others: Iterable[str]) -> tuple[str, ...]:
    """Approvers who were added to this step before, if they may still decide and are not asked anyway."""
    found = ctx.case.reviews[review]
    question = asking(ctx.facts, ctx.case, found)
    step = route_at_hand(ctx, found.route).step(name)
    extra = _placed(found.extra.get(name, ()), found.instead.get(name, {}), lambda _who: True)
    return tuple(
        person
        for person in extra
        if person not in others and not (bar(question, person) or acted_already(question, step, person))
    )


def _placed(people: Iterable[str], places: Mapping[str, str], fit: Callable[[str], bool]) -> tuple[str, ...]:
    """Each of `people`, or whoever has their place now, as long as that one is fit."""
    result = []
    for person in people:
        seen = [person]
        while (after := places.get(seen[-1])) and after not in seen and fit(after):
            seen.append(after)
        result.append(seen[-1])
    return tuple(dict.fromkeys(result))


def merges(ctx: DecisionContext[Any], review: str, name: str, people: tuple[str, ...]) -> StepsCollapsed | None:
    """The decision that one of `people` made already and that is good for this step too (KRN-04)."""
    found = ctx.case.reviews[review]
    route = route_at_hand(ctx, found.route)
    step = route.step(name)
    if not may_collapse(route, found.route, step):
        return None
    question = asking(ctx.facts, ctx.case, found)
    for decision in covering(route, found, step):
        own = decision.on_behalf_of is None and decision.actor in people
        if own and objection(question, step, decision.actor) is None:
            return StepsCollapsed(review=review, step=name, into=decision.step, task=decision.task, by=decision.actor)
    return None


def alarm(ctx: DecisionContext[Any], review: str, step: str, reason: str) -> None:
    """Nobody can do a step: operations are told, and it is tried again by itself (KRN-13)."""
    found = ctx.case.reviews[review]
    ctx.add(
        StepStuck(
            review=review,
            step=step,
            reason=reason,
            retry_at=ctx.facts.now + RETRY_AFTER,
            alarm=ctx.facts.organisation.holders(OPERATIONS, found.unit, asking(ctx.facts, ctx.case, found).day),
        )
    )


def retry(ctx: DecisionContext[Any], review: str, step: str) -> None:
    """Looks again for people for a stuck step; stuck once more, with a new alarm, if there are still none (KRN-13)."""
    found = known_review(ctx, review)
    stuck = any(plan.name == step and plan.state == "stuck" for plan in found.steps)
    if found.status is Status.IN_REVIEW and stuck and not ask(ctx, review, step):
        advance(ctx, review)


def route_at_hand(ctx: DecisionContext[Any], route: str) -> Route:
    """The route in the policy the case is pinned to. Raises Refused `other-policy` if that is not the one at hand."""
    policy, pinned = ctx.facts.policy, ctx.case.policy
    if pinned is not None and policy.version != pinned:
        raise Refused(
            "other-policy",
            "Case {case} runs under policy version {pinned}, but version {given} was looked at; try again.",
            case=ctx.case.id,
            pinned=pinned,
            given=policy.version,
        )
    return route_of(policy, ctx.case.process, route)


def known_review(ctx: DecisionContext[Any], review: str) -> Review:
    if review not in ctx.case.reviews:
        raise Refused("no-such-review", "{review} was never submitted; submit it first.", review=review)
    return ctx.case.reviews[review]


def refuse_idle(ctx: DecisionContext[Any]) -> None:
    refuse_closed(ctx.case)
    refuse_held(ctx.case)
