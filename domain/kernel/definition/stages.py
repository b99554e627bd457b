"""Where a case stands, and which stage can follow which: worked out from the rows of a definition."""

from enum import StrEnum
from typing import Any

from domain.kernel.cases.case import Status
from domain.kernel.definition.model import Definition
from domain.kernel.definition.rows import CommandSpec, S, Way


class KernelStage(StrEnum):
    """The stages of every process."""

    NEW = "new"
    OPEN = "open"
    ON_HOLD = "on_hold"


ENDS = frozenset({status.value for status in Status} - {"draft", "in_review", "returned"})
"""How a case can end, as far as the kernel knows."""


ASIDE = (ENDS - {Status.APPROVED}) | {
    KernelStage.NEW, KernelStage.ON_HOLD, "returned", "frozen", "cancelled", "cancelling", "called_off", "superseded",
    "retired", "revoked", "lapsed",
}  # fmt: skip
"""Stages that are on no process's usual way."""


def steps_of(definition: Definition[S]) -> tuple[str, ...]:
    """The stages of the usual way, in the order in which the process names them."""
    left_out = ASIDE | definition.aside
    return tuple(stage.value for stage in definition.stages if stage.value not in left_out)


def stage_of(definition: Definition[S], state: S) -> str:
    case = state.case
    if case.requester is None:
        return KernelStage.NEW
    if case.closed is not None:
        return definition.outcome(state) or case.closed.value
    if case.hold is not None:
        return KernelStage.ON_HOLD
    for piece in (definition, *definition.includes):
        if (found := piece.stage(state)) is not None:
            return found
    return KernelStage.OPEN


def transitions_of(definition: Definition[S]) -> tuple[Way, ...]:
    """Every way from a stage to another: of commands, of what the pieces say, then hold, resume and withdrawal."""
    told = [way for piece in definition.pieces for way in piece.ways]
    fixed = {start: None for row in definition.rows for start in sorted(_starts(row))}
    fixed |= {start: None for start, _, _ in told}
    going_on = tuple(start for start in fixed if start != KernelStage.NEW)
    ways = [way for row in definition.rows for way in _of_row(row, going_on)] + told
    if going_on:
        ways += _of_holds(definition, going_on)
    labels: dict[tuple[str, str], dict[str, None]] = {}
    for start, end, why in ways:
        if start != end:
            labels.setdefault((str(start), str(end)), {})[why] = None
    return tuple((start, end, ", ".join(why)) for (start, end), why in labels.items())


def _starts(row: CommandSpec[S, Any]) -> frozenset[str]:
    return frozenset({KernelStage.NEW}) if row.opens else row.when or frozenset()


def _of_row(row: CommandSpec[S, Any], going_on: tuple[str, ...]) -> list[Way]:
    """What only the system says passes a hold, and may end a case that is held."""
    starts = sorted(_starts(row)) or list(going_on)
    ways = [(start, end, row.name) for start in starts for end in sorted(row.to)]
    ends = sorted(row.to - set(going_on)) if row.by_system else []
    return [*ways, *((KernelStage.ON_HOLD, end, row.name) for end in ends)]


def _of_holds(definition: Definition[S], going_on: tuple[str, ...]) -> list[Way]:
    open_ = [stage for stage in going_on if stage not in ENDS | {KernelStage.ON_HOLD}]
    held = open_ if definition.holds_from is None else sorted(definition.holds_from)
    leaving = definition.withdraws_from
    withdraws = [*open_, KernelStage.ON_HOLD] if leaving is None else sorted({*leaving, KernelStage.ON_HOLD})
    return [
        *((stage, KernelStage.ON_HOLD, "hold") for stage in held),
        *((KernelStage.ON_HOLD, stage, "resume") for stage in held),
        *((stage, Status.WITHDRAWN.value, "withdraw") for stage in withdraws),
    ]
