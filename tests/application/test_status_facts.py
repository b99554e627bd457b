"""The draft of a status on the real stack: made of the log, made again byte for byte, leading to its events."""

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from application.queries import issued_reports
from cli.demo import story
from domain.direction.status_report.state import StatusState
from eventstore import log
from tests.adversary.office import raised
from tests.support.office import Office
from tests.workflows.test_review_cycle import state

CASE, AUTHOR, SENIOR = "status-facts-1", "e1005", "e1003"


async def drafted(office: Office) -> StatusState:
    await office.do(CASE, "draft-status", {}, by=AUTHOR)
    async with asyncio.timeout(20):
        while cast(StatusState, found := await state(office, CASE)).draft is None:  # noqa: ASYNC110 - another program
            await asyncio.sleep(0.02)
    return cast(StatusState, found)


async def sent(office: Office, *statements: dict[str, Any]) -> None:
    words = {"headline": "One hiring", "declared": "green", "why": "early", "statements": list(statements)}
    await office.do(CASE, "edit-status", words, by=AUTHOR)
    await office.do(CASE, "submit-status", {}, by=AUTHOR)
    task = next(task for task in (await state(office, CASE)).case.tasks.values() if task.kind == "decide")
    await office.do(CASE, "decide", {"task": task.id, "outcome": "approve"}, by=task.people[0])


@pytest.mark.rule("STS-02", "STS-04")
async def test_a_status_is_made_again_and_leads_to_its_events(office_at_work: Office):
    office = office_at_work
    asked = {"unit": "it", "readers": [SENIOR]}
    await office.start("status_report", asked, by=AUTHOR, case=CASE, name="open-reporting")
    player = await raised(office, by=story.MANAGER)
    before = (await drafted(office)).draft
    assert before is not None
    (ask,) = [fact for fact in before.facts.facts if fact.case == player.case]
    assert ask.kind == "ask"
    async with office.services.pool.acquire() as conn:
        types = {row.version: row.type for row in await log.read_stream(conn, player.case)}
    assert [types[version] for version in ask.versions] == ["TaskAssigned"]

    await sent(office)
    await office.do(player.case, "withdraw", {"reason": "not needed"}, by=story.MANAGER)
    (first,) = await issued_reports.issued(office.services, CASE)
    assert first.body == before.facts.model_dump(mode="json"), "what came later is not in it"
    assert await issued_reports.verify(office.services, CASE) == []
    assert before.facts.at <= datetime.now(UTC)
