"""An avatar without a picture: the initials of a name, and one of a few colours that is always the same for it."""

from zlib import crc32

COLOURS = 6


def initials(name: str) -> str:
    """Of the first and the last word; letters that need no case are taken as they are."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    chosen = (words[0], words[-1]) if len(words) > 1 else words
    return "".join(_first(word) for word in chosen).upper()


def _first(word: str) -> str:
    """The first letter; in Thai the first consonant, before which a vowel may be written."""
    leading = "เแโใไ"
    bare = word.lstrip(leading)
    return (bare or word)[:1]


def colour(name: str) -> int:
    return crc32(name.encode()) % COLOURS
