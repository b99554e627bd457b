"""The link by which a candidate answers an offer: signed, bound to one person and one offer, and expiring."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from domain.kernel.errors import Refused
from domain.people.hiring.state import HiringState
from edge.door import Door
from edge.keyring import link_key
from views import case_at
from web.candidate.standing import answer_by

PURPOSE = "offer-answer"
LONGEST = 1_000
"""Characters; a token of ours has about a hundred."""

GRACE = timedelta(days=30)
"""How long after the offer's validity a link still opens: the page then only shows what became of the offer."""


@dataclass(frozen=True)
class OfferLink:
    """What a link says: which candidate may answer which offer of which case, and until when it opens (UTC)."""

    case: str
    offer: str
    candidate: str
    opens_until: datetime


def make(key: str, link: OfferLink) -> str:
    """The token of a link."""
    parts = [link.case, link.offer, link.candidate, int(link.opens_until.timestamp())]
    return str(_signer(key).dumps(parts))


def read(key: str, token: str, *, now: datetime) -> OfferLink:
    """What a token says. Raises Refused `bad-link` or `link-expired`."""
    if len(token) > LONGEST:
        raise bad_link()
    try:
        case, offer, candidate, until = _signer(key).loads(token)
        link = OfferLink(case, offer, candidate, datetime.fromtimestamp(until, UTC))
    except (BadData, ValueError, TypeError):
        raise bad_link() from None
    if link.opens_until <= now:
        raise Refused("link-expired", "This link has expired. Please write to the person who sent it to you.")
    return link


def bad_link() -> Refused:
    """The same for a forged token and for an offer that is not this person's: a stranger learns nothing."""
    return Refused("bad-link", "This link is not complete or was changed. Please open it again from the message.")


async def offer_link(door: Door, case: str, offer: str) -> str:
    """The full link for the candidate of an extended offer. Raises Refused `no-such-offer`, `not-extended`."""
    async with door.pool.acquire() as conn:
        state, _events = await case_at(conn, door.processes, case)
    found = state.offers.get(offer) if isinstance(state, HiringState) else None
    if found is None:
        raise Refused("no-such-offer", "Case {case} has no offer {offer}.", case=case, offer=offer[:80])
    until = answer_by(state, found)
    if until is None:
        raise Refused("not-extended", "Offer {offer} was not extended yet; extend it first.", offer=offer)
    link = OfferLink(case, offer, found.candidate, until + GRACE)
    return f"{door.settings.base_url}/offer/{make(link_key(door.settings), link)}"


def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=PURPOSE, signer_kwargs={"digest_method": hashlib.sha256})
