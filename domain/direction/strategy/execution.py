"""A plan in execution: values come in, tripwires reopen choices, the quarter is looked at, the end brings learning."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.direction.strategy import content as c
from domain.direction.strategy import events as e
from domain.direction.strategy.content import PARAMETERS, Assumption
from domain.direction.strategy.state import Live, Stage, StrategyState
from domain.kernel.cases.case import Deadline
from domain.kernel.cases.case_events import DeadlineSet
from domain.kernel.commands import DeadlinePassed, Text
from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CommandSpec
from domain.kernel.document.life import PUBLICATION, RetirementAsked
from domain.kernel.duty import DutySpec, Every, begin, end, met
from domain.kernel.errors import Refused
from domain.kernel.recording import Recorded
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Amount

Ctx = DecisionContext[StrategyState]
TRIPWIRE, CHOICE, LEARN = "tripwire", "choice", "learning"
RUNNING = frozenset({Stage.IN_FORCE, Stage.REOPENED})
QUARTER: DutySpec[StrategyState] = DutySpec(
    kind="quarter", name="quarter", command="review-quarter",
    every=lambda facts: Every(months=int(PARAMETERS.number(facts, "quarter_months"))),
    owner=lambda state: state.case.responsible or "",
    title=lambda state: N_("Look at the quarter of plan {name}", name=state.plan.name),
)  # fmt: skip


class ReportValue(Value):
    """`part`: whose value it is, such as a unit or a system, where several add up."""

    objective: c.Id
    value: Amount
    on: date
    part: Annotated[str, Field(max_length=80)] = ""
    source: Annotated[str, Field(max_length=300)] = ""


class CheckAssumption(Value):
    assumption: c.Id
    holds: bool
    note: Text


class SettleChoice(Value):
    """`keep`: the choice stays although. `revise`: the next version of the plan chooses anew."""

    option: c.Id
    outcome: Literal["keep", "revise"]
    reason: Text


class ReviewQuarter(Value):
    """`adjust`: adjustments follow, each with its own approval."""

    outcome: Literal["keep", "adjust"]
    note: Text


class WriteLearning(Value):
    text: Text


def on_published(ctx: Ctx, event: Recorded) -> None:
    """It is in force: the quarters begin, each assumption and the end of the plan have their day."""
    if event.about != PUBLICATION:
        return
    begin(QUARTER, ctx)
    for one in ctx.state.plan.assumptions:
        at = max(working_day_end(ctx.facts, one.owner, one.by), ctx.facts.now)
        ctx.add(DeadlineSet(deadline=Deadline(kind=TRIPWIRE, key=one.id, at=at)))
    ends = max(working_day_end(ctx.facts, ctx.case.responsible or "", ctx.state.plan.ends), ctx.facts.now)
    ctx.add(DeadlineSet(deadline=Deadline(kind=LEARN, key=LEARN, at=ends)))


def on_retired(ctx: Ctx, _event: RetirementAsked) -> None:
    end(QUARTER, ctx)


def live_objective(ctx: Ctx, id_: str) -> Live:
    """Raises Refused `no-such-objective`, `dropped`."""
    live = ctx.state.live.get(id_)
    if live is None:
        known = ", ".join(sorted(ctx.state.live))
        raise Refused(
            "no-such-objective", "There is no objective {id} in this plan; there are: {known}.", id=id_, known=known
        )
    if live.dropped is not None:
        raise Refused("dropped", "Objective {id} was dropped: {why}.", id=id_, why=live.dropped)
    return live


def report_value(ctx: Ctx, payload: ReportValue) -> None:
    """Raises Refused `no-such-objective`, `dropped`, `future-value`."""
    live, actor = live_objective(ctx, payload.objective), ctx.command.actor
    if payload.on > (today := today_of(ctx.facts, actor)):
        template = "A value of {on} cannot be known yet; name a day up to {today}."
        raise Refused("future-value", template, on=payload.on.isoformat(), today=today.isoformat())
    ctx.add(
        e.ValueReported(
            objective=payload.objective, part=payload.part, value=Decimal(payload.value), on=payload.on,
            source=payload.source or live.objective.source, by=actor, at=ctx.facts.now,
        )
    )  # fmt: skip


def ask_tripwire(ctx: Ctx, deadline: DeadlinePassed) -> None:
    """The day of an assumption has come: who watches it is asked whether it still holds (STR-03)."""
    one = _assumption(ctx, deadline.key)
    if one.id not in ctx.state.broken:
        tasks.assign(
            ctx, kind=TRIPWIRE, title=N_("Does it still hold? {text}", text=one.text), subject=one.id,
            assignees=(one.owner,), basis="watches the assumption", command="check-assumption", without_end=True,
            due_days=PARAMETERS.number(ctx.facts, "choice_days"),
        )  # fmt: skip


def check_assumption(ctx: Ctx, payload: CheckAssumption) -> None:
    """An assumption that does not hold opens the choice again that it carried (STR-03).

    Raises Refused `no-such-assumption`, `not-yours`, `broken-already`.
    """
    one, actor = _assumption(ctx, payload.assumption), ctx.command.actor
    asked = any(
        task.kind == TRIPWIRE and task.subject == one.id and actor in task.people for task in ctx.case.tasks.values()
    )
    if actor not in (one.owner, ctx.case.responsible) and not asked:
        raise Refused("not-yours", "{owner} watches this assumption; tell them what you saw.", owner=one.owner)
    if one.id in ctx.state.broken:
        raise Refused("broken-already", "{id} was found not to hold already.", id=one.id)
    tasks.done(ctx, kind=TRIPWIRE, subject=one.id)
    ctx.add(
        e.AssumptionChecked(assumption=one.id, holds=payload.holds, note=payload.note, by=actor, at=ctx.facts.now)
    )  # fmt: skip
    if not payload.holds and one.option not in ctx.state.reopened:
        ctx.add(e.ChoiceReopened(option=one.option, assumption=one.id, at=ctx.facts.now))
        tasks.assign(
            ctx, kind=CHOICE, title=N_("Choose anew, or keep: {option}", option=one.option), subject=one.option,
            assignees=(ctx.case.responsible or "",), basis="answers for the plan", command="settle-choice",
            without_end=True, due_days=PARAMETERS.number(ctx.facts, "choice_days"),
        )  # fmt: skip


def settle_choice(ctx: Ctx, payload: SettleChoice) -> None:
    """Raises Refused `not-reopened`."""
    if payload.option not in ctx.state.reopened:
        raise Refused("not-reopened", "The choice {option} is not open.", option=payload.option)
    tasks.done(ctx, kind=CHOICE, subject=payload.option)
    ctx.add(
        e.ChoiceSettled(
            option=payload.option, outcome=payload.outcome, reason=payload.reason, by=ctx.command.actor,
            at=ctx.facts.now,
        )
    )  # fmt: skip


def review_quarter(ctx: Ctx, payload: ReviewQuarter) -> None:
    met(QUARTER, ctx)
    ctx.add(e.QuarterLookedAt(outcome=payload.outcome, note=payload.note, by=ctx.command.actor, at=ctx.facts.now))


def ask_learning(ctx: Ctx, _deadline: DeadlinePassed) -> None:
    if not ctx.state.learning:
        tasks.assign(
            ctx, kind=LEARN, title=N_("Write what was learned, then close the plan"), subject=LEARN,
            assignees=(ctx.case.responsible or "",), basis="answers for the plan", command="write-learning",
            without_end=True, due_days=PARAMETERS.number(ctx.facts, "preparation_days"),
        )  # fmt: skip


def write_learning(ctx: Ctx, payload: WriteLearning) -> None:
    tasks.done(ctx, kind=LEARN, subject=LEARN)
    ctx.add(e.LearningWritten(text=payload.text, by=ctx.command.actor, at=ctx.facts.now))


def require_learning(ctx: Ctx) -> None:
    """A plan closes with what was learned. Raises Refused `learning-first`."""
    if not ctx.state.learning:
        raise Refused("learning-first", "Write what was learned first (write-learning); then the plan can be closed.")


def _assumption(ctx: Ctx, id_: str) -> Assumption:
    found = ctx.state.assumption(id_)
    if found is None:
        known = ", ".join(one.id for one in ctx.state.plan.assumptions)
        raise Refused("no-such-assumption", "There is no assumption {id}; there are: {known}.", id=id_, known=known)
    return found


def rows(owner: Any, watcher: Any) -> tuple[CommandSpec[StrategyState, Any], ...]:
    """The rows of execution; `owner` is the role of who owns an objective, `watcher` of who watches an assumption."""
    return (
        CommandSpec(
            name="report-value", payload=ReportValue, by=(owner, CaseRole.REQUESTER), rule=report_value, when=RUNNING,
            label=N_("report a value"), help=N_("Adds a value to the series of an objective, with its day and source."),
        ),
        CommandSpec(
            name="check-assumption", payload=CheckAssumption, by=(watcher, CaseRole.ASSIGNEE, CaseRole.REQUESTER),
            rule=check_assumption, when=RUNNING, to=frozenset({Stage.REOPENED}), label=N_("check an assumption"),
            help=N_("Says whether an assumption holds. If it does not, the choice that it carried is open again."),
        ),
        CommandSpec(
            name="settle-choice", payload=SettleChoice, by=(CaseRole.REQUESTER,), rule=settle_choice,
            when=frozenset({Stage.REOPENED}), to=frozenset({Stage.IN_FORCE}), label=N_("settle a choice"),
            help=N_("Keeps the choice although the assumption fell, or lets the next version of the plan choose anew."),
        ),
        CommandSpec(
            name="review-quarter", payload=ReviewQuarter, by=(CaseRole.REQUESTER,), rule=review_quarter, when=RUNNING,
            label=N_("look at the quarter"), help=N_("Says whether the plan stays or is adjusted, and why."),
        ),
        CommandSpec(
            name="write-learning", payload=WriteLearning, by=(CaseRole.REQUESTER,), rule=write_learning, when=RUNNING,
            label=N_("write what was learned"), help=N_("What the next plan should know. It comes before closing."),
        ),
    )  # fmt: skip
