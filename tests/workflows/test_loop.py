"""The loop itself: it can start from any folded state, and it never touches what would break replay."""

import subprocess
import sys
from uuid import uuid4

import pytest
from temporalio.common import WorkflowIDConflictPolicy

from eventstore import log
from tests.support.hiring import opened, played, whole_story
from tests.support.office import Office
from workflows.messages import Start


async def test_a_case_goes_on_in_a_new_run_when_its_history_is_full(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-long")
    await office.handle(player.case).terminate("start again with a short limit")
    first = await office.client.start_workflow(
        "Hiring",
        Start(case=player.case, process="hiring", history_limit=25),
        id=player.case,
        task_queue=office.queue,
        id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
    )

    await player.play(whole_story()[:5])

    now = await office.handle(player.case).describe()
    async with office.services.pool.acquire() as conn:
        assert (await office.state(player.case))["version"] == await log.stream_version(conn, player.case)
    assert now.run_id != first.result_run_id
    assert (await player.state()).status == "approved"


async def test_a_command_repeated_after_continue_as_new_is_done_once(office_at_work: Office):
    """Temporal remembers update ids per run only; the log remembers them for ever."""
    office = office_at_work
    player = await opened(office, "hiring-runs")
    command_id = uuid4()
    first = await office.do(player.case, "comment", {"text": "once"}, by="e1005", command_id=command_id)
    await office.handle(player.case).terminate("a new run")
    await office.client.start_workflow(
        "Hiring", Start(case=player.case, process="hiring"), id=player.case, task_queue=office.queue
    )

    again = await office.do(player.case, "comment", {"text": "once"}, by="e1005", command_id=command_id)

    assert again.repeated
    assert (again.version, again.position) == (first.version, first.position)
    assert len((await player.state()).case.comments) == 1


async def test_a_workflow_started_by_hand_for_a_case_in_the_log_takes_it_up(office_at_work: Office):
    office = office_at_work
    player = await played(office, "hiring-by-hand", 5)
    await office.handle(player.case).terminate("lost")

    await office.client.start_workflow(
        "Hiring", Start(case=player.case, process="hiring"), id=player.case, task_queue=office.queue
    )

    shown = await office.state(player.case)
    assert shown["stage"] == office.services.processes["hiring"].stage(await player.state())


@pytest.mark.parametrize("module", ["workflows.plugin", "workflows.processes", "domain.processes"])
def test_workflow_code_imports_neither_asyncpg_nor_the_store(module: str):
    """asyncpg in a module that the sandbox reloads crashes the process at its next query."""
    code = f"import sys, {module}; print([m for m in ('asyncpg', 'eventstore', 'activities') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "[]"
