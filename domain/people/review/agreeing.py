"""The rules of goals: proposed by one, agreed to by the other; handed down, offered from above (REV-13)."""

from typing import Annotated

from pydantic import Field

from domain.kernel.commands import TaskId, Text, says_nothing
from domain.kernel.deciding import tasks
from domain.kernel.effects import Effect, TellCase
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.people.review import goals as g
from domain.people.review import step
from domain.people.review.early_events import (
    GoalHandedDown,
    GoalOffered,
    GoalsAgreed,
    GoalsProposed,
    GoalsRefused,
    OfferAnswered,
)
from domain.people.review.opening import PersonId
from domain.people.review.state import ReviewState
from domain.people.review.step import Ctx, ask


class ProposeGoals(Value):
    """Propose new goals, changes or drops. They count once the other of the two has agreed."""

    changes: Annotated[tuple[g.GoalChange, ...], Field(min_length=1, max_length=g.MOST)]


class AnswerGoals(Value):
    """Agree to what was proposed, or say why not. Without agreement all goals stay as they are."""

    task: TaskId
    agree: bool
    reason: Text | None = None


class HandDownGoal(Value):
    """Offer one of your goals to somebody who reports to you: a copy with a link. They decide whether they take it."""

    goal: g.GoalId
    to: PersonId


class OfferGoal(Value):
    """Sent by the review whose goal it is."""

    offer: g.Offer


class AnswerOffer(Value):
    """Take up the goal that was offered, or leave it."""

    task: TaskId
    agree: bool


def propose(ctx: Ctx, payload: ProposeGoals) -> None:
    """Raises Refused `proposal-open`, and as `goals.changed` does."""
    state, actor = ctx.state, ctx.command.actor
    if state.proposal is not None:
        raise Refused("proposal-open", "{by} proposed goals already; answer those first.", by=state.proposal.by)
    g.changed(state.goals, payload.changes)
    tasks.cancel(ctx, reason="goals were proposed", kind="goals-employee")
    ctx.add(GoalsProposed(changes=payload.changes, by=actor, at=ctx.facts.now))
    other = state.manager if actor == state.person else state.person
    kind = "goals-manager" if other == state.manager else "goals-employee"
    ask(ctx, kind, N_("Agree to the goals of {person}", person=state.person), [other], command="answer-goals",
        days="goal_answer_days", basis="both agree", subject="proposal")  # fmt: skip


def answer(ctx: Ctx, payload: AnswerGoals) -> None:
    """Raises Refused `reason-missing`, `no-proposal`, and as `tasks.finish` does."""
    state, actor, now = ctx.state, ctx.command.actor, ctx.facts.now
    if step.done(ctx, payload.task, "goals-employee", "goals-manager").kind == "goals-employee":
        step.own_word(ctx)
    if state.proposal is None:
        raise Refused("no-proposal", "Nothing was proposed.")
    if payload.agree:
        ctx.add(GoalsAgreed(goals=g.changed(state.goals, state.proposal.changes), by=actor, at=now))
        return
    if says_nothing(payload.reason):
        raise Refused("reason-missing", "Say why you do not agree.")
    ctx.add(GoalsRefused(by=actor, reason=payload.reason or "", at=now))
    ask(ctx, "goals-employee", N_("Propose your goals"), [state.person], command="propose-goals",
        days="goal_answer_days", basis="employee")  # fmt: skip


def hand_down(ctx: Ctx, payload: HandDownGoal) -> None:
    """Raises Refused `no-cycle`, `not-below`, and as `goals.open_goal` does."""
    state, organisation = ctx.state, ctx.facts.organisation
    goal = g.open_goal(state.goals, payload.goal)
    if state.cycle.link is None:
        raise Refused("no-cycle", "This review is in no cycle, so there is no review to hand the goal to.")
    if organisation.manager_of(payload.to, today_of(ctx.facts, payload.to)) != state.person:
        raise Refused("not-below", "{person} does not report to you; choose another.", person=payload.to)
    case = f"{state.cycle.link.cycle}-{payload.to}"
    ctx.add(GoalHandedDown(goal=goal.id, case=case, by=ctx.command.actor, at=ctx.facts.now))


def offer(ctx: Ctx, payload: OfferGoal) -> None:
    """A goal from above, or its change: nothing is changed here until the employee takes it up."""
    person, known = ctx.state.person, ctx.state.offers.get(payload.offer.key)
    if known == payload.offer:
        return
    tasks.cancel(ctx, reason="it was changed above", kind="goal-offer", subject=payload.offer.key)
    ctx.add(GoalOffered(case=payload.offer.origin.case, offer=payload.offer, at=ctx.facts.now))
    ask(ctx, "goal-offer", N_("Take up a goal from above"), [person], command="answer-offer",
        days="goal_answer_days", basis="employee", subject=payload.offer.key)  # fmt: skip


def answer_offer(ctx: Ctx, payload: AnswerOffer) -> None:
    """Raises Refused `no-offer`, and as `tasks.finish` does."""
    state = ctx.state
    step.own_word(ctx)
    found = state.offers.get(step.done(ctx, payload.task, "goal-offer").subject)
    if found is None:
        raise Refused("no-offer", "No goal is offered here.")
    goals = g.taken_up(state.goals, found) if payload.agree else state.goals
    ctx.add(
        OfferAnswered(
            origin=found.origin, accepted=payload.agree, goals=goals, by=ctx.command.actor, at=ctx.facts.now
        )
    )  # fmt: skip


def offers_made(before: ReviewState, event: Event, after: ReviewState) -> list[Effect]:
    """To whom a goal is offered: one that was handed down now, and those that have a copy of a changed one."""
    match event:
        case GoalHandedDown(goal=goal, case=case):
            return [_offer(after, after.goals[goal], case)]
        case GoalsAgreed() | OfferAnswered():
            pairs = [(before.goals.get(goal.id), goal) for goal in after.goals.values() if goal.state == "open"]
            moved = [new for old, new in pairs if old and (old.text, old.measure) != (new.text, new.measure)]
            return [_offer(after, goal, case) for goal in moved for case in goal.handed_to]
    return []


def _offer(state: ReviewState, goal: g.Goal, case: str) -> Effect:
    made = g.Offer(origin=g.GoalOrigin(case=state.case.id, goal=goal.id), text=goal.text, measure=goal.measure)
    payload = {"offer": made.model_dump(mode="json")}
    return TellCase(case=case, process="review", command="offer-goal", payload=payload)
