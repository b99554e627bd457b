"""Something due again and again: a report every n days, a look every year. By the working calendar of its owner."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Generic, Self

from pydantic import Field, model_validator

from domain.kernel.cases.case import Deadline
from domain.kernel.cases.case_events import DeadlineCleared, DeadlineSet
from domain.kernel.commands import DeadlinePassed
from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.rows import CaseState, Component, S
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import calendar_of, today_of
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.value import Value
from domain.kernel.values.calendar import working_date
from domain.kernel.values.message import N_, Message


class Every(Value):
    """How far one due day is from the next: working days, or months (12 for a year). One of the two is above zero.

    `day` of months is the day of the month, the last one where there is no such; None keeps the day that it was.
    """

    working_days: Annotated[int, Field(ge=0, le=400)] = 0
    months: Annotated[int, Field(ge=0, le=120)] = 0
    day: Annotated[int, Field(ge=1, le=31)] | None = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if bool(self.working_days) == bool(self.months):
            raise ValueError("say either working days or months")
        return self

    def after(self, facts: Facts, owner: str, due: date) -> date:
        """The due day after `due`."""
        if self.working_days:
            return working_date(calendar_of(facts, owner), due, self.working_days)
        year, month = divmod(due.year * 12 + due.month - 1 + self.months, 12)
        return date(year, month + 1, min(self.day or due.day, monthrange(year, month + 1)[1]))


class DutyScheduled(Event):
    """The next time is due on this day of the owner's calendar."""

    sentence = N_("{duty} is due on {due}")
    duty: str
    due: date
    at: datetime


class DutyMet(Event):
    sentence = N_("{by} did {duty}, which was due on {due}")
    duty: str
    due: date
    late: bool
    by: str
    at: datetime


class DutyMissed(Event):
    """The day passed. It stays due: its task is still open, and what is `missed` in a row is counted."""

    sentence = N_("{duty} was due on {due} and did not come")
    duty: str
    due: date
    at: datetime


class DutyEnded(Event):
    sentence = N_("{duty} is no longer due")
    duty: str
    at: datetime


DUTY_EVENTS: tuple[type[Event], ...] = (DutyScheduled, DutyMet, DutyMissed, DutyEnded)


class Duty(Value):
    """A field of the state. `due` is None while nothing is; `missed` counts due days in a row that nothing came for."""

    due: date | None = None
    last_met: date | None = None
    missed: int = 0


@dataclass(frozen=True, kw_only=True)
class DutySpec(Generic[S]):
    """What one process says of a duty.

    `kind` is the word for it, its task and its deadlines; `name` the field of the state. `command` does it: its rule
    calls `met`. `every(facts)` says how often, `owner(state)` who does it, `title(state)` what the task is called.
    The task is there `lead` working days before the due day.
    """

    kind: str
    name: str
    command: str
    every: Callable[[Facts], Every]
    owner: Callable[[S], str]
    title: Callable[[S], Message]
    lead: Callable[[Facts], int] = lambda _facts: 5
    ladder: str = "standard"

    def of(self, state: CaseState) -> Duty:
        found = getattr(state, self.name)
        assert isinstance(found, Duty)
        return found


def duty(spec: DutySpec[S]) -> Component[S]:
    """The component of a duty: its deadlines and its fold. `begin` starts it, `met` goes on to the next day."""
    return Component(
        events=DUTY_EVENTS,
        evolve=_evolve(spec),
        tasks={spec.kind: WHOLE},
        deadlines={spec.kind: _ask(spec), f"{spec.kind}-missed": _missed(spec)},
        problems=lambda state: _problems(spec, state),
    )


def begin(spec: DutySpec[S], ctx: DecisionContext[S], first: date | None = None) -> None:
    """From now on it is due: the first time on `first`, by default one period from today."""
    owner = spec.owner(ctx.state)
    today = today_of(ctx.facts, owner)
    _schedule(spec, ctx, first or spec.every(ctx.facts).after(ctx.facts, owner, today))


def met(spec: DutySpec[S], ctx: DecisionContext[S]) -> None:
    """It was done: the task ends, and the next day keeps the rhythm, past days that are over.

    Raises Refused `not-due` while nothing is.
    """
    due = spec.of(ctx.state).due
    if due is None:
        raise Refused("not-due", "{duty} is not due in this case.", duty=spec.kind)
    owner, facts = spec.owner(ctx.state), ctx.facts
    today, every = today_of(facts, owner), spec.every(facts)
    tasks.done(ctx, kind=spec.kind, subject=spec.kind)
    ctx.add(DutyMet(duty=spec.kind, due=due, late=today > due, by=ctx.command.actor, at=facts.now))
    following = every.after(facts, owner, due)
    while following <= today:
        following = every.after(facts, owner, following)
    _schedule(spec, ctx, following)


