"""Baselines by approved change, and gates by decision (DEL-02, DEL-03)."""

from typing import Any

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import CaseHeld, ReviewApproved, ReviewEnded, ReviewRejected, ReviewReturned
from domain.kernel.deciding import approval, tasks
from domain.kernel.errors import Refused
from domain.kernel.ledger import Account
from domain.kernel.postings import Postings
from domain.kernel.values.content import Content
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money, same
from domain.organisation.policy_needs import PolicyFields
from domain.projects.delivery import commands as c
from domain.projects.delivery import events as e
from domain.projects.delivery.content import Baseline
from domain.projects.delivery.rules.context import Ctx, ask, require_people
from domain.projects.delivery.state import Change, Gate, ProjectState

CHANGE, GATE = "change", "gate"
SEEN = {
    "baseline": PolicyFields(
        material={"scope": "other", "activities": "other", "periods": "other", "benefits": "other", "cost": "money"},
        data={
            "line": "budget_line", "cost_change": "money", "days_change": "number", "first": "flag",
            "mandatory": "flag", "reason": "other", "impact": "other",
        },
    ),
    "gate": PolicyFields(material={"name": "other", "criteria": "other"}, data={"line": "budget_line"}, amount=False),
}  # fmt: skip


def request_change(ctx: Ctx, payload: c.RequestChange) -> None:
    """A new baseline is asked for; the first is asked for in the same way.

    Raises Refused `change-under-way`, `no-plan-yet`, `undated`, and what `_proposed` raises.
    """
    if ctx.state.pending:
        template = "{change} is under way; revise or drop it first."
        raise Refused("change-under-way", template, change=ctx.state.pending[0].review)
    review = f"{CHANGE}-{len(ctx.state.changes) + 1}"
    baseline = _proposed(ctx, payload)
    tasks.done(ctx, kind="plan", subject="plan")
    ctx.add(
        e.ChangeRequested(
            review=review, reason=payload.reason, impact=payload.impact, baseline=baseline, by=ctx.command.actor,
            at=ctx.facts.now,
        )
    )  # fmt: skip
    approval.open_review(ctx, review, "baseline", _content(ctx, ctx.state.changes[review]))


def revise_change(ctx: Ctx, payload: c.ReviseChange) -> None:
    """What is asked for becomes another; approvers decide again on what changed (KRN-14, KRN-15)."""
    change = _pending(ctx, payload.change)
    given = payload.model_copy(
        update={
            "periods": payload.periods or change.baseline.periods,
            "benefits": change.baseline.benefits if payload.benefits is None else payload.benefits,
        }
    )
    tasks.done(ctx, kind="revise", subject=payload.change)
    ctx.add(
        e.ChangeRevised(
            review=change.review, reason=payload.reason, impact=payload.impact, baseline=_proposed(ctx, given),
            by=ctx.command.actor, at=ctx.facts.now,
        )
    )  # fmt: skip
    content = _content(ctx, ctx.state.changes[change.review])
    if ctx.case.reviews[change.review].status is Status.RETURNED:
        approval.resubmit(ctx, change.review, content)
    else:
        approval.change(ctx, change.review, content)


def drop_change(ctx: Ctx, payload: c.DropChange) -> None:
    change = _pending(ctx, payload.change)
    approval.end(ctx, change.review, Status.CANCELLED, payload.reason)
    _end_change(ctx, change.review, "dropped")


def open_gate(ctx: Ctx, payload: c.OpenGate) -> None:
    """Raises Refused `gate-open`."""
    if open_ := [gate for gate in ctx.state.gates.values() if gate.outcome in (None, "recycle", "hold")]:
        raise Refused("gate-open", "Gate {name} is not decided yet; wait for it.", name=open_[0].name)
    review = f"{GATE}-{len(ctx.state.gates) + 1}"
    ctx.add(
        e.GateOpened(
            review=review, name=payload.name, criteria=_criteria(payload.criteria), by=ctx.command.actor,
            at=ctx.facts.now,
        )
    )  # fmt: skip
    approval.open_review(ctx, review, "gate", _gate_content(ctx, ctx.state.gates[review]))


