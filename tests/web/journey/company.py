"""An office that is looked at from outside: by its pages and by the mails that it sent."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import uuid5

from application.services import Services
from cli.demo.player import Player
from embedded.stack import Stack
from eventstore import chain
from mail.gather import MAILS
from tests.support.hiring import silent

PATIENCE = 60
"""Seconds; everything that is waited for comes much sooner on a quiet machine."""
LINK = re.compile(r"https?://\S+/(?:mail|offer)/\S+")


@dataclass(frozen=True)
class Company:
    """The stack and a door to it."""

    stack: Stack
    services: Services
    read: dict[str, EmailMessage] = field(default_factory=dict)
    """Mails by the name of their file: each is read once, however often one looks."""

    @property
    def here(self) -> str:
        """The address of the pages."""
        assert self.stack.web
        return self.stack.web

    @property
    def today(self) -> date:
        return datetime.now(UTC).date()

    def path(self, address: str) -> str:
        """The path of a link to one of the pages: without the language that a mail chose for its reader."""
        return address.removeprefix(self.here).partition("?")[0]

    def player(self, case: str) -> Player:
        """Plays what a test does not do through pages."""
        return Player(self.services, case, silent, authenticated="test")

    async def until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        """Returns once it is so. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while not await is_so():  # noqa: ASYNC110 - processes of their own tell no event
                await asyncio.sleep(0.1)

    async def mail_to(self, person: str, case: str) -> EmailMessage:
        """The newest caught mail to a person that is about a case and has a link in it, once there is one."""
        thread, found = str(uuid5(MAILS, f"thread/{case}/{person}")), list[EmailMessage]()

        async def came() -> bool:
            found[:] = [mail for mail in self._mails() if thread in mail["References"] and LINK.search(_plain(mail))]
            return bool(found)

        await self.until(came)
        return found[0]

    def _mails(self) -> list[EmailMessage]:
        """All that were caught, newest first."""
        folder = self.services.settings.caught
        assert folder, "the embedded stack catches mails"
        for file in folder.glob("*.eml"):
            if file.name not in self.read:
                self.read[file.name] = message_from_bytes(file.read_bytes(), policy=default)
        return [self.read[name] for name in sorted(self.read, reverse=True)]

    async def problems(self) -> tuple[int, list[chain.Problem]]:
        """What `signoff verify` finds: events, and what is wrong with them."""
        async with self.services.pool.acquire() as conn:
            report = await chain.verify(conn)
        return report.events, list(report.problems)


def link_in(mail: EmailMessage) -> str:
    """The one link by which the reader decides or answers."""
    [link] = LINK.findall(_plain(mail))
    return str(link)


def _plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
