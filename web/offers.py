"""The candidate's page: what is offered on GET, the answer on POST. Opening the link decides nothing (HIR-14)."""

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel.command import Command
from domain.kernel.errors import Refused
from domain.people.hiring.state import HiringState, Offer
from edge.door import Door
from views import case_at
from web import links
from web.pages import page, reader_language


async def show(request: Request) -> Response:
    """GET: the offer and two buttons. Nothing is recorded."""
    link, offer = await _offer(request)
    return await _page(request, link, offer, 200)


async def answer(request: Request) -> Response:
    """POST `answer=accept|decline`: the decision. Repeating the same answer shows the first result."""
    link, offer = await _offer(request)
    form = await request.form()
    chosen = form.get("answer")
    if chosen not in ("accept", "decline"):
        raise Refused("bad-answer", "Choose to accept or to decline the offer.")
    door: Door = request.app.state.door
    command = Command(
        case=link.case,
        process="hiring",
        name="answer-offer",
        command_id=uuid5(NAMESPACE_URL, f"{link.case}/{link.offer}/{link.candidate}/{chosen}"),
        actor=link.candidate,
        channel="link",
        authenticated="offer-link",
        payload={"offer": link.offer, "answer": chosen},
    )
    await door.send.send(command, start=False)
    link, offer = await _offer(request)
    return await _page(request, link, offer, 200)


async def _offer(request: Request) -> tuple[links.OfferLink, Offer]:
    door: Door = request.app.state.door
    link = links.read(request.app.state.link_key, request.path_params["token"], now=datetime.now(UTC))
    async with door.pool.acquire() as conn:
        state, _events = await case_at(conn, door.processes, link.case)
    offer = state.offers.get(link.offer) if isinstance(state, HiringState) else None
    if offer is None or offer.candidate != link.candidate:
        raise Refused("bad-link", "This link is not complete or was changed; open it again from the message.")
    return link, offer


async def _page(request: Request, link: links.OfferLink, offer: Offer, status: int) -> Response:
    door: Door = request.app.state.door
    name = await door.people.name(link.candidate, reader_language(request))
    shown: dict[str, Any] = {"offer": offer, "name": name, "until": link.until}
    return page(request, "offer.html", shown, status)
