"""What a chart is: shapes and words on a sheet of `WIDTH`, a sentence that says what they show, and the numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

WIDTH = 320
"""Units of the picture; the page scales it, so that its letters stay readable on a phone."""


@dataclass(frozen=True)
class Shape:
    """A rectangle, a line (`d` in SVG's words), or a diamond around a point. `kind` is a class of the sheet."""

    shape: Literal["rect", "path", "diamond"]
    kind: str
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0
    d: str = ""


@dataclass(frozen=True)
class Text:
    """Words at a point; `end` are those that end there."""

    x: float
    y: float
    text: str
    end: bool = False
    strong: bool = False


@dataclass(frozen=True)
class Chart:
    """`told` says in a sentence what the picture shows. The first column of `rows` names the row."""

    id: str
    title: str
    told: str
    height: float
    shapes: Sequence[Shape]
    texts: Sequence[Text]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    legend: Sequence[tuple[str, str]] = ()
    width: float = WIDTH


def scaled(value: float, largest: float, length: float) -> float:
    """`value` as a part of `length`, where `largest` fills it; something is seen of whatever is not nothing."""
    if value <= 0 or largest <= 0:
        return 0
    return round(max(value / largest * length, 2), 1)


def labels(named: Iterable[tuple[str, str]], row: float) -> list[Text]:
    """Above each row, of which each is `row` high: its name at the left, its value at the right."""
    return [
        text
        for number, (name, shown) in enumerate(named)
        for text in (
            Text(0, number * row + 14, name),
            Text(WIDTH, number * row + 14, shown, end=True, strong=True),
        )
    ]
