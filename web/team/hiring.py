"""Hiring as people know it: a board of candidates, each one's page with scorecards side by side, offers, letters."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from application.commands import attachments, compose
from application.queries import listing, reading
from application.queries.available_commands import commands_for
from application.services import Services
from application.wording.offer_letter import letter
from application.wording.reader import Reader
from domain.kernel.commands import LARGEST
from domain.kernel.errors import Refused
from domain.organisation.model import Organisation
from domain.organisation.register import version_of
from readmodels import Wanted
from web.identity.visitor import SignedIn, Visitor
from web.languages import reader_language
from web.refusals import sentence
from web.rendering import page
from web.services import Opened
from web.staff.deciding import not_done
from web.staff.forms import command_id, form_with_file, incomplete, sent_form, text
from web.staff.missing import missing
from web.staff.surroundings import named, organisation_of, reader_of
from web.team import candidates

router = APIRouter(include_in_schema=False)
PROCESS = "hiring"
PAGE = 50
SCORE = "score."
KEEPS = {"Cache-Control": "no-store"}

Shown = dict[str, Any]


@dataclass(frozen=True)
class Hiring:
    """One hiring before its reader: `state` without what is hidden, `offered` the commands they may give."""

    case: str
    state: Shown
    stage: str
    offered: tuple[str, ...]
    organisation: Organisation
    reader: Reader

    @property
    def requisition(self) -> Shown:
        found = self.state.get("requisition")
        return found if isinstance(found, dict) and found.get("hidden") is not True else {}

    @property
    def musts(self) -> list[str]:
        pinned = self.requisition.get("job_description")
        if not isinstance(pinned, dict) or "id" not in pinned:
            return []
        found = version_of(self.organisation, pinned["id"], pinned["version"])
        return [one.skill for one in found.description.musts()] if found else []


@router.get("/team/hiring")
async def hirings(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """The open hirings that the reader may see, newest first."""
    organisation = await organisation_of(services)
    found = await listing.case_page(
        services, Wanted(process=PROCESS, open_only=True), reader=visitor.person, limit=PAGE
    )
    rows = [row for row in found.rows if row["stage"] != {"hidden": True}]
    reader = await reader_of(request, services, visitor, organisation, rows)
    return page(request, "team/hirings.html", {"rows": rows, "reader": reader, "zone": str(reader.zone)})


@router.get("/team/hiring/{case}")
async def board(request: Request, services: Opened, visitor: SignedIn, case: str) -> Response:
    """The candidates of a hiring by how far they came."""
    found = await _hiring(request, services, visitor, case)
    if found is None:
        return missing(request)
    shown = {
        "hiring": found,
        "columns": [(name, candidates.COLUMNS[name], entries)
                    for name, entries in candidates.board(found.state).items()],
        "command_id": lambda: str(uuid4()),
    }  # fmt: skip
    return page(request, "team/board.html", {**_common(found), **shown}, headers=KEEPS)


@router.get("/team/hiring/{case}/candidates/{candidate}")
async def candidate_page(request: Request, services: Opened, visitor: SignedIn, case: str, candidate: str) -> Response:
    found = await _hiring(request, services, visitor, case)
    if found is None or candidate not in (known := found.state.get("candidates") or {}) or "hidden" in known:
        return missing(request)
    return await _candidate(request, services, found, visitor, candidate)


@router.post("/team/hiring/{case}/candidates/{candidate}")
async def act(request: Request, services: Opened, visitor: SignedIn, case: str, candidate: str) -> Response:
    """Screens the candidate, or hands in the visitor's own scorecard: `do` says which."""
    form = await sent_form(request)
    try:
        name, payload = _wish(form, candidate)
        made = await compose.command(services, case, name, payload, visitor.actor, command_id=command_id(form))
        await compose.sent(services, made, start=False)
    except Refused as refused:
        found = None if refused.code == "no-such-case" else await _hiring(request, services, visitor, case)
        if found is None:
            return missing(request)
        if candidate not in (found.state.get("candidates") or {}):
            return not_done(request, refused, form)
        return await _candidate(request, services, found, visitor, candidate, refused=refused, form=form)
    back = f"/team/hiring/{case}" + (f"/candidates/{candidate}" if name == "submit-scorecard" else "")
    return RedirectResponse(back, 303)


@router.post("/team/hiring/{case}/candidates/{candidate}/files")
async def add_file(request: Request, services: Opened, visitor: SignedIn, case: str, candidate: str) -> Response:
    """A file about the candidate, sealed for them: it is erased with them (KRN-52, KRN-54)."""
    form = await form_with_file(request, largest=LARGEST)
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return not_done(request, Refused("no-file", "No file was chosen; choose one and send it again."), form)
    try:
        given = attachments.named(file.filename, await file.read(), sealed_for=candidate)
        await attachments.attach(services, case, given, visitor.actor, command_id=command_id(form))
    except Refused as refused:
        return missing(request) if refused.code == "no-such-case" else not_done(request, refused, form)
    return RedirectResponse(f"/team/hiring/{case}/candidates/{candidate}", 303)


