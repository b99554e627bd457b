"""Whoever reaches Temporal and holds no key decides nothing, reads nothing and stops nothing (docs/threat-model.md)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from cli.demo.player import Player
from domain.kernel.command import Command
from domain.kernel.errors import Refused
from domain.kernel.key_ring import KeyRing
from domain.kernel.signature import VALID, sign
from eventstore import log
from readmodels import timeline
from tests.adversary.office import raised, refusals, task_of, types
from tests.adversary.stranger import GARBAGE, UNREADABLE, Stranger
from tests.support.office import COMMAND_KEYS, Office

LINE, REQUESTER = "e1003", "e1005"
OTHERS = KeyRing.derived([b"\x08" * 64], b"signoff commands")
PLAIN = {"encoding": b"json/plain"}
BAND = "82345"
"""A number that is in the requisition and nowhere else."""


@pytest.fixture
async def stranger(office_at_work: Office) -> Stranger:
    return await Stranger.reaching(office_at_work.client.service_client.config.target_host, office_at_work.queue)


@pytest.fixture
async def player(office_at_work: Office) -> Player:
    return await raised(office_at_work, salary_band={"min": "60000 THB", "max": f"{BAND} THB"})


async def approval(player: Player, **claims: Any) -> dict[str, Any]:
    """The open decision as JSON, in the name of the person who is asked."""
    task = (await task_of(player)).id
    wish = {"task": task, "outcome": "approve", "comment": "as he would"}
    return {"case": player.case, "process": "hiring", "name": "decide", "actor": LINE, "payload": wish, **claims}


async def undecided(office: Office, player: Player) -> bool:
    return not {"Decided", "OnHold", "CaseHeld"} & set(await types(office, player.case))


async def settled(office: Office, player: Player) -> None:
    """Commands of a case go one after the other: when this is done, what came before it is too."""
    await office.do(player.case, "comment", {"text": "after it"}, by=REQUESTER)


@pytest.mark.rule("KRN-01", "KRN-07")
@pytest.mark.parametrize("channel", ["web", "api", "cli", "mail", "link", "timer", "effect", None])
@pytest.mark.parametrize("authenticated", ["oidc:https://id.example", "temporal-access", None])
async def test_no_typed_update_decides_for_an_approver(
    office_at_work: Office, stranger: Stranger, player: Player, channel: str | None, authenticated: str | None
):
    claims = {"channel": channel, "authenticated": authenticated}
    typed = await approval(player, **{name: said for name, said in claims.items() if said})
    if channel is None:
        typed = {**typed, "name": "hold", "payload": {"reason": "because"}, "channel": "web"}

    said = await stranger.update(player.case, typed)

    assert said == UNREADABLE
    assert await undecided(office_at_work, player)


@pytest.mark.rule("KRN-01")
@pytest.mark.parametrize(
    "signature",
    ["", "1", "...", "1.{id}.{now}.", "1.{id}.{now}.{zero}", "2.{id}.{now}.{zero}", "1.x.{now}.{zero}", "{others}"],
)
async def test_a_made_up_signature_is_none(office_at_work: Office, stranger: Stranger, player: Player, signature: str):
    typed = await approval(player, channel="web", command_id=str(uuid4()))
    others = sign(Command.model_validate(typed), OTHERS, datetime.now(UTC)).signature
    now, zero = int(datetime.now(UTC).timestamp()), "0" * 64
    made_up = signature.format(id=COMMAND_KEYS.newest, now=now, zero=zero, others=others)

    assert await stranger.update(player.case, {**typed, "signature": made_up}) == UNREADABLE
    assert await undecided(office_at_work, player)


@pytest.mark.rule("KRN-01", "KRN-07")
@pytest.mark.parametrize(
    "change",
    [
        {"actor": LINE}, {"name": "withdraw", "payload": {"reason": "x"}}, {"payload": {"text": "other"}},
        {"channel": "mail"}, {"authenticated": "passkey"}, {"command_id": str(uuid4())}, {"expected": 3},
        {"causation": 1}, {"correlation": str(uuid4())},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
async def test_a_captured_signature_is_good_for_nothing_else(
    office_at_work: Office, stranger: Stranger, player: Player, change: dict[str, Any]
):
    honest = Command(
        case=player.case, process="hiring", name="comment", actor=REQUESTER, channel="web", payload={"text": "mine"}
    )
    captured = sign(honest, COMMAND_KEYS, datetime.now(UTC)).model_dump(mode="json")
    before = await types(office_at_work, player.case)

    assert await stranger.update(player.case, {**captured, **change}) == UNREADABLE

    assert await types(office_at_work, player.case) == before


@pytest.mark.rule("KRN-01")
@pytest.mark.parametrize("age", [VALID + timedelta(minutes=1), -timedelta(hours=1)])
async def test_a_command_signed_too_long_ago_is_refused(
    office_at_work: Office, stranger: Stranger, player: Player, age: timedelta
):
    """Else a refused decision could be kept, and sent when it suits."""
    made = Command.model_validate(await approval(player, channel="web"))
    late = sign(made, COMMAND_KEYS, datetime.now(UTC) - age).model_dump(mode="json")

    assert await stranger.update(player.case, late) == UNREADABLE
    assert await undecided(office_at_work, player)


@pytest.mark.rule("KRN-07")
async def test_a_signal_is_recorded_as_what_it_is(office_at_work: Office, stranger: Stranger, player: Player):
    claims = {"channel": "web", "authenticated": "oidc:https://id.example", "at": "2001-01-01T00:00:00Z"}

    await stranger.signal(player.case, await approval(player, **claims))
    await settled(office_at_work, player)

    async with office_at_work.services.pool.acquire() as conn:
        [row] = [row for row in await timeline(conn, player.case) if row.type == "Decided"]
    assert (row.data["channel"], row.data["authenticated"]) == ("signal", "temporal-access")
    assert row.data["at"] > "2026"


@pytest.mark.rule("KRN-01")
async def test_no_signal_counts_that_the_policy_does_not_name(
    office_at_work: Office, stranger: Stranger, player: Player
):
    await office_at_work.policy(
        lambda text: text.replace("signals: [", "signals: [hold]\nunused: [").split("unused:")[0]
    )

    await stranger.signal(player.case, await approval(player))
    await settled(office_at_work, player)
    await stranger.signal(player.case, {"name": "hold", "actor": REQUESTER, "payload": {"reason": "named"}})
    await office_at_work.until(player.case, lambda shown: shown["on_hold"])

    assert await refusals(office_at_work, player.case) == ["not-signed"]
    assert "Decided" not in await types(office_at_work, player.case)


@pytest.mark.rule("KRN-01")
async def test_where_signals_are_off_none_counts(office_without_worker: Office):
    office = office_without_worker
    settings = office.services.settings.model_copy(update={"signals": "off"})
    object.__setattr__(office.services, "settings", settings)
    async with office.working():
        player = await raised(office)
        stranger = await Stranger.reaching(office.client.service_client.config.target_host, office.queue)

        await stranger.signal(player.case, await approval(player))
        await settled(office, player)

        assert await stranger.update(player.case, await approval(player)) == UNREADABLE
        assert await refusals(office, player.case) == ["not-signed"]
        assert await undecided(office, player)


def perform(command: dict[str, Any], **more: Any) -> Payload:
    """What the office's workflows ask its worker, in the clear."""
    asked = {"command": command, "known": 4, "record_refusal": True, "sealed": True, **more}
    return Payload(metadata=PLAIN, data=json.dumps(asked).encode())


