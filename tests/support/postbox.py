"""A real mail server in the test's own loop: it keeps what it takes, and refuses, drops or hangs when it is told to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from application.services import Services
from mail.sender import once
from mail.server import MailServer, server_of

SENDER = "Signoff <signoff@office.example>"


@dataclass
class Postbox:
    """`mails` are those it took, `senders` those of their envelopes.

    `answer` is what it says to each RCPT, `before_answer` runs once a mail was taken.
    """

    port: int = 0
    query: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answer: str = "250 OK"
    before_answer: Callable[[SMTP], Awaitable[None]] | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.senders.append(str(envelope.mail_from))
        self.encrypted.append(session.ssl is not None)
        if self.before_answer:
            await self.before_answer(server)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if str(mail["To"]) == address]

    def known_to(self, services: Services, **changed: Any) -> MailServer:
        """This server as the settings of a worker would name it."""
        url = SecretStr(f"smtp://127.0.0.1:{self.port}{self.query}")
        found = server_of(services.settings.model_copy(update={"smtp_url": url, "mail_from": SENDER, **changed}))
        assert found is not None
        return found


@asynccontextmanager
async def listening(box: Postbox, **options: Any) -> AsyncIterator[Postbox]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, enable_SMTPUTF8=True, loop=loop, **options), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()


async def hang_up(server: SMTP) -> None:
    """The connection breaks after the mail was taken, before the sender hears of it."""
    assert server.transport is not None
    server.transport.abort()


async def all_sent(services: Services, box: Postbox, *, now: datetime | None = None, **changed: Any) -> None:
    """Everything that is due at `now` goes out, under settings of a worker that are `changed` so."""
    await once(services, box.known_to(services, **changed), now=now or datetime.now(UTC))


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def link_in(mail: EmailMessage) -> str:
    """The one address in a mail's text."""
    [found] = [line for line in text_of(mail).splitlines() if line.startswith("http")]
    return found


def self_made_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that nobody else signed: its file, and the context of a server that shows it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, secret = folder / "mail.pem", folder / "mail.key"
    shown.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*form))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(shown, secret)
    return shown, context


def trusting(server: MailServer, certificate: Path | None) -> MailServer:
    """The same server, which must encrypt; trusted by this certificate alone."""
    return replace(server, tls="starttls", ca=str(certificate) if certificate else None)
