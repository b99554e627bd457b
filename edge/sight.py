"""Readers at the edge: what each may see of a case, before anything of it leaves (KRN-43).

Everything that shows a case to people goes through `look` (one case, folded) or `lenses` (rows of a list, not folded).
Who may see is judged today, by the newest policy, also where the question is what was known at an earlier time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import views
from activities.books import Records
from domain.kernel.cases.case import Task
from domain.kernel.errors import Refused
from domain.kernel.events import Stored
from domain.kernel.process import Process
from domain.kernel.showing import confidential
from domain.kernel.showing.confidential import EVERYTHING, Outline, Rules, Sight, rules_of, through
from domain.kernel.showing.describe import describe
from domain.kernel.showing.onlooker import Onlooker
from domain.kernel.showing.redaction import HIDDEN, Redaction, masked, readable, redaction
from domain.kernel.showing.task_sight import concerns, held_by, task_view
from domain.kernel.values.message import Message
from edge.door import Door
from eventstore import log

SKELETON = frozenset({"case", "process", "closed"})
"""What says that a case exists, and no more."""

TITLES = frozenset({"title", "case_title"})


@dataclass(frozen=True)
class Watcher:
    """A reader over the records of one moment."""

    onlooker: Onlooker
    rules: Mapping[str, Rules]

    def sight(self, outline: Outline, *, also: str | None = None) -> Sight:
        return confidential.sight(self.rules[outline.process], outline, self.onlooker, also=also)


@dataclass(frozen=True)
class Lens:
    """What one reader sees of one case: `of` takes the rest out of any JSON that tells something of it."""

    sight: Sight = EVERYTHING
    redaction: Redaction = field(default=Redaction(frozenset()))

    def of(self, value: Any) -> Any:
        return self.redaction.of(value)

    def message(self, about: Message) -> Message:
        """A sentence about the case; only its skeleton where the reader sees nothing of the case."""
        if self.sight.row in ("exists", "nothing"):
            return masked(about, but=("case",))
        seen: Message = self.of(about)
        return seen


@dataclass(frozen=True)
class Look:
    """One case before one reader: its state and its events as asked, and the lens to show them through."""

    process: Process[Any]
    state: Any
    events: Sequence[Stored]
    lens: Lens
    reader: str | None

    @property
    def eyes(self) -> str | None:
        """Through whose eyes a process's own rules look: those of a principal where the reader has no part (KRN-20)."""
        return through(self.process.outline(self.state), self.lens.sight.eyes) or self.reader

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The open tasks of the reader, and of those they stand in for."""
        return held_by(self.process.case(self.state), self.lens.sight.eyes)

    def may_see(self, stored: Stored) -> bool:
        """Whether the process lets this reader see the event at all (HIR-04)."""
        if self.lens.sight.row == "task":
            return concerns(stored.payload, self.tasks)
        return self.process.may_see(self.state, self.eyes, self.process.events.decode(stored))

    @property
    def seen(self) -> list[Stored]:
        """The events that this reader may see: others have no row, and leave no gap (KRN-43)."""
        return [stored for stored in self.events if self.may_see(stored)] if self.sees_anything else []

    @property
    def version(self) -> int:
        """The version of the case as the reader counts: how many of its events they may see."""
        return self.events[-1].version if self.reader is None else len(self.seen)

    @property
    def sees_case(self) -> bool:
        """False where the reader sees only a part of it, or knows only that it exists."""
        return self.lens.sight.row == "case"

    @property
    def sees_anything(self) -> bool:
        """False where the reader knows only that the case exists."""
        return self.lens.sight.row not in ("exists", "nothing")

    def described(self) -> dict[str, Any]:
        """The case in the words of the contract, as far as the reader may see it (KRN-43)."""
        told = describe(self.process, self.state, self.version, reader=self._through)
        if not self.sees_anything:
            return skeleton(told) | {"tasks": [], "deadlines": [], "state": dict(HIDDEN)}
        if self.lens.sight.row == "task":
            told["state"] = task_view(told["state"], self.tasks, self.process.confidential.tasks)
            told["tasks"] = list(told["state"]["case"]["tasks"].values())
        if self.lens.sight.partly:
            told |= {"stage": dict(HIDDEN), "on_hold": dict(HIDDEN), "deadlines": []}
        shown: dict[str, Any] = self.lens.of(told)
        return shown

    @property
    def _through(self) -> str | None:
        """A task's holder has no eyes of a part: what they see is picked from the state itself."""
        return None if self.lens.sight.row == "task" else self.eyes


async def watcher(door: Door, reader: str, *, now: datetime | None = None, records: Records | None = None) -> Watcher:
    """`reader` with the organisation, the newest policy and the delegations of now, read unless they are given."""
    return _watcher(door, reader, records or await door.records(), now or datetime.now(UTC))


def onlooker(records: Records, reader: str, now: datetime) -> Onlooker:
    """`reader` with those they stand in for at `now`."""
    standing = records.delegations.chains(reader, now, hops=records.policies.hops)
    return Onlooker(reader, records.organisation, standing, now)


def _watcher(door: Door, reader: str, records: Records, now: datetime) -> Watcher:
    newest = records.policies.in_force if records.policies.versions else None
    return Watcher(
        onlooker(records, reader, now),
        {name: rules_of(name, process.confidential, newest) for name, process in door.processes.items()},
    )


@dataclass(frozen=True)
class Folded:
    """A case as the log has it, before anybody in particular."""

    process: Process[Any]
    state: Any
    events: Sequence[Stored]


async def folded(door: Door, case: str, *, as_of: datetime | None = None) -> Folded:
    """Raises Refused `no-such-case`, `not-yet`."""
    async with door.pool.acquire() as conn:
        state, events = await views.case_at(conn, door.processes, case, as_of=as_of)
        return Folded(door.processes[str(await log.process_of(conn, case))], state, events)


