"""A command to a case as a form: filled with what the case says already, sent to the case, refused at its field."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from application.commands import compose
from application.counting import version_meant
from application.queries import reading
from application.services import Services
from domain.kernel.command import Command
from domain.kernel.errors import Refused
from domain.kernel.process import Process
from domain.kernel.showing.form_hints import mapping
from domain.kernel.showing.questions import Question, questions
from domain.organisation.model import Organisation
from web.forms import sheet as sheets
from web.forms.answers import ROOT, Payload, answered
from web.forms.choices import Choices, kinds_in, of_case
from web.forms.company import of_organisation
from web.forms.fields import fields_of
from web.forms.sheet import Sheet
from web.forms.words import commands_with_forms
from web.identity.visitor import SignedIn, Visitor
from web.languages import reader_language
from web.services import Opened
from web.staff.forms import command_id, sheet_form, text
from web.staff.merging import clashes
from web.staff.missing import missing
from web.staff.start import shown
from web.staff.surroundings import named, organisation_of, reader_of

router = APIRouter(include_in_schema=False)

LOOKS = 5
"""How often a case that keeps moving is looked at before its form is given back."""
MOVED_ON = "moved-on"
ANSWERS = "give-information"
"""The command of whoever was asked: its form shows the question."""
ONE_OF = ("task", "offer", "candidate", "interview")


@dataclass(frozen=True)
class Setting:
    """A case as the reader sees it, with its process and what its form offers."""

    process: Process[Any]
    case: dict[str, Any]
    organisation: Organisation
    choices: Choices

    def begun(self, command: str, given: dict[str, Any]) -> Sheet:
        """The form as it is first seen; `given` is what the link says already."""
        given = _about_task(self.case, {**self._only(command), **given})
        present = self.process.asking.present(self.case["state"], command, given)
        return sheets.begun(self.process, command, self.choices, present=present, given=given, amends=bool(present))

    def _only(self, command: str) -> dict[str, str]:
        """What there is only one of in the case needs no choosing."""
        asked = (one for one in fields_of(self.process.commands[command]) if one.required and one.among)
        kinds = ((one.name, self.choices.offered(one)) for one in asked if one.among and one.among.what in ONE_OF)
        return {name: next(iter(there)) for name, there in kinds if len(there) == 1}


@router.get("/cases/{case}/do/{command}")
async def blank(request: Request, services: Opened, visitor: SignedIn, case: str, command: str) -> Response:
    given = dict(request.query_params)
    found = await _setting(request, services, visitor, case, command, given)
    if found is None:
        return missing(request)
    sheet = found.begun(command, given)
    return await shown(request, services, visitor, found.organisation, sheet, case=found.case)


@router.post("/cases/{case}/do/{command}")
async def answer(request: Request, services: Opened, visitor: SignedIn, case: str, command: str) -> Response:
    """Sends the command, or adds or drops a row: `do` of the form says which. Repeating it is one command (KRN-19)."""
    form = await sheet_form(request)
    found = await _setting(request, services, visitor, case, command, dict(form))
    if found is None:
        return missing(request)
    first = found.begun(command, _about({name: str(value) for name, value in form.items()}))
    sheet = sheets.sent(found.process, command, found.choices, form, hidden=first.hidden, amends=first.amends)
    if changed := sheet.rearranged(text(form, "do")):
        return await shown(request, services, visitor, found.organisation, changed, case=found.case)
    sheet, payload = await sheet.read(services)
    if sheet.wrong or text(form, "do") != "send":
        status = 422 if sheet.wrong else 200
        return await shown(request, services, visitor, found.organisation, sheet, case=found.case, status=status)
    try:
        made = await compose.command(services, case, command, payload, visitor.actor, command_id=command_id(form))
        if sheet.amends:
            return await _amended(request, services, visitor, found, sheet, made)
        await compose.sent(services, made, start=False)
    except Refused as refused:
        told = sheet.refused(refused, payload)
        return await shown(request, services, visitor, found.organisation, told, case=found.case, status=422)
    return _done(case, sheet)


async def _amended(
    request: Request, services: Services, visitor: Visitor, found: Setting, sheet: Sheet, made: Command
) -> Response:
    """Sends what was changed if nobody else changed the same since the form was opened; else shows both.

    The case must still be as it was looked at for that when the command is recorded: if it moved on it is looked at
    again. Raises Refused.
    """
    for _ in range(LOOKS):
        now = found.begun(made.name, _about(sheet.typed)).was
        if sheet.changed_by_both(now):
            return await _clashing(request, services, visitor, found, sheet, now)
        version = found.case["version"]
        known = isinstance(version, int)  # hidden: then nothing of the case is shown either
        expected = await version_meant(services, found.case["case"], visitor.person, version) if known else None
        try:
            await compose.sent(services, made.model_copy(update={"expected": expected}), start=False)
        except Refused as refused:
            if refused.code != MOVED_ON:
                raise
            again = await _setting(request, services, visitor, made.case, made.name, sheet.typed)
            if again is None:
                return missing(request)
            found = again
        else:
            return _done(made.case, sheet)
    raise Refused("changed-meanwhile", "Others are changing this just now; send it again in a moment.")


async def _clashing(
    request: Request, services: Services, visitor: Visitor, found: Setting, sheet: Sheet, now: Payload
) -> Response:
    """The form with what was typed and what holds now; whoever sends it again knows of both."""
    mine = answered(sheet.fields, sheet.typed)
    reader = await reader_of(request, services, visitor, found.organisation, [sheet.was, now, mine])
    places = replace(reader, names=named(found.organisation, reader))
    both = clashes(sheet, now, mine, places)
    return await shown(
        request, services, visitor, found.organisation, sheet.rebased(now), case=found.case, clashes=both, status=409
    )


def _done(case: str, sheet: Sheet) -> Response:
    return RedirectResponse(f"/cases/{case}?{urlencode({'done': sheet.command_id})}", 303)


def _about(typed: Mapping[str, str]) -> dict[str, str]:
    """What a form of a case is about, by which its present values are found."""
    return {name: typed.get(f"{ROOT}.{name}", "").strip() for name in ("offer", "task")}


async def _setting(
    request: Request, services: Services, visitor: Visitor, case: str, command: str, told: object
) -> Setting | None:
    """None for a case of which the reader must not know, or sees nothing (KRN-43). `told` is what the form holds."""
    try:
        seen = await reading.show(services, case, as_of=None, reader=visitor.person)
    except Refused:
        return None
    process = services.process(seen["process"])
    if command not in commands_with_forms(process) or command in process.start:
        raise HTTPException(404)
    if seen["state"].get("hidden") is True:
        return None
    seen["questions"] = await _questions(services, case, visitor) if command == ANSWERS else {}
    organisation = await organisation_of(services)
    kinds = kinds_in(fields_of(process.commands[command])) | ({"person"} if command == "attach" else set())
    company = await of_organisation(services, organisation, kinds, reader_language(request), (told, seen))
    reader = await reader_of(request, services, visitor, organisation, seen)
    own = of_case(seen, process.asking.choices(seen["state"]), reader, command)
    return Setting(process, seen, organisation, replace(company, of={**own.of, **company.of}))


async def _questions(services: Services, case: str, visitor: Visitor) -> dict[str, Question]:
    """The open questions that the visitor may read, by the task that answers."""
    rows = await reading.timeline(services, case, as_of=None, reader=visitor.person)
    return questions((row["type"], row["data"]) for row in rows)


def _about_task(case: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """What the task that a link names says besides: the content it is about, and the candidate or offer."""
    task = mapping(mapping(case["state"], "case"), "tasks").get(given.get("task", ""))
    if not isinstance(task, dict):
        return given
    subject = task.get("subject")
    review = mapping(case["state"], "case", "reviews", str(subject))
    steps = review.get("steps")
    hashes = (
        [step["content_hash"] for step in steps if step["name"] == task.get("step")] if isinstance(steps, list) else []
    )
    offer = mapping(case["state"], "offers", str(subject))
    candidate = offer.get("candidate") if offer else subject
    found = {
        "content_hash": next(iter(hashes), None),
        "offer": subject if offer else None,
        "candidate": candidate if candidate in mapping(case["state"], "candidates") else None,
        "kind": task.get("step"),
        "check": task.get("step"),
    }
    return {**{name: value for name, value in found.items() if value}, **given}
