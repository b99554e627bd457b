"""The portfolio on one page: rank, health, money, people, dependencies, promises, and what if (PFL-01 to PFL-04)."""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from application.visibility import policy_viewer
from application.wording import formats
from application.wording.reader import titles, unit_names
from domain.kernel.errors import Refused
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from domain.organisation.model import Organisation
from domain.projects.portfolio.capacity import Load
from domain.projects.portfolio.model import NO_THEME, ProjectView
from domain.projects.portfolio.overview import by_theme
from domain.projects.portfolio.report import (
    Portfolio,
    PortfolioQuestion,
    Surroundings,
    WhatIf,
    WhatIfQuestion,
    compared,
    portfolio,
)
from runtime.translations import catalogue, worded
from web.charts.chart import Chart
from web.identity.sessions import records_of
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.projects import pictures, scenario
from web.projects.loading import Projects, projects_of
from web.refusals import sentence
from web.rendering import page
from web.services import Opened
from web.staff.paging import part
from web.staff.places import depths
from web.staff.surroundings import reader_of

router = APIRouter(include_in_schema=False)

PAGE = 15
MOST_LATE = 8
MOST_SKILLS = 10
MOST_LINKS = 20
WEEKS = 12
COLOURS: Mapping[str, tuple[Message, str]] = {
    "red": (N_("red"), "late"),
    "amber": (N_("amber"), "warn"),
    "grey": (N_("not reported"), ""),
    "green": (N_("green"), "good"),
}
"""What a colour is called, and the class of its badge."""
SHOWN = ("unit", "colour", "theme", "late")


@dataclass(frozen=True)
class Money4:
    """The money of a theme in one currency."""

    theme: str
    projects: int
    plan: Money
    committed: Money
    actual: Money
    forecast: Money

    @property
    def beyond(self) -> Money:
        return self.forecast - self.plan


@router.get("/projects")
async def portfolio_page(request: Request, services: Opened, visitor: SignedIn) -> Response:
    """What the reader sees of all projects; with changes in the address, what they would do."""
    kept = [(name, value) for name in SHOWN if (value := request.query_params.get(name))]
    pairs = scenario.pairs_of(request)
    if wish := scenario.wished(request):
        return RedirectResponse(scenario.address(kept, [*pairs, wish]) + "#what-if", 303)
    seen_by = await policy_viewer(services, visitor.person, records=records_of(request))
    found = await projects_of(services, seen_by, request.query_params.get("unit") or None)
    language = reader_language(request)
    result, wrong = _tried(found, pairs, language)
    now, after = result
    shown = after.after if after else now
    ranked = shown.overview.ranked
    names = {one.id: one.title for one in (*now.overview.ranked, *ranked)}
    every = [one for one in ranked if one.is_open and _wanted(one, request)]
    rows = part(request, list(enumerate(every, start=1)), page=PAGE)
    late = sorted((one for one in ranked if one.is_open and one.late_days), key=lambda one: -one.late_days)
    organisation = seen_by.viewer.organisation
    told = [[found.managers.get(one.id) for _, one in rows.rows], [why for _, one in rows.rows for why in one.reasons]]
    reader = await reader_of(request, services, visitor, organisation, told)
    skills = titles(organisation, language)
    changes = scenario.changes_of(pairs) if after else []
    running = [one for one in ranked if one.is_open]
    return page(request, "projects/portfolio.html", {
        "reader": reader, "managers": found.managers, "rows": rows, "open": len(running), "colours": COLOURS,
        "tried": _tried_with(rows.rows, late), "counts": shown.overview.colours,
        "late": late[:MOST_LATE], "late_count": len(late), "names": names, "moneyless": found.moneyless,
        "money": _money(shown, found.moneyless), "no_theme": NO_THEME,
        "loads": _loads(shown, skills, language), "overloads": _weeks(shown.capacity.overloads, reader.names, skills),
        "waits": _waits(shown, names, language), "links": shown.overview.dependencies,
        "circles": shown.overview.circles, "closed": shown.overview.closed, "kept": kept, "pairs": pairs,
        "address": lambda **more: _address(kept, pairs, more), "wrong": wrong, "today": found.around.today,
        "units": unit_names(organisation, language), "choices": depths(organisation, _units(found, organisation)),
        "asked": {name: request.query_params.get(name, "") for name in SHOWN}, "after": after,
        "steps": list(scenario.steps(pairs, changes, kept, names)), "years": scenario.years(found.around.today),
        "lines": sorted({one.line for one in found.views}), "skill_names": skills,
        "skills": sorted({each.skill for one in found.views for each in one.demand if each.skill}),
        "new": _weeks(after.overloads, reader.names, skills) if after else (),
    }, 400 if wrong else 200)  # fmt: skip


Tried = tuple[Portfolio, WhatIf | None]


def _tried(found: Projects, pairs: Sequence[scenario.Pair], language: str) -> tuple[Tried, str]:
    """The portfolio, with the scenario if there is one that can be computed, and else why it can not."""
    around, now = _portfolio(found)
    if not pairs:
        return (now, None), ""
    try:
        asked = WhatIfQuestion(weeks=WEEKS, changes=tuple(scenario.changes_of(pairs)))
        return (now, compared(now, found.views, around, asked)), ""
    except Refused as refused:
        return (now, None), sentence(refused, language)


