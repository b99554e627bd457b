"""Mail that comes back after its server took it: recorded once, and never in the way of a case."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from uuid import UUID, uuid4

import pytest

from application.administration import mail as post
from application.keyring import mail_key
from domain.kernel.errors import Refused
from domain.organisation.persons import Details
from mail.bounces import mail_of, return_address, take
from mail.server import server_of
from tests.mail.conftest import REMINDED, Desk, later
from tests.mail.deciding import approved
from tests.support.postbox import Postbox, all_sent

RETURNS = "signoff-returns@office.example"


def report(to: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A delivery status notification as mail servers write it (RFC 3464)."""
    made = MIMEMultipart("report", report_type="delivery-status")
    made["From"], made["To"], made["Subject"] = "MAILER-DAEMON@mx.example", to, "Undelivered Mail"
    made.attach(MIMEText("I am sorry."))
    recipient = f"Final-Recipient: rfc822; x@y.example\r\nAction: {action}\r\nStatus: {status}\r\n"
    status_part = f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n{recipient}\r\n"
    head, _, tail = made.as_bytes().rpartition(b"\n--")
    boundary = made.get_boundary()
    return head + f"\n--{boundary}\n".encode() + status_part.encode() + b"\n--" + tail


async def sent(desk: Desk, box: Postbox, *, seconds: float = 1) -> tuple[str, UUID]:
    """The address to which the desk's mail comes back, and its id."""
    box.mails.clear()
    box.senders.clear()
    await all_sent(desk.services, box, now=later(seconds=seconds), mail_returns=RETURNS)
    [sender] = [sender for mail, sender in zip(box.mails, box.senders, strict=True) if mail["To"] == desk.address]
    found = mail_of(sender, mail_key(desk.services.settings))
    assert found is not None
    return sender, found


async def came_back(desk: Desk, message: bytes, *, to: str = "") -> str:
    return (await take(desk.services, message, to=to, now=datetime.now(UTC))).became


async def test_each_mail_goes_out_with_a_return_address_of_its_own_that_fits_into_an_envelope(desk: Desk, box: Postbox):
    await desk.tell(REMINDED)
    await all_sent(desk.services, box, now=later(seconds=1), mail_returns=RETURNS)

    assert len(set(box.senders)) == len(box.mails) > 1
    for mail, sender in zip(box.mails, box.senders, strict=True):
        assert len(sender.split("@")[0]) <= 64
        assert mail["From"] == "Signoff <signoff@office.example>"
        assert str(mail_of(sender.upper(), mail_key(desk.services.settings))) in str(mail["Message-ID"])


async def test_without_a_mailbox_for_it_mail_comes_back_to_its_sender(desk: Desk, box: Postbox):
    await all_sent(desk.services, box)

    assert set(box.senders) == {"signoff@office.example"}


async def test_a_mail_that_came_back_is_recorded_once_and_operations_see_it(desk: Desk, box: Postbox):
    sender, mail = await sent(desk, box)

    assert [await came_back(desk, report(sender)) for _ in range(2)] == ["bounced", "known"]
    [row] = [row for row in await post.undelivered(desk.services) if row["person"] == desk.person]
    assert (row["mail"], row["state"], row["answer"]) == (str(mail), "bounced", "5.1.1")
    assert "@" not in str(row)
    assert (await approved(desk)).refusal is None, "no case waits for it"


async def test_nobody_writes_to_an_address_that_is_none_until_the_person_has_another(desk: Desk, box: Postbox):
    sender, _ = await sent(desk, box)
    await came_back(desk, report(sender))
    await desk.tell(REMINDED)
    box.mails.clear()
    await all_sent(desk.services, box, now=later(seconds=2))
    assert box.to(desk.address) == []
    assert ("skipped", "dead-address") in await desk.rows("state, answer")

    names = {language: await desk.services.people.name(desk.person, language) for language in ("en", "th")}
    new = Details(names, "new.address@siam-orchard.example")
    await desk.services.people.write(desk.person, new, actor="os:test", command_id=uuid4())
    await desk.tell(REMINDED)
    await all_sent(desk.services, box, now=later(seconds=3))

    assert len(box.to("new.address@siam-orchard.example")) == 1


@pytest.mark.parametrize(
    ("status", "action", "became"), [("5.2.2", "failed", "bounced"), ("4.4.1", "delayed", "not-final")]
)
async def test_a_full_mailbox_or_a_delay_ends_nothing(desk: Desk, box: Postbox, status: str, action: str, became: str):
    sender, _ = await sent(desk, box)
    assert await came_back(desk, report(sender, status, action)) == became
    await desk.tell(REMINDED)

    await sent(desk, box, seconds=2)


async def test_the_address_may_come_from_the_mail_server_instead_of_the_headers(desk: Desk, box: Postbox):
    sender, _ = await sent(desk, box)

    assert await came_back(desk, report("postmaster@office.example"), to=sender) == "bounced"


async def test_what_is_no_report_on_a_mail_of_ours_is_refused_and_changes_nothing(desk: Desk, box: Postbox):
    sender, mail = await sent(desk, box)
    forged = sender.replace(sender[-20:-15], "aaaaa")
    elsewhere = return_address(RETURNS, "another key", mail)
    unknown = return_address(RETURNS, mail_key(desk.services.settings), uuid4())
    answer = EmailMessage()
    answer["To"] = sender
    answer.set_content("I am on holiday.")
    for message in (
        report(forged),
        report(elsewhere),
        report(unknown),
        report("x@y.example"),
        bytes(answer),
        b"",
        b"\xff",
    ):
        with pytest.raises(Refused, match="no report on a mail"):
            await came_back(desk, message)

    assert ("sent", 1, "250") in await desk.rows()


def test_a_mailbox_whose_name_leaves_no_room_for_the_tag_is_a_wrong_setting(desk: Desk, box: Postbox):
    for wrong in ("a" * 25 + "@x.example", "no address", "a+b@x.example"):
        with pytest.raises(Refused, match="SIGNOFF_MAIL_RETURNS"):
            box.known_to(desk.services, mail_returns=wrong)
    assert server_of(desk.services.settings) is None
