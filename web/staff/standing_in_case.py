"""What the reader may do on a case's page besides deciding. Only for what is offered: the case itself refuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.kernel.commands import KERNEL_COMMANDS
from domain.kernel.eligibility import OPERATIONS
from domain.kernel.process import Process
from domain.organisation.model import Organisation


@dataclass(frozen=True)
class May:
    """`commands` are those of the process that have a form of their own at `/cases/{case}/do/{command}`."""

    comment: bool = False
    withdraw: bool = False
    hold: bool = False
    resume: bool = False
    operate: bool = False
    commands: tuple[str, ...] = ()


def may(
    process: Process[Any], shown: Mapping[str, Any], person: str, organisation: Organisation, *, mine: Sequence[object]
) -> May:
    """For `person` who reads the case `shown`; `mine` are their open tasks in it."""
    inside = shown["state"].get("case") or {}
    requester, unit, today = inside.get("requester"), inside.get("unit"), date.today()  # noqa: DTZ011 - only for show
    operates = person in organisation.holders(OPERATIONS, unit if isinstance(unit, str) else None, today)
    if shown["closed"]:
        return May(comment=True, operate=operates)
    own = person == requester
    above = isinstance(requester, str) and requester in organisation.people
    leads = above and person in organisation.line_above(str(requester), today)
    holds = bool(own or leads or mine or operates)
    held = bool(shown["on_hold"])
    return May(
        comment=True,
        withdraw=own,
        hold=holds and not held,
        resume=holds and held,
        operate=operates,
        commands=() if held else tuple(sorted(set(process.commands) - set(KERNEL_COMMANDS) - process.start)),
    )
