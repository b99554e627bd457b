"""Starting something: what a person may start, and the form of each with who would decide it and by when (KRN-41)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from application.commands import compose
from application.queries.available_commands import facts_of
from application.queries.remarks import remarks
from application.services import Services
from domain.kernel.cases.case import Case
from domain.kernel.errors import Refused
from domain.kernel.process import Process
from domain.kernel.routing.route import PreviewStep
from domain.kernel.values.message import Message
from domain.organisation.model import Organisation
from domain.organisation.policy_checks import not_in_use
from web.forms import sheet as sheets
from web.forms.answers import ROOT, Payload
from web.forms.choices import SOUGHT, WITH_ID, Choices, kinds_in, written
from web.forms.company import of_organisation
from web.forms.fields import fields_of
from web.forms.sheet import Sheet
from web.forms.words import help_of
from web.identity.visitor import SignedIn, Visitor
from web.languages import reader_language
from web.rendering import page
from web.services import Opened
from web.staff.forms import command_id, sheet_form, text
from web.staff.merging import Clash
from web.staff.surroundings import named, organisation_of, reader_of, today_of, zone_in

router = APIRouter(include_in_schema=False)
LONGEST = 80
"""Characters of what is sought."""


@router.get("/start")
async def places(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Every process in use with the ways to open a case of it."""
    organisation = await organisation_of(services)
    here = organisation.works_here(visitor.person, today_of(organisation, visitor))
    listed = [(process, _openings(process)) for process in await _used(services)] if here else []
    return page(request, "staff/start.html", {"listed": listed})


async def _used(services: Services) -> list[Process[Any]]:
    """Those for which the policy in force has routes: the others could not be submitted. All, where there is none."""
    book = (await services.records()).policies
    needs = {name: process.policy_needs for name, process in services.processes.items()}
    unused = not_in_use(book.in_force, needs) if book.versions else []
    return [process for name, process in services.processes.items() if name not in unused]


@router.get("/start/choices/{kind}")
async def choices(request: Request, services: Opened, _visitor: SignedIn, kind: str) -> Response:
    """People, units, positions or budget lines whose name or id has `?q=` in it, for browsers with a script."""
    if kind not in SOUGHT:
        raise HTTPException(404)
    asked = request.query_params.get("q", "")[:LONGEST]
    offered = await of_organisation(services, await organisation_of(services), {kind}, reader_language(request))
    found = await offered.fitting(kind, asked)
    return JSONResponse(
        [
            {"value": written(name, value), "beside": offered.beside(value) if kind == "person" else ""}
            for value, name in found.items()
        ]
    )


@router.get("/start/{process}/{command}")
async def blank(request: Request, services: Opened, visitor: SignedIn, process: str, command: str) -> Response:
    found = _opening(services, process, command)
    organisation = await organisation_of(services)
    given = dict(request.query_params)
    offered = await _offered(request, services, organisation, found, command, given)
    sheet = sheets.begun(found, command, offered, present={}, given=given, amends=False)
    sheet = await _filled(services, found, sheet)
    return await shown(request, services, visitor, organisation, sheet)


@router.post("/start/{process}/{command}")
async def answer(request: Request, services: Opened, visitor: SignedIn, process: str, command: str) -> Response:
    """Checks the form, adds or drops a row, or starts the case: `do` of the form says which."""
    form = await sheet_form(request)
    found = _opening(services, process, command)
    organisation = await organisation_of(services)
    offered = await _offered(request, services, organisation, found, command, dict(form))
    sheet = sheets.sent(found, command, offered, form, hidden=frozenset(), amends=False)
    if text(form, "do") != "send":  # nothing is sent that nobody saw
        sheet = await _filled(services, found, sheet, anew=text(form, "do") == "fill")
    if changed := sheet.rearranged(text(form, "do")):
        return await shown(request, services, visitor, organisation, changed)
    sheet, payload = await sheet.read(services)
    if sheet.wrong:
        return await shown(request, services, visitor, organisation, sheet, status=422)
    try:
        if text(form, "do") != "send":
            steps = await compose.preview(services, process, payload, visitor.actor, name=command)
            odd = await remarks(services, await compose.start(services, process, payload, visitor.actor, name=command))
            return await shown(request, services, visitor, organisation, sheet, steps=steps, remarks=odd)
        case = await _start(services, visitor, process, command, payload, command_id(form))
    except Refused as refused:
        return await shown(request, services, visitor, organisation, sheet.refused(refused, payload), status=422)
    return RedirectResponse(f"/cases/{case}?{urlencode({'done': sheet.command_id})}", 303)


async def _filled(services: Services, process: Process[Any], sheet: Sheet, *, anew: bool = False) -> Sheet:
    """With what follows from the values that are typed, as the process says."""
    for name, filling in process.asking.fills_in.get(sheet.command, {}).items():
        typed = sheet.typed.get(f"{ROOT}.{name}", "").strip()
        inside = WITH_ID.search(typed)
        if typed:
            facts = await facts_of(services, Case(id="", process=process.name))
            sheet = sheet.filled(filling(inside[1] if inside else typed, facts), anew=anew)
    return sheet


async def _start(services: Services, visitor: Visitor, process: str, command: str, payload: Payload, id_: UUID) -> str:
    """Starts the case and returns its id, which follows from the form: sending it twice is one case (KRN-19)."""
    made = await compose.start(services, process, payload, visitor.actor, name=command, command_id=id_)
    await compose.sent(services, made, start=True)
    return made.case


async def shown(
    request: Request,
    services: Services,
    visitor: Visitor,
    organisation: Organisation,
    sheet: Sheet,
    *,
    steps: Iterable[PreviewStep] | None = None,
    status: int = 200,
    case: dict[str, Any] | None = None,
    clashes: Sequence[Clash] = (),
    remarks: Sequence[Message] = (),
    place: str = "/start",
) -> Response:
    """The page of a form: of a case, or of the place `place`. What opens a case has a preview, once it was checked.

    `clashes` are the fields of an amendment that somebody else changed meanwhile.
    """
    previewed = None if steps is None else [step.model_dump(mode="json") for step in steps]
    asked = [(each.by, each.text) for each in (case or {}).get("questions", {}).values()]
    told = [previewed or [], [str(one) for one in remarks], [str(one.message) for one in sheet.wrong], asked]
    reader = await reader_of(request, services, visitor, organisation, told)
    offered = sheet.choices.near.get("person", {})  # whoever is offered is named already, with the id to tell them by
    reader = replace(reader, names={one: name for one, name in reader.names.items() if one not in offered})
    about = {
        "sheet": sheet,
        "steps": previewed,
        "clashes": clashes,
        "remarks": remarks,
        "reader": reader,
        "insider": replace(reader, names=named(organisation, reader)),
        "zone": zone_in(organisation, visitor.person),
        "case": case,
        "back": f"/cases/{case['case']}" if case else place,
        "previews": not case and place == "/start",
    }
    return page(request, "staff/form.html", about, status, headers={"Cache-Control": "no-store"})


def _openings(process: Process[Any]) -> list[tuple[str, str]]:
    """The commands that open a case, with what each does, in the order of the process."""
    return [(name, help_of(name, model)) for name, model in process.commands.items() if name in process.start]


def _opening(services: Services, process: str, command: str) -> Process[Any]:
    found = services.processes.get(process)
    if found is None or command not in found.start:
        raise HTTPException(404)
    return found


async def _offered(
    request: Request, services: Services, organisation: Organisation, process: Process[Any], command: str, told: object
) -> Choices:
    kinds = kinds_in(fields_of(process.commands[command]))
    return await of_organisation(services, organisation, kinds, reader_language(request), told)
