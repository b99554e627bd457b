"""The organisation as folded from its stream: an immutable value that answers questions for a date (KRN-42)."""

from datetime import date

from domain.kernel.calendar import Calendar
from domain.kernel.money import Money
from domain.kernel.value import Value


class Dated(Value):
    """Effective from `start` up to and without `end`; open ends are None."""

    start: date | None = None
    end: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


class Unit(Value):
    id: str
    name: dict[str, str]  # by language: {"en": ..., "th": ...}
    parent: str | None = None


class Position(Value):
    id: str
    title: dict[str, str]
    unit: str
    grade: int
    reports_to: str | None = None
    frozen: bool = False


class Person(Dated):
    """A person who works here. Name and address are sealed in their own stream, not here."""

    id: str
    position: str
    calendar: str
    language: str = "en"


class RoleHolding(Dated):
    """`person` holds `role` for `unit` and the units below it. A group is a role without a unit."""

    role: str
    person: str
    unit: str | None = None


class Limit(Dated):
    """`person` (or every holder of `role`) may approve up to `up_to` in `category`, in `unit` and below."""

    category: str
    up_to: Money
    person: str | None = None
    role: str | None = None
    unit: str | None = None


class BudgetLine(Value):
    id: str
    name: dict[str, str]
    unit: str
    owner: str


class Organisation(Value):
    """`version` is the version of the stream `organisation` it was folded from."""

    version: int = 0
    units: dict[str, Unit] = {}
    positions: dict[str, Position] = {}
    people: dict[str, Person] = {}
    roles: tuple[RoleHolding, ...] = ()
    limits: tuple[Limit, ...] = ()
    calendars: dict[str, Calendar] = {}
    budget_lines: dict[str, BudgetLine] = {}

    def manager_of(self, person: str, day: date) -> str | None:
        """The holder of the position this person reports to; a vacant position is passed over, upwards."""
        raise NotImplementedError

    def line_above(self, person: str, day: date) -> tuple[str, ...]:
        """Managers of `person`, nearest first, up to the top."""
        raise NotImplementedError

    def reports_to(self, person: str, other: str, day: date) -> bool:
        """Whether `other` is somewhere in the line above `person` (KRN-06)."""
        raise NotImplementedError

    def holders(self, role: str, unit: str | None, day: date) -> tuple[str, ...]:
        """Who holds `role` for `unit`, or for the nearest unit above that has a holder, or company-wide."""
        raise NotImplementedError

    def limit_of(self, person: str, category: str, currency: str, unit: str, day: date) -> Money | None:
        """The highest limit of `person` for this category, currency and unit (own, by role, or of a unit above)."""
        raise NotImplementedError

    def calendar_of(self, person: str) -> Calendar:
        raise NotImplementedError

    def works_here(self, person: str, day: date) -> bool:
        raise NotImplementedError
