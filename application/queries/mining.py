"""The history of cases for process mining, as a reader may see it, streamed from the log to a file (LOG-01)."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import Any

import readmodels
from application.files.mining import Format, MinedCase, MinedEvent, mining_writer
from application.queries.listing import seeing
from application.reads import record_read
from application.services import Services
from application.visibility import Folded, PolicyViewer, VisibleCase, look_at, policy_viewer
from domain.kernel.command import SYSTEM
from domain.kernel.errors import Refused
from domain.kernel.events import EventRow, title_of
from domain.kernel.showing.confidential import Visibility
from domain.organisation.browsing import units_of
from domain.organisation.model import Organisation
from domain.organisation.overseeing import overseen
from eventstore import log
from readmodels import Wanted
from readmodels.rows import CaseRow

TOGETHER = 50
"""Cases whose events are in memory at the same time."""
PROJECT = "project"


@dataclass(frozen=True)
class MiningQuery:
    """What is exported: one process or all (None), of a unit with those below it, recorded from `since` to `until`."""

    process: str | None = None
    unit: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def has(self, at: datetime) -> bool:
        """The end is excluded: two exports that meet have no event twice."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Pseudonyms:
    """Names people for one reader: by id those that they may see, else by a keyed hash, the same in every export."""

    shown: frozenset[str]
    people: frozenset[str]
    hashed: Callable[[str], bytes]

    def of(self, actor: str) -> str:
        if actor in self.shown or actor == SYSTEM:
            return actor
        return f"p-{self.hashed(f'pseudonym {actor}').hex()[:12]}"

    def in_id(self, case: str) -> str:
        """The id of a case or a step, which may have that of its person in it."""
        return "-".join(self.of(part) if part in self.people else part for part in case.split("-"))


async def export(
    services: Services, query: MiningQuery, kind: Format, file: Path, *, reader: str | None
) -> dict[str, int]:
    """Writes what `reader` may see (None: the operator) to `file`, replaced when all is written; counts of it.

    Raises Refused `unknown-process`, `unknown-unit`, `bad-window`, `reader-needed`.
    """
    counts = {"cases": 0, "events": 0}
    part = file.with_name(f"{file.name}.part")
    cases = _mined(services, query, reader=reader)
    first = await anext(cases, None)  # what is refused is refused before there is a file
    try:
        with part.open("w", encoding="utf-8", newline="") as out:
            writer = mining_writer(kind, out)
            while first is not None:
                writer.add(first)
                counts = {"cases": counts["cases"] + 1, "events": counts["events"] + len(first.events)}
                first = await anext(cases, None)
            writer.end()
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return counts


async def seen(
    services: Services, query: MiningQuery, *, reader: str | None
) -> tuple[Pseudonyms, list[tuple[CaseRow, list[EventRow]]]]:
    """Each case with the events that `reader` may see, and how people are called. Raises Refused as `export` does."""
    found = [each async for each in _seen(services, query, reader)]
    return _pseudonyms(services, await services.organisation(), reader), found


async def _mined(services: Services, query: MiningQuery, *, reader: str | None) -> AsyncIterator[MinedCase]:
    """The cases with something to tell, the newest first."""
    organisation = await services.organisation()
    names, lines = _pseudonyms(services, organisation, reader), frozenset(organisation.budget_lines)
    async for row, events in _seen(services, query, reader):
        told = _mined_case(row, events, query, names, lines)
        if told.events:
            yield told


async def _seen(
    services: Services, query: MiningQuery, reader: str | None
) -> AsyncIterator[tuple[CaseRow, list[EventRow]]]:
    """Each case with the events that the reader may see, the newest first. Raises Refused as `export` does."""
    _require(services, query, reader)
    units = units_of(await services.organisation(), query.unit, below=True) if query.unit else None
    seen_by = None if reader is None else await policy_viewer(services, reader)
    async for rows in _pages(services, Wanted(process=query.process, units=units), reader):
        for each in await _with_events(services, rows, seen_by):
            yield each


def _require(services: Services, query: MiningQuery, reader: str | None) -> None:
    if query.process is not None and services.process(query.process).reads_recorded and reader is None:
        template = "Cases of {process} are known to their roles only; say who reads with --as PERSON."
        raise Refused("reader-needed", template, process=query.process)
    if query.since is not None and query.until is not None and query.until < query.since:
        raise Refused(
            "bad-window", "The export ends on {until}, before it begins; swap the times.", until=str(query.until)
        )


