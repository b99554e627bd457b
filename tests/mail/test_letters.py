"""What is in a mail: the reader's language, what they may see, one link, and headers that programs understand."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest

from application.administration import delegations
from application.administration.delegations import Asked
from domain.kernel.errors import Refused
from domain.kernel.showing.notifications import APPROVED, ESCALATED
from domain.kernel.values.message import N_
from mail.gather import SETTLING
from tests.mail.conftest import CASE, REMINDED, Desk, later
from tests.support.postbox import Postbox, all_sent, link_in, text_of

TODAY = datetime.now(UTC).date()


async def sent(desk: Desk, box: Postbox, language: str):
    await desk.prefers(language=language)
    await all_sent(desk.services, box)
    [mail] = box.to(desk.address)
    return mail


async def test_a_task_is_told_in_the_readers_language_with_its_amount_its_due_time_and_one_link(
    desk: Desk, box: Postbox
):
    mail = await sent(desk, box, "en")
    text, html = text_of(mail), text_of(mail, "html")

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for told in (
        "Look and decide",
        "Asked for by: Somchai Rattanakul",
        "Due: ",
        "(Indochina Time)",
        "THB",
        "Bangkok",
        "Web and Mobile",
    ):
        assert told in text
    assert link_in(mail) in html.replace("&amp;", "&")
    assert len(set(re.findall(r"https?://[^\s\"<]+", html))) == 1, "nothing to load, nowhere else to go"
    assert "<img" not in html
    assert mail["Content-Language"] == "en"


async def test_in_thai_everything_that_is_ours_is_thai(desk: Desk, box: Postbox):
    mail = await sent(desk, box, "th")

    assert "ผู้ขอ: สมชาย รัตนกุล" in text_of(mail)
    assert not re.search(r"Look|Asked|Due|task", text_of(mail).split("http")[0])
    assert re.search(r"[ก-๙]", str(mail["Subject"]))
    assert link_in(mail).endswith("lang=th")


async def test_the_organisations_language_counts_where_nobody_chose(desk: Desk, box: Postbox):
    await all_sent(desk.services, box)

    [mail] = box.to(desk.address)
    assert mail["Content-Language"] == "th"


async def test_headers_thread_a_case_and_say_that_a_program_wrote_them(desk: Desk, box: Postbox):
    await desk.tell(REMINDED)
    await desk.tell(N_("{case} was put on hold: {reason}", case=CASE, reason="budget"))
    await all_sent(desk.services, box, now=later(seconds=1))

    first, *others = box.to(desk.address)
    assert others
    for mail in (first, *others):
        assert mail["References"] == first["References"]
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["List-Id"] == "Signoff <signoff.office.example>"
        assert mail["List-Unsubscribe"] == f"<{desk.services.settings.base_url}/preferences>"
        assert mail["Date"]
        assert not re.search(r"e1\d{3}|prasert", str(mail["Message-ID"]) + str(mail["References"]))
    assert len({str(mail["Message-ID"]) for mail in (first, *others)}) == len(others) + 1


async def test_what_the_wire_carries_is_ascii_in_the_headers_and_folded(desk: Desk, box: Postbox):
    raw = (await sent(desk, box, "th")).as_bytes()
    head = raw.split(b"\n\n", 1)[0]

    assert head.isascii()
    assert max(map(len, raw.splitlines())) <= 998
    assert message_from_bytes(raw, policy=default)["Subject"]


async def test_text_of_people_is_text_in_the_html_and_no_header(desk: Desk, box: Postbox):
    await all_sent(desk.services, box)
    box.mails.clear()
    evil = "<script>alert(1)</script>\r\nBcc: other@office.example"
    await desk.tell(N_("{case} was put on hold: {reason}", case=CASE, reason=evil))
    await all_sent(desk.services, box, now=later(seconds=1))

    [mail] = box.mails
    assert mail["Bcc"] is None
    assert "<script>" not in text_of(mail, "html")
    assert "&lt;script&gt;" in text_of(mail, "html")


@pytest.mark.rule("KRN-43")
async def test_what_the_reader_may_not_see_is_not_in_their_mail(desk: Desk, box: Postbox):
    """Somebody who takes no part in the case: told by mistake, they learn nothing from it."""
    stranger = "e1054"
    await desk.tell(N_("{case} was put on hold: {reason}", case=CASE, reason="95000 THB"), person=stranger)
    await all_sent(desk.services, box, now=later(seconds=1))

    assert all("95" not in text_of(mail) for mail in box.mails if mail["To"] != desk.address)


@pytest.mark.rule("KRN-31")
async def test_after_downtime_a_person_gets_one_mail_for_all_that_is_late(quiet: Desk, box: Postbox):
    now = datetime.now(UTC)
    for _ in range(40):
        await quiet.tell(REMINDED, digest=TODAY)
    await all_sent(quiet.services, box, now=later(seconds=1))
    assert box.mails == [], "it waits for what else is late"
    for _ in range(3):
        await quiet.tell(REMINDED, digest=TODAY)

    await all_sent(quiet.services, box, now=now + SETTLING + timedelta(minutes=1))
    await all_sent(quiet.services, box, now=now + SETTLING * 3)

    assert len(box.mails) == 1


@pytest.mark.rule("KRN-31")
async def test_what_is_late_after_the_digest_went_out_waits_for_the_morning(quiet: Desk, box: Postbox):
    now = datetime.now(UTC)
    await quiet.tell(REMINDED, digest=TODAY)
    await all_sent(quiet.services, box, now=later(seconds=1))
    await all_sent(quiet.services, box, now=now + SETTLING + timedelta(minutes=1))
    await quiet.tell(REMINDED, digest=TODAY)
    await all_sent(quiet.services, box, now=now + SETTLING * 2)
    assert len(box.mails) == 1
    *_, (morning,) = await quiet.rows("next_try")

    await all_sent(quiet.services, box, now=morning)

    assert len(box.mails) == 2


async def test_whoever_wants_one_mail_a_day_gets_it_in_the_morning(desk: Desk, box: Postbox):
    await desk.prefers(sending="daily", language="en")
    await desk.tell(N_("{case} was put on hold: {reason}", case=CASE, reason="budget"))
    await all_sent(desk.services, box, now=later(seconds=1))
    assert box.to(desk.address) == []
    [(kind, at)] = await desk.rows("kind, next_try")
    assert (kind, (at + timedelta(hours=7)).hour) == ("daily", 8), "eight on the clocks of Bangkok"

    await all_sent(desk.services, box, now=at)

    [mail] = box.to(desk.address)
    assert mail["Subject"] == "2 things for you"


async def test_whoever_wants_none_gets_none_and_nothing_is_kept_for_later(desk: Desk, box: Postbox):
    await desk.prefers(sending="never")
    await all_sent(desk.services, box)
    await desk.prefers(sending="at-once")
    await all_sent(desk.services, box, now=later(minutes=5))

    assert box.to(desk.address) == []
    assert await desk.rows() == [("skipped", 0, "not-wanted")]


async def test_whoever_wants_only_what_is_urgent_gets_escalations_and_outcomes_and_no_more(desk: Desk, box: Postbox):
    """A task, a reminder and a comment are not; neither waits for the morning."""
    await desk.prefers(sending="escalations", language="en")
    escalated = N_(ESCALATED, case=CASE, title="Budget")
    outcome = N_(APPROVED, case=CASE, review="requisition")
    for told in (REMINDED, N_("{by} commented on {case}", by="e1005", case=CASE), escalated, outcome):
        await desk.tell(told)
    await all_sent(desk.services, box, now=later(seconds=1))

    assert {str(mail["Subject"]).split()[0] for mail in box.to(desk.address)} == {"Escalated", "requisition"}
    assert sorted(await desk.rows("state, kind")) == [("sent", "single")] * 2 + [("skipped", "single")] * 3


async def test_escalations_and_outcomes_do_not_wait_for_the_morning(quiet: Desk, box: Postbox):
    await quiet.prefers(sending="daily")
    await quiet.tell(N_(ESCALATED, case=CASE, title="Budget"))
    await quiet.tell(N_("{by} commented on {case}", by="e1005", case=CASE))
    await all_sent(quiet.services, box, now=later(seconds=1))

    assert len(box.to(quiet.address)) == 1
    assert ("waiting", "daily") in await quiet.rows("state, kind")


async def test_whoever_is_nobody_here_has_no_preference(desk: Desk):
    with pytest.raises(Refused, match="no person"):
        await desk.prefers(person=f"e{uuid4().int % 10**9}", sending="daily")


@pytest.mark.rule("KRN-20")
async def test_a_stand_in_that_others_arranged_is_told_at_once(desk: Desk, box: Postbox):
    """To who wants only escalations too: with both names, the days and the page where it can be ended."""
    await desk.prefers(person="e1004", sending="escalations", language="en")
    now = datetime.now(UTC)
    asked = Asked("e1004", "e1006", now.isoformat(), (now + timedelta(days=7)).isoformat())
    await delegations.grant(desk.services, asked, desk.office.actor("e1009"))
    await all_sent(desk.services, box)
    [mail] = box.to(str(await desk.services.people.address("e1004")))
    names = [await desk.services.people.name(person, "en") for person in ("e1009", "e1006")]
    assert f"{names[0]} arranged that {names[1]} stands in for you." in text_of(mail)
    assert "Until: " in text_of(mail)
    assert link_in(mail).endswith("/delegations")
