"""The requisition: raise, submit, amend, resubmit, and what its approval brings (HIR-01, HIR-07)."""

from decimal import Decimal
from typing import Any

from domain.kernel.deciding import approval
from domain.kernel.deciding.approval import Content
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.routing.eligibility import today_of
from domain.kernel.routing.route import PreviewStep, preview, route_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from domain.organisation.units import refuse_ended
from domain.people.hiring import commands as c
from domain.people.hiring import events as e
from domain.people.hiring import funding
from domain.people.hiring.lookups import Wire, build_team, checks_due, known_person, number, required_checks
from domain.people.hiring.onboarding import renew_checks
from domain.people.hiring.requirements import check_description
from domain.people.hiring.state import HiringState, Requisition, RequisitionStatus, Team

MATERIAL = tuple(Requisition.model_fields)
"""What approvers read and answer for, all of it: changing one of these voids their decisions (KRN-14, HIR-07)."""

ROUTE = "requisition"
MONTHS = 12


def raise_requisition(ctx: Wire, payload: c.RaiseRequisition) -> None:
    requisition = _requisition(payload)
    manager = payload.hiring_manager or ctx.command.actor
    known_person(ctx.facts.organisation, manager, today_of(ctx.facts, manager))
    _check(ctx.facts, requisition)
    check_description(ctx.facts.organisation, requisition)
    team = _team(ctx.facts, requisition.unit, manager, payload)
    ctx.add(
        e.RequisitionRaised(
            requester=ctx.command.actor, title=_title(ctx.facts, requisition), requisition=requisition, team=team,
            at=ctx.facts.now,
        )
    )  # fmt: skip
    if not payload.draft:
        _submit(ctx)


def submit_requisition(ctx: Wire, _payload: c.SubmitRequisition) -> None:
    if ctx.state.status is not RequisitionStatus.DRAFT:
        raise Refused("not-a-draft", "This requisition was already submitted; amend it instead.")
    _check(ctx.facts, ctx.state.the_requisition)
    _submit(ctx)


def _submit(ctx: Wire) -> None:
    state = ctx.state
    cost = yearly_cost(state.the_requisition, ctx.facts)
    periods = funding.granularity(ctx.facts, state.the_requisition)
    ctx.add(e.RequisitionSubmitted(cost=cost, periods=periods, at=ctx.facts.now))
    approval.open_review(ctx, state.review, ROUTE, _content_of(ctx))


def amend_requisition(ctx: Wire, payload: c.AmendRequisition) -> None:
    """A draft or returned one is edited; one in approval or approved goes on with the kernel's rule (KRN-14).

    Checks that it adds are due at once, those that it drops until that is approved.
    """
    status, due = ctx.state.status, checks_due(ctx.state, ctx.facts)
    if not _amend(ctx, payload):
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    match status:
        case RequisitionStatus.IN_APPROVAL | RequisitionStatus.APPROVED:
            approval.change(ctx, ctx.state.review, _content_of(ctx))
        case RequisitionStatus.REJECTED:
            approval.open_review(ctx, ctx.state.review, ROUTE, _content_of(ctx))
        case _:
            pass
    if checks_due(ctx.state, ctx.facts) != due:
        renew_checks(ctx)


def resubmit_requisition(ctx: Wire, payload: c.ResubmitRequisition) -> None:
    if ctx.state.status is not RequisitionStatus.RETURNED:
        raise Refused(
            "not-returned",
            "Only a returned requisition can be resubmitted; this one is {status}.",
            status=ctx.state.status.value,
        )
    due = checks_due(ctx.state, ctx.facts)
    _amend(ctx, payload)
    approval.resubmit(ctx, ctx.state.review, _content_of(ctx), money_again=ctx.state.money_again)
    if checks_due(ctx.state, ctx.facts) != due:
        renew_checks(ctx)


def _amend(ctx: Wire, payload: c.Amendment) -> bool:
    """Records the amendment; False if nothing would change. Raises Refused `seats-in-use` and those of `_check`."""
    old = ctx.state.the_requisition
    new = old.model_copy(update=payload.changes())
    changed = tuple(name for name in type(new).model_fields if getattr(new, name) != getattr(old, name))
    team = _amended_team(ctx, payload, new.unit)
    if not changed and team == ctx.state.the_team:
        return False
    _check(ctx.facts, new)
    if "job_description" in changed and ctx.state.ever_approved:
        template = "An approved hiring stays on its job description; to hire on another one, raise a new requisition."
        raise Refused("description-pinned", template)
    if {"job_description", "position"} & set(changed):
        check_description(ctx.facts.organisation, new)
    _check_seats(ctx.state, new)
    ctx.add(
        e.RequisitionAmended(
            requisition=new, team=team, cost=yearly_cost(new, ctx.facts), changed=changed,
            material=tuple(name for name in changed if name in MATERIAL), review=_next_review(ctx.state),
            periods=funding.granularity(ctx.facts, new) if ctx.state.cost else None, by=ctx.command.actor,
        )
    )  # fmt: skip
    return True


def _next_review(state: HiringState) -> str:
    """A refused approval is over: an amendment after it is approved on its own."""
    if state.status is not RequisitionStatus.REJECTED:
        return state.review
    return f"requisition-{sum(review.startswith('requisition') for review in state.case.reviews) + 1}"


