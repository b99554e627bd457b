"""The process `budget`: its table of contents."""

from collections.abc import Sequence
from typing import Any

from domain.kernel.budget_control import YEAR_ENDED
from domain.kernel.cases.case_events import ReviewApproved
from domain.kernel.command import Command
from domain.kernel.commands import DeadlinePassed, Decide, Hold
from domain.kernel.definition import CommandSpec, Definition, Guard, Reaction, RoleSpec, process_of
from domain.kernel.document import document, opening
from domain.kernel.document.life import Retire, RetirementAsked, life
from domain.kernel.duty import duty
from domain.kernel.effects import ClaimQuery
from domain.kernel.items import items
from domain.kernel.ledger import LinePeriod
from domain.kernel.money_events import BINDS, bound_key
from domain.kernel.process import Process
from domain.kernel.recording import Recorded, recording
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.money.budget import closing, guidance, months, posting, transfers
from domain.money.budget.content import BUDGETS, DraftBudget, WriteBudget
from domain.money.budget.document import DOCUMENT, LIFE
from domain.money.budget.events import EVENTS
from domain.money.budget.parameters import PARAMETERS
from domain.money.budget.report import REPORT
from domain.money.budget.state import (
    LIVE,
    BudgetRole,
    BudgetState,
    Stage,
    controllers,
    evolve,
    line_owners,
    outcome,
    stage,
    unit_of,
)
from domain.money.budget.year_end import EndYear, ending, target_of

BEFORE = frozenset({Stage.GUIDANCE.value, Stage.DRAFT.value, Stage.IN_APPROVAL.value, Stage.RETURNED.value})
"""The stages before it is signed off."""


def needs(state: BudgetState, command: Command, payload: Value) -> Sequence[ClaimQuery | LinePeriod]:
    """The balances that a decision looks at, locked; and who holds money on lines that are cut or whose year ends."""
    keys = dict.fromkeys(_keys(state, command, payload))
    binding = isinstance(payload, EndYear | WriteBudget | Decide | Retire) or command.name.endswith("-budget")
    binding = binding or command.name in ("undo-year-end", "close-year")
    kinds = (BINDS, YEAR_ENDED) if binding else ()
    return [*keys, *(ClaimQuery(kind=kind, key=bound_key(key)) for key in keys for kind in kinds)]


def _keys(state: BudgetState, command: Command, payload: Value) -> Sequence[LinePeriod]:
    given = tuple(row.key for row in getattr(payload, "rows", None) or () if hasattr(row, "period"))
    match payload:
        case transfers.ProposeTransfer():
            return (LinePeriod(payload.source_line, payload.source_period),
                    LinePeriod(payload.target_line, payload.target_period))  # fmt: skip
        case transfers.AnswerTransfer(task=task):
            move = state.transfers.get(state.case.tasks[task].subject) if task in state.case.tasks else None
            return (move.source, move.target) if move else ()
        case EndYear():
            return _with_targets(state)
        case DeadlinePassed(kind=months.CLOSE):
            return state.line_periods
    if command.name in ("undo-year-end", "close-year"):
        return _with_targets(state)
    if isinstance(payload, Decide | Retire) or command.name.endswith("-budget"):
        return (*given, *state.line_periods)
    return given


def _with_targets(state: BudgetState) -> tuple[LinePeriod, ...]:
    return tuple(one for key in ending(state) for one in (key, target_of(key)))


def _row(name: str, payload: Any, rule: Any, **more: Any) -> CommandSpec[BudgetState, Any]:
    return CommandSpec(name=name, payload=payload, rule=rule, **more)


