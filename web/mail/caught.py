"""The mails that the embedded stack caught instead of sending them. These pages do not exist in production."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.identity.visitor import SignedIn
from web.rendering import page
from web.services import Opened
from web.staff.surroundings import zone_of

router = APIRouter(include_in_schema=False)

SHOWN = 100
_NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")
_ADDRESS = re.compile(r"(https?://[^\s<>\"]+)")


@dataclass(frozen=True)
class Caught:
    """One mail; `parts` is its plain text, cut where addresses stand: each second part is one."""

    name: str
    to: str
    subject: str
    at: datetime
    headers: tuple[tuple[str, str], ...]
    parts: tuple[str, ...]
    html: str


@router.get("/caught")
async def listing(request: Request, services: Opened, visitor: SignedIn) -> Response:
    files = sorted(_folder(services.settings.caught).glob("*.eml"), reverse=True)[:SHOWN]
    mails = [_read(file) for file in files]
    return page(request, "mail/caught.html", {"mails": mails, "zone": await zone_of(services, visitor.person)})


@router.get("/caught/{name}")
async def one(request: Request, services: Opened, visitor: SignedIn, name: str) -> Response:
    """One mail: its text, and its HTML as text: nothing of a mail runs or loads here."""
    file = _folder(services.settings.caught) / f"{name}.eml"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise HTTPException(404)
    return page(request, "mail/caught_one.html", {"mail": _read(file), "zone": await zone_of(services, visitor.person)})


def _folder(folder: Path | None) -> Path:
    if folder is None:
        raise HTTPException(404)
    return folder


def _read(file: Path) -> Caught:
    mail = message_from_bytes(file.read_bytes(), policy=default)
    return Caught(
        name=file.stem,
        to=str(mail["To"]),
        subject=str(mail["Subject"]),
        at=parsedate_to_datetime(str(mail["Date"])),
        headers=tuple((name, str(value)) for name, value in mail.items()),
        parts=tuple(_ADDRESS.split(_body(mail, "plain"))),
        html=_body(mail, "html"),
    )


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""
