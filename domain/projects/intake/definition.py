"""The process `project_request`: from an idea to a chartered project (PRJ-01 to PRJ-09)."""

from domain.kernel.cases.case_events import ReviewApproved, ReviewOpened, ReviewRejected
from domain.kernel.commands import Decide
from domain.kernel.definition import Definition, Guard, Reaction, process_of
from domain.kernel.policy import Confidentiality
from domain.kernel.process import Process
from domain.kernel.showing.confidential import AMOUNT, INVOLVED_WORDS
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.summary import SummarySpec
from domain.kernel.year_end import turning
from domain.projects.intake import board, charter, triage
from domain.projects.intake.effects import NAME, claims, effects, needs
from domain.projects.intake.events import EVENTS
from domain.projects.intake.forms import choices, present
from domain.projects.intake.parameters import DEFAULTS
from domain.projects.intake.report import REPORTS, RequestSummary, summary_of
from domain.projects.intake.reviews import ROUTES, SEEN
from domain.projects.intake.roles import ROLES
from domain.projects.intake.rows import DECISION_ROWS, END_ROWS, PREPARATION_ROWS, START_ROWS, UNSTARTED
from domain.projects.intake.state import UNDECIDED, RequestState, Stage, evolve, stage
from domain.projects.intake.turns import TURNS, settle

S = Stage
_HOLDING = frozenset({S.TRIAGE, *UNDECIDED, S.SUSPENDED, S.APPROVED_TO_START, S.CHARTERING})
"""Where it may hold money: after the plan, or in an emergency from the triage on."""
_AFTER_CHECKS = (S.PLANNING, S.MONEY, S.SCORING, S.READY)
WAYS = (
    *((S.CHECKS, to, "last check passed") for to in _AFTER_CHECKS),
    *((start, S.RETURNED, "decide: return") for start in (S.CHECKS, S.BOARD)),
    *((start, "rejected", "decide: reject") for start in (S.CHECKS, S.BOARD)),
    (S.BOARD, S.APPROVED_TO_START, "last approval, all conditions met"),
    (S.AGENDA, S.BOARD, "the day of the board"),
    (S.AGENDA, S.READY, "the estimate is too old by then"),
    *((S.DEFERRED, to, "the day has come") for to in (S.READY, S.SIGN_OFF)),
    *((start, S.SUSPENDED, "the sponsor left") for start in (S.TRIAGE, *UNDECIDED, S.APPROVED_TO_START)),
    *((start, S.STOPPED, "an emergency was not approved in time") for start in (S.TRIAGE, *UNDECIDED, S.SUSPENDED)),
    *((start, S.LAPSED, "no project began in time") for start in (S.APPROVED_TO_START, S.SUSPENDED)),
    (S.CHARTERING, S.APPROVED_TO_START, "the project did not answer"),
    *(
        (start, S.MONEY, "a year ends without its money")
        for start in (S.SCORING, S.READY, S.AGENDA, S.BOARD, S.RETURNED)
    ),
    *((start, S.LAPSED, "a year ends without its money") for start in (S.APPROVED_TO_START, S.SUSPENDED)),
)
PROJECT_REQUEST: Process[RequestState] = process_of(
    Definition(
        name=NAME,
        state=RequestState,
        stages=Stage,
        includes=(turning(charter.give_up_money, when=_HOLDING),),
        aside=frozenset(
            {Stage.DEFERRED, Stage.SUSPENDED, Stage.DUPLICATE, Stage.MERGED, Stage.SPLIT, Stage.DECLINED, Stage.STOPPED}
        ),
        commands=(*START_ROWS, *PREPARATION_ROWS, *DECISION_ROWS, *END_ROWS),
        events=EVENTS,
        folds=(ReviewOpened, ReviewApproved),
        evolve=evolve,
        stage=stage,
        outcome=lambda state: state.ending.how if state.ending else None,
        ways=WAYS,
        on=(Reaction(ReviewApproved, board.on_approved), Reaction(ReviewRejected, board.on_rejected)),
        guards=(Guard(Decide, board.refuse_unfunded),),
        deadlines={
            "sponsor": triage.watch_sponsor,
            "board": board.hold_board,
            "deferred": board.come_back,
            "lapse": board.lapse,
            "emergency": charter.stop_emergency,
            "charter": charter.charter_unanswered,
        },
        settle=settle,
        withdraws_from=frozenset({S.IDEA, *UNSTARTED}),
        effects=effects,
        claims=claims,
        needs=needs,
        parameters=DEFAULTS,
        routes=dict.fromkeys(ROUTES, SEEN),
        roles=ROLES,
        default=Confidentiality(
            seen_by=(*INVOLVED_WORDS, "sponsor", "business-owner", "analyst", "project-manager"), others="exists"
        ),
        fields={
            "cost": ("cost", "costs", "ownership", "expected_cost", "low", "likely", "high", AMOUNT),
            "benefits": ("benefits",),
            "score": ("score", "scores"),
        },
        tasks=dict.fromkeys(TURNS, WHOLE),
        reports=REPORTS,
        summary=SummarySpec(RequestSummary, summary_of),
        present=present,
        choices=choices,
    )
)
