"""What a kind of work is made of. The loop, the store, the views and the edges know a process only through this."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from domain.kernel.cases.case import Case
from domain.kernel.command import Command
from domain.kernel.effects import Claim, ClaimQuery, Effect, Release
from domain.kernel.events import Event, Registry
from domain.kernel.facts import Facts
from domain.kernel.ledger import LinePeriod, Transfer
from domain.kernel.register import RegisterSpec
from domain.kernel.routing.route import PreviewStep
from domain.kernel.showing.confidential import Confidential, Outline, outline
from domain.kernel.showing.form_hints import FormHints
from domain.kernel.summary import NONE, SummarySpec
from domain.kernel.value import Value
from domain.kernel.values.message import Message
from domain.organisation.policy_needs import Needs

if TYPE_CHECKING:  # reports are a shared part, which stands on definitions, and these on this
    from domain.kernel.report import ReportSpec, Snapshot
    from domain.kernel.showing.reporting import Overview

S = TypeVar("S", bound=Value)


def _everything(state: Value, _reader: str | None) -> dict[str, Any]:
    return state.model_dump(mode="json")


@dataclass(frozen=True)
class Wording:
    """What people read of a command: its name on buttons, and the sentence above its form."""

    label: Message
    help: Message


@dataclass(frozen=True)
class Process(Generic[S]):
    """The pure parts of a process.

    `commands` maps a command's name (`extend-offer`) to the model of its payload; `start` names those that open a case.
    `decide(state, command, payload, facts)` returns the events of an accepted command or raises Refused.
    `evolve` folds.
    `case` is the kernel's part of a state (tasks, deadlines, hold); `stage` is where it stands, in the process's words.
    `effects(before, event, after)` and `claims(before, event)` are pure: a rebuild gives the same.
    `transfers(before, event, after)` is the money that an event moves; pure too.
    `needs(state, command, payload)` says which claims of other cases the decision must see, and the balances of which
    budget lines and periods: all that its transfers touch.
    `visible(state, reader)` is the state as JSON without what this reader may not see; `may_see(state, reader, event)`
    says the same of an event. Reader None is the system and the auditor, who see everything (KRN-43, HIR-04).
    `confidential` says which parts and fields a policy may name to hide more than that, and what is hidden by default.
    `preview(payload, facts, requester)` resolves the route that the opening command would run (KRN-41).
    `remarks(payload, facts)` says what is odd about an opening command and yet allowed.
    `allowed` says by command which parts may give it, as the page of who may what shows it; those of the kernel that it
    leaves out are as in every process. `asking` is what forms offer beyond what the models of the commands say.
    `policy_needs` is what a policy must hold for the process before it can be published (KRN-40).
    `milestones(event)` names what an event reaches for reports, `figures(state, first)` are the numbers that
    they need of a case, `first` being by milestone when it was reached: no personal data, no amounts (HIR-15).
    `summary` is what lists over its cases need of each.
    `overview` reports how its cases go, None: as of every process. `reports` are those over many cases, by name.
    `transitions` are the ways from stage to stage with what leads there, `wording` what people read of the process's
    own commands; `steps` are the stages of the usual way, in order; `system_only` those commands that only the system
    gives: they pass a hold. `possible_in` are the stages of those that ask for one. `registers` are those that its
    rules look into, and its forms offer. With `reads_recorded` each reading of a case is an event (DIS-09).
    """

    name: str
    workflow: str
    start: frozenset[str]
    commands: Mapping[str, type[Value]]
    events: Registry
    initial: Callable[[str], S]
    decide: Callable[[S, Command, Value, Facts], Sequence[Event]]
    evolve: Callable[[S, Event], S]
    is_terminal: Callable[[S], bool]
    case: Callable[[S], Case]
    stage: Callable[[S], str]
    effects: Callable[[S, Event, S], Sequence[Effect]]
    allowed: Mapping[str, tuple[StrEnum, ...]] = field(default_factory=dict)
    claims: Callable[[S, Event], Sequence[Claim | Release]] = field(default=lambda _before, _event: ())
    needs: Callable[[S, Command, Value], Sequence[ClaimQuery | LinePeriod]] = field(default=lambda _s, _c, _p: ())
    transfers: Callable[[S, Event, S], Sequence[Transfer]] = field(default=lambda _before, _event, _after: ())
    visible: Callable[[S, str | None], dict[str, Any]] = field(default=_everything)
    preview: Callable[[Value, Facts, str], Sequence[PreviewStep]] = field(default=lambda _p, _f, _requester: ())
    remarks: Callable[[Value, Facts], Sequence[Message]] = field(default=lambda _payload, _facts: ())
    policy_needs: Needs = field(default_factory=Needs)
    may_see: Callable[[S, str | None, Event], bool] = field(default=lambda _state, _reader, _event: True)
    confidential: Confidential = field(default_factory=Confidential)
    asking: FormHints = field(default_factory=FormHints)
    milestones: Callable[[Event], Sequence[str]] = field(default=lambda _event: ())
    figures: Callable[[S, Mapping[str, datetime]], dict[str, Any]] = field(default=lambda _state, _first: {})
    summary: SummarySpec[S] = NONE
    overview: "Overview | None" = None
    reports: Mapping[str, "ReportSpec[Snapshot, Any, Any]"] = field(default_factory=dict)
    transitions: tuple[tuple[str, str, str], ...] = ()
    steps: tuple[str, ...] = ()
    wording: Mapping[str, Wording] = field(default_factory=dict)
    system_only: frozenset[str] = frozenset()
    possible_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    registers: tuple[RegisterSpec[Any], ...] = ()
    reads_recorded: bool = False

    @property
    def shows_by_eyes(self) -> bool:
        """Whether readers who see the case see different states of it, by rules of the process's own."""
        return self.visible is not _everything

    def outline(self, state: S) -> Outline:
        """As much of a case as says who may see it (KRN-43)."""
        return outline(self.case(state), self.confidential.parts(state), self.confidential.tasks)
