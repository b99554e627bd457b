"""Horizontal bars, one for each row: its name above, its value at the end."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.charts.chart import WIDTH, Chart, Shape, Text, labels, scaled

ROW = 38


@dataclass(frozen=True)
class Bar:
    """`shown` is the value in the reader's words. `rows` of the table have what else is to be said."""

    name: str
    value: float
    shown: str


def bars(
    id: str,  # noqa: A002 - the name of the attribute in HTML
    title: str,
    told: str,
    values: Sequence[Bar],
    *,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> Chart:
    """Bars from the left, the largest over the whole width."""
    shapes = [
        shape
        for top, width in placed(values)
        for shape in (Shape("rect", "track", 0, top, WIDTH, 10), Shape("rect", "bar", 0, top, width, 10))
    ]
    return Chart(id, title, told, height(values), shapes, named(values), columns, rows)


def placed(values: Sequence[Bar]) -> list[tuple[float, float]]:
    """Where each bar begins from above, and how wide it is: the largest as wide as the picture."""
    largest = max((bar.value for bar in values), default=0)
    return [(number * ROW + 20, scaled(bar.value, largest, WIDTH)) for number, bar in enumerate(values)]


def named(values: Sequence[Bar]) -> list[Text]:
    return labels(((bar.name, bar.shown) for bar in values), ROW)


def height(values: Sequence[Bar]) -> float:
    return max(len(values), 1) * ROW
