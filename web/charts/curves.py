"""Sums that grow over the months of a year: whole and dashed lines, each as far as it is known."""

from collections.abc import Sequence

from web.charts.chart import WIDTH, Chart, Shape, Text
from web.charts.sparkline import Line

HEIGHT, TOP, FOOT = 140, 16, 20


def curves(
    id: str,  # noqa: A002 - the name of the attribute in HTML
    title: str,
    told: str,
    lines: Sequence[tuple[int, Line]],
    *,
    largest: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    legend: Sequence[tuple[str, str]],
) -> Chart:
    """Each line begins at a row (from 0) and may end before the last; `largest` is the highest value in words."""
    highest = max((value for _, line in lines for value in line.values), default=0)
    shapes = [Shape("path", "axis", d=f"M0 {HEIGHT}H{WIDTH}")]
    shapes += [Shape("path", line.kind, d=_path(start, line.values, len(rows), highest)) for start, line in lines]
    texts = [Text(0, TOP - 4, largest, strong=True)]
    if rows:
        texts += [Text(0, HEIGHT + 16, rows[0][0]), Text(WIDTH, HEIGHT + 16, rows[-1][0], end=True)]
    return Chart(id, title, told, HEIGHT + FOOT, shapes, texts, columns, rows, legend)


def _path(start: int, values: Sequence[float], count: int, highest: float) -> str:
    step, room = (WIDTH - 8) / max(count - 1, 1), HEIGHT - TOP - 8
    heights = (max(value, 0) / highest * room if highest else 0 for value in values)
    points = (
        f"{round(4 + (start + number) * step, 1)} {round(HEIGHT - 4 - height, 1)}"
        for number, height in enumerate(heights)
    )
    return "M" + "L".join(points)
