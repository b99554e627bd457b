"""The page behind a mail's link: the content on GET, a decision on POST. Fetching it decides nothing (KRN-01)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from application.commands import compose
from application.commands.compose import Actor
from application.queries import reading
from application.services import Services
from application.wording.reader import Reader, titles
from domain.kernel.errors import Refused
from eventstore.mails import Link
from mail import links
from mail.approval_request import ApprovalRequest, field_name, matter_of
from mail.items import facts_of
from mail.links import Spent
from mail.readers import readers
from web.guard import form_of
from web.identity.csrf import checked_form
from web.identity.limits import limits_of
from web.identity.visitor import LoginNeeded, Visitor, visitor_of
from web.languages import chosen_language, reader_language
from web.refusals import sentence, status_of
from web.rendering import page
from web.services import Opened
from web.timeouts import within

router = APIRouter(include_in_schema=False)

FIELDS = 60
LARGEST = 100_000
"""Bytes of the form: a comment of 20 000 characters in any script."""


@dataclass(frozen=True)
class Found:
    """A link with what it opens now. `matter` is None when nothing waits for this person any more."""

    link: Link
    approval_request: ApprovalRequest | None
    spent: Spent | None


@dataclass(frozen=True)
class Said:
    """What the form says: one of the answers of the page, a text, the fields to correct, the content it was about."""

    answer: str = ""
    text: str = ""
    fields: tuple[str, ...] = ()
    content: str = ""

    @classmethod
    def of(cls, form: FormData) -> "Said":
        fields = tuple(str(field) for field in form.getlist("fields"))
        return cls(
            str(form.get("outcome", "")), str(form.get("comment", "")).strip(), fields, str(form.get("content", ""))
        )


@router.api_route("/mail/{token}", methods=["GET", "HEAD"])
async def show(request: Request, services: Opened, token: str) -> Response:
    """Shows the matter and changes nothing, whoever fetches it and however often."""
    return await _shown(request, services, await _opened(request, services, token))


@router.post("/mail/{token}")
async def decide(request: Request, services: Opened, token: str) -> Response:
    """Decides once. The command's id is the link's: the log takes it a single time."""
    found = await _opened(request, services, token)
    visitor = visitor_of(request)
    own_session = visitor is not None and visitor.person == found.link.person
    if own_session and _needs_login(services):
        form = await checked_form(request, largest=LARGEST, fields=FIELDS)
    else:
        limits_of(request).decision(found.link.person)
        form = await form_of(request, largest=LARGEST, fields=FIELDS)
    if visitor is not None and not own_session:
        return await _shown(request, services, found, status=403)
    if found.spent or found.approval_request is None:
        return await _shown(request, services, found, status=409)
    said = Said.of(form)
    try:
        await _send(request, services, found.link, said, visitor)
    except Refused as refused:
        now = await _opened(request, services, token)
        return await _shown(request, services, now, refused=refused, said=said, status=status_of(refused))
    language = chosen_language(request)
    return RedirectResponse(request.url.path + (f"?lang={language}" if language else ""), 303)


async def _send(request: Request, services: Services, link: Link, said: Said, visitor: Visitor | None) -> None:
    """Raises Refused as the command does, and `bad-answer`."""
    how = visitor.authenticated if visitor and _needs_login(services) else "mail-link"
    actor = Actor(person=link.person, channel="mail", authenticated=how)
    command, payload, command_id = command_of(link, said)
    made = await compose.command(services, link.case, command, payload, actor, command_id=command_id)
    patience = request.app.state.patience
    await within(patience.total_seconds() + 1, compose.acknowledged(services, made, start=False, patience=patience))


def command_of(link: Link, said: Said) -> tuple[str, dict[str, Any], UUID]:
    """The command for what somebody says by a link, its payload and its id. A decision and a question spend the link.

    The rarer answers are on the pages behind the login. Raises Refused `bad-answer`.
    """
    match said.answer:
        case "approve" | "reject" | "return":
            decision = {"task": link.task, "outcome": said.answer, "content_hash": said.content}
            others = {"comment": said.text, "on_behalf_of": link.on_behalf_of}
            fields = {"fields": list(said.fields)} if said.answer == "return" else {}
            return "decide", decision | fields | {name: given for name, given in others.items() if given}, link.id
        case "ask" | "comment" if not said.text:
            raise Refused("bad-answer", "Please write your question or your comment first.")
        case "ask":
            return "ask-information", {"task": link.task, "question": said.text}, link.id
        case "comment":
            return "comment", {"task": link.task, "text": said.text}, links.comment_id(link)
    raise Refused("bad-answer", "Please choose one of the answers on the page.")


async def _opened(request: Request, services: Services, token: str) -> Found:
    """Raises Refused `bad-link`, `link-expired`, and LoginNeeded where the settings want a login first."""
    link = await links.read(services, token, now=datetime.now(UTC))
    if _needs_login(services) and visitor_of(request) is None:
        raise LoginNeeded
    spent = await links.spent(services, link)
    return Found(link, None if spent else await _matter(services, link), spent)


async def _matter(services: Services, link: Link) -> ApprovalRequest | None:
    try:
        found = await matter_of(services, link.case, link.task, link.person, link.on_behalf_of)
    except Refused as refused:  # a case that this person may not know of any more
        if refused.code != "no-such-case":
            raise
        return None
    return found if found and found.content_hash else None  # since then a part of it was hidden from them


async def _shown(
    request: Request,
    services: Services,
    found: Found,
    *,
    refused: Refused | None = None,
    said: Said | None = None,
    status: int = 200,
) -> Response:
    language = reader_language(request)
    visitor, person = visitor_of(request), found.link.person
    common: dict[str, Any] = {"spent": found.spent, "case": found.link.case, "matter": found.approval_request}
    if visitor is not None and visitor.person != person:
        return page(request, "mail/other.html", common, 403)
    if found.approval_request is None:
        told = await _told(services, found, language)
        return page(request, "mail/over.html", {**common, **told}, status)
    reader = (await readers(services, [person], datetime.now(UTC)))[person]
    zone = reader.zone or "UTC"
    shown = {
        "facts": await facts_of(services, found.approval_request, language, zone),
        "fields": {name: field_name(name, language) for name in found.approval_request.fields},
        "names": await services.people.names(_mentioned(found.approval_request, person), language),
        "person": person,
        "zone": zone,
        "changed": found.approval_request.content_hash != found.link.content_hash,
        "refused": sentence(refused, language) if refused else None,
        "said": said or Said(),
        "commented": await links.commented(services, found.link),
        "csrf": visitor.csrf if visitor else "",
    }
    return page(request, "mail/decision.html", {**common, **shown}, status)


async def _told(services: Services, found: Found, language: str) -> dict[str, str]:
    """What the link was spent on, for its person: the outcome, and what it was about; empty where they may not know."""
    link = found.link
    row = found.spent and await reading.recorded(services, link.id, reader=link.person, origin=links.origin_of(link))
    if not row:
        return {"outcome": "", "about": ""}
    shown = await reading.show(services, link.case, as_of=None, reader=link.person)
    title = (shown["state"].get("case") or {}).get("title")
    about = (
        Reader(names=await _places(services, language), code=language).said(title)
        if isinstance(title, dict) and "id" in title
        else ""
    )
    return {"outcome": str(row["data"].get("outcome", "")), "about": about}


async def _places(services: Services, language: str) -> dict[str, str]:
    return titles(await services.organisation(), language)


def _mentioned(approval_request: ApprovalRequest, person: str) -> set[str]:
    others = {approval_request.on_behalf_of} if approval_request.on_behalf_of else set()
    return {person, *others, *(before.actor for before in approval_request.before)}


def _needs_login(services: Services) -> bool:
    return services.settings.mail_decides == "login"
