"""The process `status_report` as one value."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from domain.direction.status_report import events as e
from domain.direction.status_report import rules
from domain.direction.status_report.facts import REPORT as FACTS
from domain.direction.status_report.facts import StatusQuestion
from domain.direction.status_report.report import REPORT
from domain.direction.status_report.state import Stage, StatusState, evolve, stage
from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import (
    CaseClosed,
    ReviewApproved,
    ReviewEnded,
    ReviewRejected,
    ReviewReturned,
    TaskAssigned,
)
from domain.kernel.commands import Withdraw
from domain.kernel.definition import CommandSpec, Definition, Guard, Reaction, RoleSpec, process_of
from domain.kernel.duty import DutyMissed, duty
from domain.kernel.effects import Claim, Effect, MakeReport, Notify, Release
from domain.kernel.events import Event
from domain.kernel.process import Process
from domain.kernel.report import reports
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.values.message import N_, Message

LINE = "status-line"
"""The kind of claim by which a unit has one line of reporting."""


class StatusRole(StrEnum):
    READER = "reader of the status"


def readers(state: StatusState) -> Iterable[str]:
    """Who gets the reports to come, and who got one."""
    return dict.fromkeys((*state.readers, *(person for report in state.sent for person in report.readers)))


AUTHOR = (CaseRole.REQUESTER,)
QUIET = frozenset({Stage.WAITING})


def _row(
    name: str, payload: type[Any], rule: Any, words: tuple[Message, Message], by: tuple[StrEnum, ...] = AUTHOR,
    when: Iterable[Stage] | None = QUIET, to: Iterable[str] = (),
) -> CommandSpec[StatusState, Any]:  # fmt: skip
    label, help_ = words
    stages = None if when is None else frozenset(when)
    return CommandSpec(
        name=name, payload=payload, by=by, rule=rule, when=stages, to=frozenset(to), label=label, help=help_
    )


ROWS: tuple[CommandSpec[StatusState, Any], ...] = (
    CommandSpec(
        name="open-reporting", payload=rules.OpenReporting, by=(CaseRole.EMPLOYEE,), rule=rules.open_reporting,
        opens=True, to=QUIET, label=N_("report on a unit"),
        help=N_("Opens a line of reporting: a status of the unit to its readers, due again and again."),
    ),
    CommandSpec(
        name="note-facts", payload=rules.NoteFacts, by=(CaseRole.SYSTEM,), rule=rules.note_facts,
        when=frozenset({Stage.COLLECTING}), to=frozenset({Stage.DRAFT}), label=N_("facts collected"),
        help=N_("The draft is made of the log."),
    ),
    _row("sign-letter", rules.SignLetter, rules.sign_letter,
         (N_("sign the letter of delegation"),
          N_("Says what the author decides alone: daily operations and the plan, up to an amount and days.")),
         by=(StatusRole.READER,), when=None),
    _row("draft-status", rules.DraftStatus, rules.draft_status,
         (N_("make the draft now"), N_("Has the draft made of the log now; it comes by itself before its day.")),
         to={Stage.COLLECTING}),
    _row("edit-status", rules.EditStatus, rules.edit_status,
         (N_("write the status"),
          N_("Headline, colour, problems with impact, steps with result, next steps, and what is asked.")),
         when={Stage.DRAFT}, to={Stage.DRAFT}),
    _row("submit-status", rules.SubmitStatus, rules.submit_status,
         (N_("submit the status"), N_("Sends facts and words for approval; approved, they go to the readers.")),
         when={Stage.DRAFT}, to={Stage.IN_APPROVAL}),
    _row("acknowledge-status", rules.AcknowledgeStatus, rules.acknowledge_status,
         (N_("read"), N_("Says that you have read a report.")), by=(StatusRole.READER,), when=None),
    _row("correct-status", rules.CorrectStatus, rules.correct_status,
         (N_("correct a report"),
          N_("Writes a report that names the one it corrects, and goes to the same readers. The old one stays.")),
         to={Stage.COLLECTING}),
    _row("change-readers", rules.ChangeReaders, rules.change_readers,
         (N_("change the readers"), N_("Who gets the reports to come."))),
    _row("end-reporting", rules.EndReporting, rules.end_reporting,
         (N_("end the reporting"), N_("No status is due any more; what was sent stays.")), to={Stage.CLOSED}),
)  # fmt: skip


def effects(_before: StatusState, event: Event, after: StatusState) -> Sequence[Effect]:
    case = after.case
    match event:
        case e.DraftAsked():
            return [_made(after, event)]
        case e.StatusSent(number=number, corrects=int(old)):
            about = N_("Status {old} of {title} was corrected by {number}.", old=str(old), title=str(case.title),
                       number=str(number))  # fmt: skip
            return [Notify(to=event.readers, about=about)]
        case e.StatusSent(number=number):
            about = N_("{title}: report {number} is there to read.", title=str(case.title), number=str(number))
            return [Notify(to=event.readers, about=about)]
        case DutyMissed(due=due):
            about = N_("{title}: no report came on {due}.", title=str(case.title), due=due.isoformat())
            return [Notify(to=after.readers, about=about)]
        case CaseClosed(reason=reason) if after.sent:
            return [Notify(to=after.readers, about=N_("{case} is over: {reason}", case=case.id, reason=reason))]
    return []


def _made(state: StatusState, event: e.DraftAsked) -> MakeReport:
    asked = StatusQuestion(
        unit=state.case.unit or "", author=state.author, readers=state.readers, since=event.since,
        problems=event.problems,
    )  # fmt: skip
    return MakeReport(
        report=FACTS.name, asked=asked.model_dump(mode="json"), as_of=event.until, case=state.case.id,
        process=state.case.process, command="note-facts",
        payload={} if event.corrects is None else {"corrects": event.corrects},
    )  # fmt: skip


def claims(before: StatusState, event: Event) -> Sequence[Claim | Release]:
    match event:
        case e.ReportingOpened(unit=unit):
            return [Claim(kind=LINE, key=unit or "", exclusive=True)]
        case CaseClosed():
            return [Release(kind=LINE, key=before.case.unit or "")]
    return []


STATUS_REPORT: Process[StatusState] = process_of(
    Definition(
        name="status_report",
        state=StatusState,
        stages=Stage,
        includes=(duty(rules.DUTY), reports()),
        roles=(RoleSpec(part=StatusRole.READER, people=readers),),
        commands=ROWS,
        events=e.EVENTS,
        evolve=evolve,
        on=(
            Reaction(TaskAssigned, rules.on_due),
            Reaction(ReviewApproved, rules.on_approved),
            Reaction(ReviewRejected, rules.on_refused),
            Reaction(ReviewReturned, rules.on_refused),
            Reaction(ReviewEnded, rules.on_refused),
        ),
        guards=(Guard(Withdraw, rules.refuse_withdrawal),),
        stage=stage,
        outcome=lambda state: Stage.CLOSED if state.case.closed is Status.APPROVED else None,
        ways=(
            (Stage.WAITING, Stage.COLLECTING, "the report is due soon"),
            (Stage.IN_APPROVAL, Stage.WAITING, "last approval"),
            (Stage.IN_APPROVAL, Stage.DRAFT, "the status is not approved"),
        ),
        withdraws_from=frozenset({Stage.WAITING, Stage.COLLECTING, Stage.DRAFT, Stage.IN_APPROVAL}),
        routes=rules.ROUTES,
        reports=(FACTS, REPORT),
        parameters=rules.PARAMETERS.defaults,
        tasks=dict.fromkeys((rules.READ, rules.MEND), WHOLE),
        effects=effects,
        claims=claims,
    )
)
