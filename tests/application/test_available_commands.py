"""Which commands a case offers to whom, as a hiring goes on. The decision is what counts; this is what pages show."""

from datetime import UTC, datetime, timedelta

import pytest

from application.queries.available_commands import commands_for
from cli.demo import story
from tests.support.hiring import cast, opened, whole_story
from tests.support.office import Office

CASE = "hiring-offering"
HR, RECRUITER, LINE, ABOVE = "e1033", "e1037", "e1003", "e1001"


async def offered(office: Office, person: str) -> set[str]:
    return set(await commands_for(office.services, CASE, person))


async def test_each_sees_what_they_may_do_now(office_at_work: Office):
    office = office_at_work
    await cast(office)
    player = await opened(office, CASE)
    in_approval = {who: await offered(office, who) for who in (story.MANAGER, LINE)}
    await player.play(whole_story()[:1])
    returned = await offered(office, story.MANAGER)
    await player.play(whole_story()[1:5])
    approved = {who: await offered(office, who) for who in (story.MANAGER, RECRUITER, HR)}

    assert {"amend-requisition", "withdraw", "comment", "attach"} <= in_approval[story.MANAGER]
    assert "decide" not in in_approval[story.MANAGER]
    assert {"decide", "ask-information", "reassign"} <= in_approval[LINE]
    assert "resubmit-requisition" not in in_approval[story.MANAGER]
    assert "resubmit-requisition" in returned
    assert "add-candidate" not in returned
    assert {"add-candidate"} <= approved[RECRUITER] & approved[HR]
    assert "freeze" in approved[HR]
    assert "freeze" not in approved[story.MANAGER]
    assert "extend-offer" not in approved[RECRUITER]
    assert not {"deadline", "raise-requisition", "note-candidate-wanted"} & set().union(*approved.values())
    await office.do(CASE, "hold", {"reason": "Wait."}, by=story.MANAGER)
    assert await offered(office, story.MANAGER) == {"comment", "attach", "resume"}


@pytest.mark.rule("KRN-23")
async def test_whoever_is_above_a_task_may_hand_it_on_even_while_the_case_is_held(office_at_work: Office):
    office = office_at_work
    await cast(office)
    await opened(office, "hiring-above")

    running = {
        who: set(await commands_for(office.services, "hiring-above", who)) for who in (LINE, ABOVE, story.MANAGER)
    }
    await office.do("hiring-above", "hold", {"reason": "Wait."}, by=story.MANAGER)
    held = {who: set(await commands_for(office.services, "hiring-above", who)) for who in (LINE, ABOVE, story.MANAGER)}

    assert "reassign" in running[LINE] & running[ABOVE]
    assert not {"decide", "claim"} & running[ABOVE]
    assert {"reassign", "hand-over", "resume"} <= held[ABOVE]
    assert not {"reassign", "hand-over"} & (running[story.MANAGER] | held[story.MANAGER])


@pytest.mark.rule("KRN-17")
async def test_whoever_set_a_condition_is_offered_to_waive_it_and_its_owner_to_meet_it(office_at_work: Office):
    office, case = office_at_work, "hiring-waived"
    await cast(office)
    await opened(office, case)
    due = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    condition = {"text": "Two quotes.", "owner": RECRUITER, "due": due}
    [task] = (await office.state(case))["tasks"]
    said = {"task": task["id"], "outcome": "approve", "conditions": [condition]}
    await office.do(case, "decide", said, by=LINE)

    assert "waive-condition" in await commands_for(office.services, case, LINE)
    assert "meet-condition" not in await commands_for(office.services, case, LINE)
    assert "meet-condition" in await commands_for(office.services, case, RECRUITER)
    assert "waive-condition" not in await commands_for(office.services, case, RECRUITER)
