"""A version in use: registered, looked at every year, superseded by the next or retired (JOB-02, JOB-05)."""

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.kernel.cases.case import Deadline, Status
from domain.kernel.cases.case_events import CaseResumed, DeadlineCleared, DeadlineSet, ReviewApproved
from domain.kernel.commands import DeadlinePassed, Hold
from domain.kernel.deciding import tasks
from domain.kernel.document.life import Retire
from domain.kernel.duty import Every
from domain.kernel.errors import Refused
from domain.kernel.handle import close
from domain.kernel.recording import Recorded, ask_record
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.days import Day
from domain.kernel.values.message import N_
from domain.organisation import events as ev
from domain.organisation import record
from domain.organisation.jobs import JobVersion, Word
from domain.organisation.register import in_force
from domain.people.job_description import events as e
from domain.people.job_description.content import refuse_past
from domain.people.job_description.impact import KIND as IMPACT
from domain.people.job_description.impact import waits_for
from domain.people.job_description.state import LOOK, OF_POLICY, RETIREMENT, USE, Wire, owner

YEARLY = "yearly-review"
"""The kind of the task, and of the deadline at which it is offered (JOB-05)."""


class ConfirmDescription(Value):
    """That a version in use is still right."""

    review_by: Day | None = Field(None, title="review date", description="If not a year from now.")


class NoteSuperseded(Value):
    """Sent by the case of a newer version, once that one is in use."""

    case: Word
    version: Annotated[int, Field(ge=1)]


def on_approved(ctx: Wire, _event: ReviewApproved) -> None:
    """The number is fixed here: nobody else has a version of this description under way."""
    versions = ctx.facts.organisation.descriptions.get(ctx.state.content.description, ())
    ctx.add(e.DescriptionApproved(version=versions[-1].version + 1 if versions else 1, at=ctx.facts.now))


def settle(ctx: Wire) -> None:
    """Registers what is ready, and ends what is over once nobody has a task any more."""
    _register_when_ready(ctx)
    state = ctx.state
    if state.ended and not state.recording.waits and not ctx.case.tasks:
        close(ctx, status=Status.APPROVED, reason=state.ended)


def _register_when_ready(ctx: Wire) -> None:
    """Asks the register to hold an approved version, once finance has said what a changed grade costs."""
    state, content = ctx.state, ctx.state.description.content
    if content is None or state.number is None or USE in state.recording.asked or waits_for(state.impact):
        return
    today = _today(ctx)
    wanted = content.review_by if content.review_by and content.review_by > today else _next_look(ctx, today)
    known = in_force(ctx.facts.organisation, content.description)
    job = JobVersion(
        id=content.description, version=state.number, description=content.job, review_by=wanted, case=ctx.case.id,
        start=today,
    )  # fmt: skip
    ctx.add(e.RegistrationAsked(review_by=wanted, supersedes=known.case if known else None, at=ctx.facts.now))
    ask_record(ctx, record.STREAM, [ev.JobDescriptionSet(job=job, effective=today)], about=USE)


def on_recorded(ctx: Wire, _event: Recorded) -> None:
    """The next look is asked for at its time."""
    if ctx.state.ended is None and ctx.state.review_by:
        lead = -int(OF_POLICY.number(ctx.facts, "review_days"))
        at = working_day_end(ctx.facts, owner(ctx.state), ctx.state.review_by, lead)
        ctx.add(DeadlineSet(deadline=Deadline(kind=YEARLY, key="description", at=max(at, ctx.facts.now))))


def on_resumed(ctx: Wire, _event: CaseResumed) -> None:
    """What came into force from files while it was on hold was not heard."""
    if ctx.state.rests:
        _superseded_unheard(ctx)


def note_superseded(ctx: Wire, payload: NoteSuperseded) -> None:
    """Raises Refused `not-in-use`: it is told once, and only to the version in use."""
    if not ctx.state.in_use or ctx.state.ended is not None:
        raise Refused("not-in-use", "This version is not in use; wait until it is, or look for the one that is.")
    _supersede(ctx, payload.version, payload.case)


def refuse_hold(ctx: Wire, _payload: Hold) -> None:
    """A hold would keep the word of the register out of the case."""
    if ctx.state.number is not None and not ctx.state.rests:
        raise Refused("approved", "This version is approved and being registered; hold it once it is in use.")


