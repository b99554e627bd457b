"""The link by which a candidate answers an offer: signed, bound to one person and one offer, and expiring."""

from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadSignature, URLSafeSerializer

from domain.kernel.errors import Refused
from domain.people.hiring.state import HiringState
from edge.door import Door
from edge.keyring import link_key
from views import case_at

PURPOSE = "offer-answer"


@dataclass(frozen=True)
class OfferLink:
    """What a link says: which candidate may answer which offer of which case, until when (UTC)."""

    case: str
    offer: str
    candidate: str
    until: datetime


def make(key: str, link: OfferLink) -> str:
    """The token of a link."""
    parts = [link.case, link.offer, link.candidate, int(link.until.timestamp())]
    return str(URLSafeSerializer(key, salt=PURPOSE).dumps(parts))


def read(key: str, token: str, *, now: datetime) -> OfferLink:
    """What a token says. Raises Refused `bad-link` or `link-expired`."""
    try:
        case, offer, candidate, until = URLSafeSerializer(key, salt=PURPOSE).loads(token)
    except (BadSignature, ValueError):
        raise Refused("bad-link", "This link is not complete or was changed; open it again from the message.") from None
    link = OfferLink(case, offer, candidate, datetime.fromtimestamp(until, UTC))
    if link.until < now:
        raise Refused("link-expired", "This link has expired; please write to the person who sent it.")
    return link


async def offer_link(door: Door, case: str, offer: str) -> str:
    """The full link for the candidate of an extended offer. Raises Refused `no-such-offer`, `not-extended`."""
    async with door.pool.acquire() as conn:
        state, _events = await case_at(conn, door.processes, case)
    found = state.offers.get(offer) if isinstance(state, HiringState) else None
    if found is None:
        raise Refused("no-such-offer", "Case {case} has no offer {offer}.", case=case, offer=offer[:80])
    if found.until is None:
        raise Refused("not-extended", "Offer {offer} was not extended yet; extend it first.", offer=offer)
    link = OfferLink(case, offer, found.candidate, found.until)
    return f"{door.settings.base_url}/offer/{make(link_key(door.settings), link)}"
