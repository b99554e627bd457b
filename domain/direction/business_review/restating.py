"""What a restated pack says otherwise than the one before, number by number (QBR-01)."""

from collections.abc import Iterator
from typing import Any

from domain.direction.business_review.pack import Pack
from domain.kernel.value import Value


class Restated(Value):
    """`before` or `after` is None where the row is only in one of the two."""

    where: str
    before: str | None
    after: str | None


def restated(first: Pack, newest: Pack) -> tuple[Restated, ...]:
    """Money, people and objectives, which both packs count up to the day of the cut-off.

    The other sections tell how things stand, not what counts up to a day: that they differ later is no correction.
    """
    old, new = dict(_numbers(first)), dict(_numbers(newest))
    return tuple(
        Restated(where=where, before=old.get(where), after=new.get(where))
        for where in sorted({*old, *new})
        if old.get(where) != new.get(where)
    )


def _numbers(pack: Pack) -> Iterator[tuple[str, str]]:
    for row in pack.money:
        yield from _fields(f"{row.line} {row.period}", row, ("plan", "actual", "committed", "reserved", "available"))
    yield from _fields("people", pack.people, ("positions", "held"))
    for plan in pack.plans:
        for objective in plan.objectives:
            yield from _fields(f"{plan.name} {objective.id}", objective, ("baseline", "target", "now", "progress"))


def _fields(where: str, row: Any, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        value = getattr(row, name)
        yield f"{where} {name}", "" if value is None else f"{value:,}"
