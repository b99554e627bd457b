"""A process as small as can be: people are asked things, they answer, and at some point the errand is finished."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from domain.kernel.cases.case import Case, Hold, Status, Task, Timing
from domain.kernel.events import Event, Registry, encode
from domain.kernel.process import Process
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from eventstore import log
from eventstore.database import Connection
from readmodels.view import VIEWS

TITLE = N_("An errand")
EPOCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Asked(Event):
    number: int
    people: tuple[str, ...]
    due_at: datetime


class Answered(Event):
    """`number` is None when all that is open was answered and the errand is finished."""

    number: int | None


class Paused(Event):
    """The errand waits."""


class Errand(Value):
    case: Case


def evolve(state: Errand, event: Event) -> Errand:
    case = state.case
    match event:
        case Asked():
            task = _task(case.id, event)
            change: dict[str, Any] = {
                "tasks": {**case.tasks, task.id: task},
                "title": TITLE,
                "requester": "e9",
            }
        case Answered(number=None):
            change = {"tasks": {}, "closed": Status.APPROVED}
        case Answered():
            left = dict(case.tasks)
            del left[f"{case.id}.{event.number}"]  # an answer to nothing cannot be folded
            change = {"tasks": left}
        case _:
            change = {"hold": Hold(by="e9", reason="later", since=EPOCH)}
    return Errand(case=case.model_copy(update=change))


def errand_process(name: str = "errand", **changes: Any) -> Process[Errand]:
    parts: dict[str, Any] = {
        "name": name,
        "workflow": name.capitalize(),
        "start": frozenset(),
        "commands": {},
        "events": Registry([Asked, Answered, Paused]),
        "initial": lambda stream: Errand(case=Case(id=stream, process=name)),
        "decide": lambda *_: [],
        "evolve": evolve,
        "is_terminal": lambda state: state.case.closed is not None,
        "case": lambda state: state.case,
        "stage": lambda state: "done" if state.case.closed else "asking",
        "effects": lambda *_: [],
    }
    return Process(**parts | changes)


ERRANDS = {"errand": errand_process()}


def asked(number: int, *people: str, after: timedelta = timedelta(days=1)) -> Asked:
    return Asked(number=number, people=people, due_at=EPOCH + after)


async def put(
    conn: Connection, stream: str, *events: Event | tuple[str, dict[str, Any]], process: str = "errand"
) -> int:
    """Appends events, or (type, payload) as somebody's broken code would; returns the last position."""
    stamp = log.Stamp(
        stream=stream,
        process=process,
        command_id=uuid4(),
        fingerprint="f",
        actor="e9",
        channel="cli",
        correlation=uuid4(),
    )
    new = [log.NewEvent(kind, version, payload) for kind, version, payload in map(_raw, events)]
    done = await log.append(conn, stamp, expected_version=await log.stream_version(conn, stream), events=new)
    assert isinstance(done, log.Appended)
    return done.events[-1].position


async def rows(conn: Connection, *, table: str) -> list[dict[str, Any]]:
    """The rows readers see, without what differs from one generation to the next."""
    name = table.removeprefix("signoff.")
    found = await conn.fetch(
        f"SELECT * FROM {table} WHERE generation = (SELECT generation FROM signoff.views WHERE name = $1 AND active)",
        name,
    )
    plain = [{key: value for key, value in row.items() if key != "generation"} for row in found]
    return sorted(plain, key=str)


async def everything(conn: Connection) -> list[list[dict[str, Any]]]:
    return [await rows(conn, table=view.table) for view in VIEWS]


def story(cases: int) -> Iterator[tuple[str, Sequence[Event]]]:
    """Histories that cross: every case is opened, then answered in part, then every third is finished."""
    names = [f"errand-{number:03}" for number in range(cases)]
    for number, name in enumerate(names):
        yield name, [asked(1, "e1", f"e{number % 5}"), asked(2, "e2", after=timedelta(hours=number))]
    for name in names:
        yield name, [Answered(number=1)]
    for name in names[::3]:
        yield name, [asked(3, "e3"), Answered(number=None)]


async def until(holds: Callable[[], Awaitable[Any]]) -> None:
    """Returns when `holds` answers yes; at most 20 s."""
    async with asyncio.timeout(20):
        while not await holds():  # noqa: ASYNC110 - what is awaited happens in the database
            await asyncio.sleep(0.002)


def _raw(event: Event | tuple[str, dict[str, Any]]) -> tuple[str, int, dict[str, Any]]:
    return (event[0], 1, event[1]) if isinstance(event, tuple) else encode(event)


def _task(case: str, event: Asked) -> Task:
    return Task(
        id=f"{case}.{event.number}",
        kind="answer",
        title=N_("Answer question {number}", number=str(event.number)),
        step="",
        subject="",
        assignees=event.people,
        basis="asked",
        command="answer",
        timing=Timing(offered_at=EPOCH, due_at=event.due_at, calendar="th"),
    )
