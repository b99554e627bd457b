"""The reader's language: which one they asked for, and how it writes money, days and times.

Thai dates are Gregorian and say so (ค.ศ.): Babel has no Buddhist calendar.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_name
from babel.numbers import format_currency, format_decimal, format_percent
from starlette.requests import Request

from domain.kernel.money import Money
from i18n import LANGUAGES

NAMES = {"en": "English", "th": "ไทย"}
COOKIE = "lang"
KEPT = 365 * 24 * 3600
"""Seconds for which a browser keeps the language that was chosen."""
_LOCALES = {"en": "en_GB", "th": "th"}
_MONEY = {"en": "¤¤\N{NO-BREAK SPACE}#,##0.00"}
"""English writes no space between a currency's letters and the digits, where others have a sign for the baht."""


def chosen_language(request: Request) -> str | None:
    """The language of `?lang=`, if there is a catalogue for it."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else None


def reader_language(request: Request) -> str:
    """`?lang=th`, else what was chosen before, else what the browser likes best of those there are, else English."""
    kept = request.cookies.get(COOKIE, "")
    chosen = chosen_language(request) or (kept if kept in LANGUAGES else None)
    return chosen or _best(request.headers.get("accept-language", "")) or "en"


def _best(header: str) -> str | None:
    """The known language with the highest weight; the first of equals. What is not understood counts for nothing."""
    weighed = []
    for part in header.split(",")[:20]:
        tag, _, parameter = part.partition(";")
        code = tag.strip().lower().partition("-")[0]
        weight = _weight(parameter)
        if code in LANGUAGES and weight > 0:
            weighed.append((weight, code))
    return max(weighed, key=lambda pair: pair[0])[1] if weighed else None


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not parameter.strip():
        return 1.0
    try:
        return float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0


def money(amount: Money, language: str) -> str:
    """An amount with its currency, as the language writes it."""
    pattern, locale = _MONEY.get(language), _LOCALES[language]
    return str(format_currency(amount.amount, amount.currency, pattern, locale=locale))


def day(value: date, language: str) -> str:
    return str(format_date(value, "full", locale=_LOCALES[language]))


def instant(at: datetime, zone: str, language: str) -> str:
    """An instant on the clocks of `zone`, with the zone's name, for a reader who may sit in another one."""
    place, locale = ZoneInfo(zone), _LOCALES[language]
    clock = format_time(at, "short", tzinfo=place, locale=locale)
    name = get_timezone_name(at.astimezone(place), locale=locale)
    return f"{format_date(at.astimezone(place), 'full', locale=locale)}, {clock} ({name})"


def moment(at: datetime, zone: str, language: str) -> str:
    """An instant on the clocks of `zone`, short, for tables: the day without its name, and the time."""
    there = at.astimezone(ZoneInfo(zone))
    locale = _LOCALES[language]
    return f"{format_date(there, 'medium', locale=locale)}, {format_time(there, 'short', locale=locale)}"


def number(value: float, language: str) -> str:
    """A number with at most two decimals."""
    return str(format_decimal(value, "#,##0.##", locale=_LOCALES[language]))


def percent(part: float, language: str) -> str:
    """A part of one, with at most two decimals of a hundredth."""
    return str(format_percent(part, "#,##0.##%", locale=_LOCALES[language]))


def month(value: date, language: str) -> str:
    """A month with its year, short."""
    return str(format_date(value, "LLL y", locale=_LOCALES[language]))


def short_day(value: date, language: str) -> str:
    """A day without its name."""
    return str(format_date(value, "medium", locale=_LOCALES[language]))


def weekday(value: date, language: str) -> str:
    """The name of the day."""
    return str(format_date(value, "EEEE", locale=_LOCALES[language]))
