"""The work of a stage: what is to be done now by whom, as open tasks that follow the state of their case.

Nobody has to remember to ask for it, and none is left open once it is done in another way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.rows import Component, S
from domain.kernel.facts import Facts
from domain.kernel.routing.delegates import may_act
from domain.kernel.showing.task_sight import Paths
from domain.kernel.values.message import Message


@dataclass(frozen=True)
class Work:
    """One thing to do: `command` does it, for `subject`, within `days` working days. Without people nobody is asked."""

    kind: str
    subject: str
    title: Message
    people: tuple[str, ...]
    command: str
    days: Decimal
    basis: str = "owner"


def work(wanted: Callable[[S, Facts], Sequence[Work]], sights: Mapping[str, Paths]) -> Component[S]:
    """The component of a process whose `wanted` says what is to be done; `sights` has its kinds of tasks."""

    def settle(ctx: DecisionContext[S]) -> None:
        if ctx.case.closed is None and ctx.case.hold is None and ctx.case.requester is not None:
            _follow(ctx, wanted(ctx.state, ctx.facts), frozenset(sights))

    return Component(settle=settle, tasks=sights)


def _follow(ctx: DecisionContext[S], wanted: Sequence[Work], kinds: frozenset[str]) -> None:
    asked = {(one.kind, one.subject) for one in wanted}
    there = {(task.kind, task.subject): task for task in ctx.case.tasks.values() if task.kind in kinds}
    for (kind, subject), task in there.items():
        if (kind, subject) in asked:
            continue
        if task.command == ctx.command.name and may_act(ctx, task):
            tasks.done(ctx, kind=kind, subject=subject)
        else:
            tasks.cancel(ctx, reason="nothing is to be done here any more", kind=kind, subject=subject)
    for one in wanted:
        if (one.kind, one.subject) not in there and one.people:
            tasks.assign(
                ctx, kind=one.kind, title=one.title, subject=one.subject, assignees=one.people, basis=one.basis,
                command=one.command, due_days=one.days,
            )  # fmt: skip
