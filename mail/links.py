"""The link in a mail: for one person and one decision, expiring, and spent by the decision, or a question, itself.

The token is a signed id, and the id is that of the command which the page sends. Whether a link is spent is therefore
what the log says: it is spent in the transaction of the decision, once, whoever else sends the form at that moment.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

from itsdangerous import BadData, URLSafeSerializer

from application.commands.offers import bad_link
from application.keyring import mail_key
from application.services import Services
from domain.kernel.cases.task_events import InformationAsked
from domain.kernel.errors import Refused
from domain.kernel.events import declared_name
from eventstore import log, mails
from eventstore.mails import Link
from mail.approval_request import ApprovalRequest

PREFERENCES = "/preferences"
"""The page on which somebody says how they want their mail."""

PURPOSE = "mail-decision"
LIFETIME = timedelta(days=14)
LONGEST = 200
"""Characters; a token of ours has about sixty."""

Spent = Literal["decision", "question"]
ASKED = declared_name(InformationAsked)


async def link_for(services: Services, mail: UUID, found: ApprovalRequest, person: str, made_at: datetime) -> str:
    """The address of the page on which this person decides this matter. A mail that is made again has the same."""
    assert found.content_hash is not None
    id_ = uuid5(mail, found.task)
    link = Link(id_, person, found.case, found.task, found.content_hash, made_at + LIFETIME, found.on_behalf_of)
    async with services.pool.acquire() as conn:
        await mails.keep_link(conn, link)
    return f"{services.settings.base_url}/mail/{token(services, id_)}"


async def read(services: Services, text: str, *, now: datetime) -> Link:
    """What a token opens. Raises Refused `bad-link` for anything that is not ours, `link-expired`."""
    try:
        id_ = UUID(hex=str(_signer(services).loads(text[: LONGEST + 1])))
    except (BadData, ValueError):
        raise bad_link() from None
    async with services.pool.acquire() as conn:
        found = await mails.link(conn, id_)
    if found is None:
        raise bad_link()
    if found.expires_at <= now:
        raise Refused("link-expired", "This link has expired. Sign in to see what still waits for you.")
    return found


async def spent(services: Services, link: Link) -> Spent | None:
    """What the link was spent on; None while it is good."""
    async with services.pool.acquire() as conn:
        if await log.find_command(conn, link.id, origin_of(link)) is None:
            return None
        events = await log.events_of_command(conn, link.id, origin_of(link))
    return "question" if any(event.type == ASKED for event in events) else "decision"


async def commented(services: Services, link: Link) -> bool:
    """Whether its person has commented by this link, which they may once, and which does not spend it."""
    async with services.pool.acquire() as conn:
        return await log.find_command(conn, comment_id(link), origin_of(link)) is not None


def origin_of(link: Link) -> log.Origin:
    """By the mail of this person about this case: what anybody does in another way or elsewhere spends no link."""
    return log.Origin(stream=link.case, actor=link.person, channel="mail")


def comment_id(link: Link) -> UUID:
    """The id of the one comment of a link."""
    return uuid5(link.id, "comment")


def token(services: Services, id_: UUID) -> str:
    return str(_signer(services).dumps(id_.hex))


def _signer(services: Services) -> URLSafeSerializer:
    key = mail_key(services.settings)
    return URLSafeSerializer(key, salt=PURPOSE, signer_kwargs={"digest_method": hashlib.sha256})
