"""`signoff policy trial`: past submissions replayed under another policy. Reads the log, records nothing (KRN-41)."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import readmodels
from activities.record_cache import organisation_book, policy_book
from application.administration import office
from application.files.policy import read_policy
from application.services import Services
from application.visibility import PolicyViewer, policy_viewer
from domain.kernel.cases.case import Review
from domain.kernel.cases.case_events import ReviewOpened, ReviewResubmitted
from domain.kernel.effects import Claim, HeldClaim, Release
from domain.kernel.events import Event, EventRow
from domain.kernel.facts import Facts
from domain.kernel.policy import Policy
from domain.kernel.process import Process
from domain.kernel.routing.authority import RAISED, REQUEST
from domain.kernel.routing.trial import Rerouted, Submission, tried
from domain.kernel.showing.confidential import AMOUNT, Visibility
from domain.organisation.model import Organisation
from domain.organisation.policies import PolicyBook
from domain.organisation.policy_needs import Needs
from eventstore import log
from eventstore.database import Connection

BATCH = 2000
_SMALL_BATCH = 200


@dataclass(frozen=True)
class Window:
    """Which submissions count: from `since` on, before `until` (UTC), of one process or of all."""

    since: datetime
    until: datetime | None = None
    process: str | None = None

    def holds(self, stored: EventRow, process: str) -> bool:
        late = self.until is not None and stored.recorded_at >= self.until
        return self.since <= stored.recorded_at and not late and self.process in (None, process)


@dataclass(frozen=True)
class Bounds:
    """Where a trial stops before it is through: after so many rerouted submissions, or so much time."""

    rows: int
    time: timedelta


@dataclass
class Trial:
    """`rerouted` in the order of the log. `unreadable` are cases with an event that could not be read.

    `through` is False where the bounds ended it; then `reached` is when the last event was recorded that it saw (UTC).
    """

    policy: str
    submissions: int = 0
    rerouted: list[Rerouted] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    through: bool = True
    reached: datetime | None = None

    def told(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "policy": self.policy,
            "submissions": self.submissions,
            "rerouted": [row.model_dump(mode="json") for row in self.rerouted],
            "unreadable": self.unreadable,
        }


async def trial(
    services: Services,
    path: Path,
    needs: Mapping[str, Needs],
    window: Window,
    *,
    today: date,
    reader: str | None = None,
) -> Trial:
    """Which submissions of the window the policy of a file would have routed differently; `reader` as in `tried_over`.

    Raises Refused `bad-file`, `bad-policy`, `unknown-process`.
    """
    policy = await office.check_policy(services, read_policy(path), needs, today=today)
    return await tried_over(services, policy, window, reader=reader)


async def tried_over(
    services: Services, policy: Policy, window: Window, bounds: Bounds | None = None, *, reader: str | None = None
) -> Trial:
    """The same with a policy that was checked. With bounds the computing is done beside the event loop.

    A reader's trial (None: the operator's) is of the submissions of which they see all that a policy can look at, what
    is added up with them included. Else it would tell whether a hidden amount meets a condition (KRN-43). Raises
    Refused `unknown-process`.
    """
    if window.process is not None:
        services.process(window.process)
    run = _Run(policy, window, Past(services.processes), Trial(policy.name))
    if reader is not None:
        await services.fresh()
        run.viewpoints = TrialViewer(await policy_viewer(services, reader), services.processes)
    begun = time.monotonic()
    async with services.pool.acquire() as conn:
        async for events, known in log_so_far(conn, batch=BATCH if bounds is None else _SMALL_BATCH):
            await run.viewpoints.look_at(conn, {event.stream for event in events})
            if bounds is None:
                run.live(events, known)
                continue
            await asyncio.to_thread(run.live, events, known)
            if len(run.done.rerouted) >= bounds.rows or time.monotonic() - begun > bounds.time.total_seconds():
                run.done.through, run.done.reached = False, events[-1].recorded_at
                break
    run.done.unreadable = sorted(case for case in run.past.unreadable if run.viewpoints.see(case))
    return run.done


async def log_so_far(conn: Connection, *, batch: int) -> AsyncIterator[tuple[list[EventRow], Mapping[str, str]]]:
    """The log in batches, each with the processes of all streams so far: also of those that begin meanwhile."""
    known = {stream: process for stream, process, _version in await log.streams(conn)}
    async for events in log.read_everything(conn, batch=batch):
        new = {event.stream for event in events} - known.keys()
        known |= await log.processes_of(conn, sorted(new)) if new else {}
        yield events, known


@dataclass
class TrialViewer:
    """Of which cases whoever tries a policy sees all that a policy can look at; without a watcher of every case."""

    policy_viewer: PolicyViewer | None = None
    processes: Mapping[str, Process[Any]] = field(default_factory=dict)
    _judged: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)

    def see(self, case: str) -> bool:
        return self.policy_viewer is None or case in self._seen

    async def look_at(self, conn: Connection, streams: set[str]) -> None:
        """To be asked before `see`."""
        if self.policy_viewer is None or not (new := streams - self._judged):
            return
        self._judged |= new
        rows = await readmodels.cases_named(conn, sorted(new), now=self.policy_viewer.viewer.now)
        self._seen |= {
            case for case, row in rows.items() if self._whole(self.policy_viewer.visibility(row.outline), row.process)
        }

    def _whole(self, visibility: Visibility, process: str) -> bool:
        looked_at = self.processes[process].policy_needs.looked_at
        return visibility.row == "case" and not (
            visibility.hidden & {*looked_at, AMOUNT} if looked_at else visibility.hidden
        )


@dataclass
class _Run:
    """One trial under way."""

    policy: Policy
    window: Window
    past: "Past"
    done: Trial
    viewpoints: TrialViewer = field(default_factory=TrialViewer)

    def live(self, events: Iterable[EventRow], known: Mapping[str, str]) -> None:
        for stored in events:
            name = known[stored.stream]
            submission = self.past.take(stored, name)
            if submission is not None and self.window.holds(stored, name) and self._sees_all_of(submission):
                self.done.submissions += 1
                self.done.rerouted += [found] if (found := tried(submission, self.policy)) else []

    def _sees_all_of(self, submission: Submission) -> bool:
        """Also each request that is added up with it (KRN-05): a sum would tell of a hidden one."""
        own, held = submission.case.id, submission.facts.claims
        keys = {each.claim.key for each in held if each.stream == own}
        return all(
            self.viewpoints.see(case) for case in {own, *(each.stream for each in held if each.claim.key in keys)}
        )


class Past:
    """The log as it was lived through: organisation, policies, claims and cases after each event."""

    def __init__(self, processes: Mapping[str, Process[Any]]) -> None:
        self.unreadable: set[str] = set()
        self._processes = processes
        self._organisation, self._policies = organisation_book(), policy_book()
        self._waiting: dict[str, list[EventRow]] = {self._organisation.stream: [], self._policies.stream: []}
        self._states: dict[str, Any] = {}
        self._over: set[str] = set()
        self._requests: dict[str, dict[tuple[str, str, str, str], HeldClaim]] = {}

    def take(self, stored: EventRow, name: str) -> Submission | None:
        """Lives through one event. The submission, if it is one."""
        if stored.stream in self._waiting:
            self._waiting[stored.stream].append(stored)  # folded when somebody looks: once, not once per event
            return None
        process = self._processes.get(name)
        if process is None or stored.stream in self.unreadable or stored.stream in self._over:
            return None
        before = self._states.get(stored.stream) or process.initial(stored.stream)
        try:
            event = process.events.decode(stored)
            after = process.evolve(before, event)
            claims = process.claims(before, event)
        except Exception:  # noqa: BLE001 - whatever an old or broken event raises, other cases go on
            self.unreadable.add(stored.stream)
            return None
        for change in claims:
            self._requested(stored, change)
        if process.is_terminal(after):  # a finished case is submitted no more: memory is of open ones
            self._states.pop(stored.stream, None)
            self._over.add(stored.stream)
        else:
            self._states[stored.stream] = after
        return self._submission(process, after, event, stored)

    def standing(self) -> Iterator[tuple[str, Any]]:
        """The open cases with their states, in the order in which they began."""
        yield from self._states.items()

    def now_submitted(self, process: Process[Any], state: Any, review: Review, now: datetime) -> Submission:
        """A review that is open, as if it were submitted at this instant."""
        case = process.case(state)
        organisation, policies = self._record_cache()
        facts = Facts(
            now=now, organisation=organisation, policy=policies.pinned(case.policy),
            claims=tuple(self._requests.get(review.requester, {}).values()),
        )  # fmt: skip
        return Submission(case, review, facts)

    def _requested(self, stored: EventRow, change: Claim | Release) -> None:
        """As the table of claims does: a request that is made again keeps the day of its first."""
        if change.kind not in (REQUEST, RAISED):
            return
        held = self._requests.setdefault(_requester(change), {})
        key = (stored.stream, change.kind, change.key, change.item)
        if isinstance(change, Claim):
            first = held[key].since if key in held else stored.recorded_at
            held[key] = HeldClaim(claim=change, stream=stored.stream, since=first)
        else:
            held.pop(key, None)

    def _submission(self, process: Process[Any], state: Any, event: Event, stored: EventRow) -> Submission | None:
        if not isinstance(event, ReviewOpened | ReviewResubmitted):
            return None
        case = process.case(state)
        review = case.reviews[event.review]
        organisation, policies = self._record_cache()
        facts = Facts(
            now=stored.recorded_at,
            organisation=organisation,
            policy=policies.pinned(case.policy),
            claims=tuple(self._requests.get(review.requester, {}).values()),
        )
        return Submission(case, review, facts)

    def _record_cache(self) -> tuple[Organisation, PolicyBook]:
        for book in (self._organisation, self._policies):
            book.take(self._waiting[book.stream])
            self._waiting[book.stream] = []
        return self._organisation.value, self._policies.value


def _requester(change: Claim | Release) -> str:
    """Whose requests are added up: the first part of the key that `request_key` makes."""
    return change.key.partition("|")[0]
