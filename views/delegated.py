"""What someone sees of other people's tasks because they stand in for them (KRN-20, KRN-21)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.kernel.money import Money
from domain.kernel.standing import Delegation
from domain.organisation.model import Organisation
from views.rows import InboxRow


def with_delegated(
    own: Sequence[InboxRow],
    others: Iterable[Mapping[str, Any]],
    person: str,
    *,
    standing: Sequence[Delegation],
    organisation: Organisation,
    now: datetime,
) -> list[InboxRow]:
    """`own` and what `person` may do for others, each task once, as their own where it is; the most urgent first.

    `others` are stored columns of the inbox of those they stand in for. Nobody sees a matter of their own through it.
    """
    found = {row.task: row for row in own}
    for columns in others:
        under = None if person in columns["barred"] else _covering(columns, standing, organisation)
        if under and columns["task"] not in found:
            found[columns["task"]] = InboxRow.of({**columns, "delegation": under.id}, now)
    return sorted(found.values(), key=lambda row: (row.due_at, row.task))


def _covering(
    columns: Mapping[str, Any], standing: Sequence[Delegation], organisation: Organisation
) -> Delegation | None:
    amount = columns["amount"] and Money(amount=columns["amount"], currency=columns["currency"])
    units = organisation.units_above(columns["unit"])
    return next(
        (
            each
            for each in standing
            if each.principal == columns["person"]
            and each.scope.covers(process=columns["process"], units=units, amount=amount)
        ),
        None,
    )
