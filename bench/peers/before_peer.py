"""The callers of Signoff as it was at another commit: copied into a checkout of that commit and run there.

So it may use only what both commits have. One JSON request per line on stdin, one answer per line on stdout.
"""

import asyncio
import json
import sys
from types import SimpleNamespace
from typing import Any

from bench.cases import Cases
from bench.load import each_in_order
from eventstore.database import migrate, migrate_keys
from settings import Settings


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
    started = await cases.start(request["cases"])
    done = await each_in_order([cases.three_approvals(case) for case in started], 1)
    await cases.quiet()
    return {"seconds": done.seconds, "latencies": list(done.latencies)}


async def _line() -> str:
    return await asyncio.to_thread(sys.stdin.readline)


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
