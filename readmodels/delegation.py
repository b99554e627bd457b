"""What was done under delegations: a row for each such event (KRN-22).

The delegations themselves have no view: one small stream, folded once and kept folded (`activities.record_cache`),
and every decision needs them as of the log and not as of a view.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.kernel.events import EventRow
from domain.kernel.value import Value
from eventstore.database import Connection
from readmodels.fold import Change
from readmodels.rows import Columns
from readmodels.statements import sql


class DelegatedAct(Value):
    """Something that `delegate` did for `principal` under a delegation: the event `type` of a case, at `at` (UTC)."""

    delegation: str
    principal: str
    delegate: str
    case: str
    process: str
    version: int
    position: int
    type: str
    task: str | None
    step: str | None
    outcome: str | None
    at: datetime

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> "DelegatedAct":
        own = dict(columns)
        return cls(case=own.pop("case_id"), at=own.pop("recorded_at"), **own)


async def delegated_acts(
    conn: Connection, delegations: Sequence[str], *, as_of: datetime | None = None
) -> list[DelegatedAct]:
    """What was done under these delegations, oldest first, as it was known at `as_of`: rows never change (KRN-50)."""
    return [DelegatedAct.of(row) for row in await conn.fetch(sql("stood_in"), list(delegations), as_of)]


def delegated_act_columns(change: Change) -> list[Columns]:
    """One row for each event among the steps that was done under a delegation, and for each one of a chain (KRN-21)."""
    done = ((step.stored, under) for step in change.steps for under in _delegations(step.stored))
    return [
        {
            "position": stored.position,
            "case_id": stored.stream,
            "process": change.process.name,
            "version": stored.version,
            "delegation": under,
            "principal": stored.on_behalf_of,
            "delegate": stored.actor,
            "type": stored.type,
            "task": stored.payload.get("task"),
            "step": stored.payload.get("step"),
            "outcome": stored.payload.get("outcome"),
            "recorded_at": stored.recorded_at,
        }
        for stored, under in done
    ]


def _delegations(stored: EventRow) -> list[str]:
    said = stored.payload
    if stored.on_behalf_of is None or not said.get("delegation"):
        return []
    return list(dict.fromkeys((said["delegation"], *(passed["delegation"] for passed in said.get("via") or ()))))
