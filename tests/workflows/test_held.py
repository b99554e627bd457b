"""A case on hold hears what the system says, or hears it when it goes on."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.exceptions import ApplicationError

from activities.decide import Decider
from activities.deliver import Deliverer
from application.commands import compose
from cli.demo.player import Player
from domain.kernel.effects import TellCase
from domain.processes import PROCESSES
from eventstore import effects as outbox
from eventstore import log
from tests.support.hiring import CAST, opened, played
from tests.support.office import Office
from workflows import search_attributes as sa
from workflows.messages import Perform

RECRUITER = "e1037"
APPROVED = 5
"""The scenes after which candidates are looked for."""


async def looking(office: Office, case: str, *, found: bool) -> Player:
    """A hiring that is approved, with the story's first candidate if `found`."""
    player = await played(office, case, APPROVED)
    if found:
        await office.do(case, "add-candidate", {"candidate": CAST.first, "source": "direct"}, by=RECRUITER)
    return player


async def settled(office: Office, case: str) -> dict[str, object]:
    """The outcome of the case's newest effect, once it has one."""
    query = "select outcome from signoff.effects where stream = $1 order by version desc limit 1"
    async with asyncio.timeout(30):
        while (outcome := await office.services.pool.fetchval(query, case)) is None:  # noqa: ASYNC110 - the worker does it
            await asyncio.sleep(0.05)
    assert isinstance(outcome, dict)
    return outcome


@pytest.mark.rule("HIR-16", "KRN-45")
async def test_a_held_hiring_hears_of_its_candidate(office_at_work: Office):
    office = office_at_work
    held = await looking(office, "hiring-held-a", found=True)
    await office.do(held.case, "hold", {"reason": "budget"}, by="e1005")

    await looking(office, "hiring-held-b", found=True)

    assert "refused" not in await settled(office, "hiring-held-b")
    assert (await held.state()).candidates[CAST.first].wanted_by == ("hiring-held-b",)


@pytest.mark.rule("KRN-45")
async def test_what_a_held_case_cannot_take_waits(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-held-waits")
    [task] = (await player.state()).case.tasks.values()
    await office.do(player.case, "hold", {"reason": "budget"}, by="e1005")
    effect = await told_to_claim(office, player.case, task.id)
    deliverer = Deliverer(office.services.pool, office.services.send)

    with pytest.raises(ApplicationError) as caught:
        await deliverer.deliver(effect)
    async with office.services.pool.acquire() as conn:
        assert await outbox.find(conn, effect), "it is still to be delivered"
    await office.do(player.case, "resume", {"reason": "money"}, by="e1005")
    await deliverer.deliver(effect, attempt=2)

    assert caught.value.type == "OnHold"
    async with office.services.pool.acquire() as conn:
        assert await outbox.find(conn, effect) is None
    assert (await settled(office, "hiring-teller"))["refused"] != "on-hold"


async def told_to_claim(office: Office, case: str, task: str) -> UUID:
    """An effect by which another case tells this one something that no case on hold takes."""
    payload = {"task": task}
    effect = TellCase(case=case, process="hiring", command="claim", payload=payload)
    new = log.NewEffect(uuid4(), event_index=0, kind=effect.kind, payload=effect.model_dump(mode="json"))
    stamp = log.Stamp("hiring-teller", "hiring", uuid4(), "x", "system", "effect", uuid4())
    async with office.services.pool.acquire() as conn:
        await log.append(conn, stamp, expected_version=0, events=[log.NewEvent("Told", 1, {})], effects=[new])
    return new.id


@pytest.mark.rule("KRN-45")
async def test_operators_see_when_a_held_case_is_due(office_at_work: Office):
    office = office_at_work
    player = await opened(office, "hiring-held-due")
    due = min(deadline.at for deadline in (await player.state()).case.deadlines)
    await office.do(player.case, "hold", {"reason": "budget"}, by="e1005")

    async with asyncio.timeout(30):
        while True:
            shown = (await office.handle(player.case).describe()).typed_search_attributes
            if shown[sa.ON_HOLD]:
                break
            await asyncio.sleep(0.05)

    assert shown.get(sa.DUE_AT) == due


@pytest.mark.rule("KRN-32", "KRN-45")
async def test_a_deadline_that_a_hold_overtook_comes_when_it_is_resumed(office_at_work: Office):
    """The hold is recorded beside the workflow, which learns of it when its timer is refused."""
    office = office_at_work
    player = await opened(office, "hiring-held-late")
    [task] = (await player.state()).case.tasks.values()
    due = min(rung.at for rung in task.timing.rungs)
    made = await compose.command(office.services, player.case, "hold", {"reason": "budget"}, office.actor("e1005"))
    later = made.model_copy(update={"at": due + timedelta(seconds=1)})
    done = await Decider(office.services.pool, PROCESSES).perform(Perform(command=later, known=None))
    assert done.refusal is None

    await office.temporal.fast_forward(office.handle(player.case), due - datetime.now(UTC) + timedelta(minutes=1))
    await office.until(player.case, lambda shown: shown["on_hold"])
    await office.do(player.case, "resume", {"reason": "money"}, by="e1005")

    await office.until(player.case, lambda shown: shown["tasks"][0]["reminded"])
