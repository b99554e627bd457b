"""What someone sees of other people's tasks because they stand in for them (KRN-20, KRN-21)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.kernel.standing import Chain, between, way_to
from domain.kernel.values.money import Money
from domain.organisation.model import Organisation
from views.rows import InboxRow


def with_delegated(
    own: Sequence[InboxRow],
    others: Iterable[Mapping[str, Any]],
    person: str,
    *,
    standing: Sequence[Chain],
    organisation: Organisation,
    now: datetime,
) -> list[InboxRow]:
    """`own` and what `person` may do for others, each task once, as their own where it is; the most urgent first.

    `others` are stored columns of the inbox of those they stand in for. Nobody sees a matter of their own through it,
    nor through somebody whose own matter it is or who has a word on it themself.
    """
    found = {row.task: row for row in own}
    shown = list(others)
    asked: dict[str, set[str]] = {}
    for columns in shown:
        asked.setdefault(columns["task"], set()).add(columns["person"])
    ways = [(each, _way(each, standing, organisation, asked)) for each in shown if person not in each["barred"]]
    for columns, way in sorted(ways, key=lambda each: len(each[1] or ())):  # the shortest way to do a task first
        if way and columns["task"] not in found:
            via = tuple(each.person for each in between(way))
            found[columns["task"]] = InboxRow.of({**columns, "delegation": way[0].id, "via": via}, now)
    return sorted(found.values(), key=lambda row: (row.due_at, row.task))


def _way(
    columns: Mapping[str, Any], standing: Sequence[Chain], organisation: Organisation, asked: Mapping[str, set[str]]
) -> Chain | None:
    return way_to(
        columns["person"],
        standing,
        process=columns["process"],
        units=organisation.units_above(columns["unit"]),
        amount=columns["amount"] and Money(amount=columns["amount"], currency=columns["currency"]),
        past={*columns["barred"], *asked[columns["task"]]},
    )