_KEPT: OrderedDict[object, tuple[Projects, Portfolio]] = OrderedDict()
MOST_KEPT = 16
"""Portfolios of readers who see the same projects."""


def _portfolio(found: Projects) -> tuple[Surroundings, Portfolio]:
    """Computed once, as long as no project, nothing around them and no day changes; they are kept with it."""
    around = found.around
    money = tuple((key, one.planned, one.available, one.reserved) for key, one in sorted(around.balances.items()))
    key = (tuple(map(id, found.views)), id(around.organisation), around.today, money)
    if key not in _KEPT:
        _KEPT[key] = found, portfolio(found.views, around, PortfolioQuestion(weeks=WEEKS))
        if len(_KEPT) > MOST_KEPT:
            _KEPT.popitem(last=False)
    kept, made = _KEPT[key]
    return kept.around, made


def _tried_with(rows: Iterable[tuple[int, ProjectView]], late: Iterable[ProjectView]) -> list[ProjectView]:
    """What the form for a change offers: what the page shows. What was added is no project yet."""
    shown = {one.id: one for one in (*(one for _, one in rows), *list(late)[:MOST_LATE])}
    return [one for one in shown.values() if not one.id.startswith("new-")]


def _wanted(one: ProjectView, request: Request) -> bool:
    given = request.query_params
    return (
        given.get("colour") in (None, "", one.colour)
        and given.get("theme") in (None, "", one.theme)
        and not (given.get("late") and not one.late_days)
    )


def _units(found: Projects, organisation: Organisation) -> set[str]:
    """Units that have projects, with all above: what can be chosen."""
    return {above for one in found.views for above in organisation.units_above(one.unit)}


def _address(kept: Sequence[scenario.Pair], pairs: Sequence[scenario.Pair], more: Mapping[str, str]) -> str:
    rest = [pair for pair in kept if pair[0] not in more]
    return scenario.address([*rest, *((name, value) for name, value in more.items() if value)], pairs)


def _money(shown: Portfolio, moneyless: Collection[str]) -> list[Money4]:
    """The sums by theme, without projects whose amounts the reader must not see."""

    def money(amount: Decimal, currency: str) -> Money:
        return Money(amount=amount, currency=currency)

    sums = shown.overview.money
    if moneyless:
        sums = by_theme(one for one in shown.overview.ranked if one.id not in moneyless)
    return [
        Money4(one.theme, one.projects, *(money(amount, one.currency) for amount in
               (one.plan, one.committed, one.actual, one.forecast)))
        for one in sums
    ]  # fmt: skip


def _loads(shown: Portfolio, names: Mapping[str, str], language: str) -> Chart:
    """Hours by skill over the weeks to come, the most overloaded first."""
    sums: defaultdict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for load in shown.capacity.by_skill:
        sums[load.name] = [a + b for a, b in zip(sums[load.name], (load.capacity, load.demand, load.over), strict=True)]
    ordered = sorted(sums.items(), key=lambda each: (-each[1][2], each[0]))[:MOST_SKILLS]
    gettext = catalogue(language).gettext

    def hours(amount: Decimal) -> str:
        return formats.number(float(amount), language)

    told = gettext("Hours of the next {weeks} weeks: what people have, what projects ask for.")
    if not ordered:
        told = gettext("No plan asks for hours of a skill in the next {weeks} weeks.")
    words = pictures.Words(
        gettext("Capacity against demand by skill"),
        told.format(weeks=WEEKS),
        (gettext("Skill"), gettext("Capacity, hours"), gettext("Demand, hours"), gettext("Beyond, in single weeks")),
        [(names.get(name, name), *map(hours, values)) for name, values in ordered],
        (("capacity", gettext("capacity")), ("bar", gettext("demand")), ("beyond", gettext("beyond the capacity"))),
    )
    bars = [(names.get(name, name), float(has), float(wants), f"{hours(wants)} / {hours(has)}")
            for name, (has, wants, _) in ordered]  # fmt: skip
    return pictures.loads(bars, words)


def _weeks(loads: Iterable[Load], people: Mapping[str, str], skills: Mapping[str, str]) -> list[tuple[Load, str]]:
    """The worst weeks, with the name of the skill or person."""
    worst = sorted(loads, key=lambda load: -load.over)[:MOST_SKILLS]
    return [(load, skills.get(load.name) or people.get(load.name, load.name)) for load in worst]


def _waits(shown: Portfolio, names: Mapping[str, str], language: str) -> Chart:
    gettext = catalogue(language).gettext
    links = shown.overview.dependencies
    colours = {one.id: one.colour for one in shown.overview.ranked}
    rows = [
        (
            names.get(link.project, link.project), names.get(link.on, link.on),
            gettext("not seen here") if not link.is_known
            else worded(colours.get(link.on, ""), language),
            formats.number(link.days, language) if link.days else "–",
        )
        for link in sorted(links, key=lambda one: -one.days)[:MOST_LINKS]
    ]  # fmt: skip
    columns = (gettext("Project"), gettext("waits for"), gettext("Health"), gettext("Days late"))
    told = gettext("{count} dependencies between projects, {late} of them on a late one.").format(
        count=len(links), late=sum(link.days > 0 for link in links)
    )
    return pictures.waits(links, names, colours, pictures.Words(gettext("Who waits for whom"), told, columns, rows))
