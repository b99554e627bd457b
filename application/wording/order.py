"""The order of names in lists, as a Thai dictionary and an English one have it.

Not by a collation of the database: the one that comes with Signoff has none for Thai.
"""

import re
import unicodedata

_BEFORE = re.compile("([เ-ไ])([ก-ฮ])")
_MARKS = re.compile("[\u0e47-\u0e4e\u0300-\u036f]")


def by_name(text: str) -> tuple[str, str]:
    """A key to sort by: a vowel that is written before its consonant counts after it; tones, accents and capitals
    count only where all else is the same.
    """
    swapped = _BEFORE.sub(r"\2\1", unicodedata.normalize("NFD", text)).casefold()
    return _MARKS.sub("", swapped), swapped
