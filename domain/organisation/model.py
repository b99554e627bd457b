"""The organisation as folded from its stream: an immutable value that answers questions for a date (KRN-42)."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.kernel.values.calendar import ALWAYS, Calendar
from domain.kernel.values.grouping import grouped
from domain.kernel.values.money import Money
from domain.organisation.dated import Dated
from domain.organisation.hr_map import HrMap
from domain.organisation.jobs import JobVersion, Skill, Speciality
from domain.organisation.qualifications import blocking
from domain.organisation.training import CertificateRule, Course, HeldCertificate, HeldSkill

_REMEMBERED = 5_000


class Unit(Value):
    """`end` is the first day on which there is no such unit; `into` has then what was its (ORG-06)."""

    id: str
    name: dict[str, str]  # by language: {"en": ..., "th": ...}
    parent: str | None = None
    end: date | None = None
    into: str | None = None

    def ended(self, day: date) -> bool:
        return self.end is not None and self.end <= day


class Position(Value):
    id: str
    title: dict[str, str]
    unit: str
    grade: int
    reports_to: str | None = None
    frozen: bool = False


class Posting(Dated):
    """A position that someone held before their present one."""

    position: str


class Employment(Dated):
    """An earlier stretch of someone who left and came back, with the positions of it, oldest first (ORG-04)."""

    postings: tuple[Posting, ...]


class Person(Dated):
    """A person who works here. Name and address are sealed in their own stream, not here.

    `position` is the newest one, also if they move there only later; ask `position_on` for a day. `successor` was named
    for the day they leave. Days and `before` are those of the newest stretch, `earlier` holds those before it. Whoever
    never came ends on the day they were to begin. `functional_line` is a position that they report to besides the line.
    """

    id: str
    position: str
    calendar: str
    language: str = "en"
    before: tuple[Posting, ...] = ()
    successor: str | None = None
    earlier: tuple[Employment, ...] = ()
    functional_line: str | None = None

    def holds_on(self, day: date) -> bool:
        return super().holds_on(day) or any(stretch.holds_on(day) for stretch in self.earlier)

    def position_on(self, day: date) -> str:
        old = (one for stretch in self.earlier for one in stretch.postings)
        return next((one.position for one in (*old, *self.before) if one.holds_on(day)), self.position)

    def postings(self) -> tuple[Posting, ...]:
        """Every position of this person with the days on which they had it, oldest first."""
        return (*(one for stretch in self.earlier for one in stretch.postings), *self.had())

    def newest_postings(self) -> tuple[Posting, ...]:
        """Those of the newest stretch."""
        start = self.before[-1].end if self.before else self.start
        return (*self.before, Posting(position=self.position, start=start, end=self.end))

    def had(self) -> tuple[Posting, ...]:
        """Those of the newest stretch, without what would have come after the last day."""
        if self.end is None:
            return self.newest_postings()
        return tuple(
            one.model_copy(update={"end": self.end}) if one.end is None or one.end > self.end else one
            for one in self.newest_postings()
            if one.start is None or one.start < self.end or one.start == self.start
        )

    def beginning(self, start: date) -> "Person":
        """The same with another first day of the newest stretch. A position that they never came to is forgotten."""
        had = [one for one in self.before if one.start is None or one.start != one.end]
        before = (had[0].model_copy(update={"start": start}), *had[1:]) if had else ()
        return self.model_copy(update={"start": start, "before": before})


class Seat(Dated):
    """A position that `person` has besides their own: a second one, or one in which they act for a time (ORG-05)."""

    person: str
    position: str
    kind: Literal["acting", "second"] = "acting"


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
    """Where money is planned and spent (BUD-01). `control` is what happens to spending above the available (BUD-06).

    `periods` says how it is planned; `carry_over` what becomes of the unspent at the end of a year (BUD-09), at most
    `carry_cap` of it; `revaluation` is the line that bears differences of exchange rates (BUD-08). A line without a
    currency was set before there was a ledger: it names an owner, and takes no money.
    """

    id: str
    name: dict[str, str]
    unit: str
    owner: str
    currency: str | None = None
    category: Literal["opex", "capex", "people"] = "opex"
    control: Literal["stop", "warn", "ignore"] = "stop"
    periods: Literal["year", "month"] = "year"
    carry_over: Literal["lapse", "carry", "ask"] = "lapse"
    carry_cap: Money | None = None
    project: str | None = None
    revaluation: str | None = None


class Freeze(Value):
    """No case of `process` goes on in `unit` and below it, since `since` (UTC), by the word of `by` (KRN-45)."""

    unit: str
    process: str
    reason: str
    by: str
    since: datetime


class Organisation(Value):
    """`version` is the version of the stream `organisation` it was folded from.

    `role_since` is, by person, the newest day from which they got some role. `descriptions` are by id the approved
    versions of a job description, oldest first; `described` says which of them a position points to (JOB-02).
    `certificate_rules` are by certificate its versions; `skills_held` and `certificates_held` by person, in log order.
    Lookups are indexed once per value, on the first question, so that 10 000 people cost the same as ten.
    """

    version: int = 0
    units: dict[str, Unit] = {}
    positions: dict[str, Position] = {}
    people: dict[str, Person] = {}
    seats: tuple[Seat, ...] = ()
    roles: tuple[RoleHolding, ...] = ()
    limits: tuple[Limit, ...] = ()
    calendars: dict[str, Calendar] = {}
    budget_lines: dict[str, BudgetLine] = {}
    freezes: tuple[Freeze, ...] = ()
    role_since: dict[str, date] = {}
    skills: dict[str, Skill] = {}
    specialities: dict[str, Speciality] = {}
    descriptions: dict[str, tuple[JobVersion, ...]] = {}
    described: dict[str, str] = {}
    courses: dict[str, Course] = {}
    certificate_rules: dict[str, tuple[CertificateRule, ...]] = {}
    skills_held: dict[str, tuple[HeldSkill, ...]] = {}
    certificates_held: dict[str, tuple[HeldCertificate, ...]] = {}
    hr_map: HrMap | None = None

    def manager_of(self, person: str, day: date) -> str | None:
        """The holder of the position this person reports to; a vacant position is passed over, upwards."""
        return next(self._managers(person, day), None)

    def line_above(self, person: str, day: date) -> tuple[str, ...]:
        """Managers of `person`, nearest first, up to the top."""
        return tuple(self._managers(person, day))

    def reports_to(self, person: str, other: str, day: date) -> bool:
        """Whether `other` is somewhere in the line above `person` (KRN-06)."""
        return other in self._managers(person, day)

    def holder_of(self, position: str, day: date) -> str | None:
        """Who decides on a position that day; None if it is vacant.

        Whoever acts in it comes first. While two overlap for a handover it is the one who sat there before (ORG-05).
        """
        acting = [seat for seat in self._seats.get(position, ()) if seat.holds_on(day)]
        for seat in acting:
            if seat.kind == "acting" and self.works_here(seat.person, day):
                return seat.person
        sitting = [person for person in self._sitters.get(position, ()) if _sits(person, position, day)]
        if sitting:
            return min(sitting, key=lambda person: (_since(person, position, day), person.id)).id
        return next((seat.person for seat in acting if self.works_here(seat.person, day)), None)

    def holders(self, role: str, unit: str | None, day: date) -> tuple[str, ...]:
        """Who holds `role` for `unit`, or for the nearest unit above that has a holder, or company-wide."""
        for place in (*self.units_above(unit, day), None):
            found = [h.person for h in self._holdings.get((role, place), ()) if self._held(h, day)]
            if found:
                return tuple(sorted(set(found)))
        return ()

    def asked_as(self, person: str, day: date) -> tuple[tuple[str, str], ...]:
        """Each role and unit for which `holders` names `person` that day; the unit is empty for a group."""
        if (person, day) not in self._asked:
            if len(self._asked) >= _REMEMBERED:
                self._asked.clear()
            roles = sorted({h.role for h in self._roles_of.get(person, ()) if self._held(h, day)})
            self._asked[person, day] = tuple(
                (role, unit or "")
                for role in roles
                for unit in (None, *self.units)
                if person in self.holders(role, unit, day)
            )
        return self._asked[person, day]

    def limit_of(self, person: str, category: str, currency: str, unit: str, day: date) -> Money | None:
        """The highest limit of `person` for this category, currency and unit (own, by role, or of a unit above).

        A limit by role counts only where the person holds that role: for the unit, one above it, or company-wide.
        """
        covering = {*self.units_above(unit, day), None}
        roles = [h.role for h in self._roles_of.get(person, ()) if h.unit in covering and self._held(h, day)]
        found = [
            limit.up_to
            for who in [(person, None), *((None, role) for role in roles)]
            for limit in self._limits.get((*who, category, currency), ())
            if limit.unit in covering and limit.holds_on(day)
        ]
        return max(found, key=lambda money: money.amount) if found and self.works_here(person, day) else None

    def calendar_of(self, person: str) -> Calendar:
        """The working time of a person. Raises Refused `unknown-person`."""
        if person not in self.people:
            raise Refused("unknown-person", "There is no person {person} in the organisation.", person=person)
        return self.calendars[self.people[person].calendar]

    def day_of(self, person: str | None, at: datetime) -> date:
        """Which day an instant is for a person: that of their calendar; that of UTC for anybody outside."""
        return (self.calendar_of(person) if person in self.people else ALWAYS).local_date(at)

    def positions_of(self, person: str, day: date) -> tuple[str, ...]:
        """Every position of a person that day, their own first."""
        known = self.people.get(person)
        own = (known.position_on(day),) if known else ()
        return (*own, *(seat.position for seat in self.seats if seat.person == person and seat.holds_on(day)))

    def works_here(self, person: str, day: date) -> bool:
        return person in self.people and self.people[person].holds_on(day)

    def unit_of(self, person: str, day: date) -> str | None:
        """The unit of the position a person has that day; None for someone unknown."""
        known = self.people.get(person)
        return self.positions[known.position_on(day)].unit if known else None

    def units_above(self, unit: str | None, day: date | None = None) -> tuple[str, ...]:
        """`unit` itself, then the units above it, nearest first. Nothing for None or an unknown unit.

        On a `day` after a unit became part of another, that one is in its place (ORG-06).
        """
        above: dict[str, bool] = {}
        while unit in self.units and unit not in above:
            known = self.units[unit]
            gone = day is not None and known.into is not None and known.ended(day)
            above[unit] = not gone
            unit = known.into if gone else known.parent
        return tuple(name for name, there in above.items() if there)

    def boss_of(self, person: str, levels: int, day: date, line: str = "reporting") -> tuple[str, ...]:
        """The manager so many levels above, or the topmost of a shorter line: never somebody lower than there is.

        In the `functional` line, or in the reporting line of someone who has no other (ORG-05).
        """
        above = (line == "functional" and self.functional_line_above(person, day)) or self.line_above(person, day)
        return above[levels - 1 : levels] or above[-1:]

    def functional_line_above(self, person: str, day: date) -> tuple[str, ...]:
        """Who decides on the position of the functional line and on those above it, nearest first."""
        known = self.people.get(person)
        if known is None or known.functional_line is None:
            return ()
        places = (known.functional_line, *self.positions_above(known.functional_line))
        holders = (self.holder_of(place, day) for place in places)
        return tuple(dict.fromkeys(holder for holder in holders if holder is not None and holder != person))

    def positions_above(self, position: str) -> Iterator[str]:
        """The positions that one reports to, nearest first, up to the top."""
        seen = {position}
        while position in self.positions:
            above = self.positions[position].reports_to
            if above is None or above in seen:
                return
            yield above
            seen.add(above)
            position = above

    def freeze_of(self, process: str, unit: str | None) -> Freeze | None:
        """The freeze that stops this process in this unit: its own, or that of the nearest unit above."""
        if not self.freezes:
            return None
        by_unit = {freeze.unit: freeze for freeze in self.freezes if freeze.process == process}
        return next((by_unit[above] for above in self.units_above(unit) if above in by_unit), None)

    def __copy__(self) -> "Organisation":
        """A copy without the indexes: `model_copy(update=…)` would carry those of the old value along."""
        copied = super().__copy__()
        for name in ("_sitters", "_seats", "_holdings", "_roles_of", "_limits", "_asked", "mandatory_for"):
            copied.__dict__.pop(name, None)
        return copied

    def _managers(self, person: str, day: date) -> Iterator[str]:
        known = self.people.get(person)
        above = self.positions_above(known.position_on(day)) if known else ()
        holders = (self.holder_of(position, day) for position in above)
        return (holder for holder in holders if holder is not None and holder != person)

    def _held(self, holding: RoleHolding, day: date) -> bool:
        """Whose mandatory certificate has expired does not hold the role until it is renewed (TRN-04)."""
        holds = holding.holds_on(day) and self.works_here(holding.person, day)
        return holds and blocking(self, holding.person, holding.role, day) is None

    @cached_property
    def mandatory_for(self) -> dict[str, tuple[str, ...]]:
        """By role, the certificates that some version of a rule makes mandatory for it."""
        rules = [rule for versions in self.certificate_rules.values() for rule in versions if rule.mandatory]
        by_role = grouped((role, rule.id) for rule in rules for role in rule.roles)
        return {role: tuple(dict.fromkeys(names)) for role, names in by_role.items()}

    @cached_property
    def _sitters(self) -> dict[str, tuple[Person, ...]]:
        people = sorted(self.people.values(), key=lambda person: person.id)
        return grouped((name, person) for person in people for name in {p.position for p in person.postings()})

    @cached_property
    def _seats(self) -> dict[str, tuple[Seat, ...]]:
        return grouped((seat.position, seat) for seat in self.seats)

    @cached_property
    def _holdings(self) -> dict[tuple[str, str | None], tuple[RoleHolding, ...]]:
        return grouped(((holding.role, holding.unit), holding) for holding in self.roles)

    @cached_property
    def _roles_of(self) -> dict[str, tuple[RoleHolding, ...]]:
        return grouped((holding.person, holding) for holding in self.roles)

    @cached_property
    def _asked(self) -> dict[tuple[str, date], tuple[tuple[str, str], ...]]:
        """Answers of `asked_as`: they look at every unit, and inboxes ask again and again."""
        return {}

    @cached_property
    def _limits(self) -> dict[tuple[str | None, str | None, str, str], tuple[Limit, ...]]:
        return grouped(((x.person, x.role, x.category, x.up_to.currency), x) for x in self.limits)


def _sits(person: Person, position: str, day: date) -> bool:
    return person.holds_on(day) and person.position_on(day) == position


def _since(person: Person, position: str, day: date) -> date:
    """The day from which someone sits on a position where they sit on `day`."""
    return next(one.start or date.min for one in person.postings() if one.position == position and one.holds_on(day))
