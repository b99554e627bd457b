"""What the job description asks of a candidate: which version counts, who is below a must-have, and waivers (HIR-05).

A hiring pins the version that it began with (JOB-02). One that the register does not know, from before there was one,
asks for nothing here.
"""

from collections.abc import Iterable

from domain.kernel.errors import Refused
from domain.organisation.jobs import Requirement
from domain.organisation.model import Organisation
from domain.organisation.register import described_by, require_in_force, version_of
from domain.people.hiring import commands as c
from domain.people.hiring import events as e
from domain.people.hiring.lookups import Wire, live_candidate, relative, require_open
from domain.people.hiring.state import Candidate, Requisition


def check_description(organisation: Organisation, requisition: Requisition) -> None:
    """Raises Refused `other-description`, and what `require_in_force` raises.

    A company whose register is empty has its descriptions elsewhere: then any version is taken as it is written.
    """
    if not organisation.descriptions:
        return
    wanted = requisition.job_description
    require_in_force(organisation, wanted.id, wanted.version)
    found = described_by(organisation, requisition.position)
    if found is not None and found.id != wanted.id:
        raise Refused(
            "other-description",
            "Position {position} is described by {description}, version {version}; raise it on that one.",
            position=requisition.position,
            description=found.id,
            version=str(found.version),
        )


def assess_candidate(ctx: Wire, payload: c.AssessCandidate) -> None:
    """Raises Refused `not-a-must-have`, `nothing-changed`. Nobody assesses themself or a relative (HIR-04)."""
    candidate = _open_candidate(ctx, payload.candidate)
    _refuse_others(ctx, (each.skill for each in payload.held))
    if set(payload.held) <= set(candidate.held):
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    ctx.add(e.CandidateAssessed(candidate=candidate.id, held=payload.held, by=ctx.command.actor))


def waive_requirement(ctx: Wire, payload: c.WaiveRequirement) -> None:
    """Raises Refused `not-a-must-have`, `nothing-to-waive`."""
    candidate = _open_candidate(ctx, payload.candidate)
    _refuse_others(ctx, payload.skills)
    below = {asked.skill for asked in _below(ctx, candidate)}
    if idle := [skill for skill in payload.skills if skill not in below]:
        template = (
            "Candidate {candidate} is not known to be below {skills}, or that was waived; there is nothing to waive."
        )
        raise Refused("nothing-to-waive", template, candidate=candidate.id, skills=", ".join(idle))
    ctx.add(
        e.RequirementWaived(candidate=candidate.id, skills=payload.skills, reason=payload.reason, by=ctx.command.actor)
    )


def require_musts(ctx: Wire, candidate: Candidate) -> None:
    """Raises Refused `not-assessed`, `below-must-haves` for whoever may not go on (HIR-05)."""
    known = {each.skill for each in candidate.held} | set(candidate.waived)
    if missing := [asked.skill for asked in _musts(ctx) if asked.skill not in known]:
        raise Refused(
            "not-assessed",
            "What candidate {candidate} has of these must-haves is not known: {skills}. Assess them first.",
            candidate=candidate.id,
            skills=", ".join(missing),
        )
    if below := _below(ctx, candidate):
        raise Refused(
            "below-must-haves",
            "Candidate {candidate} is below these must-haves: {skills}. They can go on only with a waiver.",
            candidate=candidate.id,
            skills=", ".join(_told(asked) for asked in below),
        )


def _musts(ctx: Wire) -> tuple[Requirement, ...]:
    pinned = ctx.state.the_requisition.job_description
    found = version_of(ctx.facts.organisation, pinned.id, pinned.version)
    return found.description.musts() if found else ()


def _below(ctx: Wire, candidate: Candidate) -> list[Requirement]:
    """The must-haves that were assessed, are not met, and were not waived."""
    held = {each.skill: each for each in candidate.held if each.skill not in candidate.waived}
    return [
        asked
        for asked in _musts(ctx)
        if (has := held.get(asked.skill)) and (has.level < asked.level or has.years < (asked.years or 0))
    ]


def _open_candidate(ctx: Wire, wanted: str) -> Candidate:
    require_open(ctx.state)
    candidate, actor = live_candidate(ctx.state, wanted), ctx.command.actor
    if actor in candidate.ids or actor in candidate.relatives:
        raise relative(actor, candidate)
    return candidate


def _refuse_others(ctx: Wire, skills: Iterable[str]) -> None:
    musts = [asked.skill for asked in _musts(ctx)]
    if unknown := [skill for skill in skills if skill not in musts]:
        raise Refused(
            "not-a-must-have",
            "The job description does not ask for {skills} as a must; its must-haves are: {known}.",
            skills=", ".join(unknown)[:200],
            known=", ".join(musts) or "–",
        )


def _told(asked: Requirement) -> str:
    """Ids and numbers only: `it-management 4/10` is level 4 with ten years."""
    return f"{asked.skill} {asked.level}" + (f"/{asked.years}" if asked.years else "")