def on_look_due(ctx: Wire, _payload: DeadlinePassed) -> None:
    """Asks whoever answers for it to look."""
    if _superseded_unheard(ctx):
        return
    state, asked, today = ctx.state, owner(ctx.state), _today(ctx)
    words = {"version": str(state.number), **state.content.title.in_messages()}
    tasks.assign(
        ctx, kind=YEARLY, title=N_("Is it still right? {title}, version {version}", **words), subject=YEARLY,
        assignees=(asked,), basis="owner", command="confirm-description",
        due_at=working_day_end(ctx.facts, asked, max(state.review_by or today, today)),
        ladder=OF_POLICY.text(ctx.facts, "review_ladder"), without_end=True,
    )  # fmt: skip


def confirm(ctx: Wire, payload: ConfirmDescription) -> None:
    """Raises Refused `being-recorded`, `not-yours`, `past-day`."""
    _require_owner_of_rest(ctx)
    today = _today(ctx)
    refuse_past(payload.review_by, today)
    if _superseded_unheard(ctx):
        return
    tasks.done(ctx, kind=YEARLY, subject=YEARLY)
    _clear_looks(ctx)
    day, by = payload.review_by or _next_look(ctx, today), ctx.command.actor
    ctx.add(e.DescriptionConfirmed(review_by=day, effective=today, by=by, at=ctx.facts.now))
    looked = ev.JobDescriptionReviewed(**_which(ctx), review_by=day, effective=today)
    ask_record(ctx, record.STREAM, [looked], about=LOOK)


def retire(ctx: Wire, payload: Retire) -> None:
    """Raises Refused `being-recorded`, `not-yours`, `positions-held`: nobody is left without a description (JOB-02)."""
    _require_owner_of_rest(ctx)
    organisation, today = ctx.facts.organisation, _today(ctx)
    named = [name for name, id_ in organisation.described.items() if id_ == ctx.state.content.description]
    if held := [name for name in named if organisation.holder_of(name, today)]:
        template = "People sit on the positions {positions}; have another description name these first."
        raise Refused("positions-held", template, positions=", ".join(held))
    if _superseded_unheard(ctx):
        return
    _clear_looks(ctx)
    ctx.add(e.RetirementAsked(reason=payload.reason, effective=today, by=ctx.command.actor, at=ctx.facts.now))
    ended = ev.JobDescriptionRetired(**_which(ctx), effective=today)
    ask_record(ctx, record.STREAM, [ended], about=RETIREMENT)


def _superseded_unheard(ctx: Wire) -> bool:
    """A newer version may have come from files, which tell no case."""
    known = in_force(ctx.facts.organisation, ctx.state.content.description)
    if known is not None and known.version == ctx.state.number:
        return False
    _supersede(ctx, known.version if known else 0, known.case if known else None)
    return True


def _supersede(ctx: Wire, version: int, by: str | None) -> None:
    _clear_looks(ctx)
    ctx.add(e.DescriptionSuperseded(version=version, by=by))
    for kind in (YEARLY, IMPACT):
        tasks.cancel(ctx, reason="another version is in force", kind=kind)


def _clear_looks(ctx: Wire) -> None:
    for due in ctx.case.deadlines:
        if due.kind == YEARLY:
            ctx.add(DeadlineCleared(kind=due.kind, key=due.key))


def _require_owner_of_rest(ctx: Wire) -> None:
    """Whoever answers for it, or was asked to look at it, while nothing is on its way.

    Raises Refused `being-recorded`, `not-yours`, and what `require` raises.
    """
    if ctx.state.recording.waits:
        raise Refused("being-recorded", "The register is being changed just now; try again in a moment.")
    if ctx.command.actor == ctx.case.responsible:
        return
    look = next((task.id for task in ctx.case.tasks.values() if task.kind == YEARLY), None)
    if look is None:
        template = "Only {owner}, who answers for this description, may do that."
        raise Refused("not-yours", template, owner=owner(ctx.state))
    tasks.require(ctx, look)


def _which(ctx: Wire) -> dict[str, str | int]:
    assert ctx.state.number is not None
    return {"description": ctx.state.content.description, "version": ctx.state.number}


def _next_look(ctx: Wire, day: date) -> date:
    """The day by which somebody looks again, after `day`."""
    months = int(OF_POLICY.number(ctx.facts, "review_months"))
    return Every(months=months).after(ctx.facts, owner(ctx.state), day)


def _today(ctx: Wire) -> date:
    return today_of(ctx.facts, owner(ctx.state))