def _pseudonyms(services: Services, organisation: Organisation, reader: str | None) -> Pseudonyms:
    """Shown are the reader, and the people of units whose numbers they may see. The operator acts for nobody: none."""
    shown = frozenset[str]()
    if reader is not None and reader in organisation.people:
        day = organisation.day_of(reader, datetime.now(UTC))
        units = overseen(organisation, reader, day)
        own = {person for person in organisation.people if organisation.unit_of(person, day) in units}
        shown = frozenset({reader, *own}) if organisation.works_here(reader, day) else shown
    return Pseudonyms(shown, frozenset(organisation.people), services.keys.hashed)


async def _pages(services: Services, wanted: Wanted, reader: str | None) -> AsyncIterator[list[CaseRow]]:
    """The cases of which `reader` may see anything, by the same rule as lists (KRN-43)."""
    sees = await seeing(services, wanted, reader)
    await services.fresh()
    after: int | None = None
    while True:
        async with services.pool.acquire() as conn:
            rows = await readmodels.cases(conn, wanted, now=datetime.now(UTC), limit=TOGETHER, after=after)
        yield [_as_seen(row, seen) for row in rows if (seen := sees(row)) and seen.row not in ("exists", "nothing")]
        if len(rows) < TOGETHER:
            return
        after = rows[-1].opened


def _as_seen(row: CaseRow, seen: Visibility) -> CaseRow:
    """Without its unit where the reader sees a part of the case only, or a policy hides it."""
    return row if seen.row == "case" and "unit" not in seen.hidden else row.model_copy(update={"unit": None})


async def _with_events(
    services: Services, rows: Sequence[CaseRow], seen_by: PolicyViewer | None
) -> list[tuple[CaseRow, list[EventRow]]]:
    """Each case with the events that the reader may see, without hidden values. Reads are recorded (DIS-09)."""
    if seen_by is None:
        rows = [row for row in rows if not services.process(row.process).reads_recorded]
    async with services.pool.acquire() as conn:
        streams = await log.read_streams(conn, {row.case: 0 for row in rows}) if rows else {}
    found = []
    for row in rows:
        events = streams.get(row.case, [])
        if seen_by is not None:
            visible = _visible(services, row, events, seen_by)
            events = [each.model_copy(update={"payload": visible.redactor.of(each.payload)}) for each in visible.seen]
            if events and visible.process.reads_recorded:
                await record_read(services, row.case, visible.events[-1].version, seen_by.viewer.person)
        found.append((row, events))
    return found


def _visible(services: Services, row: CaseRow, events: Sequence[EventRow], seen_by: PolicyViewer) -> VisibleCase:
    process = services.process(row.process)
    state = reduce(process.evolve, map(process.events.decode, events), process.initial(row.case))
    return look_at(Folded(process, state, events), seen_by)


def _mined_case(
    row: CaseRow, events: Sequence[EventRow], query: MiningQuery, names: Pseudonyms, lines: frozenset[str]
) -> MinedCase:
    """Numbers count all that the reader may see, so that a window of time changes none."""
    mined = (
        _mined_event(row, number, event, names, lines)
        for number, event in enumerate(events, start=1)
        if query.has(event.recorded_at)
    )
    return MinedCase(names.in_id(row.case), row.process, row.unit, tuple(mined))


def _mined_event(row: CaseRow, number: int, event: EventRow, names: Pseudonyms, lines: frozenset[str]) -> MinedEvent:
    leaves = list(_leaves(event.payload))
    projects = {value for key, value in leaves if key == PROJECT and value}
    return MinedEvent(
        number=number,
        activity=title_of(event.type),
        type=event.type,
        at=event.recorded_at,
        resource=names.of(event.actor),
        on_behalf_of=names.of(event.on_behalf_of) if event.on_behalf_of else None,
        channel=event.channel,
        step=names.in_id(_text(event.payload, "step")) or None,
        outcome=_text(event.payload, "outcome") or None,
        lines=tuple(sorted({value for key, value in leaves if key.endswith("line") and value in lines})),
        projects=tuple(sorted(map(names.in_id, {*projects, *([row.case] if row.process == PROJECT else [])}))),
    )


def _text(payload: Mapping[str, Any], name: str) -> str:
    found = payload.get(name)
    return found if isinstance(found, str) else ""


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """The texts of JSON, each with the nearest name above it."""
    match value:
        case str():
            yield key, value
        case dict():
            for name, inner in value.items():
                yield from _leaves(inner, name)
        case list():
            for inner in value:
                yield from _leaves(inner, key)
