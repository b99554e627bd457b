"""Standing in for somebody: listing, granting and revoking delegations, and being out of office."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from application.administration import delegations as administration
from application.administration.delegations import Asked
from application.employees import employee
from application.services import Services
from domain.kernel.delegation import Scope
from domain.kernel.value import Value
from web.api import answers
from web.api.bodies import read
from web.api.examples import ABSENCE, DELEGATION
from web.api.problems import COMMAND_ID
from web.api.request_parts import AsOf, CommandId, FormHints
from web.api.shown import DelegationShown
from web.identity.visitor import Visitor
from web.services import Opened

router = APIRouter(prefix="/api/v1")

Person = Annotated[str, Field(min_length=1, max_length=254, description="A person id or an address.")]
Time = Annotated[str, Field(min_length=1, max_length=40, description="ISO 8601; without an offset the principal's.")]
Words = Annotated[str, Field(max_length=2000)]


class Absence(Value):
    """Who stands in while the reader is away."""

    delegate: Person
    start: Time = Field(alias="from")
    end: Time = Field(alias="until")
    reason: Words = ""


class NewDelegation(Absence):
    """Who may act for whom in what; without `principal` for the reader."""

    principal: Person | None = None
    scope: Scope = Scope()


class Revocation(Value):
    """Why it ends."""

    reason: Words = ""


@router.get(
    "/delegations",
    summary="Delegations by, to, or made by the reader",
    tags=["standing in"],
    response_model=list[DelegationShown],
    responses=answers.reading(),
)
async def delegations(services: Opened, visitor: FormHints, as_of: AsOf) -> Response:
    """The newest first; those that are over too."""
    return JSONResponse(await administration.delegations(services, visitor.person, as_of=as_of))


MAKING: dict[str, Any] = {
    "tags": ["standing in"], "status_code": 201, "response_model": DelegationShown, "responses": answers.writing()
}  # fmt: skip


@router.post(
    "/delegations", summary="Let somebody stand in", openapi_extra=answers.of(NewDelegation, DELEGATION), **MAKING
)
async def grant(request: Request, services: Opened, visitor: FormHints, key: CommandId) -> Response:
    """They see and do what is open now, what is offered to groups, and what comes (KRN-20)."""
    return await _granted(services, visitor, key, await read(request, NewDelegation))


@router.post(
    "/out-of-office",
    summary="Be away, with somebody who stands in",
    openapi_extra=answers.of(Absence, ABSENCE),
    **MAKING,
)
async def out_of_office(request: Request, services: Opened, visitor: FormHints, key: CommandId) -> Response:
    """A delegation of everything, made as an absence (KRN-22)."""
    return await _granted(services, visitor, key, await read(request, Absence))


@router.post(
    "/delegations/{delegation}/revocation",
    summary="End a delegation at once",
    tags=["standing in"],
    response_model=DelegationShown,
    responses=answers.writing(),
    openapi_extra=answers.of(Revocation, {"reason": "Back earlier"}),
)
async def revoke(
    request: Request,
    services: Opened,
    visitor: FormHints,
    key: CommandId,
    delegation: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,80}$")],
) -> Response:
    """What was done under it stays."""
    reason = (await read(request, Revocation)).reason
    row = await administration.revoke(services, delegation, visitor.actor, reason=reason, command_id=key)
    return JSONResponse(row, headers={COMMAND_ID: str(key)})


async def _granted(services: Services, visitor: Visitor, key: UUID, asked: Absence) -> Response:
    principal, special = visitor.person, dict[str, Any](out_of_office=True)
    if isinstance(asked, NewDelegation):
        special = {"scope": asked.scope}
        principal = await employee(services, asked.principal) if asked.principal else principal
    wish = Asked(
        principal=principal,
        delegate=await employee(services, asked.delegate),
        start=asked.start,
        end=asked.end,
        reason=asked.reason,
        **special,
    )
    row = await administration.grant(services, wish, visitor.actor, command_id=key)
    return JSONResponse(row, 201, {COMMAND_ID: str(key)})
