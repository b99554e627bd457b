"""Whoever stands in is told of the tasks that they may do for somebody, once, and for whom (KRN-20)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from application.administration import delegations
from application.commands.compose import Actor
from domain.kernel.delegation import Delegation, Delegations, Scope
from domain.kernel.values.money import Money
from eventstore import log
from mail.delegates import stand_ins
from mail.links import read
from tests.mail.conftest import CASE, REMINDED, Desk, later
from tests.mail.deciding import approved
from tests.mail.delegation import STAND_IN, address_of, stands_in
from tests.support.postbox import Postbox, all_sent, link_in, text_of

pytestmark = pytest.mark.rule("KRN-20")

REQUESTER = "e1005"


async def test_a_task_is_told_to_both_and_to_the_stand_in_with_the_name_of_whom_it_is_for(desk: Desk, box: Postbox):
    await stands_in(desk, out_of_office=True)
    await desk.prefers(person=STAND_IN, language="en")
    for _ in range(2):
        await all_sent(desk.services, box, now=later(seconds=1))

    [own], [other] = box.to(desk.address), box.to(await address_of(desk))
    principal = await desk.services.people.name(desk.person, "en")
    assert str(other["Subject"]).strip().startswith(f"For {principal}: New task in {CASE}")
    assert f"On behalf of: {principal}" in text_of(other)
    assert link_in(own) != link_in(other)
    link = await read(desk.services, link_in(other).split("/mail/")[1].split("?")[0], now=datetime.now(UTC))
    assert (link.person, link.on_behalf_of, link.task) == (STAND_IN, desk.person, desk.task["id"])


async def test_a_reminder_is_told_to_the_stand_in_too_in_their_language(quiet: Desk, box: Postbox):
    await stands_in(quiet)
    await quiet.prefers(person=STAND_IN, language="th")
    await quiet.tell(REMINDED)
    await all_sent(quiet.services, box, now=later(seconds=1))

    [mail] = box.to(await address_of(quiet))
    assert mail["Content-Language"] == "th"
    assert "ปฏิบัติแทน" in text_of(mail)


async def test_what_was_open_before_is_one_mail_in_the_morning_and_none_at_once(quiet: Desk, box: Postbox):
    await stands_in(quiet)
    for _ in range(2):
        await all_sent(quiet.services, box, now=later(seconds=1))
    assert box.mails == []
    async with quiet.services.pool.acquire() as conn:
        [morning] = await conn.fetch("select next_try from signoff.mails where person = $1", STAND_IN)

    await all_sent(quiet.services, box, now=morning["next_try"])
    await all_sent(quiet.services, box, now=morning["next_try"] + timedelta(days=1))

    [mail] = box.to(await address_of(quiet))
    assert "/mail/" in link_in(mail)


async def test_a_list_of_what_was_open_says_nothing_of_what_is_done_by_then(quiet: Desk, box: Postbox):
    await stands_in(quiet)
    await all_sent(quiet.services, box, now=later(seconds=1))
    await approved(quiet)
    box.mails.clear()

    await all_sent(quiet.services, box, now=later(days=2))

    assert box.to(await address_of(quiet)) == []


@pytest.mark.rule("KRN-21")
@pytest.mark.parametrize(("hops", "found"), [(1, ("b", "d")), (2, ("b", "d", "c")), (3, ("b", "d", "c"))])
def test_those_who_stand_in_are_found_as_far_as_the_policy_allows_and_nobody_for_themself(
    hops: int, found: tuple[str, ...]
):
    now = datetime.now(UTC)
    pairs = (("a", "b", 1), ("a", "d", 1), ("b", "c", 1), ("c", "b", 1), ("b", "a", 1), ("a", "late", -1))
    given = [
        Delegation(
            id=f"d-{at}", principal=one, delegate=other, start=now - timedelta(days=2), end=now + timedelta(days)
        )
        for at, (one, other, days) in enumerate(pairs)
    ]

    assert stand_ins(Delegations(granted={one.id: one for one in given}), "a", now, hops=hops) == found


@pytest.mark.rule("KRN-21")
@pytest.mark.parametrize(
    ("person", "others"),
    [
        (REQUESTER, {}),
        (STAND_IN, {"scope": Scope(processes=("authority",))}),
        (STAND_IN, {"scope": Scope(up_to=Money(amount="1", currency="THB"))}),
    ],
    ids=["who asked for it", "another process", "too much money"],
)
async def test_a_task_that_the_stand_in_may_not_do_is_no_mail_to_them(
    desk: Desk, box: Postbox, person: str, others: dict[str, Any]
):
    await stands_in(desk, person, **others)
    await all_sent(desk.services, box, now=later(seconds=1))
    await all_sent(desk.services, box, now=later(days=2))

    assert box.to(await address_of(desk, person)) == []
    assert len(box.to(desk.address)) == 1


async def test_a_delegation_that_ended_before_the_mail_went_out_tells_nobody(desk: Desk, box: Postbox):
    name = await stands_in(desk)
    box.answer = "451 not now"
    await all_sent(desk.services, box)
    await delegations.revoke(desk.services, name, Actor(desk.person, "web", "chosen"))
    box.answer = "250 OK"
    box.mails.clear()
    await all_sent(desk.services, box, now=later(minutes=5))

    assert box.to(await address_of(desk)) == []
    assert len(box.to(desk.address)) == 1


async def test_what_is_no_task_is_told_to_its_person_alone(quiet: Desk, box: Postbox):
    """Comments and outcomes: a stand-in decides, and does not read along."""
    await stands_in(quiet)
    await all_sent(quiet.services, box, now=later(seconds=1))
    box.mails.clear()
    await quiet.tell(REMINDED.model_copy(update={"id": "{case} was put on hold: {title}"}))
    await all_sent(quiet.services, box, now=later(seconds=2))

    assert [str(mail["To"]) for mail in box.mails] == [quiet.address]


async def test_a_stand_in_who_wants_only_what_is_urgent_gets_neither_task_nor_list(desk: Desk, box: Postbox):
    await desk.prefers(person=STAND_IN, sending="escalations")
    await stands_in(desk)
    await all_sent(desk.services, box, now=later(seconds=1))
    await all_sent(desk.services, box, now=later(days=2))

    assert box.to(await address_of(desk)) == []


async def test_the_record_says_once_what_was_told_to_whom_for_whom(desk: Desk, box: Postbox):
    await stands_in(desk)
    for seconds in (1, 2, 3):
        await all_sent(desk.services, box, now=later(seconds=seconds))

    async with desk.services.pool.acquire() as conn:
        rows = await conn.fetch("select person, reader from signoff.mail_parts_for_others")
        assert await log.stream_version(conn, CASE), "and the case knows nothing of it"
    assert [tuple(row) for row in rows] == [(desk.person, STAND_IN)]
