"""Text for people in their language: gettext catalogues of `runtime/locale/`, compiled in memory at first use."""

import gettext
import os
import re
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("en", "th")


def language() -> str:
    """The reader's language by LC_ALL, LC_MESSAGES or LANG; English where there is no catalogue."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        found = os.environ.get(name, "")[:2]
        if found:
            return found if found in LANGUAGES else "en"
    return "en"


@cache
def catalogue(code: str | None = None) -> gettext.NullTranslations:
    """The translations of a language, by default the reader's. English needs none: message ids are English."""
    path = LOCALE / (code or language()) / "LC_MESSAGES" / "signoff.po"
    if not path.exists():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - English needs no catalogue
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


_WORD = re.compile(r"[a-z]+([ _-][a-z]+)*")

TRANSLATED = frozenset({"step", "title", "status", "state", "outcome", "stage"})
"""Arguments whose values are words of ours: a step's title, a status. Any other is someone's name, id or own words."""
COMMON = frozenset({"kind", "check", "category"})
"""Arguments whose values are words of a company, which a catalogue may have; as they were written where it has none."""


def said(text: str, args: Mapping[str, object], code: str | None = None) -> str:
    """The message with its arguments in a language, by default the reader's.

    An argument may be there in several languages: `position.th` is what stands for `position` to a Thai reader.
    """
    of = catalogue(code).gettext

    def word(value: object) -> object:
        if not isinstance(value, str) or not value:
            return value
        found = of(value)
        return found if found != value else of(value.replace("_", " "))

    named = {name: args.get(f"{name}.{code or language()}", value) for name, value in args.items()}
    ours = {name: word(value) for name, value in named.items() if name in TRANSLATED}
    theirs = {name: known(str(value), code) or value for name, value in named.items() if name in COMMON}
    return of(text).format(**named | ours | theirs)


def known(name: str, code: str | None = None) -> str:
    """`criminal-record` in a language, if it is a word there; else empty: it may be an id, or somebody's words."""
    if not _WORD.fullmatch(name):
        return ""
    plain = name.replace("_", " ").replace("-", " ")
    found = catalogue(code).gettext(plain)
    return found if found != plain else ""


def worded(name: str, code: str | None = None) -> str:
    """`in_approval` and `offer-1` as a person writes them: a word of ours in a language, with the number behind it."""
    plain, of = name.replace("_", " ").replace("-", " "), catalogue(code).gettext
    stem, _space, number = plain.rpartition(" ")
    if stem and number.isdecimal() and of(plain) == plain:
        return f"{of(stem)} {number}"
    return of(plain) if plain else ""
