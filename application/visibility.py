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
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.events import EventRow
from domain.kernel.process import Process
from domain.kernel.showing import confidential
from domain.kernel.showing.confidential import EVERYTHING, Outline, Rules, Visibility, rules_of
from domain.kernel.showing.redaction import HIDDEN, Redaction, masked, readable, redaction
from domain.kernel.showing.viewer import Viewer
from domain.kernel.values.message import Message
from eventstore import log

SKELETON = frozenset({"case", "process", "closed"})
"""What says that a case exists, and no more."""


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
        """A sentence about the case; only its skeleton where the reader does not see the case."""
        if self.visibility.row != "case":
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
        parts = self.process.outline(self.state).parts.values()
        among = (person for person in self.redactor.visibility.viewpoints if any(person in people for people in parts))
        return next(among, self.reader)

    def may_see(self, stored: EventRow) -> bool:
        """Whether the process lets this reader see the event at all (HIR-04)."""
        return self.process.may_see(self.state, self.viewpoints, self.process.events.decode(stored))

    @property
    def sees_case(self) -> bool:
        """False where the reader knows only that it exists."""
        return self.redactor.visibility.row == "case"


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


async def look(services: Services, case: str, reader: str | None, *, as_of: datetime | None = None) -> VisibleCase:
    """A case as it was known at `as_of` (None: now), for a reader of today (None: the operator).

    Raises Refused `no-such-case` also where the reader must not know that it exists, and `not-yet`.
    """
    async with services.pool.acquire() as conn:
        state, events = await readmodels.case_at(conn, services.processes, case)
        process = services.processes[str(await log.process_of(conn, case))]
    redactor = Redactor()
    if reader is not None:
        redactor = _redactor((await policy_viewer(services, reader)).visibility(process.outline(state)), events)
        if redactor.visibility.row == "nothing":
            raise readmodels.no_such_case(case)
    if as_of is not None:
        async with services.pool.acquire() as conn:
            state, events = await readmodels.case_at(conn, services.processes, case, as_of=as_of)
    return VisibleCase(process, state, events, redactor, reader)


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
        await look(services, case, reader)
    except Refused:
        return True
    return False


async def as_told(services: Services, refused: Refused, case: str, actor: str) -> Refused:
    """A refusal as `actor` may hear it: the reasons of a case that they do not see stay with the case (KRN-43).

    Where nothing was opened, the reasons are about what they sent themselves.
    """
    try:
        seen = (await look(services, case, actor)).redactor
    except Refused:
        async with services.pool.acquire() as conn:
            exists = await log.process_of(conn, case) is not None
        seen = Redactor(Visibility("nothing")) if exists else Redactor()
    if seen.visibility.row != "case":
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
    return Refused(refused.code, refused.template, **readable(seen.of(dict(refused.details))))


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


def _redactor(visibility: Visibility, events: Iterable[EventRow]) -> Redactor:
    return Redactor(visibility, redaction(visibility.hidden, (event.payload for event in events)))
