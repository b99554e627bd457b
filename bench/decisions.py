"""Decisions from the caller to the acknowledgement: real approvals against a workflow by hand, and DBOS.

The caller is this process; Signoff's worker, the worker of the workflow by hand and the DBOS application are processes
of their own. Cases are started, and left to come to rest, before the clock runs. An approval of hiring also finds the
next approver, offers the task, and tells people: those deliveries run behind the answer, on the same machine, and are
counted in "until told". The others do none of it.
"""

import random
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import uuid4

from temporalio.client import Client

from bench.cases import COMMENT, Cases
from bench.children import Child, ChildEndedError
from bench.environment import BenchEnvironment
from bench.figures import Round, Side, Target, p50_ratio, rate_ratio
from bench.load import Turn, alternate, each_in_order
from bench.peers import dbos_peer, temporal_peer
from bench.peers.temporal_peer import ByHand, Decision
from bench.plan import Plan
from bench.report import Latencies, Result, throughput, typical

ALONE = Target(1.5, 1.15, "less")
BUSY = Target(0.7, 0.95)
AGAINST_DBOS = Target(1.5, 2.5)
_DECISIONS = 3
_HAND = "Temporal by hand"


class ByHandCases:
    """The callers of the workflow by hand."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._numbers = count(1)
        self._run = uuid4().hex[:6]

    async def round(self, cases: int, clients: int) -> Round:
        names = [f"hand-{self._run}-{next(self._numbers)}" for _ in range(cases)]
        for name in names:
            await self._client.start_workflow(ByHand.run, id=name, task_queue=temporal_peer.QUEUE)
            await self._client.get_workflow_handle(name).query("__stack_trace")  # it is in the worker's cache
        done = await each_in_order([[self._call(name, n) for n in range(1, _DECISIONS + 1)] for name in names], clients)
        for name in names:
            await self._client.get_workflow_handle(name).signal(ByHand.end)
        return done

    def _call(self, case: str, version: int) -> Any:
        async def decide() -> int:
            command_id = str(uuid4())
            payload = {"task": f"{case}.{version}", "outcome": "approve", "comment": COMMENT}
            decision = Decision(case, version, command_id, "e1003", payload)
            handle = self._client.get_workflow_handle(case)
            done: int = await handle.execute_update(ByHand.decide, decision, id=command_id)
            return done

        return decide


class Decisions:
    """All comparisons of decisions, over one set of workers."""

    def __init__(
        self, environment: BenchEnvironment, plan: Plan, cases: Cases, by_hand: ByHandCases, dbos: Child | None
    ) -> None:
        self._environment = environment
        self._plan = plan
        self._cases = cases
        self._by_hand = by_hand
        self._dbos = dbos
        self._dbos_numbers = count(1)
        self._rng = random.Random(plan.seed)

    async def alone(self) -> Result:
        """One client; the second comparison is a command that asks for nothing beyond its event."""
        self._environment.say("decisions, 1 client")
        number = self._plan.cases_alone
        turns: dict[str, Turn] = {
            "approve": lambda: self._ours(number, 1),
            "comment": lambda: self._ours(number, 1, comment=True),
            _HAND: lambda: self._by_hand.round(number, 1),
        }
        sides = await alternate(turns, rounds=self._plan.rounds_alone, rng=self._rng)
        hand = sides[_HAND]
        lines = []
        for name, target in (("approve", ALONE), ("comment", replace(ALONE, must=None))):
            work = f"one decision ({name}), 1 client, p50"
            lines.append(typical(work, _HAND, sides[name], hand, p50_ratio(sides[name], hand), target))
        return Result(lines, _latencies("one decision, 1 client", sides))

    async def busy(self) -> Result:
        """Many clients, three decisions on each case."""
        clients, number = self._plan.busy_clients, self._plan.busy_cases
        self._environment.say(f"decisions, {clients} clients")
        turns: dict[str, Turn] = {
            "Signoff": lambda: self._ours(number, clients),
            _HAND: lambda: self._by_hand.round(number, clients),
        }
        if self._dbos:
            turns["DBOS"] = lambda: self._dbos_round(number, clients)
        sides = await alternate(turns, rounds=self._plan.busy_rounds, rng=self._rng)
        work, ours = f"decisions, {clients} clients", sides["Signoff"]
        lines = [
            throughput(work, name, ours, sides[name], rate_ratio(ours, sides[name]), target)
            for name, target in ((_HAND, BUSY), ("DBOS", AGAINST_DBOS))
            if name in sides
        ]
        told = (
            f"Signoff, {clients} clients: {ours.settled_rate or 0:,.0f} decisions/s until all are told and shown too."
        )
        return Result(lines, _latencies(work, sides), [told, *self._about_dbos()])

    def _about_dbos(self) -> list[str]:
        return [f"DBOS: {dbos_peer.SETTINGS}."] if self._dbos else []

    async def _ours(self, cases: int, clients: int, *, comment: bool = False) -> Round:
        names = await self._cases.start(cases)
        calls = self._cases.three_comments if comment else self._cases.three_approvals
        start = time.perf_counter()
        done = await each_in_order([calls(name) for name in names], clients)
        await self._cases.quiet()
        return replace(done, settled=time.perf_counter() - start)

    async def _dbos_round(self, cases: int, clients: int) -> Round:
        assert self._dbos
        names = [f"dbos-{next(self._dbos_numbers)}" for _ in range(cases)]
        await self._dbos.ask(do="prepare", cases=names)
        payload = {"task": "1", "outcome": "approve", "comment": COMMENT}
        return Round(**await self._dbos.ask(do="run", clients=clients, payload=payload))


def _latencies(work: str, sides: dict[str, Side]) -> list[Latencies]:
    return [Latencies(work, name, side) for name, side in sides.items()]


async def measure(environment: BenchEnvironment, plan: Plan, cases: Cases, *, alone: bool, busy: bool) -> list[Result]:
    """A worker of Signoff must be running."""
    results: list[Result] = []
    async with AsyncExitStack() as exits:
        await exits.enter_async_context(environment.temporal_worker("bench.peers.temporal_peer", temporal_peer.QUEUE))
        by_hand = ByHandCases(await environment.client())
        dbos = None
        if busy:
            dbos = await exits.enter_async_context(environment.program("bench.peers.dbos_peer"))
            try:
                await dbos.ask(do="prepare", cases=[])
            except ChildEndedError as died:
                results.append(Result(notes=[f"DBOS was not measured: {str(died).strip().splitlines()[-1]}"]))
                dbos = None
        decisions = Decisions(environment, plan, cases, by_hand, dbos)
        if alone:
            results.append(await decisions.alone())
        if busy:
            results.append(await decisions.busy())
    return results
