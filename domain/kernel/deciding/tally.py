"""Counting the votes of a step: a step ends as soon as its outcome is certain (KRN-11)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from domain.kernel.cases.case import Review, Task
from domain.kernel.errors import Refused
from domain.kernel.policy import Step

Result = Literal["approved", "rejected", "open", "exhausted"]
"""`exhausted`: too few are left to approve, and nobody rejected; somebody else must be asked (KRN-13)."""


def votes_of(review: Review, task: str) -> dict[str, str]:
    """Outcome by the person whose vote it is, oldest first. Whoever recused themself has no vote."""
    cast = (d for d in review.decisions if d.task == task and d.outcome != "recuse")
    return {decision.on_behalf_of or decision.actor: decision.outcome for decision in cast}


@dataclass(frozen=True)
class Tally:
    """The votes on a task. `able` says who may still decide today: nobody waits for someone who left."""

    step: Step
    task: Task
    votes: Mapping[str, str]
    able: Callable[[str], bool]

    def result(self) -> Result:
        """Of the whole step: the quorum's result, once everybody who must be heard was heard."""
        if any(self.votes.get(person) == "reject" for person in self._must):
            return "rejected"
        quorum = self.quorum()
        return "open" if quorum == "approved" and any(self.unheard()) else quorum

    def quorum(self) -> Result:
        """Of those who were asked by the policy, and whoever joined them by escalation."""
        match self.step.quorum:
            case "any":
                return self._first()
            case "all":
                return "rejected" if self._count("reject") else self._reached(self._everyone())
            case int(number):
                return self._reached(number)

    def unheard(self) -> Iterator[str]:
        """Added approvers and veto holders whose word is missing."""
        return (person for person in self._must if person not in self.votes and self.able(person))

    @property
    def _must(self) -> tuple[str, ...]:
        return (*self.task.added, *self.task.veto)

    @property
    def _voters(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.task.assignees, *self.task.escalated_to)))

    def _first(self) -> Result:
        first = next((vote for person, vote in self.votes.items() if person in self._voters), None)
        match first:
            case "approve":
                return "approved"
            case "reject":
                return "rejected"
            case _:
                return "open" if self._left() else "exhausted"

    def _reached(self, needed: int) -> Result:
        approvals = self._count("approve")
        if approvals >= needed:
            return "approved"
        if approvals + self._left() >= needed:
            return "open"
        return "rejected" if self._count("reject") else "exhausted"

    def _everyone(self) -> int:
        """Everybody asked, without those who abstained and those who cannot vote any more."""
        counted = [p for p in self.task.assignees if self.votes.get(p, "" if self.able(p) else "abstain") != "abstain"]
        return max(1, len(counted))

    def _count(self, outcome: str) -> int:
        return sum(self.votes.get(person) == outcome for person in self._voters)

    def _left(self) -> int:
        return sum(person not in self.votes and self.able(person) for person in self._voters)


def refuse_vote(tally: Tally, voice: str, outcome: str) -> None:
    """Raises Refused `voted-already`, `step-decided`, `cannot-abstain`."""
    task = tally.task
    if voice in tally.votes:
        raise Refused(
            "voted-already",
            "{actor} said {outcome} on task {task} already; the step waits for others.",
            actor=voice,
            outcome=tally.votes[voice],
            task=task.id,
        )
    quorum = tally.quorum()  # a step that its quorum rejected is over
    if quorum == "approved" and voice not in (*task.added, *task.veto):
        raise Refused(
            "step-decided",
            "Step {step} has enough votes: {outcome}; it only waits for {people}.",
            step=task.step,
            outcome=quorum,
            people=", ".join(tally.unheard()),
        )
    if outcome == "abstain" and (tally.step.quorum == "any" or voice in task.added):
        raise Refused(
            "cannot-abstain",
            "Step {step} needs a decision of yours; approve, reject, or recuse yourself with a reason.",
            step=task.step,
        )
