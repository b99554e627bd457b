"""The projects that a reader sees, as they stand today, from the read model and the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from application.queries.summaries import seen_summaries
from application.services import Services
from application.visibility import PolicyViewer
from domain.kernel.ledger import Balance, LinePeriod
from domain.kernel.showing.confidential import AMOUNT
from domain.projects.portfolio.model import ProjectView
from domain.projects.portfolio.report import Surroundings
from eventstore import ledger
from eventstore.ledger import LedgerKey

PROCESS = "project"


@dataclass(frozen=True)
class Projects:
    """`moneyless` are those whose amounts the reader must not see: they are in no sum, and no reason names one."""

    views: Sequence[ProjectView]
    around: Surroundings
    moneyless: frozenset[str]


async def projects_of(services: Services, seen_by: PolicyViewer, unit: str | None) -> Projects:
    """Those of a unit and all below it; None for every unit."""
    organisation, reader = seen_by.viewer.organisation, seen_by.viewer.person
    today = organisation.day_of(reader, seen_by.viewer.now)
    rows = await seen_summaries(services, PROCESS, seen_by)
    views = [
        row.value.view(row.case, today)
        for row in rows
        if unit is None or unit in organisation.units_above(row.value.unit)
    ]
    hidden = frozenset(row.case for row in rows if AMOUNT in row.hidden)
    balances = await _balances(services, [one for one in views if one.is_open])
    shown = [_without_money(one) if one.id in hidden else one for one in views]
    return Projects(shown, Surroundings(organisation, balances, today), hidden)


def _without_money(one: ProjectView) -> ProjectView:
    return one.model_copy(update={"reasons": tuple(why for why in one.reasons if "money" not in why.args)})


async def _balances(services: Services, views: Sequence[ProjectView]) -> Mapping[LinePeriod, Balance]:
    keys = {LedgerKey(one.line, period, one.plan.currency, "") for one in views for period in one.periods}
    async with services.pool.acquire() as conn:
        return await ledger.read(conn, sorted(keys))
