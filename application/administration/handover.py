"""The open tasks of someone who leaves and the cases they answer for, each handed on through its workflow (KRN-24)."""

from collections.abc import Sequence
from dataclasses import dataclass

import readmodels
from application.commands.sweeping import UNSENT, Result, ToCase, sweep
from application.services import Services
from domain.kernel.cases.case import Task
from domain.kernel.deciding.responsibility import answers
from domain.kernel.values.message import N_
from domain.organisation.leaving import Item, Leaving
from domain.organisation.model import Organisation


@dataclass(frozen=True)
class Handed:
    """A task that somebody else must get; without one, the case for which somebody else must answer."""

    case: str
    process: str
    task: str | None = None


async def tasks_of(services: Services, organisation: Organisation, plan: Leaving) -> tuple[list[Item], list[Handed]]:
    """Their open tasks. Where others of those asked are here it stays with them; else somebody must get it."""
    await services.fresh()
    items: list[Item] = []
    handed: list[Handed] = []
    async with services.pool.acquire() as conn:
        rows = await readmodels.inbox(conn, plan.person, now=plan.now)
        for row in rows:
            state, _events = await readmodels.case_at(conn, services.processes, row.case)
            task = services.processes[row.process].case(state).tasks.get(row.task)
            if task is None:
                continue
            others = _others(organisation, task, plan)
            if others:
                text = N_("task in {case}: stays with {others}", case=row.case, others=", ".join(others))
                items.append(Item(what="task", id=row.task, text=text))
            else:
                text = N_("task in {case}: goes to {heir}, or who above may have it", case=row.case, heir=plan.heir)
                items.append(Item(what="task", id=row.task, text=text, to=plan.heir, later=not plan.due))
                handed.append(Handed(row.case, row.process, row.task))
    return items, handed


async def cases_of(services: Services, plan: Leaving) -> tuple[list[Item], list[Handed]]:
    """The open cases they answer for, because they asked or because it was handed to them."""
    found = await answered_by(services, plan.person)
    text = N_("they answer for it: goes to {heir}, or who above may have it", heir=plan.heir)
    items = [Item(what="case", id=case, text=text, to=plan.heir, later=not plan.due) for case, _process in found]
    return items, [Handed(case, process) for case, process in found]


async def answered_by(services: Services, person: str) -> list[tuple[str, str]]:
    """(case, process) of every open case, or open review in one, for which a person answers today."""
    await readmodels.fresh(services.pool, services.processes)
    found = []
    async with services.pool.acquire() as conn:
        for row in await readmodels.concerning(conn, person):
            process = services.processes[row["process"]]
            state, _events = await readmodels.case_at(conn, services.processes, row["case_id"])
            if not process.is_terminal(state) and answers(process.case(state), person):
                found.append((row["case_id"], row["process"]))
    return found


def _others(organisation: Organisation, task: Task, plan: Leaving) -> list[str]:
    """Who can do it without them; nobody, if it waits for exactly their word."""
    if task.claimed_by == plan.person or plan.person in (*task.added, *task.veto):
        return []
    day = max(plan.day, plan.today)
    return [one for one in task.waiting if one != plan.person and organisation.works_here(one, day)]


async def hand_over(
    services: Services, organisation: Organisation, plan: Leaving, handed: Sequence[Handed], *, causation: int | None
) -> list[Result]:
    """Each to the heir, or to the next above who may have it: nobody gets a matter of their own (KRN-23)."""
    line = [plan.heir, *organisation.line_above(plan.heir, max(plan.day, plan.today))]
    results: dict[Handed, Result] = {}
    for heir in line:
        left = [each for each in handed if each not in results or _another_may(results[each])]
        wishes = [_wish(plan, heir, each) for each in left]
        for each, result in zip(left, await sweep(services, wishes, causation=causation), strict=True):
            if result.code is None or each not in results:  # the reason why the heir is not fit tells the most
                results[each] = result
    return list(results.values())


def _another_may(result: Result) -> bool:
    return result.code is not None and result.code not in _NOBODY


GONE = frozenset({"finished", "withdrawn", "task-done", "not-asked", "voted-already", "not-responsible"})
"""Meanwhile it is nothing of theirs any more: somebody was quicker, and nothing is left to be done."""
_NOBODY = GONE | UNSENT | {"no-such-task", "no-such-case", "unknown-command", "assign-instead"}
"""What is not about the receiver: nobody else would get the task either."""


def _wish(plan: Leaving, heir: str, handed: Handed) -> ToCase:
    reason = f"{plan.person} left on {plan.day.isoformat()}"
    payload = {"to": heir, "instead_of": plan.person, "reason": reason}
    if handed.task is None:
        return ToCase(handed.case, handed.process, "hand-over", payload)
    return ToCase(handed.case, handed.process, "reassign", payload | {"task": handed.task})
