"""The outcome, its confirmation by HR and second level, the appeal, and the lapse (DIS-03 to DIS-06, DIS-11)."""

from datetime import date

from domain.kernel.cases.case import Deadline, Status
from domain.kernel.cases.case_events import DeadlineCleared, DeadlineSet, ReviewApproved, ReviewRejected, ReviewReturned
from domain.kernel.commands import DeadlinePassed
from domain.kernel.deciding import approval
from domain.kernel.duty import end
from domain.kernel.errors import Refused
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import calendar_of, today_of
from domain.kernel.values.calendar import working_date
from domain.kernel.values.content import Content
from domain.kernel.values.message import N_
from domain.organisation.policy_needs import PolicyFields
from domain.people.discipline import commands as c
from domain.people.discipline import events as e
from domain.people.discipline.beside import SUSPENSION
from domain.people.discipline.hearing import ask_for_outcome
from domain.people.discipline.investigating import conclude
from domain.people.discipline.levels import active_warnings, bound, until
from domain.people.discipline.persons import Wire, appeal_managers, appoint, ask, done, first_fit
from domain.people.discipline.state import Outcome, Proposal
from domain.people.discipline.terms import HEAVY, Measure, Post, Stage, number, text

APPEAL_OVER, LAPSE = "appeal-over", "lapse"
ROUTES = dict.fromkeys(
    ("outcome", "dismissal"),
    PolicyFields(
        material={"employee": "person", "measure": "word", "reason": "other"},
        data={"clause": "word", "gravity": "word"},
        amount=False,
    ),
)
"""Every outcome is confirmed, so that no line concludes a case alone (DIS-13); `dismissal` is for the heavy ones."""


def decide_outcome(ctx: Wire, payload: c.DecideOutcome) -> None:
    """Raises Refused `grievance-open`, `not-served`, `too-heavy`, `not-announced`, `nobody-apart`."""
    state, facts = ctx.state, ctx.facts
    hearing = state.hearing
    assert hearing is not None
    if state.open_grievance is not None:
        raise Refused("grievance-open", "A grievance in this case is open; it is answered first.")
    if late := [one for one in payload.evidence if not _counts(ctx, one)]:
        template = "Evidence {numbers} was not served before the hearing and does not count; leave it out."
        raise Refused("not-served", template, numbers=", ".join(map(str, late)))
    if payload.measure.rank > hearing.heaviest.rank:
        template = "The invitation named {heaviest} as the heaviest outcome; decide on that or a lighter one."
        raise Refused("not-announced", template, heaviest=hearing.heaviest.value)
    active = _refuse_too_heavy(ctx, payload.measure)
    first_fit(ctx, Post.APPEAL_MANAGER, appeal_managers(facts, state), text(facts, "role_last"))
    done(ctx, "decide-outcome")
    review = f"outcome-{len(ctx.case.reviews) + 1}"
    ctx.add(
        e.OutcomeProposed(
            review=review, measure=payload.measure, bound=bound(facts, state.gravity, active), active=active,
            evidence=payload.evidence, reason=payload.reason, by=ctx.command.actor, at=facts.now,
        )
    )  # fmt: skip
    approval.open_review(ctx, review, "dismissal" if payload.measure in HEAVY else "outcome", _content(ctx, payload))


def _counts(ctx: Wire, number: int) -> bool:
    evidence, hearing = ctx.state.evidence.get(number), ctx.state.hearing
    return bool(evidence and hearing and evidence.served and evidence.served < hearing.on)


def _content(ctx: Wire, payload: c.DecideOutcome) -> Content:
    state = ctx.state
    material = {"employee": state.employee, "measure": payload.measure.value, "reason": payload.reason}
    apart = (state.reporter, *state.witnesses, *state.statements, state.posts.get(Post.INVESTIGATOR, ""))
    return Content(
        requester=ctx.command.actor, unit=state.case.unit or "", material=material,
        data={**material, "clause": state.clause, "gravity": state.gravity.value},
        excluded=tuple(dict.fromkeys((state.employee, *filter(None, apart)))),
    )  # fmt: skip


def _refuse_too_heavy(ctx: Wire, measure: Measure) -> tuple[Measure, ...]:
    state = ctx.state
    day = today_of(ctx.facts, state.employee)
    active = active_warnings(ctx.facts, state.employee, day, case=ctx.case.id)
    allowed = bound(ctx.facts, state.gravity, active)
    if measure.rank > allowed.rank:
        template = (
            "For {gravity} with {count} active warnings the heaviest outcome is {allowed}; decide on that or lighter."
        )
        raise Refused("too-heavy", template, gravity=state.gravity.value, count=len(active), allowed=allowed.value)
    return active


def on_confirmed(ctx: Wire, event: ReviewApproved) -> None:
    """What allowed it may have lapsed since it was decided (DIS-04)."""
    proposal = _proposal(ctx, event.review)
    if proposal is None:
        return None
    try:
        _refuse_too_heavy(ctx, proposal.measure)
    except Refused as refused:
        return _send_back(ctx, refused.message)
    return _issue(ctx, proposal)


def on_not_confirmed(ctx: Wire, event: ReviewRejected | ReviewReturned) -> None:
    if _proposal(ctx, event.review) is not None:
        approval.end(ctx, event.review, Status.CANCELLED, event.reason)
        _send_back(ctx, event.reason)


def _send_back(ctx: Wire, reason: str) -> None:
    ctx.add(e.OutcomeSentBack(reason=reason, at=ctx.facts.now))
    ask_for_outcome(ctx)


def _proposal(ctx: Wire, review: str) -> Proposal | None:
    proposal = ctx.state.proposal
    return proposal if proposal is not None and proposal.review == review else None


