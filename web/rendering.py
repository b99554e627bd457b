"""Pages: Jinja with gettext, in the reader's language."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes, select_autoescape
from jinja2.ext import InternationalizationExtension
from jinja2.parser import Parser
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from application.wording import formats, roles
from application.wording.grounds import ground
from domain.kernel.events import title_of
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from runtime.translations import LANGUAGES, catalogue, said, worded
from web import assets, languages
from web.forms.words import label_of
from web.identity.visitor import visitor_of
from web.navigation import PLACES
from web.staff.initials import colour, initials

HERE = Path(__file__).parent
OUTSIDE = "/offer/"
THEMES = (("", N_("As the device")), ("light", N_("Light")), ("dark", N_("Dark")))
"""The colours that a reader may choose, by the value of `?colours=` and of its cookie."""
THEME = "colours"
KEPT_PARTS = 256
"""Of `once`, in each language."""


class Translated(InternationalizationExtension):
    """`{% trans %}` is translated when its template is compiled, which is done for each language; plurals are not."""

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        found = super().parse(parser)
        return [self._translated(each) for each in found] if isinstance(found, list) else self._translated(found)

    def _translated(self, node: nodes.Node) -> nodes.Node:
        match node:
            case nodes.Output(
                nodes=[nodes.Call(node=nodes.Name(name="gettext"), args=[nodes.Const(value=text)], kwargs=given)]
            ):
                said = catalogue(self.environment.globals["language"]).gettext(text)
                return nodes.Output([_filled(said, given)], lineno=node.lineno)
        return node


def _filled(said: str, given: Sequence[nodes.Keyword]) -> nodes.Expr:
    """What newstyle gettext makes of it on every page; what is filled in is escaped."""
    if not given:
        return nodes.TemplateData(said % {})
    values = nodes.Dict([nodes.Pair(nodes.Const(each.key), each.value) for each in given])
    return nodes.Mod(nodes.MarkSafeIfAutoescape(nodes.Const(said)), values)


def environment_of(language: str) -> Environment:
    """Templates, filters and words of one language."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        extensions=[Translated, "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["language"] = language
    environment.globals["asset"] = assets.address
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters["money"] = lambda amount: formats.money(amount, language)
    environment.filters["day"] = lambda value: formats.day(value, language)
    environment.filters["instant"] = lambda at, zone: formats.instant(at, zone, language)
    environment.filters["moment"] = lambda at, zone: formats.moment(at, zone, language)
    environment.filters["near"] = lambda at, zone: formats.near(_instant(at), zone, language, datetime.now(UTC))
    environment.filters["lasts"] = lambda seconds: formats.length(seconds, language)
    environment.filters["clock"] = lambda at, zone: formats.moment(datetime.fromisoformat(at), zone, language)
    environment.filters["cash"] = lambda amount: _cash(amount["amount"], amount["currency"], language)
    environment.filters["decimal"] = lambda value: formats.number(value, language)
    environment.filters["weekday"] = lambda value: formats.weekday(value, language)
    environment.filters["date"] = lambda value: formats.short_day(value, language)
    environment.filters["role"] = lambda name: roles.role(name, language)
    environment.filters["ground"] = ground
    environment.filters["said"] = lambda message: in_words(message, language)
    environment.filters["happened"] = lambda name: catalogue(language).gettext(title_of(name))
    environment.filters["capitalize"] = first_upper  # Jinja's own writes the rest small, names too
    environment.filters["word"] = lambda text: word(text, language)
    environment.filters["once"] = _once(environment)
    environment.filters["label"] = lambda text: label(text, language)
    environment.filters["initials"] = initials
    environment.filters["colour"] = colour
    environment.tests["hidden"] = lambda value: isinstance(value, dict) and value.get("hidden") is True
    environment.globals["languages"] = languages.NAMES
    return environment


def _once(environment: Environment) -> Callable[[Hashable, str], Markup]:
    """A filter: the template with the value as `shown`, and nothing else. Kept, so nothing of a person or a case."""

    @lru_cache(KEPT_PARTS)
    def once(shown: Hashable, template: str) -> Markup:
        return Markup(environment.get_template(template).render(shown=shown))  # noqa: S704 - it escaped what it shows

    return once


@lru_cache(4096)
def _cash(amount: str, currency: str, language: str) -> str:
    return formats.money(Money(amount=Decimal(amount), currency=currency), language)


def _instant(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def in_words(message: Message | None, language: str) -> str:
    """A message of the domain in a language; empty for none."""
    return said(message.id, message.args, language) if message else ""


def word(text: str, language: str) -> str:
    """A word of ours (a stage, a status, a name of a command) in a language."""
    return worded(text, language)


def first_upper(text: str) -> str:
    """The text as it begins a line; everything after the first letter stays."""
    whole = str(text)
    return whole[:1].upper() + whole[1:]


def label(text: str, language: str) -> str:
    """The label of a field or the name of a command, at the beginning of a line."""
    found = catalogue(language).gettext(label_of(text)) if text else ""
    return first_upper(found)


_ENVIRONMENTS = {language: environment_of(language) for language in LANGUAGES}


def page(
    request: Request,
    template: str,
    shown: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A page in the reader's language. Staff keep what `?lang=` chose in a cookie; people from outside get none."""
    language = languages.reader_language(request)
    common: dict[str, Any] = {
        "language": language,
        "visitor": visitor_of(request),
        "here": request.url.path,
        "places": request.scope.get("signoff.places", PLACES),
        "other": _other(request, "lang", languages.NAMES),
        "theme": theme_of(request),
        "themes": THEMES,
        "looks": _other(request, THEME, [value for value, _ in THEMES]),
        "caught": request.scope.get("signoff.caught", False),
    }
    text = _ENVIRONMENTS[language].get_template(template).render(**common, **shown)
    found = {"Content-Language": language, "Vary": "Accept-Language, Cookie", **(headers or {})}
    response = HTMLResponse(text, status, headers=found)
    if languages.chosen_language(request) and not request.url.path.startswith(OUTSIDE):
        response.set_cookie(languages.COOKIE, language, max_age=languages.KEPT, samesite="lax", httponly=True)
    if request.query_params.get(THEME, None) is not None and not request.url.path.startswith(OUTSIDE):
        response.set_cookie(THEME, theme_of(request), max_age=languages.KEPT, samesite="lax", httponly=True)
    return response


def theme_of(request: Request) -> str:
    """The colours that the reader chose, now or before; empty for those of the device."""
    asked = request.query_params.get(THEME, request.cookies.get(THEME, ""))
    return asked if asked in dict(THEMES) else ""


def _other(request: Request, asked: str, values: Iterable[str]) -> dict[str, str]:
    """The address of the page with each value of one thing that it asks for, and what else it says."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != asked]
    return {value: "?" + urlencode([*kept, (asked, value)]) for value in values}
