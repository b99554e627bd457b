"""Frozen reports: a pure function of the log up to a position, issued with its hash, and made again to check it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field

from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.rows import CaseState, Component
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.ledger import Balance
from domain.kernel.value import Value
from domain.kernel.values.content import as_logged, content_hash
from domain.kernel.values.message import N_, Message
from domain.organisation.model import Organisation

Source = TypeVar("Source")
"""What a report is computed from: made of the log up to a position and of nothing else, such as `views.history`."""
Q = TypeVar("Q", bound=Value)
R = TypeVar("R", bound=Value)


class Frozen(Value):
    """A report as it was made. `position` is the last event of the log that it knows, `asked` what it was asked for."""

    report: Annotated[str, Field(max_length=80)]
    position: Annotated[int, Field(ge=0)]
    as_of: datetime
    asked: dict[str, Any] = {}
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True)
class Happening:
    """That an event of a case was recorded, and when: what a statement of a report leads to (STS-02)."""

    version: int
    type: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The log up to a position, folded: what a report is computed from, and nothing else.

    `cases` are states by process and case id; `balances` those of all budget lines and periods (BUD-04); `events` what
    was recorded in each case, for reports that ask for it. `units` are those whose numbers the reader may see, None for
    all: a report tells nothing of others (KRN-43).
    """

    at: datetime
    position: int
    organisation: Organisation
    cases: Mapping[str, Mapping[str, Any]]
    balances: tuple[Balance, ...] = ()
    events: Mapping[str, Sequence[Happening]] = field(default_factory=dict)
    units: frozenset[str] | None = None

    def of(self, process: str) -> Mapping[str, Any]:
        """The cases of a process in units that the reader may see; those without a unit are for who sees all."""
        known = self.cases.get(process, {})
        if self.units is None:
            return known
        return {case: state for case, state in known.items() if state.case.unit in self.units}


_UNTITLED = N_("report")


@dataclass(frozen=True, kw_only=True)
class ReportSpec(Generic[Source, Q, R]):
    """A report: `question` is the model of what it can be asked, `build(source, question)` computes it, purely.

    `title` is what pages call it, `processes` are those whose cases a `Snapshot` for it must hold. `until(question)` is
    the last day from which money counts in it, however late it was recorded; None for all (the two clocks of BUD-04).
    `events`: the snapshot holds what was recorded in each case. `told`: a case that has it made is told the report
    itself as `body`, besides its proof.
    """

    name: str
    question: type[Q]
    build: Callable[[Source, Q], R]
    title: Message = _UNTITLED
    processes: tuple[str, ...] = ()
    until: Callable[[Any], date | None] = field(default=lambda _question: None)
    events: bool = False
    told: bool = False

    def freeze(self, source: Source, question: Q, *, position: int, as_of: datetime) -> tuple[R, Frozen]:
        """The report and what proves it; `source` is of the log up to `position`, `as_of` its time (UTC)."""
        body = self.build(source, question)
        asked = as_logged(dict(question))
        return body, Frozen(report=self.name, position=position, as_of=as_of, asked=asked, hash=hash_of(body))

    def check(self, source: Source, frozen: Frozen) -> R | None:
        """The report made again from the log up to `frozen.position`; None if it is not what was issued (STS-04)."""
        body = self.build(source, self.question.model_validate(frozen.asked))
        return body if hash_of(body) == frozen.hash else None


def hash_of(body: Value) -> str:
    """Hex SHA-256 of a report's content, numbers at their shortest."""
    return content_hash(dict(body))


class ReportIssued(Event):
    """A report is a fact with its moment and author; a correction is a new one that names the old (STS-07)."""

    sentence = N_("{by} issued report {number}")
    number: int
    frozen: Frozen
    corrects: int | None = None
    by: str
    at: datetime


class Issued(Value):
    """A field of the state: the reports of the case in order; the first is number 1."""

    reports: tuple[Frozen, ...] = ()
    corrected: dict[int, int] = {}

    @property
    def newest(self) -> Frozen | None:
        return self.reports[-1] if self.reports else None


def reports(field: str = "issued") -> Component[Any]:
    """The component of a process that issues reports: the event and its fold. Its own rules call `issue`."""

    def evolve(state: CaseState, event: Event) -> CaseState:
        known = issued_of(state, field)
        if isinstance(event, ReportIssued):
            corrected = {**known.corrected, **({event.corrects: event.number} if event.corrects else {})}
            known = Issued(reports=(*known.reports, event.frozen), corrected=corrected)
        return state.model_copy(update={field: known})

    def problems(state: type[CaseState]) -> Sequence[str]:
        info = state.model_fields.get(field)
        if info is None or info.annotation is not Issued:
            return [f"the state {state.__name__} has no field {field} for the reports it issues"]
        return []

    return Component(events=(ReportIssued,), evolve=evolve, problems=problems)


def issue(ctx: DecisionContext[Any], frozen: Frozen, *, corrects: int | None = None, field: str = "issued") -> int:
    """Records that a report was issued, and returns its number.

    Raises Refused `no-such-report`, `corrected-already` for what it corrects, `older-report` if the newest knows more.
    """
    known = issued_of(ctx.state, field)
    if corrects is not None:
        refuse_uncorrectable(known, corrects)
    if known.newest is not None and frozen.position < known.newest.position:
        template = "The report was made before the newest one was issued; make it anew."
        raise Refused("older-report", template)
    number = len(known.reports) + 1
    ctx.add(
        ReportIssued(number=number, frozen=frozen, corrects=corrects, by=ctx.command.actor, at=ctx.facts.now)
    )  # fmt: skip
    return number


def refuse_uncorrectable(known: Issued, number: int) -> None:
    """Raises Refused `no-such-report`, `corrected-already`."""
    if not 1 <= number <= len(known.reports):
        raise Refused("no-such-report", "There is no report {number} in this case.", number=number)
    if number in known.corrected:
        template = "Report {number} was corrected by report {by} already; correct that one."
        raise Refused("corrected-already", template, number=number, by=known.corrected[number])


def issued_of(state: CaseState, field: str = "issued") -> Issued:
    found = getattr(state, field)
    assert isinstance(found, Issued)
    return found
