"""Pages: Jinja with gettext, in the reader's language."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from i18n import LANGUAGES, catalogue
from web import languages

HERE = Path(__file__).parent


def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters["money"] = lambda amount: languages.money(amount, language)
    environment.filters["day"] = lambda value: languages.day(value, language)
    environment.filters["instant"] = lambda at, zone: languages.instant(at, zone, language)
    environment.globals["languages"] = languages.NAMES
    return environment


_ENVIRONMENTS = {language: _environment(language) for language in LANGUAGES}


def page(
    request: Request,
    template: str,
    shown: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page in the reader's language."""
    language = languages.reader_language(request)
    text = _ENVIRONMENTS[language].get_template(template).render(**shown, language=language)
    found = {"Content-Language": language, "Vary": "Accept-Language", **(headers or {})}
    return HTMLResponse(text, status, headers=found)
