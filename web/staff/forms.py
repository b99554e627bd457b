"""Reading what the forms of these pages send. A form that our pages never send is refused, never a 500."""

from typing import Final
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request

from domain.kernel.errors import Refused
from web.identity.csrf import checked_form

LARGEST: Final = 262_144
"""Bytes: a comment of 20,000 characters, percent-encoded."""
FIELDS: Final = 120


async def sent_form(request: Request) -> FormData:
    """A form of somebody who is signed in. Raises what `checked_form` raises."""
    return await checked_form(request, largest=LARGEST, fields=FIELDS)


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
