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


def assess_candidate(tape: Wire, payload: c.AssessCandidate) -> None:
    """Raises Refused `not-a-must-have`, `nothing-changed`. Nobody assesses themself or a relative (HIR-04)."""
    candidate = _open_candidate(tape, payload.candidate)
    _refuse_others(tape, (each.skill for each in payload.held))
    if set(payload.held) <= set(candidate.held):
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    tape.add(e.CandidateAssessed(candidate=candidate.id, held=payload.held, by=tape.command.actor))


def waive_requirement(tape: Wire, payload: c.WaiveRequirement) -> None:
    """Raises Refused `not-a-must-have`, `nothing-to-waive`."""
    candidate = _open_candidate(tape, payload.candidate)
    _refuse_others(tape, payload.skills)
    below = {asked.skill for asked in _below(tape, candidate)}
    if idle := [skill for skill in payload.skills if skill not in below]:
        template = (
            "Candidate {candidate} is not known to be below {skills}, or that was waived; there is nothing to waive."
        )
        raise Refused("nothing-to-waive", template, candidate=candidate.id, skills=", ".join(idle))
    tape.add(
        e.RequirementWaived(candidate=candidate.id, skills=payload.skills, reason=payload.reason, by=tape.command.actor)
    )


def require_musts(tape: Wire, candidate: Candidate) -> None:
    """Raises Refused `not-assessed`, `below-must-haves` for whoever may not go on (HIR-05)."""
    known = {each.skill for each in candidate.held} | set(candidate.waived)
    if missing := [asked.skill for asked in _musts(tape) if asked.skill not in known]:
        raise Refused(
            "not-assessed",
            "What candidate {candidate} has of these must-haves is not known: {skills}. Assess them first.",
            candidate=candidate.id,
            skills=", ".join(missing),
        )
    if below := _below(tape, candidate):
        raise Refused(
            "below-must-haves",
            "Candidate {candidate} is below these must-haves: {skills}. They can go on only with a waiver.",
            candidate=candidate.id,
            skills=", ".join(_told(asked) for asked in below),
        )


def _musts(tape: Wire) -> tuple[Requirement, ...]:
    pinned = tape.state.the_requisition.job_description
    found = version_of(tape.facts.organisation, pinned.id, pinned.version)
    return found.description.musts() if found else ()


def _below(tape: Wire, candidate: Candidate) -> list[Requirement]:
    """The must-haves that were assessed, are not met, and were not waived."""
    held = {each.skill: each for each in candidate.held if each.skill not in candidate.waived}
    return [
        asked
        for asked in _musts(tape)
        if (has := held.get(asked.skill)) and (has.level < asked.level or has.years < (asked.years or 0))
    ]


def _open_candidate(tape: Wire, wanted: str) -> Candidate:
    require_open(tape.state)
    candidate, actor = live_candidate(tape.state, wanted), tape.command.actor
    if actor in candidate.ids or actor in candidate.relatives:
        raise relative(actor, candidate)
    return candidate


def _refuse_others(tape: Wire, skills: Iterable[str]) -> None:
    musts = [asked.skill for asked in _musts(tape)]
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
