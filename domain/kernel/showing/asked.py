"""To which role a decision was offered: whoever gets that role later is asked too (KRN-10)."""

import re

from domain.kernel.cases.case import Task
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
