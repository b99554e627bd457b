"""Who acts on a task: one of those asked, or somebody who stands in for one of them today (KRN-20 to KRN-23)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

from domain.kernel.cases.case import Case, Review, Task
from domain.kernel.decision_context import DecisionContext
from domain.kernel.delegation import Chain, Via, between, impartial, way_to
from domain.kernel.errors import Refused
from domain.kernel.policy import Step
from domain.kernel.routing.eligibility import StepQuery, acted_already, bar, needed, objection, today_of
from domain.kernel.routing.ground import lost_ground
from domain.kernel.routing.route import asking, route_of
from domain.kernel.values.money import Money


class ForWhom(TypedDict):
    """What an event says when it was done for somebody else, so that the report of a delegation names it (KRN-22)."""

    on_behalf_of: str | None
    delegation: str | None
    via: tuple[Via, ...]


@dataclass(frozen=True)
class Acting:
    """`actor` does it; if for somebody else, then for `principal` under `delegation` ("actor for principal").

    `via` are those in between, where the policy lets a stand-in have a stand-in ("actor for principal via …").
    """

    actor: str
    principal: str | None = None
    delegation: str | None = None
    via: tuple[Via, ...] = ()

    @property
    def voice(self) -> str:
        """Whose word it is: the person who was asked."""
        return self.principal or self.actor

    @property
    def hands(self) -> tuple[str, ...]:
        """Through whose hands it goes: the actor's, and those of whoever is in between."""
        return (self.actor, *(via.person for via in self.via))

    @property
    def for_whom(self) -> ForWhom:
        return {"on_behalf_of": self.principal, "delegation": self.delegation, "via": self.via}

    def __str__(self) -> str:
        """As the basis of a decision says it."""
        via = f" via {', '.join(self.hands[1:])}" if self.via else ""
        return f"{self.actor} for {self.principal}{via}" if self.principal else self.actor


def acting_on(ctx: DecisionContext[Any], task: Task, *, on_behalf_of: str | None = None) -> Acting:
    """How the command's actor may act on a task. A claimed task is for its claimer and whoever stands in for them.

    Raises Refused `not-your-task`, `claimed`, `delegation-over`, `delegation-scope`, `own-vote`, `not-employed`.
    """
    actor = ctx.command.actor
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
    if found := _standing_in(ctx, task, wanted):
        acting = Acting(actor, found[-1].principal, found[0].id, between(found))
        _refuse_gone(ctx, *acting.hands, acting.voice)
        return acting
    raise _stranger(ctx, task, wanted)


def may_act(ctx: DecisionContext[Any], task: Task) -> bool:
    """Whether the command's actor may act on a task, in their own name or for somebody."""
    try:
        acting_on(ctx, task)
    except Refused:
        return False
    return True


def parties(ctx: DecisionContext[Any], task: Task, *, on_behalf_of: str | None = None) -> tuple[str, ...]:
    """Everybody with a part in what the command's actor would do on a task: they, for whom it is, who is between."""
    try:
        acting = acting_on(ctx, task, on_behalf_of=on_behalf_of)
    except Refused:
        return (ctx.command.actor,)
    return tuple(dict.fromkeys((*acting.hands, acting.voice)))


def duty(step: Step, task: Task, person: str) -> Step:
    """What a step asks of a person: whoever only approves besides, or may veto, needs no limit of authority."""
    voter = person in (*task.assignees, *task.escalated_to)
    return step if voter else step.model_copy(update={"authority": None})


def refuse_unfit(question: StepQuery, step: Step, task: Task, acting: Acting) -> None:
    """The person asked must be able to decide, and still be what they were asked as.

    Whoever stands in needs no limit, but is barred as anybody (KRN-21).
    """
    objected = objection(question, duty(step, task, acting.voice), acting.voice)
    objected = objected or lost_ground(question, step, task, acting.voice)
    if acting.principal is not None:
        for person in acting.hands:
            objected = objected or bar(question, person) or acted_already(question, step, person)
    if objected:
        raise objected


def refuse_stranger(task: Task, actor: str) -> None:
    """Raises Refused `not-your-task` for whoever was not asked."""
    if actor not in task.people:
        raise _not_yours(task, actor)


def refuse_left(ctx: DecisionContext[Any]) -> None:
    """Raises Refused `not-employed` for somebody of the organisation who does not work here today (KRN-24)."""
    actor = ctx.command.actor
    if actor in ctx.facts.organisation.people and (gone := _gone(ctx, actor)):
        raise gone


def parties_to(case: Case, task: Task) -> frozenset[str]:
    """Everybody with a stake in what a task is about: they appoint nobody who does it (KRN-02)."""
    review = review_of(case, task)
    return case.parties | ({review.requester, *review.excluded} if review else frozenset())


