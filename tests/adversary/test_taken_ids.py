"""Whoever takes every id that can be derived, before Signoff uses it, silences nobody and spends nothing.

Each test takes first, lets everything go on, and sees in the log that the id it took is the one that was needed.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from application.administration import delegations
from application.administration import mail as post
from application.administration.delegations import Asked
from application.commands.offers import offer_link
from cli.demo.player import Player
from domain.kernel.delegation import Scope
from domain.organisation import record
from eventstore import notifications
from tests.adversary.office import raised, types
from tests.adversary.taking import (
    THIEF,
    of_answer,
    of_deadline,
    of_effects,
    pages,
    rows,
    taken,
    told_by,
    typed,
    update_of,
)
from tests.support import jobs
from tests.support.hiring import played
from tests.support.office import Office
from tests.web.api.asking import asking
from tests.workflows.test_authority import CONTROLLER, REQUEST, approved, limits_of

pytestmark = pytest.mark.rule("KRN-19")

UNTIL_EXTENDED = 28
LAST_STEP = "executive"
ASKED = "e1003"
"""Who decides on the requisitions of these tests first."""


async def deadlines(player: Player) -> list[UUID]:
    waiting = (await player.state()).case.deadlines
    return [of_deadline(player.case, each.kind, each.key, each.at.isoformat()) for each in waiting]


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
        await delegations.grant(office.services, wish, office.actor(THIEF), command_id=each)


async def _by_preference(office: Office, _: Player, ids: list[UUID]) -> None:
    for number, each in enumerate(ids):
        sending = ("daily", "at-once")[number % 2]
        await post.prefer(office.services, office.actor(THIEF), sending=sending, command_id=each)


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
    async with office.services.pool.acquire() as conn:
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
    [noted] = [row for row in await rows(office, case) if row.type == "Recorded"]
    [written] = [row for row in await rows(office, record.STREAM) if row.causation and row.type == "LimitSet"]
    assert {noted.command_id, written.command_id} <= ids


@pytest.mark.rule("JOB-05")
async def test_who_takes_the_id_of_what_a_case_is_told_keeps_it_from_nothing(office_at_work: Office):
    office, old, new = office_at_work, "jd-taken-4", "jd-taken-5"
    await jobs.revised(office, old)
    await jobs.assessed(office, old)
    await jobs.approved(office, old)
    await jobs.revised(office, new, purpose="Keeps the platform running, day and night.")
    ids = set[UUID]()
    while tasks := (await office.state(new))["tasks"]:
        version, key = (await office.state(new))["version"], uuid4()
        asked = list(of_effects(new, [version + 7], [key]))[:2]  # by the place of what follows the last decision
        first = {uuid5(one, "command") for one in asked}
        then = {uuid5(one, "command") for one in of_effects(new, [version + 8, version + 9], first)}
        ids |= await taken(office, first | then)
        person = next(one for one in tasks[0]["assignees"] if one not in tasks[0].get("voted", ()))
        await office.do(new, "decide", {"task": tasks[0]["id"], "outcome": "approve"}, by=person, command_id=key)

    assert (await office.outcome(old)).stage == "superseded"
    [told] = [row for row in await rows(office, old) if row.channel == "effect" and row.type == "DescriptionSuperseded"]
    assert told.command_id in ids


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

    link = await offer_link(office.services, case, offer.id)
    async with pages(office) as http:
        found = await http.post(link.removeprefix(office.services.settings.base_url), data={"answer": "accept"})

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

    link = await offer_link(office.services, case, offer.id)
    async with pages(office) as http:
        found = await http.post(link.removeprefix(office.services.settings.base_url), data={"answer": "accept"})

    assert found.status_code == 303, found.text
    assert "OfferAccepted" in await types(office, case)
