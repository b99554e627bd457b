"""The year of the lines in a grid as curves that grow: plan, actual, and what is forecast (BUD-10)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import accumulate

from application.queries.budget_grid import ZERO, Grid, GridRow
from domain.kernel.values.money import Money
from domain.kernel.values.rounding import split
from runtime.translations import catalogue
from web.charts import Chart, Line, curves
from web.money.words import NONE, figure, period

MONTHS = range(1, 13)


def year_chart(
    shown: Grid,
    forecasts: Mapping[str, Decimal],
    otherwise: Mapping[str, Decimal],
    spent: Mapping[tuple[str, str], Decimal],
    language: str,
    today: date,
) -> Chart | None:
    """In the currency of the first total; None where nothing was planned or spent. What is planned by the year grows by
    twelfths; the forecast leads from what is spent until today to what the year will have cost. `otherwise` is what
    the lines without a forecast have planned, by currency.
    """
    if not shown.totals:
        return None
    _ = catalogue(language).gettext
    total, year = shown.totals[0], shown.query.year
    names = [f"{year}-{month:02}" for month in MONTHS]
    plan = list(accumulate(_planned(total, shown)))
    until = 12 if today.year > int(year) else 0 if today.year < int(year) else today.month
    outside = sum(
        (amount for (code, name), amount in spent.items() if code == total.currency and name < names[0]), ZERO
    )
    late = sum((amount for (code, name), amount in spent.items() if code == total.currency and name > names[-1]), ZERO)
    months = [spent.get((total.currency, name), ZERO) for name in names]
    months[0] += outside
    months[-1] += late
    last = max([until, *(number for number, amount in enumerate(months, start=1) if amount)])
    actual = list(accumulate(months))[:last]
    given = [forecasts[line] for line in shown.lines if line in forecasts]
    end = sum(given, otherwise.get(total.currency, ZERO)) if given else None
    forecast = _grown(actual[-1] if actual else ZERO, end, 12 - last) if end is not None and last < 12 else []
    lines = [(0, Line("line", [float(each) for each in plan])), (0, Line("bar-line", [float(each) for each in actual]))]
    begins = max(last - 1, 0)
    if forecast:
        lines.append((begins, Line("dashed", [float(each) for each in forecast])))
    rows = [
        (
            period(name, language), figure(plan[at], language),
            figure(actual[at], language) if at < len(actual) else NONE,
            figure(forecast[at - begins], language) if forecast and at >= begins else NONE,
        )
        for at, name in enumerate(names)
    ]  # fmt: skip
    told = _("Plan, actual and forecast of {year}, added up month by month, in {currency}")
    if forecast:
        told = _("{told}; lines without a forecast count with their plan").format(told=told)
    return curves(
        "year", _("The year"), told.format(year=year, currency=total.currency), lines,
        largest=figure(Decimal(max(map(int, [*plan, *actual, *forecast]), default=0)), language),
        columns=[_("Month"), _("Plan"), _("Actual"), _("Forecast")], rows=rows,
        legend=[("line", _("Plan")), ("bar-line", _("Actual")), ("dashed", _("Forecast"))],
    )  # fmt: skip


def _planned(total: GridRow, shown: Grid) -> list[Decimal]:
    """By month: quarters and what is planned by the year only are spread evenly, and add up exactly."""
    year = shown.query.year
    whole = total.year(year).plan or ZERO
    cells = {name: each.plan or ZERO for name, each in total.cells.items() if name != year}
    rest = whole - sum(cells.values(), ZERO)
    months = _even(rest, total.currency, 12)
    for name, amount in cells.items():
        if name[5:6] == "Q":
            for at, part in enumerate(_even(amount, total.currency, 3), start=(int(name[6:]) - 1) * 3):
                months[at] += part
        else:
            months[int(name[5:]) - 1] += amount
    return months


def _even(amount: Decimal, currency: str, parts: int) -> list[Decimal]:
    return [each.amount for each in split(Money(amount=amount, currency=currency), [Decimal(1)] * parts)]


def _grown(start: Decimal, end: Decimal, steps: int) -> list[Decimal]:
    return [(start + (end - start) * step / max(steps, 1)).quantize(Decimal("0.01")) for step in range(steps + 1)]