def review_of(case: Case, task: Task) -> Review | None:
    """The review a task belongs to: a step of it, or what a step or its override asked for."""
    overridden = {override.review_task: override.review for override in case.overrides}
    asked_by = case.tasks[task.subject].subject if task.subject in case.tasks else task.subject
    return case.reviews.get(overridden.get(task.id, asked_by))


def _standing_in(ctx: DecisionContext[Any], task: Task, people: Collection[str]) -> Chain | None:
    """Delegations that hold and cover this task: for those first whose word is missing, then by the shortest way.

    More than one only as the policy allows, and past nobody who could not do it themself (KRN-21).
    """
    facts = ctx.facts
    known = facts.delegations.chains(ctx.command.actor, facts.now, hops=facts.hops)
    chains = tuple(chain for chain in known if all(one.holds_at(facts.latest) for one in chain))
    if not chains:
        return None
    unfit = _unfit(ctx, task, {via.person for chain in chains for via in between(chain)})
    if found := _ways(ctx, task, people, chains, past=unfit):
        return min(found, key=lambda chain: (chain[-1].principal in task.voted, len(chain)))
    for chain in _ways(ctx, task, people, chains, past=()):
        raise next(unfit[via.person] for via in between(chain) if via.person in unfit)
    return None


def _ways(
    ctx: DecisionContext[Any], task: Task, people: Iterable[str], chains: tuple[Chain, ...], *, past: Collection[str]
) -> list[Chain]:
    """The way to each of `people` to whom one leads."""
    review = review_of(ctx.case, task)
    units = ctx.facts.organisation.units_above(review.unit if review else ctx.case.unit)
    amount = _amount(ctx, task, review) if review else None
    parties = parties_to(ctx.case, task)
    found = (
        way_to(person, chains, process=ctx.case.process, units=units, amount=amount, past=past, parties=parties)
        for person in people
    )
    return [chain for chain in found if chain]


def _unfit(ctx: DecisionContext[Any], task: Task, people: Iterable[str]) -> dict[str, Refused]:
    """Past whom a task is not passed on: whoever has a word on it themself, or could not do it, and why."""
    found = ((person, _why_not_past(ctx, task, person)) for person in people)
    return {person: refused for person, refused in found if refused}


def _why_not_past(ctx: DecisionContext[Any], task: Task, person: str) -> Refused | None:
    review = review_of(ctx.case, task)
    if person in task.people:
        return Refused(
            "own-vote",
            "{actor} was asked about task {task} too and has one word on it; {principal} needs another stand-in.",
            actor=person,
            task=task.id,
            principal=", ".join(task.waiting),
        )
    if review is None:
        return _gone(ctx, person)
    question = asking(ctx.facts, ctx.case, review)
    step = route_of(ctx.facts.policy, ctx.case.process, review.route).step(task.step) if _decides(task) else None
    return bar(question, person) or (acted_already(question, step, person) if step else None)


def _amount(ctx: DecisionContext[Any], task: Task, review: Review) -> Money | None:
    """With earlier requests like it where a limit counts, so that splitting does not evade a delegation (KRN-05)."""
    if not _decides(task):
        return review.amount
    step = route_of(ctx.facts.policy, ctx.case.process, review.route).step(task.step)
    return needed(asking(ctx.facts, ctx.case, review), step) or review.amount


def _decides(task: Task) -> bool:
    """Whether the task is a step of a review. (`tasks.DECIDE` is built on this module.)"""
    return task.command == "decide"


def _refuse_gone(ctx: DecisionContext[Any], *people: str) -> None:
    """Nobody stands in for someone who left, nor after having left themself."""
    for person in people:
        if gone := _gone(ctx, person):
            raise gone


def _gone(ctx: DecisionContext[Any], person: str) -> Refused | None:
    day = today_of(ctx.facts, person)
    if ctx.facts.organisation.works_here(person, day):
        return None
    return Refused("not-employed", "{actor} does not work here today; ask for a reassignment.", actor=person)


def _stranger(ctx: DecisionContext[Any], task: Task, wanted: Iterable[str]) -> Refused:
    """The most helpful reason why the actor may not act on a task."""
    actor, now = ctx.command.actor, ctx.facts.latest
    given = [d for d in ctx.facts.delegations.given_to(actor) if d.principal in set(wanted)]
    if arranged := [d for d in given if d.holds_at(now) and not impartial((d,), parties_to(ctx.case, task))]:
        return Refused(
            "arranged-by-party",
            "{arranger} arranged that {actor} stands in for {principal} and is a party to this case; it does not "
            "count here. {principal} or somebody who is no party can arrange it.",
            arranger=arranged[0].granted_by,
            actor=actor,
            principal=arranged[0].principal,
        )
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
