"""What the forms of a process know besides the models of its commands: choices of a case, and its present values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.kernel.facts import Facts

Shown = Mapping[str, Any]
"""The state of a case as JSON, as its reader may see it: what is hidden is `{"hidden": true}` (KRN-43)."""
Choices = Mapping[str, Mapping[str, str]]
"""By kind (`Reference`): each value, and what tells it from the others; ids of people become names."""


Filling = Callable[[str, Facts], Shown]
"""What follows from the value of a field."""


def _no_choices(_shown: Shown) -> Choices:
    return {}


def _nothing(_shown: Shown, _command: str, _given: Shown) -> Shown:
    return {}


def _none(_state: Any, _person: str, _facts: Facts) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True)
class FormHints:
    """`choices(shown)` are those of the case. `present(shown, command, given)` are the values that a command would
    replace, by field, for the thing that `given` names. `offered(state, person, facts)` are the process's own commands
    that this person would probably be allowed to give now; the decision is what counts. `why` are the values of what
    is submitted that say why it is asked for: they stand first wherever somebody decides. `fills_in` are the fields, by
    opening command, from whose value others follow, as JSON (a position has its unit); `first` are the fields that are
    asked at once, by command: the others stand under “More”.
    """

    choices: Callable[[Shown], Choices] = field(default=_no_choices)
    present: Callable[[Shown, str, Shown], Shown] = field(default=_nothing)
    offered: Callable[[Any, str, Facts], frozenset[str]] = field(default=_none)
    why: tuple[str, ...] = ()
    fills_in: Mapping[str, Mapping[str, Filling]] = field(default_factory=dict)
    first: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def mapping(shown: Any, *path: str) -> Mapping[str, Any]:
    """The JSON object at a path; empty where there is none, or where it is hidden."""
    for name in path:
        shown = shown.get(name) if isinstance(shown, Mapping) else None
    return shown if isinstance(shown, Mapping) and shown.get("hidden") is not True else {}


def listing(shown: Any, *path: str) -> list[Any]:
    """The JSON list at a path; empty where there is none, or where it is hidden."""
    found = mapping(shown, *path[:-1]).get(path[-1])
    return found if isinstance(found, list) else []
