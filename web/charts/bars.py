"""Horizontal bars, one for each row: its name above, its value at the end."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.charts.chart import WIDTH, Chart, Shape, Text, scaled

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
    largest = max((bar.value for bar in values), default=0)
    shapes, texts = list[Shape](), list[Text]()
    for number, bar in enumerate(values):
        top = number * ROW
        texts += [Text(0, top + 14, bar.name), Text(WIDTH, top + 14, bar.shown, end=True, strong=True)]
        shapes += [
            Shape("rect", "track", 0, top + 20, WIDTH, 10),
            Shape("rect", "bar", 0, top + 20, scaled(bar.value, largest, WIDTH), 10),
        ]
    return Chart(id, title, told, max(len(values) * ROW, ROW), shapes, texts, columns, rows)
