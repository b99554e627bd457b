"""A project on one page: its plan against its baselines, log, money, gates, decisions, people, promises, reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from application.queries import reading
from application.services import Services
from application.visibility import VisibleCase, look
from application.wording import formats
from application.wording.reader import Reader, titles
from domain.kernel.errors import Refused
from domain.kernel.items import Item
from domain.kernel.showing.confidential import AMOUNT
from domain.kernel.values.message import N_, Message
from domain.projects.delivery import figures, schedule
from domain.projects.delivery.content import Activity, Baseline, Work
from domain.projects.delivery.log import exposure
from domain.projects.delivery.state import ProjectState, stage
from runtime.translations import catalogue
from web.charts.chart import Chart
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.projects import pictures
from web.projects.portfolio import COLOURS
from web.rendering import in_words, page
from web.services import Opened
from web.staff import proceedings
from web.staff.missing import missing
from web.staff.paging import Page, part
from web.staff.surroundings import organisation_of, reader_of, today_of

router = APIRouter(include_in_schema=False)

ROWS = 25
"""Activities on one page; the whole plan is a file."""
MOST_REPORTS, MOST_ENTRIES, MOST_RULINGS = 6, 40, 12
KINDS: Mapping[str, Message] = {
    "risk": N_("Risks"),
    "assumption": N_("Assumptions"),
    "issue": N_("Issues"),
    "dependency": N_("Dependencies"),
    "decision": N_("Decisions"),
    "change": N_("Changes"),
    "action": N_("Actions"),
}


@dataclass(frozen=True)
class Found:
    """A project before a reader, who sees its amounts, and what people wrote, or not.

    `shown` is the state with nothing in the fields that the policy hides from them.
    """

    state: ProjectState
    shown: ProjectState
    money: bool
    words: bool


async def found_project(services: Services, case: str, reader: str) -> tuple[VisibleCase, Found]:
    """Raises Refused `no-such-case`, also for another process, and where the reader sees not the whole project."""
    seen = await look(services, case, reader)
    state = seen.state
    if not isinstance(state, ProjectState) or state.charter is None or not seen.sees_case:
        raise Refused("no-such-case", "There is no project {case} that you may see as a whole.", case=case[:80])
    hidden = seen.redactor.visibility.hidden
    bare = {name: ProjectState.model_fields[name].get_default() for name in hidden & ProjectState.model_fields.keys()}
    shown = state.model_copy(update=bare)
    return seen, Found(state, shown, money=AMOUNT not in hidden, words=not {"text", "reason"} & hidden)


@router.get("/projects/{case}")
async def project_page(request: Request, services: Opened, visitor: SignedIn, case: str) -> Response:
    """Who sees only a part of the case is shown the case; who may not know of it, that there is none."""
    try:
        seen, found = await found_project(services, case, visitor.person)
    except Refused as refused:
        if refused.code != "no-such-case":
            raise
        known = await reading_allowed(services, case, visitor.person)
        return RedirectResponse(f"/cases/{case}", 303) if known else missing(request)
    state, organisation = found.state, await organisation_of(services)
    today, language = today_of(organisation, visitor), reader_language(request)
    rows = await reading.timeline(services, case, as_of=None, reader=visitor.person)
    told = [seen.redactor.of(state.model_dump(mode="json")), rows]
    reader = await reader_of(request, services, visitor, organisation, told, also=state.waits_on)
    names = {**titles(organisation, language), **reader.names}
    standing = figures.standing(state)
    forecast = figures.forecast(state) if state.ended is None else state.actual + state.committed
    works = part(request, _ordered(state), page=ROWS)
    return page(request, "projects/project.html", {
        "case": case, "state": found.shown, "charter": state.the_charter, "found": found, "reader": reader,
        "names": names,
        "zone": str(reader.zone), "stage": "on_hold" if state.case.hold else stage(state).value, "colours": COLOURS,
        "health": _seen_health(standing.health(today), found), "over": standing.over(today), "today": today,
        "finish": standing.finish(today), "declared": found.shown.reports[-1] if found.shown.reports else None,
        "progress": figures.progress(state.works.values()), "forecast": forecast,
        "estimate": forecast - state.actual - state.committed,
        "earned": figures.earned_value(state, today) if found.money else None,
        "works": works, "picture_of": _plan(state, works, today, reader), "log": _log(found.shown, today),
        "kinds": KINDS, "exposure": exposure, "original": found.shown.baselines[0] if found.shown.baselines else None,
        "rulings": proceedings.rulings(rows, reader)[:MOST_RULINGS], "people": _people(state),
        "reports": found.shown.reports[::-1][:MOST_REPORTS], "tasks": list(state.case.tasks.values()),
        "periods": _periods(state), "insider": reader,
    }, headers={"Cache-Control": "no-store"})  # fmt: skip


async def reading_allowed(services: Services, case: str, reader: str) -> bool:
    try:
        await reading.show(services, case, as_of=None, reader=reader)
    except Refused:
        return False
    return True


def _seen_health(health: figures.Health, found: Found) -> figures.Health:
    """Without the reasons that tell an amount to whom amounts are hidden."""
    if found.money:
        return health
    return health.model_copy(update={"reasons": tuple(one for one in health.reasons if one.fact != "money")})


def _ordered(state: ProjectState) -> list[Work]:
    """By their days; what is cancelled last, what has no days before it."""

    def key(work: Work) -> tuple[bool, date, str]:
        return work.cancelled, work.activity.starts or date.max, work.activity.id

    return sorted(state.works.values(), key=key)


def _plan(state: ProjectState, works: Page[Work], today: date, reader: Reader) -> Chart:
    """The plan over time with its table: each activity against the original and the approved baseline."""
    language = reader.code or "en"
    gettext = catalogue(language).gettext
    active = [work.activity for work in state.works.values() if not work.cancelled]
    critical = frozenset(schedule.critical_path(active))
    baselines = [_by_id(one) for one in (state.baselines[:1] + state.baselines[-1:])] or [{}, {}]
    original, approved = baselines
    slips = {one.id: one.days for one in schedule.slips(state.works, approved.values(), today)}
    rows = [
        pictures.PlanRow(
            title=one.title, starts=work.began or one.starts, ends=work.ended or one.ends, percent=work.percent,
            critical=one.id in critical, milestone=one.milestone, original=_span(original.get(one.id)),
            approved=_span(approved.get(one.id)),
        )
        for work in works.rows
        if (one := work.activity).starts and one.ends and not work.cancelled
    ]  # fmt: skip
    spans = [today, *(day for row in rows for day in row.days)]
    months = {day: formats.month(day, language) for day in pictures.months_between(min(spans), max(spans))}

    def day(value: date | None) -> str:
        return formats.short_day(value, language) if value else "–"

    def slip(days: int | None) -> str:
        return "–" if days is None else gettext("on time") if not days else f"{days:+d}"

    def state_of(work: Work) -> str:
        if work.cancelled:
            return gettext("cancelled")
        if work.replan and work.is_open:
            return gettext("to be planned anew")
        return f"{work.percent} %"

    table = [
        (
            f"{one.id} {one.title}", reader.person(one.owner) or "–", day(_end(original.get(one.id))),
            day(_end(approved.get(one.id))), day(work.ended or one.ends), slip(slips.get(one.id)), state_of(work),
            gettext("yes") if one.id in critical else "–", ", ".join(one.after) or "–",
        )
        for work in works.rows for one in [work.activity]
    ]  # fmt: skip
    columns = (
        gettext("Activity"), gettext("Owner"), gettext("Original end"), gettext("Approved end"), gettext("End now"),
        gettext("Days later than approved"), gettext("Done"), gettext("Critical"), gettext("Waits for"),
    )  # fmt: skip
    legend = tuple((kind, in_words(name, language)) for kind, name in LEGEND)
    sentence = gettext("{count} activities; {critical} are on the critical path, which decides when the project ends.")
    told = sentence.format(count=len(active), critical=len(critical))
    return pictures.plan(
        rows, today, months, pictures.Words(gettext("Plan and baselines"), told, columns, table, legend)
    )


LEGEND = (
    ("now", N_("as planned now")),
    ("crit", N_("critical path")),
    ("done", N_("done")),
    ("approved", N_("approved baseline")),
    ("original", N_("original baseline")),
    ("mark", N_("milestone")),
)


def _by_id(baseline: Baseline) -> dict[str, Activity]:
    return {one.id: one for one in baseline.activities}


def _span(one: Activity | None) -> tuple[date, date] | None:
    return (one.starts, one.ends) if one and one.starts and one.ends else None


def _end(one: Activity | None) -> date | None:
    return one.ends if one else None


def _log(state: ProjectState, today: date) -> Sequence[tuple[str, Sequence[tuple[Item, bool]]]]:
    """Open entries by kind, the overdue first and then by exposure; each with whether it is overdue."""
    found: dict[str, list[tuple[Item, bool]]] = {kind: [] for kind in KINDS}
    ordered = sorted(state.log.open, key=lambda item: (item.due >= today, -(exposure(item.details) or 0), item.due))
    for item in ordered[:MOST_ENTRIES]:
        found.setdefault(str(item.details.get("kind")), []).append((item, item.due < today))
    return [(kind, items) for kind, items in found.items() if items]


def _people(state: ProjectState) -> list[tuple[Message, str]]:
    charter = state.the_charter
    return [
        (N_("Project manager"), state.manager), (N_("Sponsor"), charter.sponsor),
        (N_("Business owner"), charter.business_owner), (N_("Delegated by"), charter.delegator),
    ]  # fmt: skip


def _periods(state: ProjectState) -> list[tuple[str, Any, Any]]:
    """By period what the original and the approved baseline give it; the charter where there is none."""
    approved = state.approved.periods if state.approved else state.the_charter.periods
    original = state.baselines[0].periods if state.baselines else state.the_charter.periods
    return [(period, original.get(period), approved.get(period)) for period in sorted({*original, *approved})]
