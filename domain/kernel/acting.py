"""Who acts on a task: one of those asked, or somebody who stands in for one of them today (KRN-20 to KRN-23)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from domain.kernel.case import Case, Review, Task
from domain.kernel.eligibility import Question, acted_already, bar, calendar_of, needed, objection
from domain.kernel.errors import Refused
from domain.kernel.money import Money
from domain.kernel.policy import Step
from domain.kernel.route import asking, route_of
from domain.kernel.standing import Delegation
from domain.kernel.tape import Tape


@dataclass(frozen=True)
class Acting:
    """`actor` does it; if for somebody else, then for `principal` under `delegation` ("actor for principal")."""

    actor: str
    principal: str | None = None
    delegation: str | None = None

    @property
    def voice(self) -> str:
        """Whose word it is: the person who was asked."""
        return self.principal or self.actor


def acting_on(tape: Tape[Any], task: Task, *, on_behalf_of: str | None = None) -> Acting:
    """How the command's actor may act on a task. A claimed task is for its claimer and whoever stands in for them.

    Raises Refused `not-your-task`, `claimed`, `delegation-over`, `delegation-scope`, `own-vote`, `not-employed`.
    """
    actor = tape.command.actor
    asked = task.able
    if actor in asked and on_behalf_of in (None, actor):
        return Acting(actor)
    if actor in asked:
        raise Refused(
            "own-vote",
            "{actor} was asked about task {task} too and has one word on it; {principal} needs another stand-in.",
            actor=actor,
            task=task.id,
            principal=on_behalf_of or "",
        )
    wanted = [person for person in asked if on_behalf_of in (None, person)]
    if found := _standing_in(tape, task, wanted):
        _refuse_gone(tape, actor, found.principal)
        return Acting(actor, found.principal, found.id)
    raise _stranger(tape, task, wanted)


def may_act(tape: Tape[Any], task: Task) -> bool:
    """Whether the command's actor may act on a task, in their own name or for somebody."""
    try:
        acting_on(tape, task)
    except Refused:
        return False
    return True


def parties(tape: Tape[Any], task: Task, *, on_behalf_of: str | None = None) -> tuple[str, ...]:
    """Everybody with a part in what the command's actor would do on a task: they, and whoever it is done for."""
    try:
        principal = acting_on(tape, task, on_behalf_of=on_behalf_of).principal
    except Refused:
        principal = None
    return (tape.command.actor, *((principal,) if principal else ()))


def duty(step: Step, task: Task, person: str) -> Step:
    """What a step asks of a person: whoever only approves besides, or may veto, needs no limit of authority."""
    voter = person in (*task.assignees, *task.escalated_to)
    return step if voter or person not in task.people else step.model_copy(update={"authority": None})


def refuse_unfit(question: Question, step: Step, task: Task, acting: Acting) -> None:
    """The person asked must be able to decide; whoever stands in needs no limit, but is barred as anybody (KRN-21)."""
    objected = objection(question, duty(step, task, acting.voice), acting.voice)
    if acting.principal is not None:
        objected = objected or bar(question, acting.actor) or acted_already(question, step, acting.actor)
    if objected:
        raise objected


def refuse_stranger(task: Task, actor: str) -> None:
    """Raises Refused `not-your-task` for whoever was not asked."""
    if actor not in task.people:
        raise _not_yours(task, actor)


def review_of(case: Case, task: Task) -> Review | None:
    """The review a task belongs to: a step of it, or what a step or its override asked for."""
    overridden = {override.review_task: override.review for override in case.overrides}
    asked_by = case.tasks[task.subject].subject if task.subject in case.tasks else task.subject
    return case.reviews.get(overridden.get(task.id, asked_by))


def _standing_in(tape: Tape[Any], task: Task, people: Iterable[str]) -> Delegation | None:
    """A delegation that holds and covers this task, for those first whose word is missing. One hop only (KRN-21)."""
    held = tape.facts.delegations.of_delegate(tape.command.actor, tape.facts.now)
    able = {d.principal: d for d in held if _covers(tape, task, d)}
    ordered = sorted(people, key=lambda person: person in task.voted)
    return next((able[person] for person in ordered if person in able), None)


def _covers(tape: Tape[Any], task: Task, delegation: Delegation) -> bool:
    review = review_of(tape.case, task)
    unit = review.unit if review else tape.case.unit
    return delegation.scope.covers(
        process=tape.case.process,
        units=tape.facts.organisation.units_above(unit),
        amount=_amount(tape, task, review) if review else None,
    )


def _amount(tape: Tape[Any], task: Task, review: Review) -> Money | None:
    """With earlier requests like it where a limit counts, so that splitting does not evade a delegation (KRN-05)."""
    if task.subject != review.id or task.command != "decide" or review.amount is None:
        return review.amount
    step = route_of(tape.facts.policy, tape.case.process, review.route).step(task.step)
    return needed(asking(tape.facts, tape.case, review), step) or review.amount


def _refuse_gone(tape: Tape[Any], *people: str) -> None:
    """Nobody stands in for someone who left, nor after having left themself."""
    for person in people:
        day = calendar_of(tape.facts, person).local_date(tape.facts.now)
        if not tape.facts.organisation.works_here(person, day):
            raise Refused("not-employed", "{actor} does not work here today; ask for a reassignment.", actor=person)


def _stranger(tape: Tape[Any], task: Task, wanted: Iterable[str]) -> Refused:
    """The most helpful reason why the actor may not act on a task."""
    actor, now = tape.command.actor, tape.facts.now
    given = [d for d in tape.facts.delegations.given_to(actor) if d.principal in set(wanted)]
    if any(d.holds_at(now) for d in given):
        return Refused(
            "delegation-scope",
            "What {actor} may do for {principals} does not cover task {task}; ask them to widen the delegation.",
            actor=actor,
            principals=", ".join(sorted({d.principal for d in given})),
            task=task.id,
        )
    if given:
        return Refused(
            "delegation-over",
            "{actor} does not stand in for {principals} now; the delegation is over, revoked, or has not begun.",
            actor=actor,
            principals=", ".join(sorted({d.principal for d in given})),
        )
    if task.claimed_by is not None and actor in task.people:
        return Refused(
            "claimed",
            "Task {task} was claimed by {claimer}; it is theirs until they release it.",
            task=task.id,
            claimer=task.claimed_by,
        )
    return _not_yours(task, actor)


def _not_yours(task: Task, actor: str) -> Refused:
    return Refused(
        "not-your-task",
        "Task {task} is not yours, {actor}; it waits for {assignees}.",
        task=task.id,
        actor=actor,
        assignees=", ".join(task.people),
    )
