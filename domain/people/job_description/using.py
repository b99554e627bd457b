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


def on_approved(tape: Wire) -> None:
    """The number is fixed here: nobody else has a version of this description under way."""
    versions = tape.facts.organisation.descriptions.get(tape.state.the_description, ())
    tape.add(e.DescriptionApproved(version=versions[-1].version + 1 if versions else 1, at=tape.facts.now))


def register_when_ready(tape: Wire) -> None:
    """Asks the register to hold an approved version, once finance has said what a changed grade costs."""
    state = tape.state
    if state.number is None or state.in_use or state.asked or waits_for(state.impact):
        return
    today = _today(tape)
    wanted = state.review_by if state.review_by and state.review_by > today else next_look(tape.facts, today)
    known = in_force(tape.facts.organisation, state.the_description)
    job = JobVersion(
        id=state.the_description,
        version=state.number,
        description=state.the_content,
        review_by=wanted,
        case=tape.case.id,
        start=today,
    )
    tape.add(e.RegistrationAsked(job=job, supersedes=known.case if known else None, at=tape.facts.now))


def note_recorded(tape: Wire, payload: c.NoteRecorded) -> None:
    state = tape.state
    if state.asked is None:
        raise Refused("nothing-to-record", "Nothing of case {case} is being recorded.", case=tape.case.id)
    goes_on = state.asked != "retirement" and state.ended is None
    tape.add(e.EntryRecorded(position=payload.position, review_by=state.review_by if goes_on else None))
    if goes_on and state.review_by:
        at = working_day_end(tape.facts, _owner(tape), state.review_by, -int(number(tape.facts, "review_days")))
        tape.add(DeadlineSet(deadline=Deadline(kind=YEARLY, key=REVIEW, at=max(at, tape.facts.now))))


def rests(state: JobDescriptionState) -> bool:
    """In use, with nothing on its way: only then may it be held: what is being registered cannot be stopped."""
    return state.in_use and state.asked is None and state.ended is None


def on_resumed(tape: Wire) -> None:
    """What came into force from files while it was on hold was not heard."""
    _superseded_unheard(tape)


def note_superseded(tape: Wire, payload: c.NoteSuperseded) -> None:
    _require_in_use(tape)
    _supersede(tape, payload.version, payload.case)


def on_look_due(tape: Wire, payload: DeadlinePassed) -> None:
    """Asks whoever answers for it to look. Raises Refused `deadline-gone`, `too-early`."""
    due = next((d for d in tape.case.deadlines if (d.kind, d.key) == (payload.kind, payload.key)), None)
    if due is None or payload.kind != YEARLY:
        raise Refused("deadline-gone", "Nothing of the kind {kind} is due here.", kind=payload.kind)
    if tape.facts.now < due.at:
        raise Refused("too-early", "{key} is due at {at}, not yet.", key=due.key, at=due.at.isoformat())
    tape.add(DeadlineCleared(kind=due.kind, key=due.key))
    if _superseded_unheard(tape):
        return
    owner, today = _owner(tape), _today(tape)
    tasks.offer(
        tape,
        kind=YEARLY,
        title=N_(
            "Is it still right? {title}, version {version}",
            version=str(tape.state.number),
            **tape.state.the_content.title.in_messages(),
        ),
        subject=YEARLY,
        assignees=(owner,),
        basis="owner",
        command="confirm-description",
        due_at=working_day_end(tape.facts, owner, max(tape.state.review_by or today, today)),
        ladder=parameter(tape.facts, "review_ladder"),
        without_end=True,
    )


def confirm(tape: Wire, payload: c.ConfirmDescription) -> None:
    """Raises Refused `not-in-use`, `not-yours`, `past-day`."""
    _require_in_use(tape)
    _require_owner(tape)
    today = _today(tape)
    refuse_past(payload.review_by, today)
    if _superseded_unheard(tape):
        return
    tasks.done(tape, kind=YEARLY, subject=YEARLY)
    _clear_looks(tape)
    tape.add(
        e.DescriptionConfirmed(
            review_by=payload.review_by or next_look(tape.facts, today),
            effective=today,
            by=tape.command.actor,
            at=tape.facts.now,
        )
    )


def retire(tape: Wire, payload: c.RetireDescription) -> None:
    """Raises Refused `not-in-use`, `not-yours`, `positions-held`: nobody is left without a description (JOB-02)."""
    _require_in_use(tape)
    _require_owner(tape)
    organisation, today = tape.facts.organisation, _today(tape)
    named = [name for name, id_ in organisation.described.items() if id_ == tape.state.the_description]
    if held := [name for name in named if organisation.holder_of(name, today)]:
        template = "People sit on the positions {positions}; have another description name these first."
        raise Refused("positions-held", template, positions=", ".join(held))
    if _superseded_unheard(tape):
        return
    _clear_looks(tape)
    tape.add(e.RetirementAsked(reason=payload.reason, effective=today, by=tape.command.actor, at=tape.facts.now))


def _superseded_unheard(tape: Wire) -> bool:
    """A newer version may have come from files, which tell no case."""
    known = in_force(tape.facts.organisation, tape.state.the_description)
    if known is not None and known.version == tape.state.number:
        return False
    _supersede(tape, known.version if known else 0, known.case if known else None)
    return True


def _supersede(tape: Wire, version: int, by: str | None) -> None:
    _clear_looks(tape)
    tape.add(e.DescriptionSuperseded(version=version, by=by))
    for kind in (YEARLY, IMPACT):
        tasks.cancel(tape, reason="another version is in force", kind=kind)


def _clear_looks(tape: Wire) -> None:
    for due in tape.case.deadlines:
        if due.kind == YEARLY:
            tape.add(DeadlineCleared(kind=due.kind, key=due.key))


def _require_in_use(tape: Wire) -> None:
    """Raises Refused `not-in-use`, `being-recorded`."""
    if not tape.state.in_use or tape.state.ended is not None:
        raise Refused("not-in-use", "This version is not in use; wait until it is, or look for the one that is.")
    if tape.state.asked is not None and tape.command.name != "note-superseded":
        raise Refused("being-recorded", "The register is being changed just now; try again in a moment.")


def _require_owner(tape: Wire) -> None:
    """Whoever answers for it, or was asked to look at it. Raises Refused `not-yours`, and what `require` raises."""
    if tape.command.actor == tape.case.responsible:
        return
    look = next((task.id for task in tape.case.tasks.values() if task.kind == YEARLY), None)
    if look is None:
        template = "Only {owner}, who answers for this description, may do that."
        raise Refused("not-yours", template, owner=_owner(tape))
    tasks.require(tape, look)


def _owner(tape: Wire) -> str:
    return tape.case.answers_for(tape.state.requester)


def _today(tape: Wire) -> date:
    return today_of(tape.facts, _owner(tape))
