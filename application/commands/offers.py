"""An offer on its way to its candidate: their link (signed, bound to one person and one offer, expiring), and the words
around it (HIR-14).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from application.keyring import link_key
from application.services import Services
from domain.kernel.errors import Refused
from domain.organisation.model import Organisation
from domain.people.hiring.offers import VALIDITY
from domain.people.hiring.state import HiringState, Offer
from readmodels import case_at

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


async def offer_link(services: Services, case: str, offer: str) -> str:
    """The full link for the candidate of an extended offer. Raises Refused `no-such-offer`, `not-extended`."""
    async with services.pool.acquire() as conn:
        state, _events = await case_at(conn, services.processes, case)
    found = state.offers.get(offer) if isinstance(state, HiringState) else None
    if found is None:
        raise Refused("no-such-offer", "Case {case} has no offer {offer}.", case=case, offer=offer[:80])
    until = answer_by(state, found)
    if until is None:
        raise Refused("not-extended", "Offer {offer} was not extended yet; extend it first.", offer=offer)
    link = OfferLink(case, offer, found.candidate, until + GRACE)
    return f"{services.settings.base_url}/offer/{make(link_key(services.settings), link)}"


def answer_by(state: HiringState, offer: Offer) -> datetime | None:
    """Until when the offer can be answered (UTC), as it stands after holds; None if it was never extended."""
    moved = (d.at for d in state.case.deadlines if (d.kind, d.key) == (VALIDITY, offer.id))
    return next(moved, offer.until)


def contact(state: HiringState) -> str:
    """Whom a candidate may ask: a recruiter, else HR, else the hiring manager."""
    team = state.the_team
    return next(iter((*team.recruiters, *team.hr_partners, team.hiring_manager)))


def position(organisation: Organisation, state: HiringState, language: str) -> str | None:
    found = organisation.positions.get(state.the_requisition.position)
    return _named(found.title, language) if found else None


def employer(organisation: Organisation, state: HiringState, language: str) -> str | None:
    """The name of the topmost unit."""
    above = organisation.units_above(state.the_requisition.unit)
    return _named(organisation.units[above[-1]].name, language) if above else None


def zone(organisation: Organisation, state: HiringState) -> str:
    """The office's time zone: the one in which the validity was counted."""
    manager = organisation.people.get(state.the_team.hiring_manager)
    return organisation.calendars[manager.calendar].zone if manager else "UTC"


def _named(names: dict[str, str], language: str) -> str | None:
    return names.get(language) or names.get("en") or next(iter(names.values()), None)


def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=PURPOSE, signer_kwargs={"digest_method": hashlib.sha256})
