"""The part of the fold that concerns one review."""

from typing import Any

from domain.kernel.cases.case import Decision, Review, Status, StepPlan
from domain.kernel.cases.case_events import OVERRIDE_BASIS, Decided, ReviewOpened, ReviewResubmitted
from domain.kernel.cases.review_events import ConditionMet, ConditionSet, ConditionsVoided, ConditionWaived
from domain.kernel.cases.task_events import TaskReassigned


def opened(event: ReviewOpened) -> Review:
    return Review(
        id=event.review,
        route=event.route,
        round=event.round,
        status=Status.IN_REVIEW,
        content_hash=event.content_hash,
        fields=event.fields,
        data=event.data,
        amount=event.amount,
        requester=event.requester,
        excluded=event.excluded,
        unit=event.unit,
        steps=event.steps,
    )


def resubmitted(review: Review, event: ReviewResubmitted) -> Review:
    names = ("round", "content_hash", "fields", "data", "amount", "steps")
    return with_fields(
        review,
        status=Status.IN_REVIEW,
        unit=review.unit if event.unit is None else event.unit,
        excluded=review.excluded if event.excluded is None else event.excluded,
        **{name: getattr(event, name) for name in names},
    )


def voided(review: Review, tasks: tuple[str, ...]) -> Review:
    decisions = tuple(
        decision.model_copy(update={"standing": False}) if decision.task in tasks else decision
        for decision in review.decisions
    )
    return with_fields(review, decisions=decisions)


def decided(review: Review, event: Decided) -> Review:
    decision = Decision(
        task=event.task,
        review=event.review,
        step=event.step,
        outcome=event.outcome,
        actor=event.actor,
        on_behalf_of=event.on_behalf_of,
        content_hash=event.content_hash,
        at=event.at,
        override=event.basis == OVERRIDE_BASIS,
        via=tuple(via.person for via in event.via),
    )
    return with_fields(review, decisions=(*review.decisions, decision))


def mark(review: Review, step: str, state: str) -> Review:
    steps = tuple(plan.model_copy(update={"state": state}) if plan.name == step else plan for plan in review.steps)
    return with_fields(review, steps=steps)


def collapsed(review: Review, step: str, into: str) -> Review:
    steps = tuple(plan.model_copy(update={"into": into}) if plan.name == step else plan for plan in review.steps)
    return with_fields(review, steps=steps)


def handed_on(review: Review, step: str, event: TaskReassigned) -> Review:
    """Whoever got a place has it whenever the step is asked again (KRN-23)."""
    places = {**review.instead.get(step, {}), event.instead_of: event.to}
    places.pop(event.to, None)  # whoever gets their own place back has it
    before = review.appointers.get(step, ())
    by = (*before, event.by) if event.right == "operations" and event.by not in before else before
    appointers = {**review.appointers, step: by} if by else review.appointers
    return with_fields(review, instead={**review.instead, step: places}, appointers=appointers)


def joined(review: Review, step: str, person: str) -> Review:
    return with_fields(review, extra={**review.extra, step: (*review.extra.get(step, ()), person)})


def proviso(review: Review, event: ConditionSet | ConditionMet | ConditionWaived | ConditionsVoided) -> Review:
    changed: tuple[str, ...]
    match event:
        case ConditionSet(condition=new):
            return with_fields(review, conditions=(*review.conditions, new))
        case ConditionMet(condition=met):
            changed, state = (met,), "met"
        case ConditionWaived(condition=waived):
            changed, state = (waived,), "waived"
        case ConditionsVoided(conditions=gone):
            changed, state = gone, "void"
    conditions = tuple(
        one.model_copy(update={"state": state}) if one.id in changed else one for one in review.conditions
    )
    return with_fields(review, conditions=conditions)


def stopped(steps: tuple[StepPlan, ...]) -> tuple[StepPlan, ...]:
    """The steps when a review stops: whatever was open waits again, for a next round or for ever."""
    return tuple(
        plan.model_copy(update={"state": "waiting"}) if plan.state in ("open", "stuck") else plan for plan in steps
    )


def with_fields(review: Review, **fields: Any) -> Review:
    return review.model_copy(update=fields)
