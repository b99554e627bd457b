"""What the budgets still need: variances to be explained, forecasts, drafts, the year's end; and what was explained."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from fastapi import APIRouter, Request
from starlette.responses import Response

import readmodels
from application.queries.lines import SeenLines, telling_lines
from application.services import Services
from domain.kernel.values.message import Message
from domain.money.budget.values import Explanation, Variance
from readmodels import InboxRow
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.money.asked import asked_of, surroundings
from web.money.budget_cases import BudgetFigures, budget_figures
from web.money.words import figure, line_name
from web.rendering import page
from web.services import Opened
from web.staff.surroundings import zone_in

router = APIRouter(include_in_schema=False)
VARIANCE = "variance"
KINDS = (VARIANCE, "forecast", "answer-guidance", "year-end", "close-year")


@dataclass
class Duty:
    """A task of a budget with everyone whose word is missing."""

    task: str
    case: str
    title: Message
    kind: str
    subject: str
    due_at: datetime
    overdue: bool
    people: list[str]


@dataclass(frozen=True)
class VarianceShown:
    """A line at the close of a month; `duty` is the task to explain it, `explanation` what was said."""

    line: str
    name: str
    case: str
    variance: Variance
    off: str
    over: bool
    duty: Duty | None
    explanation: Explanation | None


@router.get("/money/due")
async def due(request: Request, services: Opened, visitor: SignedIn) -> Response:
    organisation, seen = await surroundings(services, visitor)
    asked, language = asked_of(request, visitor, organisation, seen), reader_language(request)
    duties = await _duties(services, seen)
    figures = await budget_figures(services, asked.query.year)
    masked = await telling_lines(services, seen, seen.lines, asked.query.year, past=False)
    variances = variances_shown(seen, figures, duties, masked, language)
    people = {person for duty in duties for person in duty.people}
    people |= {row.explanation.owner for row in variances if row.explanation}
    told = {
        "year": asked.query.year, "zone": zone_in(organisation, visitor.person),
        "waiting": [row for row in variances if row.explanation is None],
        "explained": [row for row in variances if row.explanation is not None],
        "duties": [duty for duty in duties if duty.kind != VARIANCE],
        "names": await services.people.names(sorted(people & organisation.people.keys()), language),
    }  # fmt: skip
    return page(request, "money/due.html", told)


async def _duties(services: Services, seen: SeenLines) -> list[Duty]:
    """Of budgets that the reader sees; to explain a line also where they see the line."""
    await services.fresh()
    now = datetime.now(UTC)
    async with services.pool.acquire() as conn:
        rows = await readmodels.tasks_of(conn, "budget", KINDS, now=now)
        cases = await readmodels.cases_named(conn, sorted({row.case for row in rows}), now=now)
    sees = {name for name, row in cases.items() if seen.viewer.visibility(row.outline).row == "case"}
    found: dict[str, Duty] = {}
    for row in rows:
        if row.case in sees or (row.kind == VARIANCE and row.subject in seen.lines):
            found.setdefault(row.task, _duty(row)).people.append(row.person)
    return list(found.values())


def _duty(row: InboxRow) -> Duty:
    return Duty(row.task, row.case, row.title, row.kind, row.subject, row.due_at, row.overdue, [])


def variances_shown(
    seen: SeenLines, figures: BudgetFigures, duties: list[Duty], masked: frozenset[str], language: str
) -> list[VarianceShown]:
    """Of lines that the reader may see whole, the furthest off its plan first."""
    tasks = {(duty.case, duty.subject): duty for duty in duties if duty.kind == VARIANCE}
    found: list[tuple[Decimal, VarianceShown]] = []
    for line, (case, variance) in figures.variances.items():
        if line not in seen.lines or line in masked:
            continue
        duty, said = tasks.get((case, line)), figures.explained.get(line)
        if duty is None and said is None:
            continue
        off = variance.actual.amount - variance.planned.amount
        name = line_name(seen.lines[line], language)
        shown = VarianceShown(line, name, case, variance, figure(off, language), off > 0, duty, said)
        found.append((abs(off), shown))
    return [shown for _, shown in sorted(found, key=lambda pair: (-pair[0], pair[1].line))]
