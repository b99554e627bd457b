"""Who answers for a case once whoever asked for it is gone: resubmits it, withdraws it, is asked and told (KRN-24).

The past stays: who asked, who decided, and every decision. Whoever asked still never decides it, nor does whoever
answers for it since, nor who reports to them (KRN-02, KRN-06). See docs/adr/0020.
"""

from typing import Any

from domain.kernel.cases.case import Case, Status, Task
from domain.kernel.cases.case_events import ResponsibilityMoved
from domain.kernel.cases.task_events import TaskReassigned
from domain.kernel.command import SYSTEM
from domain.kernel.commands import HandOver
from domain.kernel.deciding.conclude import replace, resettle
from domain.kernel.deciding.handover import overseers
from domain.kernel.deciding.overriding import replace_reviewers
from domain.kernel.deciding.steps import people_of
from domain.kernel.deciding.tasks import ANSWER, DECIDE
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.routing.eligibility import bar, own_case, today_of
from domain.kernel.routing.route import asking

BECAUSE = "answers for the case now, or reports to who does"


def hand_over(ctx: DecisionContext[Any], payload: HandOver) -> None:
    """By the managers of whoever answers for it, by operations, or by the system when somebody leaves.

    Open tasks of those who may not decide it any more go on to the next who may. Raises Refused `not-responsible`,
    `responsible-already`, `not-yours-to-hand-over`, `asked-to-decide`, `not-employed`, `nobody-left`.
    """
    leaving = payload.instead_of or ctx.case.responsible or ""
    _refuse_idle_change(ctx.case, leaving, payload.to)
    _refuse_without_right(ctx, leaving, payload.to)
    stuck = _undecidable(ctx)
    ctx.add(
        ResponsibilityMoved(
            instead_of=leaving, to=payload.to, by=ctx.command.actor, reason=payload.reason, at=ctx.facts.now
        )
    )
    _pass_questions(ctx, leaving, payload)
    _reroute(ctx)
    if left := sorted(_undecidable(ctx) - stuck):
        raise Refused(
            "nobody-left",
            "If {person} answers for case {case}, nobody is left who may decide {steps}; name someone else.",
            person=payload.to,
            case=ctx.case.id,
            steps=", ".join(left),
        )


def answers(case: Case, person: str) -> bool:
    """Whether `person` answers for the case, or for a review in it that is not over."""
    askers = {review.requester for review in _running(case)} | ({case.requester} if case.requester else set())
    return person in {case.answers_for(asker) for asker in askers}


def _running(case: Case) -> list[Any]:
    return [review for review in case.reviews.values() if review.status in (Status.IN_REVIEW, Status.RETURNED)]


def _refuse_idle_change(case: Case, leaving: str, to: str) -> None:
    if not answers(case, leaving):
        raise Refused("not-responsible", "{person} does not answer for case {case}.", person=leaving[:80], case=case.id)
    if to == leaving:
        raise Refused("responsible-already", "{person} answers for case {case} already.", person=to, case=case.id)


def _refuse_without_right(ctx: DecisionContext[Any], leaving: str, to: str) -> None:
    """Nobody rids a case of an approver by making them answer for it; they may take it on themself.

    A party to the case does not choose who answers for it, whatever other role they have (KRN-02).
    """
    actor, facts = ctx.command.actor, ctx.facts
    if not facts.organisation.works_here(to, today_of(facts, to)):
        raise Refused("not-employed", "{actor} does not work here today; name someone else.", actor=to[:80])
    if actor == SYSTEM:
        return
    if actor not in overseers(ctx, leaving):
        raise Refused(
            "not-yours-to-hand-over",
            "Case {case} can be handed on by the managers of {person} or operations.",
            case=ctx.case.id,
            person=leaving,
        )
    above = facts.organisation.line_above(leaving, today_of(facts, leaving))
    if actor in ctx.case.own or (actor in ctx.case.parties and actor not in above):
        raise own_case(actor)
    if to != actor and any(task.kind == DECIDE and to in task.people for task in ctx.case.tasks.values()):
        raise Refused(
            "asked-to-decide", "{person} is asked to decide in case {case}; name someone else.", person=to,
            case=ctx.case.id,
        )  # fmt: skip


def _undecidable(ctx: DecisionContext[Any]) -> set[str]:
    """The steps, open or to come, that nobody could decide today."""
    return set(ctx.case.stuck) | {
        f"{review.id}/{plan.name}"
        for review in _running(ctx.case)
        for plan in review.steps
        if plan.state != "approved" and people_of(ctx, review.id, plan.name).stuck is not None
    }


def _pass_questions(ctx: DecisionContext[Any], leaving: str, payload: HandOver) -> None:
    """What the one before was asked as the one who answers, the next is asked now."""
    for task in list(ctx.case.tasks.values()):
        if task.kind == ANSWER and leaving in task.people and payload.to not in task.people:
            ctx.add(
                TaskReassigned(
                    task=task.id,
                    by=ctx.command.actor,
                    instead_of=leaving,
                    to=payload.to,
                    reason=payload.reason,
                    right="system",
                )
            )


def _reroute(ctx: DecisionContext[Any]) -> None:
    for task in list(ctx.case.tasks.values()):
        if task.kind == DECIDE:
            for person in task.people:
                _take_out(ctx, task, person)
    for review in _running(ctx.case):
        if review.status is Status.IN_REVIEW:
            resettle(ctx, review.id)
    replace_reviewers(ctx, BECAUSE)


def _take_out(ctx: DecisionContext[Any], task: Task, person: str) -> None:
    """A person who may not decide any more leaves the task. A word that is in stays a fact and counts."""
    now = ctx.case.tasks.get(task.id)
    if (
        now is None
        or person in now.voted
        or not bar(asking(ctx.facts, ctx.case, ctx.case.reviews[now.subject]), person)
    ):
        return
    replace(ctx, now.id, person, reason=BECAUSE)
