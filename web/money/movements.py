"""What a number of a budget line is made of: its movements, the newest first, each with its case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

import readmodels
from application.queries.budget_grid import ZERO
from application.queries.lines import SeenLines, sees_amounts, telling_lines
from application.services import Services
from application.wording.reader import unit_names
from domain.kernel.errors import Refused
from domain.kernel.events import title_of
from domain.kernel.ledger import Account, Balance, Period, PostedTransfer, is_period
from domain.kernel.values.message import Message
from domain.organisation.model import BudgetLine
from eventstore import ledger_books, ledger_figures
from eventstore.ledger_figures import Clocks
from runtime.translations import catalogue
from web.identity.visitor import SignedIn
from web.languages import reader_language
from web.money.asked import MEASURE_TITLES, day, surroundings
from web.money.words import figure, line_name
from web.rendering import page
from web.services import Opened
from web.staff import as_of
from web.staff.surroundings import today_of, zone_in

router = APIRouter(include_in_schema=False)
MOST = 500
ACCOUNTS: dict[str, tuple[Account, ...]] = {
    "plan": (Account.PLAN, Account.TRANSFERRED, Account.CARRIED), "reserved": (Account.RESERVED,),
    "committed": (Account.COMMITTED,), "actual": (Account.ACTUAL,), "free": (Account.AVAILABLE,),
}  # fmt: skip


@dataclass(frozen=True)
class Movement:
    """What it adds to the accounts that were asked for; `title` is None where only the case's id may be told."""

    posted: PostedTransfer
    happened: str
    amount: str
    less: bool
    case: str
    title: Message | None


@router.get("/money/lines/{line}")
async def movements(request: Request, services: Opened, visitor: SignedIn, line: str) -> Response:
    """Raises Refused `no-such-line` also for a line that the visitor may not see."""
    organisation, seen = await surroundings(services, visitor)
    known = seen.lines.get(line)
    if known is None:
        raise Refused("no-such-line", "There is no budget line {line} that you may see.", line=line[:80])
    given, language = request.query_params, reader_language(request)
    period = given.get("period") or str(today_of(organisation, visitor).year)
    of = given.get("of") or "free"
    if not is_period(period) and not _is_quarter(period):
        raise Refused("wrong-period", "{period} is not a year or a month; write 2027 or 2027-03.", period=period[:20])
    if of not in ACCOUNTS:
        raise Refused(
            "bad-choice", "{text} cannot be chosen; there are: {known}.", text=of[:40], known=", ".join(ACCOUNTS)
        )
    zone = zone_in(organisation, visitor.person)
    when = as_of.asked(request, zone)
    clocks = Clocks(when.at if when else None, day(given.get("until")))
    masked = bool(await telling_lines(services, seen, [line], period[:4], past=clocks != Clocks()))
    found = await _movements(services, line, period, ACCOUNTS["plan" if masked else of], clocks)
    rows, unseen = await _shown(services, seen, found, ACCOUNTS["plan" if masked else of], language)
    balances = await _balances(services, line, period, clocks)
    told = {
        "line": known, "name": line_name(known, language), "unit": unit_names(organisation, language).get(known.unit),
        "period": period, "of": "plan" if masked else of, "measures": {name: MEASURE_TITLES[name] for name in ACCOUNTS},
        "owner": (await services.people.names([known.owner], language)).get(known.owner, known.owner),
        "as_of": when, "until": clocks.effective, "zone": zone, "masked": masked, "rows": rows,
        "unseen": None if unseen is None else figure(unseen, language), "full": len(found) == MOST, "most": MOST,
        "balance": _told(balances, known, language, masked=masked),
    }  # fmt: skip
    return page(request, "money/line.html", told)


def _is_quarter(text: str) -> bool:
    return len(text) == 7 and is_period(text[:4]) and text[5:] in ("Q1", "Q2", "Q3", "Q4")


def _months(period: str) -> list[Period]:
    """The periods that a column stands for."""
    if not _is_quarter(period):
        return [period]
    first = (int(period[6:]) - 1) * 3
    return [f"{period[:4]}-{month:02}" for month in range(first + 1, first + 4)]


async def _movements(
    services: Services, line: str, period: str, accounts: Sequence[Account], clocks: Clocks
) -> list[tuple[PostedTransfer, str]]:
    async with services.pool.acquire() as conn:
        parts = [
            await ledger_figures.movements(conn, line, each, accounts, clocks, limit=MOST) for each in _months(period)
        ]
    return sorted((row for part in parts for row in part), key=lambda row: -row[0].position)[:MOST]


async def _balances(services: Services, line: str, period: str, clocks: Clocks) -> list[Balance]:
    async with services.pool.acquire() as conn:
        parts = [
            await ledger_books.balances(
                conn, line=line, period=each, recorded=clocks.recorded, effective=clocks.effective
            )
            for each in _months(period)
        ]
    return [balance for part in parts for balance in part]


async def _shown(
    services: Services,
    seen: SeenLines,
    found: Sequence[tuple[PostedTransfer, str]],
    accounts: Sequence[Account],
    language: str,
) -> tuple[list[Movement], Decimal | None]:
    """Those of cases that the reader sees; of the others only what they come to together, None if there is none."""
    await services.fresh()
    cases = sorted({posted.stream for posted, _ in found})
    async with services.pool.acquire() as conn:
        rows = await readmodels.cases_named(conn, cases, now=datetime.now(UTC))
    say, shown, unseen = catalogue(language).gettext, list[Movement](), None
    for posted, happened in found:
        amount = sum((posted.transfer.on(account) for account in accounts), ZERO)
        row = rows.get(posted.stream)
        if row is None or not sees_amounts(seen.viewer, row):
            unseen = (unseen or ZERO) + amount
            continue
        text = figure(amount, language)
        shown.append(Movement(posted, say(title_of(happened)), text, amount < 0, posted.stream, row.title))
    return shown, unseen


def _told(found: Sequence[Balance], line: BudgetLine, language: str, *, masked: bool) -> list[dict[str, Any]]:
    """Each measure with its amount; what was never planned has no plan and nothing free (BUD-14)."""
    mine = [each for each in found if each.currency == line.currency]
    planned = any(each.planned for each in mine)
    told = []
    for name, accounts in ACCOUNTS.items():
        amount: Decimal | None = sum((getattr(each, one.value) for each in mine for one in accounts), ZERO)
        if (name in ("plan", "free") and not planned) or (masked and name != "plan"):
            amount = None
        told.append({"name": name, "title": MEASURE_TITLES[name], "amount": figure(amount, language)})
    return told
