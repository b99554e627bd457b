"""The table of commands of a project: what can be said, by whom, in which stage."""

from typing import Any

from domain.kernel.definition import CommandSpec
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.values.message import N_, Message
from domain.projects.delivery import commands as c
from domain.projects.delivery.content import Stage
from domain.projects.delivery.log import turn_entry
from domain.projects.delivery.roles import Role
from domain.projects.delivery.rules import baselines, chartering, ending, managers, money, planning, steering
from domain.projects.delivery.state import LIVE, RUNNING, ProjectState

Row = CommandSpec[ProjectState, Any]
MANAGER, DELEGATOR, SPONSOR, PMO = (Role.MANAGER,), (Role.DELEGATOR,), Role.SPONSOR, Role.PMO
ASSIGNEE, SYSTEM = (CaseRole.ASSIGNEE,), (CaseRole.SYSTEM,)
BOOKING = (Role.MANAGER, Role.PMO, CaseRole.SYSTEM)
OPEN = LIVE | {Stage.INITIATING.value}
PLANNABLE = LIVE - {Stage.CLOSING.value}
PAYING = RUNNING | {Stage.WINDING_UP.value}
_FACTS = frozenset({Stage.EXECUTING.value, Stage.EXCEPTION.value, Stage.BASELINED.value})


def _row(
    name: str,
    payload: type[Any],
    by: tuple[Any, ...],
    rule: Any,
    when: frozenset[str] | None,
    label: Message,
    help_: Message,
    to: frozenset[str] = frozenset(),
) -> Row:
    return CommandSpec(
        name=name, payload=payload, by=by, rule=rule, when=when, label=label, help=help_, to=to, opens=when is None
    )


def _stages(*stages: Stage) -> frozenset[str]:
    return frozenset(stage.value for stage in stages)


