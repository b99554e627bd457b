"""The text of cases and its words, for search: what everybody reads who sees the case. See docs/adr/0041."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from readmodels.fold import Change
from readmodels.rows import Columns

LONGEST = 200_000
"""Characters of one case that are searched."""
LONGEST_WORD = 60
_WORD = re.compile(r"[\u0e00-\u0e7f]+|[^\W_\u0e00-\u0e7f]+")
_TECHNICAL = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT\S+")
NOBODY = ""
"""A reader without any part: what a process keeps for some eyes only is in no index."""


def word_columns(change: Change) -> list[Columns]:
    """The one row of a case; empty where each read of it must be an event (DIS-09)."""
    process = change.process
    shown = {} if process.reads_recorded else process.visible(change.state, NOBODY)
    body = text_of(shown)[:LONGEST]
    return [{"case_id": change.stream, "opened": change.first.position, "body": body, "words": sorted(_indexed(body))}]


def text_of(shown: Any) -> str:
    """All that is written in a state as JSON, in small letters, a line each; not what is sealed or only a program's."""
    return "\n".join(dict.fromkeys(folded(each) for each in _texts(shown) if not _TECHNICAL.fullmatch(each)))


def folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\x00", "�").lower())


def asked_of_index(words: list[str]) -> str | None:
    """The query of the index for all of these words, None where no letter or digit is among them.

    Beginnings of words are enough, and in Thai any part.
    """
    asked = [
        f"'{one}':*" if one == word else f"'{one}'"
        for word in dict.fromkeys(each for text in words for each in _WORD.findall(text))
        for one in _parts(word)
    ]
    return " & ".join(dict.fromkeys(asked)) or None


def _indexed(body: str) -> set[str]:
    return {part for word in _WORD.findall(body) for part in _parts(word)}


def _parts(word: str) -> Iterator[str]:
    if "\u0e00" <= word[0] <= "\u0e7f" and len(word) > 1:
        yield from (word[start : start + 2] for start in range(len(word) - 1))
    else:
        yield word[:LONGEST_WORD]


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case {"subject": str(), "sealed": str()}:
            return
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)
