"""Deciding many tasks with one comment; the answer names each, and why those failed that did."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from application.commands.bulk import Result, case_of, decide_many
from application.queries import reading
from domain.kernel.errors import Refused
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.refusals import sentence
from web.rendering import page
from web.services import Opened
from web.staff.deciding import not_done
from web.staff.forms import command_id, incomplete, sent_form, text, texts
from web.staff.surroundings import organisation_of, reader_of

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Line:
    """What became of one task. `state` is done, refused or unknown; `why` is empty for what was done."""

    task: str
    case: str
    title: str
    state: str
    why: str


@router.post("/inbox/bulk")
async def bulk(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Decides what is ticked. The answer is the result itself: sent again, it decides nothing twice (KRN-19)."""
    form = await sent_form(request)
    looked_at = dict(chosen.split("|", 1) for chosen in texts(form, "task") if "|" in chosen)
    if refused := _unfit(form, looked_at):
        return not_done(request, refused, form)
    titles = {row["task"]: row["message"] for row in await reading.inbox(services, visitor.person)}
    results = await decide_many(
        services, list(looked_at), text(form, "do"), visitor.actor, comment=text(form, "comment") or None,
        command_id=command_id(form), looked_at=looked_at,
    )  # fmt: skip
    reader = await reader_of(request, services, visitor, await organisation_of(services), list(titles.values()))
    language = reader_language(request)
    lines = [_line(result, reader.said(titles.get(result.task, result.task)), language) for result in results]
    done = [line for line in lines if line.state == "done"]
    return page(request, "staff/bulk.html", {"lines": lines, "done": len(done), "outcome": text(form, "do")})


def _unfit(form: FormData, looked_at: dict[str, str]) -> Refused | None:
    if text(form, "do") not in ("approve", "reject"):
        return incomplete()
    if not looked_at:
        return Refused("nothing-ticked", "Nothing is ticked; tick the tasks that you want to decide.")
    if text(form, "do") == "reject" and not text(form, "comment"):
        return Refused("comment-missing", "To {outcome} needs a comment that says why; add one.", outcome="reject")
    return None


def _line(result: Result, title: str, language: str) -> Line:
    state = "done" if result.ack else "refused" if result.refused else "unknown"
    why = result.refused or result.unconfirmed
    return Line(result.task, case_of(result.task), title, state, sentence(why, language) if why else "")
