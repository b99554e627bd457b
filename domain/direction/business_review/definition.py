"""The process `business_review` as one value."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from domain.direction.business_review import events as e
from domain.direction.business_review import meeting, packing
from domain.direction.business_review.pack import REPORT
from domain.direction.business_review.state import ReviewState, Stage, evolve, stage
from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import CaseClosed, ReviewApproved, ReviewEnded, ReviewRejected, ReviewReturned
from domain.kernel.commands import Withdraw
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CommandSpec, Definition, Guard, Reaction, RoleSpec, process_of
from domain.kernel.effects import Claim, Effect, Notify, Release, TellCase
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.items import items
from domain.kernel.process import Process
from domain.kernel.report import ReportIssued, reports
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.values.message import N_

NEXT = "next-review"
"""The kind of claim that lets one review follow another."""


class ReviewRole(StrEnum):
    CHAIR = "who chairs the review"
    MEMBER = "member of the review"


def chair(state: ReviewState) -> Iterable[str]:
    return (state.details.chair,) if state.details else ()


def members(state: ReviewState) -> Iterable[str]:
    return state.details.members if state.details else ()


LEADS = (CaseRole.REQUESTER, ReviewRole.CHAIR)
ALL = (*LEADS, ReviewRole.MEMBER)


def _row(
    name: str, payload: type[Any], by: tuple[StrEnum, ...], rule: Any, when: Iterable[Stage], to: Iterable[Stage],
    words: tuple[Any, Any],
) -> CommandSpec[ReviewState, Any]:  # fmt: skip
    label, help_ = words
    return CommandSpec(
        name=name, payload=payload, by=by, rule=rule, when=frozenset(when), to=frozenset(to), label=label, help=help_
    )


ROWS: tuple[CommandSpec[ReviewState, Any], ...] = (
    CommandSpec(
        name="schedule-review", payload=packing.ScheduleReview, by=(CaseRole.EMPLOYEE,), rule=packing.schedule,
        opens=True, to=frozenset({Stage.SCHEDULED}), label=N_("schedule a business review"),
        help=N_("Schedules a review of a unit. The numbers are frozen at the end of the cut-off day."),
    ),
    CommandSpec(
        name="note-pack", payload=packing.NotePack, by=(CaseRole.SYSTEM,), rule=packing.note_pack,
        when=frozenset({Stage.CUT_OFF, *packing.AFTER_PACK}), to=frozenset({Stage.PACK}), label=N_("pack made"),
        help=N_("The pack is made of the log at the cut-off."),
    ),
    _row("send-pre-read", packing.SendPreRead, (CaseRole.REQUESTER,), packing.send_pre_read, {Stage.PACK},
         {Stage.PRE_READ}, (N_("send the pack"), N_("Sends the pack to the chair and the members to read."))),
    _row("restate-pack", packing.Restate, LEADS, packing.restate, packing.AFTER_PACK, (),
         (N_("restate the pack"),
          N_("Makes the pack anew with what was corrected since. The old one stays readable."))),
    _row("challenge-number", packing.ChallengeNumber, ALL, packing.challenge, packing.AFTER_PACK, (),
         (N_("dispute a number"), N_("Sets another number beside one of the pack. Both are shown."))),
    _row("propose-decision", meeting.ProposeDecision, ALL, meeting.propose, packing.AFTER_PACK, (),
         (N_("propose a decision"), N_("Words of a decision to be taken in the meeting, or by circulation."))),
    _row("hold-meeting", meeting.HoldMeeting, LEADS, meeting.hold_meeting, {Stage.PRE_READ}, {Stage.MEETING},
         (N_("record the meeting"), N_("Says who came. Decisions and actions are recorded next."))),
    _row("cancel-meeting", meeting.CancelMeeting, LEADS, meeting.cancel_meeting, {Stage.PACK, Stage.PRE_READ},
         {Stage.CIRCULATION, Stage.MEETING},
         (N_("cancel the meeting"), N_("The pack still goes out, and what is proposed is decided by circulation."))),
    _row("circulate", meeting.Circulate, LEADS, meeting.circulate, {Stage.MEETING}, {Stage.CIRCULATION},
         (N_("send round"), N_("Sends what is proposed and not decided round for decision."))),
    _row("take-decision", meeting.TakeDecision, LEADS, meeting.take_decision, {Stage.MEETING}, (),
         (N_("record a decision"), N_("Records a decision of the meeting. It gets the next number."))),
    _row("submit-minutes", meeting.SubmitMinutes, (CaseRole.REQUESTER,), meeting.submit_minutes, {Stage.MEETING},
         {Stage.MINUTES}, (N_("submit the minutes"), N_("Sends minutes, decisions and actions for approval."))),
    CommandSpec(
        name="carry-actions", payload=meeting.CarryActions, by=(CaseRole.SYSTEM,), rule=meeting.carry_actions,
        label=N_("carry actions on"), help=N_("The next review has its pack; what is open here goes on there."),
    ),
)  # fmt: skip


def effects(_before: ReviewState, event: Event, after: ReviewState) -> Sequence[Effect]:
    case = after.case
    match event:
        case e.NumbersCut() | e.RestatementAsked():
            return [packing.pack_asked(after, event)]
        case ReportIssued(number=1) if after.the_details.previous:
            told = {"case": case.id}
            return [
                TellCase(case=after.the_details.previous, process=case.process, command="carry-actions", payload=told)
            ]
        case ReportIssued(corrects=int(old)) if after.sent:
            return _tell(after, N_("Pack {number} of {case} was restated.", number=str(old), case=case.id))
        case e.PreReadSent():
            return _tell(after, N_("The pack of {title} is there to read.", title=str(case.title)))
        case e.MeetingCancelled(reason=reason):
            return _tell(after, N_("The meeting of {case} is cancelled: {reason}", case=case.id, reason=reason))
        case CaseClosed(reason=reason) if case.responsible:
            return [Notify(to=(case.responsible,), about=N_("{case} is over: {reason}", case=case.id, reason=reason))]
    return []


def _tell(state: ReviewState, about: Any) -> list[Effect]:
    return [Notify(to=state.readers, about=about)]


def claims(before: ReviewState, event: Event) -> Sequence[Claim | Release]:
    """One review follows another; one that was withdrawn before its pack makes room (QBR-05)."""
    match event:
        case e.ReviewScheduled(details=details) if details.previous:
            return [Claim(kind=NEXT, key=details.previous, exclusive=True)]
        case CaseClosed() if before.details and before.details.previous and before.issued.newest is None:
            return [Release(kind=NEXT, key=before.details.previous)]
    return []


def refuse_withdrawal(ctx: DecisionContext[ReviewState], _payload: Withdraw) -> None:
    """Frozen numbers are read by others, and actions of the last review may be here already (QBR-05)."""
    if ctx.state.cut:
        raise Refused("numbers-frozen", "The numbers are frozen; hold the meeting, or cancel it with cancel-meeting.")


BUSINESS_REVIEW: Process[ReviewState] = process_of(
    Definition(
        name="business_review",
        state=ReviewState,
        stages=Stage,
        includes=(items(meeting.ACTIONS), reports()),
        roles=(
            RoleSpec(part=ReviewRole.CHAIR, people=chair),
            RoleSpec(part=ReviewRole.MEMBER, people=members),
        ),
        commands=ROWS,
        events=e.EVENTS,
        folds=(ReportIssued,),
        evolve=evolve,
        on=(
            Reaction(ReviewApproved, meeting.on_approved),
            Reaction(ReviewRejected, meeting.on_refused),
            Reaction(ReviewReturned, meeting.on_refused),
            Reaction(ReviewEnded, meeting.on_refused),
        ),
        guards=(Guard(Withdraw, refuse_withdrawal),),
        deadlines={packing.CUT_OFF: packing.cut},
        settle=meeting.track,
        stage=stage,
        outcome=lambda state: Stage.CLOSED if state.case.closed is Status.APPROVED else None,
        ways=(
            (Stage.SCHEDULED, Stage.CUT_OFF, "the cut-off passes"),
            (Stage.CIRCULATION, Stage.MEETING, "the circulation ends"),
            (Stage.MINUTES, Stage.TRACKED, "last approval"),
            (Stage.MINUTES, Stage.CLOSED, "last approval, with nothing open"),
            (Stage.MINUTES, Stage.MEETING, "the minutes are not approved"),
            (Stage.TRACKED, Stage.CLOSED, "nothing is open any more"),
        ),
        withdraws_from=frozenset({Stage.SCHEDULED}),
        routes=meeting.ROUTES,
        reports=(REPORT,),
        parameters=packing.PARAMETERS.defaults,
        tasks=dict.fromkeys((packing.SEND, "meet", meeting.WRITE), WHOLE),
        effects=effects,
        claims=claims,
    )
)
