"""Pictures of projects: who waits for whom, capacity against demand, a plan over time with its baselines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.projects.portfolio.overview import Dependency
from web.charts.chart import Chart, Shape, Text

WIDE = 960
BOX, COLUMN, LINE = 190, 250, 46
MOST_BOXES = 20
NAME, ROW, HEAD = 230, 26, 26
SHORT = 30
DONE = 100


def cut(text: str, most: int = SHORT) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


@dataclass(frozen=True)
class Words:
    """What a picture says in the reader's language: its title, a sentence, and the heads of its table."""

    title: str
    told: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    legend: Sequence[tuple[str, str]] = ()


def waits(links: Sequence[Dependency], titles: Mapping[str, str], colours: Mapping[str, str], words: Words) -> Chart:
    """Boxes from left to right, each behind all that it waits for; the latest ones where there are too many."""
    shown = _shown(links)
    level = _levels(shown)
    place: dict[str, tuple[float, float]] = {}
    filled: dict[int, int] = {}
    for id_ in sorted(level, key=lambda one: (level[one], titles.get(one, one))):
        column = level[id_]
        row = filled[column] = filled.get(column, -1) + 1
        place[id_] = (column * COLUMN, row * LINE + 4)
    shapes = [
        Shape("path", "late-link" if link.days else "link", d=_arrow(place[link.on], place[link.project]))
        for link in shown
    ]
    shapes += [
        Shape("rect", f"box {colours.get(id_, 'unknown')}", x, y, BOX, LINE - 14) for id_, (x, y) in place.items()
    ]
    texts = [Text(x + 8, y + 20, cut(titles.get(id_, id_), 27)) for id_, (x, y) in place.items()]
    width = max(WIDE, max((x for x, _ in place.values()), default=0) + BOX + 4)
    height = (max(filled.values(), default=0) + 1) * LINE
    return Chart(
        "waits", words.title, words.told, height, shapes, texts, words.columns, words.rows, words.legend, width
    )


def _shown(links: Sequence[Dependency]) -> list[Dependency]:
    """The late ones first, so long as their boxes find room."""
    found: list[Dependency] = []
    boxes: set[str] = set()
    for link in sorted(links, key=lambda one: -one.days):
        if len(boxes | {link.project, link.on}) <= MOST_BOXES:
            boxes |= {link.project, link.on}
            found.append(link)
    return found


def _levels(links: Sequence[Dependency]) -> dict[str, int]:
    """How many stand one behind the other before each; a circle ends where it would begin anew."""
    before: dict[str, list[str]] = {}
    for link in links:
        before.setdefault(link.project, []).append(link.on)
        before.setdefault(link.on, [])
    level: dict[str, int] = {}

    def of(id_: str, path: tuple[str, ...]) -> int:
        if id_ not in level:
            behind = [of(one, (*path, id_)) + 1 for one in before[id_] if one not in path and one != id_]
            level[id_] = max(behind, default=0)
        return level[id_]

    for id_ in before:
        of(id_, ())
    return level


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    x, y = start[0] + BOX, start[1] + (LINE - 14) / 2
    to, at = end[0] - 2, end[1] + (LINE - 14) / 2
    bend = max(24, abs(to - x) / 2)
    return f"M{x} {y}C{x + bend} {y} {to - bend} {at} {to} {at}M{to - 6} {at - 4}L{to} {at}L{to - 6} {at + 4}"


def loads(values: Sequence[tuple[str, float, float, str]], words: Words) -> Chart:
    """By skill: capacity as a wide bar, demand as a thin one upon it; what is beyond it in another kind."""
    largest = max((max(has, wants) for _, has, wants, _ in values), default=0) or 1
    shapes: list[Shape] = []
    texts: list[Text] = []
    for number, (name, has, wants, shown) in enumerate(values):
        top = number * 40
        texts += [Text(0, top + 14, cut(name, 26)), Text(320, top + 14, shown, end=True, strong=True)]
        shapes.append(Shape("rect", "capacity", 0, top + 20, round(has / largest * 320, 1), 14))
        shapes.append(Shape("rect", "bar", 0, top + 23, round(min(has, wants) / largest * 320, 1), 8))
        if wants > has:
            start = round(has / largest * 320, 1)
            shapes.append(Shape("rect", "beyond", start, top + 20, round((wants - has) / largest * 320, 1), 14))
    height = max(len(values), 1) * 40
    return Chart("loads", words.title, words.told, height, shapes, texts, words.columns, words.rows, words.legend)


@dataclass(frozen=True)
class PlanRow:
    """An activity over time: as it stands (days inclusive), how far, and where each baseline had it."""

    title: str
    starts: date
    ends: date
    percent: int
    critical: bool
    milestone: bool
    original: tuple[date, date] | None
    approved: tuple[date, date] | None

    @property
    def days(self) -> tuple[date, ...]:
        """Every day on which something of it begins or ends."""
        spans = ((self.starts, self.ends), self.original, self.approved)
        return tuple(day for span in spans if span for day in span)


def plan(rows: Sequence[PlanRow], today: date, months: Mapping[date, str], words: Words) -> Chart:
    """A row for each activity: the original and the approved baseline as lines above the bar of the present plan."""
    days = [day for row in rows for day in row.days]
    days += [today] if any(row.percent < DONE for row in rows) else []
    first, last = min(days, default=today), max(days, default=today) + timedelta(days=1)
    scale = (WIDE - NAME - 10) / max((last - first).days, 1)

    def at(day: date) -> float:
        return round(NAME + (day - first).days * scale, 1)

    def bar(kind: str, span: tuple[date, date], top: float, height: float) -> Shape:
        end = at(span[1] + timedelta(days=1))
        return Shape("rect", kind, at(span[0]), top, round(max(end - at(span[0]), 2), 1), height)

    bottom = HEAD + len(rows) * ROW
    shapes = [Shape("path", "grid", d=f"M{at(day)} {HEAD - 6}V{bottom}") for day in months if first <= day <= last]
    texts = [Text(at(day) + 3, 13, name) for day, name in months.items() if first <= day <= last]
    if first <= today <= last:
        shapes.append(Shape("path", "today", d=f"M{at(today)} {HEAD - 6}V{bottom}"))
    for number, row in enumerate(rows):
        top = HEAD + number * ROW
        texts.append(Text(0, top + 15, cut(row.title), strong=row.critical))
        shapes += [bar(kind, span, top + y, 3) for kind, span, y in
                   (("original", row.original, 1), ("approved", row.approved, 5)) if span]  # fmt: skip
        if row.milestone:
            shapes.append(Shape("diamond", "mark crit" if row.critical else "mark", at(row.ends), top + 15))
            continue
        shapes.append(bar("crit" if row.critical else "now", (row.starts, row.ends), top + 10, 10))
        if row.percent:
            whole = shapes[-1]
            shapes.append(Shape("rect", "done", whole.x, top + 13, round(whole.width * row.percent / 100, 1), 4))
    return Chart("plan", words.title, words.told, bottom, shapes, texts, words.columns, words.rows, words.legend, WIDE)


def months_between(first: date, last: date) -> list[date]:
    """The first day of every month, or of every third or twelfth where there are many."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    step = 1 if count <= 12 else 3 if count <= 36 else 12
    start = first.year * 12 + first.month - 1
    numbers = range(start + (-start) % step, start + count + 1, step)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]
