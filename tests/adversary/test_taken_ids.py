"""Whoever takes every id that can be derived, before Signoff uses it, silences nobody and spends nothing.

Each test takes first, lets everything go on, and sees in the log that the id it took is the one that was needed.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx
import pytest

from demo.player import Player
from domain.kernel.events import Stored
from domain.kernel.standing import Scope
from domain.organisation import record
from edge.changing import mail as post
from edge.changing import standing
from edge.changing.standing import Asked
from edge.sending.bulk import decide_many
from edge.sending.offers import offer_link
from eventstore import log, notifications
from tests.adversary.office import raised, task_of, types
from tests.adversary.taking import (
    THIEF,
    of_answer,
    of_deadline,
    of_effects,
    of_mails,
    taken,
    told_by,
    typed,
    update_of,
)
from tests.edge.test_newcomers import RECRUITER, bringing, to_candidates
from tests.mail.test_returned import RETURNS, report
from tests.support.hiring import played
from tests.support.office import Office
from tests.support.postbox import Postbox, all_sent, link_in, listening
from tests.web.api.asking import asking
from tests.workflows.test_authority import CONTROLLER, REQUEST, approved, limits_of
from web.app import application

pytestmark = pytest.mark.rule("KRN-19")

UNTIL_EXTENDED = 28
LAST_STEP = "executive"
ASKED = "e1003"
"""Who decides on the requisitions of these tests first."""


async def rows(office: Office, stream: str) -> list[Stored]:
    async with office.door.pool.acquire() as conn:
        return await log.read_stream(conn, stream)


async def deadlines(player: Player) -> list[UUID]:
    waiting = (await player.state()).case.deadlines
    return [of_deadline(player.case, each.kind, each.key, each.at.isoformat()) for each in waiting]


@asynccontextmanager
async def pages(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    served = application(office.door, patience=timedelta(seconds=20))
    transport = httpx.ASGITransport(served, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        yield http


# --- deadlines -------------------------------------------------------------------------------------------------------


async def _by_comment_elsewhere(office: Office, _: Player, ids: list[UUID]) -> None:
    await taken(office, ids)


async def _by_comment_here(office: Office, player: Player, ids: list[UUID]) -> None:
    await taken(office, ids, case=player.case)


async def _by_program(office: Office, player: Player, ids: list[UUID]) -> None:
    async with asking(office, THIEF) as http:
        for each in ids:
            key = {"Idempotency-Key": str(each)}
            found = await http.post(f"/cases/{player.case}/commands/comment", json={"text": "mine"}, headers=key)
            assert found.status_code == 200, found.text


async def _by_signal(office: Office, player: Player, ids: list[UUID]) -> None:
    for each in ids:
        said = {"name": "comment", "actor": THIEF, "payload": {"text": "mine"}, "command_id": str(each)}
        await office.handle(player.case).signal("command", said)
    await office.do(player.case, "comment", {"text": "after them"}, by=THIEF)


async def _by_update(office: Office, player: Player, ids: list[UUID]) -> None:
    for each in ids:
        said = {"name": "comment", "actor": THIEF, "payload": {"text": "mine"}, "command_id": str(each)}
        await office.handle(player.case).execute_update("command", said)


async def _by_delegation(office: Office, _: Player, ids: list[UUID]) -> None:
    for number, each in enumerate(ids):
        start = datetime.now(UTC) + timedelta(days=number)
        wish = Asked(THIEF, "e1006", start.isoformat(), (start + timedelta(hours=1)).isoformat(), Scope())
        await standing.grant(office.door, wish, office.actor(THIEF), command_id=each)


async def _by_preference(office: Office, _: Player, ids: list[UUID]) -> None:
    for number, each in enumerate(ids):
        sending = ("daily", "at-once")[number % 2]
        await post.prefer(office.door, office.actor(THIEF), sending=sending, command_id=each)


async def _by_opening(office: Office, _: Player, ids: list[UUID]) -> None:
    for each in ids:
        limit = {"person": "e1011", "category": "spending", "up_to": "5 THB", "unit": "it-web", "reason": "Licences"}
        await office.start("authority", limit, by=THIEF, name="request-limit", command_id=each)


@pytest.mark.rule("KRN-31")
@pytest.mark.parametrize(
    "take",
    [
        _by_comment_elsewhere,
        _by_comment_here,
        _by_program,
        _by_signal,
        _by_update,
        _by_delegation,
        _by_preference,
        _by_opening,
    ],
)
async def test_who_takes_the_ids_of_deadlines_silences_none(office_at_work: Office, take: Any):
    office, player = office_at_work, await raised(office_at_work)
    ids = await deadlines(player)
    await take(office, player, ids)

    await office.forward(player.case, timedelta(days=12))

    happened = await types(office, player.case)
    assert (happened.count("TaskReminded"), happened.count("TaskEscalated")) == (3, 1)
    timers = {row.command_id for row in await rows(office, player.case) if row.channel == "timer"}
    assert timers & set(ids), "the ids that were taken are those of the timers"
    async with office.door.pool.acquire() as conn:
        told = await notifications.told(conn, ASKED)
    assert len([one for one in told if one.task and one.case == player.case]) >= 3, "its reader is told all the same"


@pytest.mark.rule("HIR-14")
async def test_who_takes_the_id_of_an_expiry_keeps_no_offer_open(office_at_work: Office):
    player = await played(office_at_work, "hiring-taken-lapse", UNTIL_EXTENDED)
    ids = await deadlines(player)
    await taken(office_at_work, ids)

    await office_at_work.forward(player.case, timedelta(days=30))

    assert [offer.status.value for offer in (await player.state()).offers.values()] == ["lapsed"]
    timers = {row.command_id for row in await rows(office_at_work, player.case) if row.channel == "timer"}
    assert timers & set(ids)


# --- effects ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("KRN-53")
async def test_the_last_approver_of_a_limit_cannot_keep_it_from_being_recorded(office_at_work: Office):
    office, case, key = office_at_work, "authority-taken", uuid4()
    await office.start("authority", REQUEST, by=CONTROLLER, name="request-limit", case=case)
    await approved(office, case, until=LAST_STEP)
    shown = await office.state(case)
    [task] = shown["tasks"]
    later = range(shown["version"] + 1, shown["version"] + 9)
    ids = await taken(office, told_by(of_effects(case, later, [key])))
    decide = {"task": task["id"], "outcome": "approve"}
    await office.do(case, "decide", decide, by=task["assignees"][0], command_id=key)
    outcome = await office.outcome(case)

    assert outcome.stage == "granted"
    assert len(await limits_of(office, CONTROLLER)) == 1
    [noted] = [row for row in await rows(office, case) if row.type == "LimitRecorded"]
    [written] = [row for row in await rows(office, record.STREAM) if row.causation and row.type == "LimitSet"]
    assert {noted.command_id, written.command_id} <= ids


# --- the candidate's answer ------------------------------------------------------------------------------------------


@pytest.mark.rule("HIR-14")
@pytest.mark.parametrize("where", ["elsewhere", "here"])
async def test_who_takes_the_id_of_an_answer_keeps_no_candidate_from_it(office_at_work: Office, where: str):
    office, case = office_at_work, f"hiring-taken-answer-{where}"
    player = await played(office, case, UNTIL_EXTENDED)
    [offer] = (await player.state()).offers.values()
    until = next(d.at for d in (await player.state()).case.deadlines if d.key == offer.id)
    ids = [of_answer(case, offer.id, offer.candidate, chosen, until) for chosen in ("accept", "decline")]
    await taken(office, ids, case=case if where == "here" else None)

    link = await offer_link(office.door, case, offer.id)
    async with pages(office) as http:
        found = await http.post(link.removeprefix(office.door.settings.base_url), data={"answer": "accept"})

    assert found.status_code == 303, found.text
    [accepted] = [row for row in await rows(office, case) if row.type == "OfferAccepted"]
    assert accepted.command_id == ids[0]


async def test_who_takes_update_ids_at_temporal_keeps_no_candidate_from_an_answer(office_at_work: Office):
    office, case = office_at_work, "hiring-taken-update"
    player = await played(office, case, UNTIL_EXTENDED)
    [offer] = (await player.state()).offers.values()
    until = next(d.at for d in (await player.state()).case.deadlines if d.key == offer.id)
    answer, payload = (
        of_answer(case, offer.id, offer.candidate, "accept", until),
        {"offer": offer.id, "answer": "accept"},
    )
    for update in (update_of(answer, case, "answer-offer", offer.candidate, payload), str(answer)):
        await typed(office, case, update)

    link = await offer_link(office.door, case, offer.id)
    async with pages(office) as http:
        found = await http.post(link.removeprefix(office.door.settings.base_url), data={"answer": "accept"})

    assert found.status_code == 303, found.text
    assert "OfferAccepted" in await types(office, case)


# --- links of mails --------------------------------------------------------------------------------------------------


async def mailed(office: Office, player: Player, box: Postbox, **settings: Any) -> tuple[str, set[UUID]]:
    """The path of the link that the first approver got, and the ids that the mails of their task may have."""
    await all_sent(office.door, box, **settings)
    found = await office.door.people.address(ASKED)
    [mail] = [one for one in box.to(str(found)) if link_in(one)]
    history = await rows(office, player.case)
    effects = of_effects(player.case, range(1, len(history) + 1), {row.command_id for row in history})
    return link_in(mail).removeprefix(office.door.settings.base_url), set(of_mails(effects, ASKED))


@pytest.mark.rule("KRN-01")
@pytest.mark.parametrize(("by", "here"), [(THIEF, False), (THIEF, True), (ASKED, True)])
async def test_a_link_is_spent_by_its_own_decision_only(office_at_work: Office, by: str, here: bool):
    office, player = office_at_work, await raised(office_at_work)
    async with listening(Postbox()) as box, pages(office) as http:
        path, mails = await mailed(office, player, box)
        links = [uuid5(mail, (await task_of(player)).id) for mail in mails]
        ids = [*links, *(uuid5(link, "comment") for link in links)]
        await taken(office, ids, case=player.case if here else None, by=by)
        page = await http.get(path)
        content = re.search(r'name="content" value="([0-9a-f]{64})"', page.text)
        assert content, "nothing was decided, and the page says so"
        words = {"content": content[1], "comment": "I wonder"}
        commented = await http.post(path, data={**words, "outcome": "comment"})
        decided = await http.post(path, data={**words, "outcome": "approve"})

    assert (commented.status_code, decided.status_code) == (303, 303), decided.text
    said = [row for row in await rows(office, player.case) if row.channel == "mail"]
    assert {"Commented", "Decided"} <= {row.type for row in said}
    assert {row.command_id for row in said} <= set(ids)


@pytest.mark.rule("KRN-31")
async def test_who_takes_the_id_of_a_returned_mail_hides_no_return(office_at_work: Office):
    office, player = office_at_work, await raised(office_at_work)
    async with listening(Postbox()) as box:
        _, mails = await mailed(office, player, box, mail_returns=RETURNS)
        ids = [uuid5(mail, "returned") for mail in mails]
        await taken(office, ids)
        address = await office.door.people.address(ASKED)
        [sender] = [to for mail, to in zip(box.mails, box.senders, strict=True) if mail["To"] == address]
        from mail.bounces import take  # noqa: PLC0415 - `mail` is a name of this test too

        back = await take(office.door, report(sender), to="", now=datetime.now(UTC))

    assert back.became == "bounced"
    assert back.mail in mails


# --- parts of one request --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [THIEF, ASKED])
async def test_who_takes_the_ids_of_a_bulk_stops_none_of_its_decisions(office_at_work: Office, by: str):
    office, key = office_at_work, uuid4()
    players = [await raised(office) for _ in range(2)]
    tasks = [(await task_of(player)).id for player in players]
    await taken(office, [uuid5(key, task) for task in tasks], case=players[0].case, by=by)

    for _ in range(2):
        done = await decide_many(office.door, tasks, "approve", office.actor(ASKED), comment=None, command_id=key)
        assert [one.refused for one in done] == [None, None]
    assert [(await types(office, player.case)).count("Decided") for player in players] == [1, 1]


@pytest.mark.parametrize("by", [THIEF, RECRUITER])
async def test_who_takes_the_id_of_a_registration_keeps_nobody_out(office_at_work: Office, by: str):
    office, key = office_at_work, uuid4()
    case = await to_candidates(office)
    await taken(office, [uuid5(key, "candidate")], case=case, by=by)

    for said in (bringing("Somsri", "somsri@mail.example"), bringing("Nobody's address")):
        key = key if said["candidate"]["email"] else uuid4()
        await taken(office, [] if said["candidate"]["email"] else [uuid5(key, "candidate")], case=case, by=by)
        acks = [await office.do(case, "add-candidate", said, by=RECRUITER, command_id=key) for _ in range(2)]
        assert acks[0].position == acks[1].position


# --- acknowledgements under a known id -------------------------------------------------------------------------------


async def test_a_known_id_answers_for_its_own_command_only(office_at_work: Office):
    """A used key revokes nothing, grants nothing, and tells nothing of another's delegation."""
    office, used, other = office_at_work, uuid4(), uuid4()
    player, now = await raised(office), datetime.now(UTC)
    wish = Asked(ASKED, "e1006", now.isoformat(), (now + timedelta(days=3)).isoformat())
    granted = await standing.grant(office.door, wish, office.actor(ASKED), command_id=other)
    await office.do(player.case, "comment", {"text": "x"}, by=ASKED, command_id=used)
    place = f"/delegations/{granted['delegation']}/revocation"
    new = {"delegate": "e1006", "from": now.isoformat(), "until": (now + timedelta(days=2)).isoformat()}

    async with asking(office, ASKED) as own, asking(office, "e1044") as stranger:
        answers = [
            await http.post(path, json=body, headers={"Idempotency-Key": str(key)})
            for http, key in ((own, used), (stranger, used), (stranger, other))
            for path, body in ((place, {"reason": ""}), ("/delegations", new))
        ]

    assert {(found.status_code, found.json()["code"]) for found in answers} == {(409, "command-id-reused")}
    [row] = [one for one in await standing.delegations(office.door) if one["delegation"] == granted["delegation"]]
    assert row["state"] == "active"


async def test_a_finished_case_acknowledges_only_what_it_recorded(office_at_work: Office):
    office, key = office_at_work, uuid4()
    player = await raised(office)
    first = await office.do(player.case, "withdraw", {"reason": "later"}, by=THIEF, command_id=key)
    await office.outcome(player.case)
    async with asking(office, THIEF) as http:
        place, header = f"/cases/{player.case}/commands/withdraw", {"Idempotency-Key": str(key)}
        same = await http.post(place, json={"reason": "later"}, headers=header)
        other = await http.post(place, json={"reason": "never"}, headers=header)

    assert same.json()["position"] == first.position
    assert (other.status_code, other.json()["code"]) == (409, "command-id-reused")
