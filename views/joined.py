"""What someone sees because they hold a role by now that they did not hold when the task was offered (KRN-10)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from domain.kernel.case import Task
from domain.kernel.tasks import DECIDE
from domain.organisation.model import Organisation

_BASIS = re.compile(r"(?:role (?P<role>\S+) in (?P<unit>[^\s,]+)|group (?P<group>[^\s,]+))(?:,|$)")
"""How the kernel words the basis of a task that was offered to the holders of a role, or to a group."""


def role_of(task: Task) -> tuple[str | None, str | None]:
    """The role that a decision was offered to, and the unit it is held for; None where it was offered to persons."""
    found = _BASIS.match(task.basis) if task.kind == DECIDE and task.claimed_by is None else None
    if found is None:
        return None, None
    unit = found["unit"]
    return (found["group"], None) if found["group"] else (found["role"], None if unit == "None" else unit)


def roles_to_look_for(organisation: Organisation, person: str, now: datetime) -> tuple[list[str], datetime]:
    """The roles that `person` holds, and an instant: only what was offered before can lack them. None: no roles."""
    since = organisation.role_since.get(person)
    if since is None or person not in organisation.people:
        return [], now
    day = organisation.calendar_of(person).local_date(now)
    roles = {held.role for held in organisation.roles if held.person == person and held.holds_on(day)}
    return sorted(roles), datetime.combine(since, time(0), UTC) + timedelta(days=2)  # the day is over in every zone


def joined(
    rows: Iterable[Mapping[str, Any]], organisation: Organisation, person: str, now: datetime
) -> Iterator[dict[str, Any]]:
    """Those of `rows` whose role would be asked of `person` today, as theirs; never a matter of their own (KRN-02)."""
    day = organisation.calendar_of(person).local_date(now)
    for row in rows:
        if person in organisation.holders(row["role"], row["role_unit"], day) and person not in row["barred"]:
            yield {**row, "person": person}
