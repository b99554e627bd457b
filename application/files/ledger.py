"""The ledger for other book-keepers: as text of beancount, with its balances asserted, and as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from domain.kernel.ledger import ORIGINS, Account, Balance, PostedTransfer

COLUMNS = (
    "case", "number", "position", "recorded_at", "effective", "line", "period", "currency", "source", "target",
    "amount", "units", "project", "replaces", "original", "original_currency", "rate",
)  # fmt: skip
_ROOTS = {**dict.fromkeys(ORIGINS, "Equity"), Account.ACTUAL: "Expenses"}


def beancount_account(account: Account, line: str, period: str) -> str:
    """Such as `Assets:Reserved:It-licences:2027`.

    An account takes letters, digits and hyphens. Ids are in small letters, so that X2E stands for a point alone.
    """
    name = line.replace(".", "X2E").replace("_", "X5F")
    return f"{_ROOTS.get(account, 'Assets')}:{account.value.title()}:{name[0].upper()}{name[1:]}:{period}"


def beancount_opening(balances: Iterable[Balance], day: date) -> Iterator[str]:
    """Opens the accounts of these balances on `day`, which no transfer may come before."""
    yield 'option "title" "Signoff"\n'
    currencies: dict[tuple[str, str], list[str]] = {}
    for balance in balances:
        currencies.setdefault((balance.line, balance.period), []).append(balance.currency)
    for (line, period), some in currencies.items():
        for account in Account:
            yield f"{day} open {beancount_account(account, line, period)} {','.join(some)}\n"


def beancount_transaction(posted: PostedTransfer) -> str:
    """One transfer as a transaction on the day that it counts from."""
    t = posted.transfer
    accounts = (beancount_account(account, t.line, t.period) for account in (t.target, t.source))
    to, out = accounts
    project = f'  project: "{t.project}"\n' if t.project else ""
    replaces = f"  replaces: {t.replaces}\n" if t.replaces else ""
    return (
        f'\n{t.effective} * "{posted.stream}" "{t.source} to {t.target}"\n'
        f"  number: {t.number}\n  position: {posted.position}\n{replaces}{project}"
        f"  {to}  {_plain(t.amount)} {t.currency}\n  {out}  {_plain(-t.amount)} {t.currency}\n"
    )


def beancount_closing(balances: Iterable[Balance], last: date) -> Iterator[str]:
    """Says what every account must hold after `last`: `bean-check` fails where it does not."""
    day = last + timedelta(days=1)
    for balance in balances:
        for account in Account:
            held = getattr(balance, account.value) * (-1 if account in ORIGINS else 1)
            name = beancount_account(account, balance.line, balance.period)
            yield f"{day} balance {name}  {_plain(held)} {balance.currency}\n"


def csv_row(posted: PostedTransfer) -> str:
    """One transfer as a line of CSV, in the order of COLUMNS."""
    t = posted.transfer
    original = (t.original.amount, t.original.currency) if t.original else (None, None)
    cells = (
        posted.stream, t.number, posted.position, posted.recorded_at.isoformat(), t.effective, t.line, t.period,
        t.currency, t.source.value, t.target.value, _plain(t.amount), "/".join(t.units), t.project, t.replaces,
        *original, t.rate,
    )  # fmt: skip
    return csv_line(cells)


def csv_line(cells: Iterable[object]) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([_safe(cell) for cell in cells])
    return text.getvalue()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell


def _plain(amount: Decimal) -> str:
    """Without an exponent."""
    return f"{amount:f}"
