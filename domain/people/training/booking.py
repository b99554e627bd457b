"""Seats: booking, waiting list, prerequisites, clashes, and what a booking costs (TRN-03, TRN-06, TRN-10)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from domain.kernel.command import Command
from domain.kernel.commands import Text
from domain.kernel.deciding import tasks
from domain.kernel.effects import ClaimQuery
from domain.kernel.errors import Refused
from domain.kernel.ledger import LinePeriod
from domain.kernel.postings import Postings
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.organisation.qualifications import held_level, require_course
from domain.organisation.training import Course, CourseRun
from domain.people.training import events as ev
from domain.people.training.parameters import PARAMETERS
from domain.people.training.state import Ctx, NeedState

SEAT, WAITING, DAYS = "training-seat", "training-waiting", "training-day"
"""Kinds of claims: who has a seat in a run, who waits for one, and on which days a person is in a course."""
TaskId = Annotated[str, Field(max_length=200), Reference("task")]


class BookCourse(Value):
    """Takes a seat in a run of the course, or a place on its waiting list if it is full."""

    task: TaskId
    run: Annotated[str, Field(min_length=1, max_length=80)]


class CancelBooking(Value):
    """Gives the seat back; the need stays approved and can be booked anew."""

    reason: Text


class NoteProviderCancelled(CancelBooking):
    """The provider has cancelled the run."""


class OfferSeat(Value):
    """Sent by the case that gave a seat back."""

    run: Annotated[str, Field(max_length=80)]


def coordinators(ctx: Ctx) -> tuple[str, ...]:
    """The training coordinators of the person's unit; the requester where there are none."""
    role = PARAMETERS.text(ctx.facts, "role_coordinator")
    found = ctx.facts.organisation.holders(role, ctx.case.unit, today_of(ctx.facts, ctx.state.need.person))
    return found or (ctx.case.responsible or "",)


def ask_to_book(ctx: Ctx) -> None:
    tasks.assign(
        ctx, kind="book", title=N_("Book the course {course}", course=ctx.state.need.course or ""), subject="booking",
        assignees=coordinators(ctx), basis="training coordinator", command="book-course",
        due_days=PARAMETERS.number(ctx.facts, "book_days"), without_end=True,
    )  # fmt: skip


def reserve(ctx: Ctx) -> None:
    """On approval. Raises Refused `over-budget`, `no-plan`, `unmapped` (TRN-03). A programme pays for its own needs."""
    need, postings = ctx.state.need, Postings(ctx.facts, ctx.state.holdings)
    if need.cost is not None and need.cost.amount and need.line and need.period:
        postings.require_available(need.line, need.period, need.cost)
        postings.reserve(need.line, need.period, need.cost)
    ctx.add(ev.CostReserved(transfers=postings.transfers, at=ctx.facts.now))
    ask_to_book(ctx)


def book(ctx: Ctx, payload: BookCourse) -> None:
    """Raises Refused `no-such-run`, `run-over`, `prerequisite`, `clash`."""
    course, run = _course_and_run(ctx, payload.run)
    _refuse_unprepared(ctx, course)
    _refuse_clash(ctx, course, run)
    tasks.finish(ctx, payload.task)
    taken, waiting = _others(ctx, SEAT, run.id), _others(ctx, WAITING, run.id)
    if len(taken) + len(waiting) >= run.seats:
        ctx.add(ev.WaitingListed(course=course.id, run=run.id, by=ctx.command.actor, at=ctx.facts.now))
        tasks.assign(
            ctx, kind="wait", title=N_("Wait for a seat in {run}, or choose another one", run=run.id),
            subject="booking", assignees=coordinators(ctx), basis="training coordinator", command="leave-waiting-list",
            due_days=PARAMETERS.number(ctx.facts, "wait_days"), without_end=True,
        )  # fmt: skip
        return
    _take_seat(ctx, course, run)


def take_offered(ctx: Ctx, payload: OfferSeat) -> None:
    """A seat was given back: who has waited longest gets it. Nothing if it is gone, or there is a clash by now."""
    if ctx.state.waiting != payload.run:
        return
    course, run = _course_and_run(ctx, payload.run)
    if len(_others(ctx, SEAT, run.id)) >= run.seats or _clashing(ctx, run):
        return
    tasks.cancel(ctx, reason="a seat is free", kind="wait")
    _take_seat(ctx, course, run)


def leave_waiting_list(ctx: Ctx, payload: "LeaveWaitingList") -> None:
    run = ctx.state.waiting or ""
    tasks.finish(ctx, payload.task)
    ctx.add(ev.WaitingEnded(run=run, at=ctx.facts.now))
    ask_to_book(ctx)


class LeaveWaitingList(Value):
    """Waits no longer; another run, or another course, can be booked."""

    task: TaskId


def cancel_booking(ctx: Ctx, payload: CancelBooking) -> None:
    """What was committed is reserved again: the need is still approved (TRN-03)."""
    booking = ctx.state.booking
    assert booking is not None
    if ctx.state.attended:
        raise Refused("has-begun", "The course has begun; record who was there instead.")
    postings = Postings(ctx.facts, ctx.state.holdings)
    for held in postings.holdings.open:
        postings.release(held.number)
        postings.reserve(held.line, held.period, held.money)
    who = "provider" if isinstance(payload, NoteProviderCancelled) else "employer"
    free_seat(ctx)
    ctx.add(
        ev.BookingCancelled(
            run=booking.run, who=who, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now,
            transfers=postings.transfers,
        )
    )  # fmt: skip
    tasks.cancel(ctx, reason="the booking was cancelled", subject="booking")
    ask_to_book(ctx)


