"""From the first session to the effect: attendance, assessment, the record of the skill, the look at it (TRN-10)."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.cases.case import Deadline, Status
from domain.kernel.cases.case_events import DeadlineSet
from domain.kernel.commands import DeadlinePassed, Text
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.handle import close
from domain.kernel.ledger import Transfer
from domain.kernel.postings import Postings
from domain.kernel.recording import Recorded, ask_record
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.organisation import record
from domain.organisation.events import CertificateHeld, SkillHeld
from domain.organisation.qualifications import certificate_given, held_level, require_course
from domain.organisation.training import HeldSkill
from domain.people.training import events as ev
from domain.people.training.booking import TaskId, coordinators
from domain.people.training.certificate_rules import certificate_case, previous_case
from domain.people.training.parameters import PARAMETERS
from domain.people.training.state import Ctx

EFFECT = "effect-review"
"""The kind of deadline at which the effect is looked at, and of its task."""
Short = Annotated[str, Field(min_length=1, max_length=80)]


class RecordAttendance(Value):
    """Says whether the person was at one session; of the run that is booked, or made up for in another one."""

    task: TaskId
    session: Short
    run: Annotated[Short | None, Field(description="The run that is booked, if it is left out.")] = None
    present: bool


class AssessResult(Value):
    """Says whether the person can do it now, and what shows it."""

    task: TaskId
    passed: bool
    level: Annotated[int, Field(ge=1, le=5)] | None = None
    evidence: Text


class RateCourse(Value):
    """Says how the course was; only who was there can."""

    score: Annotated[int, Field(ge=1, le=5)]
    comment: Text | None = None


class ReviewEffect(Value):
    """Says what the training brought in the work."""

    task: TaskId
    effect: Literal["as wanted", "partly", "none"]
    note: Text | None = None


def record_attendance(ctx: Ctx, payload: RecordAttendance) -> None:
    """Raises Refused `no-such-run`, `no-such-session`, `not-yet`, `recorded-already`."""
    state, person = ctx.state, ctx.state.need.person
    assert state.booking is not None
    tasks.require(ctx, payload.task)
    course = require_course(ctx.facts.organisation, state.booking.course)
    run_id = payload.run or state.booking.run
    run = course.run(run_id)
    held = next((one for one in run.sessions if one.session == payload.session), None) if run else None
    if run is None or held is None:
        template = "The run {run} of {course} has no session {session}; check both."
        raise Refused("no-such-session", template, run=run_id, course=course.id, session=payload.session)
    if held.day > today_of(ctx.facts, person):
        raise Refused(
            "not-yet", "{session} is on {day}; record it then.", session=held.session, day=held.day.isoformat()
        )
    if any((one.session, one.run, one.present) == (held.session, run.id, payload.present) for one in state.attended):
        raise Refused("recorded-already", "That is recorded already for {session}.", session=held.session)
    ctx.add(
        ev.AttendanceRecorded(
            session=held.session, run=run.id, place=held.place, day=held.day, present=payload.present,
            by=ctx.command.actor, at=ctx.facts.now,
        )
    )  # fmt: skip
    _conclude(ctx, payload.task, frozenset(course.sessions), {one.session for one in run.sessions})


def _conclude(ctx: Ctx, task: str, required: frozenset[str], of_run: set[str]) -> None:
    """Completed once every required session was attended, in any run; a no-show if the run is over without one."""
    state = ctx.state
    assert state.booking is not None
    if required <= state.present():
        tasks.finish(ctx, task)
        ctx.add(ev.CourseCompleted(transfers=_spent(ctx), at=ctx.facts.now))
        _ask_to_assess(ctx)
    elif not state.present() and of_run <= {one.session for one in state.attended if one.run == state.booking.run}:
        tasks.finish(ctx, task)
        ctx.add(ev.NoShowRecorded(run=state.booking.run, transfers=_spent(ctx), at=ctx.facts.now))
        close(ctx, status=Status.CANCELLED, reason="no-show")


def _spent(ctx: Ctx) -> tuple[Transfer, ...]:
    postings = Postings(ctx.facts, ctx.state.holdings)
    for held in postings.holdings.open:
        postings.spend(held.number)
    return postings.transfers


def _ask_to_assess(ctx: Ctx) -> None:
    person = ctx.state.need.person
    manager = ctx.facts.organisation.manager_of(person, today_of(ctx.facts, person))
    tasks.assign(
        ctx, kind="assess", title=N_("Assess what {person} learnt", person=person), subject="result",
        assignees=(manager,) if manager else coordinators(ctx), basis="manager of the person",
        command="assess-result", due_days=PARAMETERS.number(ctx.facts, "assess_days"), without_end=True,
    )  # fmt: skip


def assess(ctx: Ctx, payload: AssessResult) -> None:
    """Only who completed the course can be assessed: the stage says so. A second failure ends it (TRN-10).

    Raises Refused `own-skill`.
    """
    need = ctx.state.need
    if ctx.command.actor == need.person:
        raise Refused("own-skill", "Your own result is assessed by someone else.")
    level = payload.level or need.level
    tasks.finish(ctx, payload.task)
    ctx.add(
        ev.ResultAssessed(
            passed=payload.passed, level=level if need.skill else None, evidence=payload.evidence,
            before=held_level(ctx.facts.organisation, need.person, need.skill) if need.skill else 0,
            by=ctx.command.actor, at=ctx.facts.now,
        )
    )  # fmt: skip
    if payload.passed:
        ask_record(ctx, record.STREAM, _learnt(ctx, level))
    elif ctx.state.failures > 1:
        close(ctx, status=Status.CANCELLED, reason="it was not passed twice")
    else:
        _ask_to_assess(ctx)


def _learnt(ctx: Ctx, level: int) -> list[Event]:
    """What the organisation is to hold, fixed at this moment, by the rule of the day (TRN-09)."""
    need, organisation = ctx.state.need, ctx.facts.organisation
    today, case = today_of(ctx.facts, need.person), ctx.case.id
    if need.certificate is not None:
        given = certificate_given(organisation, need.person, need.certificate, today)
        held = given.model_copy(update={"case": certificate_case(given)})
        ctx.add(ev.CertificateEarned(held=held, renews=previous_case(organisation, need.person, need.certificate)))
        return [CertificateHeld(held=held, effective=today)]
    assert need.skill is not None
    learnt = HeldSkill(
        person=need.person, skill=need.skill, level=level, basis="assessed", by=ctx.command.actor, day=today, case=case
    )
    return [SkillHeld(held=learnt, effective=today)]


def rate(ctx: Ctx, payload: RateCourse) -> None:
    """Raises Refused `not-present` (TRN-10)."""
    if not ctx.state.present():
        raise Refused("not-present", "Only who was at the course can rate it.")
    ctx.add(ev.CourseRated(score=payload.score, comment=payload.comment, by=ctx.command.actor, at=ctx.facts.now))


def on_recorded(ctx: Ctx, _event: Recorded) -> None:
    person = ctx.state.need.person
    day = today_of(ctx.facts, person) + timedelta(days=int(PARAMETERS.number(ctx.facts, "effect_days")))
    ctx.add(ev.SkillUpdated(review_on=day, at=ctx.facts.now))
    due = working_day_end(ctx.facts, person, day)
    ctx.add(DeadlineSet(deadline=Deadline(kind=EFFECT, key=EFFECT, at=due)))


def ask_for_effect(ctx: Ctx, _payload: DeadlinePassed) -> None:
    person = ctx.state.need.person
    manager = ctx.facts.organisation.manager_of(person, today_of(ctx.facts, person))
    tasks.assign(
        ctx, kind=EFFECT, title=N_("What did the training of {person} bring?", person=person), subject="effect",
        assignees=(manager,) if manager else coordinators(ctx), basis="manager of the person",
        command="review-effect", due_days=PARAMETERS.number(ctx.facts, "review_days"), without_end=True,
    )  # fmt: skip


def review_effect(ctx: Ctx, payload: ReviewEffect) -> None:
    tasks.finish(ctx, payload.task)
    ctx.add(ev.EffectReviewed(effect=payload.effect, note=payload.note, by=ctx.command.actor, at=ctx.facts.now))
    close(ctx, status=Status.APPROVED, reason="its effect was looked at")
