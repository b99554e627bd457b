"""Candidates: adding, relationships, screening, ranking, and who else wants them (HIR-04, HIR-16)."""

from domain.kernel.cases.case_events import TaskCancelled
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.routing.eligibility import today_of
from domain.people.hiring import commands as c
from domain.people.hiring import events as e
from domain.people.hiring.interviews import require_complete
from domain.people.hiring.lookups import Wire, known_person, live_candidate, require_open, the_candidate
from domain.people.hiring.requirements import require_musts


def add_candidate(ctx: Wire, payload: c.AddCandidate) -> None:
    state = ctx.state
    require_open(state)
    ids = {payload.candidate, payload.internal or payload.candidate}
    if any(known.ids & ids for known in state.candidates.values()):
        raise Refused("already-added", "Candidate {candidate} is already in this hiring.", candidate=payload.candidate)
    _refuse_own_people(ctx, ids)
    for person in (payload.internal, *payload.relatives):
        if person is not None:
            known_person(ctx.facts.organisation, person, today_of(ctx.facts, person))
    ctx.add(
        e.CandidateAdded(
            candidate=payload.candidate, source=payload.source, internal=payload.internal,
            relatives=tuple(dict.fromkeys(payload.relatives)), by=ctx.command.actor,
        )
    )  # fmt: skip
    _learn_who_else(ctx, payload.candidate)


def _refuse_own_people(ctx: Wire, ids: set[str]) -> None:
    """Who asked for the seat, runs this hiring, or decided on it cannot be hired by it (KRN-02)."""
    state = ctx.state
    decisions = (decision for review in state.case.reviews.values() for decision in review.decisions)
    deciders = {person for decision in decisions for person in decision.persons}
    involved = {*state.case.own, *state.the_team.everyone, *deciders}
    for person in sorted(ids):
        if person in involved:
            raise Refused("own-case", "{person} takes part in this hiring and cannot be its candidate.", person=person)


def _learn_who_else(ctx: Wire, candidate: str) -> None:
    person = ctx.state.candidates[candidate].person
    others = sorted(
        held.stream
        for held in ctx.facts.claims
        if (held.claim.kind, held.claim.key) == ("candidate", person) and held.stream != ctx.case.id
    )
    if others:
        ctx.add(e.CandidateAlsoWanted(candidate=candidate, cases=tuple(dict.fromkeys(others)), tell=True))


def note_candidate_wanted(ctx: Wire, payload: c.NoteCandidateWanted) -> None:
    """Word from another hiring. The person may be known here under another id (HIR-16)."""
    found = next((known for known in ctx.state.candidates.values() if payload.candidate in known.ids), None)
    if found is None:
        the_candidate(ctx.state, payload.candidate)
    elif payload.case not in found.wanted_by:
        ctx.add(e.CandidateAlsoWanted(candidate=found.id, cases=(payload.case,), tell=False))


def declare_relationship(ctx: Wire, payload: c.DeclareRelationship) -> None:
    """The relative's open interview ends, and a scorecard of theirs no longer counts (HIR-04)."""
    candidate = the_candidate(ctx.state, payload.candidate)
    if payload.person in candidate.relatives:
        raise Refused("already-declared", "This relationship is already declared.")
    known_person(ctx.facts.organisation, payload.person, today_of(ctx.facts, payload.person))
    ctx.add(e.RelationshipDeclared(candidate=candidate.id, person=payload.person, by=ctx.command.actor))
    for interview in ctx.state.interviews:
        if interview.void and interview.task in ctx.case.tasks:
            ctx.add(TaskCancelled(task=interview.task, reason="the interviewer is a relative of the candidate"))


def screen_candidate(ctx: Wire, payload: c.ScreenCandidate) -> None:
    require_open(ctx.state)
    candidate = live_candidate(ctx.state, payload.candidate)
    if payload.outcome == "reject":
        _reject(ctx, payload)
    elif candidate.status == "advanced":
        raise Refused("already-advanced", "Candidate {candidate} was already advanced.", candidate=candidate.id)
    else:
        require_musts(ctx, candidate)
        ctx.add(e.CandidateAdvanced(candidate=candidate.id, by=ctx.command.actor))


def _reject(ctx: Wire, payload: c.ScreenCandidate) -> None:
    if ctx.state.offer_of(payload.candidate):
        raise Refused(
            "offer-open",
            "Candidate {candidate} has an offer; rescind it before rejecting them.",
            candidate=payload.candidate,
        )
    ctx.add(e.CandidateRejected(candidate=payload.candidate, reason=payload.reason, by=ctx.command.actor))
    tasks.cancel(ctx, reason="the candidate was rejected", subject=payload.candidate, kind="scorecard")


def rank_candidates(ctx: Wire, payload: c.RankCandidates) -> None:
    """Raises Refused `plan-incomplete` with what is missing (HIR-04)."""
    require_open(ctx.state)
    for candidate in payload.ranking:
        require_musts(ctx, live_candidate(ctx.state, candidate))
        require_complete(ctx.state, candidate)
    if payload.ranking == ctx.state.ranking:
        raise Refused("nothing-changed", "This is the ranking that already stands.")
    ctx.add(e.CandidatesRanked(ranking=payload.ranking, by=ctx.command.actor))
