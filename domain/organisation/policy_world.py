"""The organisation on one day, with what the checks of a policy ask of it again and again (KRN-40)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from domain.kernel.policy import Approver, Policy
from domain.organisation.model import Limit, Organisation

Path = tuple[str | int, ...]
MOST_NAMED = 10


@dataclass(frozen=True)
class Problem:
    """`path` leads to the place, as in `("processes", "hiring", "routes")`; the reader of the file knows its line."""

    path: Path
    text: str


def some(names: Sequence[str]) -> str:
    """Units by their ids, the first ten of them."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more units" if more > 0 else "")


@dataclass
class World:
    """`policy` is the one that is checked, `today` the day for which the organisation is asked."""

    organisation: Organisation
    policy: Policy
    today: date

    @cached_property
    def roles(self) -> frozenset[str]:
        """Roles that someone who works here holds today, for whatever unit."""
        held = (h for h in self.organisation.roles if h.holds_on(self.today))
        return frozenset(h.role for h in held if self.organisation.works_here(h.person, self.today))

    @cached_property
    def depths(self) -> dict[str, int]:
        """By unit how many managers somebody there has above them, at most; units without people are left out."""
        found: dict[str, int] = {}
        for person in self.organisation.people.values():
            unit = self.organisation.unit_of(person.id, self.today) if person.holds_on(self.today) else None
            if unit:
                above = len(self.organisation.line_above(person.id, self.today))
                found[unit] = max(found.get(unit, 0), above)
        return found

    @cached_property
    def categories(self) -> frozenset[str]:
        """Categories in which somebody has a limit."""
        return frozenset(limit.category for limit in self.organisation.limits)

    def people(self, who: Approver, unit: str) -> tuple[str, ...]:
        """Whom `who` finds for a case of `unit`, before anybody is excluded; nobody where that depends on the case."""
        if who.person:
            return (who.person,)
        if who.role or who.group:
            place = (unit if who.unit in ("case", "requester") else who.unit) if who.role else None
            return self.organisation.holders(who.role or who.group or "", place, self.today)
        if who.manager_of and who.manager_of not in ("requester", "beneficiary"):
            return self.organisation.boss_of(who.manager_of, who.levels, self.today, who.line)
        return ()

    def asked(self, who: Approver, unit: str) -> int:
        """How many people `who` finds for a case of `unit`, before anybody is excluded; 1 where the case decides."""
        if who.role or who.group:
            return len(self.people(who, unit))
        if who.manager_of in ("requester", "beneficiary"):
            return int(self.depths.get(unit, 1) > 0)
        if who.manager_of:
            return int(bool(self.organisation.line_above(who.manager_of, self.today)))
        return 1

    def anyone_may(self, category: str, unit: str, currencies: Sequence[str] = ()) -> bool:
        """Whether somebody has a limit of this category for `unit`; in each of `currencies`, if there are any."""
        held = {limit.up_to.currency for limit in self._limits(category, unit)}
        return set(currencies) <= held if currencies else bool(held)

    def _limits(self, category: str, unit: str) -> Iterator[Limit]:
        covering = {*self.organisation.units_above(unit), None}
        for limit in self.organisation.limits:
            counts = limit.category == category and limit.unit in covering and limit.holds_on(self.today)
            if counts and self._is_held(limit, unit):
                yield limit

    def _is_held(self, limit: Limit, unit: str) -> bool:
        if limit.person:
            return self.organisation.works_here(limit.person, self.today)
        return bool(self.organisation.holders(limit.role or "", unit, self.today))
