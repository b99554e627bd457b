"""Records the histories that test_replay.py replays. Not part of the suite: run it by its name, and only on purpose."""

import gzip
from datetime import timedelta
from uuid import uuid4

from domain.processes import PROCESSES
from edge.bulk import decide_many
from edge.waking import Waker
from tests.replay.test_replay import HISTORIES
from tests.support.hiring import opened, played
from tests.support.office import Office


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
    await decide_many(office.door, [task["id"]], "reject", who, comment="not this year", command_id=uuid4())
    await Waker(office.door.pool, office.client, PROCESSES).step()
    await office.handle(cases["looked"]).result()
    HISTORIES.mkdir(exist_ok=True)
    for name, case in cases.items():
        history = await office.handle(case).fetch_history()
        (HISTORIES / f"{name}.json.gz").write_bytes(gzip.compress(history.to_json().encode(), mtime=0))
