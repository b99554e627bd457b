"""The process `training`: from a gap to a skill that was learnt, and what it brought (TRN-01 to TRN-10)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import CaseClosed, ReviewApproved, ReviewOpened
from domain.kernel.commands import Text, Withdraw
from domain.kernel.cycle import CycleLink, MemberSpec, join, member
from domain.kernel.deciding import tasks
from domain.kernel.definition import CommandSpec, Definition, Guard, Reaction, RoleSpec, process_of
from domain.kernel.document import DocumentSpec, document, opening
from domain.kernel.effects import Claim, Effect, Notify, Release, StartCase, TellCase
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.policy import Confidentiality
from domain.kernel.process import Process
from domain.kernel.recording import Recorded, recording
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.routing.eligibility import today_of
from domain.kernel.showing.confidential import AMOUNT, INVOLVED_WORDS
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.year_end import MoveCommitment, turning
from domain.people.training import booking, content, learning
from domain.people.training import events as ev
from domain.people.training.booking import DAYS, SEAT, WAITING, day_item, run_key
from domain.people.training.content import IdentifyNeed, Need
from domain.people.training.parameters import DEFAULTS, PARAMETERS
from domain.people.training.report import TRAINING_REPORT
from domain.people.training.state import Ctx, NeedState, Stage, evolve, outcome, stage

MEMBER = MemberSpec()
LEARNING = tuple(f"document.content.{name}" for name in ("person", "skill", "level", "certificate", "course"))
SEATING = (*LEARNING, "document.content.by", "document.content.cost", "booking", "waiting")
"""What who is asked to book or to assess sees; why it is wanted is not their business."""
BOOKABLE = frozenset({Stage.TO_BOOK, Stage.WAITING_LIST, Stage.BOOKED})


class NeedRole(StrEnum):
    COORDINATOR = "training coordinator"
    HR_PARTNER = "HR partner"


class OpenNeed(Need):
    """Sent by a programme, or by what sees that a certificate is missing: who is to answer for the need."""

    requester: content.PersonId
    cycle: CycleLink | None = None


class DropNeed(Value):
    """Ends a need that is not wanted any more; what was reserved or committed for it is free again."""

    reason: Text


class NoteDropped(Value):
    """Sent by the programme that does not go on."""

    reason: Annotated[str, Field(max_length=200)]


def open_need(ctx: Ctx, payload: OpenNeed) -> None:
    """A need of a programme is approved with that and goes straight to booking; another one is planned first."""
    need = Need.model_validate({name: getattr(payload, name) for name in Need.model_fields})
    ctx.add(
        ev.NeedIdentified(
            requester=payload.requester, title=content.title(need), unit=content.unit_of(ctx.facts, need),
            subjects=(need.person,), at=ctx.facts.now, content=need,
        )
    )  # fmt: skip
    if payload.cycle is not None:
        join(ctx, payload.cycle)
        booking.ask_to_book(ctx)
        return
    tasks.assign(
        ctx, kind="plan", title=N_("Choose the course for {person}", person=need.person), subject="plan",
        assignees=(payload.requester,), basis="manager of the person", command="submit-need",
        due_days=PARAMETERS.number(ctx.facts, "plan_days"), without_end=True,
    )  # fmt: skip


def on_submitted(ctx: Ctx, _event: ReviewOpened) -> None:
    tasks.done(ctx, kind="plan", subject="plan")


def on_approved(ctx: Ctx, _event: ReviewApproved) -> None:
    booking.reserve(ctx)


def refuse_withdrawal(ctx: Ctx, _payload: Withdraw) -> None:
    """What a programme opened was approved with it: it is dropped, not withdrawn."""
    if ctx.state.approved:
        raise Refused("approved", "The need is approved; drop it instead.")


def drop(ctx: Ctx, payload: DropNeed | NoteDropped) -> None:
    """Raises Refused `has-begun` once a session was attended: what was used is not given back."""
    if ctx.state.attended:
        raise Refused("has-begun", "The course has begun; record who was there instead.")
    ctx.add(ev.NeedDropped(reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now))
    close(ctx, status=Status.CANCELLED, reason=payload.reason)


def give_up(ctx: Ctx, _payload: MoveCommitment) -> None:
    """The year ends and its money is not carried (BUD-09). Raises as `drop`."""
    drop(ctx, NoteDropped(reason="its money was not carried into the new year"))


def finish(ctx: Ctx) -> None:
    """However it ends, who waits for the seat hears of it."""
    booking.free_seat(ctx)


def effects(before: NeedState, event: Event, after: NeedState) -> Sequence[Effect]:
    return [*_own_effects(event, after), *_told_to_programme(before, event)]


def _told_to_programme(state: NeedState, event: Event) -> list[Effect]:
    """The programme keeps the money of its needs: it hears of each step of it (TRN-03)."""
    link = state.cycle.link
    what = next((word for kind, word in MONEY_WORDS.items() if isinstance(event, kind)), None)
    if link is None or what is None:
        return []
    said = {"need": state.case.id, "what": what}
    return [TellCase(case=link.cycle, process=link.process, command="note-need", payload=said)]


MONEY_WORDS: dict[type[Event], str] = {
    ev.CourseBooked: "committed", ev.BookingCancelled: "reserved", ev.CourseCompleted: "spent",
    ev.NoShowRecorded: "spent", CaseClosed: "over",
}  # fmt: skip


def _own_effects(event: Event, after: NeedState) -> Sequence[Effect]:
    match event:
        case ev.CourseBooked(run=run):
            return [_tell(after, N_("A seat in {run} is booked for {case}.", run=run, case=after.case.id))]
        case ev.WaitingListed(run=run):
            return [_tell(after, N_("{run} is full; {case} is on its waiting list.", run=run, case=after.case.id))]
        case ev.BookingCancelled(run=run):
            return [_tell(after, N_("The seat in {run} for {case} is cancelled.", run=run, case=after.case.id))]
        case Recorded() if after.earned is not None:
            payload = {"held": after.earned.model_dump(mode="json"), "renews": after.renews}
            opened = after.earned.case or ""
            return [StartCase(case=opened, process="certificate", command="open-certificate", payload=payload)]
        case ev.SeatFreed(run=run, tell=str() as waiting):
            told = {"run": run}
            return [TellCase(case=waiting, process=after.case.process, command="offer-seat", payload=told)]
        case CaseClosed():
            return [_tell(after, _ending(after))]
    return []


def _tell(state: NeedState, about: Message) -> Notify:
    people = (state.case.responsible, state.need.person)
    return Notify(to=tuple(dict.fromkeys(person for person in people if person)), about=about)


def _ending(state: NeedState) -> Message:
    case = state.case.id
    match outcome(state):
        case Stage.EFFECT_REVIEWED:
            return N_("The training of {case} is completed and its effect was looked at.", case=case)
        case Stage.NO_SHOW:
            return N_(
                "There was a no-show at the course of {case}; the need is closed, ask anew if it stands.", case=case
            )
        case Stage.FAILED:
            return N_("The course of {case} was not passed twice; talk about what else helps.", case=case)
    return N_("The training need {case} is closed.", case=case)


def claims(before: NeedState, event: Event) -> Sequence[Claim | Release]:
    """Seats, places on waiting lists, and the days of the person (TRN-06)."""
    match event:
        case ev.WaitingListed():
            return [Claim(kind=WAITING, key=run_key(event.course, event.run))]
        case ev.WaitingEnded():
            return _not_waiting(before)
        case ev.CourseBooked(course=course, run=run, days=days):
            person = before.need.person
            held = [Claim(kind=DAYS, key=person, item=day_item(course, run, day)) for day in days]
            return [*_not_waiting(before), Claim(kind=SEAT, key=run_key(course, run)), *held]
        case ev.BookingCancelled() | CaseClosed():
            return [*_not_waiting(before), *_not_seated(before)]
    return []


def _not_waiting(state: NeedState) -> list[Release]:
    return [Release(kind=WAITING, key=run_key(state.need.course, state.waiting))] if state.waiting else []


def _not_seated(state: NeedState) -> list[Release]:
    known = state.booking
    if known is None:
        return []
    days = [
        Release(kind=DAYS, key=state.need.person, item=day_item(known.course, known.run, day)) for day in known.days
    ]
    return [Release(kind=SEAT, key=run_key(known.course, known.run)), *days]


def _holders(parameter: str, state: NeedState, facts: Facts) -> tuple[str, ...]:
    if state.document.content is None:
        return ()
    day = today_of(facts, state.need.person)
    return facts.organisation.holders(PARAMETERS.text(facts, parameter), state.case.unit, day)


DOCUMENT = DocumentSpec(
    noun="need", content=Need, drafted=ev.NeedIdentified, amended=ev.NeedAmended, title=content.title,
    check=content.check, content_of=content.need_of, unit=content.unit_of, amount="cost",
    material=frozenset(Need.model_fields) - {"reason", "priority"}, fixed=frozenset({"person"}),
    subjects=lambda _facts, need: (need.person,), approved_as=frozenset({Stage.TO_BOOK}),
)  # fmt: skip
TO_BOOK, BOOKED, WAITS = (frozenset({each}) for each in (Stage.TO_BOOK, Stage.BOOKED, Stage.WAITING_LIST))
TRAINING_NEED: Process[NeedState] = process_of(
    Definition(
        name="training",
        state=NeedState,
        stages=Stage,
        aside=frozenset({Stage.WAITING_LIST, Stage.NO_SHOW, Stage.FAILED}),
        includes=(
            document(DOCUMENT), recording(), member(MEMBER),
            turning(give_up, when=BOOKABLE, to=frozenset({"cancelled"})),
        ),
        commands=(
            opening(
                DOCUMENT, "identify-need", IdentifyNeed, label=N_("ask for training"),
                help=N_("Says that a person needs a skill at a level, or a certificate, and by when."),
            ),
            CommandSpec(
                name="open-need", payload=OpenNeed, by=(CaseRole.SYSTEM,), rule=open_need, opens=True,
                to=frozenset({Stage.DRAFT, Stage.TO_BOOK}), label=N_("open need"),
                help=N_("A programme, or a certificate that is missing, opens a need."),
            ),
            CommandSpec(
                name="book-course", payload=booking.BookCourse, by=(CaseRole.ASSIGNEE,), rule=booking.book,
                when=TO_BOOK, to=BOOKED | WAITS, label=N_("book"),
                help=N_("Takes a seat in a run and commits the cost; if the run is full, a place on its waiting list."),
            ),
            CommandSpec(
                name="offer-seat", payload=booking.OfferSeat, by=(CaseRole.SYSTEM,), rule=booking.take_offered,
                when=WAITS, to=BOOKED, label=N_("offer seat"), help=N_("A seat is free for who has waited longest."),
            ),
            CommandSpec(
                name="leave-waiting-list", payload=booking.LeaveWaitingList, by=(CaseRole.ASSIGNEE,),
                rule=booking.leave_waiting_list, when=WAITS, to=TO_BOOK, label=N_("leave the waiting list"),
                help=N_("Waits no longer; another run can be booked."),
            ),
            CommandSpec(
                name="cancel-booking", payload=booking.CancelBooking, by=(NeedRole.COORDINATOR, CaseRole.REQUESTER),
                rule=booking.cancel_booking, when=BOOKED, to=TO_BOOK, label=N_("cancel the booking"),
                help=N_("Gives the seat back; the cost stays reserved and another run can be booked."),
            ),
            CommandSpec(
                name="note-provider-cancelled", payload=booking.NoteProviderCancelled, by=(NeedRole.COORDINATOR,),
                rule=booking.cancel_booking, when=BOOKED, to=TO_BOOK, label=N_("the provider cancelled"),
                help=N_("The provider cancelled the run; the cost stays reserved and another run can be booked."),
            ),
            CommandSpec(
                name="record-attendance", payload=learning.RecordAttendance, by=(CaseRole.ASSIGNEE,),
                rule=learning.record_attendance, when=BOOKED, to=frozenset({Stage.ATTENDED, Stage.NO_SHOW}),
                label=N_("record attendance"),
                help=N_("Says whether the person was at one session, in whatever run. It cannot be taken back."),
            ),
            CommandSpec(
                name="rate-course", payload=learning.RateCourse, by=(CaseRole.SUBJECT,), rule=learning.rate,
                when=frozenset({Stage.BOOKED, Stage.ATTENDED, Stage.ASSESSED, Stage.SKILL_UPDATED}),
                label=N_("rate the course"), help=N_("Says how the course was; only who was there can."),
            ),
            CommandSpec(
                name="assess-result", payload=learning.AssessResult, by=(CaseRole.ASSIGNEE,), rule=learning.assess,
                when=frozenset({Stage.ATTENDED}), to=frozenset({Stage.ASSESSED, Stage.FAILED}), label=N_("assess"),
                help=N_("Says whether the person can do it now. Passed, the skill or certificate is recorded."),
            ),
            CommandSpec(
                name="review-effect", payload=learning.ReviewEffect, by=(CaseRole.ASSIGNEE,),
                rule=learning.review_effect, when=frozenset({Stage.SKILL_UPDATED}),
                to=frozenset({Stage.EFFECT_REVIEWED}), label=N_("say what it brought"),
                help=N_("Says what the training brought in the work. It ends the case."),
            ),
            CommandSpec(
                name="drop-need", payload=DropNeed, by=(CaseRole.REQUESTER, NeedRole.HR_PARTNER), rule=drop,
                when=BOOKABLE, to=frozenset({"cancelled"}), label=N_("drop"),
                help=N_("Ends a need that is not wanted any more; its money is free again."),
            ),
            CommandSpec(
                name="note-dropped", payload=NoteDropped, by=(CaseRole.SYSTEM,), rule=drop,
                when=BOOKABLE, to=frozenset({"cancelled"}), label=N_("dropped"),
                help=N_("Its programme does not go on."),
            ),
        ),
        events=ev.NEED_EVENTS,
        evolve=evolve,
        stage=stage,
        outcome=outcome,
        ways=((Stage.ASSESSED, Stage.SKILL_UPDATED, "note-recorded"),),
        on=(
            Reaction(ReviewOpened, on_submitted),
            Reaction(ReviewApproved, on_approved),
            Reaction(Recorded, learning.on_recorded),
        ),
        deadlines={learning.EFFECT: learning.ask_for_effect},
        guards=(Guard(Withdraw, refuse_withdrawal),),
        finish=finish,
        effects=effects,
        claims=claims,
        needs=booking.needs,
        tasks={
            "plan": WHOLE, "book": SEATING, "wait": SEATING, "attendance": (*SEATING, "attended"),
            "assess": (*LEARNING, "completed"), learning.EFFECT: LEARNING,
        },
        parameters=DEFAULTS,
        reports=(TRAINING_REPORT,),
        roles=(
            RoleSpec(
                part=NeedRole.COORDINATOR, holders=lambda state, facts: _holders("role_coordinator", state, facts)
            ),
            RoleSpec(part=NeedRole.HR_PARTNER, holders=lambda state, facts: _holders("role_hr", state, facts)),
        ),
        default=Confidentiality(seen_by=(*INVOLVED_WORDS, "role:training-coordinator"), others="nothing"),
        withdraws_from=frozenset({Stage.DRAFT, Stage.IN_APPROVAL, Stage.RETURNED}),
        fields={"cost": ("cost", "clause", AMOUNT), "result": ("passed", "level", "evidence", "failures")},
    )
)  # fmt: skip
