"""Goals: changed by both or not at all, never deleted, handed down as a copy with a link (REV-13)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.commands import Text, says_nothing
from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.kernel.values.reference import Reference

MOST = 20
"""Goals of one review, dropped ones too."""
GoalText = Annotated[str, Field(min_length=1, max_length=1000)]
GoalId = Annotated[str, Field(max_length=40), Reference("goal")]


class GoalOrigin(Value):
    """The goal of another review that this one was handed down from."""

    case: Annotated[str, Field(max_length=80)]
    goal: Annotated[str, Field(max_length=40)]


class Goal(Value):
    """`state` is open, met, partly, missed or dropped. `handed_to` are the reviews that have a copy."""

    id: str
    text: str
    measure: str
    state: str = "open"
    reason: str | None = None
    origin: GoalOrigin | None = None
    handed_to: tuple[str, ...] = ()


class GoalChange(Value):
    """`goal` is empty for a new one. Of a known one, what is left out stays; `drop` says why it is given up."""

    goal: Annotated[str, Field(max_length=40), Reference("goal", free=True)] = ""
    text: GoalText | None = None
    measure: GoalText | None = None
    drop: Text | None = None


class GoalResult(Value):
    """What became of a goal. Dropped needs a reason."""

    goal: GoalId
    result: Literal["met", "partly", "missed", "dropped"]
    reason: Text | None = None


class Proposal(Value):
    by: str
    changes: tuple[GoalChange, ...]


class Offer(Value):
    """A goal from above, not yet taken up: its text there and how it is measured."""

    origin: GoalOrigin
    text: str
    measure: str

    @property
    def key(self) -> str:
        return f"{self.origin.case}/{self.origin.goal}"


def changed(goals: Mapping[str, Goal], changes: Sequence[GoalChange]) -> dict[str, Goal]:
    """The goals after the changes. Raises Refused `no-such-goal`, `goal-over`, `goal-empty`, `too-many-goals`."""
    after = dict(goals)
    for change in changes:
        if not change.goal:
            if change.text is None or change.measure is None:
                raise Refused("goal-empty", "A new goal says what is to be reached, and by what it is measured.")
            id_ = f"g{len(after) + 1}"
            after[id_] = Goal(id=id_, text=change.text, measure=change.measure)
            continue
        goal = open_goal(after, change.goal)
        if change.drop is not None:
            _refuse_silence(goal.id, change.drop)
            after[goal.id] = goal.model_copy(update={"state": "dropped", "reason": change.drop})
        else:
            update = {"text": change.text or goal.text, "measure": change.measure or goal.measure}
            after[goal.id] = goal.model_copy(update=update)
    if len(after) > MOST:
        raise Refused("too-many-goals", "A review has at most {most} goals.", most=MOST)
    if after == dict(goals):
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    return after


def taken_up(goals: Mapping[str, Goal], offer: Offer) -> dict[str, Goal]:
    """The goals with the copy of one from above: a new one, or the copy that there is, as it is above now."""
    copy = next((goal for goal in goals.values() if goal.origin == offer.origin and goal.state == "open"), None)
    id_ = copy.id if copy else f"g{len(goals) + 1}"
    if copy is None and len(goals) >= MOST:
        raise Refused("too-many-goals", "A review has at most {most} goals.", most=MOST)
    base = copy or Goal(id=id_, text="", measure="", origin=offer.origin)
    return {**goals, id_: base.model_copy(update={"text": offer.text, "measure": offer.measure})}


def concluded(goals: Mapping[str, Goal], results: Sequence[GoalResult]) -> dict[str, Goal]:
    """Every open goal gets its end. Raises Refused `goals-open`, and as `open_goal` does."""
    after = dict(goals)
    for one in results:
        goal = open_goal(after, one.goal)
        if one.result == "dropped":
            _refuse_silence(goal.id, one.reason)
        after[goal.id] = goal.model_copy(update={"state": one.result, "reason": one.reason})
    if still := [goal.id for goal in after.values() if goal.state == "open"]:
        template = "Say of each goal whether it was met, partly met, missed or dropped; {goals} are still open."
        raise Refused("goals-open", template, goals=", ".join(still))
    return after


def open_goal(goals: Mapping[str, Goal], id_: str) -> Goal:
    """Raises Refused `no-such-goal`, `goal-over`."""
    goal = goals.get(id_)
    if goal is None:
        raise Refused("no-such-goal", "There is no goal {goal} in this review.", goal=id_)
    if goal.state != "open":
        raise Refused("goal-over", "Goal {goal} is over: {state}. Propose a new one.", goal=id_, state=goal.state)
    return goal


def _refuse_silence(goal: str, reason: str | None) -> None:
    if says_nothing(reason):
        raise Refused("reason-missing", "Say why goal {goal} is dropped.", goal=goal)
