"""Standing in: who acts for me and for whom I act, what was done under it, being out of office, ending it (KRN-20)."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from application.administration import delegations
from application.administration.delegations import Asked
from application.services import Services
from domain.kernel.delegation import Scope
from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.organisation.model import Organisation
from web.forms.answers import ROOT, Payload
from web.forms.choices import Choices, kinds_in
from web.forms.company import of_organisation
from web.forms.delegation import Delegate, OutOfOffice
from web.forms.fields import fields_of
from web.forms.sheet import Sheet
from web.identity.visitor import SignedIn, Visitor
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff.forms import command_id, sent_form, sheet_form, text
from web.staff.start import shown
from web.staff.surroundings import organisation_of, reader_of, today_of, zone_in

router = APIRouter(include_in_schema=False)

PLACE = "/delegations"
MODELS: dict[str, type[Value]] = {"out-of-office": OutOfOffice, "delegate": Delegate}


@router.get(PLACE)
async def mine(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """My delegations, given and held, the newest first, each with what was done under it (KRN-22)."""
    organisation = await organisation_of(services)
    listed = await delegations.delegations(services, visitor.person, report=True)
    reader = await reader_of(request, services, visitor, organisation, listed)
    code = reader_language(request)
    units = {unit.id: unit.name.get(code) or unit.id for unit in organisation.units.values()}
    told = {
        "given": [one for one in listed if one["principal"] == visitor.person],
        "held": [one for one in listed if one["delegate"] == visitor.person],
        "reader": reader,
        "command_ids": {one["delegation"]: str(uuid4()) for one in listed},
        "units": units,
        "zone": zone_in(organisation, visitor.person),
        "done": request.query_params.get("done", "") in {one["delegation"] for one in listed},
    }
    return page(request, "staff/delegations.html", told, headers={"Cache-Control": "no-store"})


@router.get(PLACE + "/{form}")
async def blank(request: Request, services: Opened, visitor: SignedIn, form: str) -> Response:
    """The form for being out of office, or the one with everything that a delegation may say."""
    if form not in MODELS:
        return RedirectResponse(PLACE, 303)
    organisation = await organisation_of(services)
    typed = {f"{ROOT}.start": today_of(organisation, visitor).isoformat()} if form == "delegate" else {}
    sheet = Sheet("standing in", form, MODELS[form], await _offered(request, services, organisation, form), typed)
    return await shown(request, services, visitor, organisation, sheet, place=PLACE)


@router.post(PLACE + "/revoke")
async def revoke(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Ends a delegation at once. Raises Refused as `standing.revoke` does."""
    form = await sent_form(request)
    ended = await delegations.revoke(services, text(form, "delegation"), visitor.actor, command_id=command_id(form))
    return RedirectResponse(f"{PLACE}?{urlencode({'done': ended['delegation']})}", 303)


@router.post(PLACE + "/{form}")
async def grant(request: Request, services: Opened, visitor: SignedIn, form: str) -> Response:
    """Grants what the form says; sending it twice is one delegation."""
    posted = await sheet_form(request)
    if form not in MODELS:
        return RedirectResponse(PLACE, 303)
    organisation = await organisation_of(services)
    typed = {name: str(value) for name, value in posted.items() if name.startswith(f"{ROOT}.")}
    offered = await _offered(request, services, organisation, form, typed)
    sheet = Sheet("standing in", form, MODELS[form], offered, typed, command_id=text(posted, "command_id"))
    if changed := sheet.rearranged(text(posted, "do")):
        return await shown(request, services, visitor, organisation, changed, place=PLACE)
    sheet, payload = await sheet.read(services)
    try:
        if sheet.wrong:
            return await shown(request, services, visitor, organisation, sheet, status=422, place=PLACE)
        asked = _asked(payload, visitor, out_of_office=form == "out-of-office")
        granted = await delegations.grant(services, asked, visitor.actor, command_id=command_id(posted))
    except Refused as refused:
        told = sheet.refused(refused, payload)
        return await shown(request, services, visitor, organisation, told, status=422, place=PLACE)
    return RedirectResponse(f"{PLACE}?{urlencode({'done': granted['delegation']})}", 303)


def _asked(payload: Payload, visitor: Visitor, *, out_of_office: bool) -> Asked:
    scope: dict[str, Any] = {name: payload[name] for name in ("processes", "units", "up_to") if name in payload}
    return Asked(
        principal=visitor.person,
        delegate=payload["delegate"],
        start=payload.get("start", ""),
        end=payload["end"],
        scope=Scope.model_validate(scope),
        reason=payload.get("reason", ""),
        out_of_office=out_of_office,
    )


async def _offered(
    request: Request, services: Services, organisation: Organisation, form: str, told: object = ()
) -> Choices:
    kinds = kinds_in(fields_of(MODELS[form]))
    return await of_organisation(services, organisation, kinds, reader_language(request), told)
