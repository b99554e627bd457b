"""The page of those who keep the office running: what works, what is stuck and why, and mending it there."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from application.administration.mail import LATE
from application.commands.recover import recover
from application.queries import operating
from application.queries.operating import ACTIONS
from application.wording.sentences import EXCEPTIONS
from domain.kernel.errors import Refused
from domain.kernel.values.message import N_, Message
from web.identity.csrf import checked_form
from web.identity.visitor import SignedIn
from web.operations.readiness import MOST_BEHIND
from web.operations.reasons import cause, reason
from web.rendering import page
from web.services import Opened
from web.staff.surroundings import zone_of
from web.timeouts import within

router = APIRouter(include_in_schema=False)

LISTS = ("stuck", "work", "failing", "lost", "problems", "dead", "effects", "wakes", "mails")
MOST_PAGES = 10_000
RECOVER_SECONDS = 60.0


@router.get("/operations")
async def board(request: Request, services: Opened, visitor: SignedIn) -> Response:
    await operating.require(services, visitor.person)
    pages = {name: number_of(request, name) for name in LISTS}
    office = await operating.office(services, visitor.person, pages)
    shown = {
        "office": office,
        "cause": cause,
        "reason": reason,
        "late_mail": bool(office.backlog.oldest_mail and office.now - office.backlog.oldest_mail > LATE),
        "most_behind": MOST_BEHIND,
        "case": request.query_params.get("case", "")[:200],
        "actions": ACTIONS,
        "action": request.query_params.get("action", ""),
        "done": _done(request),
        "command_id": str(uuid4()),
    }
    return page(request, "operations/board.html", await _around(request, services, visitor.person) | shown)


@router.get("/operations/exceptions")
async def week(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """The exceptions of the last week."""
    await operating.require(services, visitor.person)
    found = await operating.exceptional(services, visitor.person, number_of(request, "page"))
    return page(
        request,
        "operations/exceptions.html",
        await _around(request, services, visitor.person) | {"week": found, "kinds": EXCEPTIONS},
    )


@router.post("/operations")
async def act(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Holds a case, resumes it, or tries it again. Repeating the form is the same command."""
    await operating.require(services, visitor.person)
    form = await checked_form(request)
    said = {name: str(form.get(name, "")).strip() for name in ("case", "action", "reason", "confirm", "command_id")}
    _require_confirmed(said["confirm"])
    await operating.act(
        services, visitor.actor, case=said["case"], action=said["action"], reason=said["reason"],
        command_id=_id_of(said["command_id"]),
    )  # fmt: skip
    return RedirectResponse("/operations?" + urlencode({"done": said["action"], "case": said["case"]}), 303)


@router.post("/operations/recover")
async def bring_back(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Gives every open case its workflow back (KRN-53). Safe to repeat."""
    await operating.require(services, visitor.person)
    form = await checked_form(request)
    _require_confirmed(str(form.get("confirm", "")))
    done = await within(RECOVER_SECONDS, recover(services))
    return RedirectResponse("/operations?" + urlencode({"recovered": done.started}), 303)


def number_of(request: Request, name: str) -> int:
    """The number of a page in the address; 1 for what is none."""
    said = request.query_params.get(name, "")
    return min(int(said), MOST_PAGES) if said.isascii() and said.isdecimal() and 0 < len(said) < 6 and int(said) else 1


async def _around(request: Request, services: Opened, person: str) -> dict[str, Any]:
    return {
        "zone": await zone_of(services, person),
        "temporal_ui": services.settings.temporal_ui_url,
        "at_temporal": services.settings.temporal_ui_of,
        "turned": lambda name, number: "?" + urlencode({**request.query_params, name: number}) + f"#{name}",
    }


def _done(request: Request) -> Message | None:
    said = request.query_params
    if said.get("recovered", "").isdecimal():
        return N_("Done: {number} cases have their workflow back.", number=said["recovered"])
    match said.get("done"):
        case "hold":
            return N_("Case {case} is on hold.", case=said.get("case", ""))
        case "resume":
            return N_("Case {case} goes on.", case=said.get("case", ""))
        case "retry":
            return N_("Case {case} was tried again.", case=said.get("case", ""))
    return None


def _require_confirmed(said: str) -> None:
    if said != "yes":
        raise Refused("bad-form", "Tick the box that says you mean it, then send the form again.")


def _id_of(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Refused("bad-form", "This form is incomplete; open the page again and repeat what you did.") from None