@pytest.mark.rule("KRN-01")
@pytest.mark.parametrize("known", [4, None])
@pytest.mark.parametrize("channel", ["web", "timer", "effect"])
@pytest.mark.parametrize("mark", [False, True])
async def test_the_worker_decides_for_no_workflow_of_a_stranger(
    office_at_work: Office, stranger: Stranger, player: Player, channel: str, known: int | None, mark: bool
):
    """Not a decision, no deadline before its time, and no refusal in the approver's name."""
    asked = perform(await approval(player, channel=channel), known=known)
    if channel == "timer":
        deadline = min((await player.state()).case.deadlines, key=lambda each: each.at).model_dump(mode="json")
        ahead = {"name": "deadline", "actor": "system", "payload": deadline, "at": deadline["at"]}
        asked = perform(await approval(player, channel=channel, **ahead), known=known)
    if mark:
        asked.metadata["signoff-sealed"] = b"1"
    before = await types(office_at_work, player.case)

    await stranger.steal("perform", asked)

    assert await types(office_at_work, player.case) == before


@pytest.mark.rule("KRN-07")
async def test_a_signal_through_a_strangers_workflow_is_not_backdated(
    office_at_work: Office, stranger: Stranger, player: Player
):
    signal = await approval(player, channel="signal", authenticated="temporal-access", at="2001-01-01T00:00:00Z")

    await stranger.steal("perform", perform(signal))

    async with office_at_work.services.pool.acquire() as conn:
        [row] = [row for row in await timeline(conn, player.case) if row.type == "Decided"]
    assert row.data["at"] > "2026"


