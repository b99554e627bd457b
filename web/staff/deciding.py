"""Sending what a form about one task says: a decision, a question, a claim. One place for the inbox and the case."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from application.commands import compose
from application.commands.bulk import case_of
from domain.kernel.errors import Refused
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.refusals import sentence, status_of
from web.rendering import page
from web.services import Opened
from web.staff.forms import back_to, command_id, incomplete, sent_form, text, texts

router = APIRouter(include_in_schema=False)

OUTCOMES = ("approve", "reject", "return", "abstain", "recuse")
Payload = dict[str, Any]


@router.post("/tasks")
async def act(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """What one form says about one task. Repeating the form is the same command (KRN-19)."""
    form = await sent_form(request)
    task = text(form, "task")
    name, payload = wish(form)
    try:
        made = await compose.command(
            services, case_of(task), name, payload, visitor.actor, command_id=command_id(form)
        )  # fmt: skip
        await compose.sent(services, made, start=False)
    except Refused as refused:
        return not_done(request, refused, form, again=refused.code == "comment-missing")
    then = {"next": text(form, "then")} if text(form, "then") else {}
    return RedirectResponse(f"{back_to(form)}?{urlencode({'done': str(made.command_id), **then})}", 303)


def not_done(request: Request, refused: Refused, form: FormData, *, again: bool = False) -> Response:
    """Why nothing was decided, with the words that were typed: nobody writes a comment twice.

    With `again` as a form that keeps what was ticked and says what is wrong beside the comment.
    """
    said = sentence(refused, reader_language(request))
    shown = {
        "message": said, "comment": text(form, "comment"), "back": back_to(form), "code": refused.code,
        "does": text(form, "do"), "again": _kept(form) if again else (),
    }  # fmt: skip
    return page(request, "staff/not_done.html", shown, status_of(refused))


def _kept(form: FormData) -> list[tuple[str, str]]:
    """All fields of the form but those that are answered again."""
    return [(name, str(value)) for name, value in form.multi_items() if name not in ("csrf", "comment", "do")]


def wish(form: FormData) -> tuple[str, Payload]:
    """The command and its payload. Raises Refused `bad-form` for what our pages do not send."""
    does, task, comment = text(form, "do"), text(form, "task"), text(form, "comment")
    match does:
        case "claim":
            return "claim", {"task": task}
        case "release":
            return "release", {"task": task, "reason": _needed(comment, "release")}
        case "ask":
            return "ask-information", {"task": task, "question": _needed(comment, "ask")}
        case "condition":
            return "decide", _decision(form, task, "approve", comment) | {"conditions": [_condition(form)]}
        case "return":
            return "decide", _decision(form, task, does, comment) | {
                "fields": texts(form, "fields") or text(form, "whole").split()
            }
        case _ if does in OUTCOMES:
            return "decide", _decision(form, task, does, comment)
    raise incomplete()


def _decision(form: FormData, task: str, outcome: str, comment: str) -> Payload:
    given: Mapping[str, str] = {
        "comment": comment, "content_hash": text(form, "content_hash"), "on_behalf_of": text(form, "for"),
    }  # fmt: skip
    return {"task": task, "outcome": outcome, **{name: value for name, value in given.items() if value}}


def _condition(form: FormData) -> Payload:
    return {"text": text(form, "condition"), "owner": text(form, "owner"), "due": text(form, "due")}


def _needed(comment: str, what: str) -> str:
    if not comment:
        raise Refused("comment-missing", "To {outcome} needs a comment that says why; add one.", outcome=what)
    return comment
