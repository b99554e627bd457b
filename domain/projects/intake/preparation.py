"""Options with estimates, the plan with its benefits, the money, the score (PRJ-02 to PRJ-04)."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from domain.kernel.budget_control import budget_line, require_period
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.ledger import year_of
from domain.kernel.postings import Postings
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.money import Money
from domain.projects.intake import commands as c
from domain.projects.intake import events as e
from domain.projects.intake.content import Option, Plan, Score
from domain.projects.intake.parameters import days, weights
from domain.projects.intake.reviews import resubmit
from domain.projects.intake.state import RequestState
from domain.projects.intake.triage import refuse_too_large, refuse_unknown

Ctx = DecisionContext[RequestState]


def propose_options(ctx: Ctx, payload: c.ProposeOptions) -> None:
    """Another choice voids the plan for the one before (PRJ-02).

    Raises Refused `same-id`, `nothing-missing`, `no-such-option`, `estimated-later`, `estimate-old`, `not-a-range`,
    `two-currencies`.
    """
    options = {option.id: option for option in payload.options}
    if len(options) < len(payload.options):
        raise Refused("same-id", "Two options have the same id; give each its own.")
    if not any(option.do_nothing for option in payload.options):
        raise Refused("nothing-missing", "Doing nothing is an option too; say what it costs and risks.")
    chosen = options.get(payload.chosen)
    if chosen is None or chosen.do_nothing:
        template = "Propose one of {known}; if nothing is to be done, cancel the request."
        known = ", ".join(option.id for option in payload.options if not option.do_nothing)
        raise Refused("no-such-option", template, known=known)
    for option in payload.options:
        _refuse_odd(option)
        if option.estimated > _today(ctx):
            raise Refused("estimated-later", "The estimate of {option} is from a day to come.", option=option.id)
    _refuse_old(ctx, chosen)
    _give_back(ctx, "another option is proposed")
    ctx.add(
        e.OptionsProposed(options=payload.options, chosen=payload.chosen, by=ctx.command.actor, at=ctx.facts.now)
    )  # fmt: skip


def renew_estimate(ctx: Ctx, payload: c.RenewEstimate) -> None:
    """Raises Refused `no-such-option`, `not-a-range`, `two-currencies`."""
    option = ctx.state.option
    if option is None:
        raise Refused("no-such-option", "No option is proposed yet; propose one first.")
    option = option.model_copy(update={**dict(payload), "estimated": _today(ctx)})
    _refuse_odd(option)
    ctx.add(e.EstimateRenewed(option=option, by=ctx.command.actor, at=ctx.facts.now))


def is_old(ctx: Ctx, option: Option) -> bool:
    """Whether an estimate is older than the policy lets it be on the day it is decided on (PRJ-02)."""
    return option.estimated + timedelta(days=days(ctx.facts, "estimate_valid_days")) < _today(ctx)


def refuse_old_estimate(ctx: Ctx) -> None:
    """Raises Refused `estimate-old`."""
    if ctx.state.option is not None:
        _refuse_old(ctx, ctx.state.option)


def _refuse_old(ctx: Ctx, option: Option) -> None:
    if is_old(ctx, option):
        template = "The estimate of {option} is from {day} and too old; estimate it anew."
        raise Refused("estimate-old", template, option=option.id, day=option.estimated.isoformat())


def _refuse_odd(option: Option) -> None:
    _refuse_currencies([option.low, option.likely, option.high])
    if not 0 <= option.low.amount <= option.likely.amount <= option.high.amount:
        template = "The estimate of {option} is no range: give low, likely and high in rising order."
        raise Refused("not-a-range", template, option=option.id)


def _refuse_currencies(amounts: Iterable[Money]) -> None:
    if len({money.currency for money in amounts}) > 1:
        raise Refused("two-currencies", "State all amounts in one currency.")


def plan_project(ctx: Ctx, payload: c.PlanProject) -> None:
    """Another plan gives back what was reserved for the one before.

    Raises Refused `unknown-person`, `same-person`, `unmapped`, `wrong-period`, `two-currencies`, `not-positive`,
    `same-period`, `past-day`, `ends-before-start`, `money-ends-first`, `beyond-estimate`.
    """
    plan = Plan.model_validate(dict(payload))
    people = (plan.manager, *(need.person for need in plan.people if need.person), *(b.owner for b in plan.benefits))
    refuse_unknown(ctx.facts, *people)
    if plan.manager in (ctx.state.the_wish.sponsor, ctx.state.the_wish.business_owner):
        template = "{person} cannot manage the project and sponsor or accept it; name someone else."
        raise Refused("same-person", template, person=plan.manager)
    _refuse_costs(ctx, plan)
    _refuse_days(ctx, plan)
    _give_back(ctx, "the plan is another one")
    ctx.add(e.ProjectPlanned(plan=plan, by=ctx.command.actor, at=ctx.facts.now))
    if ctx.state.fast:
        _leave_fast_lane(ctx, plan)


def _refuse_costs(ctx: Ctx, plan: Plan) -> None:
    line = budget_line(ctx.facts, plan.line)
    amounts = [one.amount for one in (*plan.costs, *plan.ownership)]
    option = ctx.state.option
    _refuse_currencies([*amounts, *([option.high] if option else [])])
    if any(money.amount <= 0 for money in amounts):
        raise Refused("not-positive", "An amount of the plan is above zero; leave out periods without a cost.")
    for costs in (plan.costs, plan.ownership):
        if len({one.period for one in costs}) < len(costs):
            raise Refused("same-period", "A period stands twice in the plan; add its amounts up.")
    for one in plan.costs:
        require_period(line, one.period)
    if option is not None and plan.cost.amount > option.high.amount:
        template = "The plan costs {cost}, more than the estimate's {high}; plan less or estimate anew."
        raise Refused("beyond-estimate", template, cost=str(plan.cost), high=str(option.high))


def _refuse_days(ctx: Ctx, plan: Plan) -> None:
    if plan.starts < _today(ctx):
        raise Refused("past-day", "A project starts on {today} or later.", today=_today(ctx).isoformat())
    last = max(milestone.due for milestone in plan.milestones)
    if any(milestone.due < plan.starts for milestone in plan.milestones):
        early = "A milestone is due before the project starts on {start}; correct one of the two."
        raise Refused("ends-before-start", early, start=plan.starts.isoformat())
    if f"{last:%Y}" > max(year_of(one.period) for one in plan.costs):
        template = "The last milestone is due on {due}, after the last period with money; plan money until then."
        raise Refused("money-ends-first", template, due=last.isoformat())


def _leave_fast_lane(ctx: Ctx, plan: Plan) -> None:
    """What turns out too large for the fast lane goes the full way (PRJ-06)."""
    try:
        refuse_too_large(ctx, plan.cost)
    except Refused:
        reason = "it is too large for the fast lane, by itself or with others of its origin"
        ctx.add(e.LaneChanged(lane="full", reason=reason, at=ctx.facts.now))


def _give_back(ctx: Ctx, reason: str) -> None:
    """What was reserved for an earlier plan; an emergency keeps its money until the new plan has its own."""
    if ctx.state.holdings.open and ctx.state.reserved:
        postings = Postings(ctx.facts, ctx.state.holdings)
        postings.release_all()
        ctx.add(e.ReservationReturned(transfers=postings.transfers, reason=reason, at=ctx.facts.now))


def reserve_money(ctx: Ctx, _payload: c.ReserveMoney) -> None:
    """Raises Refused `over-budget`, `no-plan`; what an emergency held goes into it (PRJ-03, PRJ-07)."""
    plan = ctx.state.the_plan
    postings = Postings(ctx.facts, ctx.state.holdings)
    postings.release_all()
    postings.reserve_all(plan.line, plan.periods)
    ctx.add(
        e.MoneyReserved(transfers=postings.transfers, line=plan.line, by=ctx.command.actor, at=ctx.facts.now)
    )  # fmt: skip


def score_request(ctx: Ctx, payload: c.ScoreRequest) -> None:
    """By the model of the case's policy: its version and weights stay with the score. Raises Refused `criteria`."""
    model = weights(ctx.facts)
    if payload.scores.keys() != model.keys():
        raise Refused("criteria", "Score each of {known} and nothing else.", known=", ".join(model))
    whole = sum((payload.scores[name] * weight for name, weight in model.items()), start=Decimal(0))
    score = Score(
        policy=ctx.facts.policy.version, weights=model, scores=payload.scores,
        total=(whole / sum(model.values())).quantize(Decimal("0.01")),
    )  # fmt: skip
    ctx.add(e.RequestScored(score=score, by=ctx.command.actor, at=ctx.facts.now))


def resubmit_request(ctx: Ctx, _payload: c.ResubmitRequest) -> None:
    """Raises Refused `estimate-old`."""
    refuse_old_estimate(ctx)
    resubmit(ctx)


def _today(ctx: Ctx) -> date:
    return today_of(ctx.facts, ctx.case.requester or "")
