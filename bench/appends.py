"""Appending one event of 300 bytes with all guarantees, against one plain INSERT and against `eventsourcing`.

All three get the payload as a dict and store it as JSON text; each client appends to streams of its own, one commit for
each event. The log's side is the whole of `eventstore.log.append`: order lock, command id, version, hash chain.
"""

import asyncio
import random
import string
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg

from bench.environment import BenchEnvironment
from bench.figures import Ratio, Round, Side, Target, rate_ratio
from bench.load import alternate, for_seconds
from bench.peers import eventsourcing_peer
from bench.peers.eventsourcing_peer import Eventsourcing
from bench.peers.plain import PlainClient, Streams
from bench.plan import Plan
from bench.report import Latencies, Line, Result, throughput
from eventstore import log
from eventstore.canonical import canonical
from eventstore.database import Connection, connect

BYTES = 300
AGAINST_INSERT = {1: Target(0.5, 0.8), 8: Target(0.35, 0.6), 32: Target(0.3, 0.5)}
AGAINST_EVENTSOURCING = {1: Target(2, 3), 8: Target(4, 8), 32: Target(4, 8)}
_FINGERPRINT = "0" * 64


def payload_of(rng: random.Random, size: int = BYTES) -> dict[str, Any]:
    """A payload of which the canonical text has exactly `size` bytes."""
    made = {"by": f"e{rng.randrange(1000, 9999)}", "outcome": "approve", "amount": rng.randrange(10_000, 99_999)}
    missing = size - len(canonical({**made, "comment": ""}).encode())
    return {**made, "comment": "".join(rng.choices(string.ascii_letters + " ", k=missing))}


class LogClient:
    """One connection, in the application's role, that appends to streams of its own."""

    def __init__(self, conn: Connection, streams: Streams, rng: random.Random) -> None:
        self._conn = conn
        self._streams = streams
        self._rng = rng

    async def append(self) -> None:
        stream, version, payload = self._streams.next()
        stamp = log.Stamp(
            stream=stream,
            process="bench",
            command_id=self._uuid(),
            fingerprint=_FINGERPRINT,
            actor="e1001",
            channel="cli",
            correlation=self._uuid(),
        )
        event = log.NewEvent(type="Decided", schema_version=1, payload=payload)
        done = await log.append(self._conn, stamp, expected_version=version, events=[event])
        if not isinstance(done, log.Appended) or done.repeated:
            raise RuntimeError(f"the log answered {done}")

    def _uuid(self) -> UUID:
        return UUID(int=self._rng.getrandbits(128), version=4)


class Appends:
    """The sides, and clients that are made anew for each round, because streams must be fresh."""

    def __init__(self, environment: BenchEnvironment, plan: Plan) -> None:
        self._environment = environment
        self._plan = plan
        self._rng = random.Random(plan.seed)
        self._payloads = [payload_of(self._rng) for _ in range(200)]
        self._numbers = count()
        self._eventsourcing: Eventsourcing | None = None

    async def measure(self) -> Result:
        notes = self._open_eventsourcing()
        results = [await self._with(clients) for clients in self._plan.clients]
        if self._eventsourcing:
            self._eventsourcing.close()
        lines = [line for found in results for line in found.lines]
        latencies = [one for found in results for one in found.latencies]
        return Result(sorted(lines, key=lambda line: line.against, reverse=True), latencies, notes)

    def _open_eventsourcing(self) -> list[str]:
        try:
            self._eventsourcing = Eventsourcing(self._environment.bench_url)
        except ImportError as error:
            return [f"eventsourcing was not measured: {error}. `make bench` installs it."]
        return [f"eventsourcing, its recorder: {eventsourcing_peer.SETTINGS}."]

    async def _with(self, clients: int) -> Result:
        self._environment.say(f"appends, {clients} clients")
        async with AsyncExitStack() as exits:
            ours, plain = [], []
            for _ in range(clients):
                ours.append(await self._connection(exits, connect(self._environment.bench_url)))
                plain.append(await self._connection(exits, asyncpg.connect(self._environment.bench_url)))
            turns = {"Signoff": lambda: self._ours(ours), "INSERT": lambda: self._plain(plain)}
            if self._eventsourcing:
                turns["eventsourcing"] = lambda: self._theirs(clients)
            return _compared(clients, await alternate(turns, rounds=self._plan.rounds, rng=self._rng))

    async def _connection(self, exits: AsyncExitStack, opening: Awaitable[Any]) -> Any:
        conn = await opening
        exits.push_async_callback(conn.close)
        return conn

    async def _ours(self, connections: list[Any]) -> Round:
        clients = [LogClient(conn, self._streams(), random.Random(self._rng.random())) for conn in connections]
        return await for_seconds(self._plan.seconds, [client.append for client in clients])

    async def _plain(self, connections: list[Any]) -> Round:
        calls: list[Callable[[], Awaitable[object]]] = []
        for conn in connections:
            calls.append((await PlainClient.make(conn, self._streams())).append)
        return await for_seconds(self._plan.seconds, calls)

    async def _theirs(self, clients: int) -> Round:
        assert self._eventsourcing
        streams = [self._streams() for _ in range(clients)]
        return await asyncio.to_thread(self._eventsourcing.round, self._plan.seconds, streams)

    def _streams(self) -> Streams:
        return Streams(f"s{next(self._numbers)}", self._payloads)


def _compared(clients: int, sides: dict[str, Side]) -> Result:
    work = f"append, {clients} client{'s' if clients > 1 else ''}"
    ours = sides["Signoff"]
    targets = {"INSERT": AGAINST_INSERT, "eventsourcing": AGAINST_EVENTSOURCING}
    named = {"INSERT": "plain INSERT, asyncpg", "eventsourcing": "eventsourcing"}
    lines: list[Line] = []
    for name, target in targets.items():
        if name in sides:
            ratio: Ratio = rate_ratio(ours, sides[name])
            lines.append(throughput(work, named[name], ours, sides[name], ratio, target.get(clients, Target())))
    return Result(lines, [Latencies(work, name, side) for name, side in sides.items()])


async def measure(environment: BenchEnvironment, plan: Plan) -> Result:
    return await Appends(environment, plan).measure()