def revise_gate(ctx: Ctx, payload: c.ReviseGate) -> None:
    """After “recycle”: better evidence, or other criteria. Raises Refused `no-such-gate`, `not-returned`."""
    gate = ctx.state.gates.get(payload.gate)
    if gate is None:
        raise Refused("no-such-gate", "There is no gate {gate}; name one of the project.", gate=payload.gate)
    tasks.done(ctx, kind="revise", subject=payload.gate)
    given = gate.model_copy(update={"criteria": _criteria(payload.criteria)})
    content = _gate_content(ctx, given)
    if ctx.case.reviews[payload.gate].status is not Status.RETURNED:
        raise Refused("not-returned", "Gate {gate} did not come back; nothing is to be revised.", gate=payload.gate)
    ctx.add(
        e.GateOpened(
            review=gate.review, name=gate.name, criteria=given.criteria, by=ctx.command.actor, at=ctx.facts.now
        )
    )
    approval.resubmit(ctx, payload.gate, content)


def on_approved(ctx: Ctx, event: ReviewApproved) -> None:
    if event.review in ctx.state.changes:
        _set_baseline(ctx, ctx.state.changes[event.review])
    elif event.review in ctx.state.gates:
        bound = ctx.case.reviews[event.review].conditions
        _decide_gate(ctx, event.review, "go with conditions" if bound else "go")


def on_rejected(ctx: Ctx, event: ReviewRejected) -> None:
    """A gate that says stop is not yet the stop: who delegated says what becomes of orders (DEL-08)."""
    if event.review in ctx.state.changes:
        _end_change(ctx, event.review, "rejected")
    elif event.review in ctx.state.gates:
        _decide_gate(ctx, event.review, "stop")
        title = N_("Stop {title}: the gate said so", title=ctx.state.the_charter.title)
        ask(ctx, "stop", "stop-project", title, (ctx.state.the_charter.delegator,), within="answer_days")


def on_returned(ctx: Ctx, event: ReviewReturned) -> None:
    title = N_("Revise what came back: {review}", review=event.review)
    if event.review in ctx.state.gates:
        _decide_gate(ctx, event.review, "recycle")
    command = "revise-gate" if event.review in ctx.state.gates else "revise-change"
    ask(ctx, "revise", command, title, (ctx.state.manager,), within="answer_days", about=event.review)


def on_ended(ctx: Ctx, event: ReviewEnded) -> None:
    """The ladder's end, where the policy says that silence ends a review."""
    if event.status is not Status.EXPIRED:
        return
    if event.review in ctx.state.changes:
        _end_change(ctx, event.review, "expired")
    elif event.review in ctx.state.gates:
        _decide_gate(ctx, event.review, "expired")


def on_held(ctx: Ctx, _event: CaseHeld) -> None:
    """A hold while a gate is open is that gate's answer; the gate is decided after the hold (DEL-03)."""
    for gate in ctx.state.gates.values():
        if gate.outcome is None:
            _decide_gate(ctx, gate.review, "hold")


def _proposed(ctx: Ctx, payload: c.RequestChange) -> Baseline:
    """The plan as it stands. Raises Refused `no-plan-yet`, `undated`, `over-budget`, `below-bound`."""
    state = ctx.state
    active = tuple(work.activity for work in state.works.values() if not work.cancelled)
    if not active:
        raise Refused("no-plan-yet", "There is nothing planned; plan the activities first.")
    if undated := [one.id for one in active if one.ends is None]:
        template = "These activities have no days yet: {activities}; give them some, then ask for the baseline."
        raise Refused("undated", template, activities=", ".join(undated))
    periods = payload.periods or state.periods
    for amount in periods.values():
        same(state.budget, amount)
    benefits = state.benefits if payload.benefits is None else payload.benefits
    require_people(ctx.facts, *sorted({one.owner for one in benefits}))
    _rebook(ctx, periods)
    return Baseline(
        number=len(state.baselines) + 1, requirements=tuple(state.requirements.values()), activities=active,
        periods=periods, benefits=benefits,
    )  # fmt: skip


def _set_baseline(ctx: Ctx, change: Change) -> None:
    postings = _rebook(ctx, change.baseline.periods)
    ctx.add(
        e.BaselineSet(
            number=change.baseline.number, baseline=change.baseline, review=change.review, at=ctx.facts.now,
            transfers=postings.transfers,
        )
    )  # fmt: skip


