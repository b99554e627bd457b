"""A model of the ledger that adds up naively: what was accepted, case by case, without transfers or accounts."""

from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any

from tests.support.buying import UNITS, step

PLACES = (("tools", "2027"), ("tools", "2028"), ("travel", "2027"), ("staff", "2027-01"), ("staff", "2027-02"))
Where = tuple[str, str]


class NaiveLedger:
    """`sums` by (line, period, what), `held` by case: per transfer number where it is, what it is, and what is left."""

    def __init__(self) -> None:
        self.sums: Counter[tuple[str, str, str]] = Counter()
        self.held: dict[str, dict[int, tuple[Where, str, int]]] = {}
        self.numbers: Counter[str] = Counter()
        self.planned: set[Where] = set()

    def available(self, line: str, period: str) -> int:
        got = sum(self.sums[line, period, what] for what in ("plan", "transferred", "carried"))
        return got - sum(self.sums[line, period, what] for what in ("reserved", "committed", "actual"))

    def amounts(self, line: str, period: str) -> dict[str, Decimal]:
        names = ("plan", "transferred", "carried", "reserved", "committed", "actual")
        found = {name: Decimal(self.sums[line, period, name]) for name in names}
        return {**found, "available": Decimal(self.available(line, period))}

    def step(self, case: str, rng: Random) -> dict[str, Any]:
        """Something that may be asked for; about one in four will be refused."""
        line, period = rng.choice(PLACES)
        amount, held = rng.randint(1, 100), self.held.get(case, {})
        match rng.choice(("plan", "reserve", "take", "take", "spend-directly", "refund", "move")):
            case "take" if held:
                number = rng.choice(list(held))
                do = rng.choice(("commit", "spend", "release")) if held[number][1] == "reserved" else "spend"
                return step(do, rng.randint(1, held[number][2] + 5), of=number)
            case "move":
                to = rng.choice([place for place in PLACES if place != (line, period)])
                return step("move", amount, line=line, period=period, to=to)
            case "take":
                return step("plan", amount, line=line, period=period)
            case do:
                return step(do, amount, line=line, period=period)

    def accept(self, case: str, asked: dict[str, Any]) -> bool:
        """Whether it must be accepted; it is then counted."""
        amount, do = int(asked["amount"].split()[0]), asked["do"]
        if "of" in asked:
            return self._take(case, do, asked["of"], amount)
        where = (asked["line"], asked["period"])
        fits = where in self.planned and amount <= self.available(*where)
        if do in ("reserve", "spend-directly", "move") and not fits and where[0] != "travel":  # travel only warns
            return False
        if do == "move":
            self._move(where, asked["to"], amount)
            self.numbers[case] += 2
            return True
        self.numbers[case] += 1
        self.planned |= {where} if do == "plan" else set()
        what, sign = {"plan": ("plan", 1), "reserve": ("reserved", 1), "refund": ("actual", -1)}.get(do, ("actual", 1))
        self.sums[(*where, what)] += sign * amount
        if do == "reserve":
            self.held.setdefault(case, {})[self.numbers[case]] = (where, "reserved", amount)
        return True

    def _move(self, where: Where, to: Where, amount: int) -> None:
        what = "transferred" if where[1][:4] == to[1][:4] else "carried"
        self.planned |= {where, to}
        self.sums[(*where, what)] -= amount
        self.sums[(*to, what)] += amount

    def _take(self, case: str, do: str, number: int, amount: int) -> bool:
        where, what, left = self.held[case][number]
        if amount > left:
            return False
        self.numbers[case] += 1
        self.sums[(*where, what)] -= amount
        self.held[case][number] = (where, what, left - amount)
        if left == amount:
            del self.held[case][number]
        if do == "commit":
            self.held[case][self.numbers[case]] = (where, "committed", amount)
        if do != "release":
            self.sums[(*where, "committed" if do == "commit" else "actual")] += amount
        return True

    def of_unit(self, unit: str, period: str, units: dict[str, str]) -> Decimal:
        """What is available in a unit and below it; `units` is where each line is."""
        lines = [line for line, place in units.items() if unit in _above(place)]
        return Decimal(sum(self.available(line, period) for line in lines))


def _above(unit: str | None) -> list[str]:
    return [] if unit is None else [unit, *_above(UNITS[unit])]
