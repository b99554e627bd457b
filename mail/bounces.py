"""Mail that comes back after its server took it: found by its own return address, and recorded (RFC 3464).

Each mail goes out with an envelope sender of its own, whose tag is the mail's id with a keyed check: nobody makes up
that a mail of somebody else came back. No case waits for any of this.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from typing import Literal
from uuid import UUID, uuid5

from application.administration import mail as post
from application.keyring import mail_key
from application.records import append_record
from application.services import Services
from domain.kernel.command import SYSTEM
from domain.kernel.errors import Refused
from domain.organisation import mailing
from domain.organisation.mailing import MailBounced
from eventstore import mails

CHECK_BYTES = 8
LARGEST = 1_000_000
"""Bytes of a returned message that are looked at: the report comes first, the mail it returns last."""

_TAG = re.compile(r"\+([a-z2-7]{39})@")
_ID_CHARACTERS = 26
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
"""Where a mail server says to which address it delivered a message."""

Became = Literal["bounced", "known", "not-final"]


@dataclass(frozen=True)
class Returned:
    """What became of a returned message; `status` is the code of RFC 3463 that its report gives."""

    mail: UUID
    person: str
    status: str
    became: Became


def return_address(mailbox: str, key: str, mail: UUID) -> str:
    """The envelope sender of a mail: the mailbox for returned mail, with a tag behind its name."""
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{_base32(mail.bytes)}{_base32(_check(key, mail))}@{domain}"


def mail_of(address: str, key: str) -> UUID | None:
    """The mail whose return address this is; None for any other."""
    found = _TAG.search(address.lower())
    if found is None:
        return None
    mail = UUID(bytes=_bytes(found[1][:_ID_CHARACTERS]))
    return mail if hmac.compare_digest(_bytes(found[1][_ID_CHARACTERS:]), _check(key, mail)) else None


async def take(services: Services, message: bytes, *, to: str = "", now: datetime) -> Returned:
    """Records that a mail came back. The same message again, and one that tells only of a delay, changes nothing.

    `to` is the address that the message was sent to, where the mail server tells it; else its headers say so. Raises
    Refused `not-returned` for what is no report on a mail of ours.
    """
    report = message_from_bytes(message[:LARGEST])  # the older policy: it takes any header as it is
    mail = next(filter(None, (mail_of(each, mail_key(services.settings)) for each in _sent_to(report, to))), None)
    status = _status(report)
    async with services.pool.acquire() as conn:
        person = await mails.person_of(conn, mail) if mail else None
    if mail is None or person is None or status is None:
        raise Refused(
            "not-returned", "This is no report on a mail that Signoff sent; give the message as it came back."
        )
    if not status.startswith("5"):
        return Returned(mail, person, status, "not-final")
    return Returned(mail, person, status, await _record(services, mail, person, status, now))


async def _record(services: Services, mail: UUID, person: str, status: str, now: datetime) -> Became:
    """The event first: after a crash in between the same report does the rest."""
    known = await post.preference(services, person)
    new = mail not in known.returned
    if new:
        address = (await services.people.record(person)).email
        await append_record(
            services.pool, stream=mailing.stream_of(person), process=post.PROCESS, expected_version=known.version,
            events=[MailBounced(mail=mail, status=status, address=address, at=now)], actor=SYSTEM,
            command_id=uuid5(mail, "returned"), channel="mail",
        )  # fmt: skip
    async with services.pool.acquire() as conn:
        await mails.came_back(conn, mail, status, now)
    return "bounced" if new else "known"


def _sent_to(report: Message, to: str) -> list[str]:
    told = [str(value) for name in _TO for value in report.get_all(name, [])]
    return [to, *(address for _, address in getaddresses(told))]


def _status(report: Message) -> str | None:
    """What the report says of its recipient: failed for good, or for now; None where it is no such report."""
    for part in _recipients(report):
        found = _STATUS.search(str(part.get("Status", "")))
        failed = str(part.get("Action", "")).strip().lower() == "failed"
        if found:
            return found[0] if failed else f"4{found[0][1:]}"
    return None


def _recipients(report: Message) -> Iterator[Message]:
    for part in report.walk():
        blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else []
        yield from (each for each in blocks if isinstance(each, Message))


def _check(key: str, mail: UUID) -> bytes:
    return hmac.digest(key.encode(), b"returned " + mail.bytes, hashlib.sha256)[:CHECK_BYTES]


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def _bytes(text: str) -> bytes:
    return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
