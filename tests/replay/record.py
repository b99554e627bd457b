"""Records the histories that test_replay.py replays. Not part of the suite: run it by its name, and only on purpose."""

import asyncio
import gzip
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from application.commands import compose
from application.commands.bulk import decide_many
from application.commands.waking import Waker
from domain.processes import PROCESSES
from tests.replay.test_replay import CASES, HISTORIES, TROUBLED
from tests.support import jobs
from tests.support.hiring import opened, played
from tests.support.office import Office
from tests.workflows.test_hangs import hanging, until_it_waits
from tests.workflows.test_killed import killed
from workflows import names


async def test_record(office_at_work: Office):
    office = office_at_work
    cases = {
        "whole": (await played(office, "hiring-replay-whole")).case,
        "escalated": (await opened(office, "hiring-replay-escalated")).case,
        "held": (await opened(office, "hiring-replay-held")).case,
        "signalled": (await opened(office, "hiring-replay-signalled")).case,
        "looked": (await opened(office, "hiring-replay-looked")).case,
    }
    await office.handle(cases["whole"]).result()
    await office.forward(cases["escalated"], timedelta(days=12))
    await office.do(cases["held"], "hold", {"reason": "waiting"}, by="e1005")
    await office.do(cases["held"], "resume", {"reason": "going on"}, by="e1005")
    await office.handle(cases["signalled"]).signal("command", {"name": "nonsense", "actor": "e1005"})
    await office.do(cases["signalled"], "withdraw", {"reason": "enough"}, by="e1005")
    await office.handle(cases["signalled"]).result()
    task = (await office.state(cases["looked"]))["tasks"][0]
    who = office.actor(task["assignees"][0])
    await decide_many(office.services, [task["id"]], "reject", who, comment="not this year", command_id=uuid4())
    await Waker(office.services.pool, office.client, PROCESSES).step()
    await office.handle(cases["looked"]).result()
    await _superseded(office)
    HISTORIES.mkdir(exist_ok=True)
    await _keep(office, [name for name in CASES if name not in TROUBLED])


async def test_record_trouble(office_without_worker: Office, tmp_path: Path):
    """Histories taken while Postgres hung, and while a worker was killed."""
    office = office_without_worker
    await killed(office, CASES["killed"], tmp_path)
    async with office.working():
        case = (await opened(office, CASES["hung"])).case
        made = await compose.command(office.services, case, "comment", {"text": "late"}, office.actor("e1005"))
        async with hanging(office):
            waiting = asyncio.create_task(office.services.send.send(made, start=False))
            await until_it_waits(office, case)
        await waiting
        async with hanging(office):
            await office.handle(case).signal(names.LOOK)
            await until_it_waits(office, case)
        await office.do(case, "withdraw", {"reason": "enough"}, by="e1005")
        await office.handle(case).result()
    await _keep(office, TROUBLED)


async def _keep(office: Office, chosen: Iterable[str]) -> None:
    for name in chosen:
        case = CASES[name]
        history = await office.handle(case).fetch_history()
        (HISTORIES / f"{name}.json.gz").write_bytes(gzip.compress(history.to_json().encode(), mtime=0))


async def _superseded(office: Office) -> None:
    """A job description whose grade changes, with its yearly look, until the next version is in use."""
    case = CASES["superseded"]
    await jobs.revised(office, case)
    await jobs.assessed(office, case)
    await jobs.approved(office, case)
    await office.forward(case, timedelta(days=345))
    await office.do(case, "confirm-description", {}, by=jobs.OWNER)
    await office.until(case, lambda shown: not shown["tasks"] and shown["deadlines"])
    await jobs.revised(office, "jd-replay-next", purpose="Keeps the platform running, day and night.")
    await jobs.approved(office, "jd-replay-next")
    await office.handle(case).result()
