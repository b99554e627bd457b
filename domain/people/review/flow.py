"""How a review goes from step to step: who is asked, by when, and what happens when nobody answers (REV-09)."""

from domain.kernel.commands import DeadlinePassed
from domain.kernel.cycle import pass_gate
from domain.kernel.deciding import tasks
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.message import N_
from domain.people.review.early_events import FeedbackClosed
from domain.people.review.events import (
    CalibrationFixed,
    ContributionAsked,
    ReviewReleased,
    SecondLevelAsked,
)
from domain.people.review.people import second_of
from domain.people.review.state import Stage
from domain.people.review.step import (
    ASSESSMENT,
    GOAL_TASKS,
    MEMBER,
    PARAMETERS,
    Ctx,
    ask,
    begin_step,
    least_givers,
    until,
    with_silence,
)


def begin_goals(ctx: Ctx) -> None:
    """Goals can be proposed and agreed until the assessment begins."""
    person, terms = ctx.state.person, ctx.state.the_terms
    begins = max(working_day_end(ctx.facts, person, terms.assess_from, -1), ctx.facts.now)
    begin_step(ctx, Stage.GOALS, due=begins)
    ask(ctx, "goals-employee", N_("Propose your goals"), [person], command="propose-goals", days="goals_days",
        basis="employee")  # fmt: skip
    until(ctx, ASSESSMENT, begins)


def begin_self(ctx: Ctx) -> None:
    person, agreed = ctx.state.person, bool(ctx.state.goals)
    begin_step(ctx, Stage.SELF, owner=person, days="self_days", missed=not agreed)
    ask(ctx, "self", N_("Assess yourself"), [person], command="assess-self", days="self_days", basis="employee")
    with_silence(ctx, person, "self_days")


def begin_peers(ctx: Ctx, *, missed: bool = False) -> None:
    """The manager says which peers are asked; without questions there are none."""
    state = ctx.state
    if not state.the_terms.questions:
        begin_manager(ctx, missed=missed)
        return
    begin_step(ctx, Stage.PEERS, owner=state.manager, days="peers_days", missed=missed)
    ask(ctx, "choose-peers", N_("Choose who is asked about {person}", person=state.person), [state.manager],
        command="choose-peers", days="peer_choice_days", basis="manager")  # fmt: skip
    with_silence(ctx, state.manager, "peers_days")


def begin_manager(ctx: Ctx, *, missed: bool = False) -> None:
    """The owner rates; whoever was the manager before in the period and is still here contributes (REV-06)."""
    if ctx.state.sealed and not ctx.state.feedback_closed:
        _close_feedback(ctx)
    state = ctx.state
    begin_step(ctx, Stage.MANAGER, owner=state.manager, days="manager_days", missed=missed)
    for kind in GOAL_TASKS:
        tasks.cancel(ctx, reason="goals are not changed any more", kind=kind)
    for other in sorted({stretch.manager for stretch in state.stretches} - {state.manager, state.person}):
        if ctx.facts.organisation.works_here(other, today_of(ctx.facts, other)):
            ask_contribution(ctx, other, basis="manager before")
    ask(ctx, "rate", N_("Rate the performance of {person}", person=state.person), [state.manager],
        command="rate-performance", days="manager_days", basis="manager")  # fmt: skip


def ask_contribution(ctx: Ctx, person: str, *, basis: str) -> None:
    ctx.add(ContributionAsked(person=person, at=ctx.facts.now))
    ask(ctx, "contribute", N_("Contribute to the review of {person}", person=ctx.state.person), [person],
        command="contribute", days="contribution_days", basis=basis, subject=person)  # fmt: skip


def _close_feedback(ctx: Ctx) -> None:
    least, sealed = least_givers(ctx.facts), ctx.state.sealed
    opened = tuple(question for question, texts in sealed.items() if len(texts) >= least)
    withheld = tuple(question for question in sealed if question not in opened)
    ctx.add(FeedbackClosed(opened=opened, withheld=withheld, at=ctx.facts.now))


def begin_rated(ctx: Ctx) -> None:
    """Waits for the calibration of its unit; a review outside a cycle has none."""
    if ctx.state.cycle.link is None:
        fix_calibration(ctx)
        return
    begin_step(ctx, Stage.RATED)
    pass_gate(MEMBER, ctx, "rated")


def fix_calibration(ctx: Ctx) -> None:
    """The rating is final; the second level signs, if there is anybody who may."""
    rating = ctx.state.rating
    assert rating is not None, "it was rated"
    ctx.add(CalibrationFixed(rating=rating, at=ctx.facts.now))
    state, role_hr = ctx.state, PARAMETERS.text(ctx.facts, "role_hr")
    second = second_of(
        ctx.facts, state.person, {state.manager, state.rater or "", *state.not_by}, state.manager, role_hr
    )
    if second is None:
        begin_signed(ctx)
        return
    begin_step(ctx, Stage.SECOND_LEVEL, owner=second, days="second_level_days")
    ctx.add(SecondLevelAsked(person=second, at=ctx.facts.now))
    ask(ctx, "sign", N_("Sign the review of {person}", person=ctx.state.person), [second], command="sign-review",
        days="second_level_days", basis="second level")  # fmt: skip


def begin_signed(ctx: Ctx) -> None:
    """Waits until the whole unit is calibrated and signed (REV-04)."""
    if ctx.state.cycle.link is None:
        release(ctx)
        return
    begin_step(ctx, Stage.SIGNED)
    pass_gate(MEMBER, ctx, "signed")


def release(ctx: Ctx) -> None:
    state = ctx.state
    assert state.rating is not None, "it was rated"
    begin_step(ctx, Stage.CONVERSATION, owner=state.manager, days="conversation_days")
    ctx.add(ReviewReleased(rating=state.rating, at=ctx.facts.now))
    ask(ctx, "conversation", N_("Talk with {person} about the review", person=state.person), [state.manager],
        command="hold-conversation", days="conversation_days", basis="manager")  # fmt: skip


def on_assessment(ctx: Ctx, _payload: DeadlinePassed) -> None:
    begin_self(ctx)


def on_step_over(ctx: Ctx, _payload: DeadlinePassed) -> None:
    """Employee or peers said nothing in time: the review goes on, and the log says that nothing came."""
    if ctx.state.step is Stage.SELF:
        begin_peers(ctx, missed=True)
    elif ctx.state.step is Stage.PEERS:
        begin_manager(ctx, missed=True)
