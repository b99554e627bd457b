"""Committed histories replay with the code of today (docs/adr/0008).

When a change of the loop breaks one on purpose, patch the workflow, or record anew and say in the change log why
running cases come back by `signoff recover`: `pytest tests/replay/record.py`.
"""

import gzip
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from tests.support.office import PAYLOAD_KEYS
from workflows.plugin import signoff_plugin

HISTORIES = Path(__file__).parent / "histories"
HIRINGS = ("whole", "escalated", "held", "signalled", "looked", *(TROUBLED := ("hung", "killed")))
CASES = {**{name: f"hiring-replay-{name}" for name in HIRINGS}, "superseded": "jd-replay-superseded"}
"""By name of the history the case whose it is."""


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES)
async def test_committed_histories_replay(name: str, case: str):
    text = gzip.decompress((HISTORIES / f"{name}.json.gz").read_bytes()).decode()

    # Raises where the code of today would do anything else than the history says.
    await Replayer(workflows=[], plugins=[signoff_plugin(PAYLOAD_KEYS, sandbox=True)]).replay_workflow(
        WorkflowHistory.from_json(case, text)
    )
