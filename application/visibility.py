"""Readers at the edge: what each may see of a case, before anything of it leaves (KRN-43).

Everything that shows a case to people goes through `look` (one case, folded) or `lenses` (rows of a list, not folded).
Who may see is judged today, by the newest policy, also where the question is what was known at an earlier time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import readmodels
from activities.record_cache import Records
from application.reads import record_read
from application.services import Services
from domain.kernel.cases.case import Task
from domain.kernel.errors import Refused
from domain.kernel.events import EventRow
from domain.kernel.process import Process
from domain.kernel.showing import confidential
from domain.kernel.showing.confidential import EVERYTHING, Outline, Rules, Visibility, rules_of, through
from domain.kernel.showing.describe import describe
from domain.kernel.showing.redaction import HIDDEN, Redaction, masked, readable, redaction
from domain.kernel.showing.task_sight import concerns, held_by, task_view
from domain.kernel.showing.viewer import Viewer
from domain.kernel.values.message import Message
from eventstore import log

SKELETON = frozenset({"case", "process", "closed"})
"""What says that a case exists, and no more."""

TITLES = frozenset({"title", "case_title"})


@dataclass(frozen=True)
class PolicyViewer:
    """A reader over the records of one moment."""

    viewer: Viewer
    rules: Mapping[str, Rules]

    def visibility(self, outline: Outline, *, also: str | None = None) -> Visibility:
        return confidential.visibility(self.rules[outline.process], outline, self.viewer, also=also)


@dataclass(frozen=True)
class Redactor:
    """What one reader sees of one case: `of` takes the rest out of any JSON that tells something of it."""

    visibility: Visibility = EVERYTHING
    redaction: Redaction = field(default=Redaction(frozenset()))

    def of(self, value: Any) -> Any:
        return self.redaction.of(value)

    def message(self, about: Message) -> Message:
        """A sentence about the case; only its skeleton where the reader sees nothing of the case."""
        if self.visibility.row in ("exists", "nothing"):
            return masked(about, but=("case",))
        seen: Message = self.of(about)
        return seen


@dataclass(frozen=True)
class VisibleCase:
    """One case before one reader: its state and its events as asked, and the lens to show them through."""

    process: Process[Any]
    state: Any
    events: Sequence[EventRow]
    redactor: Redactor
    reader: str | None

    @property
    def viewpoints(self) -> str | None:
        """Through whose eyes a process's own rules look: those of a principal where the reader has no part (KRN-20)."""
        return through(self.process.outline(self.state), self.redactor.visibility.viewpoints) or self.reader

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The open tasks of the reader, and of those they stand in for."""
        return held_by(self.process.case(self.state), self.redactor.visibility.viewpoints)

    def may_see(self, stored: EventRow) -> bool:
        """Whether the process lets this reader see the event at all (HIR-04)."""
        if self.redactor.visibility.row == "task":
            return concerns(stored.payload, self.tasks)
        return self.process.may_see(self.state, self.viewpoints, self.process.events.decode(stored))

    @property
    def seen(self) -> list[EventRow]:
        """The events that this reader may see: others have no row, and leave no gap (KRN-43)."""
        return [stored for stored in self.events if self.may_see(stored)] if self.sees_anything else []

    @property
    def version(self) -> int:
        """The version of the case as the reader counts: how many of its events they may see."""
        return self.events[-1].version if self.reader is None else len(self.seen)

    @property
    def sees_case(self) -> bool:
        """False where the reader sees only a part of it, or knows only that it exists."""
        return self.redactor.visibility.row == "case"

    @property
    def sees_anything(self) -> bool:
        """False where the reader knows only that the case exists."""
        return self.redactor.visibility.row not in ("exists", "nothing")

    def described(self) -> dict[str, Any]:
        """The case in the words of the contract, as far as the reader may see it (KRN-43)."""
        told = describe(self.process, self.state, self.version, reader=self._through)
        if not self.sees_anything:
            return skeleton(told) | {"tasks": [], "deadlines": [], "state": dict(HIDDEN)}
        if self.redactor.visibility.row == "task":
            told["state"] = task_view(told["state"], self.tasks, self.process.confidential.tasks)
            told["tasks"] = list(told["state"]["case"]["tasks"].values())
        if self.redactor.visibility.partly:
            told |= {"stage": dict(HIDDEN), "on_hold": dict(HIDDEN), "deadlines": []}
        shown: dict[str, Any] = self.redactor.of(told)
        return shown

    @property
    def _through(self) -> str | None:
        """A task's holder has no eyes of a part: what they see is picked from the state itself."""
        return None if self.redactor.visibility.row == "task" else self.viewpoints