@pytest.mark.rule("KRN-43")
async def test_the_worker_reads_no_case_to_a_stranger(office_at_work: Office, stranger: Stranger, player: Player):
    wish = {"case": player.case, "process": "hiring", "after": 0}

    found = await stranger.steal("load", Payload(metadata=PLAIN, data=json.dumps(wish).encode()))

    assert found is not None
    assert found.metadata["encoding"] == b"binary/encrypted"
    assert BAND.encode() not in found.data


@pytest.mark.rule("KRN-43")
async def test_nothing_that_temporal_keeps_can_be_read(office_at_work: Office, stranger: Stranger, player: Player):
    await office_at_work.do(player.case, "comment", {"text": "she wants more than the band"}, by=REQUESTER)
    with pytest.raises(Refused):  # its words go through the history as well
        await office_at_work.services.send.send(
            Command(
                case=player.case, process="hiring", name="hold", actor="e1044", channel="web", payload={"reason": "?"}
            ),
            start=False,
        )

    kept = await stranger.payloads(player.case)
    answer: RawValue = await stranger.client.get_workflow_handle(player.case).query("state", result_type=RawValue)

    for secret in (BAND, "wants more", "as he would", "salary", "business_case"):
        assert secret.encode() not in kept, secret
        assert secret.encode() not in answer.payload.SerializeToString(), secret
    assert answer.payload.metadata["encoding"] == b"binary/encrypted"


@pytest.mark.rule("KRN-01")
async def test_garbage_does_not_stop_a_case(office_at_work: Office, stranger: Stranger, player: Player):
    open_cipher = Payload(metadata={"encoding": b"binary/encrypted", "encryption-key-id": b"\xff\xfe"}, data=b"")
    for garbage in (GARBAGE, open_cipher, Payload(metadata=PLAIN, data=b"{"), Payload()):
        await stranger.signal(player.case, RawValue(garbage))
        assert await stranger.update(player.case, RawValue(garbage)) != "done"

    await settled(office_at_work, player)

    assert await undecided(office_at_work, player)


@pytest.mark.rule("KRN-01")
async def test_ciphertext_of_one_case_is_refused_by_another(office_at_work: Office, stranger: Stranger, player: Player):
    other = await raised(office_at_work, budget_line="it-applications-people")
    history = await stranger.client.get_workflow_handle(other.case).fetch_history()
    [sent] = [
        event.workflow_execution_update_accepted_event_attributes.accepted_request.input.args.payloads[0]
        for event in history.events
        if event.HasField("workflow_execution_update_accepted_event_attributes")
    ]
    before = await types(office_at_work, player.case)

    assert await stranger.update(player.case, RawValue(sent)) == UNREADABLE

    assert await types(office_at_work, player.case) == before


@pytest.mark.rule("KRN-01")
async def test_a_workflow_that_a_stranger_starts_records_nothing(office_at_work: Office, stranger: Stranger):
    case = f"hiring-{uuid4().hex[:10]}"
    await stranger.client.start_workflow(
        "Hiring", {"case": case, "process": "hiring"}, id=case, task_queue=office_at_work.queue
    )
    office_at_work.started.append(case)

    opening = {"name": "raise-requisition", "actor": REQUESTER, "channel": "web", "payload": {}}
    assert await stranger.update(case, opening) == UNREADABLE

    async with office_at_work.services.pool.acquire() as conn:
        assert await log.stream_version(conn, case) == 0
