"""Somebody who reads, with what the organisation says about them today; answers are remembered for long lists."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from domain.kernel.delegation import Chain
from domain.kernel.values.calendar import ALWAYS
from domain.organisation.model import Organisation


def token(role: str, unit: str) -> str:
    """The holders of a role, as one name among those who were asked; the unit is empty for a group."""
    return f"@{role}@{unit}"


@dataclass(frozen=True)
class Viewer:
    """`chains` are the delegations by which `person` stands in for somebody at `now` (UTC)."""

    person: str
    organisation: Organisation
    chains: tuple[Chain, ...]
    now: datetime
    _known: dict[tuple[str, ...], bool] = field(default_factory=dict, repr=False, compare=False)
    _tokens: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def day(self) -> date:
        """Today where they work."""
        member = self.organisation.people.get(self.person)
        calendar = self.organisation.calendars.get(member.calendar, ALWAYS) if member else ALWAYS
        return calendar.local_date(self.now)

    @cached_property
    def gone(self) -> bool:
        """Whether they worked here and do no more (KRN-24); candidates never did."""
        member = self.organisation.people.get(self.person)
        return member is not None and member.end is not None and member.end <= self.day

    def works_here(self, person: str) -> bool:
        return self.organisation.works_here(person, self.day)

    def is_above(self, person: str, other: str) -> bool:
        """Whether `person` is in the reporting line above `other`."""
        key = ("line", person, other)
        if key not in self._known:
            above = self.organisation.line_above(other, self.day) if other in self.organisation.people else ()
            self._known[key] = person in above
        return self._known[key]

    def holds(self, person: str, role: str, unit: str | None) -> bool:
        """Whether `person` is among the holders of `role` who are asked for `unit`."""
        key = ("role", person, role, unit or "")
        if key not in self._known:
            self._known[key] = person in self.organisation.holders(role, unit, self.day)
        return self._known[key]

    def tokens(self, person: str) -> frozenset[str]:
        """The roles and groups as whose holder `person` is asked."""
        if person not in self._tokens:
            asked = self.organisation.asked_as(person, self.day) if person in self.organisation.people else ()
            self._tokens[person] = frozenset(token(role, unit) for role, unit in asked)
        return self._tokens[person]
