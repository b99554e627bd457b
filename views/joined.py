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
    """The role that a decision was offered to, and its unit (empty: a group); None where it was offered to persons."""
    found = _BASIS.match(task.basis) if task.kind == DECIDE and task.claimed_by is None else None
    if found is None:
        return None, None
    unit = found["unit"]
    return (found["group"], "") if found["group"] else (found["role"], "" if unit == "None" else unit)


def asked_since(organisation: Organisation, person: str, now: datetime) -> tuple[tuple[tuple[str, str], ...], datetime]:
    """What `person` would be asked as today, and an instant: only what was offered before can lack them."""
    since = organisation.role_since.get(person)
    if since is None or person not in organisation.people:
        return (), now
    day = organisation.calendar_of(person).local_date(now)
    before = datetime.combine(since, time(0), UTC) + timedelta(days=2)  # by then the day is over in every zone
    return organisation.asked_as(person, day), before


def joined(rows: Iterable[Mapping[str, Any]], person: str) -> Iterator[dict[str, Any]]:
    """`rows` as theirs; never a matter of their own (KRN-02)."""
    return ({**row, "person": person} for row in rows if person not in row["barred"])