def free_seat(ctx: Ctx) -> None:
    """Says that the seat is free, and to whom: who has waited longest. Nothing once the run has begun."""
    booking = ctx.state.booking
    if booking is None or booking.days[0] <= today_of(ctx.facts, ctx.state.need.person):
        return
    waiting = _others(ctx, WAITING, booking.run)
    ctx.add(
        ev.SeatFreed(course=booking.course, run=booking.run, tell=waiting[0] if waiting else None, at=ctx.facts.now)
    )


def run_key(course: str | None, run: str | None) -> str:
    return f"{course}|{run}"


def day_item(course: str, run: str, day: date) -> str:
    return f"{course}|{run}|{day.isoformat()}"


def needs(state: NeedState, _command: Command, payload: Value) -> Sequence[ClaimQuery | LinePeriod]:
    """The line that pays, and who else has, or waits for, a seat in the run that it is about."""
    need = state.document.content
    if need is None:
        return []
    found: list[ClaimQuery | LinePeriod] = []
    line, period = (getattr(payload, name, None) or getattr(need, name) for name in ("line", "period"))
    if line and period and not state.approved:
        found.append(LinePeriod(line, period))
    run = payload.run if isinstance(payload, BookCourse | OfferSeat) else None
    if run is not None:
        found.append(ClaimQuery(kind=DAYS, key=need.person))
    about = run or (state.booking.run if state.booking else None)
    if about is not None:
        key = run_key(need.course, about)
        found += [ClaimQuery(kind=kind, key=key, lock=run is not None) for kind in (SEAT, WAITING)]
    return found


def _course_and_run(ctx: Ctx, run: str) -> tuple[Course, CourseRun]:
    course = require_course(ctx.facts.organisation, ctx.state.need.course or "")
    known = course.run(run)
    if known is None:
        names = ", ".join(one.id for one in course.runs) or "–"
        template = "The course {course} has no run {run}; it has: {known}."
        raise Refused("no-such-run", template, course=course.id, run=run, known=names)
    if known.days[0] <= today_of(ctx.facts, ctx.state.need.person):
        template = "The run {run} began on {day}; choose a later one."
        raise Refused("run-over", template, run=run, day=known.days[0].isoformat())
    return course, known


def _refuse_unprepared(ctx: Ctx, course: Course) -> None:
    """Prerequisites count as held only when endorsed or assessed (TRN-06)."""
    person, organisation = ctx.state.need.person, ctx.facts.organisation
    for asked in course.requires:
        held = held_level(organisation, person, asked.skill)
        if held < asked.level:
            raise Refused(
                "prerequisite",
                "The course {course} needs level {level} in {skill}; {person} has {held}. That comes first.",
                course=course.id, level=asked.level, skill=asked.skill, person=person, held=held,
            )  # fmt: skip


def _refuse_clash(ctx: Ctx, course: Course, run: CourseRun) -> None:
    clash = _clashing(ctx, run)
    if clash:
        raise Refused(
            "clash",
            "{course} ({days}) is on the same day as {other} ({other_days}); choose another run.",
            course=course.id, days=_listed(run.days), other=clash[0], other_days=_listed(clash[1]),
        )  # fmt: skip


def _clashing(ctx: Ctx, run: CourseRun) -> tuple[str, tuple[date, ...]] | None:
    """Another course of the person with a day in common, and all its days."""
    held: dict[str, list[date]] = {}
    for claim in ctx.facts.claims:
        mine = (claim.claim.kind, claim.claim.key) == (DAYS, ctx.state.need.person)
        if mine and claim.stream != ctx.case.id:
            course, _, day = claim.claim.item.split("|")
            held.setdefault(course, []).append(date.fromisoformat(day))
    for course, days in held.items():
        if not set(days).isdisjoint(run.days):
            return course, tuple(sorted(days))
    return None


def _listed(days: Iterable[date]) -> str:
    return ", ".join(day.isoformat() for day in days)


def _others(ctx: Ctx, kind: str, run: str) -> list[str]:
    """The other cases with such a claim on the run, the oldest first."""
    key = run_key(ctx.state.need.course, run)
    found = [held for held in ctx.facts.claims if (held.claim.kind, held.claim.key) == (kind, key)]
    return [held.stream for held in sorted(found, key=lambda held: held.since) if held.stream != ctx.case.id]


def _take_seat(ctx: Ctx, course: Course, run: CourseRun) -> None:
    postings = Postings(ctx.facts, ctx.state.holdings)
    for held in postings.holdings.open:
        postings.commit(held.number)
    ctx.add(
        ev.CourseBooked(
            course=course.id, run=run.id, days=run.days, clause=_clause(ctx), by=ctx.command.actor, at=ctx.facts.now,
            transfers=postings.transfers,
        )
    )  # fmt: skip
    keepers, days = coordinators(ctx), int(PARAMETERS.number(ctx.facts, "attendance_days"))
    tasks.assign(
        ctx, kind="attendance", title=N_("Record who came to {run}", run=run.id), subject="booking",
        assignees=keepers, basis="training coordinator", command="record-attendance",
        due_at=working_day_end(ctx.facts, keepers[0], run.days[-1], days), without_end=True,
    )  # fmt: skip


def _clause(ctx: Ctx) -> ev.Clause | None:
    """The repayment clause of an expensive course (TRN-07)."""
    cost = ctx.state.need.cost
    over = Money.model_validate(PARAMETERS.text(ctx.facts, "repayment_over"))
    if cost is None or cost.currency != over.currency or cost < over:
        return None
    return ev.Clause(amount=cost, months=int(PARAMETERS.number(ctx.facts, "repayment_months")))
