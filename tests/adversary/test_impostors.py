"""Nobody speaks as Signoff itself: not by a typed update, not by a signal, not by an id that looks alike."""

from typing import Any, cast
from uuid import uuid4

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.kernel.command import SYSTEM, Command
from domain.kernel.errors import Refused
from eventstore import system_commands
from tests.adversary.office import raised, refusals, types
from tests.support.office import Office


async def typed(office: Office, case: str, **fields: Any) -> str | None:
    """An update as somebody types it into Temporal's own page. Returns the code of the refusal."""
    try:
        await office.handle(case).execute_update("command", fields)
    except WorkflowUpdateFailedError as failed:
        return str(cast(ApplicationError, failed.cause).details[0]["code"])
    return None


def errand(case: str, name: str, payload: dict[str, Any]) -> Command:
    """What Signoff itself sends to a case."""
    return Command(
        case=case,
        process="hiring",
        name=name,
        actor=SYSTEM,
        channel="effect",
        authenticated="log",
        payload=payload,
    )


HOLD: dict[str, Any] = {"name": "hold", "payload": {"reason": "because"}}


@pytest.mark.rule("KRN-01", "KRN-02")
@pytest.mark.parametrize(
    "claim",
    [
        {"actor": SYSTEM},
        {"actor": SYSTEM, "channel": "effect"},
        {"actor": SYSTEM, "channel": "timer"},
        {"actor": SYSTEM, "channel": "effect", "authenticated": "log", "causation": 1},
        {"actor": "e1006", "channel": "effect"},
        {"actor": "e1006", "channel": "timer"},
    ],
)
async def test_a_typed_update_cannot_claim_to_be_signoff(office_at_work: Office, claim: dict[str, Any]):
    player = await raised(office_at_work)
    before = await types(office_at_work, player.case)

    assert await typed(office_at_work, player.case, **HOLD, **claim) == "not-the-system"

    assert await types(office_at_work, player.case) == before


@pytest.mark.rule("KRN-01")
async def test_a_typed_deadline_before_its_time_is_refused_whoever_claims_to_send_it(office_at_work: Office):
    player = await raised(office_at_work)
    deadline = min((await player.state()).case.deadlines, key=lambda each: each.at).model_dump(mode="json")

    codes = [
        await typed(office_at_work, player.case, name="deadline", payload=deadline, actor=actor, channel=channel)
        for actor, channel in ((SYSTEM, "timer"), (SYSTEM, "api"), ("e1005", "api"))
    ]

    assert codes == ["not-the-system", "not-the-system", "not-signed"]


@pytest.mark.rule("KRN-01")
@pytest.mark.parametrize("actor", [SYSTEM, "System", "system ", " SYSTEM"])
async def test_a_signal_cannot_claim_to_be_signoff_and_the_attempt_is_in_the_log(office_at_work: Office, actor: str):
    player = await raised(office_at_work)

    await office_at_work.handle(player.case).signal("command", HOLD | {"actor": actor, "channel": "effect"})
    await office_at_work.do(player.case, "comment", {"text": "after it"}, by="e1005")  # one after the other

    assert not (await player.state()).case.hold
    [code] = await refusals(office_at_work, player.case)
    assert code == ("not-the-system" if actor == SYSTEM else "not-yours-to-hold")


@pytest.mark.rule("KRN-01")
async def test_what_signoff_sends_itself_is_done_once_and_nobody_can_change_it_on_the_way(office_at_work: Office):
    player = await raised(office_at_work)
    own = errand(player.case, "hold", {"reason": "all of it"})
    first = await office_at_work.services.send.send(own, start=False)
    again = await office_at_work.services.send.send(own, start=False)
    assert (again.version, again.position) == (first.version, first.position)
    assert (await player.state()).case.hold

    other = {"actor": SYSTEM, "channel": "effect", "name": "resume", "payload": {"reason": "mine"}}
    code = await typed(office_at_work, player.case, command_id=str(own.command_id), **other)
    assert code == "command-id-reused"
    assert await typed(office_at_work, player.case, **other) in ("not-the-system", "on-hold")
    assert (await player.state()).case.hold


@pytest.mark.rule("KRN-01")
async def test_an_errand_is_of_one_content_only(office_at_work: Office):
    async with office_at_work.services.pool.acquire() as conn:
        command_id = uuid4()
        await system_commands.entrust(conn, command_id, "one")
        await system_commands.entrust(conn, command_id, "one")

        assert await system_commands.entrusted(conn, command_id, "one")
        assert not await system_commands.entrusted(conn, command_id, "two")
        assert not await system_commands.entrusted(conn, uuid4(), "one")


@pytest.mark.rule("KRN-01", "KRN-33")
async def test_signoff_itself_may_not_decide_not_even_with_its_own_errand(office_at_work: Office):
    """No approval by a machine: the one decide function refuses what got through every other check."""
    player = await raised(office_at_work)
    [task] = (await player.state()).case.tasks.values()
    command = errand(player.case, "decide", {"task": task.id, "outcome": "approve"})

    with pytest.raises(Refused) as refused:
        await office_at_work.services.send.send(command, start=False)

    assert refused.value.code == "not-a-person"
    assert "Decided" not in await types(office_at_work, player.case)
