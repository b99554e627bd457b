"""The process `strategy` as one value."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from domain.direction.strategy import adjusting, execution, preparing
from domain.direction.strategy import events as e
from domain.direction.strategy.content import PARAMETERS, Plan, check
from domain.direction.strategy.report import REPORT
from domain.direction.strategy.state import Stage, StrategyState, evolve
from domain.kernel.cases.case_events import CaseClosed
from domain.kernel.commands import Hold, Withdraw
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import Definition, Guard, Reaction, RoleSpec, process_of
from domain.kernel.definition.stages import KernelStage
from domain.kernel.document import DocumentSpec, document, is_approved
from domain.kernel.document.life import PUBLICATION, LifeSpec, RetirementAsked, VersionPublished, life, outcome_of
from domain.kernel.document.spec import IN_WORK, standing_of
from domain.kernel.duty import duty
from domain.kernel.effects import Effect, Notify
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.process import Process
from domain.kernel.recording import Recorded, recording
from domain.kernel.register import RegisterEntry, RegisterSpec
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.values.message import N_


class StrategyRole(StrEnum):
    OBJECTIVE_OWNER = "who owns an objective of the plan"
    WATCHER = "who watches an assumption of the plan"


class PlanEntry(RegisterEntry):
    """A plan in force as the register holds it."""

    unit: str
    objectives: tuple[str, ...]


def entry(state: StrategyState) -> PlanEntry:
    plan = state.plan
    return PlanEntry(
        id=plan.id, name={"en": plan.name}, unit=plan.unit, objectives=tuple(one.id for one in plan.objectives)
    )


PLANS = RegisterSpec(name="plans", noun="plan", entry=PlanEntry)
DOCUMENT = DocumentSpec(
    noun="plan", content=Plan, drafted=e.PlanDrafted, amended=e.PlanAmended, title=preparing.title_of, check=check,
    material=frozenset(Plan.model_fields) - {"name", "reason"}, fixed=frozenset({"id"}),
)  # fmt: skip
LIFE: LifeSpec[StrategyState] = LifeSpec(
    noun="plan", register=PLANS, entry=entry, effective=lambda state: state.plan.starts,
    check_retire=execution.require_learning,
)  # fmt: skip


def stage(state: StrategyState) -> str | None:
    if state.document.content is None:
        return None
    if (step := preparing.stage_of(state)) is not None:
        return step
    return Stage.REOPENED if state.reopened and PUBLICATION in state.recording.held else None


def keep_task(ctx: DecisionContext[StrategyState]) -> None:
    now = stage(ctx.state)
    returned = standing_of(ctx.case, DOCUMENT) == Stage.RETURNED
    preparing.keep_task(ctx, Stage.RETURNED if now is None and returned else now)


def objective_owners(state: StrategyState) -> Iterable[str]:
    return [live.objective.owner for live in state.live.values() if live.dropped is None]


def watchers(state: StrategyState) -> Iterable[str]:
    return [one.owner for one in state.plan.assumptions] if state.document.content else []


def effects(_before: StrategyState, event: Event, after: StrategyState) -> Sequence[Effect]:
    """Who has a part in a plan learns that it is in force; who answers for it learns each end."""
    case = after.case
    match event:
        case VersionPublished(number=number):
            plan = after.plan
            people = dict.fromkeys(
                (*objective_owners(after), *(one.owner for one in plan.initiatives), *watchers(after))
            )
            about = N_(
                "Version {number} of plan {name} is approved; you have a part in it.",
                number=str(number),
                name=plan.name,
            )
            return [Notify(to=tuple(people), about=about)]
        case CaseClosed(reason=reason) if case.responsible:
            return [Notify(to=(case.responsible,), about=N_("{case} is over: {reason}", case=case.id, reason=reason))]
    return []


def refuse_withdrawal(ctx: DecisionContext[StrategyState], _payload: Withdraw) -> None:
    """An adjustment under way makes no request of a plan in force again."""
    if is_approved(ctx.case):
        raise Refused("in-force", "The plan is approved; close it with retire-plan, after what was learned.")


def refuse_hold(ctx: DecisionContext[StrategyState], _payload: Hold) -> None:
    if ctx.state.recording.waits:
        raise Refused("being-recorded", "The register is being changed just now; try again in a moment.")


PREPARING = (
    Stage.SCAN, Stage.AMBITION, Stage.CONSULTATION, Stage.CHOICES, Stage.OBJECTIVES, Stage.INITIATIVES, Stage.BUDGET,
)  # fmt: skip
STRATEGY: Process[StrategyState] = process_of(
    Definition(
        name="strategy",
        state=StrategyState,
        stages=Stage,
        aside=frozenset({Stage.REOPENED}),
        includes=(life(LIFE), document(DOCUMENT), recording(), duty(execution.QUARTER)),
        roles=(
            RoleSpec(part=StrategyRole.OBJECTIVE_OWNER, people=objective_owners),
            RoleSpec(part=StrategyRole.WATCHER, people=watchers),
        ),
        commands=(
            *preparing.ROWS,
            *execution.rows(StrategyRole.OBJECTIVE_OWNER, StrategyRole.WATCHER),
            adjusting.ROW,
        ),
        events=e.EVENTS,
        folds=(VersionPublished,),
        evolve=evolve,
        on=(
            Reaction(Recorded, execution.on_published),
            Reaction(RetirementAsked, execution.on_retired),
            *adjusting.REACTIONS,
        ),
        guards=(Guard(Withdraw, refuse_withdrawal), Guard(Hold, refuse_hold)),
        deadlines={execution.TRIPWIRE: execution.ask_tripwire, execution.LEARN: execution.ask_learning},
        settle=keep_task,
        stage=stage,
        outcome=outcome_of,
        ways=(
            (Stage.REOPENED, Stage.RETIRED, "the register ended it"),
            (KernelStage.ON_HOLD, Stage.RETIRED, "the register ended it"),
        ),
        withdraws_from=frozenset({*PREPARING, *IN_WORK}),
        holds_from=frozenset({*PREPARING, *IN_WORK, Stage.IN_FORCE, Stage.REOPENED}),
        registers=(PLANS,),
        routes={adjusting.ROUTE: adjusting.SEEN},
        reports=(REPORT,),
        parameters=PARAMETERS.defaults,
        tasks=dict.fromkeys(
            (preparing.PREPARE, preparing.VIEW, execution.TRIPWIRE, execution.CHOICE, execution.LEARN), WHOLE
        ),
        effects=effects,
    )
)
