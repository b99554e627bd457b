"""What changed between the submissions of one approval, field by field, and which decisions that voided (KRN-14)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from application.wording.reader import Reader
from domain.kernel.values.content import changed_fields
from web.staff.render_json import StoredEvent, fact

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Changed:
    """One field; None is a value that was not there."""

    field: str
    old: StoredEvent | None
    new: StoredEvent | None


@dataclass(frozen=True)
class Difference:
    """One submission against the one before. `voided` are the decisions that no longer count, as events."""

    review: str
    round: int | None
    by: str
    at: str
    fields: tuple[Changed, ...]
    voided: tuple[Data, ...]


def differences(rows: Iterable[Data], reader: Reader) -> list[Difference]:
    """From the events of a case, the newest first. What the reader may not see keeps its lock on both sides."""
    return list(_each(rows, reader))[::-1]


def _each(rows: Iterable[Data], reader: Reader) -> Iterator[Difference]:
    before: dict[str, dict[str, Any]] = {}
    decided: dict[str, Data] = {}
    voided: dict[str, tuple[Data, ...]] = {}
    for row in rows:
        told = row["data"]
        match row["type"]:
            case "Decided" if not told.get("hidden"):
                decided[told["task"]] = row
            case "DecisionsVoided" if not told.get("hidden"):
                voided[told["review"]] = tuple(decided[task] for task in told["tasks"] if task in decided)
            case "ReviewOpened" | "ReviewResubmitted" | "ContentChanged" if isinstance(told.get("data"), dict):
                name, now = told["review"], _content(told)
                if name in before:
                    changed = tuple(_changed(before[name], now, reader))
                    yield Difference(
                        name, told.get("round"), row["actor"], row["recorded_at"], changed, voided.pop(name, ())
                    )
                before[name] = {**before.get(name, {}), **now} if row["type"] == "ContentChanged" else now


def _content(told: Data) -> dict[str, Any]:
    """The content with its amount, where it has one of its own."""
    data, amount = told["data"], told.get("amount")
    known = amount in data.values() or (isinstance(amount, dict) and _written(amount) in data.values())
    return data if known or not amount else {**data, "amount": amount}


def _written(amount: Data) -> str:
    return f"{amount.get('amount')} {amount.get('currency')}"


def _changed(before: Data, after: Data, reader: Reader) -> Iterator[Changed]:
    for name in changed_fields(before, after):
        if name in after or name != "amount":
            yield Changed(name, fact(before.get(name), reader), fact(after.get(name), reader))
