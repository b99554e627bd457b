"""What the log tells of a process: variants, waiting and working time, rework, load, and when open cases end (LOG-02).

Of what the reader may see, as exports are. A forecast of an open case comes from how long closed ones took from that
point on; it is tried on closed cases that it was not made of, and says how often it was right.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from application.queries import mining
from application.services import Services
from domain.kernel.command import SYSTEM
from domain.kernel.events import EventRow
from domain.kernel.value import Value

SMALL = frozenset(
    {"TaskAssigned", "TaskDone", "TaskCancelled", "TaskReminded", "TaskEscalated", "TaskClaimed", "TaskReleased",
     "TaskReassigned", "DeadlineSet", "DeadlineCleared", "Commented", "FileAttached", "CommandRefused", "Decided",
     "StepCompleted", "InformationAsked", "InformationGiven", "DueTimeMoved", "CaseHeld", "CaseResumed"}
)  # fmt: skip
"""What happens beside the way that a case takes; the rest makes its variant."""
MOST_VARIANTS = 50
OFTEN = 10
"""Decisions after which it is told that somebody never said no."""
LOW, HIGH = 0.1, 0.9
"""The quantiles between which a forecast lies."""
FEWEST = 5
"""Closed cases that a forecast needs."""
HELD_BACK = 0.3
"""The share of closed cases, the newest, on which forecasts are tried."""


class Variant(Value):
    """One way that cases took, by the titles of their events; `hours` is the median from the first to the last."""

    way: tuple[str, ...]
    cases: int
    hours: float


class StepTimes(Value):
    """Medians in hours: `waiting` until somebody took it up (or did it at once), `working` from then until done."""

    step: str
    count: int
    waiting: float
    working: float


class Load(Value):
    """`hours` is the median from being asked to the decision; `never_no`: many decisions, all of them yes."""

    person: str
    decided: int
    open: int
    hours: float
    never_no: bool


class Forecast(Value):
    """When an open case ends: earliest, likely, latest, from `of` closed cases that were at the same point."""

    case: str
    at: str
    early: datetime
    likely: datetime
    late: datetime
    of: int


class Tried(Value):
    """Forecasts made of older closed cases and held against newer ones: how many lay within, and the median miss."""

    cases: int
    within: int
    miss_hours: float


class Analysis(Value):
    process: str
    cases: int
    closed: int
    variants: tuple[Variant, ...]
    steps: tuple[StepTimes, ...]
    returned: dict[int, int]
    hand_overs: float
    load: tuple[Load, ...]
    forecasts: tuple[Forecast, ...]
    tried: Tried


@dataclass(frozen=True)
class Track:
    """A case as the log has it: its events in order, and whether it is over."""

    case: str
    events: tuple[EventRow, ...]
    closed: bool

    @property
    def way(self) -> tuple[str, ...]:
        return tuple(event.type for event in self.events if event.type not in SMALL)

    @property
    def hours(self) -> float:
        return _hours(self.events[-1].recorded_at - self.events[0].recorded_at)

    @property
    def ended(self) -> datetime:
        return self.events[-1].recorded_at


async def analyse(services: Services, process: str, *, unit: str | None, now: datetime, reader: str | None) -> Analysis:
    """Of all cases of a process that the reader may see. Raises Refused as an export does."""
    query = mining.MiningQuery(process=process, unit=unit)
    names, found = await mining.seen(services, query, reader=reader)
    tracks = [Track(names.in_id(row.case), tuple(events), row.closed) for row, events in found if events]
    return analysed(process, tracks, now, names.of)


def analysed(process: str, tracks: Sequence[Track], now: datetime, called: Any = str) -> Analysis:
    """The same of cases that are given; `called` names people."""
    closed = [track for track in tracks if track.closed]
    return Analysis(
        process=process, cases=len(tracks), closed=len(closed), variants=_variants(tracks), steps=_steps(tracks),
        returned=dict(sorted(Counter(_returned(track) for track in tracks).items())),
        hand_overs=median([_hand_overs(track) for track in tracks]) if tracks else 0.0,
        load=_load(tracks, called), forecasts=tuple(_forecasts(closed, tracks, now)), tried=_tried(closed),
    )  # fmt: skip


def _hours(span: timedelta) -> float:
    return round(span.total_seconds() / 3600, 2)


def _variants(tracks: Sequence[Track]) -> tuple[Variant, ...]:
    ways: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for track in tracks:
        ways[track.way].append(track.hours)
    common = sorted(ways.items(), key=lambda each: (-len(each[1]), each[0]))[:MOST_VARIANTS]
    return tuple(Variant(way=way, cases=len(hours), hours=median(hours)) for way, hours in common)


def _steps(tracks: Sequence[Track]) -> tuple[StepTimes, ...]:
    waited: dict[str, list[float]] = defaultdict(list)
    worked: dict[str, list[float]] = defaultdict(list)
    for track in tracks:
        for step, asked, taken, done in _tasks(track):
            if done is not None:
                waited[step].append(_hours((taken or done) - asked))
                worked[step].append(_hours(done - taken) if taken else 0.0)
    return tuple(
        StepTimes(step=step, count=len(hours), waiting=median(hours), working=median(worked[step]))
        for step, hours in sorted(waited.items())
    )


def _tasks(track: Track) -> Iterable[tuple[str, datetime, datetime | None, datetime | None]]:
    """Of each task: its step or kind, when it was offered, taken up, and done."""
    open_: dict[str, tuple[str, datetime, datetime | None]] = {}
    for event in track.events:
        if event.type == "TaskAssigned" and isinstance(task := event.payload.get("task"), dict):
            step = str(task.get("step") or task.get("kind"))
            open_[str(task.get("id"))] = (step, event.recorded_at, None)
        elif (id_ := event.payload.get("task")) in open_:
            step, asked, taken = open_[id_]
            if event.type == "TaskClaimed":
                open_[id_] = (step, asked, taken or event.recorded_at)
            elif event.type in ("TaskDone", "Decided"):
                yield step, asked, taken, event.recorded_at
                del open_[id_]
            elif event.type == "TaskCancelled":
                del open_[id_]


def _returned(track: Track) -> int:
    return sum(event.type == "ReviewReturned" for event in track.events)


def _hand_overs(track: Track) -> int:
    people = [event.actor for event in track.events if event.actor != SYSTEM]
    return sum(one != other for one, other in pairwise(people))


def _load(tracks: Sequence[Track], called: Any) -> tuple[Load, ...]:
    outcomes: dict[str, list[str]] = defaultdict(list)
    hours: dict[str, list[float]] = defaultdict(list)
    waiting: Counter[str] = Counter()
    for track in tracks:
        asked: dict[str, tuple[datetime, Sequence[str]]] = {}
        for event in track.events:
            task = event.payload.get("task")
            if event.type == "TaskAssigned" and isinstance(task, dict) and task.get("kind") == "decide":
                asked[str(task["id"])] = (event.recorded_at, task.get("assignees", ()))
            elif isinstance(task, str) and task in asked and event.type in ("Decided", "TaskCancelled", "TaskDone"):
                if event.type == "Decided":
                    person = str(event.on_behalf_of or event.actor)
                    outcomes[person].append(str(event.payload.get("outcome")))
                    hours[person].append(_hours(event.recorded_at - asked[task][0]))
                else:
                    del asked[task]
        waiting.update(person for _, people in asked.values() for person in people if not track.closed)
    return tuple(
        Load(
            person=called(person), decided=len(said), open=waiting[person], hours=median(hours[person]),
            never_no=len(said) >= OFTEN and set(said) == {"approve"},
        )
        for person, said in sorted(outcomes.items(), key=lambda each: (-len(each[1]), each[0]))
    )  # fmt: skip


def _forecasts(closed: Sequence[Track], tracks: Sequence[Track], now: datetime) -> Iterable[Forecast]:
    known = _left(closed)
    for track in tracks:
        if track.closed or not track.way:
            continue
        point, since = _point(track.events)
        if (found := _remaining(known, point, _hours(now - since))) is not None:
            early, likely, late, of = found
            yield Forecast(
                case=track.case, at=point, of=of, early=since + timedelta(hours=early),
                likely=since + timedelta(hours=likely), late=since + timedelta(hours=late),
            )  # fmt: skip


def _point(events: Sequence[EventRow]) -> tuple[str, datetime]:
    """The newest event of the way, and when it was."""
    last = next(event for event in reversed(events) if event.type not in SMALL)
    return last.type, last.recorded_at


def _left(closed: Iterable[Track]) -> Mapping[str, list[float]]:
    """By point of the way, the hours from there to the end."""
    found: dict[str, list[float]] = defaultdict(list)
    for track in closed:
        for type_, at in {event.type: event.recorded_at for event in track.events if event.type not in SMALL}.items():
            found[type_].append(_hours(track.ended - at))
    return found


def _remaining(known: Mapping[str, list[float]], point: str, elapsed: float) -> tuple[float, float, float, int] | None:
    """Hours from the point to the end, of those closed cases that took longer than this one has already."""
    hours = sorted(one for one in known.get(point, ()) if one >= elapsed)
    if len(hours) < FEWEST:
        return None
    return _quantile(hours, LOW), median(hours), _quantile(hours, HIGH), len(hours)


def _quantile(hours: Sequence[float], share: float) -> float:
    return hours[min(int(share * len(hours)), len(hours) - 1)]


def _tried(closed: Sequence[Track]) -> Tried:
    """Each held-back case is forecast as it stood half way, of the cases that had ended by the first of them."""
    ordered = sorted(closed, key=lambda track: track.ended)
    cut = int(len(ordered) * (1 - HELD_BACK))
    known, within, misses = _left(ordered[:cut]), 0, list[float]()
    for track in ordered[cut:]:
        half = track.events[0].recorded_at + (track.ended - track.events[0].recorded_at) / 2
        events = [event for event in track.events if event.recorded_at <= half and event.type not in SMALL]
        if not events:
            continue
        point, since = _point(events)
        if (found := _remaining(known, point, _hours(half - since))) is not None:
            took = _hours(track.ended - since)
            within += found[0] <= took <= found[2]
            misses.append(abs(took - found[1]))
    return Tried(cases=len(misses), within=within, miss_hours=median(misses) if misses else 0.0)
