"""Each thing told is one mail, whatever the mail server does meanwhile; and no case waits for it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from application.administration import mail as post
from eventstore import mails
from mail.gather import gather
from mail.sender import CLAIM, GIVE_UP, follow, once
from mail.server import ServerAway
from tests.mail.conftest import REMINDED, Desk, later
from tests.mail.deciding import approved
from tests.support.postbox import Postbox, all_sent, hang_up, link_in, listening, self_made_certificate, trusting


async def test_one_mail_for_one_thing_told_however_often_it_is_looked_for(desk: Desk, box: Postbox):
    for _ in range(3):
        await all_sent(desk.services, box)

    [mail] = box.to(desk.address)
    assert mail["Subject"]
    assert await desk.rows() == [("sent", 1, "250")]


async def test_two_senders_at_once_send_each_mail_once(desk: Desk, box: Postbox):
    for _ in range(10):
        await desk.tell(REMINDED)
    server = box.known_to(desk.services)

    await asyncio.gather(*(once(desk.services, server, now=later(seconds=1)) for _ in range(3)))
    await all_sent(desk.services, box, now=later(seconds=2))

    ids = [mail["Message-ID"] for mail in box.to(desk.address)]
    assert len(ids) == len(set(ids)) == 11


async def test_a_sender_that_died_is_followed_by_another_after_its_claim_and_never_before(desk: Desk, box: Postbox):
    now = datetime.now(UTC)
    async with desk.services.pool.acquire() as conn:
        box.answer = "451 not now"
        await all_sent(desk.services, box, now=now)
        due = now + timedelta(minutes=2)
        claimed = await mails.claim(conn, now=due, until=due + CLAIM)  # and then nothing: a crash
    assert claimed is not None
    box.answer = "250 OK"

    await all_sent(desk.services, box, now=due + CLAIM / 2)
    assert str(claimed.id) not in {str(mail["Message-ID"])[1:37] for mail in box.mails}
    await all_sent(desk.services, box, now=due + CLAIM * 2)

    assert [str(mail["Message-ID"])[1:37] for mail in box.mails].count(str(claimed.id)) == 1


async def test_whoever_lost_a_mail_to_another_sender_does_not_overwrite_how_it_ended(desk: Desk, box: Postbox):
    now = datetime.now(UTC)
    assert await gather(desk.services, now)
    async with desk.services.pool.acquire() as conn:
        slow = await mails.claim(conn, now=now, until=now)
        assert slow is not None
        fast = None
        while fast is None or fast.id != slow.id:
            fast = await mails.claim(conn, now=now + timedelta(seconds=1), until=now + CLAIM)
            assert fast is not None
        assert await mails.settle(conn, fast, "sent", "250", now=now)

        assert not await mails.settle(conn, slow, "waiting", "away", now=now, next_try=now)


async def test_a_connection_that_breaks_behind_the_mail_leads_to_a_second_copy_with_the_same_id(
    desk: Desk, box: Postbox
):
    """Nobody can know whether the server took it; who gets both can tell that it is one."""
    box.before_answer = hang_up
    with pytest.raises(ServerAway):
        await all_sent(desk.services, box)
    box.before_answer = None
    await all_sent(desk.services, box, now=later(minutes=2))

    repeated = [str(mail["Message-ID"]) for mail in box.mails if mail["To"] == box.mails[0]["To"]]
    assert len(repeated) == 2
    assert len(set(repeated)) == 1
    assert len({link_in(mail) for mail in box.to(desk.address)}) == 1


async def test_an_outage_costs_no_mail_an_attempt_and_everything_arrives_after_it(desk: Desk):
    box = Postbox()
    async with listening(box):
        server = box.known_to(desk.services)
    with pytest.raises(ServerAway):
        await once(desk.services, server, now=datetime.now(UTC))
    assert await desk.rows() == [("waiting", 0, None)]

    async with listening(box):
        await all_sent(desk.services, box)

    assert len(box.to(desk.address)) == 1


async def test_a_refusal_for_now_is_tried_again_ever_later_and_given_up_in_the_end(desk: Desk, box: Postbox):
    box.answer = "451 4.7.1 try again later"
    now, tries = datetime.now(UTC), []
    for _ in range(4):
        await all_sent(desk.services, box, now=now)
        [(state, attempts, answer, at)] = await desk.rows("state, attempts, answer, next_try")
        assert (state, answer) == ("waiting", "451")
        tries.append(at - now)
        now = at
    assert tries == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert attempts == 4

    await all_sent(desk.services, box, now=now + GIVE_UP)

    assert [state for state, *_ in await desk.rows()] == ["failed"]
    assert {row["state"] for row in await post.undelivered(desk.services)} == {"failed"}


async def test_what_is_due_and_finds_no_server_is_undelivered(desk: Desk):
    now = datetime.now(UTC)
    assert await gather(desk.services, now)

    assert await post.undelivered(desk.services, now=now) == [], "it is merely on its way"
    late = await post.undelivered(desk.services, now=now + post.LATE + timedelta(minutes=1))

    [own] = [row for row in late if row["person"] == desk.person]
    assert (own["state"], own["attempts"], own["answer"]) == ("waiting", 0, None)


async def test_a_refusal_for_good_is_a_bounce_that_operations_sees_without_the_address(desk: Desk, box: Postbox):
    box.answer = "550 5.1.1 no such mailbox"
    for minutes in (0, 5, 60):
        await all_sent(desk.services, box, now=later(minutes=minutes))

    assert await desk.rows() == [("bounced", 1, "550")]
    listed = await post.undelivered(desk.services)
    [own] = [row for row in listed if row["person"] == desk.person]
    assert (own["state"], own["answer"], own["next_try"]) == ("bounced", "550", None)
    assert "@" not in str(listed)


@pytest.mark.rule("KRN-01")
async def test_a_case_goes_on_while_mail_bounces(desk: Desk, box: Postbox):
    box.answer = "550 no"
    await all_sent(desk.services, box)

    done = await approved(desk)

    assert done.refusal is None


async def test_a_slow_server_does_not_hold_the_office(desk: Desk, box: Postbox, monkeypatch: pytest.MonkeyPatch):
    """What hangs longer than a mail may take counts as away; the rest of the office is not part of it."""
    monkeypatch.setattr("mail.sender.HANDING_OVER", 0.05)
    released = asyncio.Event()

    async def hang(_server: object) -> None:
        await released.wait()

    box.before_answer = hang
    with pytest.raises(ServerAway):
        await all_sent(desk.services, box)
    released.set()
    box.before_answer = None

    assert await desk.rows() == [("waiting", 1, "away")]


async def test_mail_is_encrypted_and_only_to_a_server_that_shows_a_certificate_we_trust(desk: Desk, tmp_path: Path):
    certificate, context = self_made_certificate(tmp_path)
    box = Postbox()
    async with listening(box, tls_context=context, require_starttls=True):
        with pytest.raises(ServerAway):
            await once(desk.services, trusting(box.known_to(desk.services), None), now=datetime.now(UTC))
        assert box.mails == []

        await once(desk.services, trusting(box.known_to(desk.services), certificate), now=datetime.now(UTC))

    assert box.to(desk.address)
    assert all(box.encrypted)


async def test_a_server_without_encryption_gets_nothing_where_it_is_demanded(desk: Desk, box: Postbox, tmp_path: Path):
    certificate, _ = self_made_certificate(tmp_path)

    with pytest.raises(ServerAway):
        await once(desk.services, trusting(box.known_to(desk.services), certificate), now=datetime.now(UTC))

    assert box.mails == []


async def test_what_was_told_before_mail_was_switched_on_is_old_news(desk: Desk, box: Postbox):
    await all_sent(desk.services, box, now=later(hours=25))

    assert box.mails == []
    assert await desk.rows() == []


async def test_a_task_that_is_over_is_no_mail(desk: Desk, box: Postbox):
    await approved(desk)
    await all_sent(desk.services, box)

    assert ("skipped", 1, "over") in await desk.rows()


@pytest.mark.rule("KRN-52")
async def test_an_erased_person_gets_no_mail_and_the_record_names_nobody(desk: Desk, box: Postbox):
    await desk.services.people.erase(desk.person, "asked for it", actor="os:test")

    await all_sent(desk.services, box)

    assert box.to(desk.address) == []
    assert await desk.rows() == [("skipped", 1, "no-address")]
    async with desk.services.pool.acquire() as conn:
        for table in ("mails", "mail_parts", "mail_links"):
            assert "@" not in str([dict(row) for row in await conn.fetch(f"select * from signoff.{table}")])


async def test_beside_a_worker_mail_is_sent_by_itself_until_it_is_asked_to_stop(desk: Desk, box: Postbox):
    stop, taken = asyncio.Event(), asyncio.Event()

    async def took(_server: object) -> None:
        taken.set()

    box.before_answer = took
    following = asyncio.create_task(follow(desk.services.settings, box.known_to(desk.services), stop))
    await asyncio.wait_for(taken.wait(), 20)
    stop.set()
    await asyncio.wait_for(following, 20)

    assert len(box.to(desk.address)) == 1
    assert await desk.rows() == [("sent", 1, "250")]