COMMANDS: tuple[Row, ...] = (
    _row(
        "charter-project", c.CharterProject, (Role.HEAD, PMO, CaseRole.SYSTEM), chartering.charter_project, None,
        N_("charter a project"), N_("Opens a project that was approved, and reserves its money."),
        _stages(Stage.INITIATING),
    ),
    _row(
        "delegate-project", c.DelegateProject, (*ASSIGNEE, *DELEGATOR), chartering.delegate_project, OPEN,
        N_("sign the letter of delegation"),
        N_("Says what the project manager may decide alone; what exceeds it raises an exception by itself."),
        _stages(Stage.PLANNING) | _FACTS,
    ),
    _row(
        "set-plan", c.SetPlan, MANAGER, planning.set_plan, PLANNABLE, N_("plan the activities"),
        N_("Sets the whole plan: activities, their days and what they wait for."), _FACTS,
    ),
    _row(
        "move-activity", c.MoveActivity, (*MANAGER, *ASSIGNEE), planning.move_activity, PLANNABLE,
        N_("move an activity"),
        N_("Gives an activity other days. What follows moves later only where a dependency would break."), _FACTS,
    ),
    _row(
        "report-work", c.ReportWork, MANAGER, planning.report_work, RUNNING - {Stage.CLOSING.value}, N_("report work"),
        N_("Says how far an activity is, and when it began and ended."), _FACTS,
    ),
    _row(
        "cancel-activity", c.CancelActivity, MANAGER, planning.cancel_activity, PLANNABLE,
        N_("cancel an activity"), N_("Takes it out of the progress; what followed it has to be planned anew."), _FACTS,
    ),
    _row(
        "change-scope", c.ChangeScope, MANAGER, planning.change_scope, PLANNABLE,
        N_("change the requirements"),
        N_("Drops or adds requirements; beyond the letter's tolerance it raises an exception."), _FACTS,
    ),
    _row(
        "set-dependencies", c.SetDependencies, MANAGER, planning.set_dependencies, LIVE, N_("name what it waits for"),
        N_("Names the projects that this one waits for; their delay shows here by itself."),
    ),
    _row(
        "request-change", c.RequestChange, (*MANAGER, *ASSIGNEE), baselines.request_change, PLANNABLE,
        N_("ask for a baseline"),
        N_("Asks that the plan as it stands becomes the approved baseline. Earlier baselines stay."),
    ),
    _row(
        "revise-change", c.ReviseChange, (*MANAGER, *ASSIGNEE), baselines.revise_change, LIVE,
        N_("revise what is asked for"), N_("Changes the baseline that is asked for, or sends again what came back."),
    ),
    _row(
        "drop-change", c.DropChange, MANAGER, baselines.drop_change, LIVE, N_("drop what is asked for"),
        N_("Takes the request for a new baseline back; the approved one stays."),
    ),
    _row(
        "open-gate", c.OpenGate, MANAGER, baselines.open_gate, RUNNING, N_("ask for a gate"),
        N_("Asks for a decision at a gate: go, go with conditions, recycle, hold or stop, by criteria and evidence."),
    ),
    _row(
        "revise-gate", c.ReviseGate, (*MANAGER, *ASSIGNEE), baselines.revise_gate, RUNNING,
        N_("answer a gate that came back"), N_("Sends a gate again with better evidence or other criteria."),
    ),
    _row(
        "turn-entry", c.TurnEntry, (Role.MANAGER, Role.DELEGATOR, SPONSOR, PMO), turn_entry, LIVE,
        N_("turn an entry into the next"), N_("A risk becomes an issue, an issue an action; the one before is closed."),
    ),
    _row(
        "report-status", c.ReportStatus, (*MANAGER, *ASSIGNEE), steering.report_status, RUNNING,
        N_("report the status"),
        N_("Declares a colour beside the computed one. A red needs a path to green and an ask."),
        _FACTS,
    ),
    _row(
        "answer-escalation", c.AnswerEscalation, ASSIGNEE, steering.answer_escalation, RUNNING,
        N_("answer the escalation"), N_("Says what follows from two reds without a new step."),
    ),
    _row(
        "answer-exception", c.AnswerException, ASSIGNEE, steering.answer_exception, RUNNING,
        N_("answer the exception"),
        N_("Says how it goes on beyond the tolerances: correct it, or ask for a new baseline."),
    ),
    _row(
        "commit-money", c.CommitMoney, BOOKING, money.commit_money, RUNNING, N_("order"),
        N_("Orders from what is reserved for the project."), _FACTS,
    ),
    _row(
        "spend-money", c.SpendMoney, BOOKING, money.spend_money, PAYING, N_("record an invoice"),
        N_("Records an invoice for an order."), _FACTS | _stages(Stage.STOPPED),
    ),
    _row(
        "cancel-order", c.CancelOrder, BOOKING, money.cancel_order, PAYING, N_("cancel an order"),
        N_("What is left of the order is free again."), _FACTS | _stages(Stage.STOPPED),
    ),
    _row(
        "replace-manager", c.ReplaceManager, (Role.DELEGATOR, SPONSOR), managers.replace_manager, LIVE,
        N_("name another project manager"),
        N_("The one before signs where the project stands, the next one accepts it and takes over."),
    ),
    _row(
        "sign-position", c.SignPosition, ASSIGNEE, managers.sign_position, LIVE, N_("sign the position"),
        N_("Signs where the project stands, in words beside the facts."),
    ),
    _row(
        "accept-position", c.AcceptPosition, ASSIGNEE, managers.accept_position, LIVE, N_("take the project over"),
        N_("Accepts the signed position; the project is yours from now on."),
    ),
    _row(
        "begin-closing", c.BeginClosing, MANAGER, ending.begin_closing, _FACTS, N_("hand the result over"),
        N_("Asks the business owner to accept or refuse each requirement."), _stages(Stage.CLOSING),
    ),
    _row(
        "accept-result", c.AcceptResult, ASSIGNEE, ending.accept_result, _stages(Stage.CLOSING),
        N_("answer for each requirement"), N_("Accepts or refuses each requirement. What is refused becomes an issue."),
        _FACTS,
    ),
    _row(
        "finish-project", c.FinishProject, ASSIGNEE, ending.finish_project, _stages(Stage.CLOSING),
        N_("close as finished"),
        N_("Closes the project as finished and frees what is left; its benefits are measured afterwards."),
        _stages(Stage.BENEFITS, Stage.FINISHED),
    ),
    _row(
        "stop-project", c.StopProject, (Role.DELEGATOR, SPONSOR), ending.stop_project, OPEN, N_("stop the project"),
        N_("Stops the project for good and frees what is not ordered. Orders that cannot be cancelled are named."),
        _stages(Stage.WINDING_UP, Stage.STOPPED),
    ),
    _row(
        "measure-benefit", c.MeasureBenefit, ASSIGNEE, ending.measure_benefit, _stages(Stage.BENEFITS),
        N_("measure a benefit"), N_("Records the measured value; it is met if it reached the target."),
        _stages(Stage.FINISHED),
    ),
    _row(
        "archive-project", c.ArchiveProject, ASSIGNEE, ending.archive_project, _stages(Stage.FINISHED, Stage.STOPPED),
        N_("archive the project"), N_("Says where its documents are kept. It ends the case."), _stages(Stage.ARCHIVED),
    ),
    _row(
        "note-effect", c.NoteEffect, SYSTEM, steering.note_effect, OPEN, N_("touched from elsewhere"),
        N_("A late dependency, a frozen position or a lapsed budget touches the project."),
    ),
    _row(
        "note-programme-ended", c.NoteProgrammeEnded, SYSTEM, ending.note_programme_ended, OPEN,
        N_("the programme ended"), N_("The programme decided whether this project goes on or stops."),
        _stages(Stage.WINDING_UP, Stage.STOPPED),
    ),
)  # fmt: skip