async def policy_viewer(
    services: Services, reader: str, *, now: datetime | None = None, records: Records | None = None
) -> PolicyViewer:
    """`reader` with the organisation, the newest policy and the delegations of now, read unless they are given."""
    return _policy_viewer(services, reader, records or await services.records(), now or datetime.now(UTC))


def viewer(records: Records, reader: str, now: datetime) -> Viewer:
    """`reader` with those they stand in for at `now`."""
    standing = records.delegations.chains(reader, now, hops=records.policies.hops)
    return Viewer(reader, records.organisation, standing, now)


def _policy_viewer(services: Services, reader: str, records: Records, now: datetime) -> PolicyViewer:
    newest = records.policies.in_force if records.policies.versions else None
    return PolicyViewer(
        viewer(records, reader, now),
        {name: rules_of(name, process.confidential, newest) for name, process in services.processes.items()},
    )


@dataclass(frozen=True)
class Folded:
    """A case as the log has it, before anybody in particular."""

    process: Process[Any]
    state: Any
    events: Sequence[EventRow]


async def folded(services: Services, case: str, *, as_of: datetime | None = None) -> Folded:
    """Raises Refused `no-such-case`, `not-yet`."""
    async with services.pool.acquire() as conn:
        state, events = await readmodels.case_at(conn, services.processes, case, as_of=as_of)
        return Folded(services.processes[str(await log.process_of(conn, case))], state, events)


def look_at(known: Folded, seen_by: PolicyViewer) -> VisibleCase:
    """A case before a reader of this moment; `row` of its sight may be nothing."""
    redactor = _redactor(seen_by.visibility(known.process.outline(known.state)), known.events)
    return VisibleCase(known.process, known.state, known.events, redactor, seen_by.viewer.person)


async def look(services: Services, case: str, reader: str | None, *, as_of: datetime | None = None) -> VisibleCase:
    """A case as it was known at `as_of` (None: now), for a reader of today (None: the operator).

    Where the process wants that, the read is an event (DIS-09). Raises Refused `no-such-case` also where the reader
    must not know that it exists, and `not-yet`.
    """
    seen = await _look(services, case, reader, as_of=as_of)
    if seen.process.reads_recorded and seen.sees_anything:
        await record_read(services, case, seen.events[-1].version, reader)
    return seen


async def _look(services: Services, case: str, reader: str | None, *, as_of: datetime | None = None) -> VisibleCase:
    """As `look`, for answers that show nothing of the case."""
    now = await folded(services, case)
    redactor = Redactor()
    if reader is not None:
        redactor = look_at(now, await policy_viewer(services, reader)).redactor
        if redactor.visibility.row == "nothing":
            raise readmodels.no_such_case(case)
    known = now if as_of is None else await folded(services, case, as_of=as_of)
    return VisibleCase(known.process, known.state, known.events, redactor, reader)


async def knowable(services: Services, cases: Iterable[str], reader: str) -> dict[str, str]:
    """The process of each of these cases that `reader` may know of: one question where everybody may know, else two.

    No case has the character zero in its id, and Postgres would not be asked for it.
    """
    async with services.pool.acquire() as conn:
        known, records = await services.record_cache.with_processes(
            conn, sorted({case for case in cases if "\x00" not in case})
        )
    seen_by = _policy_viewer(services, reader, records, datetime.now(UTC))
    if seen_by.viewer.gone:
        return {}
    kept = {case for case, process in known.items() if process in services.processes}
    doubted = sorted(case for case in kept if seen_by.rules[known[case]].others != "exists")
    async with services.pool.acquire() as conn:
        rows = await readmodels.cases_named(conn, doubted, now=seen_by.viewer.now) if doubted else {}
    for case in doubted:
        if case not in rows or seen_by.visibility(rows[case].outline).row == "nothing":
            kept -= {case} if await _unknown(services, case, reader) else set()
    return {case: known[case] for case in kept}


