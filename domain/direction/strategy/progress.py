"""How far an objective is, how several values add up, and what points nowhere. Pure; no value yet is not 0 (STR-06)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from domain.direction.strategy.content import Adding, Initiative, Objective, is_amount
from domain.direction.strategy.state import Live, Reading, Series, StrategyState
from domain.kernel.value import Value

_PLACES = Decimal("0.0001")


def progress(start: Decimal, target: Decimal, now: Decimal | None) -> Decimal | None:
    """(start − now) / (start − target), between 0 and 1, whether the number is to fall or to rise (STR-06)."""
    if now is None or start == target:
        return None
    part = (start - now) / (start - target)
    return min(max(part, Decimal(0)), Decimal(1)).quantize(_PLACES)


def now_of(series: Series) -> Decimal | None:
    """The newest value of each part, added up as the objective says (STR-07); None without any."""
    newest: dict[str, Reading] = {}
    for reading in series.readings:
        known = newest.get(reading.part)
        if known is None or reading.on >= known.on:
            newest[reading.part] = reading
    return _added(series.objective, list(newest.values())) if newest else None


def _added(objective: Objective, readings: list[Reading]) -> Decimal:
    values = [reading.value for reading in readings]
    match objective.adding:
        case Adding.SUM:
            return sum(values, Decimal(0))
        case Adding.MEAN:
            return (sum(values, Decimal(0)) / len(values)).quantize(_PLACES)
        case Adding.WORST:
            return max(values) if objective.target < objective.baseline else min(values)
        case Adding.LAST:
            return max(readings, key=lambda reading: reading.on).value


class ObjectiveRow(Value):
    """`method` says how its values were added up; `breaks` how often its measure changed. Early: reached before due."""

    id: str
    text: str
    owner: str
    measure: str
    unit: str
    baseline: Decimal
    target: Decimal
    due: str
    now: Decimal | None
    progress: Decimal | None
    method: str
    breaks: int
    dropped: str | None = None


class Total(Value):
    """Amounts of one currency as amounts: their progress is that of the sums, not a mean of shares (STR-07)."""

    currency: str
    baseline: Decimal
    target: Decimal
    now: Decimal | None
    progress: Decimal | None
    method: str = "sum of the amounts"


class Orphans(Value):
    """What points nowhere, in both directions (STR-02)."""

    objectives_without_initiative: tuple[str, ...] = ()
    initiatives_without_objective: tuple[str, ...] = ()
    initiatives_without_money: tuple[str, ...] = ()
    initiatives_without_people: tuple[str, ...] = ()


class PlanProgress(Value):
    """`method` says how `progress` was added up: the mean of the objectives that have a value, `unknown` have none."""

    case: str
    name: str
    unit: str
    stage: str
    objectives: tuple[ObjectiveRow, ...]
    totals: tuple[Total, ...]
    progress: Decimal | None
    method: str
    unknown: int
    orphans: Orphans
    reopened: tuple[str, ...]
    rejected: tuple[str, ...]


def row_of(live: Live) -> ObjectiveRow:
    series, one = live.series[-1], live.objective
    now = now_of(series)
    return ObjectiveRow(
        id=one.id, text=one.text, owner=one.owner, measure=one.measure, unit=one.unit, baseline=one.baseline,
        target=one.target, due=one.due.isoformat(), now=now, progress=progress(one.baseline, one.target, now),
        method=one.adding.value, breaks=len(live.series) - 1, dropped=live.dropped,
    )  # fmt: skip


def totals_of(lives: Iterable[Live]) -> tuple[Total, ...]:
    """The amounts of one currency added up. One without a value makes the sum unknown, not smaller."""
    by: dict[str, list[ObjectiveRow]] = {}
    for live in lives:
        if live.dropped is None and is_amount(live.objective):
            by.setdefault(live.objective.unit, []).append(row_of(live))
    return tuple(_total(currency, rows) for currency, rows in sorted(by.items()))


def _total(currency: str, rows: list[ObjectiveRow]) -> Total:
    baseline, target = sum((row.baseline for row in rows), Decimal(0)), sum((row.target for row in rows), Decimal(0))
    values = [row.now for row in rows if row.now is not None]
    now = sum(values, Decimal(0)) if len(values) == len(rows) else None
    return Total(
        currency=currency, baseline=baseline, target=target, now=now, progress=progress(baseline, target, now)
    )  # fmt: skip


def orphans_of(lives: Mapping[str, Live], initiatives: Iterable[Initiative]) -> Orphans:
    known = {id_ for id_, live in lives.items() if live.dropped is None}
    every = tuple(initiatives)
    served = {id_ for one in every for id_ in one.objectives}
    return Orphans(
        objectives_without_initiative=tuple(sorted(known - served)),
        initiatives_without_objective=tuple(one.id for one in every if not known.intersection(one.objectives)),
        initiatives_without_money=tuple(one.id for one in every if not one.lines),
        initiatives_without_people=tuple(one.id for one in every if not one.people),
    )


def plan_progress(case: str, state: StrategyState, stage: str) -> PlanProgress:
    plan = state.plan
    rows = tuple(row_of(live) for live in state.live.values())
    known = [row.progress for row in rows if row.dropped is None and row.progress is not None]
    return PlanProgress(
        case=case, name=plan.name, unit=plan.unit, stage=stage, objectives=rows, totals=totals_of(state.live.values()),
        progress=(sum(known, Decimal(0)) / len(known)).quantize(_PLACES) if known else None,
        method="mean of the objectives that have a value",
        unknown=sum(row.dropped is None and row.progress is None for row in rows),
        orphans=orphans_of(state.live, plan.initiatives), reopened=tuple(sorted(state.reopened)),
        rejected=tuple(option.id for option in plan.options if not option.chosen),
    )  # fmt: skip
