"""To which role a decision was offered: whoever gets that role later is asked too, but nobody twice (KRN-10)."""

import re

from domain.kernel.cases.case import Case, Task
from domain.kernel.deciding.tasks import DECIDE

_BASIS = re.compile(r"(?:role (?P<role>\S+) in (?P<unit>[^\s,]+)|group (?P<group>[^\s,]+))(?:,|$)")
"""How the kernel words the basis of a task that was offered to the holders of a role, or to a group."""


def role_of(task: Task) -> tuple[str | None, str | None]:
    """The role that a decision was offered to, and its unit (empty: a group); None where it was offered to persons."""
    found = _BASIS.match(task.basis) if task.kind == DECIDE and task.claimed_by is None else None
    if found is None:
        return None, None
    unit = found["unit"]
    return (found["group"], "") if found["group"] else (found["role"], "" if unit == "None" else unit)


def was_asked(case: Case, task: str, person: str) -> bool:
    """Whether a step was somebody's and is not any more: they voted, handed it on, or asked to be left out (KRN-23)."""
    found = case.tasks.get(task)
    review = case.reviews.get(found.subject) if found else None
    if found is None or review is None:
        return False
    recused = any(person in decision.persons for decision in review.decisions if decision.outcome == "recuse")
    return recused or person in found.voted or person in review.instead.get(found.step, {})
