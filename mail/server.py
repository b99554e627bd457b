"""The mail server of the settings: how it is reached, and what its answers mean."""

import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTP

from domain.kernel.errors import Refused
from runtime.settings import Settings

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts to which mail may go without encryption: it does not leave the machine."""

PATIENCE = 30.0
"""Seconds for one answer of the server; far less than a mail is claimed for."""

_RETURNS = re.compile(r"([A-Za-z0-9._-]{1,24}@[A-Za-z0-9.-]+)?")
"""A local part has 64 characters at most; a tag takes forty of them."""

Tls = Literal["implicit", "starttls", "none"]


@dataclass(frozen=True, repr=False)
class MailServer:
    """Where mail goes and whom it is from. `ca` is a file of certificates to trust besides those of the system.

    `returns` is the mailbox to which mail comes back, empty for that of the sender.
    """

    host: str
    port: int
    tls: Tls
    user: str | None
    password: str | None
    ca: str | None
    sender: str
    returns: str = ""

    @property
    def address(self) -> str:
        """The bare address that mail is from."""
        return parseaddr(self.sender)[1]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Answer:
    """How the server answered one mail: `code` is its three digits, or a word of ours where there were none."""

    end: Literal["sent", "bounced", "waiting"]
    code: str


class ServerAway(Exception):
    """The mail server does not take anything just now; whatever waits goes on waiting."""


def server_of(settings: Settings) -> MailServer | None:
    """The server, None where mail is switched off. Raises Refused `bad-setting`, which never shows the URL."""
    if settings.smtp_url is None:
        return None
    parts = urlsplit(settings.smtp_url.get_secret_value())
    try:
        port = parts.port
    except ValueError:
        port = 0
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == 0 or set(options) - {"starttls", "ca"}:
        raise _bad("SIGNOFF_SMTP_URL", "smtp://user:password@host:587 or smtps://user:password@host:465")
    if "@" not in parseaddr(settings.mail_from)[1]:
        raise _bad("SIGNOFF_MAIL_FROM", "the address that mail is from, for example signoff@company.example")
    if not _RETURNS.fullmatch(settings.mail_returns):
        raise _bad("SIGNOFF_MAIL_RETURNS", "a mailbox with at most 24 characters before the @, or nothing")
    bare = options.get("starttls", "no" if parts.hostname in LOCAL else "yes") == "no"
    tls: Tls = "implicit" if parts.scheme == "smtps" else "none" if bare else "starttls"
    return MailServer(
        host=parts.hostname,
        port=port or (465 if tls == "implicit" else 587),
        tls=tls,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        ca=options.get("ca"),
        sender=settings.mail_from,
        returns=settings.mail_returns,
    )


@asynccontextmanager
async def connected(server: MailServer) -> AsyncIterator[SMTP]:
    """A connection, encrypted and logged in as the settings say. Raises ServerAway for whatever is in the way."""
    context = ssl.create_default_context(cafile=server.ca) if server.tls != "none" else None
    smtp = SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls == "implicit",
        start_tls=server.tls == "starttls",
        username=server.user,
        password=server.password,
        tls_context=context,
        local_hostname=server.domain,
        timeout=PATIENCE,
    )
    with closing(smtp):
        try:
            await smtp.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise ServerAway(type(error).__name__) from error
        yield smtp
        with suppress(aiosmtplib.SMTPException, OSError):
            await smtp.quit()


async def hand_over(smtp: SMTP, sender: str, message: EmailMessage, to: str) -> Answer:
    """Gives one mail to the server, to come back to `sender`. A refusal of address or mail for good (5xx) is a bounce.

    Raises ServerAway if the connection broke: whether the server has taken the mail is then not known.
    """
    try:
        await smtp.send_message(message, sender=sender, recipients=[to])
    except aiosmtplib.SMTPRecipientsRefused as error:
        return _refusal(error.recipients[0].code)
    except aiosmtplib.SMTPSenderRefused as error:
        return Answer("waiting", str(error.code))  # the settings are wrong, not the address
    except aiosmtplib.SMTPResponseException as error:
        if error.code == aiosmtplib.SMTPStatus.domain_unavailable:  # 421: it closes the connection
            raise ServerAway(str(error.code)) from error
        return _refusal(error.code)
    except aiosmtplib.SMTPNotSupported:
        return Answer("bounced", "no-utf8")
    except (aiosmtplib.SMTPException, OSError) as error:
        raise ServerAway(type(error).__name__) from error
    return Answer("sent", "250")


def _refusal(code: int) -> Answer:
    return Answer("bounced" if code >= 500 else "waiting", str(code))


def _bad(name: str, wanted: str) -> Refused:
    return Refused("bad-setting", "{name} is wrong; it must be {wanted}.", name=name, wanted=wanted)
