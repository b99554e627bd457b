"""The callers of Signoff as it was at another commit: copied into a checkout of that commit and run there.

So it may use only what both commits have. One JSON request per line on stdin, one answer per line on stdout.
"""
# ruff: noqa: SLF001 - the old commit's `Cases` offers no more

import asyncio
import json
import random
import sys
import time
from itertools import cycle, islice
from types import SimpleNamespace
from typing import Any

from activities.decide import Decider
from bench.cases import COMMENT, REQUISITION, Cases
from bench.load import each_in_order
from domain.processes import PROCESSES
from eventstore.database import migrate, migrate_keys
from workflows.messages import Perform

try:  # the commit that this runs in has its settings at the top
    from settings import Settings
except ModuleNotFoundError:
    from runtime.settings import Settings


async def main() -> None:
    """The environment says where its databases are. Ends with stdin."""
    settings = Settings.load()
    await migrate(settings.migrate_url)
    await migrate_keys(settings.keys_url)
    ground: Any = SimpleNamespace(stack=SimpleNamespace(environment={}))
    people = int(json.loads(await _line())["people"])
    async with Cases.opened(ground, people) as cases:
        _say(True)
        while line := await _line():
            _say(await _answer(cases, json.loads(line)))


async def _answer(cases: Cases, request: dict[str, Any]) -> Any:
    if request["do"] == "learn":
        await cases.learn()
        return True
    if request["do"] == "perform":
        return await beside_temporal(cases, request["cases"])
    started = await cases.start(request["cases"])
    done = await each_in_order([cases.three_approvals(case) for case in started], 1)
    await cases.quiet()
    return {"seconds": done.seconds, "latencies": list(done.latencies)}


async def beside_temporal(cases: Cases, number: int) -> dict[str, Any]:
    """The same approvals by the one function that decides and appends alone: what the rules and Postgres cost.

    No workflow runs for these cases, so nothing that waits for deliveries may follow in this database.
    """
    at = getattr(cases, "services", None) or cases.door  # as the older commit calls it
    decider, latencies, start = Decider(at.pool, PROCESSES), [], time.perf_counter()
    for person in islice(cycle(cases._requesters), number):
        case = cases._next(person)
        raised = {**REQUISITION, "budget_line": random.choice(cases._lines)}
        command = cases._command(case.id, "raise-requisition", person, raised)
        done = await decider.perform(Perform(command=command, known=0))
        for task, who in case.approvals:
            payload = {"task": f"{case.id}.{task}", "outcome": "approve", "comment": COMMENT}
            request = Perform(command=cases._command(case.id, "decide", who, payload), known=done.version)
            before = time.perf_counter()
            done = await decider.perform(request)
            latencies.append(time.perf_counter() - before)
            if done.refusal:
                raise RuntimeError(done.refusal.code)
    return {"seconds": time.perf_counter() - start, "latencies": latencies}


async def _line() -> str:
    return await asyncio.to_thread(sys.stdin.readline)


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