def _issue(ctx: Wire, proposal: Proposal) -> None:
    facts, state = ctx.facts, ctx.state
    today = today_of(facts, state.employee)
    if nothing := proposal.measure is Measure.NONE:
        manager, last = None, None
    else:
        manager = first_fit(ctx, Post.APPEAL_MANAGER, appeal_managers(facts, state), text(facts, "role_last"))
        appoint(ctx, Post.APPEAL_MANAGER, manager, "is above the hearing manager and was not involved")
        last = working_date(calendar_of(facts, state.employee), today, number(facts, "appeal_days"))
    ctx.add(
        e.OutcomeIssued(
            measure=proposal.measure, reason=proposal.reason, appeal_to=manager, appeal_until=last, at=facts.now,
            until=until(facts, state.employee, proposal.measure, today),
        )
    )  # fmt: skip
    end_suspension(ctx, "the outcome is issued")
    if nothing:
        conclude(ctx, Stage.NO_ACTION, proposal.reason)
    elif last:
        _set(ctx, APPEAL_OVER, last)


def _set(ctx: Wire, kind: str, day: date) -> None:
    at = max(working_day_end(ctx.facts, ctx.state.employee, day), ctx.facts.now)
    if any(one.kind == kind for one in ctx.case.deadlines):
        ctx.add(DeadlineCleared(kind=kind, key=kind))
    ctx.add(DeadlineSet(deadline=Deadline(kind=kind, key=kind, at=at)))


def appeal_over(ctx: Wire, _payload: DeadlinePassed) -> None:
    if ctx.state.stage is Stage.APPEAL_WINDOW:
        _become_final(ctx)


def _become_final(ctx: Wire) -> None:
    """A warning counts until its day; anything else stays open as long as a late appeal may come (DIS-05)."""
    outcome = _outcome(ctx)
    ctx.add(e.OutcomeFinal(measure=outcome.measure, at=ctx.facts.now))
    calendar = calendar_of(ctx.facts, ctx.state.employee)
    late = working_date(calendar, today_of(ctx.facts, ctx.state.employee), number(ctx.facts, "late_appeal_days"))
    _set(ctx, LAPSE, outcome.until or late)


def appeal(ctx: Wire, payload: c.Appeal) -> None:
    """Raises Refused `appealed-already`, `good-cause` for a late one without a cause (DIS-05)."""
    outcome = _outcome(ctx)
    if ctx.state.appeal is not None:
        raise Refused("appealed-already", "There was an appeal in this case; a second one is not possible.")
    late = ctx.state.stage is Stage.IN_FORCE or today_of(ctx.facts, ctx.state.employee) > (
        outcome.appeal_until or date.max
    )
    if late and payload.good_cause is None:
        template = "The time for an appeal was over on {day}; say in good_cause why it comes late."
        raise Refused("good-cause", template, day=outcome.appeal_until)
    if any(one.kind == APPEAL_OVER for one in ctx.case.deadlines):
        ctx.add(DeadlineCleared(kind=APPEAL_OVER, key=APPEAL_OVER))
    ctx.add(
        e.AppealLodged(
            grounds=payload.grounds, late=late, good_cause=payload.good_cause, by=ctx.command.actor, at=ctx.facts.now
        )
    )  # fmt: skip
    if late:
        title = N_("A confidential matter: is the late appeal heard?")
        ask(ctx, "admit-appeal", title, "appeal_hearing_days", command="decide-late-appeal")
    else:
        _ask_to_hear(ctx)


def _ask_to_hear(ctx: Wire) -> None:
    title = N_("A confidential matter: hear the appeal and decide")
    ask(ctx, "hear-appeal", title, "appeal_hearing_days", command="decide-appeal")


def decide_late_appeal(ctx: Wire, payload: c.AdmitAppeal) -> None:
    done(ctx, "admit-appeal")
    ctx.add(e.LateAppealDecided(admitted=payload.admit, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now))
    if payload.admit:
        _ask_to_hear(ctx)
    elif not _outcome(ctx).final:
        _become_final(ctx)


def decide_appeal(ctx: Wire, payload: c.DecideAppeal) -> None:
    """The appeal may reduce the outcome, never add to it. Raises Refused `heavier` (DIS-05)."""
    outcome, facts = _outcome(ctx), ctx.facts
    if payload.measure.rank > outcome.measure.rank:
        raise Refused("heavier", "An appeal may reduce the outcome, which is {measure}.", measure=outcome.measure.value)
    done(ctx, "hear-appeal")
    ctx.add(
        e.AppealDecided(
            measure=payload.measure, reason=payload.reason, by=ctx.command.actor, at=facts.now,
            until=until(facts, ctx.state.employee, payload.measure, outcome.since),
        )
    )  # fmt: skip
    if payload.measure is Measure.NONE:
        conclude(ctx, Stage.OVERTURNED, payload.reason)
    else:
        _become_final(ctx)


def lapse(ctx: Wire, _payload: DeadlinePassed) -> None:
    ctx.add(e.MeasureLapsed(at=ctx.facts.now))


def end_when_lapsed(ctx: Wire) -> None:
    """A late appeal or a plan that still runs is ended first."""
    if ctx.state.lapsed and ctx.state.stage is Stage.IN_FORCE and not ctx.state.plan_runs:
        conclude(ctx, Stage.LAPSED, "the measure lapsed")


def end_suspension(ctx: Wire, reason: str) -> None:
    if ctx.state.suspended:
        end(SUSPENSION, ctx)
        ctx.add(e.SuspensionLifted(reason=reason, at=ctx.facts.now))


def _outcome(ctx: Wire) -> Outcome:
    assert ctx.state.outcome is not None
    return ctx.state.outcome
