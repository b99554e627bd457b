"""Setting up the office from files: organisation and policy. Each change is an event (KRN-42, KRN-40)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import readmodels
from activities.record_cache import organisation_book, policy_book
from application.administration.regrounding import tasks_on_holidays
from application.files.document import Located
from application.files.hr_table import documents, is_table, read_hr_table, unresolved, without_rows
from application.files.organisation import OrganisationFiles, read_organisation
from application.files.policy import PolicyFile, read_policy
from application.people import Plan
from application.records import append_on, append_record
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.policy import Policy
from domain.organisation import policies, record
from domain.organisation.events import CalendarSet, HrMapSet, UnitSet
from domain.organisation.hr_map import HrMap
from domain.organisation.model import Organisation, Unit
from domain.organisation.persons import name_key
from domain.organisation.policies import Needs
from domain.organisation.problems import refusal
from domain.organisation.units import pointing_to
from eventstore import log
from readmodels.wanted import Wanted

MOST_LISTED = 1_000

AT_ONCE = 5_000
"""So many events of the organisation go into one query: its answer comes before anybody gives up waiting."""


@dataclass(frozen=True)
class Ask:
    """How files are taken: `hr` maps the columns of tables, and is kept; None is the one that was kept before.

    `complete` lists who is missing, `skip_bad` takes the good rows.

    `same` are people whose lone name changed and who are the same, by the word of whoever imports (ORG-01).
    """

    hr: HrMap | None = None
    complete: bool = False
    skip_bad: bool = False
    same: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Planned:
    """What an import would change, what is wrong with which row, and who works here and is not in a complete file.

    `managers` are those problems that name a manager who cannot be told, `doubtful` those that ask for a word on who
    somebody is (ORG-01). `blocked`: no row can be left out to make the rest good.
    """

    before: Organisation
    events: tuple[Event, ...] = ()
    people: tuple[Plan, ...] = ()
    problems: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    doubtful: tuple[Refused, ...] = ()
    blocked: bool = False

    def told(self) -> dict[str, Any]:
        """For a machine: each change with its kind and its person, unit or position; each problem with its place;
        and the ids of people by what happens to them.
        """
        changes = [_change(event) for event in self.events]
        changes += [{"change": "details-changed", "id": plan.record.id} for plan in self.people
                    if plan.record.registered and plan.events]  # fmt: skip
        changes += [{"change": "missing", "id": person} for person in self.missing]
        return {
            "people": {name: sorted({one["id"] for one in changes if one["change"] in kinds})
                       for name, kinds in KINDS.items()},
            "unresolved": [located(text) for text in self.managers],
            "changes": changes,
            "problems": [located(text) for text in self.problems],
        }  # fmt: skip

    def refuse(self) -> None:
        """Raises Refused `used-id` if only a word on who somebody is stands against it, else `bad-file`."""
        texts = [refused.message for refused in self.doubtful]
        if set(self.problems) <= set(texts):
            raise Refused(
                self.doubtful[0].code, "{first}" if len(texts) == 1 else "{first} (and {more} more)",
                first=texts[0], more=len(texts) - 1, problems=texts,
            )  # fmt: skip
        raise refusal(self.problems)


KINDS: Mapping[str, frozenset[str]] = {
    "joiners": frozenset({"person-joined", "person-returned"}),
    "movers": frozenset({"person-moved", "move-taken-back"}),
    "leavers": frozenset({"person-left"}),
    "renames": frozenset({"details-changed"}),
    "missing": frozenset({"missing"}),
}
"""What happens to people, by the changes that say so."""


async def import_organisation(
    services: Services, paths: Sequence[Path], *, actor: str, today: date, ask: Ask | None = None
) -> dict[str, Any]:
    """Imports files as one. Returns how many events changed the organisation and how many people's details changed,
    who is missing from a complete file, and the rows that were skipped.

    With a holiday that is new also how many open tasks are due later for it (ORG-07), and with a unit that ends what
    still points to it (ORG-06).

    Raises Refused `bad-file` with every problem, `used-id` or `erased` if one row has that alone, `mail-taken`,
    `changed-meanwhile`; then nothing was recorded, and every address leads to whom it led before.
    """
    ask = ask or Ask()
    planned = await plan_organisation(services, paths, today=today, ask=ask)
    return await carry_out(services, planned, actor=actor, ask=ask)


async def carry_out(
    services: Services, planned: Planned, *, actor: str, ask: Ask, channel: str = "cli"
) -> dict[str, Any]:
    """As `import_organisation`, for what was planned."""
    if planned.problems and (planned.blocked or not ask.skip_bad):
        planned.refuse()
    plans = await services.people.ready(planned.people)
    people = await _record(
        services, plans, planned.events, version=planned.before.version, actor=actor, channel=channel
    )
    done: dict[str, Any] = {"events": len(planned.events), "people": people}
    done |= {"missing": list(planned.missing)} if ask.complete else {}
    if ending := [event.unit for event in planned.events if isinstance(event, UnitSet) and event.unit.end]:
        done["still_in"] = {unit.id: await _still_in(services, unit) for unit in ending}
    if any(_declares(event, planned.before) for event in planned.events):
        done["due_times"] = await tasks_on_holidays(services, datetime.now(UTC))
    return done | ({"skipped": [located(text) for text in planned.problems]} if ask.skip_bad else {})


async def _still_in(services: Services, unit: Unit) -> list[str]:
    """What belongs to a unit that ends, and its open cases."""
    await services.fresh()
    organisation, now = await services.organisation(), datetime.now(UTC)
    wanted = Wanted(units=frozenset({unit.id}), open_only=True)
    async with services.pool.acquire() as conn:
        rows = await readmodels.cases(conn, wanted, now=now, limit=MOST_LISTED)
    last = (unit.end or now.date()) - timedelta(days=1)
    return [*pointing_to(organisation, unit.id, last), *(f"case {row.case}" for row in rows)]


def _declares(event: Event, before: Organisation) -> bool:
    """Whether a calendar that is in use has days off that it had not."""
    if not isinstance(event, CalendarSet) or event.calendar.id not in before.calendars:
        return False
    return bool(event.calendar.holidays.keys() - before.calendars[event.calendar.id].holidays.keys())


async def plan_organisation(services: Services, paths: Sequence[Path], *, today: date, ask: Ask) -> Planned:
    """What an import of these files would do; nothing is recorded.

    Raises Refused `bad-file` for a file that cannot be read at all.
    """
    async with services.pool.acquire() as conn:
        current = await organisation_book().read(conn)
    tables = [read_hr_table(path, ask.hr, current.hr_map) for path in paths if is_table(path)]
    made, wrong, managers = documents(tables, current, await _known(services, unresolved(tables, current)))
    problems = [text for _, _, text in wrong]
    bad = {(file, row) for file, row, _ in wrong}
    left_out = bad if ask.skip_bad else set()
    others = [path for path in paths if not is_table(path)]
    listed = {row.get("id") for table in tables for _, row in table.rows}
    complete = False
    while True:
        good = [without_rows(one, {row for file, row in left_out if file == one.name}) for one in made]
        found = await _attempt(services, current, others, good, today, ask)
        if ask.skip_bad or not complete:  # what later rounds find rests on what was left out
            problems += [text for text in found.problems if text not in problems]
        complete = complete or not found.blocked
        rows = {(one["file"], one["row"]) for one in map(located, found.problems)}
        more = bad | {(file, row) for file, row in rows if file in {table.name for table in tables}}
        if more <= left_out:
            break
        left_out = left_out | more
    mapped = [HrMapSet(map=ask.hr, effective=today)] if tables and ask.hr and ask.hr != current.hr_map else []
    return replace(
        found,
        events=(*mapped, *found.events),
        problems=tuple(problems),
        managers=tuple(managers),
        missing=tuple(person for person in found.missing if person not in listed),
        blocked=bool(found.problems),
    )


async def _attempt(
    services: Services, current: Organisation, paths: Sequence[Path], tables: Sequence[Located], today: date, ask: Ask
) -> Planned:
    """The plan of these files and rows; `blocked` with only the problems if they cannot be read."""
    try:
        files = read_organisation(paths, today, documents=tables)
    except Refused as refused:
        return Planned(current, problems=tuple(refused.details["problems"]), blocked=True)
    return await _planned(services, current, files, today, ask)


async def _planned(
    services: Services, current: Organisation, files: OrganisationFiles, today: date, ask: Ask
) -> Planned:
    details = [(*line.value, line.where) for line in files.details]
    details = [(p, replace(d, same_person=d.same_person or p in ask.same), where) for p, d, where in details]
    people, refused = await services.people.plans(details)
    for one in refused:
        if one.code == "key-missing":
            raise one
    events, wrong = record.planned_import(current, files.wanted, today)
    listed = {line.value.id for line in files.wanted.people}
    here = [id_ for id_, person in current.people.items() if person.holds_on(today) and id_ not in listed]
    return Planned(
        current,
        events=tuple(events),
        people=tuple(people),
        problems=(*wrong, *(one.message for one in refused)),
        missing=tuple(sorted(here)) if ask.complete else (),
        doubtful=tuple(refused),
    )


async def _known(services: Services, texts: Collection[str]) -> dict[str, list[str]]:
    """Employees at these addresses, or with these names in either language."""
    if not texts:
        return {}
    found: dict[str, list[str]] = {}
    by_address = await services.keys.people_for([text for text in texts if "@" in text])
    found |= {text: [person] for text, person in by_address.items()}
    organisation = await services.organisation()
    for language in ("en", "th"):
        for person, name in (await services.people.names(organisation.people, language)).items():
            for text in texts:
                if name_key(name) == name_key(text) and person not in found.setdefault(text, []):
                    found[text].append(person)
    return {text: people for text, people in found.items() if people}


def located(problem: str) -> dict[str, Any]:
    """A problem as `file:row: column: what to do`, in its parts."""
    parts = _PLACE.fullmatch(problem)
    if parts is None:
        return {"file": "", "row": None, "column": None, "code": "bad-file", "message": problem}
    return {
        "file": parts["file"], "row": int(parts["row"]), "column": parts["column"], "code": "bad-row",
        "message": parts["message"],
    }  # fmt: skip


_PLACE = re.compile(r"(?P<file>[^\n]*?):(?P<row>\d+): (?:(?P<column>[^:;,]{1,40}): )?(?P<message>.*)", re.DOTALL)
_KEBAB = re.compile(r"(?<!^)(?=[A-Z])")


def _change(event: Event) -> dict[str, Any]:
    said = event.model_dump(mode="json", exclude_none=True)
    inner = next((value for value in said.values() if isinstance(value, dict)), {})
    return {
        "change": _KEBAB.sub("-", type(event).__name__).lower(),
        "id": said.get("person") or inner.get("person") or inner.get("id") or inner.get("role") or "",
        **said,
    }


async def _record(
    services: Services, plans: Sequence[Plan], events: Sequence[Event], *, version: int, actor: str, channel: str
) -> int:
    """All of an import in one transaction, or nothing; the number of people whose details changed.

    Decisions wait only while the organisation changes, not while thousands of people are recorded.
    """
    import_id = uuid4()
    async with services.people.recording(plans) as conn:
        by_command = [(plan, uuid5(import_id, plan.record.id)) for plan in plans]
        people = await services.people.record_all(conn, by_command, actor=actor, channel=channel)
        if events:
            await log.change_records(conn)
        for start in range(0, len(events), AT_ONCE):
            await append_on(
                conn,
                stream=record.STREAM,
                process=record.STREAM,
                expected_version=version + start,
                events=events[start : start + AT_ONCE],
                actor=actor,
                command_id=uuid5(import_id, str(start)),
                channel=channel,
            )
    return people


async def check_policy(services: Services, file: PolicyFile, needs: Mapping[str, Needs], *, today: date) -> Policy:
    """The policy of a file, checked against the organisation and the version in force. Raises Refused `bad-policy`."""
    async with services.pool.acquire() as conn:
        book = await policy_book().read(conn)
        organisation = await organisation_book().read(conn)
    file.check(organisation, needs, today, in_force=book.in_force if book.versions else None)
    return file.policy


async def publish_policy(
    services: Services,
    path: Path,
    needs: Mapping[str, Needs],
    *,
    actor: str,
    today: date,
    command_id: UUID | None = None,
) -> int:
    """Publishes a checked policy and returns the version in force. The same content again publishes nothing.

    Raises Refused `bad-file`, `bad-policy`.
    """
    policy = await check_policy(services, read_policy(path), needs, today=today)
    async with services.pool.acquire() as conn:
        book = await policy_book().read(conn)
    events = policies.publish(book, policy, actor)
    if events:
        await append_record(
            services.pool,
            stream=policies.STREAM,
            process=policies.STREAM,
            expected_version=book.version,
            events=events,
            actor=actor,
            command_id=command_id or uuid4(),
        )
    return max([*book.versions, 0]) + len(events)
