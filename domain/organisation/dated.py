"""What holds from one day to another."""

from datetime import date

from domain.kernel.value import Value


class Dated(Value):
    """Effective from `start` up to and without `end`; open ends are None."""

    start: date | None = None
    end: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: "Dated") -> bool:
        """Whether there is a day on which both hold."""
        return _before(self.start, other.end) and _before(other.start, self.end)


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end
