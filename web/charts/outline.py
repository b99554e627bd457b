"""What lies below what: names from top to bottom, each under the one it belongs to, with a value at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.charts.chart import Chart, Shape, Text

WIDE, ROW, STEP, BOX = 400, 42, 18, 36
SHORT = 46


@dataclass(frozen=True)
class Entry:
    """A row of an outline: how deep it lies, what it is called, what is said of it, and what stands at its end."""

    depth: int
    name: str
    said: str
    value: str


def outline(
    id: str,  # noqa: A002 - the name of the attribute in HTML
    title: str,
    told: str,
    entries: Sequence[Entry],
    *,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> Chart:
    """`entries` are in the order of the tree; each hangs on the nearest one before it that is less deep."""
    shapes, texts, above = list[Shape](), list[Text](), dict[int, int]()
    for number, entry in enumerate(entries):
        left, top = entry.depth * STEP, number * ROW
        hung = above.get(entry.depth - 1)
        if hung is not None:
            bend, middle = left - STEP / 2, top + BOX / 2
            # Two straight lines: a bent one would be filled.
            shapes.append(
                Shape("path", "axis", d=f"M{bend:g} {hung * ROW + BOX}V{middle:g}M{bend:g} {middle:g}H{left}")
            )
        shapes.append(Shape("rect", "track", left, top, WIDE - left, BOX))
        texts.append(Text(left + 8, top + 15, _cut(entry.name, SHORT - 3 * entry.depth), strong=True))
        texts.append(Text(left + 8, top + 30, _cut(entry.said, SHORT - 3 * entry.depth)))
        texts.append(Text(WIDE - 8, top + 22, entry.value, end=True, strong=True))
        above[entry.depth] = number
    return Chart(id, title, told, max(len(entries), 1) * ROW, shapes, texts, columns, rows, width=WIDE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
