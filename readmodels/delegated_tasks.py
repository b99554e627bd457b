"""What someone sees of other people's tasks because they stand in for them (KRN-20, KRN-21)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.kernel.deciding.tasks import DECIDE
from domain.kernel.delegation import Chain, between, way_to
from domain.kernel.values.money import Money
from domain.organisation.model import Organisation
from readmodels.rows import InboxRow


def with_delegated(
    own: Sequence[InboxRow],
    others: Iterable[Mapping[str, Any]],
    person: str,
    *,
    standing: Sequence[Chain],
    organisation: Organisation,
    now: datetime,
    parties: Mapping[str, Collection[str]],
) -> list[InboxRow]:
    """`own` and what `person` may do for others, each task once, as their own where it is; the most urgent first.

    `others` are stored columns of the inbox of those they stand in for. Nobody sees a matter of their own through it or
    one of somebody above them (KRN-06), nor through somebody whose matter it is or who has a word on it themself, nor
    under a delegation that one of its `parties` (by case) arranged for another.
    """
    found = {row.task: row for row in own}
    shown = list(others)
    asked: dict[str, set[str]] = {}
    for columns in shown:
        asked.setdefault(columns["task"], set()).add(columns["person"])
    people = {person, *(passed.person for chain in standing for passed in between(chain))}
    lines = {one: {one, *organisation.line_above(one, organisation.day_of(one, now))} for one in people}
    judged = [(each, _barred(each, lines)) for each in shown]
    ways = [
        (
            each,
            _way(
                each,
                standing,
                organisation,
                past=barred | asked[each["task"]],
                parties={*each["barred"], *parties.get(each["case_id"], ())},
            ),
        )
        for each, barred in judged
        if person not in barred
    ]
    for columns, way in sorted(ways, key=lambda each: len(each[1] or ())):  # the shortest way to do a task first
        if way and columns["task"] not in found:
            via = tuple(each.person for each in between(way))
            found[columns["task"]] = InboxRow.of({**columns, "delegation": way[0].id, "via": via}, now)
    return sorted(found.values(), key=lambda row: (row.due_at, row.task))


def _barred(columns: Mapping[str, Any], lines: Mapping[str, Collection[str]]) -> set[str]:
    """Whose own matter it is; and of the people of `lines` (each with those above them) who may not decide it."""
    own = set(columns["barred"])
    decides = columns["kind"] == DECIDE
    return own | {one for one, line in lines.items() if decides and not own.isdisjoint(line)}


def _way(
    columns: Mapping[str, Any],
    standing: Sequence[Chain],
    organisation: Organisation,
    *,
    past: Collection[str],
    parties: Collection[str],
) -> Chain | None:
    return way_to(
        columns["person"],
        standing,
        process=columns["process"],
        units=organisation.units_above(columns["unit"]),
        amount=columns["amount"] and Money(amount=columns["amount"], currency=columns["currency"]),
        past=past,
        parties=parties,
    )
