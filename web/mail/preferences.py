"""How one wants one's mail: what Signoff writes about, when, and in which language."""

from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from application.administration import mail as post
from domain.kernel.values.message import N_
from mail.links import PREFERENCES
from web.identity.csrf import checked_form
from web.identity.visitor import SignedIn
from web.rendering import page
from web.services import Opened
from web.staff.forms import command_id, text
from web.staff.surroundings import zone_of

router = APIRouter(include_in_schema=False)

WAYS = {
    "at-once": (N_("Each message at once"), N_("Tasks, reminders, and whatever else you are told.")),
    "daily": (N_("One a day"), N_("At eight in the morning, with everything in it.")),
    "escalations": (N_("Only what is urgent"), N_("Nothing else: look at your inbox for what waits for you.")),
    "never": (N_("No mail at all"), N_("Not even what is urgent.")),
}
"""By the kind of sending: what it is called, and what it means."""


@router.get(PREFERENCES)
async def shown(request: Request, services: Opened, visitor: SignedIn) -> Response:
    found = await post.preference(services, visitor.person)
    told = {
        "found": found,
        "ways": WAYS,
        "zone": await zone_of(services, visitor.person),
        "command_id": str(uuid4()),
        "done": request.query_params.get("done") == str(found.version),
    }
    return page(request, "mail/preferences.html", told)


@router.post(PREFERENCES)
async def chosen(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Records the choice; the same form again changes nothing. Raises Refused as `prefer` does."""
    form = await checked_form(request)
    found = await post.prefer(
        services,
        visitor.actor,
        sending=text(form, "sending"),
        language=text(form, "language"),
        command_id=command_id(form),
    )
    return RedirectResponse(f"{PREFERENCES}?done={found.version}", 303)
