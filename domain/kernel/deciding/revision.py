"""New content for a review: what it voids, whom it asks again, whom it only tells (KRN-14, KRN-15)."""

from collections.abc import Collection
from typing import Any

from domain.kernel.cases.case import Review, Status
from domain.kernel.cases.case_events import ContentChanged, DecisionsVoided, ReviewResubmitted
from domain.kernel.deciding.approval_conditions import void_conditions
from domain.kernel.deciding.steps import advance, known_review, refuse_idle, route_at_hand
from domain.kernel.deciding.tasks import DECIDE, cancel
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.routing.route import active_steps
from domain.kernel.routing.step_plan import over_money, planned, replanned
from domain.kernel.values.content import Content, as_logged, changed_fields, content_hash, field_hashes


def change(ctx: DecisionContext[Any], review: str, content: Content) -> None:
    """New content for a review that is open or approved.

    A material change voids the decisions that covered it and asks those steps again; of any other change the approvers
    are told (KRN-14), unless it switches steps on or off: then those that are new are asked (KRN-12). Raises Refused
    `no-such-review`, `returned`, `review-closed`, `other-requester`.
    """
    refuse_idle(ctx)
    found = known_review(ctx, review)
    if found.status is Status.RETURNED:
        raise Refused("returned", "{review} was returned; resubmit it with the change.", review=review)
    if found.status not in (Status.IN_REVIEW, Status.APPROVED):
        raise _over(found)
    material = _material_changes(found, content)
    other = tuple(name for name in _data_changes(found, content) if name not in content.material)
    if material or (other and _other_steps(ctx, found, content)):
        _restart(ctx, found, content, changed=material or other, because="the content was changed")
    elif other:
        ctx.add(ContentChanged(review=review, data=as_logged(content.data), changed=other))


def resubmit(ctx: DecisionContext[Any], review: str, content: Content, *, money_again: bool = False) -> None:
    """New round of a returned review; with `money_again` the steps over money decide in any case (KRN-05).

    Raises Refused `not-returned`, `no-such-review`, `other-requester`.
    """
    refuse_idle(ctx)
    found = known_review(ctx, review)
    if found.status is not Status.RETURNED:
        raise Refused(
            "not-returned",
            "{review} was not returned, it is {status}; only what was returned can be resubmitted.",
            review=review,
            status=found.status.value,
        )
    material = _material_changes(found, content)
    other = tuple(name for name in _data_changes(found, content) if name not in material)
    anew = over_money(found, route_at_hand(ctx, found.route)) if money_again else frozenset[str]()
    _restart(ctx, found, content, changed=(*material, *other), because="resubmitted", anew=anew)


def ask_again(ctx: DecisionContext[Any], review: str, *, because: str) -> None:
    """The steps over money decide once more on the same content: it was given back and is taken again (KRN-05).

    Nothing where none of them was asked yet, or the review is not open or approved.
    """
    refuse_idle(ctx)
    found = known_review(ctx, review)
    route = route_at_hand(ctx, found.route)
    money = over_money(found, route)
    asked = any(plan.name in money and plan.state != "waiting" for plan in found.steps)
    if found.status not in (Status.IN_REVIEW, Status.APPROVED) or not asked:
        return
    waiting = tuple(plan.model_copy(update={"state": "waiting", "into": ""}) for plan in found.steps)
    kept = found.model_dump(include={"content_hash", "fields", "data", "amount"})
    _next_round(
        ctx,
        found,
        ReviewResubmitted(
            review=found.id,
            round=found.round + 1,
            steps=replanned(found, waiting, route, everything=False, anew=money),
            changed=(),
            **kept,
        ),
        because=because,
    )


def _restart(
    ctx: DecisionContext[Any],
    review: Review,
    content: Content,
    *,
    changed: tuple[str, ...],
    because: str,
    anew: Collection[str] = (),
) -> None:
    """A new round: steps that answer for what changed decide again, the others keep their decisions (KRN-14, 15)."""
    route = route_at_hand(ctx, review.route)
    everything = route.restart == "all" or _people_changed(review, content)
    plan = planned(active_steps(route, content, ctx.facts.organisation), content)
    again = ReviewResubmitted(
        review=review.id,
        round=review.round + 1,
        content_hash=content_hash(content.material),
        fields=field_hashes(content.material),
        data=as_logged(content.data),
        amount=content.amount,
        steps=replanned(review, plan, route, everything=everything, anew=anew),
        changed=changed,
        unit=None if content.unit == review.unit else content.unit,
        excluded=None if content.excluded == review.excluded else content.excluded,
    )
    _next_round(ctx, review, again, because=because)


def _next_round(ctx: DecisionContext[Any], review: Review, again: ReviewResubmitted, *, because: str) -> None:
    """Voids what the new plan does not keep, and asks."""
    kept = {plan.name for plan in again.steps if plan.state in ("approved", "open")}
    voided = tuple(
        decision.task
        for decision in review.decisions
        if decision.standing and decision.outcome == "approve" and decision.step not in kept
    )
    if voided:
        ctx.add(DecisionsVoided(review=review.id, tasks=voided, fields=again.changed))
        void_conditions(ctx, review.id, voided, reason=because)
    for plan in review.steps:
        if plan.name not in kept:
            cancel(ctx, reason=because, subject=review.id, kind=DECIDE, step=plan.name)
    ctx.add(again)
    advance(ctx, review.id)


def _material_changes(review: Review, content: Content) -> tuple[str, ...]:
    """Names of what approvers answer for and what decides who they are. Raises Refused `other-requester`."""
    if content.requester != review.requester:
        raise Refused("other-requester", "{review} keeps its requester; submit a new one instead.", review=review.id)
    changed = set(changed_fields(review.fields, field_hashes(content.material)))
    changed |= {"amount"} if content.amount != review.amount else set()
    changed |= {"unit"} if content.unit != review.unit else set()
    changed |= {"excluded"} if set(content.excluded) != set(review.excluded) else set()
    return tuple(sorted(changed))


def _other_steps(ctx: DecisionContext[Any], review: Review, content: Content) -> bool:
    """Whether the new data switches steps of the route on or off."""
    route, organisation = route_at_hand(ctx, review.route), ctx.facts.organisation
    before = content.model_copy(update={"data": dict(review.data)})
    return active_steps(route, before, organisation) != active_steps(route, content, organisation)


def _data_changes(review: Review, content: Content) -> tuple[str, ...]:
    return changed_fields(review.data, as_logged(content.data))


def _people_changed(review: Review, content: Content) -> bool:
    return content.unit != review.unit or set(content.excluded) != set(review.excluded)


def _over(review: Review) -> Refused:
    return Refused(
        "review-closed",
        "{review} is {status} and cannot be changed; submit a new one.",
        review=review.id,
        status=review.status.value,
    )
