"""Whoever takes the ids of links, or of the parts of a request, spends none; a known id answers for its own only."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from application.administration import delegations
from application.administration.delegations import Asked
from application.commands.bulk import decide_many
from cli.demo.player import Player
from mail.bounces import take
from tests.adversary.office import raised, task_of, types
from tests.adversary.taking import (
    THIEF,
    of_effects,
    of_mails,
    pages,
    rows,
    taken,
)
from tests.application.test_newcomers import RECRUITER, bringing, to_candidates
from tests.mail.test_returned import RETURNS, report
from tests.support.office import Office
from tests.support.postbox import Postbox, all_sent, link_in, listening
from tests.web.api.asking import asking

pytestmark = pytest.mark.rule("KRN-19")

ASKED = "e1003"
"""Who decides on the requisitions of these tests first."""


# --- links of mails --------------------------------------------------------------------------------------------------


async def mailed(office: Office, player: Player, box: Postbox, **settings: Any) -> tuple[str, set[UUID]]:
    """The path of the link that the first approver got, and the ids that the mails of their task may have."""
    await all_sent(office.services, box, **settings)
    found = await office.services.people.address(ASKED)
    [mail] = [one for one in box.to(str(found)) if link_in(one)]
    history = await rows(office, player.case)
    effects = of_effects(player.case, range(1, len(history) + 1), {row.command_id for row in history})
    return link_in(mail).removeprefix(office.services.settings.base_url), set(of_mails(effects, ASKED))


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
        address = await office.services.people.address(ASKED)
        [sender] = [to for mail, to in zip(box.mails, box.senders, strict=True) if mail["To"] == address]
        back = await take(office.services, report(sender), to="", now=datetime.now(UTC))

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
        done = await decide_many(office.services, tasks, "approve", office.actor(ASKED), comment=None, command_id=key)
        assert [one.refused for one in done] == [None, None]
    assert [(await types(office, player.case)).count("Decided") for player in players] == [1, 1]


@pytest.mark.parametrize("by", [THIEF, RECRUITER])
@pytest.mark.parametrize("email", ["somsri@mail.example", None])
async def test_who_takes_the_id_of_a_registration_keeps_nobody_out(office_at_work: Office, by: str, email: str | None):
    office, key = office_at_work, uuid4()
    case = await to_candidates(office)
    await taken(office, [uuid5(key, "candidate")], case=case, by=by)

    said = bringing("Somsri", email)
    acks = [await office.do(case, "add-candidate", said, by=RECRUITER, command_id=key) for _ in range(2)]

    assert acks[0].position == acks[1].position


# --- acknowledgements under a known id -------------------------------------------------------------------------------


async def test_a_known_id_answers_for_its_own_command_only(office_at_work: Office):
    """A used key revokes nothing, grants nothing, and tells nothing of another's delegation."""
    office, used, other = office_at_work, uuid4(), uuid4()
    player, now = await raised(office), datetime.now(UTC)
    wish = Asked(ASKED, "e1006", now.isoformat(), (now + timedelta(days=3)).isoformat())
    granted = await delegations.grant(office.services, wish, office.actor(ASKED), command_id=other)
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
    [row] = [
        one for one in await delegations.delegations(office.services) if one["delegation"] == granted["delegation"]
    ]
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
