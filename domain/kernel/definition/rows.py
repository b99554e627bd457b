"""The rows that a process is made of: commands, reactions, roles, ways between stages. Values and pure functions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from domain.kernel.cases.case_state import CaseState as CaseState  # noqa: PLC0414 - known here to those who define
from domain.kernel.cases.case_state import S as S  # noqa: PLC0414
from domain.kernel.command import Command
from domain.kernel.commands import DeadlinePassed
from domain.kernel.decision_context import DecisionContext
from domain.kernel.effects import Claim, ClaimQuery, Effect, Release
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.ledger import LinePeriod
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.routing.route import PreviewStep
from domain.kernel.showing.form_hints import Choices, Shown
from domain.kernel.showing.task_sight import Paths
from domain.kernel.value import Value
from domain.kernel.values.message import Message
from domain.organisation.policy_needs import Parameter, PolicyFields

P = TypeVar("P", bound=Value)
E = TypeVar("E", bound=Event)

Way = tuple[str, str, str]
"""From a stage to a stage, and what leads there, as the diagram says it."""
Preview = Callable[[str, Value, Facts, str], Sequence[PreviewStep]]
"""The route that an opening payload would run: of which process, with these facts, asked by whom (KRN-41)."""


def _same(state: S, _event: Event) -> S:
    return state


def _no_people(*_: object) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class CommandSpec(Generic[S, P]):
    """One row for one command.

    `by` are the roles of which one suffices (`CaseRole` and those of the process); a command by `CaseRole.SYSTEM`
    alone has no form and passes a hold. `when` are the stages in which it is possible (None: any), `to` those to which
    it can lead (empty: it stays). `label` is its name on buttons, `help` the sentence above its form: what happens, who
    sees it, what cannot be undone. `offered(state, person)` may take a button away that a stage alone would show.
    """

    name: str
    payload: type[P]
    by: tuple[StrEnum, ...]
    rule: Callable[[DecisionContext[S], P], None]
    label: Message
    help: Message
    when: frozenset[str] | None = None
    to: frozenset[str] = frozenset()
    opens: bool = False
    offered: Callable[[S, str], bool] = field(default=lambda _state, _person: True)

    @property
    def by_system(self) -> bool:
        return self.by == (CaseRole.SYSTEM,)


@dataclass(frozen=True)
class Reaction(Generic[S, E]):
    """What follows from an event, in the same decision. It sees the state after the event."""

    event: type[E]
    rule: Callable[[DecisionContext[S], E], None]


@dataclass(frozen=True)
class Guard(Generic[S, P]):
    """What the process refuses of a command besides its row, mostly of the kernel's. It adds nothing."""

    payload: type[P]
    rule: Callable[[DecisionContext[S], P], None]


@dataclass(frozen=True, kw_only=True)
class RoleSpec(Generic[S]):
    """A role that only this process knows. `part` is one of its own enumeration; its value is how pages call it.

    `people(state)` have it by the case itself, `holders(state, facts)` by the organisation of today. `outside`: they
    need not work here, such as a candidate.
    """

    part: StrEnum
    people: Callable[[S], Iterable[str]] = _no_people
    holders: Callable[[S, Facts], Iterable[str]] = _no_people
    outside: bool = False

    @property
    def by_case(self) -> bool:
        """Whether the case says who has it: only then can a policy name it among those who see the case."""
        return self.people is not _no_people


@dataclass(frozen=True, kw_only=True)
class Component(Generic[S]):
    """A piece of a process: what a shared part (a document, items, a duty) brings, and what a process adds itself.

    `evolve` is asked for the events in `events` and in `folds`, those of the kernel that it looks at. `on` reacts in
    the order of the events, growing; `deadlines` by kind, once due; `settle` runs last, while the case is open, and
    `finish` in the decision that closed it, however it did.
    `stage` names the stage of an open case, None leaves it to the next piece; `ways` are those that no row tells.
    `routes` are those it submits to, with what conditions see there. `fields` are the names by which a policy may hide
    values, with the JSON keys under which these stand. `tasks` says by kind of task what its holders see: paths in the
    state, or `WHOLE`; `why` are the values that stand first on what is decided.
    `problems` finds what cannot work with this model of a state.
    """

    commands: tuple[CommandSpec[S, Any], ...] = ()
    events: tuple[type[Event], ...] = ()
    folds: tuple[type[Event], ...] = ()
    evolve: Callable[[S, Event], S] = _same
    on: tuple[Reaction[S, Any], ...] = ()
    guards: tuple[Guard[S, Any], ...] = ()
    deadlines: Mapping[str, Callable[[DecisionContext[S], DeadlinePassed], None]] = field(default_factory=dict)
    settle: Callable[[DecisionContext[S]], None] = field(default=lambda _tape: None)
    finish: Callable[[DecisionContext[S]], None] = field(default=lambda _tape: None)
    stage: Callable[[S], str | None] = field(default=lambda _state: None)
    ways: tuple[Way, ...] = ()
    effects: Callable[[S, Event, S], Sequence[Effect]] = field(default=lambda _before, _event, _after: ())
    claims: Callable[[S, Event], Sequence[Claim | Release]] = field(default=lambda _before, _event: ())
    needs: Callable[[S, Command, Value], Sequence[ClaimQuery | LinePeriod]] = field(default=lambda _s, _c, _p: ())
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    routes: Mapping[str, PolicyFields] = field(default_factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tasks: Mapping[str, Paths] = field(default_factory=dict)
    why: tuple[str, ...] = ()
    preview: Preview | None = None
    present: Callable[[Shown, str, Shown], Shown] = field(default=lambda _shown, _command, _given: {})
    choices: Callable[[Shown], Choices] = field(default=lambda _shown: {})
    problems: Callable[[type[CaseState]], Iterable[str]] = field(default=lambda _state: ())
