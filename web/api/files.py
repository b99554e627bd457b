"""Files of a case: attaching one and getting it back."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import Response
from temporalio.service import RPCError

from application.commands import attachments
from application.send import Unconfirmed
from domain.kernel.commands import LARGEST
from domain.kernel.errors import Refused
from eventstore.database import AWAY
from web.api import answers
from web.api.problems import OutcomeUnknown
from web.api.request_parts import CaseId, CommandId, FormHints
from web.api.sending import Receipt, acknowledged, as_counted, pending
from web.api.shapes import Attached
from web.guard import body_of
from web.services import Opened
from workflows.messages import Ack

router = APIRouter(prefix="/api/v1")
RAW, MULTIPART = "application/octet-stream", "multipart/form-data"
AROUND = 16_384
"""Bytes of a multipart body beside the file."""
UPLOAD_SECONDS = 120
TEXT = r"^[^\x00-\x1f\x7f]+$"
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            RAW: {"schema": {"type": "string", "format": "binary", "maxLength": LARGEST}},
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}


@router.post(
    "/cases/{case}/attachments",
    summary="Attach a file",
    tags=["files"],
    responses=answers.sending(Attached),
    openapi_extra=UPLOAD,
)
async def attach(
    request: Request,
    services: Opened,
    visitor: FormHints,
    key: CommandId,
    case: CaseId,
    name: Annotated[
        str | None,
        Query(max_length=200, pattern=r"^[^/\\\x00-\x1f\x7f]+$", description="Kept for good, so it names nobody."),
    ] = None,
    about: Annotated[str | None, Query(max_length=200, pattern=TEXT, description="A task or an approval.")] = None,
    seal_for: Annotated[
        str | None, Query(max_length=254, pattern=TEXT, description="Whom it is about: it is erased with them.")
    ] = None,
) -> Response:
    """At most 10 MB: a document, a picture or a mail, which its content must bear out. The bytes as they are, or a
    form with one field `file`.
    """
    given, data = await _uploaded(request)
    file = attachments.named(given, data, name=name, sealed_for=seal_for or "")
    try:
        told = await attachments.attach(services, case, file, visitor.actor, about=about, command_id=key)
    except Unconfirmed as unknown:
        return pending(services, Receipt.of(services, unknown.command), key)
    except (RPCError, *AWAY):
        raise OutcomeUnknown(str(key)) from None
    sha256 = told.pop("sha256")
    return acknowledged(await as_counted(services, Ack.model_validate(told), visitor.person), key, sha256=sha256)


@router.get(
    "/attachments/{sha256}",
    summary="An attached file",
    tags=["files"],
    response_class=Response,
    responses={
        200: {"description": "Its bytes", "content": {RAW: {"schema": {"type": "string", "format": "binary"}}}},
        **answers.reading(410, 422),
    },
)
async def attachment(
    services: Opened, visitor: FormHints, sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
) -> Response:
    """For whoever may see the event by which it was attached (KRN-43). A browser saves it and runs nothing."""
    data = await attachments.fetch(services, sha256, reader=visitor.person)
    headers = {"Content-Disposition": f'attachment; filename="{sha256[:12]}"', "X-Content-Type-Options": "nosniff"}
    return Response(data, headers=headers, media_type=RAW)


async def _uploaded(request: Request) -> tuple[str, bytes]:
    """The name that the form gives, if any, and the bytes. Raises HTTPException 413, 415, 408; Refused `bad-form`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (RAW, MULTIPART):
        raise HTTPException(415)
    largest = LARGEST + (AROUND if kind == MULTIPART else 0)
    body = await body_of(request, largest=largest, seconds=UPLOAD_SECONDS)
    return await _of_form(request, body) if kind == MULTIPART else ("", body)


async def _of_form(request: Request, body: bytes) -> tuple[str, bytes]:
    async def stream() -> Any:
        yield body

    try:
        parser = MultiPartParser(request.headers, stream(), max_files=1, max_fields=0)
        form: FormData = await parser.parse()
    except (MultiPartException, ValueError, KeyError):
        raise _no_form() from None
    found = form.get("file")
    if not isinstance(found, UploadFile):
        raise _no_form()
    return (found.filename or "").replace("\\", "/").rpartition("/")[2], await found.read()


def _no_form() -> Refused:
    return Refused("bad-form", "The form must have one field, `file`, with the file.")
