"""Whose budget lines somebody may see, and which of them would tell what a case keeps to itself (KRN-43)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import readmodels
from application.services import Services
from application.visibility import PolicyViewer, policy_viewer
from domain.kernel.showing.confidential import AMOUNT
from domain.organisation.model import BudgetLine, Organisation
from domain.organisation.overseeing import overseen
from eventstore import ledger_figures

CONTROLLER = "finance-controller"
FEW = 3
"""So many cases whose amounts a reader may not see make a sum that tells none of them."""


@dataclass(frozen=True)
class SeenLines:
    """`units` are those whose roll-ups the reader may see, `lines` the lines; `viewer` is the reader of today."""

    organisation: Organisation
    viewer: PolicyViewer
    units: frozenset[str]
    lines: Mapping[str, BudgetLine]


def may_see_line(organisation: Organisation, line: BudgetLine, reader: str, now: datetime) -> bool:
    """Its owner, the managers of its unit, finance and operations may."""
    if reader == line.owner:
        return True
    day = organisation.day_of(reader, now)
    return line.unit in overseen(organisation, reader, day) or reader in organisation.holders(
        CONTROLLER, line.unit, day
    )


async def seen_lines(services: Services, organisation: Organisation, reader: str, now: datetime) -> SeenLines:
    """The lines of `balances.may_see_line`, for all at once: only those that take money."""
    viewer = await policy_viewer(services, reader, now=now)
    if viewer.viewer.gone:
        return SeenLines(organisation, viewer, frozenset(), {})
    day = organisation.day_of(reader, now)
    lines = [line for line in organisation.budget_lines.values() if line.currency is not None]
    controlled = {unit for unit in organisation.units if reader in organisation.holders(CONTROLLER, unit, day)}
    units = overseen(organisation, reader, day) | controlled
    seen = {line.id: line for line in lines if line.unit in units or line.owner == reader}
    return SeenLines(organisation, viewer, frozenset(units), seen)


async def telling_lines(
    services: Services, seen: SeenLines, lines: Iterable[str], year: str, *, past: bool
) -> frozenset[str]:
    """The lines whose sums would tell the amount of a case that keeps its amounts from this reader: a single salary.

    At a time in the past a line with any such case tells: the difference of two instants is one case.
    """
    secret = {name for name, rules in seen.viewer.rules.items() if any(AMOUNT in keys for keys, _ in rules.secrets)}
    async with services.pool.acquire() as conn:
        moved = await ledger_figures.cases_on_lines(conn, list(lines), year)
        doubted = [(line, case) for line, case, process in moved if process in secret]
        if not doubted:
            return frozenset()
    await services.fresh()
    async with services.pool.acquire() as conn:
        rows = await readmodels.cases_named(conn, sorted({case for _, case in doubted}), now=seen.viewer.viewer.now)
    unseen: dict[str, int] = {}
    for line, case in doubted:
        if case not in rows or not sees_amounts(seen.viewer, rows[case]):
            unseen[line] = unseen.get(line, 0) + 1
    return frozenset(line for line, count in unseen.items() if past or count < FEW)


def sees_amounts(viewer: PolicyViewer, row: readmodels.CaseRow) -> bool:
    visibility = viewer.visibility(row.outline)
    return visibility.row == "case" and AMOUNT not in visibility.hidden