@router.get("/team/hiring/{case}/offers/{offer}/letter.pdf")
async def offer_letter(request: Request, services: Opened, visitor: SignedIn, case: str, offer: str) -> Response:
    """The letter of an approved offer, for those who see its terms."""
    found = await _hiring(request, services, visitor, case)
    offers = found.state.get("offers") if found else None
    chosen = offers.get(offer) if isinstance(offers, dict) else None
    if found is None or not isinstance(chosen, dict) or not _has_letter(chosen):
        return missing(request)
    language = reader_language(request)
    name = await services.people.name(chosen["candidate"], language)
    position = found.requisition.get("position", "")
    title = found.reader.names.get(position, position)
    made = letter(chosen, name=name, position=title, language=language)
    headers = {**KEEPS, "Content-Disposition": f'attachment; filename="{offer}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


LETTER = frozenset({"approved", "extended", "accepted", "filled"})
"""An offer has a letter from its approval on."""


def _has_letter(offer: Mapping[str, Any]) -> bool:
    terms = offer.get("terms")
    whole = isinstance(terms, dict) and "amount" in (terms.get("salary") or {})
    return offer.get("status") in LETTER and whole


def _starts(offer: Mapping[str, Any]) -> date | None:
    terms = offer.get("terms")
    told = terms.get("start_date") if isinstance(terms, dict) else None
    return date.fromisoformat(told) if isinstance(told, str) else None


def _wish(form: FormData, candidate: str) -> tuple[str, Shown]:
    """The command that the form asks for. Raises Refused `bad-form`, `reason-missing`, `score-missing`."""
    match text(form, "do"):
        case "advance":
            return "screen-candidate", {"candidate": candidate, "outcome": "advance"}
        case "reject":
            reason = text(form, "reason")
            if not reason:
                raise Refused("reason-missing", "Say why this candidate does not go on.")
            return "screen-candidate", {"candidate": candidate, "outcome": "reject", "reason": reason}
        case "score":
            return "submit-scorecard", _scorecard(form, candidate)
    raise incomplete()


def _scorecard(form: FormData, candidate: str) -> Shown:
    scores = {name.removeprefix(SCORE): str(value) for name, value in form.multi_items() if name.startswith(SCORE)}
    wanted, chosen = text(form, "criteria").split(), text(form, "recommendation")
    if not scores or set(wanted) - scores.keys() or not chosen:
        raise Refused("score-missing", "Give each criterion a score from 1 to 5, and say what you recommend.")
    given: Shown = {"candidate": candidate, "kind": text(form, "kind") or None, "recommendation": chosen}
    if notes := text(form, "notes"):
        given["notes"] = notes
    return {**given, "scores": {name: int(value) if value.isdecimal() else 0 for name, value in scores.items()}}


async def _hiring(request: Request, services: Services, visitor: Visitor, case: str) -> Hiring | None:
    """None for a case that the visitor must not know, or of which they see nothing."""
    try:
        shown = await reading.show(services, case, as_of=None, reader=visitor.person)
    except Refused:
        return None
    if shown["process"] != PROCESS or shown["state"].get("hidden") is True:
        return None
    organisation = await organisation_of(services)
    reader = await reader_of(request, services, visitor, organisation, shown)
    names = replace(reader, names=named(organisation, reader))
    offered = await commands_for(services, case, visitor.person)
    stage = shown["stage"] if isinstance(shown["stage"], str) else ""
    return Hiring(case, shown["state"], stage, offered, organisation, names)


async def _files(services: Services, found: Hiring, candidate: Shown) -> list[Shown]:
    """What was attached about this candidate, and not about another one."""
    attached = _listed((found.state.get("case") or {}).get("attachments"))
    people = [one for one in (candidate["id"], candidate.get("internal")) if isinstance(one, str)]
    own = await attachments.about(services, [one["sha256"] for one in attached], people)
    return [one for one in attached if one["sha256"] in own]


async def _candidate(
    request: Request,
    services: Services,
    found: Hiring,
    visitor: Visitor,
    candidate: str,
    *,
    refused: Refused | None = None,
    form: FormData | None = None,
) -> Response:
    interviews = candidates.interviews_of(found.state, candidate)
    own = next((one for one in interviews if one["interviewer"] == visitor.person and not one["scorecard"]), None)
    told = found.state["candidates"][candidate]
    entry, band = candidates.entry(found.state, told), found.requisition.get("salary_band")
    offers = [one for one in (found.state.get("offers") or {}).values() if _is_of(one, candidate)]
    shown = {
        "hiring": found,
        "candidate": told,
        "column": candidates.COLUMNS[entry.column],
        "entry": entry,
        "interviews": [(one, candidates.card_of(one)) for one in interviews],
        "lines": candidates.compared(found.musts, interviews),
        "own": own if "submit-scorecard" in found.offered else None,
        "asked": found.musts or ["overall"],
        "offers": [(one, candidates.outside(one, band), _starts(one)) for one in offers],
        "has_letter": _has_letter,
        "files": await _files(services, found, told),
        "given": dict(form) if form else {},
        "refused": sentence(refused, reader_language(request)) if refused else "",
        "command_id": lambda: str(uuid4()),
    }  # fmt: skip
    return page(request, "team/candidate.html", {**_common(found), **shown}, 422 if refused else 200, headers=KEEPS)


def _common(found: Hiring) -> Shown:
    return {
        "reader": found.reader,
        "zone": str(found.reader.zone),
        "title": (found.state.get("case") or {}).get("title"),
    }


def _is_of(offer: Any, candidate: str) -> bool:
    return isinstance(offer, dict) and offer.get("candidate") == candidate


def _listed(value: Any) -> list[Shown]:
    return value if isinstance(value, list) else []
