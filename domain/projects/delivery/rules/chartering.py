"""Charter and letter of delegation (DEL-01)."""

from domain.kernel.command import SYSTEM
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.postings import Postings
from domain.kernel.values.content import as_logged, content_hash
from domain.kernel.values.message import N_
from domain.kernel.values.money import same
from domain.organisation.units import refuse_ended
from domain.projects.delivery import commands as c
from domain.projects.delivery import events as e
from domain.projects.delivery.content import Activity, Charter, Letter, Requirement
from domain.projects.delivery.rules.context import Ctx, ask, holders, require_day, require_people


def charter_project(ctx: Ctx, payload: c.CharterProject) -> None:
    """Opens the project and reserves its money.

    What comes from a request was reserved there and approved by the board: it is not checked a second time while both
    hold it. Raises Refused `not-your-unit`, `same-person`, `unknown-person`, `unknown-unit`, `twice`,
    `day-out-of-range`, `requirements-changed`, and what the budget line refuses.
    """
    _refuse_unfit(ctx, payload)
    charter = Charter(
        request=payload.request, programme=payload.programme, title=payload.title, unit=payload.unit,
        sponsor=payload.sponsor, business_owner=payload.business_owner, delegator=_delegator(ctx, payload),
        line=payload.line, periods=payload.periods,
        requirements_hash=payload.requirements_hash or hash_of(payload.requirements),
        mandatory=payload.mandatory, theme=payload.theme, score=payload.score,
    )  # fmt: skip
    if payload.manager in (charter.delegator, charter.sponsor, charter.business_owner):
        template = "{person} cannot manage the project and delegate, sponsor or accept it; name someone else."
        raise Refused("same-person", template, person=payload.manager)
    postings = Postings(ctx.facts, project=ctx.case.id)
    if ctx.command.actor == SYSTEM:
        for period, amount in payload.periods.items():
            postings.reserve(payload.line, period, amount)
    else:
        postings.reserve_all(payload.line, payload.periods)
    milestones = tuple(
        Activity(id=one.id, title=one.title, starts=one.due, ends=one.due, milestone=True) for one in payload.milestones
    )
    ctx.add(
        e.ProjectChartered(
            requester=payload.manager, title=N_("{title}", title=payload.title), unit=payload.unit, at=ctx.facts.now,
            charter=charter, requirements=payload.requirements, benefits=payload.benefits, milestones=milestones,
            by=ctx.command.actor, transfers=postings.transfers,
        )
    )  # fmt: skip
    title = N_("Sign the letter of delegation for {title}", title=payload.title)
    ask(ctx, "delegate", "delegate-project", title, (charter.delegator,), within="delegate_days")


def delegate_project(ctx: Ctx, payload: c.DelegateProject) -> None:
    """Raises Refused `two-currencies`, `negative-tolerance`."""
    same(ctx.state.budget, payload.money)
    if payload.money.amount < 0:
        raise Refused("negative-tolerance", "A tolerance is zero or more; {money} is not.", money=str(payload.money))
    first = ctx.state.letter is None
    tasks.done(ctx, kind="delegate", subject="delegate")
    ctx.add(e.ProjectDelegated(letter=letter_of(payload), by=ctx.command.actor, at=ctx.facts.now))
    if first:
        title = N_("Plan {title} and ask for its baseline", title=ctx.state.the_charter.title)
        ask(ctx, "plan", "request-change", title, (ctx.state.manager,), within="plan_days")


def letter_of(payload: c.DelegateProject) -> Letter:
    return Letter(money=payload.money, days=payload.days, scope=payload.scope, text=payload.text)


def hash_of(requirements: tuple[Requirement, ...]) -> str:
    """Hex SHA-256 of a set of requirements, as the business user signs it (PRJ-01)."""
    return content_hash({"requirements": as_logged({"requirements": requirements})["requirements"]})


def _delegator(ctx: Ctx, payload: c.CharterProject) -> str:
    """Who gave the charter; of what comes from a request, the head of its unit, else the sponsor."""
    if ctx.command.actor != SYSTEM:
        return ctx.command.actor
    heads = [one for one in holders(ctx.facts, "role_senior_manager", payload.unit) if one != payload.manager]
    return heads[0] if heads else payload.sponsor


def _refuse_unfit(ctx: Ctx, payload: c.CharterProject) -> None:
    facts, actor = ctx.facts, ctx.command.actor
    if payload.unit not in facts.organisation.units:
        raise Refused("unknown-unit", "There is no unit {unit}; name one of the organisation.", unit=payload.unit)
    refuse_ended(facts.organisation, payload.unit, facts.now.date())
    may = {*holders(facts, "role_pmo", payload.unit), *holders(facts, "role_senior_manager", payload.unit)}
    if actor != SYSTEM and actor not in may:
        template = "Only the head of {unit} or its project office can charter a project there."
        raise Refused("not-your-unit", template, unit=payload.unit)
    owners = {one.owner for one in payload.requirements} | {one.owner for one in payload.benefits}
    require_people(facts, payload.sponsor, payload.business_owner, payload.manager, *sorted(owners))
    if twice := _twice(payload):
        raise Refused("twice", "Two entries have the id {id}; give each its own.", id=twice)
    first, *rest = payload.periods.values()
    for amount in rest:
        same(first, amount)
    if actor == SYSTEM:  # days and hash were looked at where they were approved
        return
    for day in (*(one.due for one in payload.milestones), *(one.due for one in payload.benefits)):
        require_day(day, facts.now.date())
    if payload.requirements_hash and payload.requirements_hash != hash_of(payload.requirements):
        template = "The requirements are not those that were signed; sign them again or send those."
        raise Refused("requirements-changed", template)


def _twice(payload: c.CharterProject) -> str | None:
    """An id that two requirements, two benefits or two milestones have."""
    requirements = [one.id for one in payload.requirements]
    benefits, milestones = [one.id for one in payload.benefits], [one.id for one in payload.milestones]
    lists = (requirements, benefits, milestones)
    return next((id_ for ids in lists for id_ in ids if ids.count(id_) > 1), None)
