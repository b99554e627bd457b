"""What the budgets of a year say besides their plan: forecasts, and lines that are off their plan (BUD-10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

import readmodels
from application.services import Services
from domain.money.budget.events import ForecastGiven, VarianceExplained, VariancesFound
from domain.money.budget.state import LIVE, Stage
from domain.money.budget.values import Explanation, Variance
from eventstore import log
from readmodels import Wanted

MOST = 2_000
"""Budgets that are looked at."""
_COUNTING = LIVE | {Stage.CARRIED_OVER.value, Stage.CLOSED.value}


@dataclass
class BudgetFigures:
    """By line: the newest forecast of the year, and the newest variance with its case and its explanation."""

    forecasts: dict[str, Decimal] = field(default_factory=dict)
    variances: dict[str, tuple[str, Variance]] = field(default_factory=dict)
    explained: dict[str, Explanation] = field(default_factory=dict)


async def budget_rows(services: Services, year: str | None = None) -> list[readmodels.CaseRow]:
    """The budgets that count, of a year or of all."""
    await services.fresh()
    async with services.pool.acquire() as conn:
        rows = await readmodels.cases(conn, Wanted(process="budget"), now=datetime.now(UTC), limit=MOST)
    return [
        row for row in rows if row.title and year in (None, str(row.title.args.get("year"))) and row.stage in _COUNTING
    ]


async def budget_figures(services: Services, year: str, *, recorded: datetime | None = None) -> BudgetFigures:
    """As known at `recorded` (None: now). No reader is asked about: take only lines that one may see."""
    rows = await budget_rows(services, year)
    types = [kind.__name__ for kind in (ForecastGiven, VariancesFound, VarianceExplained)]
    async with services.pool.acquire() as conn:
        streams = await log.read_types(conn, [row.case for row in rows], types)
    found, decode = BudgetFigures(), services.process("budget").events.decode
    stored = sorted((each for events in streams.values() for each in events), key=lambda each: each.position)
    for each in stored:
        if recorded is not None and each.recorded_at > recorded:
            continue
        match decode(each):
            case ForecastGiven(rows=given):
                found.forecasts |= {row.line: row.amount.amount for row in given}
            case VariancesFound(variances=variances):
                found.variances |= {one.line: (each.stream, one) for one in variances}
                for one in variances:
                    found.explained.pop(one.line, None)
            case VarianceExplained(line=line, explanation=explanation):
                found.explained[line] = explanation
    return found


def forecast_of(lines: Sequence[str], forecasts: Mapping[str, Decimal]) -> Decimal | None:
    """The sum of forecasts of these lines; None where there is none."""
    given = [forecasts[line] for line in lines if line in forecasts]
    return sum(given, Decimal(0)) if given else None
