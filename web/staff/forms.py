"""Reading what the forms of these pages send. A form that our pages never send is refused, never a 500."""

from typing import Final
from uuid import UUID

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from domain.kernel.errors import Refused
from web.identity.csrf import checked_form, from_session
from web.identity.limits import limits_of
from web.identity.visitor import signed_in

LARGEST: Final = 262_144
"""Bytes: a comment of 20,000 characters, percent-encoded."""
BESIDES: Final = 65_536
"""Bytes of a form with a file besides the file."""
FIELDS: Final = 120
LARGEST_SHEET: Final = 1_048_576
ROWS: Final = 1_000
"""Fields of the longest list there is, a ranking of 200, with all else."""


async def sent_form(request: Request) -> FormData:
    """A form of somebody who is signed in. Raises what `checked_form` raises."""
    return await checked_form(request, largest=LARGEST, fields=FIELDS)


async def sheet_form(request: Request) -> FormData:
    """A form of a command, which may have many rows. Sending it counts as a decision; checking it, as a question."""
    form = await checked_form(request, largest=LARGEST_SHEET, fields=ROWS, counted=False)
    limits, person = limits_of(request), signed_in(request).person
    (limits.decision if text(form, "do") == "send" else limits.api)(person)
    return form


async def form_with_file(request: Request, *, largest: int, texts: int = BESIDES) -> FormData:
    """A form with one file of at most `largest` bytes, each text in it of at most `texts`; it counts as a decision.

    Raises HTTPException 413, 415 and 400, Refused `stale-form`, `too-many`.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(415)
    stated = request.headers.get("content-length", "")
    if not stated.isdecimal() or int(stated) > largest + max(texts, BESIDES):
        raise HTTPException(413)
    visitor = signed_in(request)
    limits_of(request).decision(visitor.person)
    form = await request.form(max_files=1, max_fields=10, max_part_size=texts)
    return from_session(form, visitor)


def text(form: FormData, name: str) -> str:
    """The trimmed text of a field; empty where it is missing."""
    return str(form.get(name, "")).strip()


def texts(form: FormData, name: str) -> list[str]:
    return [str(value) for value in form.getlist(name) if str(value)]


def command_id(form: FormData) -> UUID:
    """The id that the page made for this form. Raises Refused `bad-form`."""
    try:
        return UUID(text(form, "command_id"))
    except ValueError:
        raise incomplete() from None


def back_to(form: FormData) -> str:
    """The page of ours to return to: the inbox, or a case."""
    case = text(form, "back")
    return f"/cases/{case}" if case and case.replace("-", "").replace("_", "").replace(".", "").isalnum() else "/inbox"


def incomplete() -> Refused:
    return Refused("bad-form", "This form is not complete; open the page again and repeat what you did.")
