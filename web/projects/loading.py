"""The projects that a reader sees, as they stand today, from the read model and the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from application.queries.summaries import seen_summaries
from application.services import Services
from application.visibility import PolicyViewer
from domain.kernel.ledger import Balance, LinePeriod
from domain.kernel.showing.confidential import AMOUNT
from domain.projects.portfolio.model import ProjectSummary, ProjectView
from domain.projects.portfolio.report import Surroundings
from eventstore import ledger
from eventstore.ledger import LedgerKey

PROCESS = "project"


@dataclass(frozen=True)
class Projects:
    """`moneyless` are those whose amounts the reader must not see: they are in no sum, and no reason names one."""

    views: Sequence[ProjectView]
    around: Surroundings
    managers: Mapping[str, str]
    moneyless: frozenset[str]


async def projects_of(services: Services, seen_by: PolicyViewer, unit: str | None) -> Projects:
    """Those of a unit and all below it; None for every unit."""
    organisation, reader = seen_by.viewer.organisation, seen_by.viewer.person
    today = organisation.day_of(reader, seen_by.viewer.now)
    rows = await seen_summaries(services, PROCESS, seen_by)
    views = [
        _view(row.case, row.value, today, AMOUNT in row.hidden)
        for row in rows
        if unit is None or unit in organisation.units_above(row.value.unit)
    ]
    balances = await _balances(services, [one for one in views if one.is_open])
    hidden = frozenset(row.case for row in rows if AMOUNT in row.hidden)
    managers = {row.case: row.value.manager for row in rows}
    tolerated = {row.case: row.value.tolerated for row in rows}
    return Projects(views, Surroundings(organisation, balances, today, tolerated), managers, hidden)


_KEPT: dict[tuple[str, bool], tuple[ProjectSummary, date, ProjectView]] = {}
MOST_KEPT = 4096


def _view(case: str, summary: ProjectSummary, today: date, hidden: bool) -> ProjectView:
    """The view of a summary on a day: made once, as long as neither changes."""
    kept = _KEPT.get((case, hidden))
    if kept is None or kept[0] is not summary or kept[1] != today:
        view = summary.view(case, today)
        kept = summary, today, _without_money(view) if hidden else view
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        _KEPT[case, hidden] = kept
    return kept[2]


def _without_money(one: ProjectView) -> ProjectView:
    return one.model_copy(update={"reasons": tuple(why for why in one.reasons if "money" not in why.args)})


async def _balances(services: Services, views: Sequence[ProjectView]) -> Mapping[LinePeriod, Balance]:
    keys = {LedgerKey(one.line, period, one.plan.currency, "") for one in views for period in one.periods}
    async with services.pool.acquire() as conn:
        return await ledger.read(conn, sorted(keys))
