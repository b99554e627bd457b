"""What happened in a case, gathered for its page: decisions, comments, documents, conditions, what is stuck and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from babel.dates import format_timedelta

from application.wording.reader import Reader
from application.wording.timeline import in_short, quoted

BOOKKEEPING = frozenset({
    "TaskAssigned", "TaskDone", "TaskCancelled", "TaskPaused", "TaskResumed", "TaskReminded", "DueTimeMoved",
    "AssigneesChanged", "DeadlineSet", "DeadlineCleared", "StepCompleted", "StepsCollapsed", "ReviewOpened",
    "DutyScheduled", "CommandRefused",
})  # fmt: skip
"""Types of events that say how Signoff got on, not what people did."""
ENDINGS = frozenset({"ReviewApproved", "ReviewRejected", "ReviewEnded", "CaseClosed"})

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
    """One event as a sentence, with the words that were given, and its data for whoever wants to look.

    `matters` says that it tells a reader what happened: the rest is how Signoff got on with it.
    """

    row: Data
    text: str
    quoted: tuple[str, ...]
    matters: bool = True


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
    telling = _telling(rows)
    return [
        Line(row, _upper(in_short(row, reader)), tuple(quoted(row, reader)), matters=number in telling)
        for number, row in enumerate(rows)
    ][::-1]


def _telling(rows: Rows) -> frozenset[int]:
    """Of what one command did the first event that is no bookkeeping, and every end of an approval or of the case."""
    first: dict[Any, int] = {}
    ends = set()
    for number, row in enumerate(rows):
        if row["type"] in BOOKKEEPING:
            continue
        if row["type"] in ENDINGS:
            ends.add(number)
        else:
            first.setdefault(row["command_id"], number)
    return frozenset(ends.union(first.values()))


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
