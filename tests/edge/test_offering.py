"""Which commands a case offers to whom, as a hiring goes on. The decision is what counts; this is what pages show."""

from demo import story
from edge.offering import commands_for
from tests.support.hiring import cast, opened, whole_story
from tests.support.office import Office

CASE = "hiring-offering"
HR, RECRUITER, LINE, STRANGER = "e1033", "e1037", "e1003", "e1060"


async def offered(office: Office, person: str) -> set[str]:
    return set(await commands_for(office.door, CASE, person))


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
    assert await offered(office, story.MANAGER) == {"comment", "attach", "resume", "withdraw"}
