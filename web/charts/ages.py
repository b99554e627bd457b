"""How ages lie: a bar up to the middle one, below it a thin one up to what nine of ten do not exceed, the oldest."""

from collections.abc import Sequence

from web.charts.chart import WIDTH, Chart, Shape, labels, scaled

ROW = 42


def ages(
    id: str,  # noqa: A002 - the name of the attribute in HTML
    title: str,
    told: str,
    values: Sequence[tuple[str, str, float, float, float]],
    *,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    legend: Sequence[tuple[str, str]],
) -> Chart:
    """Each value is a name, how many in words, and in days the median, the ninth of ten and the oldest."""
    largest = max((value[4] for value in values), default=0)
    room = WIDTH - 12
    shapes = list[Shape]()
    for number, (_name, _shown, middle, most, oldest) in enumerate(values):
        top = number * ROW
        shapes += [
            Shape("rect", "track", 0, top + 20, WIDTH, 14),
            Shape("rect", "bar", 0, top + 20, scaled(middle, largest, room), 8),
            Shape("rect", "thin", 0, top + 30, scaled(most, largest, room), 4),
            Shape("diamond", "mark", scaled(oldest, largest, room) + 6, top + 27),
        ]
    texts = labels((value[:2] for value in values), ROW)
    return Chart(id, title, told, max(len(values) * ROW, ROW), shapes, texts, columns, rows, legend)
