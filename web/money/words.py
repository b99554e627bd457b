"""Amounts, periods and lines in the reader's words."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from application.wording.reader import in_language
from domain.organisation.model import BudgetLine

NONE = "–"
_LOCALES = {"en": "en_GB", "th": "th"}


@lru_cache(8192)
def figure(amount: Decimal | None, language: str) -> str:
    """An amount without its currency; what is no whole number keeps its parts."""
    if amount is None:
        return NONE
    pattern = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
    return str(format_decimal(amount, pattern, locale=_LOCALES[language]))


@lru_cache(512)
def period(name: str, language: str) -> str:
    """A year, a quarter (2027-Q1) or a month, as the head of a column."""
    match name[5:]:
        case "":
            return name
        case quarter if quarter.startswith("Q"):
            return quarter
    return str(format_date(date(int(name[:4]), int(name[5:]), 1), "LLL", locale=_LOCALES[language]))


def line_name(line: BudgetLine, language: str) -> str:
    return in_language(line.name, language, line.id)
