"""The process `project`: chartered, delegated, planned, delivered, closed, its benefits measured."""

from domain.kernel.cases.case_events import (
    CaseHeld,
    ResponsibilityMoved,
    ReviewApproved,
    ReviewEnded,
    ReviewRejected,
    ReviewReturned,
)
from domain.kernel.commands import HandOver, Withdraw
from domain.kernel.definition import Definition, Guard, Reaction, process_of
from domain.kernel.duty import begin, duty
from domain.kernel.items import items
from domain.kernel.process import Process
from domain.kernel.showing.confidential import AMOUNT
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.summary import SummarySpec
from domain.kernel.year_end import turning
from domain.projects.delivery import events as e
from domain.projects.delivery import table
from domain.projects.delivery.content import Stage
from domain.projects.delivery.effects import claims, effects, needs
from domain.projects.delivery.evolve import evolve, turned
from domain.projects.delivery.log import LOG
from domain.projects.delivery.roles import ROLES
from domain.projects.delivery.rules import baselines, ending, managers, money, steering
from domain.projects.delivery.rules.context import PARAMETERS, Ctx
from domain.projects.delivery.state import ProjectState, stage
from domain.projects.portfolio.model import ProjectSummary, summary_of
from domain.projects.portfolio.report import REPORTS

WORK_TASKS = (
    "delegate", "plan", "revise", "replan", "exception", "escalation", "sign", "accept", "acceptance", "close", "stop",
    "wind-up", "archive",
)  # fmt: skip
"""The kinds of tasks whose holders see the project; who measures a benefit sees the benefits."""


def start_reports(ctx: Ctx, event: e.BaselineSet) -> None:
    if event.number == 1:
        begin(steering.STATUS, ctx)


def settle(ctx: Ctx) -> None:
    steering.settle(ctx)
    ending.settle(ctx)


_BY_FACTS = (
    (Stage.PLANNING, Stage.BASELINED, "last approval"),
    (Stage.BASELINED, Stage.EXECUTING, "gate: go"),
    *((start, Stage.EXCEPTION, "a tolerance is broken") for start in (Stage.BASELINED, Stage.EXECUTING)),
    *((Stage.EXCEPTION, end, "within the tolerances again") for end in (Stage.BASELINED, Stage.EXECUTING)),
    (Stage.CLOSING, Stage.EXCEPTION, "a requirement was refused"),
)
PROJECT: Process[ProjectState] = process_of(
    Definition(
        name="project",
        state=ProjectState,
        stages=Stage,
        aside=frozenset({Stage.EXCEPTION, Stage.WINDING_UP, Stage.STOPPED}),
        includes=(items(LOG), duty(steering.STATUS), turning(money.give_up, evolve=turned)),
        commands=table.COMMANDS,
        events=e.EVENTS,
        evolve=evolve,
        stage=stage,
        outcome=lambda state: Stage.ARCHIVED if state.archived else None,
        ways=_BY_FACTS,
        on=(
            Reaction(ReviewApproved, baselines.on_approved),
            Reaction(ReviewRejected, baselines.on_rejected),
            Reaction(ReviewReturned, baselines.on_returned),
            Reaction(ReviewEnded, baselines.on_ended),
            Reaction(CaseHeld, baselines.on_held),
            Reaction(e.BaselineSet, start_reports),
            Reaction(ResponsibilityMoved, managers.pass_tasks),
        ),
        guards=(Guard(Withdraw, ending.refuse_withdrawal), Guard(HandOver, managers.refuse_unsigned)),
        settle=settle,
        withdraws_from=frozenset(),
        effects=effects,
        claims=claims,
        needs=needs,
        roles=ROLES,
        reports=REPORTS,
        summary=SummarySpec(ProjectSummary, summary_of),
        tasks={**dict.fromkeys(WORK_TASKS, WHOLE), "benefit": ("benefits", "charter.title")},
        parameters=PARAMETERS,
        routes=baselines.SEEN,
        fields={"money": ("periods", "cost", "budget", "estimate", "forecast", "spent", "commitments", AMOUNT)},
    )
)
