"""The reader's language: which one they asked for."""

from starlette.requests import Request

from runtime.translations import LANGUAGES

NAMES = {"en": "English", "th": "ไทย"}
COOKIE = "lang"
KEPT = 365 * 24 * 3600
"""Seconds for which a browser keeps the language that was chosen."""


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
