"""Forms of people who are signed in: only those that our own pages sent them are taken."""

import hmac

from starlette.datastructures import FormData
from starlette.requests import Request

from domain.kernel.errors import Refused
from web.guard import LARGEST_FORM, MOST_FIELDS, form_of
from web.identity.limits import limits_of
from web.identity.masking import unmasked
from web.identity.visitor import Visitor, signed_in

FIELD = "csrf"
NONE = "-"
"""What no form can carry: for a visitor who has no secret."""


async def checked_form(
    request: Request, *, largest: int = LARGEST_FORM, fields: int = MOST_FIELDS, counted: bool = True
) -> FormData:
    """The posted fields; unless `counted` is False the form counts as a decision of this person (`Limits`).

    Raises what `form_of` raises, LoginNeeded, and Refused `stale-form`, `too-many`.
    """
    visitor = signed_in(request)
    if counted:
        limits_of(request).decision(visitor.person)
    return from_session(await form_of(request, largest=largest, fields=fields), visitor)


def from_session(form: FormData, visitor: Visitor) -> FormData:
    """The form, if it carries the secret of the visitor's session. Raises Refused `stale-form`."""
    if not hmac.compare_digest(unmasked(str(form.get(FIELD, ""))), unmasked(visitor.csrf) or NONE):
        raise Refused("stale-form", "This page is from another session; open it again and repeat what you did.")
    return form
