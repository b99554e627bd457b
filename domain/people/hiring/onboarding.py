"""After acceptance: pre-employment checks, hand-over, onboarding tasks, probation (HIR-11, HIR-13)."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.routing.eligibility import today_of
from domain.kernel.routing.route import calendar_of
from domain.kernel.value import Value
from domain.kernel.values.calendar import add_working_days, working_date
from domain.kernel.values.message import N_, Message
from domain.people.hiring import commands as c
from domain.people.hiring import events as e
from domain.people.hiring.lookups import Wire, checks_due, end_of_working_day, holders, number, the_candidate
from domain.people.hiring.state import Offer, OfferStatus

ONBOARDING = "onboarding"
PROBATION = "probation"


class Duty(Value):
    """One onboarding task: whose, and how many working days from the start date (negative: before)."""

    name: str
    whose: Literal["it", "facilities", "manager", "hr"]
    days: int
    title: Message


DUTIES: tuple[Duty, ...] = (
    Duty(name="equipment", whose="it", days=-10, title=N_("Order equipment and accounts for {candidate}")),
    Duty(
        name="workplace", whose="facilities", days=-5, title=N_("Prepare the workplace and access card of {candidate}")
    ),
    Duty(name="first-day", whose="manager", days=1, title=N_("Confirm that {candidate} started and was introduced")),
    Duty(name="first-month", whose="hr", days=30, title=N_("Talk with {candidate} about the first month")),
    Duty(name=PROBATION, whose="manager", days=90, title=N_("Decide the probation of {candidate}")),
)
"""What is to be done around the start date, in order; the probation decision is last (HIR-13)."""


def ask_for_checks(ctx: Wire, offer: str) -> None:
    """One task per pre-employment check still to pass; without any, onboarding begins at once."""
    state = ctx.state
    team = state.the_team
    passed = {check for check, result in state.offers[offer].checks.items() if result == "passed"}
    for check in checks_due(state, ctx.facts):
        if check in passed:
            continue
        tasks.assign(
            ctx, kind="check",
            title=N_(
                "Pre-employment check {check} of candidate {candidate}", check=check,
                candidate=state.offers[offer].candidate,
            ),
            subject=offer, step=check, assignees=team.runners, basis="recruiter", command="record-check",
            due_days=number(ctx.facts, "check_days"),
        )  # fmt: skip
    _hand_over_if_passed(ctx, offer)


def renew_checks(ctx: Wire) -> None:
    """The list of checks changed: whoever accepted is checked by the new one."""
    for offer in ctx.state.offers_in(OfferStatus.ACCEPTED):
        if not offer.handed_over:
            tasks.cancel(ctx, reason="the list of checks changed", subject=offer.id, kind="check")
            ask_for_checks(ctx, offer.id)


def record_check(ctx: Wire, payload: c.RecordCheck) -> None:
    """Raises Refused `no-accepted-offer`, `handed-over`, `unknown-check`. A failed check can be repeated."""
    offer = accepted_offer(ctx, payload.candidate)
    known = checks_due(ctx.state, ctx.facts)
    if offer.handed_over:
        raise Refused("handed-over", "All checks passed and onboarding began; a check cannot change any more.")
    if payload.check not in known:
        raise Refused(
            "unknown-check",
            "There is no check {check}; it is one of {known}.",
            check=payload.check,
            known=", ".join(known) or "none",
        )
    tasks.done(ctx, kind="check", subject=offer.id, step=payload.check)
    ctx.add(
        e.CheckRecorded(
            offer=offer.id, candidate=offer.candidate, check=payload.check, result=payload.result, note=payload.note,
            by=ctx.command.actor,
        )
    )  # fmt: skip
    _hand_over_if_passed(ctx, offer.id)


def accepted_offer(ctx: Wire, candidate: str) -> Offer:
    """Raises Refused `no-such-candidate`, `no-accepted-offer`."""
    offer = ctx.state.offer_of(the_candidate(ctx.state, candidate).id)
    if offer is None or offer.status is not OfferStatus.ACCEPTED:
        raise Refused("no-accepted-offer", "Candidate {candidate} has not accepted an offer.", candidate=candidate)
    return offer


def _hand_over_if_passed(ctx: Wire, offer: str) -> None:
    """While taking the offer back is in approval, nothing is handed over (HIR-11)."""
    current = ctx.state.offers[offer]
    required = checks_due(ctx.state, ctx.facts)
    if current.handed_over or current.rescinding or any(current.checks.get(check) != "passed" for check in required):
        return
    ctx.add(e.HandedOver(offer=offer, candidate=current.candidate, at=ctx.facts.now))
    for duty in DUTIES:
        _offer_duty(ctx, duty, ctx.state.offers[offer])


def resume_hand_over(ctx: Wire, offer: str) -> None:
    """The acceptance stands after all: go on where the checks had got to."""
    _hand_over_if_passed(ctx, offer)


def _offer_duty(ctx: Wire, duty: Duty, offer: Offer) -> None:
    whose = _assignees(ctx, duty)
    tasks.assign(
        ctx, kind=PROBATION if duty.name == PROBATION else ONBOARDING,
        title=duty.title.model_copy(update={"args": {"candidate": offer.candidate}}), subject=offer.id, step=duty.name,
        assignees=whose, basis=duty.whose, command="decide-probation" if duty.name == PROBATION else "complete-task",
        due_at=_due_at(ctx, duty, offer, whose[0]),
    )  # fmt: skip


def _assignees(ctx: Wire, duty: Duty) -> tuple[str, ...]:
    """The holders of the duty's role, else HR, else the hiring manager: a duty is never nobody's."""
    team = ctx.state.the_team
    unit = ctx.state.the_requisition.unit
    match duty.whose:
        case "it":
            found = holders(ctx.facts, "role_it", unit)
        case "facilities":
            found = holders(ctx.facts, "role_facilities", unit)
        case "manager":
            found = (ctx.state.hiring_manager,)
        case "hr":
            found = team.hr_partners
    return found or team.hr_partners or (ctx.state.hiring_manager,)


def _due_at(ctx: Wire, duty: Duty, offer: Offer, person: str) -> datetime:
    """The end of the working day so many days from the start; if it has passed, a working day from now."""
    calendar = calendar_of(ctx.facts, person)
    day = working_date(calendar, offer.terms.start_date, duty.days)
    due = end_of_working_day(ctx.facts, person, day)
    return due if due > ctx.facts.now else add_working_days(calendar, ctx.facts.now, Decimal(1))


def complete_task(ctx: Wire, payload: c.CompleteTask) -> None:
    """Raises Refused as `tasks.require` does, and `other-command`."""
    task = tasks.require(ctx, payload.task)
    if task.kind != ONBOARDING:
        raise Refused(
            "other-command", "Task {task} is done by the command {command}.", task=task.id, command=task.command
        )
    tasks.finish(ctx, task.id)


def decide_probation(ctx: Wire, payload: c.DecideProbation) -> None:
    """The hiring manager's decision at the end of onboarding fills the seat or gives it back (HIR-13)."""
    offer = accepted_offer(ctx, payload.candidate)
    if not offer.handed_over:
        raise Refused(
            "not-handed-over", "Candidate {candidate} has not begun: checks are missing.", candidate=offer.candidate
        )
    if offer.rescinding:
        raise Refused(
            "rescission-open", "Taking back offer {offer} is in approval; wait for its outcome.", offer=offer.id
        )
    if payload.outcome == "end":
        _require_started(ctx, offer)
    tasks.done(ctx, kind=PROBATION, subject=offer.id)
    if payload.outcome == "confirm":
        ctx.add(e.SeatFilled(offer=offer.id, candidate=offer.candidate, by=ctx.command.actor, at=ctx.facts.now))
        return
    ctx.add(e.ProbationEnded(offer=offer.id, candidate=offer.candidate, reason=payload.reason, by=ctx.command.actor))
    tasks.cancel(ctx, reason="probation was not passed", subject=offer.id)


def _require_started(ctx: Wire, offer: Offer) -> None:
    """Who has not started is not in probation: the offer is taken back with approval instead (HIR-11)."""
    today = today_of(ctx.facts, ctx.state.the_team.hiring_manager)
    if today < offer.terms.start_date:
        raise Refused(
            "not-started",
            "Candidate {candidate} starts on {start}; to take the offer back, rescind it.",
            candidate=offer.candidate,
            start=offer.terms.start_date.isoformat(),
        )
