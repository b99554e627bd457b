"""What happened in a case, gathered for its page: decisions, comments, documents, conditions, what is stuck and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from babel.dates import format_timedelta

from application.wording.reader import Reader
from application.wording.timeline import quoted, sentence

Data = Mapping[str, Any]
Rows = Sequence[Data]


@dataclass(frozen=True)
class Ruling:
    """One decision with all that the log holds of it (KRN-07); `void` if it no longer counts. `told` is its event."""

    told: Data
    taken: str
    void: bool


@dataclass(frozen=True)
class Line:
    """One event as a sentence, with the words that were given, and its data for whoever wants to look."""

    row: Data
    text: str
    quoted: tuple[str, ...]


@dataclass(frozen=True)
class Stuck:
    """A step that nobody can do: why, who was told, and when it is tried again (KRN-13)."""

    step: str
    reason: str
    told: tuple[str, ...]
    retry_at: str


def seen(rows: Iterable[Data], *types: str) -> list[Data]:
    """The events of these types that this reader may see, oldest first."""
    return [row for row in rows if row["type"] in types and not row["data"].get("hidden")]


def rulings(rows: Rows, reader: Reader) -> list[Ruling]:
    """The decisions, the newest first."""
    found: list[Ruling] = []
    for row in seen(rows, "Decided", "DecisionsVoided"):
        told = row["data"]
        if row["type"] == "Decided":
            found.append(Ruling(told, _taken(told.get("after_seconds"), reader), void=False))
        else:
            gone = told["tasks"] if isinstance(told["tasks"], list) else []
            found = [Ruling(r.told, r.taken, void=r.void or r.told["task"] in gone) for r in found]
    return found[::-1]


def _taken(seconds: Any, reader: Reader) -> str:
    try:
        span = timedelta(seconds=float(seconds))
    except (TypeError, ValueError):
        return ""
    return str(format_timedelta(span, threshold=1, locale=reader.code or "en"))


def lines(rows: Rows, reader: Reader) -> list[Line]:
    """The whole timeline, the newest first."""
    return [Line(row, _upper(sentence(row, reader)), tuple(quoted(row, reader))) for row in rows][::-1]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def stuck(inside: Data, rows: Rows) -> list[Stuck]:
    """What is stuck now, by the newest event that said so."""
    keys = inside.get("stuck")
    newest = {f"{row['data']['review']}/{row['data']['step']}": row["data"] for row in seen(rows, "StepStuck")}
    return [_stuck(key, newest.get(key, {})) for key in keys] if isinstance(keys, list) else []


def _stuck(key: str, told: Data) -> Stuck:
    return Stuck(
        step=key.rpartition("/")[2],
        reason=str(told.get("reason", "")),
        told=tuple(told.get("alarm") or ()),
        retry_at=str(told.get("retry_at") or ""),
    )


def conditions(inside: Data) -> list[Data]:
    """Every condition of every approval."""
    return [one for review in _reviews(inside) for one in _listed(review.get("conditions"))]


def listed(inside: Data, name: str) -> list[Data]:
    """A list of the kernel's part of the state: comments, overrides, attachments; empty where it is hidden."""
    return _listed(inside.get(name))


def holds(inside: Data) -> list[Data]:
    first = inside.get("hold")
    return ([first] if isinstance(first, dict) and "since" in first else []) + listed(inside, "more_holds")


def tasks(inside: Data) -> list[Data]:
    """The open tasks, the earliest due first."""
    found = inside.get("tasks")
    open_tasks = list(found.values()) if isinstance(found, dict) and found.get("hidden") is not True else []
    return sorted(open_tasks, key=lambda task: str(task["timing"]["due_at"]))


def asked(task: Data) -> tuple[str, ...]:
    """Everybody whom a task was given to, or who claimed it."""
    claimed = task.get("claimed_by")
    everyone = dict.fromkeys((*task["assignees"], *task["escalated_to"], *task["added"], *task["veto"]))
    return (claimed,) if claimed else tuple(everyone)


def _reviews(inside: Data) -> list[Data]:
    found = inside.get("reviews")
    return list(found.values()) if isinstance(found, dict) and found.get("hidden") is not True else []


def _listed(value: Any) -> list[Data]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
