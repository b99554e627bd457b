"""The candidate's page: what is offered on GET, the answer on POST. Opening the link decides nothing (HIR-14)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from application.commands import offers as links
from application.keyring import link_key
from application.people import People
from application.services import Services
from domain.kernel.command import Command
from domain.kernel.errors import Refused
from domain.organisation.model import Organisation
from domain.people.hiring.state import HiringState, Offer
from readmodels import case_at
from web.candidate.offer_state import Standing, answered, in_question, standing
from web.guard import form_of
from web.languages import chosen_language, reader_language
from web.rendering import page
from web.services import door_of
from web.timeouts import within

logger = structlog.get_logger(__name__)

ANSWERS = UUID("a4f0f3c0-6a3e-5d0f-8f37-2b6f3a0e7c55")
"""Namespace of the command ids of answers: the same answer to the same offer is the same command."""

PATIENCE = timedelta(seconds=10)
"""How long a candidate looks at a blank page before they are told to come back."""
READING_SECONDS = 5


@dataclass(frozen=True)
class Opened:
    """An offer as its link found it in the log."""

    link: links.OfferLink
    state: HiringState
    offer: Offer


async def offer_page(request: Request) -> Response:
    """GET shows the offer and changes nothing; POST `answer=accept|decline` answers it."""
    opened = await _open(request)
    return await _answer(request, opened) if request.method == "POST" else await _show(request, opened)


async def _answer(request: Request, opened: Opened) -> Response:
    """The first answer counts: repeating it leads to the page that shows it, another one is refused (KRN-19)."""
    chosen = str((await form_of(request)).get("answer", ""))
    if chosen not in ("accept", "decline"):
        raise Refused("bad-answer", "Please choose to accept or to decline the offer.")
    if answered(opened.offer) is None:
        await _send(request, opened, chosen)
        opened = await _open(request)
    if answered(opened.offer) == chosen:
        return RedirectResponse(_address(request), 303)
    return await _show(request, opened, refused=True)


async def _send(request: Request, opened: Opened, chosen: str) -> None:
    """Sends the answer. A refusal needs no words here: the page shows why by how the offer stands."""
    link, until = opened.link, links.answer_by(opened.state, opened.offer)
    # A hold moves the deadline: an answer that came too early is, after it, another command, and not its old refusal.
    command_id = uuid5(ANSWERS, f"{link.case}/{link.offer}/{link.candidate}/{chosen}/{until}")
    command = Command(
        case=link.case,
        process="hiring",
        name="answer-offer",
        command_id=command_id,
        actor=link.candidate,
        channel="link",
        authenticated="offer-link",
        payload={"offer": link.offer, "answer": chosen},
    )
    try:
        patience: timedelta = request.app.state.patience
        sending = door_of(request).send.send(command, start=False, patience=patience)
        await within(patience.total_seconds() + 1, sending)  # the client's own retries know no patience
    except Refused as refusal:
        logger.info("answer refused", case=link.case, offer=link.offer, code=refusal.code)


async def _open(request: Request) -> Opened:
    """Raises Refused `bad-link`, `link-expired`, `no-such-case`."""
    services = door_of(request)
    link = links.read(link_key(services.settings), request.path_params["token"], now=datetime.now(UTC))
    state = await within(READING_SECONDS, _state(services, link.case))
    offer = state.offers.get(link.offer) if isinstance(state, HiringState) else None
    if offer is None or offer.candidate != link.candidate:
        raise links.bad_link()
    return Opened(link, state, offer)


async def _state(services: Services, case: str) -> Any:
    async with services.pool.acquire() as conn:
        state, _events = await case_at(conn, services.processes, case)
    return state


async def _show(request: Request, opened: Opened, *, refused: bool = False) -> Response:
    language = reader_language(request)
    state, offer = opened.state, opened.offer
    around = await within(READING_SECONDS, _surroundings(request, opened, language))
    organisation, how = around.organisation, standing(state, offer, datetime.now(UTC))
    shown: dict[str, Any] = {
        "name": around.name,
        "contact": around.contact,
        "terms": offer.terms,
        "standing": how.value,
        "until": links.answer_by(state, offer),
        "zone": links.zone(organisation, state),
        "position": links.position(organisation, state, language),
        "employer": links.employer(organisation, state, language),
        "in_question": how is Standing.OPEN and in_question(state, offer),
        "refused": refused,
    }
    return page(request, "offer.html", shown, 409 if refused else 200)


@dataclass(frozen=True)
class Surroundings:
    """What a page needs besides the case: the organisation, and the names of the reader and of their contact."""

    organisation: Organisation
    name: str | None
    contact: str | None


async def _surroundings(request: Request, opened: Opened, language: str) -> Surroundings:
    services = door_of(request)
    async with services.pool.acquire() as conn:
        organisation = await request.app.state.organisation.read(conn)
    # Names are unsealed anew each time: a name that was erased a moment ago must not come from a memory.
    people = People(services.pool, services.keys)
    return Surroundings(
        organisation,
        name=await _name(people, opened.offer.candidate, language),
        contact=await _name(people, links.contact(opened.state), language),
    )


async def _name(people: People, person: str, language: str) -> str | None:
    """The name to show, None where there is none (or none any more): an id is nothing for a reader."""
    name = await people.name(person, language)
    return None if name.startswith(person) else name


def _address(request: Request) -> str:
    """The page itself, to be got in the language that was asked for; a path, so that no proxy's name gets into it."""
    language = chosen_language(request)
    return request.url.path + (f"?lang={language}" if language else "")
