"""Interviews: who may see a candidate, hidden scorecards, and when the plan is complete (HIR-04)."""

from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.message import N_
from domain.people.hiring import commands as c
from domain.people.hiring import events as e
from domain.people.hiring.lookups import Wire, known_person, live_candidate, number, require_open
from domain.people.hiring.state import Candidate, HiringState, Interview

SCORECARD = "scorecard"
"""The kind of an interviewer's task."""


def assign_interviewer(ctx: Wire, payload: c.AssignInterviewer) -> None:
    """Raises Refused `own-interview`, `relative`, `not-advanced`, `unknown-kind`, `already-assigned`."""
    require_open(ctx.state)
    candidate = live_candidate(ctx.state, payload.candidate)
    _check_conflict(candidate, payload.interviewer)
    _check_assignment(ctx.state, candidate, payload)
    known_person(ctx.facts.organisation, payload.interviewer, today_of(ctx.facts, payload.interviewer))
    task = tasks.assign(
        ctx, kind=SCORECARD,
        title=N_(
            "Interview ({kind}) and scorecard for candidate {candidate}", kind=payload.kind, candidate=candidate.id
        ),
        subject=candidate.id, assignees=(payload.interviewer,), basis="interviewer", command="submit-scorecard",
        due_days=number(ctx.facts, "scorecard_days"),
    )  # fmt: skip
    ctx.add(
        e.InterviewerAssigned(
            candidate=candidate.id, kind=payload.kind, interviewer=payload.interviewer, task=task, by=ctx.command.actor
        )
    )


def _check_conflict(candidate: Candidate, interviewer: str) -> None:
    if interviewer in candidate.ids:
        raise Refused(
            "own-interview",
            "{person} is the candidate and cannot interview themself; choose someone else.",
            person=interviewer,
        )
    if interviewer in candidate.relatives:
        raise Refused(
            "relative",
            "{person} is a declared relative of candidate {candidate}; choose someone else.",
            person=interviewer,
            candidate=candidate.id,
        )


def _check_assignment(state: HiringState, candidate: Candidate, payload: c.AssignInterviewer) -> None:
    if candidate.status != "advanced":
        raise Refused(
            "not-advanced",
            "Candidate {candidate} was not advanced to interviews; screen them first.",
            candidate=candidate.id,
        )
    kinds = [entry.kind for entry in state.the_requisition.interview_plan]
    if payload.kind not in kinds:
        raise Refused(
            "unknown-kind",
            "The interview plan has no {kind}; it has {kinds}.",
            kind=payload.kind,
            kinds=", ".join(kinds),
        )
    if any((i.kind, i.interviewer) == (payload.kind, payload.interviewer) for i in of_candidate(state, candidate.id)):
        raise Refused("already-assigned", "{person} already has this interview.", person=payload.interviewer)


def submit_scorecard(ctx: Wire, payload: c.SubmitScorecard) -> None:
    """Once, by the interviewer themself; a scorecard is never changed after others could be read (HIR-04)."""
    interview = _own_interview(ctx, payload)
    tasks.finish(ctx, interview.task)
    ctx.add(
        e.ScorecardSubmitted(
            candidate=interview.candidate, kind=interview.kind, interviewer=interview.interviewer,
            scores=payload.scores, recommendation=payload.recommendation, notes=payload.notes, at=ctx.facts.now,
        )
    )  # fmt: skip


def _own_interview(ctx: Wire, payload: c.SubmitScorecard) -> Interview:
    """The open interview that the actor means. Raises Refused `no-such-interview`, `which-interview`, `task-done`."""
    candidate, actor = live_candidate(ctx.state, payload.candidate), ctx.command.actor
    _check_conflict(candidate, actor)
    mine = [
        interview
        for interview in of_candidate(ctx.state, candidate.id)
        if interview.interviewer == actor and payload.kind in (None, interview.kind)
    ]
    if not mine:
        raise Refused(
            "no-such-interview", "You have no such interview with candidate {candidate}.", candidate=candidate.id
        )
    still_open = [interview for interview in mine if interview.scorecard is None]
    if not still_open:
        raise Refused(
            "task-done",
            "You already handed in your scorecard for candidate {candidate}; it stands.",
            candidate=candidate.id,
        )
    if len(still_open) > 1:
        raise Refused(
            "which-interview",
            "You have several interviews with candidate {candidate}: name the kind ({kinds}).",
            candidate=candidate.id,
            kinds=", ".join(interview.kind for interview in still_open),
        )
    return still_open[0]


def of_candidate(state: HiringState, candidate: str) -> list[Interview]:
    """The interviews of a candidate that count."""
    return [interview for interview in state.interviews if interview.candidate == candidate and not interview.void]


def missing(state: HiringState, candidate: str) -> dict[str, int]:
    """How many scorecards are missing by kind of interview."""
    done = [interview.kind for interview in of_candidate(state, candidate) if interview.scorecard]
    plan = state.the_requisition.interview_plan
    lacking = {entry.kind: entry.interviewers - done.count(entry.kind) for entry in plan}
    return {kind: count for kind, count in lacking.items() if count > 0}


def require_complete(state: HiringState, candidate: str) -> None:
    """Raises Refused `plan-incomplete`: selection needs every scorecard of the plan (HIR-04)."""
    lacking = missing(state, candidate)
    if lacking:
        raise Refused(
            "plan-incomplete",
            "The interview plan of candidate {candidate} is not complete: scorecards are missing ({missing}).",
            candidate=candidate,
            missing=", ".join(f"{kind}: {count}" for kind, count in lacking.items()),
        )
