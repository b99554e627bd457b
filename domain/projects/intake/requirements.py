"""Requirements, and the business user's signature below exactly one set of them (PRJ-01)."""

from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.projects.intake import commands as c
from domain.projects.intake import events as e
from domain.projects.intake.content import Requirement, SignOff
from domain.projects.intake.state import RequestState
from domain.projects.intake.triage import refuse_unknown

Ctx = DecisionContext[RequestState]
MOST = 500


def set_requirement(ctx: Ctx, payload: c.SetRequirement) -> None:
    """Raises Refused `unknown-person`, `no-such-requirement`, `nothing-changed`, `too-many-requirements`."""
    refuse_unknown(ctx.facts, payload.owner)
    id_ = payload.requirement or f"R{ctx.state.next_requirement}"
    if payload.requirement is not None:
        _known(ctx, payload.requirement)
    elif len(ctx.state.requirements) >= MOST:
        template = "There are {most} requirements, as many as there can be; split the request."
        raise Refused("too-many-requirements", template, most=MOST)
    requirement = Requirement.model_validate({"id": id_, **payload.model_dump(exclude={"requirement"})})
    if ctx.state.requirements.get(id_) == requirement:
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    ctx.add(e.RequirementSet(requirement=requirement, by=ctx.command.actor, at=ctx.facts.now))


def drop_requirement(ctx: Ctx, payload: c.DropRequirement) -> None:
    """Raises Refused `no-such-requirement`, `last-requirement`."""
    _known(ctx, payload.requirement)
    if ctx.state.presented and len(ctx.state.requirements) == 1:
        raise Refused("last-requirement", "It is the last requirement; change it, or cancel the request.")
    ctx.add(
        e.RequirementDropped(
            requirement=payload.requirement, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now
        )
    )


def present(ctx: Ctx, _payload: c.PresentRequirements) -> None:
    """Raises Refused `no-requirements`."""
    if not ctx.state.requirements:
        raise Refused("no-requirements", "There is no requirement yet; write down at least one.")
    ctx.add(e.RequirementsPresented(by=ctx.command.actor, at=ctx.facts.now))


def sign(ctx: Ctx, payload: c.SignRequirements) -> None:
    """Raises Refused `requirements-changed`, `no-such-requirement`."""
    if payload.requirements_hash != ctx.state.requirements_hash:
        template = "The requirements changed after you opened them; look at them again and sign then."
        raise Refused("requirements-changed", template)
    for exception in payload.exceptions:
        _known(ctx, exception.requirement)
    signed = SignOff(
        hash=payload.requirements_hash, by=ctx.command.actor, at=ctx.facts.now, exceptions=payload.exceptions
    )
    ctx.add(e.RequirementsSigned(sign_off=signed, by=ctx.command.actor))


def refuse(ctx: Ctx, payload: c.RefuseRequirements) -> None:
    ctx.add(e.RequirementsRefused(reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now))


def _known(ctx: Ctx, requirement: str) -> None:
    if requirement not in ctx.state.requirements:
        template = "There is no requirement {requirement}; there are {known}."
        known = ", ".join(ctx.state.requirements) or "-"
        raise Refused("no-such-requirement", template, requirement=requirement, known=known[:200])
