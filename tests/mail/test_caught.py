"""On the embedded stack mails are caught: a real server keeps them, and a page shows them as text."""

import asyncio
import smtplib
import sys
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from embedded.ports import answers, choose
from tests.mail.conftest import Desk
from tests.mail.test_deciding import browser

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def catcher(tmp_path: Path) -> AsyncIterator[tuple[int, Path]]:
    port, folder = choose(0, purpose="mail", option=""), tmp_path / "caught"
    command = (sys.executable, "-m", "embedded.catcher", str(port), str(folder))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    while not await answers(port):
        assert process.returncode is None, "the catcher ended"
    yield port, folder
    process.terminate()
    assert await process.wait() == 0


def mailed(port: int, subject: str, text: str, html: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "signoff@office.example", "somebody@office.example", subject
    mail["Date"] = "Wed, 25 Nov 2026 10:00:00 +0000"
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        smtp.send_message(mail)


async def test_a_caught_mail_is_listed_and_shown_with_links_and_nothing_of_it_runs(
    desk: Desk, catcher: tuple[int, Path]
):
    port, folder = catcher
    mailed(port, "งานใหม่", "Look:\nhttp://127.0.0.1:8080/mail/x", "<script>alert(1)</script><p>Look</p>")

    async with browser(desk, caught=folder) as http:
        await http.post("/login/choose", data={"person": desk.person})
        listed = (await http.get("/caught")).text
        [name] = [file.stem for file in folder.iterdir()]
        shown = (await http.get(f"/caught/{name}")).text

    assert "งานใหม่" in listed
    assert f'href="/caught/{name}"' in listed
    assert '<a href="http://127.0.0.1:8080/mail/x">' in shown
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


async def test_without_a_catcher_there_is_no_such_page(desk: Desk):
    async with browser(desk) as http:
        await http.post("/login/choose", data={"person": desk.person})

        assert (await http.get("/caught")).status_code == 404
        assert "/caught" not in (await http.get("/inbox")).text


async def test_no_name_leads_out_of_the_folder(desk: Desk, tmp_path: Path):
    (tmp_path / "secret.eml").write_text("To: x\n\nsecret")
    (tmp_path / "caught").mkdir()
    async with browser(desk, caught=tmp_path / "caught") as http:
        await http.post("/login/choose", data={"person": desk.person})
        for name in ("..%2Fsecret", "../secret", "%2e%2e%2fsecret"):
            assert "secret" not in (await http.get(f"/caught/{name}")).text
