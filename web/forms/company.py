"""What a form offers of the organisation. In a large company only what stands in the form has its name at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Final

from application.queries.browsing import found_people
from application.services import Services
from application.wording.order import by_name
from application.wording.reader import in_language, texts, unit_names
from domain.kernel.register import choices
from domain.organisation.browsing import units_below
from domain.organisation.model import Organisation
from domain.organisation.register import in_force
from web.forms.choices import FEW, MANY, MOST_FOUND, WITH_ID, Choices, fitting

CURRENCIES: Final = ("THB", "USD", "EUR", "GBP", "JPY", "CNY", "SGD")
_MARKS: Final = {False: "\N{WHITE CIRCLE} ", True: "\N{BLACK CIRCLE} "}


async def of_organisation(
    services: Services, organisation: Organisation, kinds: set[str], language: str, told: object = ()
) -> Choices:
    """The choices that need no case. `told` is what the form holds: JSON, or what was typed."""
    company = _Company(services, organisation, language, datetime.now(UTC))
    mentioned = {one for text in texts(told) for one in (text, *WITH_ID.findall(text))}
    people = await company.named(mentioned) if "person" in kinds else {}
    made: Mapping[str, Mapping[str, str]] = {
        "person": people,
        "unit": dict(company.tree(None, 0)) if "unit" in kinds else {},
        "position": company.positions(mentioned) if "position" in kinds else {},
        "budget-line": company.budget_lines if "budget-line" in kinds else {},
        "skill": company.skills,
        "speciality": company.specialities,
        "topic": company.topics,
        "job-description": company.descriptions,
        "process": dict.fromkeys(services.processes, ""),
        "category": {limit.category: "" for limit in organisation.limits},
        "currency": dict.fromkeys((*CURRENCIES, *(limit.up_to.currency for limit in organisation.limits)), ""),
    }
    entries = await _entries(services, kinds, language)
    return Choices({kind: made[kind] for kind in kinds if kind in made} | entries, company.place, company.sought)


async def _entries(services: Services, kinds: set[str], language: str) -> dict[str, dict[str, str]]:
    """By noun, the entries of registers that forms ask for."""
    specs = {
        spec.noun: spec for process in services.processes.values() for spec in process.registers if spec.noun in kinds
    }
    if not specs:
        return {}
    registers, today = (await services.records()).registers, datetime.now(UTC).date()
    return {noun: choices(spec, registers, today, language) for noun, spec in specs.items()}


@dataclass(frozen=True)
class _Company:
    """The organisation at `now`, in a language."""

    services: Services
    organisation: Organisation
    language: str
    now: datetime

    @cached_property
    def days(self) -> Mapping[str, date]:
        """By calendar which day it is there."""
        return {name: calendar.local_date(self.now) for name, calendar in self.organisation.calendars.items()}

    @cached_property
    def here(self) -> list[str]:
        people = self.organisation.people.values()
        return [person.id for person in people if person.holds_on(self.days[person.calendar])]

    @cached_property
    def units(self) -> Mapping[str, str]:
        return unit_names(self.organisation, self.language)

    @cached_property
    def budget_lines(self) -> Mapping[str, str]:
        return {
            line.id: f"{in_language(line.name, self.language, line.id)} · {self.units.get(line.unit, line.unit)}"
            for line in self.organisation.budget_lines.values()
        }

    @property
    def skills(self) -> Mapping[str, str]:
        """Those that hold today."""
        register = self.organisation.skills.values()
        return {one.id: self._called(one.name, one.id) for one in register if one.holds_on(self.now.date())}

    @property
    def specialities(self) -> Mapping[str, str]:
        return {one.id: self._called(one.name, one.id) for one in self.organisation.specialities.values()}

    @property
    def topics(self) -> Mapping[str, str]:
        """What any speciality asks for details about."""
        return {topic: "" for one in self.organisation.specialities.values() for topic in one.details}

    @property
    def descriptions(self) -> Mapping[str, str]:
        """Those that are in force."""
        register = ((name, in_force(self.organisation, name)) for name in self.organisation.descriptions)
        return {name: self._called(job.description.title.by_language(), name) for name, job in register if job}

    def _called(self, names: Mapping[str, str], id_: str) -> str:
        return in_language(dict(names), self.language, id_)

    async def named(self, mentioned: set[str]) -> dict[str, str]:
        """Everybody who works here, by name; of many only those who are mentioned have one."""
        if len(self.here) <= MANY:
            names = await self.services.people.names(self.here, self.language)
            return dict(sorted(names.items(), key=lambda pair: by_name(pair[1])))
        names = await self.services.people.names(mentioned.intersection(self.here), self.language)
        return dict.fromkeys(self.here, "") | names

    def place(self, person: str) -> str:
        day = self.days[self.organisation.people[person].calendar]
        return self.units.get(self.organisation.unit_of(person, day) or "", "")

    def positions(self, mentioned: set[str]) -> dict[str, str]:
        """Positions that are not frozen, the vacant ones first; of many only those that are mentioned have a name."""
        if len(self._free) > MANY:
            return {one: self._position(one) if one in mentioned else "" for one in self._free}
        ordered = sorted(self._free, key=lambda one: (one in self._held, self._unit_of(one), one))
        return {one: self._position(one) for one in ordered}

    async def sought(self, kind: str, text: str) -> Mapping[str, str]:
        """The few whose name or id has the text in it, of those kinds of which there may be many."""
        match kind:
            case "person":
                found = await found_people(self.services, self.organisation, text) if text.strip() else []
                here = set(self.here)
                return await self.services.people.names(
                    [one for one in found if one in here][:MOST_FOUND], self.language
                )
            case "position":
                return fitting({one: self._position(one) for one in self._free}, text)
            case "unit":
                return fitting(self.units, text)
        return fitting(self.budget_lines, text)

    def tree(self, above: str | None, deep: int) -> Iterator[tuple[str, str]]:
        """Units under their parents, indented; those whose parent is unknown stand on top."""
        for unit in self._below.get(above, ()):
            yield unit, "\N{EM SPACE}" * deep + self.units[unit]
            yield from self.tree(unit, deep + 1)

    @cached_property
    def _below(self) -> Mapping[str | None, tuple[str, ...]]:
        return units_below(self.organisation)

    def _position(self, id_: str) -> str:
        title = in_language(self.organisation.positions[id_].title, self.language, id_)
        said = f"{_MARKS[id_ in self._held]}{title} · {self._unit_of(id_)}"
        return f"{said} · {id_}" if len(self._free) <= FEW else said  # else its id is written behind

    @cached_property
    def _free(self) -> list[str]:
        return [one.id for one in self.organisation.positions.values() if not one.frozen]

    @cached_property
    def _held(self) -> set[str]:
        """The positions on which somebody sits today."""
        people = (self.organisation.people[person] for person in self.here)
        return {person.position_on(self.days[person.calendar]) for person in people}

    def _unit_of(self, position: str) -> str:
        return self.units.get(self.organisation.positions[position].unit, "")
