"""What someone sees because they hold a role by now that they did not hold when the task was offered (KRN-10)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from domain.kernel.cases.case import Case
from domain.kernel.showing.task_roles import was_asked
from domain.organisation.model import Organisation


def asked_since(organisation: Organisation, person: str, now: datetime) -> tuple[tuple[tuple[str, str], ...], datetime]:
    """What `person` would be asked as today, and an instant: only what was offered before can lack them."""
    since = organisation.role_since.get(person)
    if since is None or person not in organisation.people:
        return (), now
    day = organisation.calendar_of(person).local_date(now)
    before = datetime.combine(since, time(0), UTC) + timedelta(days=2)  # by then the day is over in every zone
    return organisation.asked_as(person, day), before


def joined(rows: Iterable[Mapping[str, Any]], person: str, cases: Mapping[str, Case]) -> Iterator[dict[str, Any]]:
    """`rows` as theirs; never a matter of their own (KRN-02), nor what `cases` say they handed on (KRN-23)."""
    return (
        {**row, "person": person}
        for row in rows
        if person not in row["barred"] and not was_asked(cases[row["case_id"]], row["task"], person)
    )
