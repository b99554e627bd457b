"""Trying a policy before it is published: what is wrong with it, and which past submissions it would have rerouted.

Only for those who hold a role that answers for policies, over the cases of which they see all that a policy looks at.
Publishing stays with the command line (docs/adr/0026-browsing-and-trials.md).
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from application.administration import office
from application.files.policy import policy_of, written
from application.files.source import text_of
from application.queries import policies
from application.queries.trial import Bounds, Trial, Window, tried_over
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.policy import Policy
from domain.kernel.routing.route import PreviewStep
from domain.kernel.routing.trial import Rerouted, StepChange
from domain.organisation.browsing import may_try_policies
from domain.organisation.policy_changes import policy_changes
from domain.organisation.policy_checks import not_in_use
from domain.processes import NEEDS
from runtime.translations import catalogue
from web.identity.visitor import SignedIn, Visitor, signed_in
from web.languages import reader_language
from web.refusals import sentence
from web.rendering import page, word
from web.services import Opened
from web.staff.forms import form_with_file, text
from web.staff.policy import row_of, words_for
from web.staff.surroundings import organisation_of, today_of, zone_of

router = APIRouter(include_in_schema=False)
LARGEST = 200_000
"""Bytes of a policy, typed or as a file."""
NAMELESS = "policy.yaml"
BOUNDS = Bounds(rows=200, time=timedelta(seconds=15))
YEAR = timedelta(days=365)
_busy = asyncio.Lock()


@dataclass(frozen=True)
class Line:
    """A submission that would have gone another way, and how."""

    case: str
    at: datetime
    policy: int
    what: list[str]


@router.get("/policy/trial")
async def form(request: Request, services: Opened, visitor: SignedIn) -> Response:
    await _allowed(services, visitor)
    since = today_of(await organisation_of(services), visitor) - YEAR
    return page(request, "staff/policy_trial.html", await _blank(services, visitor, since=since.isoformat()))


@router.post("/policy/trial")
async def run(request: Request, services: Opened) -> Response:
    """The check, and if the policy is good the trial. Nothing is recorded. A file counts instead of what is typed."""
    visitor = signed_in(request)
    await _allowed(services, visitor)
    sent = await form_with_file(request, largest=LARGEST, texts=LARGEST)
    typed, since = str(sent.get("policy", "")), text(sent, "since")
    shown = await _blank(services, visitor, since=since, typed=typed)
    try:
        name, typed = await _given(sent, typed)
        shown["text"] = typed
        today = today_of(await organisation_of(services), visitor)
        policy = await office.check_policy(services, policy_of(typed, name), NEEDS, today=today)
        window = Window(_since(since, shown["zone"]))
    except Refused as refused:
        problems = [str(each) for each in refused.details.get("problems", ())]
        said = problems or [sentence(refused, reader_language(request))]
        return page(request, "staff/policy_trial.html", shown | {"problems": said}, 400)
    found = await _tried(services, policy, window, visitor) if "trial" in sent else None
    shown |= {"checked": True, "trial": found, "rows": await _differences(request, services, policy)}
    shown["unused"] = not_in_use(policy, NEEDS)
    shown["lines"] = await _lines(request, services, found) if found else []
    return page(request, "staff/policy_trial.html", shown)


async def _allowed(services: Services, visitor: Visitor) -> None:
    organisation = await organisation_of(services)
    if not may_try_policies(organisation, visitor.person, today_of(organisation, visitor)):
        raise Refused(
            "not-your-trial",
            "A trial tells of other people's cases: it is for finance controllers, HR partners and operations. "
            "Ask one of them.",
        )


async def _blank(services: Services, visitor: Visitor, *, since: str, typed: str | None = None) -> dict[str, Any]:
    if typed is None:
        found = await policies.publications(services)
        typed = written(found[max(found)].policy) if found else ""
    return {"text": typed, "since": since, "problems": [], "checked": False, "trial": None, "rows": [], "lines": [],
            "zone": await zone_of(services, visitor.person), "bounds": BOUNDS}  # fmt: skip


async def _given(sent: FormData, typed: str) -> tuple[str, str]:
    """What is to be tried, and how its mistakes call it: the file that was chosen, else what was typed.

    Raises Refused `file-size`, `bad-file`.
    """
    file = sent.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return NAMELESS, typed
    name = PurePath(file.filename.replace("\\", "/")).name[:80] or NAMELESS
    if (file.size or 0) > LARGEST:
        raise Refused("file-size", "{name} is larger than {most} bytes; a policy is smaller.", name=name, most=LARGEST)
    return name, text_of(await file.read(), name)


async def _tried(services: Services, policy: Policy, window: Window, visitor: Visitor) -> Trial:
    """One at a time in this server: a trial is work for a processor, and others want to decide."""
    if _busy.locked():
        raise Refused("too-many", "Somebody else is trying a policy just now; repeat this in a minute.")
    async with _busy:
        return await tried_over(services, policy, window, BOUNDS, reader=visitor.person)


async def _differences(request: Request, services: Services, policy: Policy) -> list[Any]:
    """What it changes of the version in force."""
    found = await policies.publications(services)
    if not found:
        return []
    newest = found[max(found)].policy
    words = await words_for(request, services, newest, policy)
    return [row_of(change, words, reader_language(request)) for change in policy_changes(newest, policy)]


async def _lines(request: Request, services: Services, found: Trial) -> list[Line]:
    language = reader_language(request)
    organisation = await organisation_of(services)
    people = {one for row in found.rerouted for change in row.changes for one in _asked(change)}
    names = await services.people.names(sorted(people & organisation.people.keys()), language)
    return [Line(row.case, row.at, row.policy, _said(row, names, language)) for row in found.rerouted]


def _said(row: Rerouted, names: Mapping[str, str], language: str) -> list[str]:
    _ = catalogue(language).gettext
    told = [_("was refused before")] if row.refused_before else []
    told += (
        [_("would be refused: {code}").format(code=word(row.refused_after.code, language))] if row.refused_after else []
    )
    return told + [f"{_(change.title)}: {_changed(change, names, language)}" for change in row.changes]


def _changed(change: StepChange, names: Mapping[str, str], language: str) -> str:
    _ = catalogue(language).gettext
    before, after = (_people(step, names, language) for step in (change.before, change.after))
    said = {
        "appears": _("new step, asks {after}"),
        "disappears": _("no longer a step; asked {before}"),
        "stuck": _("nobody would be found; it asked {before}"),
        "freed": _("{after} would be found; before nobody was"),
        "people": _("asks {after}, before {before}"),
        "quorum": _("another quorum: {after_quorum}, before {before_quorum}"),
        "order": _("at another place in the order"),
    }[change.what]
    quorums = {"before_quorum": change.before.quorum if change.before else "",
               "after_quorum": change.after.quorum if change.after else ""}  # fmt: skip
    return said.format(before=before, after=after, **quorums)


def _asked(change: StepChange) -> set[str]:
    return {one for step in (change.before, change.after) if step for one in (*step.assignees, *step.veto)}


def _people(step: PreviewStep | None, names: Mapping[str, str], language: str) -> str:
    who = [names.get(one, one) for one in (*step.assignees, *step.veto)] if step else []
    return ", ".join(who) or catalogue(language).gettext("nobody")


def _since(text: str, zone: str) -> datetime:
    """Where the day begins for the visitor."""
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused("bad-day", "{day} is not a day; write one like 2026-11-23.", day=text[:40]) from None