def end(spec: DutySpec[S], ctx: DecisionContext[S]) -> None:
    """It is no longer due. Nothing if it was not."""
    if spec.of(ctx.state).due is not None:
        tasks.cancel(ctx, reason="it is no longer due", kind=spec.kind)
        _clear(spec, ctx)
        ctx.add(DutyEnded(duty=spec.kind, at=ctx.facts.now))


def _schedule(spec: DutySpec[S], ctx: DecisionContext[S], due: date) -> None:
    owner, facts = spec.owner(ctx.state), ctx.facts
    _clear(spec, ctx)
    ctx.add(DutyScheduled(duty=spec.kind, due=due, at=facts.now))
    ask = max(working_day_end(facts, owner, due, -spec.lead(facts)), facts.now)
    ctx.add(
        DeadlineSet(deadline=Deadline(kind=spec.kind, key=spec.kind, at=ask)),
        DeadlineSet(deadline=_until(spec, working_day_end(facts, owner, due))),
    )


def _until(spec: DutySpec[S], at: datetime) -> Deadline:
    return Deadline(kind=f"{spec.kind}-missed", key=spec.kind, at=at)


def _ask(spec: DutySpec[S]) -> Callable[[DecisionContext[S], DeadlinePassed], None]:
    def rule(ctx: DecisionContext[S], _payload: DeadlinePassed) -> None:
        due, owner = spec.of(ctx.state).due, spec.owner(ctx.state)
        if due is None or any(task.kind == spec.kind for task in ctx.case.tasks.values()):
            return
        tasks.assign(
            ctx, kind=spec.kind, title=spec.title(ctx.state), subject=spec.kind, assignees=(owner,), basis="owner",
            command=spec.command, due_at=max(working_day_end(ctx.facts, owner, due), ctx.facts.now),
            ladder=spec.ladder, without_end=True,
        )  # fmt: skip

    return rule


def _missed(spec: DutySpec[S]) -> Callable[[DecisionContext[S], DeadlinePassed], None]:
    """The day is over; the next day of the rhythm is watched too, so that each one that is missed counts."""

    def rule(ctx: DecisionContext[S], _payload: DeadlinePassed) -> None:
        known, facts, owner = spec.of(ctx.state), ctx.facts, spec.owner(ctx.state)
        if known.due is None:
            return
        every, day = spec.every(facts), known.due
        for _ in range(known.missed):
            day = every.after(facts, owner, day)
        ctx.add(DutyMissed(duty=spec.kind, due=day, at=facts.now))
        following = every.after(facts, owner, day)
        ctx.add(DeadlineSet(deadline=_until(spec, max(working_day_end(facts, owner, following), facts.now))))

    return rule


def _clear(spec: DutySpec[S], ctx: DecisionContext[S]) -> None:
    kinds = (spec.kind, f"{spec.kind}-missed")
    for one in [one for one in ctx.case.deadlines if one.kind in kinds]:
        ctx.add(DeadlineCleared(kind=one.kind, key=one.key))


def _evolve(spec: DutySpec[S]) -> Callable[[S, Event], S]:
    def evolve(state: S, event: Event) -> S:
        known = spec.of(state)
        match event:
            case DutyScheduled(duty=kind, due=due) if kind == spec.kind:
                known = known.model_copy(update={"due": due})
            case DutyMet(duty=kind, due=due) if kind == spec.kind:
                known = Duty(due=None, last_met=due)
            case DutyMissed(duty=kind) if kind == spec.kind:
                known = known.model_copy(update={"missed": known.missed + 1})
            case DutyEnded(duty=kind) if kind == spec.kind:
                known = known.model_copy(update={"due": None})
        return state.model_copy(update={spec.name: known})

    return evolve


def _problems(spec: DutySpec[S], state: type[CaseState]) -> Sequence[str]:
    info = state.model_fields.get(spec.name)
    if info is None or info.annotation is not Duty:
        return [f"the state {state.__name__} has no field {spec.name} for the duty {spec.kind}"]
    return []
