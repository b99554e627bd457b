"""Erasing a person: the key, every memory, what can be rewritten; and what remains, where, until when (KRN-52)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from application.services import Services
from domain.kernel.values.message import N_, Message

TABLE = N_("The table of the keys: until the transactions end that were open while it was written anew")
LOG = N_(
    "The write-ahead log of the key database holds the key, wrapped: until its files are reused or archives expire"
)
UNWRITTEN = N_(
    "The files of the key database hold the key, wrapped: until its next checkpoint; this program may not ask for one"
)
BACKUPS = N_("Backups of the key database hold the key, wrapped: until they expire; keep them for days")
SENT = N_("Mails that were sent, and what was printed or downloaded: with whoever has them")
WRITTEN = N_(
    "What people wrote in comments, reasons and files that were not sealed: for as long as the log, which no one edits"
)


@dataclass(frozen=True)
class Erased:
    """`new`: it had not been done before. `mails` were deleted; `remains` says what is left, where, until when."""

    new: bool
    mails: int
    remains: tuple[Message, ...]


async def erase(services: Services, person: str, reason: str, *, actor: str) -> Erased:
    """Erases a person for good; safe to repeat. Once it returns no program shows the name.

    Raises Refused `unknown-person`.
    """
    texts = await services.people.called(person)
    new = await services.people.erase(person, reason, actor=actor)
    mails = await asyncio.to_thread(_forget_mails, services.settings.caught, texts)
    written = await services.keys.written_out()
    return Erased(new, mails, (TABLE, LOG, *(() if written else (UNWRITTEN,)), BACKUPS, SENT, WRITTEN))


def _forget_mails(folder: Path | None, texts: Sequence[str]) -> int:
    """Deletes the caught mails in which any of these texts stands; how many they were."""
    if folder is None or not texts:
        return 0
    found = [file for file in folder.glob("*.eml*") if _mentions(file.read_bytes(), texts)]
    for file in found:
        file.unlink(missing_ok=True)
    return len(found)


def _mentions(data: bytes, texts: Sequence[str]) -> bool:
    mail = message_from_bytes(data, policy=default)
    said = "\n".join([*map(str, mail.values()), *map(_text, mail.walk())]).casefold()
    return any(text.casefold() in said for text in texts)


def _text(part: EmailMessage) -> str:
    return str(part.get_content()) if part.get_content_maintype() == "text" else ""
