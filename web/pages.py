"""Pages: Jinja with gettext and Babel, a strict content security policy, the reader's language."""

from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from domain.kernel.errors import Refused
from domain.kernel.money import Money
from edge.send import NotRunning, Unconfirmed
from i18n import LANGUAGES, catalogue

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def reader_language(request: Request) -> str:
    """`?lang=th`, else the first language the browser asks for that there is a catalogue for, else English."""
    asked = [request.query_params.get("lang", "")]
    asked += [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    return next((code[:2] for code in asked if code[:2] in LANGUAGES), "en")


def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters["money"] = lambda m: _money(m, language)
    environment.filters["day"] = lambda d: format_date(d, "full", locale=language)
    environment.filters["when"] = lambda at: format_datetime(at, "long", locale=language)
    return environment


def _money(money: Money, language: str) -> str:
    return str(format_currency(money.amount, money.currency, locale=language))


_ENVIRONMENTS = {language: _environment(language) for language in LANGUAGES}


def page(request: Request, template: str, shown: dict[str, Any], status: int) -> Response:
    """A page in the reader's language."""
    language = reader_language(request)
    text = _ENVIRONMENTS[language].get_template(template).render(**shown, language=language)
    return HTMLResponse(text, status, headers=HEADERS)


async def refused(request: Request, error: Exception) -> Response:
    """A refusal as a page: what is wrong and what to do."""
    assert isinstance(error, Refused)
    translated = catalogue(reader_language(request)).gettext(error.template).format(**error.facts)
    status = {"bad-link": 404, "link-expired": 410}.get(error.code, 409)
    return page(request, "problem.html", {"message": translated, "again": False}, status)


async def unavailable(request: Request, error: Exception) -> Response:
    """The outcome is not known: never a false success."""
    assert isinstance(error, Unconfirmed | NotRunning | OSError | RuntimeError)
    message = catalogue(reader_language(request)).gettext("We could not record your answer just now. Please try again.")
    return page(request, "problem.html", {"message": message, "again": True}, 503)
