"""Text for people in their language: gettext catalogues read from `locale/*.po`, compiled in memory at first use."""

import gettext
import os
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
