"""Contribution, rating, calibration, the second level's signature (REV-02, REV-04, REV-06, REV-11)."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from domain.kernel.commands import TaskId, Text, says_nothing
from domain.kernel.errors import Refused
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.people.review import flow, step
from domain.people.review.events import ContributionGiven, PerformanceRated, RatingCalibrated, ReviewSigned
from domain.people.review.goals import MOST, GoalResult, concluded
from domain.people.review.opening import PersonId
from domain.people.review.people import refuse_near
from domain.people.review.step import Ctx
from domain.people.review.terms import Mark, Rating, check_marks, weighted


class Contribute(Value):
    """Say how the employee worked while you were their manager. The new manager sees it with your name."""

    task: TaskId
    text: Text


class AskContribution(Value):
    """Ask somebody who worked with the employee, such as the manager of a project, for a word under their name."""

    person: PersonId


class RatePerformance(Value):
    """Rate the parts of the form, each with what it rests on, and say what became of each goal.

    The employee sees it once the whole unit is calibrated and the review is released. A part left out has no weight.
    """

    task: TaskId
    marks: Annotated[tuple[Mark, ...], Field(min_length=1, max_length=20)]
    goals: Annotated[tuple[GoalResult, ...], Field(max_length=MOST)] = ()


class Calibrate(Value):
    """Change the rating in the calibration of the unit. Old and new rating stay in the case with your reason.

    `old` is the rating as you saw it: if another one changed it meanwhile, nothing is changed.
    """

    old: Rating
    new: Rating
    reason: Text


class Nothing(Value):
    """Sent by the cycle."""


class SignReview(Value):
    """Sign as the second level. It goes to the employee once the whole unit is through."""

    task: TaskId
    comment: Text | None = None


def ask_contribution(ctx: Ctx, payload: AskContribution) -> None:
    """Raises Refused `own-review`, `asked-already`, `unknown-person`."""
    person, state = payload.person, ctx.state
    if person in (state.person, state.manager):
        raise Refused("own-review", "{person} has a word in this review anyway; ask somebody else.", person=person)
    if person in state.contributors:
        raise Refused("asked-already", "{person} is asked already.", person=person)
    if not ctx.facts.organisation.works_here(person, today_of(ctx.facts, person)):
        raise Refused("unknown-person", "Nobody with the id {person} works here.", person=person)
    flow.ask_contribution(ctx, person, basis="asked by the manager")


def contribute(ctx: Ctx, payload: Contribute) -> None:
    """Raises Refused `own-review`, and as `tasks.finish` does."""
    refuse_near(ctx.facts, ctx.command.actor, ctx.state.person)
    step.done(ctx, payload.task, "contribute")
    ctx.add(ContributionGiven(text=payload.text, by=ctx.command.actor, at=ctx.facts.now))


def rate(ctx: Ctx, payload: RatePerformance) -> None:
    """Raises Refused as `check_marks` and `concluded` do, `own-review`."""
    refuse_near(ctx.facts, ctx.command.actor, ctx.state.person)
    step.done(ctx, payload.task, "rate")
    state, terms = ctx.state, ctx.state.the_terms
    check_marks(terms, payload.marks)
    ctx.add(
        PerformanceRated(
            marks=payload.marks, goals=concluded(state.goals, payload.goals), rating=weighted(terms, payload.marks),
            by=ctx.command.actor, at=ctx.facts.now,
        )
    )  # fmt: skip
    flow.begin_rated(ctx)


def calibrate(ctx: Ctx, payload: Calibrate) -> None:
    """Raises Refused `own-review`, `reason-missing`, `rating-changed`, `nothing-changed`."""
    refuse_near(ctx.facts, ctx.command.actor, ctx.state.person)
    known = ctx.state.rating or Decimal(0)
    if says_nothing(payload.reason):
        raise Refused("reason-missing", "Say why the rating is changed.")
    if payload.old != known:
        by = ctx.state.calibrations[-1].by if ctx.state.calibrations else ctx.state.manager
        template = "The rating is {rating} by now, by {by}; look again."
        raise Refused("rating-changed", template, rating=format(known.normalize(), "f"), by=by)
    if payload.new == known:
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    ctx.add(
        RatingCalibrated(
            old=known, new=payload.new, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now
        )
    )  # fmt: skip


def fix(ctx: Ctx, _payload: Nothing) -> None:
    """The unit is calibrated."""
    flow.fix_calibration(ctx)


def sign(ctx: Ctx, payload: SignReview) -> None:
    """Raises Refused `own-review`, and as `tasks.finish` does."""
    refuse_near(ctx.facts, ctx.command.actor, ctx.state.person)
    if ctx.command.actor == ctx.state.rater:
        raise Refused("rated-it", "{actor} rated; somebody else signs.", actor=ctx.command.actor)
    step.done(ctx, payload.task, "sign")
    ctx.add(ReviewSigned(comment=payload.comment, by=ctx.command.actor, at=ctx.facts.now))
    flow.begin_signed(ctx)


def release(ctx: Ctx, _payload: Nothing) -> None:
    """The whole unit is calibrated and signed (REV-04)."""
    flow.release(ctx)