CONTROLLER, ENDS = (BudgetRole.CONTROLLER,), LIVE | {Stage.CARRIED_OVER.value}
COMMANDS: tuple[CommandSpec[BudgetState, Any], ...] = (
    opening(
        DOCUMENT, "draft-budget", DraftBudget, label=N_("draft a budget"),
        help=N_("Drafts a budget of a unit or a project, or the next version of one that is in force."),
    ),
    _row(
        "issue-guidance", guidance.IssueGuidance, guidance.issue_guidance, by=(CaseRole.EMPLOYEE,), opens=True,
        to=frozenset({Stage.GUIDANCE}), label=N_("ask for a budget"),
        help=N_("Asks the owner of a unit's budget for a draft, within a ceiling, until a day."),
    ),
    _row(
        "answer-guidance", guidance.AnswerGuidance, guidance.answer_guidance,
        by=(CaseRole.REQUESTER, CaseRole.ASSIGNEE), when=frozenset({Stage.GUIDANCE}),
        to=frozenset({Stage.IN_APPROVAL}), label=N_("draft the budget that is asked for"),
        help=N_("Drafts the budget that was asked for, and submits it."),
    ),
    _row(
        "propose-transfer", transfers.ProposeTransfer, transfers.propose,
        by=(CaseRole.REQUESTER, BudgetRole.LINE_OWNER), when=frozenset({Stage.IN_FORCE}),
        label=N_("propose transfer"),
        help=N_("Asks that money goes to another line. Both owners agree, and the controller if categories differ."),
    ),
    _row(
        "answer-transfer", transfers.AnswerTransfer, transfers.answer, by=(CaseRole.ASSIGNEE,), when=LIVE,
        label=N_("answer transfer"),
        help=N_("Agrees to a transfer, which is made once everybody who is asked has, or declines it."),
    ),
    _row(
        "freeze-budget", closing.BecauseOf, closing.freeze, by=CONTROLLER, when=frozenset({Stage.IN_FORCE}),
        to=frozenset({Stage.FROZEN}), label=N_("freeze budget"),
        help=N_("Nothing new is reserved or transferred on its lines until it is released."),
    ),
    _row(
        "unfreeze-budget", closing.BecauseOf, closing.unfreeze, by=CONTROLLER, when=frozenset({Stage.FROZEN}),
        to=frozenset({Stage.IN_FORCE}), label=N_("release budget"), help=N_("Its lines can be used again."),
    ),
    _row(
        "give-forecast", months.GiveForecast, months.give_forecast, by=(CaseRole.REQUESTER, CaseRole.ASSIGNEE),
        when=LIVE, label=N_("give forecast"),
        help=N_("Says what each line will have cost when the budget's year is over."),
    ),
    _row(
        "explain-variance", months.ExplainVariance, months.explain, by=(CaseRole.ASSIGNEE,), when=ENDS,
        label=N_("explain variance"),
        help=N_("Says why a line is off its plan, and what is done about it, by whom, until when."),
    ),
    _row(
        "rehearse-year-end", EndYear, closing.rehearse, by=CONTROLLER, when=ENDS, label=N_("rehearse the year's end"),
        help=N_("Shows what the year's end would do, with its totals. Nothing moves."),
    ),
    _row(
        "run-year-end", EndYear, closing.run, by=(CaseRole.ASSIGNEE, *CONTROLLER), when=ENDS,
        to=frozenset({Stage.CARRIED_OVER}), label=N_("run the year's end"),
        help=N_("Carries what goes on to the next year. It can be run again, and undone until the year is closed."),
    ),
    _row(
        "undo-year-end", closing.BecauseOf, closing.undo, by=CONTROLLER, when=frozenset({Stage.CARRIED_OVER}),
        to=LIVE, label=N_("undo the year's end"),
        help=N_("Moves everything back. What was cancelled stays cancelled."),
    ),
    _row(
        "close-year", closing.Nothing, closing.close_year, by=(CaseRole.ASSIGNEE, *CONTROLLER),
        when=frozenset({Stage.CARRIED_OVER}), to=frozenset({Stage.CLOSED}), label=N_("close the year"),
        help=N_("Ends the budget. It cannot be undone."),
    ),
)  # fmt: skip
BUDGET: Process[BudgetState] = process_of(
    Definition(
        name="budget",
        state=BudgetState,
        stages=Stage,
        aside=frozenset({Stage.CARRIED_OVER}),
        includes=(life(LIFE), document(DOCUMENT), recording(), duty(months.FORECAST), items(months.MEASURES)),
        commands=COMMANDS,
        events=EVENTS,
        evolve=evolve,
        stage=stage,
        outcome=outcome,
        roles=(
            RoleSpec(part=BudgetRole.LINE_OWNER, holders=line_owners),
            RoleSpec(part=BudgetRole.CONTROLLER, holders=lambda state, facts: controllers(facts, unit_of(state))),
        ),
        on=(
            Reaction(ReviewApproved, posting.post),
            Reaction(RetirementAsked, posting.take_back),
            Reaction(Recorded, months.begin_months),
        ),
        guards=(Guard(Hold, closing.refuse_hold),),
        tasks={
            "answer-guidance": WHOLE, months.YEAR_END: WHOLE, "close-year": WHOLE,
            "transfer": ("document.content.unit", "document.content.year", "transfers.{subject}"),
            "variance": ("document.content.unit", "document.content.year", "variances.{subject}"),
        },
        deadlines={months.CLOSE: months.close_month, months.YEAR_END: months.ask_year_end},
        ways=((Stage.FROZEN, Stage.IN_FORCE, "unfreeze-budget"),),
        effects=closing.effects,
        claims=closing.claims,
        needs=needs,
        parameters=PARAMETERS,
        registers=(BUDGETS,),
        reports=(REPORT,),
        withdraws_from=BEFORE,
        holds_from=BEFORE,
    )
)  # fmt: skip