def _amended_team(ctx: Wire, payload: c.Amendment, unit: str) -> Team:
    team = ctx.state.the_team
    if unit == ctx.state.the_requisition.unit and not payload.hr_partner and not payload.recruiter:
        return team
    hr = payload.hr_partner or (team.hr_partners[0] if team.hr_named else None)
    recruiter = payload.recruiter or (team.recruiters[0] if team.recruiter_named else None)
    for person in (payload.hr_partner, payload.recruiter):
        _colleague(ctx.facts, person)
    return build_team(ctx.facts, hiring_manager=team.hiring_manager, unit=unit, hr_partner=hr, recruiter=recruiter)


def on_approved(ctx: Wire) -> None:
    """The requisition is open; role holders are looked up once more, for they may have changed since (HIR-01).

    From here on those who accepted are checked by the list as it was approved.
    """
    team, due = ctx.state.the_team, checks_due(ctx.state, ctx.facts)
    fresh = build_team(
        ctx.facts,
        hiring_manager=team.hiring_manager,
        unit=ctx.state.the_requisition.unit,
        hr_partner=team.hr_partners[0] if team.hr_named else None,
        recruiter=team.recruiters[0] if team.recruiter_named else None,
    )
    ctx.add(e.RequisitionApproved(team=fresh, at=ctx.facts.now))
    funding.fund(ctx)
    if checks_due(ctx.state, ctx.facts) != due:
        renew_checks(ctx)


def yearly_cost(requisition: Requisition, facts: Facts) -> Money:
    """Seats at the top of the band for twelve months, with on-cost."""
    return requisition.salary_band.max * (requisition.seats * MONTHS) * (1 + number(facts, "on_cost_rate"))


def content(requisition: Requisition, facts: Facts, *, requester: str, hiring_manager: str) -> Content:
    """What the approvers of a requisition decide on; its checks are those that will be made, also by the policy."""
    fields = requisition.model_dump(mode="json", exclude={"salary_band"})
    band = requisition.salary_band
    fields["salary_band"] = {"min": plain(band.min), "max": plain(band.max)}
    fields["checks"] = list(required_checks(requisition.checks, facts))
    cost = yearly_cost(requisition, facts)
    return Content(
        requester=requester, unit=requisition.unit, material={name: fields[name] for name in MATERIAL},
        data={**fields, "cost": plain(cost)}, amount=cost,
        excluded=(hiring_manager,) if hiring_manager != requester else (),
    )  # fmt: skip


def foresee(process: str, payload: Value, facts: Facts, requester: str) -> list[PreviewStep]:
    """The route that raising `payload` would run (KRN-41)."""
    assert isinstance(payload, c.RaiseRequisition)
    return preview(preview_content(payload, facts, requester), route_of(facts.policy, process, ROUTE), facts)


def preview_content(payload: c.RaiseRequisition, facts: Facts, requester: str) -> Content:
    """What raising `payload` would submit, for a preview of its route (KRN-41). Raises Refused as it would."""
    requisition = _requisition(payload)
    _check(facts, requisition)
    check_description(facts.organisation, requisition)
    return content(requisition, facts, requester=requester, hiring_manager=payload.hiring_manager or requester)


def plain(money: Money) -> str:
    """Money as the text that conditions compare; equal amounts give equal text, so that hashes agree."""
    return f"{money.amount.normalize() + Decimal(0):f} {money.currency}"


def _content_of(ctx: Wire) -> Content:
    state = ctx.state
    return content(
        state.the_requisition, ctx.facts, requester=state.requester, hiring_manager=state.the_team.hiring_manager
    )


def _requisition(payload: c.RaiseRequisition) -> Requisition:
    return Requisition.model_validate({name: getattr(payload, name) for name in Requisition.model_fields})


def _team(facts: Facts, unit: str, manager: str, payload: c.RaiseRequisition) -> Team:
    for person in (payload.hr_partner, payload.recruiter):
        _colleague(facts, person)
    return build_team(
        facts, hiring_manager=manager, unit=unit, hr_partner=payload.hr_partner, recruiter=payload.recruiter
    )


def _colleague(facts: Facts, person: str | None) -> None:
    if person is not None:
        known_person(facts.organisation, person, today_of(facts, person))


def _check(facts: Facts, requisition: Requisition) -> None:
    """Raises Refused `unknown-position`, `unknown-unit`, `unknown-budget-line`, `position-frozen`."""
    organisation = facts.organisation
    known: dict[str, tuple[str, Any]] = {
        "position": (requisition.position, organisation.positions),
        "unit": (requisition.unit, organisation.units),
        "budget-line": (requisition.budget_line, organisation.budget_lines),
    }
    for what, (given, register) in known.items():
        if given not in register:
            template = "There is no {what} {given} in the organisation; check the id."
            raise Refused(f"unknown-{what}", template, what=what.replace("-", " "), given=given)
    refuse_ended(organisation, requisition.unit, facts.now.date())
    if organisation.positions[requisition.position].frozen:
        raise Refused(
            "position-frozen",
            "The position {position} is frozen in the organisation; have it unfrozen first.",
            position=requisition.position,
        )


def _check_seats(state: HiringState, new: Requisition) -> None:
    taken = len(state.taken())
    if new.seats < taken:
        raise Refused(
            "seats-in-use",
            "{taken} seats are held by offers; {seats} would be too few. Rescind offers first.",
            taken=taken,
            seats=new.seats,
        )


def _title(facts: Facts, requisition: Requisition) -> Message:
    """With what the position is called in each language: readers get their own."""
    names = facts.organisation.positions[requisition.position].title
    title = names.get("en", requisition.position)
    others = {f"position.{code}": name for code, name in names.items() if code != "en"}
    return N_("Hiring {seats} × {position}", seats=str(requisition.seats), position=title, **others)
