"""Small lines over time: one whole, one dashed, the last value of each in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.charts.chart import WIDTH, Chart, Shape, Text

HEIGHT, TOP, FOOT = 96, 12, 20


@dataclass(frozen=True)
class Line:
    """`kind` is `line` or `dashed`."""

    kind: str
    values: Sequence[float]


def sparkline(
    id: str,  # noqa: A002 - the name of the attribute in HTML
    title: str,
    told: str,
    lines: Sequence[Line],
    *,
    ends: tuple[str, str],
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    legend: Sequence[tuple[str, str]],
) -> Chart:
    """`ends` are the first and the last time in words; all lines have as many values as there are rows."""
    largest = max((value for line in lines for value in line.values), default=0)
    shapes = [Shape("path", "axis", d=f"M0 {HEIGHT}H{WIDTH}")]
    shapes += [Shape("path", line.kind, d=_path(line.values, largest)) for line in lines]
    texts = [
        Text(0, HEIGHT + 16, ends[0]),
        Text(WIDTH, HEIGHT + 16, ends[1], end=True),
        Text(0, TOP - 1, str(round(largest)), strong=True),
    ]
    return Chart(id, title, told, HEIGHT + FOOT, shapes, texts, columns, rows, legend)


def _path(values: Sequence[float], largest: float) -> str:
    step = (WIDTH - 8) / max(len(values) - 1, 1)
    room = HEIGHT - TOP - 8
    points = (
        f"{round(4 + number * step, 1)} {round(HEIGHT - 4 - (value / largest * room if largest else 0), 1)}"
        for number, value in enumerate(values)
    )
    return "M" + "L".join(points)
