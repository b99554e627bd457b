"""A process as one value."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.kernel.definition.rows import CommandSpec, Component, RoleSpec, S
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.policy import Confidentiality
from domain.kernel.register import RegisterSpec
from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.routing.case_roles import KERNEL_ROLES
from domain.kernel.showing.confidential import ASKED as ASKED_WORD
from domain.kernel.showing.confidential import INVOLVED_WORDS, REQUESTER
from domain.kernel.showing.form_hints import Filling
from domain.kernel.showing.reporting import Overview
from domain.kernel.summary import NONE, SummarySpec
from domain.kernel.value import Value
from domain.kernel.values.message import Message


def _everything(state: Any, _reader: str | None) -> dict[str, Any]:
    shown: dict[str, Any] = state.model_dump(mode="json")
    return shown


@dataclass(frozen=True, kw_only=True)
class Definition(Component[S]):
    """What a process is: rows and functions of its own, as in a `Component`, and the shared parts that it `includes`.

    `stages` are its stages; those of the kernel (`new`, `on_hold`, and how a case can end) may be left out. A case that
    is closed stands at `outcome(state)`, or at the status it was closed with. `withdraws_from` are the stages from
    which the requester can withdraw, `holds_from` those that can be held (None: every open one).
    `registers` are those that its rules look into, and its forms offer (`Reference("<noun>")`).
    `reports` are those over many cases, by name: `signoff report NAME`, and frozen ones that are issued.
    `kernel_parts` says who may comment, attach, retry and send deadlines, where that differs from `KERNEL_PARTS`.
    `apart`, `default`, `always`, `visible` and `may_see` are those of `Confidential` and `Process`; the people of the
    roles are words there. A case that is over gives back the money that it still holds, unless `keeps_money(state)`: a
    position that is filled goes on costing (HIR-12). `holds_money` is False where it only posts what is final, or an
    event of its own gives back. With `reads_recorded` each time that a person reads a case is an event (DIS-09).
    `overview`, `remarks` and `summary` are those of `Process`.
    `aside` are the stages beside the usual way, such as a refusal: pages show the others as steps, in their order.
    `fills_in` and `first` are those of `FormHints`.
    `milestones` and `figures` are for reports: no personal data, no amounts.
    """

    name: str
    state: type[S]
    stages: type[StrEnum]
    includes: tuple[Component[S], ...] = ()
    roles: tuple[RoleSpec[S], ...] = ()
    outcome: Callable[[S], str | None] = field(default=lambda _state: None)
    withdraws_from: frozenset[str] | None = None
    holds_from: frozenset[str] | None = None
    registers: tuple[RegisterSpec[Any], ...] = ()
    reports: tuple[ReportSpec[Snapshot, Any, Any], ...] = ()
    kernel_parts: Mapping[str, tuple[StrEnum, ...]] = field(default_factory=lambda: KERNEL_ROLES)
    apart: frozenset[str] = frozenset()
    default: Confidentiality = field(default=Confidentiality(seen_by=INVOLVED_WORDS, others="nothing"))
    always: tuple[str, ...] = (REQUESTER, ASKED_WORD)
    visible: Callable[[S, str | None], dict[str, Any]] = field(default=_everything)
    may_see: Callable[[S, str | None, Event], bool] = field(default=lambda _state, _reader, _event: True)
    reads_recorded: bool = False
    holds_money: bool = True
    keeps_money: Callable[[S], bool] = field(default=lambda _state: False)
    milestones: Callable[[Event], Sequence[str]] = field(default=lambda _event: ())
    overview: Overview | None = None
    summary: SummarySpec[S] = NONE
    remarks: Callable[[Value, Facts], Sequence[Message]] = field(default=lambda _payload, _facts: ())
    aside: frozenset[str] = frozenset()
    fills_in: Mapping[str, Mapping[str, Filling]] = field(default_factory=dict)
    first: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    figures: Callable[[S, Mapping[str, datetime]], dict[str, Any]] = field(default=lambda _state, _first: {})

    @property
    def pieces(self) -> tuple[Component[S], ...]:
        """The shared parts in their order, then the process's own."""
        return (*self.includes, self)

    @property
    def rows(self) -> tuple[CommandSpec[S, Any], ...]:
        """Every command but the kernel's; those that open a case first."""
        rows = [row for piece in self.pieces for row in piece.commands]
        return tuple(sorted(rows, key=lambda row: not row.opens))

    @property
    def kinds(self) -> Iterator[type[Event]]:
        """Every event type but the kernel's, each once."""
        return iter(dict.fromkeys(kind for piece in self.pieces for kind in piece.events))
