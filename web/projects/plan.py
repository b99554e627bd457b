"""A project's plan as a file on a page: taken out, or tried, and made the plan by who may set it (DEL-10).

Between the plan that is shown and the word nothing is kept: the form carries the file.
"""

import base64
import binascii
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Final
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from application.commands import compose
from application.files.plans import PlanMap, read_plan, write_plan
from domain.kernel.errors import Refused
from domain.projects.delivery.content import Activity
from domain.projects.delivery.schedule import refuse_unfit
from domain.projects.delivery.state import ProjectState
from web.identity.visitor import SignedIn, signed_in
from web.languages import reader_language
from web.projects.project import found_project
from web.refusals import sentence
from web.rendering import page
from web.services import Opened
from web.staff.forms import command_id, form_with_file, incomplete, text
from web.staff.missing import missing

router = APIRouter(include_in_schema=False)

LARGEST: Final = 1_500_000
IN_A_FORM: Final = LARGEST * 4 // 3 + 4_096
MOST_ROWS: Final = 60
KINDS: Mapping[str, str] = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}


@dataclass(frozen=True)
class Sent:
    name: str
    data: bytes

    @property
    def carried(self) -> str:
        return base64.b64encode(self.data).decode()


@dataclass(frozen=True)
class Differences:
    """What a file would do to the plan, by activity id."""

    new: Sequence[str]
    changed: Sequence[str]
    gone: Sequence[str]


@router.get("/projects/{case}/plan")
async def form(request: Request, services: Opened, visitor: SignedIn, case: str) -> Response:
    try:
        _, found = await found_project(services, case, visitor.person)
    except Refused:
        return missing(request)
    done = request.query_params.get("done", "")
    shown = _shown(case, found.state, visitor.person)
    return page(request, "projects/plan.html", shown | {"done": done if done.isdecimal() else ""})


@router.get("/projects/{case}/plan.{kind}")
async def download(services: Opened, visitor: SignedIn, case: str, kind: str) -> Response:
    """The plan as it stands, without costs for whom amounts are hidden. Raises Refused `no-such-case`, `bad-ending`."""
    ending = f".{kind}"
    if ending not in KINDS:
        raise Refused("bad-ending", "A plan is a .csv, .xlsx or .xml file; {kind} is none.", kind=kind[:20])
    _, found = await found_project(services, case, visitor.person)
    activities = [one.activity for one in found.state.works.values() if not one.cancelled]
    if not found.money:
        activities = [one.model_copy(update={"cost": None}) for one in activities]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"plan{ending}"
        write_plan(path, activities, found.state.the_charter.title)
        headers = {"Content-Disposition": f'attachment; filename="{case}{ending}"', "Cache-Control": "no-store"}
        return Response(path.read_bytes(), media_type=KINDS[ending], headers=headers)


@router.post("/projects/{case}/plan")
async def take(request: Request, services: Opened, case: str) -> Response:
    """What a file would make of the plan, with every wrong row; with the word `confirm` it becomes the plan."""
    visitor = signed_in(request)
    _, found = await found_project(services, case, visitor.person)
    form = await form_with_file(request, largest=LARGEST, texts=IN_A_FORM)
    shown = _shown(case, found.state, visitor.person)
    try:
        sent = await _sent(form)
        given = _read(sent)
        activities = [Activity.model_validate(one) for one in given]
        refuse_unfit(activities)
        if "confirm" in form:
            made = await compose.command(
                services, case, "set-plan", {"activities": given}, visitor.actor, command_id=command_id(form)
            )
            await compose.sent(services, made, start=False)
            return RedirectResponse(f"/projects/{case}/plan?done={len(given)}", 303)
    except Refused as refused:
        if refused.code in ("stale-form", "bad-form", "too-many"):
            raise
        problems = [str(each) for each in refused.details.get("problems", ())]
        problems = problems or [sentence(refused, reader_language(request))]
        return page(request, "projects/plan.html", shown | {"problems": problems}, 400)
    return page(request, "projects/plan.html", shown | {
        "sent": sent, "activities": activities[:MOST_ROWS], "count": len(activities),
        "differences": _differences(found.state, activities), "money": found.money,
    })  # fmt: skip


def _shown(case: str, state: ProjectState, reader: str) -> dict[str, Any]:
    return {
        "case": case, "title": state.the_charter.title, "manages": reader == state.manager, "problems": [],
        "sent": None, "done": "", "command_id": str(uuid4()), "most": MOST_ROWS,
    }  # fmt: skip


async def _sent(form: FormData) -> Sent:
    """Raises Refused `no-file`, `bad-ending`, `file-size`, `bad-form`."""
    if "confirm" in form:
        try:
            return Sent(_named(text(form, "name")), base64.b64decode(str(form.get("data", "")), validate=True))
        except binascii.Error:
            raise incomplete() from None
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Refused("no-file", "Choose the file of the plan: CSV, XLSX, or XML of Microsoft Project.")
    if (file.size or 0) > LARGEST:
        template = "{name} is larger than {most} bytes; take it in with: signoff project-plan import"
        raise Refused("file-size", template, name=_named(file.filename), most=LARGEST)
    return Sent(_named(file.filename), await file.read())


def _named(name: str) -> str:
    last = PurePath(name.replace("\\", "/")).name[-80:]
    if PurePath(last).suffix.lower() not in KINDS:
        raise Refused("bad-ending", "Name a file that ends in .csv, .xlsx or .xml; {name} does not.", name=last)
    return last


def _read(sent: Sent) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / sent.name
        path.write_bytes(sent.data)
        return read_plan(path, PlanMap())


def _differences(state: ProjectState, activities: Sequence[Activity]) -> Differences:
    now = {id_: work.activity for id_, work in state.works.items() if not work.cancelled}
    then = {one.id: one for one in activities}
    return Differences(
        new=[id_ for id_ in then if id_ not in now], gone=[id_ for id_ in now if id_ not in then],
        changed=[id_ for id_, one in then.items() if id_ in now and now[id_] != one],
    )  # fmt: skip
