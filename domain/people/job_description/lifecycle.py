"""A version in use: registered, looked at every year, superseded by the next or retired (JOB-02, JOB-05)."""

from datetime import date

from domain.kernel.cases.case import Deadline
from domain.kernel.cases.case_events import DeadlineCleared, DeadlineSet
from domain.kernel.commands import DeadlinePassed
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.message import N_
from domain.organisation.jobs import JobVersion
from domain.organisation.register import in_force
from domain.people.job_description import commands as c
from domain.people.job_description import events as e
from domain.people.job_description.drafting import refuse_past
from domain.people.job_description.impact import KIND as IMPACT
from domain.people.job_description.impact import waits_for
from domain.people.job_description.lookups import Wire, next_look, number, parameter, working_day_end
from domain.people.job_description.state import REVIEW, JobDescriptionState

YEARLY = "yearly-review"
"""The kind of the task, and of the deadline at which it is offered (JOB-05)."""


def on_approved(ctx: Wire) -> None:
    """The number is fixed here: nobody else has a version of this description under way."""
    versions = ctx.facts.organisation.descriptions.get(ctx.state.the_description, ())
    ctx.add(e.DescriptionApproved(version=versions[-1].version + 1 if versions else 1, at=ctx.facts.now))


def register_when_ready(ctx: Wire) -> None:
    """Asks the register to hold an approved version, once finance has said what a changed grade costs."""
    state = ctx.state
    if state.number is None or state.in_use or state.asked or waits_for(state.impact):
        return
    today = _today(ctx)
    wanted = state.review_by if state.review_by and state.review_by > today else next_look(ctx.facts, today)
    known = in_force(ctx.facts.organisation, state.the_description)
    job = JobVersion(
        id=state.the_description,
        version=state.number,
        description=state.the_content,
        review_by=wanted,
        case=ctx.case.id,
        start=today,
    )
    ctx.add(e.RegistrationAsked(job=job, supersedes=known.case if known else None, at=ctx.facts.now))


def note_recorded(ctx: Wire, payload: c.NoteRecorded) -> None:
    state = ctx.state
    if state.asked is None:
        raise Refused("nothing-to-record", "Nothing of case {case} is being recorded.", case=ctx.case.id)
    goes_on = state.asked != "retirement" and state.ended is None
    ctx.add(e.EntryRecorded(position=payload.position, review_by=state.review_by if goes_on else None))
    if goes_on and state.review_by:
        at = working_day_end(ctx.facts, _owner(ctx), state.review_by, -int(number(ctx.facts, "review_days")))
        ctx.add(DeadlineSet(deadline=Deadline(kind=YEARLY, key=REVIEW, at=max(at, ctx.facts.now))))


def rests(state: JobDescriptionState) -> bool:
    """In use, with nothing on its way: only then may it be held: what is being registered cannot be stopped."""
    return state.in_use and state.asked is None and state.ended is None


def on_resumed(ctx: Wire) -> None:
    """What came into force from files while it was on hold was not heard."""
    _superseded_unheard(ctx)


def note_superseded(ctx: Wire, payload: c.NoteSuperseded) -> None:
    _require_in_use(ctx)
    _supersede(ctx, payload.version, payload.case)


def on_look_due(ctx: Wire, payload: DeadlinePassed) -> None:
    """Asks whoever answers for it to look. Raises Refused `deadline-gone`, `too-early`."""
    due = next((d for d in ctx.case.deadlines if (d.kind, d.key) == (payload.kind, payload.key)), None)
    if due is None or payload.kind != YEARLY:
        raise Refused("deadline-gone", "Nothing of the kind {kind} is due here.", kind=payload.kind)
    if ctx.facts.now < due.at:
        raise Refused("too-early", "{key} is due at {at}, not yet.", key=due.key, at=due.at.isoformat())
    ctx.add(DeadlineCleared(kind=due.kind, key=due.key))
    if _superseded_unheard(ctx):
        return
    owner, today = _owner(ctx), _today(ctx)
    tasks.assign(
        ctx,
        kind=YEARLY,
        title=N_(
            "Is it still right? {title}, version {version}",
            version=str(ctx.state.number),
            **ctx.state.the_content.title.in_messages(),
        ),
        subject=YEARLY,
        assignees=(owner,),
        basis="owner",
        command="confirm-description",
        due_at=working_day_end(ctx.facts, owner, max(ctx.state.review_by or today, today)),
        ladder=parameter(ctx.facts, "review_ladder"),
        without_end=True,
    )


def confirm(ctx: Wire, payload: c.ConfirmDescription) -> None:
    """Raises Refused `not-in-use`, `not-yours`, `past-day`."""
    _require_in_use(ctx)
    _require_owner(ctx)
    today = _today(ctx)
    refuse_past(payload.review_by, today)
    if _superseded_unheard(ctx):
        return
    tasks.done(ctx, kind=YEARLY, subject=YEARLY)
    _clear_looks(ctx)
    ctx.add(
        e.DescriptionConfirmed(
            review_by=payload.review_by or next_look(ctx.facts, today),
            effective=today,
            by=ctx.command.actor,
            at=ctx.facts.now,
        )
    )


def retire(ctx: Wire, payload: c.RetireDescription) -> None:
    """Raises Refused `not-in-use`, `not-yours`, `positions-held`: nobody is left without a description (JOB-02)."""
    _require_in_use(ctx)
    _require_owner(ctx)
    organisation, today = ctx.facts.organisation, _today(ctx)
    named = [name for name, id_ in organisation.described.items() if id_ == ctx.state.the_description]
    if held := [name for name in named if organisation.holder_of(name, today)]:
        template = "People sit on the positions {positions}; have another description name these first."
        raise Refused("positions-held", template, positions=", ".join(held))
    if _superseded_unheard(ctx):
        return
    _clear_looks(ctx)
    ctx.add(e.RetirementAsked(reason=payload.reason, effective=today, by=ctx.command.actor, at=ctx.facts.now))


def _superseded_unheard(ctx: Wire) -> bool:
    """A newer version may have come from files, which tell no case."""
    known = in_force(ctx.facts.organisation, ctx.state.the_description)
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


def _require_in_use(ctx: Wire) -> None:
    """Raises Refused `not-in-use`, `being-recorded`."""
    if not ctx.state.in_use or ctx.state.ended is not None:
        raise Refused("not-in-use", "This version is not in use; wait until it is, or look for the one that is.")
    if ctx.state.asked is not None and ctx.command.name != "note-superseded":
        raise Refused("being-recorded", "The register is being changed just now; try again in a moment.")


def _require_owner(ctx: Wire) -> None:
    """Whoever answers for it, or was asked to look at it. Raises Refused `not-yours`, and what `require` raises."""
    if ctx.command.actor == ctx.case.responsible:
        return
    look = next((task.id for task in ctx.case.tasks.values() if task.kind == YEARLY), None)
    if look is None:
        template = "Only {owner}, who answers for this description, may do that."
        raise Refused("not-yours", template, owner=_owner(ctx))
    tasks.require(ctx, look)


def _owner(ctx: Wire) -> str:
    return ctx.case.answers_for(ctx.state.requester)


def _today(ctx: Wire) -> date:
    return today_of(ctx.facts, _owner(ctx))