def _rebook(ctx: Ctx, periods: dict[str, Money]) -> Postings:
    """What the line must hold for these amounts: more is reserved, less released; what is bound stays (BUD-11)."""
    state, line = ctx.state, ctx.state.the_charter.line
    postings = Postings(ctx.facts, state.holdings, project=ctx.case.id)
    for period in dict.fromkeys((*periods, *(held.period for held in state.holdings.open))):
        target = periods.get(period, state.budget * 0)
        held = [one for one in state.holdings.open if one.period == period]
        bound = sum((one.money for one in held), state.spent.get(period, state.budget * 0))
        missing = target - bound
        if missing.amount > 0:
            postings.require_available(line, period, missing)
            postings.reserve(line, period, missing)
        elif missing.amount < 0:
            _release(postings, [one.number for one in held if one.account is Account.RESERVED], missing * -1, period)
    return postings


def _release(postings: Postings, reserved: list[int], less: Money, period: str) -> None:
    for number in reserved:
        part = min(less, postings.holdings.at(number).money, key=lambda money: money.amount)
        if part.amount > 0:
            postings.release(number, part)
            less = less - part
    if less.amount > 0:
        template = "{money} more than that is ordered or spent in {period}; the baseline cannot be below it."
        raise Refused("below-bound", template, money=str(less), period=period)


def _content(ctx: Ctx, change: Change) -> Content:
    state, baseline = ctx.state, change.baseline
    before = state.approved.finish if state.approved else baseline.finish
    later = (baseline.finish - before).days if baseline.finish and before else 0
    material: dict[str, Any] = {
        "scope": baseline.requirements, "activities": baseline.activities, "periods": baseline.periods,
        "benefits": baseline.benefits, "cost": baseline.cost,
    }  # fmt: skip
    more = {
        "line": state.the_charter.line, "cost_change": baseline.cost - state.budget, "days_change": later,
        "first": state.approved is None, "mandatory": state.the_charter.mandatory, "reason": change.reason,
        "impact": change.impact,
    }  # fmt: skip
    return Content(
        requester=state.manager, unit=state.the_charter.unit, data={**material, **more}, material=material,
        amount=baseline.cost, excluded=(),
    )  # fmt: skip


def _gate_content(ctx: Ctx, gate: Gate) -> Content:
    material: dict[str, Any] = {"name": gate.name, "criteria": gate.criteria}
    charter = ctx.state.the_charter
    return Content(
        requester=ctx.state.manager, unit=charter.unit, data={**material, "line": charter.line}, material=material,
        amount=None, excluded=(),
    )  # fmt: skip


def _criteria(given: tuple[c.Criterion, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((one.text, one.evidence) for one in given)


def _pending(ctx: Ctx, review: str) -> Change:
    change = ctx.state.changes.get(review)
    if change is None or change.state != "open":
        raise Refused("no-such-change", "No change {change} is under way; ask for one.", change=review)
    return change


def _end_change(ctx: Ctx, review: str, outcome: str) -> None:
    tasks.cancel(ctx, reason=outcome, kind="revise", subject=review)
    ctx.add(e.ChangeEnded(review=review, outcome=outcome))
    if ctx.state.approved is None:
        title = N_("Plan {title} and ask for its baseline", title=ctx.state.the_charter.title)
        ask(ctx, "plan", "request-change", title, (ctx.state.manager,), within="plan_days")


def _decide_gate(ctx: Ctx, review: str, outcome: str) -> None:
    gate = ctx.state.gates[review]
    ctx.add(e.GateDecided(review=review, name=gate.name, outcome=outcome, at=ctx.facts.now))


def three_baselines(state: ProjectState) -> tuple[Baseline, ...]:
    """Original, approved and current, side by side (DEL-02). The current one is what would be asked for today."""
    current = Baseline(
        number=0, requirements=tuple(state.requirements.values()),
        activities=tuple(work.activity for work in state.works.values() if not work.cancelled),
        periods=state.periods, benefits=state.benefits,
    )  # fmt: skip
    return (*state.baselines[:1], *state.baselines[-1:], current)
