"""A mail as it goes out: headers, plain text, and the same as HTML with no picture and nothing to load."""

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, parseaddr
from pathlib import Path
from uuid import uuid5

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from eventstore.mails import Claimed
from mail.gather import MAILS
from mail.items import Item
from mail.links import PREFERENCES
from mail.readers import Reader
from mail.server import MailServer
from runtime.translations import catalogue

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def letter(
    mail: Claimed,
    reader: Reader,
    items: Sequence[tuple[str, Item]],
    server: MailServer,
    *,
    to: str,
    at: datetime,
    base_url: str,
) -> EmailMessage:
    """The mail of `items` (each with its case) to the address `to`. The same mail has the same Message-ID, always."""
    made = EmailMessage(policy=POLICY)
    made["From"] = _from(server)
    made["To"] = Address(addr_spec=to)
    made["Subject"] = " ".join(_subject(reader.language, [item for _, item in items]).split())
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{mail.id}@{server.domain}>"
    thread = _thread(items, reader, server)
    made["References"] = thread
    made["In-Reply-To"] = thread
    made["Auto-Submitted"] = "auto-generated"
    if reader.zone is not None:
        made["List-Id"] = f"Signoff <signoff.{server.domain}>"
        made["List-Unsubscribe"] = f"<{base_url}{PREFERENCES}>"
    if reply_to := next((item.reply_to for _, item in items if item.reply_to), None):
        made["Reply-To"] = Address(addr_spec=reply_to)
    shown = _shown(reader, [item for _, item in items])
    made.set_content(_TEMPLATES.get_template("letter.txt").render(shown), charset="utf-8", cte="quoted-printable")
    html = _TEMPLATES.get_template("letter.html").render(shown)
    made.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    made["Content-Language"] = reader.language  # not before: setting the content clears such headers
    return made


def _shown(reader: Reader, items: Sequence[Item]) -> dict[str, object]:
    gettext = catalogue(reader.language).gettext
    first = items[0]
    return {
        "language": reader.language,
        "items": items,
        "greeting": first.greeting,
        "signed": first.signed,
        "linked": any(item.url for item in items),
        "link_note": gettext("The link is for you alone: do not pass this message on. Opening it decides nothing."),
        "why": gettext("Signoff sent you this because you take part. You choose how often it writes to you."),
        "inside": reader.zone is not None,
        "subject": _subject(reader.language, items),
    }


def _subject(language: str, items: Sequence[Item]) -> str:
    if len(items) == 1:
        return items[0].headline
    return catalogue(language).gettext("{count} things for you").format(count=len(items))


def _thread(items: Sequence[tuple[str, Item]], reader: Reader, server: MailServer) -> str:
    """What mails of one case to one person refer to, so that they are shown together; digests are a thread too."""
    cases = {case for case, _ in items}
    about = cases.pop() if len(cases) == 1 else "several"
    return f"<{uuid5(MAILS, f'thread/{about}/{reader.person}')}@{server.domain}>"


def _from(server: MailServer) -> Address:
    name, address = parseaddr(server.sender)
    return Address(display_name=name or "Signoff", addr_spec=address)
