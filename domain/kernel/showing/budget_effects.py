"""What a decision does to budget lines, from the events of a case: what is left before and after, and what it breaks.

Any event with `checks` tells it of the review that it names, or of the document where it names none (SPD-01, BUD-06).
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from domain.kernel.budget_control import BudgetCheck
from domain.kernel.events import EventRow, Registry
from domain.kernel.process import Process
from domain.kernel.values.message import N_, Message

CHECKS = "checks"
DOCUMENT = "document"


@cache
def types_of(events: Registry) -> tuple[str, ...]:
    """The types of a process's events that carry checks of budget lines."""
    fields = {name: kind.model_fields.get(CHECKS) for name, kind in events.kinds.items()}
    return tuple(name for name, field in fields.items() if field and field.annotation == tuple[BudgetCheck, ...])


def budget_effects(
    process: Process[Any], events: Iterable[EventRow], review: str, seen: Callable[[Any], Any]
) -> tuple[dict[str, Any], ...]:
    """The newest checks of a review as JSON, nothing where `seen`, the reader's redaction, hides a part of them.

    `events` are the oldest first.
    """
    wanted, found = types_of(process.events), list[dict[str, Any]]()
    for each in events:
        if each.type in wanted and each.payload.get("review", DOCUMENT) == review:
            found = each.payload[CHECKS]
    return tuple(found) if seen({CHECKS: found}) == {CHECKS: found} else ()


def effect_told(check: Mapping[str, Any], line: str, money: Mapping[str, str]) -> Message:
    """One check in a sentence; `line` is what the line is called, `money` its amounts in the reader's words."""
    args = {"line": line, "period": str(check["period"]), **money}
    if check["verdict"] == "no-plan":
        return N_("{line} has no plan for {period}; this takes {asked}", **args)
    if check["verdict"] == "over":
        return N_("{line} {period}: {left} is left, this takes {asked} and goes over it; {after} after it", **args)
    return N_("{line} {period}: {left} is left before this, {after} after it", **args)
