"""On what ground somebody is asked or decided, as people say it: the log keeps it in English, with ids (KRN-07)."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from application.wording.reader import Reader
from application.wording.roles import role
from domain.kernel.values.message import N_, Message

_LIMIT: Final = re.compile(r"(?P<who>.*), limit for (?P<category>\S+) covers (?P<amount>.+)")
_UP: Final = re.compile(r"up the line from (?P<who>.*)")
_FALLBACK: Final = re.compile(r"fallback: (?P<who>.*)")
_MORE: Final = re.compile(r"(?P<who>.*), with (?P<count>\d+) from above")
_AROUND: Final[tuple[tuple[re.Pattern[str], Message], ...]] = (
    (_LIMIT, N_("{who}; the limit for {category} covers {amount}")),
    (_UP, N_("up the line from {who}")),
    (_FALLBACK, N_("as a fallback {who}")),
    (_MORE, N_("{who}, and {count} from above")),
)
_WHO: Final[tuple[tuple[re.Pattern[str], Message], ...]] = (
    (re.compile(r"person (?P<person>\S+)"), N_("{person} by name")),
    (re.compile(r"role (?P<role>\S+) in None"), N_("{role}")),
    (re.compile(r"role (?P<role>\S+) in (?P<unit>\S+)"), N_("{role} for {unit}")),
    (re.compile(r"group (?P<word>\S+)"), N_("the group {word}")),
    (re.compile(r"manager of requester, level 1"), N_("the manager of whoever asks")),
    (re.compile(r"manager of beneficiary, level 1"), N_("the manager of the person it is for")),
    (re.compile(r"manager of requester, level (?P<levels>\d+)"), N_("the manager {levels} levels above whoever asks")),
    (
        re.compile(r"manager of (?P<person>\S+), level (?P<levels>\d+)"),
        N_("the manager {levels} levels above {person}"),
    ),
    (re.compile(r"owner of budget_line (?P<line>\S+)"), N_("the owner of the budget line {line}")),
    (re.compile(r"owner of a condition of (?P<task>\S+)"), N_("the owner of a condition of {task}")),
    (re.compile(r"(?P<person>\S+) overrode (?P<task>\S+)"), N_("{person} used a privilege on {task}")),
)


def ground(text: str, reader: Reader) -> str:
    """The basis of an assignment or a decision for a reader; one that nobody put into words stays as it is."""
    for pattern, said in _AROUND:
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            parts["who"] = ground(parts["who"], reader)
            return _filled(said, parts, reader)
    for pattern, said in _WHO:
        if found := pattern.fullmatch(text):
            return _filled(said, found.groupdict(), reader)
    return reader.text(text)


def _filled(said: Message, parts: Mapping[str, str], reader: Reader) -> str:
    shown: Mapping[str, Callable[[str], str]] = {
        "person": reader.person,
        "unit": reader.person,
        "line": reader.person,
        "role": lambda name: role(name, reader.code or "en"),
        "word": reader.word,
        "category": reader.word,
    }
    return reader.gettext(said.id).format(**{name: shown.get(name, str)(value) for name, value in parts.items()})
