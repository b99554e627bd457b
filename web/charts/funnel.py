"""A funnel: bars around the middle, each as wide as what came so far."""

from collections.abc import Sequence
from itertools import pairwise

from web.charts.bars import ROW, Bar, height, named, placed
from web.charts.chart import WIDTH, Chart, Shape


def funnel(
    id: str,  # noqa: A002 - the name of the attribute in HTML
    title: str,
    told: str,
    values: Sequence[Bar],
    *,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> Chart:
    """The first row over the whole width, the others in proportion, joined by slopes."""
    steps = placed(values)
    shapes = [Shape("rect", "bar", (WIDTH - width) / 2, top, width, 10) for top, width in steps]
    shapes += [
        Shape("path", "slope", d=_slope(upper, lower, top + 10))
        for (top, upper), (_top, lower) in pairwise(steps)
        if lower
    ]
    return Chart(id, title, told, height(values), shapes, named(values), columns, rows)


def _slope(upper: float, lower: float, top: float) -> str:
    left, right, below = (WIDTH - upper) / 2, (WIDTH + upper) / 2, top + ROW - 10
    return f"M{left} {top}H{right}L{(WIDTH + lower) / 2} {below}H{(WIDTH - lower) / 2}Z"
