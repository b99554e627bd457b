"""What people do on a case besides deciding: comment, withdraw, hold, resume; files and the proof of it."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from application.commands import attachments, compose
from application.queries import proof, reading
from application.services import Services
from domain.kernel.commands import LARGEST
from domain.kernel.errors import Refused
from web.forms.choices import WITH_ID
from web.identity.visitor import SignedIn
from web.services import Opened
from web.staff.deciding import not_done
from web.staff.forms import command_id, form_with_file, incomplete, sent_form, text
from web.staff.missing import missing

router = APIRouter(include_in_schema=False)

DOES = {"comment": "text", "withdraw": "reason", "hold": "reason", "resume": "reason"}
"""The commands of this page, and the field of each that takes the words."""


@router.post("/cases/{case}")
async def act(request: Request, services: Opened, visitor: SignedIn, case: str) -> Response:
    form = await sent_form(request)
    name, words = text(form, "do"), text(form, "comment")
    if name not in DOES:
        return not_done(request, incomplete(), form)
    try:
        made = await compose.command(
            services, case, name, {DOES[name]: words}, visitor.actor, command_id=command_id(form)
        )  # fmt: skip
        await compose.sent(services, made, start=False)
    except Refused as refused:
        return missing(request) if refused.code == "no-such-case" else not_done(request, refused, form)
    there = {"tab": "files"} if name == "comment" else {}
    return RedirectResponse(f"/cases/{case}?{urlencode({'done': str(made.command_id), **there})}", 303)


@router.post("/cases/{case}/files")
async def attach(request: Request, services: Opened, visitor: SignedIn, case: str) -> Response:
    """A file of the form, attached to the case (KRN-54)."""
    form = await form_with_file(request, largest=LARGEST)
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return not_done(request, Refused("no-file", "No file was chosen; choose one and send it again."), form)
    try:
        about = await _whom_it_is_about(services, form)
        given = attachments.named(file.filename, await file.read(), sealed_for=about)
        await attachments.attach(
            services, case, given, visitor.actor, about=text(form, "p.about") or None, command_id=command_id(form)
        )
    except Refused as refused:
        return missing(request) if refused.code == "no-such-case" else not_done(request, refused, form)
    return RedirectResponse(
        f"/cases/{case}?{urlencode({'done': text(form, 'command_id'), 'tab': 'files'})}#documents", 303
    )


@router.get("/cases/{case}/files/{sha256}")
async def file(request: Request, services: Opened, visitor: SignedIn, case: str, sha256: str) -> Response:
    """The bytes of a file that this case shows to the reader. Raises what `attachments.fetch` raises."""
    try:
        shown = await reading.show(services, case, as_of=None, reader=visitor.person)
    except Refused:
        return missing(request)
    known = (shown["state"].get("case") or {}).get("attachments")
    found = next((one for one in known if one["sha256"] == sha256), None) if isinstance(known, list) else None
    if found is None:
        return missing(request)
    data = await attachments.fetch(services, sha256, reader=visitor.person)
    return Response(data, media_type="application/octet-stream", headers=_download(str(found["name"])))


@router.get("/cases/{case}/proof")
async def proof_file(request: Request, services: Opened, visitor: SignedIn, case: str) -> Response:
    """The proof of the case (KRN-51), whole or not at all: raises Refused `hidden-from-you`, `chain-broken`."""
    try:
        document: dict[str, Any] = await proof.prove(services, case, reader=visitor.person)
    except Refused as refused:
        if refused.code != "no-such-case":
            raise
        return missing(request)
    body = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    return Response(body, media_type="application/json", headers=_download(f"{case}-proof.json"))


async def _whom_it_is_about(services: Services, form: FormData) -> str:
    """The person for whom a file is sealed, empty for nobody. Raises Refused `unknown-person`."""
    written = text(form, "sealed_for")
    inside = WITH_ID.search(written)
    return await services.people.resolve(inside[1] if inside else written) if written else ""


def _download(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
