"""A funnel: bars around the middle, each as wide as what came so far."""

from collections.abc import Sequence

from web.charts.bars import ROW, Bar
from web.charts.chart import WIDTH, Chart, Shape, Text, scaled


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
    largest = max((bar.value for bar in values), default=0)
    widths = [scaled(bar.value, largest, WIDTH) for bar in values]
    shapes, texts = list[Shape](), list[Text]()
    for number, (bar, width) in enumerate(zip(values, widths, strict=True)):
        top = number * ROW
        texts += [Text(0, top + 14, bar.name), Text(WIDTH, top + 14, bar.shown, end=True, strong=True)]
        shapes.append(Shape("rect", "bar", (WIDTH - width) / 2, top + 20, width, 10))
        if number + 1 < len(widths) and widths[number + 1]:
            shapes.append(Shape("path", "slope", d=_slope(width, widths[number + 1], top + 30)))
    return Chart(id, title, told, max(len(values) * ROW, ROW), shapes, texts, columns, rows)


def _slope(upper: float, lower: float, top: float) -> str:
    left, right, below = (WIDTH - upper) / 2, (WIDTH + upper) / 2, top + ROW - 10
    return f"M{left} {top}H{right}L{(WIDTH + lower) / 2} {below}H{(WIDTH - lower) / 2}Z"
