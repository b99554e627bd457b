"""One decision now, against the code from before the kernel was complete, on the same Postgres and the same Temporal.

That code is checked out of the repository's own history and runs as it was: its worker, its callers, a database and a
task queue of its own. Everything since is in the ratio: the rules that came, and what was made cheaper.
"""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg

from bench.cases import Cases
from bench.children import Child
from bench.environment import BenchEnvironment
from bench.figures import Round, Target, p50_ratio
from bench.load import Turn, alternate, each_in_order
from bench.peers.before_peer import beside_temporal
from bench.plan import Plan
from bench.report import Latencies, Result, typical
from runtime.settings import keys_database

ROOT = Path(__file__).parents[1]
COMMIT = "0d6f25825c0e808c541f696f98042f34dc547726"
"""The last one without delegations; quorum, separation, claims, conditions and the rest came after them."""

WHOLE = "one approval, kernel complete or before"
RULES = "the same beside Temporal: rules and log"
TARGET = Target(1.15, None, "less")
DATABASE = QUEUE = "before"
_PEER = "bench.peers.before_peer"


class NoHistory(Exception):
    """The repository does not have the commit."""


async def measure(environment: BenchEnvironment, plan: Plan, cases: Cases) -> Result:
    """A worker of Signoff must be running."""
    environment.say("a decision before the kernel was complete")
    try:
        async with _before(environment, plan) as before:
            return await _compared(plan, cases, before)
    except NoHistory as error:
        return Result(notes=[f"The code before the kernel was complete was not measured: {error}."])


async def _compared(plan: Plan, cases: Cases, before: Child) -> Result:
    async def now() -> Round:
        started = await cases.start(plan.cases_alone)
        done = await each_in_order([cases.three_approvals(case) for case in started], 1)
        await cases.quiet()
        return done

    async def then(what: str) -> Round:
        return Round(**await before.ask(do=what, cases=plan.cases_alone))

    async def alone() -> Round:
        return Round(**await beside_temporal(cases, plan.cases_alone))

    whole: dict[str, Turn] = {"complete": now, "before": lambda: then("run")}
    rules: dict[str, Turn] = {"complete": alone, "before": lambda: then("perform")}
    lines, latencies = [], []
    for work, turns, target in ((WHOLE, whole, TARGET), (RULES, rules, Target())):
        sides = await alternate(turns, rounds=plan.rounds_alone, rng=random.Random(plan.seed))
        ours, theirs = sides["complete"], sides["before"]
        lines.append(typical(f"{work}, p50", f"at {COMMIT[:7]}", ours, theirs, p50_ratio(ours, theirs), target))
        latencies += [Latencies(work, name, side) for name, side in sides.items()]
    return Result(lines, latencies)


@asynccontextmanager
async def _before(environment: BenchEnvironment, plan: Plan) -> AsyncIterator[Child]:
    """The callers of the old code, with its worker at work. Raises NoHistory."""
    url = environment.stack.postgres.url(DATABASE)
    env = {"SIGNOFF_DATABASE_URL": url, "SIGNOFF_KEYS_DATABASE_URL": keys_database(url), "SIGNOFF_TASK_QUEUE": QUEUE}
    async with AsyncExitStack() as exits:
        place = await exits.enter_async_context(_checkout(environment.stack.home / "before"))
        owner = await asyncpg.connect(environment.cases_url)
        await owner.execute(f"create database {DATABASE}")
        await owner.close()
        callers = await exits.enter_async_context(environment.program(_PEER, env=env, folder=place))
        await callers.ask(people=plan.people)
        await exits.enter_async_context(environment.temporal_worker("worker", QUEUE, env=env, folder=place))
        await callers.ask(do="learn")
        yield callers


@asynccontextmanager
async def _checkout(place: Path) -> AsyncIterator[Path]:
    """The old code in a working tree of its own, with today's callers in it."""
    await _git("worktree", "prune")  # of a bench that was killed
    await _git("worktree", "add", "--quiet", "--detach", str(place), COMMIT)
    try:
        shutil.copy(ROOT / "bench" / "peers" / "before_peer.py", place / "bench" / "peers")
        yield place
    finally:
        await _git("worktree", "remove", "--force", str(place))


async def _git(*args: str) -> None:
    try:
        process = await asyncio.create_subprocess_exec(
            "git", *args, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
    except OSError as error:
        raise NoHistory(f"git does not run here ({error.strerror})") from error
    _, said = await process.communicate()
    if process.returncode:
        raise NoHistory((said.decode(errors="replace").strip().splitlines() or ["git failed"])[-1])
