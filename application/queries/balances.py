"""What is left on a budget line, and the whole ledger for other book-keepers (BUD-04)."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from application.files import ledger as texts
from application.queries.lines import may_see_line, seen_lines, telling_lines
from application.queries.reports import organisation_at
from application.services import Services
from domain.kernel.budget_control import require_period
from domain.kernel.errors import Refused
from domain.kernel.ledger import Account, Balance, Period, granularity_of, is_period, period_of
from domain.kernel.values.rounding import minor_unit
from domain.organisation.model import BudgetLine, Organisation
from eventstore import ledger_books
from eventstore.database import Connection


async def balance(
    services: Services,
    line: str,
    *,
    period: str | None = None,
    as_of: datetime | None = None,
    effective: date | None = None,
    reader: str | None = None,
) -> dict[str, Any]:
    """The balance of a line and period (None: this year), as it was known at `as_of`, or by what counts by a day.

    A year of a line that is planned by months is the sum of its months. What was never planned has no `plan` and
    nothing `available`: None, not zero (BUD-14). A reader gets the plan alone of a line whose sums would tell a salary.
    Reader None is the operator.
    Raises Refused `no-such-line`, `wrong-period`, `not-your-line`.
    """
    now = as_of or datetime.now(UTC)
    organisation = await organisation_at(services, as_of)
    known = organisation.budget_lines.get(line)
    if known is None:
        raise Refused("no-such-line", "There is no budget line {line}.", line=line[:80])
    _require_reader(organisation, known, reader, now)
    wanted = period or period_of(organisation.day_of(known.owner, now), "year")
    if not is_period(wanted) or granularity_of(wanted) == "month":
        require_period(known, wanted)
    async with services.pool.acquire() as conn:
        found = await ledger_books.balances(conn, line=line, period=wanted, recorded=as_of, effective=effective)
    told = _shown(known, wanted, found)
    if reader is None:
        return told
    seen, past = await seen_lines(services, organisation, reader, now), as_of is not None or effective is not None
    if line not in await telling_lines(services, seen, [line], wanted[:4], past=past):
        return told
    return told | dict.fromkeys((account.value for account in Account if account is not Account.PLAN), None)


def _require_reader(organisation: Organisation, line: BudgetLine, reader: str | None, now: datetime) -> None:
    if reader is None or may_see_line(organisation, line, reader, now):
        return
    raise Refused(
        "not-your-line",
        "What is left on {line} is for its owner, the managers of its unit, finance and operations; ask one of them.",
        line=line.id,
    )


def _shown(line: BudgetLine, period: Period, found: list[Balance]) -> dict[str, Any]:
    mine = [each for each in found if each.currency == line.currency]
    unit = minor_unit(line.currency or "")
    sums = {account.value: sum((getattr(each, account.value) for each in mine), Decimal(0)) for account in Account}
    amounts = {name: f"{amount.quantize(unit):f}" for name, amount in sums.items()}
    planned = any(each.planned for each in mine)
    none = {} if planned else {"plan": None, "available": None}
    return {"line": line.id, "period": period, "currency": line.currency, "planned": planned, **amounts, **none}


async def export(services: Services, kind: Literal["beancount", "csv"], file: Path) -> int:
    """Writes all transfers to `file`, which is replaced when all is written; how many there are."""
    count = 0
    part = file.with_name(f"{file.name}.part")
    async with services.pool.acquire() as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        with part.open("w", encoding="utf-8", newline="") as out:
            write = _beancount if kind == "beancount" else _csv
            async for text, transfers in write(conn):
                out.write(text)
                count += transfers
    part.replace(file)
    return count


async def _beancount(conn: Connection) -> AsyncIterator[tuple[str, int]]:
    first, last = await ledger_books.effective_days(conn)
    balances = await ledger_books.balances(conn)
    for text in texts.beancount_opening(balances, first):
        yield text, 0
    async for posted in ledger_books.every_transfer(conn):
        yield texts.beancount_transaction(posted), 1
    for text in texts.beancount_closing(balances, last):
        yield text, 0


async def _csv(conn: Connection) -> AsyncIterator[tuple[str, int]]:
    yield texts.csv_line(texts.COLUMNS), 0
    async for posted in ledger_books.every_transfer(conn):
        yield texts.csv_row(posted), 1
