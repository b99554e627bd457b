"""How a review goes from step to step: who is asked, by when, and what happens when nobody answers (REV-09)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.kernel.cases.case import Deadline, Status, Task
from domain.kernel.cases.case_events import DeadlineCleared, DeadlineSet
from domain.kernel.commands import DeadlinePassed
from domain.kernel.cycle import MemberSpec, pass_gate
from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.parameters import Parameters
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.message import N_, Message
from domain.organisation.policy_needs import Parameter
from domain.people.review.events import (
    CalibrationFixed,
    ContributionAsked,
    FeedbackClosed,
    ReviewFinished,
    ReviewReleased,
    SecondLevelAsked,
    StepBegun,
    StepEnded,
)
from domain.people.review.people import second_of
from domain.people.review.state import BEFORE_RELEASE, ReviewState, Stage

Ctx = DecisionContext[ReviewState]

DEFAULTS: dict[str, Parameter] = {
    "goals_days": 10, "goal_answer_days": 5, "self_days": 10, "peers_days": 10, "peer_choice_days": 3,
    "manager_days": 10, "contribution_days": 5, "second_level_days": 5, "conversation_days": 10,
    "acknowledgement_days": 5, "appeal_days": 10, "silence_days": 3, "least_givers": 3, "ladder": "standard",
    "role_hr": "hr-partner", "role_chair": "calibration-chair",
}  # fmt: skip
"""Days are working days. `silence_days` after its due time a step of employee or peers goes on without them."""
PARAMETERS = Parameters("review", DEFAULTS)
MEMBER = MemberSpec(gates=("rated", "signed", "done"))
ASSESSMENT, STEP_OVER, SILENCE, APPEAL_WINDOW = "assessment", "step-over", "silence", "appeal-window"
APPEAL_ROUTE = "appeal"
GOAL_TASKS = ("goals-employee", "goals-manager", "goal-offer")
_FLOOR = 3
"""Fewer givers are never anonymous, whatever a policy says (REV-03)."""


def least_givers(facts: Facts) -> int:
    return max(_FLOOR, int(PARAMETERS.number(facts, "least_givers")))


def days_from_now(ctx: Ctx, person: str, name: str) -> datetime:
    """The end of the person's working day so many days ahead, by a parameter of the policy."""
    days = int(PARAMETERS.number(ctx.facts, name))
    return max(working_day_end(ctx.facts, person, today_of(ctx.facts, person), days), ctx.facts.now)


def ask(
    ctx: Ctx,
    kind: str,
    title: Message,
    people: Sequence[str],
    *,
    command: str,
    days: str,
    basis: str,
    subject: str = "",
) -> None:
    """A task with a due time; the ladder reminds and escalates, and no silence ends it."""
    tasks.assign(
        ctx, kind=kind, title=title, subject=subject or "review", assignees=people, basis=basis, command=command,
        due_at=days_from_now(ctx, people[0], days), ladder=PARAMETERS.text(ctx.facts, "ladder"), without_end=True,
    )  # fmt: skip


def done(ctx: DecisionContext[Any], task: str, kind: str, *kinds: str) -> Task:
    """The actor did this task. Raises Refused `other-task`, and as `tasks.require` does."""
    found = tasks.require(ctx, task)
    if found.kind not in (kind, *kinds):
        raise Refused("other-task", "Task {task} is about something else; name the one for this.", task=task)
    tasks.finish(ctx, task)
    return found


def begin_step(ctx: Ctx, step: Stage, *, owner: str = "", days: str | None = None, missed: bool = False) -> None:
    """The step before ends, with its open tasks and deadlines; this one is due by `owner`'s calendar."""
    end_step(ctx, missed=missed)
    due = days_from_now(ctx, owner, days) if days else None
    ctx.add(StepBegun(step=step, due=due, at=ctx.facts.now))


def end_step(ctx: Ctx, *, missed: bool = False) -> None:
    state, now = ctx.state, ctx.facts.now
    if state.step is None:
        return
    clear(ctx, ASSESSMENT, STEP_OVER, SILENCE, APPEAL_WINDOW)
    kept = GOAL_TASKS if state.step in (Stage.GOALS, Stage.SELF) else ()
    for task in [task for task in ctx.case.tasks.values() if task.kind not in kept]:
        tasks.drop(ctx, task.id, reason="the review goes on without it")
    late = missed or (state.due is not None and now > state.due)
    ctx.add(StepEnded(step=state.step, late=late, missed=missed, at=now))


def clear(ctx: Ctx, *kinds: str) -> None:
    for one in [one for one in ctx.case.deadlines if one.kind in kinds]:
        ctx.add(DeadlineCleared(kind=one.kind, key=one.key))


def until(ctx: Ctx, kind: str, at: datetime) -> None:
    ctx.add(DeadlineSet(deadline=Deadline(kind=kind, key="review", at=max(at, ctx.facts.now))))


def with_silence(ctx: Ctx, person: str, days: str) -> None:
    """Some days after the step is due it is over, whatever came."""
    ahead = int(PARAMETERS.number(ctx.facts, days)) + int(PARAMETERS.number(ctx.facts, "silence_days"))
    until(ctx, STEP_OVER, working_day_end(ctx.facts, person, today_of(ctx.facts, person), ahead))


def begin_goals(ctx: Ctx) -> None:
    """Goals can be proposed and agreed until the assessment begins."""
    person, terms = ctx.state.person, ctx.state.the_terms
    begin_step(ctx, Stage.GOALS, owner=person, days="goals_days")
    ask(ctx, "goals-employee", N_("Propose your goals"), [person], command="propose-goals", days="goals_days",
        basis="employee")  # fmt: skip
    until(ctx, ASSESSMENT, working_day_end(ctx.facts, person, terms.assess_from, -1))


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
    second = second_of(ctx.facts, ctx.state.person, ctx.state.manager, PARAMETERS.text(ctx.facts, "role_hr"))
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


def finish(ctx: Ctx, outcome: Stage, reason: str | None = None) -> None:
    """The one outcome. Ends the case."""
    end_step(ctx)
    ctx.add(ReviewFinished(outcome=outcome, reason=reason, at=ctx.facts.now))
    ended = outcome in (Stage.EXEMPT, Stage.CALLED_OFF)
    close(ctx, status=Status.CANCELLED if ended else Status.APPROVED, reason=reason or "the review is over")


def refuse_released(ctx: Ctx) -> None:
    """Raises Refused `released`."""
    if ctx.state.step not in BEFORE_RELEASE:
        raise Refused("released", "The review was released; it ends with the employee's answer.")


def on_assessment(ctx: Ctx, _payload: DeadlinePassed) -> None:
    begin_self(ctx)


def on_step_over(ctx: Ctx, _payload: DeadlinePassed) -> None:
    """Employee or peers said nothing in time: the review goes on, and the log says that nothing came."""
    if ctx.state.step is Stage.SELF:
        begin_peers(ctx, missed=True)
    elif ctx.state.step is Stage.PEERS:
        begin_manager(ctx, missed=True)