def look_at(known: Folded, seen_by: Watcher) -> Look:
    """A case before a reader of this moment; `row` of its sight may be nothing."""
    lens = _lens(seen_by.sight(known.process.outline(known.state)), known.events)
    return Look(known.process, known.state, known.events, lens, seen_by.onlooker.person)


async def look(door: Door, case: str, reader: str | None, *, as_of: datetime | None = None) -> Look:
    """A case as it was known at `as_of` (None: now), for a reader of today (None: the operator).

    Raises Refused `no-such-case` also where the reader must not know that it exists, and `not-yet`.
    """
    now = await folded(door, case)
    lens = Lens()
    if reader is not None:
        lens = look_at(now, await watcher(door, reader)).lens
        if lens.sight.row == "nothing":
            raise views.no_such_case(case)
    known = now if as_of is None else await folded(door, case, as_of=as_of)
    return Look(known.process, known.state, known.events, lens, reader)


async def knowable(door: Door, cases: Iterable[str], reader: str) -> dict[str, str]:
    """The process of each of these cases that `reader` may know of: one question where everybody may know, else two.

    No case has the character zero in its id, and Postgres would not be asked for it.
    """
    async with door.pool.acquire() as conn:
        known, records = await door.books.with_processes(conn, sorted({case for case in cases if "\x00" not in case}))
    seen_by = _watcher(door, reader, records, datetime.now(UTC))
    if seen_by.onlooker.gone:
        return {}
    kept = {case for case, process in known.items() if process in door.processes}
    doubted = sorted(case for case in kept if seen_by.rules[known[case]].others != "exists")
    async with door.pool.acquire() as conn:
        rows = await views.cases_named(conn, doubted, now=seen_by.onlooker.now) if doubted else {}
    for case in doubted:
        if case not in rows or seen_by.sight(rows[case].outline).row == "nothing":
            kept -= {case} if await _unknown(door, case, reader) else set()
    return {case: known[case] for case in kept}


async def _unknown(door: Door, case: str, reader: str) -> bool:
    """By the case itself: the view may be behind."""
    try:
        await look(door, case, reader)
    except Refused:
        return True
    return False


async def as_told(door: Door, refused: Refused, case: str, actor: str) -> Refused:
    """A refusal as `actor` may hear it: the reasons of a case that they do not see stay with the case (KRN-43).

    Where nothing was opened, the reasons are about what they sent themselves.
    """
    found: Look | None = None
    try:
        found = await look(door, case, actor)
        seen = found.lens
    except Refused:
        async with door.pool.acquire() as conn:
            exists = await log.process_of(conn, case) is not None
        seen = Lens(Sight("nothing")) if exists else Lens()
    if seen.sight.row in ("exists", "nothing"):
        return Refused(
            refused.code,
            "Case {case} refuses this, and its reasons are not for your eyes; ask somebody with a part in it.",
            case=case,
        )
    holder = refused.facts.get("holder")
    if holder and await _unknown(door, holder, actor):
        return Refused(
            refused.code,
            "Another case already holds this ({kind}); ask an auditor which.",
            kind=refused.facts["kind"],
        )
    facts = dict(refused.facts)
    if refused.code == "moved-on" and found is not None:
        facts["version"] = found.version
    return Refused(refused.code, refused.template, **readable(seen.of(facts)))


async def sights(door: Door, cases: Iterable[str], reader: str) -> dict[str, Sight]:
    """What `reader` sees of each case, from the rows of the view: nothing is folded. What it lacks is not seen."""
    return await _sights(door, set(cases), await watcher(door, reader))


async def lenses(
    door: Door, cases: Mapping[str, str], seen_by: Watcher, *, also: str | None = None
) -> Mapping[str, Lens]:
    """A lens for each case (given with its process). Only cases with something to hide are read, all in one query.

    `also` is a part that the reader has, or had, in what is shown: whose inbox it is was asked.
    """
    open_to_all = {process for process in set(cases.values()) if also and seen_by.rules[process].open_to(also)}
    open_cases = {name for name, process in cases.items() if process in open_to_all}
    found = await _sights(door, cases.keys() - open_cases, seen_by, also=also)
    hiding = [name for name, seen in found.items() if seen.row == "case" and seen.hidden]
    async with door.pool.acquire() as conn:
        events = await log.read_streams(conn, dict.fromkeys(hiding, 0)) if hiding else {}
    hidden = {name: _lens(seen, events.get(name, ())) for name, seen in found.items()}
    return {name: Lens() for name in open_cases} | hidden


async def _sights(door: Door, cases: Iterable[str], seen_by: Watcher, *, also: str | None = None) -> dict[str, Sight]:
    names = sorted(cases)
    if not names:
        return {}
    await door.fresh()
    async with door.pool.acquire() as conn:
        rows = await views.cases_named(conn, names, now=seen_by.onlooker.now)
    return {name: seen_by.sight(rows[name].outline, also=also) if name in rows else Sight("nothing") for name in names}


def skeleton(told: Mapping[str, Any]) -> dict[str, Any]:
    """That a case exists, in the place of all that is told of it."""
    return {name: value if name in SKELETON else dict(HIDDEN) for name, value in told.items()}


def partly(told: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """A row of a list for whoever does not see the case: that it exists; of a part, what it is called besides."""
    shown = skeleton(told)
    return shown | {name: told[name] for name in TITLES & told.keys()} if sight.partly else shown


def _lens(sight: Sight, events: Iterable[Stored]) -> Lens:
    return Lens(sight, redaction(sight.hidden, (event.payload for event in events)))