async def _unknown(services: Services, case: str, reader: str) -> bool:
    """By the case itself: the view may be behind."""
    try:
        await _look(services, case, reader)
    except Refused:
        return True
    return False


async def as_told(services: Services, refused: Refused, case: str, actor: str) -> Refused:
    """A refusal as `actor` may hear it: the reasons of a case that they do not see stay with the case (KRN-43).

    Where nothing was opened, the reasons are about what they sent themselves.
    """
    found: VisibleCase | None = None
    try:
        found = await _look(services, case, actor)
        seen = found.redactor
    except Refused:
        async with services.pool.acquire() as conn:
            exists = await log.process_of(conn, case) is not None
        seen = Redactor(Visibility("nothing")) if exists else Redactor()
    if seen.visibility.row in ("exists", "nothing"):
        return Refused(
            refused.code,
            "Case {case} refuses this, and its reasons are not for your eyes; ask somebody with a part in it.",
            case=case,
        )
    holder = refused.details.get("holder")
    if holder and await _unknown(services, holder, actor):
        return Refused(
            refused.code,
            "Another case already holds this ({kind}); ask an auditor which.",
            kind=refused.details["kind"],
        )
    facts = dict(refused.details)
    if refused.code == "moved-on" and found is not None:
        facts["version"] = found.version
    return Refused(refused.code, refused.template, **readable(seen.of(facts)))


async def visibilities(services: Services, cases: Iterable[str], reader: str) -> dict[str, Visibility]:
    """What `reader` sees of each case, from the rows of the view: nothing is folded. What it lacks is not seen."""
    return await _visibilities(services, set(cases), await policy_viewer(services, reader))


async def redactors(
    services: Services, cases: Mapping[str, str], seen_by: PolicyViewer, *, also: str | None = None
) -> Mapping[str, Redactor]:
    """A lens for each case (given with its process). Only cases with something to hide are read, all in one query.

    `also` is a part that the reader has, or had, in what is shown: whose inbox it is was asked.
    """
    open_to_all = {process for process in set(cases.values()) if also and seen_by.rules[process].open_to(also)}
    open_cases = {name for name, process in cases.items() if process in open_to_all}
    found = await _visibilities(services, cases.keys() - open_cases, seen_by, also=also)
    hiding = [name for name, seen in found.items() if seen.row == "case" and seen.hidden]
    async with services.pool.acquire() as conn:
        events = await log.read_streams(conn, dict.fromkeys(hiding, 0)) if hiding else {}
    hidden = {name: _redactor(seen, events.get(name, ())) for name, seen in found.items()}
    return {name: Redactor() for name in open_cases} | hidden


async def _visibilities(
    services: Services, cases: Iterable[str], seen_by: PolicyViewer, *, also: str | None = None
) -> dict[str, Visibility]:
    names = sorted(cases)
    if not names:
        return {}
    await services.fresh()
    async with services.pool.acquire() as conn:
        rows = await readmodels.cases_named(conn, names, now=seen_by.viewer.now)
    return {
        name: seen_by.visibility(rows[name].outline, also=also) if name in rows else Visibility("nothing")
        for name in names
    }


def skeleton(told: Mapping[str, Any]) -> dict[str, Any]:
    """That a case exists, in the place of all that is told of it."""
    return {name: value if name in SKELETON else dict(HIDDEN) for name, value in told.items()}


def partly(told: Mapping[str, Any], visibility: Visibility) -> dict[str, Any]:
    """A row of a list for whoever does not see the case: that it exists; of a part, what it is called besides."""
    shown = skeleton(told)
    return shown | {name: told[name] for name in TITLES & told.keys()} if visibility.partly else shown


def _redactor(visibility: Visibility, events: Iterable[EventRow]) -> Redactor:
    return Redactor(visibility, redaction(visibility.hidden, (event.payload for event in events)))
