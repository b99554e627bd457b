"""The arithmetic of the bench: percentiles, rounds, ratios, and what a ratio means against its target."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal


def percentile(values: Sequence[float], q: float) -> float:
    """The q-th percentile (0 to 100), interpolated between neighbours. Raises ValueError for no values."""
    if not values:
        raise ValueError("a percentile of nothing")
    ordered = sorted(values)
    place = (len(ordered) - 1) * q / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


@dataclass(frozen=True)
class Round:
    """One side's turn: how many seconds it took from the first start to the last answer, and each answer's latency."""

    seconds: float
    latencies: Sequence[float] = field(repr=False)
    settled: float | None = None
    """Seconds until what the answers set going in the background was done too, where that is known."""

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    @property
    def p50(self) -> float:
        return percentile(self.latencies, 50)


@dataclass(frozen=True)
class Side:
    """All rounds of one side of a comparison."""

    rounds: Sequence[Round]

    @property
    def latencies(self) -> list[float]:
        return [one for each in self.rounds for one in each.latencies]

    @property
    def rate(self) -> float:
        """The median of the rounds' rates."""
        return median(each.rate for each in self.rounds)

    @property
    def settled_rate(self) -> float | None:
        """Answers per second if the clock stops only when their background work is done; None where unknown."""
        ends = [len(each.latencies) / each.settled for each in self.rounds if each.settled]
        return median(ends) if ends else None

    def milliseconds(self, q: float) -> float:
        return percentile(self.latencies, q) * 1000


@dataclass(frozen=True)
class Ratio:
    """Ours divided by the other side, round by round: neighbours in time meet the same noise."""

    middle: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, ours: Sequence[float], theirs: Sequence[float]) -> "Ratio":
        """Raises ValueError for rounds of unequal number, or none."""
        each = [a / b for a, b in zip(ours, theirs, strict=True)]
        if not each:
            raise ValueError("a ratio of nothing")
        return cls(median(each), min(each), max(each))


def rate_ratio(ours: Side, theirs: Side) -> Ratio:
    """Throughput: more is better."""
    return Ratio.of([each.rate for each in ours.rounds], [each.rate for each in theirs.rounds])


def p50_ratio(ours: Side, theirs: Side) -> Ratio:
    """Typical latency: less is better."""
    return Ratio.of([each.p50 for each in ours.rounds], [each.p50 for each in theirs.rounds])


@dataclass(frozen=True)
class Target:
    """`must` and `aim` of a ratio; `better` says which way is good. Both None: the ratio is only printed."""

    must: float | None = None
    aim: float | None = None
    better: Literal["more", "less"] = "more"

    def verdict(self, value: float) -> str:
        """In words, for the table."""
        if self._reached(value, self.aim):
            return "aim reached"
        if self.must is None:
            return "" if self.aim is None else "below the aim"
        return "reached" if self._reached(value, self.must) else "MISSED: must be reached"

    def text(self, value: float | None) -> str:
        if value is None:
            return "–"
        return f"{'≥' if self.better == 'more' else '≤'} {value:g}"

    def _reached(self, value: float, limit: float | None) -> bool:
        if limit is None:
            return False
        return value >= limit if self.better == "more" else value <= limit
