"""The policy: its versions, each in plain words, any two side by side, and which open cases follow which (KRN-40)."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from application.files.policy import written
from application.queries import policies
from application.services import Services
from application.wording.order import by_name
from application.wording.policy_words import NONE, PolicyWords
from application.wording.reader import unit_names
from domain.kernel.policy import Policy
from domain.organisation.browsing import may_try_policies
from domain.organisation.model import Organisation
from domain.organisation.policy_changes import PolicyChange, policy_changes
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.rendering import page, word
from web.services import Opened
from web.staff import as_of
from web.staff.surroundings import organisation_of, today_of, zone_of

router = APIRouter(include_in_schema=False)
MOST_CASES = 20


@router.get("/policy")
async def versions(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Every version, the newest first, with the open cases that follow it."""
    zone, organisation = await zone_of(services, visitor.person), await organisation_of(services)
    asked = as_of.asked(request, zone)
    found = await policies.publications(services, as_of=asked.at if asked else None)
    by = sorted({each.by for each in found.values()} & organisation.people.keys())
    shown = {
        "as_of": asked,
        "zone": zone,
        "versions": list(found.values()),
        "pinned": await policies.pinned(services, visitor.person),
        "most": MOST_CASES,
        "names": await services.people.names(by, reader_language(request)),
        "may_try": may_try_policies(organisation, visitor.person, today_of(organisation, visitor)),
    }
    return page(request, "staff/policies.html", shown)


@router.get("/policy/compare")
async def compare(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """Two versions side by side: each field that differs, in words. By default the newest with the one before."""
    found = await policies.publications(services)
    newest = max(found, default=0)
    before = await policies.publication(services, _number(request, "before", max(newest - 1, min(found, default=0))))
    after = await policies.publication(services, _number(request, "after", newest))
    words = await words_for(request, services, before.policy, after.policy)
    rows = [row_of(change, words, reader_language(request)) for change in policy_changes(before.policy, after.policy)]
    shown = {"before": before, "after": after, "versions": list(found), "rows": rows,
             "zone": await zone_of(services, visitor.person)}  # fmt: skip
    return page(request, "staff/policy_compare.html", shown)


@router.get("/policy/{version:int}")
async def version_page(request: Request, services: Opened, visitor: SignedIn, version: int) -> Response:
    """One version in plain words."""
    found = await policies.publication(services, version)
    organisation, unit = await organisation_of(services), request.query_params.get("unit") or None
    today = today_of(organisation, visitor)
    told = await policies.tables(services, found.policy, reader_language(request), unit=unit, today=today)
    asked = {person for each in told for column in each.columns for person in column.people}
    shown = {
        "found": found,
        "tables": {(each.process, each.route): each for each in told},
        "unit": unit,
        "units": sorted(
            unit_names(organisation, reader_language(request)).items(), key=lambda named: by_name(named[1])
        ),
        "policy": found.policy.model_dump(mode="json"),
        "words": await words_for(request, services, found.policy),
        "zone": await zone_of(services, visitor.person),
        "newest": max(await policies.publications(services)),
        "cases": (await policies.pinned(services, visitor.person)).get(version, []),
        "most": MOST_CASES,
        "names": await services.people.names(_known(organisation, {found.by, *asked}), reader_language(request)),
    }
    return page(request, "staff/policy_version.html", shown)


@router.get("/policy/{version:int}.yaml")
async def download(services: Opened, visitor: SignedIn, version: int) -> Response:  # noqa: ARG001 - only who is signed in
    """The version as a file that `signoff policy publish` reads."""
    text = written((await policies.publication(services, version)).policy)
    headers = {"Content-Disposition": f'attachment; filename="policy-{version}.yaml"'}
    return Response(text, media_type="application/yaml", headers=headers)


@dataclass(frozen=True)
class Row:
    """One difference: where, which field, and both values in words."""

    where: str
    field: str
    before: str
    after: str
    what: str


def row_of(change: PolicyChange, words: PolicyWords, language: str) -> Row:
    where, field = _place(change, words, language)
    came_or_went = change.what in ("added", "removed")
    before, after = (
        NONE if value is None else words.plain(value) if came_or_went else words.value(change.path[-1], value)
        for value in (change.before, change.after)
    )
    return Row(where, field, before, after, change.what)


def _place(change: PolicyChange, words: PolicyWords, language: str) -> tuple[str, str]:
    """Sections with the names in them; the last part of the path is the field, or the thing that came or went."""
    path, parts = list(change.path), list[str]()
    named_last = change.what in ("added", "removed")
    while len(path) > 1:
        section = path.pop(0)
        if section in ("splitting", "delegation", "confidentiality"):
            parts.append(words.section(section))
            continue
        if len(path) == 1 and (named_last or section in ("parameters", "seen_by")):
            return " › ".join(parts), f"{words.section(section)} {word(path[0], language)}"
        parts.append(f"{words.section(section)} {word(path.pop(0), language)}")
    return " › ".join(parts), words.field(path[0]) if path else ""


async def words_for(request: Request, services: Services, *shown: Policy) -> PolicyWords:
    """Words for these policies in the visitor's language."""
    return await policies.words_for(services, await organisation_of(services), reader_language(request), *shown)


def _known(organisation: Organisation, people: set[str]) -> list[str]:
    return sorted(people & organisation.people.keys())


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 7 else otherwise
