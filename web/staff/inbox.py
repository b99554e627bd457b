"""What waits for me, and deciding it in place."""

from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from edge import compose, reading
from web.door import Opened
from web.identity.csrf import checked_form
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.rendering import page
from web.staff.surroundings import zone_of

router = APIRouter(include_in_schema=False)


@router.get("/inbox")
async def inbox(request: Request, door: Opened, visitor: SignedIn) -> Response:
    rows = await reading.inbox(door, visitor.person)
    names = await door.people.names({row["for"] for row in rows if row["for"]}, reader_language(request))
    shown = {"rows": rows, "names": names, "zone": await zone_of(door, visitor.person), "command_id": str(uuid4())}
    return page(request, "staff/inbox.html", shown)


@router.post("/inbox")
async def decide(request: Request, door: Opened) -> Response:
    """One decision. Repeating the form is the same command."""
    form = await checked_form(request)
    visitor = request.scope["signoff.visitor"]
    task = str(form.get("task", ""))
    payload = {"task": task, "outcome": str(form.get("outcome", ""))}
    if comment := str(form.get("comment", "")).strip():
        payload["comment"] = comment
    made = await compose.command(
        door, task.rpartition(".")[0], "decide", payload, visitor.actor,
        command_id=UUID(str(form.get("command_id", ""))),
    )  # fmt: skip
    await compose.sent(door, made, start=False)
    return RedirectResponse("/inbox", 303)
