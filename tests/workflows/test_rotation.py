"""A case goes on when the keys of the deployment were exchanged while it was open."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client

from activities.gate import Gate
from application.send import Sender
from domain.kernel.command import Command
from domain.kernel.key_ring import KeyRing
from domain.processes import PROCESSES
from tests.support.hiring import opened
from tests.support.office import COMMAND_KEYS, PAYLOAD_KEYS, Office
from worker import Connected, make_worker
from workflows.plugin import signoff_plugin

NEW = b"\x09" * 64


async def after_rotation(office: Office) -> Connected:
    """What programs work with that start under the next master key and still have the one before."""
    payloads = KeyRing((*KeyRing.derived([NEW], b"signoff payloads").keys, *PAYLOAD_KEYS.keys))
    commands = KeyRing((*KeyRing.derived([NEW], b"signoff commands").keys, *COMMAND_KEYS.keys))
    address = office.client.service_client.config.target_host
    client = await Client.connect(address, plugins=[signoff_plugin(payloads)])
    sender = Sender(client, office.services.pool, PROCESSES, office.queue, key="rotated", command_keys=commands)
    return Connected(office.services.pool, client, sender, Gate(commands))


def comment(case: str, text: str) -> Command:
    payload: dict[str, Any] = {"text": text}
    return Command(case=case, process="hiring", name="comment", actor="e1005", channel="web", payload=payload)


@pytest.mark.rule("KRN-53")
async def test_an_open_case_goes_on_after_a_rotation(office_without_worker: Office):
    """Its history was encrypted under the old key, and is replayed by a worker that has it as its second."""
    office = office_without_worker
    async with office.working():
        player = await opened(office, "hiring-rotated")
    at = await after_rotation(office)
    before = Sender(at.client, office.services.pool, PROCESSES, office.queue, key="rotated", command_keys=COMMAND_KEYS)

    async with make_worker(at, office.queue):
        await at.sender.send(comment(player.case, "under the new key"), start=False)
        await before.send(comment(player.case, "signed under the old key"), start=False)
        await at.client.get_workflow_handle(player.case).query("state", rpc_timeout=timedelta(seconds=20))

    said = [each.text for each in (await player.state()).case.comments]
    assert said == ["under the new key", "signed under the old key"]
    history = await at.client.get_workflow_handle(player.case).fetch_history()
    kept = b"".join(event.SerializeToString() for event in history.events)
    for ring in (PAYLOAD_KEYS, KeyRing.derived([NEW], b"signoff payloads")):
        assert ring.newest.encode() in kept
