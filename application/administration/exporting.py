"""The organisation as files that `org import` reads: importing them again changes nothing (ORG-09)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from application.files.calendars import DAYS, public_holidays
from application.files.hr_table import FIELDS, cells_of
from application.files.sheet import write_table
from application.services import Services
from domain.kernel.value import Value
from domain.kernel.values.calendar import Calendar
from domain.kernel.values.money import Money
from domain.organisation.dated import Dated
from domain.organisation.model import Organisation, Person

SECTIONS: Mapping[str, Callable[[Organisation], Iterable[Value]]] = {
    "units": lambda o: o.units.values(),
    "positions": lambda o: o.positions.values(),
    "roles": lambda o: o.roles,
    "limits": lambda o: o.limits,
    "budget_lines": lambda o: o.budget_lines.values(),
    "skills": lambda o: o.skills.values(),
    "specialities": lambda o: o.specialities.values(),
    "courses": lambda o: o.courses.values(),
    "certificates": lambda o: (rule for rules in o.certificate_rules.values() for rule in rules),
    "skills_held": lambda o: (held for all_ in o.skills_held.values() for held in all_),
}


async def exported(services: Services, folder: Path, format_: str) -> list[Path]:
    """Writes the files and returns them. CSV and XLSX hold the people; all else stands in `organisation.yaml`.

    Names and addresses are in the clear: whoever writes the files answers for them.
    """
    organisation = await services.organisation()
    people = await _people(services, organisation)
    document: dict[str, Any] = {"calendars": [_calendar(each) for each in organisation.calendars.values()]}
    document |= {name: [_entry(each) for each in entries(organisation)] for name, entries in SECTIONS.items()}
    document["job_descriptions"] = [
        {**_entry(job.description), "id": job.id, "version": job.version, "review_by": job.review_by.isoformat(),
         **({"from": job.start.isoformat()} if job.start else {})}
        for versions in organisation.descriptions.values() for job in versions if job.end is None
    ]  # fmt: skip
    return _all_written(folder, format_, document, people)


def _all_written(folder: Path, format_: str, document: dict[str, Any], people: Sequence[dict[str, Any]]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    if format_ == "yaml":
        return [_written(folder / "organisation.yaml", {**document, "people": people})]
    table = folder / f"people.{format_}"
    write_table(table, FIELDS, (tuple(cells_of(_row(each))) for each in people))
    return [_written(folder / "organisation.yaml", document), table]


def _written(path: Path, document: Mapping[str, Any]) -> Path:
    filled = {name: entries for name, entries in document.items() if entries}
    path.write_text(yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
    return path


async def _people(services: Services, organisation: Organisation) -> list[dict[str, Any]]:
    found = []
    details = await services.people.details(organisation.people)
    for person in organisation.people.values():
        known = details[person.id]
        entry: dict[str, Any] = {"id": person.id, "name": dict(known.name) or {"en": person.id}}
        entry |= {"email": known.email} if known.email else {}
        entry |= _person(person)
        found.append(entry)
    return found


def _person(person: Person) -> dict[str, Any]:
    entry: dict[str, Any] = {"position": person.position, "calendar": person.calendar, "language": person.language}
    entry |= {name: day.isoformat() for name, day in (("from", person.start), ("until", person.end)) if day}
    start = person.postings()[-1].start
    return entry | ({"since": start.isoformat()} if person.before and start else {})


def _row(person: Mapping[str, Any]) -> dict[str, Any]:
    names = person["name"]
    return {**person, "name": names.get("en") or names.get("th"), "name_th": names.get("th") if "en" in names else None}


def _entry(value: Value) -> dict[str, Any]:
    """What differs from saying nothing, as files write it."""
    said = {name: getattr(value, name) for name in type(value).model_fields}
    defaults = type(value).model_fields
    plain = {name: _plain(each) for name, each in said.items() if each != defaults[name].default}
    if isinstance(value, Dated) or "start" in plain:
        plain = {{"start": "from", "end": "until"}.get(name, name): each for name, each in plain.items()}
    return plain


def _plain(value: Any) -> Any:
    match value:
        case Money():
            return f"{value.amount:f} {value.currency}"
        case Value():
            return _entry(value)
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple() | frozenset():
            return [_plain(each) for each in value]
        case date() | datetime() | time():
            return value.isoformat()
        case Enum():
            return value.value
        case bool() | int() | str() | None:
            return value
    return str(value)


def _calendar(calendar: Calendar) -> dict[str, Any]:
    """Its public holidays are written out by the import; here stand the days that differ from them."""
    hours = {
        day: [f"{one.start:%H:%M}-{one.end:%H:%M}" for one in stretches]
        for day, stretches in zip(DAYS, calendar.week, strict=True) if stretches
    }  # fmt: skip
    public = _public(calendar)
    extra = [
        {"date": day.isoformat(), "name": name} for day, name in calendar.holidays.items() if public.get(day) != name
    ]
    removed = [day.isoformat() for day in public if day not in calendar.holidays]
    entry: dict[str, Any] = {"id": calendar.id, "country": calendar.country, "zone": calendar.zone, "hours": hours}
    own = {name: days for name, days in (("extra", extra), ("removed", removed)) if days}
    return entry | ({"holidays": own} if own else {})


def _public(calendar: Calendar) -> dict[date, str]:
    years = {day.year for day in calendar.holidays}
    return dict(public_holidays(calendar.country, None, min(years) + 1)) if years else {}
