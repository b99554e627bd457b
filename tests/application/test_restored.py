"""A log that was restored from an older copy than Temporal: nothing is acknowledged that it does not hold."""

from datetime import timedelta
from uuid import uuid4

import pytest

from activities.decide import Decider, LogBehind
from application.commands import compose
from application.send import NotRecorded
from cli.demo import story
from domain.processes import PROCESSES
from eventstore.database import connection
from tests.support.hiring import opened
from tests.support.office import Office
from workflows.messages import Perform

pytestmark = pytest.mark.rule("KRN-53")


async def restored(office: Office, case: str, *, to: int) -> None:
    """The log as a copy from before the case's events after a version has it."""
    async with connection(office.services.settings.database_url, role=None) as conn:
        for table in ("events", "commands"):
            await conn.execute(f"alter table signoff.{table} disable trigger all")
            await conn.execute(f"delete from signoff.{table} where stream = $1 and version > $2", case, to)


async def test_an_answer_that_temporal_remembers_is_none_if_the_log_lost_it(office_at_work: Office):
    office, case = office_at_work, "hiring-restored"
    await opened(office, case)
    decide = {"task": f"{case}.1", "outcome": "approve"}
    made = await compose.command(office.services, case, "decide", decide, office.actor("e1003"), command_id=uuid4())
    ack = await office.services.send.send(made, start=False)
    assert await office.services.send.send(made, start=False) == ack, "the same answer while the log holds it"
    await restored(office, case, to=4)
    with pytest.raises(NotRecorded, match=f"command {made.command_id} was done"):
        await office.services.send.send(made, start=False)
    with pytest.raises(NotRecorded):
        await office.services.send.outcome(case, office.services.send.update_id(made), patience=timedelta(seconds=10))


async def test_a_case_that_a_finished_run_began_is_not_begun_in_the_restored_log(office_at_work: Office):
    office, case = office_at_work, "hiring-unbegun"
    made = await compose.start(office.services, "hiring", story.requisition(), office.actor(story.MANAGER), case=case)
    office.started.append(case)
    await office.services.send.send(made, start=True)
    await office.handle(case).terminate("as if it had ended")
    await restored(office, case, to=0)
    with pytest.raises(NotRecorded):
        await office.services.send.send(made, start=True)


async def test_a_workflow_that_knows_more_than_the_log_decides_nothing(office_at_work: Office):
    office, case = office_at_work, "hiring-ahead"
    await opened(office, case)
    await restored(office, case, to=3)
    made = await compose.command(
        office.services, case, "comment", {"text": "What now?"}, office.actor("e1005"), command_id=uuid4()
    )
    with pytest.raises(LogBehind, match="knows version 4, the log holds 3"):
        await Decider(office.services.pool, PROCESSES).perform(Perform(command=made, known=4))
