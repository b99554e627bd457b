"""Money, days and times as a language writes them: on pages and in mails.

Thai dates are Gregorian, and say so (ค.ศ.) where they are written out: docs/adr/0027-thai-dates.md.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta, get_timezone_name
from babel.numbers import format_currency, format_decimal, format_percent

from domain.kernel.values.money import Money
from runtime.translations import catalogue

_LOCALES = {"en": "en_GB", "th": "th"}
_MONEY = {"en": "¤¤\N{NO-BREAK SPACE}#,##0.00"}
"""English writes no space between a currency's letters and the digits, where others have a sign for the baht."""

FEW, NEARLY_ALL = 0.1, 0.99


_WEEK = 6
"""Days ahead that a weekday names without doubt."""


@lru_cache(maxsize=4096)
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


@lru_cache(maxsize=4096)
def moment(at: datetime, zone: str, language: str) -> str:
    """An instant on the clocks of `zone`, short, for tables: the day without its name, and the time."""
    there = at.astimezone(ZoneInfo(zone))
    locale = _LOCALES[language]
    return f"{format_date(there, 'medium', locale=locale)}, {format_time(there, 'short', locale=locale)}"


def near(at: datetime, zone: str, language: str, now: datetime) -> str:
    """An instant as people say it: today, tomorrow or yesterday and the time; a weekday within six days; else the day.

    On the clocks of `zone`. The time is left out beyond yesterday, and beyond six days ahead.
    """
    there, here = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    days, locale = (there.date() - here.date()).days, _LOCALES[language]
    time = format_time(there, "short", locale=locale)
    gettext = catalogue(language).gettext
    words = {0: gettext("Today {time}"), 1: gettext("Tomorrow {time}"), -1: gettext("Yesterday {time}")}
    if days in words:
        return words[days].format(time=time)
    if 1 < days <= _WEEK:
        return f"{format_date(there, 'EEE d MMM', locale=locale)} {time}"
    return format_date(there, "medium", locale=locale)


def number(value: float, language: str) -> str:
    """A number as precise as a reader wants it: with one decimal from one on, with two below it."""
    return str(format_decimal(value, "#,##0.##" if abs(value) < 1 else "#,##0.#", locale=_LOCALES[language]))


def percent(part: float, language: str) -> str:
    """A part of one in whole hundredths; with a decimal where they would say too little: of few, and of nearly all."""
    pattern = "#,##0.#%" if part < FEW or NEARLY_ALL < part < 1 else "#,##0%"
    return str(format_percent(part, pattern, locale=_LOCALES[language]))


def month(value: date, language: str) -> str:
    """A month with its year, short."""
    return str(format_date(value, "LLL y", locale=_LOCALES[language]))


def short_day(value: date, language: str) -> str:
    """A day without its name."""
    return str(format_date(value, "medium", locale=_LOCALES[language]))


def weekday(value: date, language: str) -> str:
    """The name of the day."""
    return str(format_date(value, "EEEE", locale=_LOCALES[language]))


def length(seconds: float, language: str) -> str:
    """How long something lasts, in its largest unit: 40 seconds, 3 hours."""
    return str(format_timedelta(timedelta(seconds=round(seconds)), threshold=1.5, locale=_LOCALES[language]))
