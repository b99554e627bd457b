"""Review cycles: how far each unit is, and the calibration of one unit by several people at once (REV-04, REV-06)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from application.commands import compose
from application.queries import listing
from application.queries.review_cycles import CYCLE, Rated, progress, refuse_unknown, unit_reviews
from application.services import Services
from domain.kernel.errors import Refused
from domain.people.review.report import distribution, is_over
from domain.people.review.state import Stage
from readmodels import Progress, Wanted
from runtime.translations import catalogue
from web.charts import Bar, Chart, bars
from web.identity.visitor import SignedIn, Visitor
from web.languages import reader_language
from web.refusals import sentence, status_of
from web.rendering import page, word
from web.services import Opened
from web.staff.forms import command_id, sent_form, text
from web.staff.surroundings import named, organisation_of, reader_of

router = APIRouter(include_in_schema=False)
PAGE = 50
KEEPS = {"Cache-Control": "no-store"}
STEPS = tuple(stage.value for stage in Stage if not is_over(stage.value))


@router.get("/team/reviews")
async def cycles(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """The cycles that the reader knows of, newest first."""
    organisation = await organisation_of(services)
    found = await listing.case_page(services, Wanted(process=CYCLE), reader=visitor.person, limit=PAGE)
    reader = await reader_of(request, services, visitor, organisation, found.rows)
    return page(request, "team/cycles.html", {"rows": found.rows, "reader": reader})


@router.get("/team/reviews/{cycle}")
async def cycle_page(request: Request, services: Opened, visitor: SignedIn, cycle: str) -> Response:
    """How far each unit is. Raises Refused `no-such-case`."""
    await services.fresh()
    rows = await progress(services, cycle, visitor.person)
    organisation = await organisation_of(services)
    reader = await reader_of(request, services, visitor, organisation, [])
    shown = {
        "cycle": cycle,
        "units": by_unit(rows),
        "steps": [step for step in STEPS if any(row.stage == step for row in rows)],
        "reader": replace(reader, names=named(organisation, reader)),
        "chart": _stages(rows, reader_language(request)),
    }
    return page(request, "team/cycle.html", shown)


def by_unit(rows: Sequence[Progress]) -> list[dict[str, Any]]:
    """One line for each unit: all reviews, those that are over, those late, and how many stand at which step."""
    units: dict[str, dict[str, Any]] = {}
    for row in rows:
        line = units.setdefault(row.unit, {"unit": row.unit, "reviews": 0, "over": 0, "late": 0, "steps": Counter()})
        line["reviews"] += row.reviews
        line["over"] += row.reviews if row.closed else 0
        line["late"] += row.late
        line["steps"][row.stage] += row.reviews
    return list(units.values())


@router.get("/team/reviews/{cycle}/{unit}")
async def calibration(request: Request, services: Opened, visitor: SignedIn, cycle: str, unit: str) -> Response:
    """The ratings of a unit side by side. Raises Refused `no-such-reviews`."""
    return await _session(request, services, visitor, cycle, unit)


@router.post("/team/reviews/{cycle}/{unit}")
async def move(request: Request, services: Opened, visitor: SignedIn, cycle: str, unit: str) -> Response:
    """Changes one rating with its reason. What another changed meanwhile is told, and nothing is lost (REV-04)."""
    form = await sent_form(request)
    payload = {name: text(form, name) for name in ("old", "new", "reason")}
    try:
        made = await compose.command(
            services, text(form, "case"), "calibrate", payload, visitor.actor, command_id=command_id(form)
        )
        await compose.sent(services, made, start=False)
    except Refused as refused:
        return await _session(request, services, visitor, cycle, unit, refused=refused, form=form)
    return RedirectResponse(f"/team/reviews/{cycle}/{unit}", 303)


async def _session(
    request: Request,
    services: Services,
    visitor: Visitor,
    cycle: str,
    unit: str,
    *,
    refused: Refused | None = None,
    form: FormData | None = None,
) -> Response:
    rows = await unit_reviews(services, cycle, unit, visitor.person)
    refuse_unknown(rows, unit)
    organisation, language = await organisation_of(services), reader_language(request)
    people = [person for row in rows for person in (row.person, row.manager) if person]
    reader = await reader_of(request, services, visitor, organisation, [], also=people)
    shown = {
        "cycle": cycle,
        "unit": unit,
        "rows": sorted(rows, key=lambda row: (-Decimal(row.rating or 0), row.person)),
        "reader": replace(reader, names=named(organisation, reader)),
        "charts": _distributions(rows, language),
        "refused": sentence(refused, language) if refused else "",
        "given": dict(form) if form else {},
        "command_id": lambda: str(uuid4()),
    }
    return page(request, "team/calibration.html", shown, status_of(refused) if refused else 200, headers=KEEPS)


def _stages(rows: Sequence[Progress], language: str) -> Chart:
    _ = catalogue(language).gettext
    order = [stage.value for stage in Stage]
    counts = Counter[str]()
    for row in rows:
        counts[row.stage] += row.reviews
    known = sorted(counts.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
    values = [Bar(word(stage, language), float(count), str(count)) for stage, count in known]
    told = _("Reviews by the step in which they are.") if known else _("No review has begun.")
    table = [(word(stage, language), str(count)) for stage, count in known]
    return bars("steps", _("Where the reviews are"), told, values, columns=(_("Step"), _("Reviews")), rows=table)


def _distributions(rows: Sequence[Rated], language: str) -> list[Chart]:
    _ = catalogue(language).gettext
    before = distribution([Decimal(row.before) if row.before else None for row in rows])
    after = distribution([Decimal(row.rating) if row.rating else None for row in rows])
    named_charts = (("before", _("Before calibration"), before), ("after", _("As it is now"), after))
    return [_distribution(name, title, counts, language) for name, title, counts in named_charts]


def _distribution(name: str, title: str, counts: dict[int, int], language: str) -> Chart:
    _ = catalogue(language).gettext
    points = range(min(counts), max(counts) + 1) if counts else ()
    values = [Bar(str(point), float(counts.get(point, 0)), str(counts.get(point, 0))) for point in points]
    told = _("Ratings by whole points.") if counts else _("With fewer than three ratings there is no distribution.")
    table = [(str(point), str(counts.get(point, 0))) for point in points]
    return bars(name, title, told, values, columns=(_("Rating"), _("Reviews")), rows=table)
