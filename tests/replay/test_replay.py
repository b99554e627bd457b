"""Committed histories replay with the code of today (docs/adr/0008).

When a change of the loop breaks one on purpose, patch the workflow, or record anew and say in the change log why running
cases come back by `signoff recover`: `SIGNOFF_RECORD=1 pytest tests/replay`.
"""

import gzip
import os
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from tests.support.hiring import opened, played
from tests.support.office import Office
from workflows.plugin import signoff_plugin

HISTORIES = Path(__file__).parent / "histories"
NAMES = ("whole", "escalated", "held", "signalled")
RECORD = bool(os.environ.get("SIGNOFF_RECORD"))


@pytest.mark.skipif(not RECORD, reason="records histories only when asked to with SIGNOFF_RECORD=1")
async def test_record(office_at_work: Office):
    office = office_at_work
    cases = {
        "whole": (await played(office, "hiring-replay-whole")).case,
        "escalated": (await opened(office, "hiring-replay-escalated")).case,
        "held": (await opened(office, "hiring-replay-held")).case,
        "signalled": (await opened(office, "hiring-replay-signalled")).case,
    }
    await office.handle(cases["whole"]).result()
    await office.forward(cases["escalated"], timedelta(days=12))
    await office.do(cases["held"], "hold", {"reason": "waiting"}, by="e1005")
    await office.do(cases["held"], "resume", {"reason": "going on"}, by="e1005")
    await office.handle(cases["signalled"]).signal("command", {"name": "nonsense", "actor": "e1005"})
    await office.do(cases["signalled"], "withdraw", {"reason": "enough"}, by="e1005")
    await office.handle(cases["signalled"]).result()
    HISTORIES.mkdir(exist_ok=True)
    for name, case in cases.items():
        history = await office.handle(case).fetch_history()
        (HISTORIES / f"{name}.json.gz").write_bytes(gzip.compress(history.to_json().encode(), mtime=0))


@pytest.mark.parametrize("name", NAMES)
async def test_committed_histories_replay(name: str):
    text = gzip.decompress((HISTORIES / f"{name}.json.gz").read_bytes()).decode()

    # Raises where the code of today would do anything else than the history says.
    await Replayer(workflows=[], plugins=[signoff_plugin()]).replay_workflow(
        WorkflowHistory.from_json(f"hiring-replay-{name}", text)
    )
