"""The start of a project: in an emergency before the approval, else after it; and its end (PRJ-07 to PRJ-09)."""

from datetime import timedelta
from typing import Any

from domain.kernel.cases.case import Deadline, Status
from domain.kernel.cases.case_events import DeadlineCleared, DeadlineSet
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.handle import close
from domain.kernel.postings import Postings
from domain.kernel.routing.eligibility import calendar_of, today_of
from domain.kernel.values.calendar import add_working_days
from domain.kernel.values.money import Money
from domain.kernel.year_end import MoveCommitment
from domain.projects.intake import commands as c
from domain.projects.intake import events as e
from domain.projects.intake.parameters import days, number
from domain.projects.intake.state import RequestState
from domain.projects.intake.triage import end, refuse_unknown

Ctx = DecisionContext[RequestState]


def start_emergency(ctx: Ctx, payload: c.StartEmergency) -> None:
    """Money is reserved even beyond what the line has left; that is recorded (PRJ-07).

    Raises Refused `begun-already`, `same-period`, and as `check_available`.
    """
    if ctx.state.emergency is not None or ctx.state.reserved:
        raise Refused("begun-already", "It began or has its money already; have it approved now.")
    if len({one.period for one in payload.costs}) < len(payload.costs):
        raise Refused("same-period", "A period stands twice in the plan; add its amounts up.")
    postings = Postings(ctx.facts, ctx.state.holdings)
    checks = [postings.check_available(payload.line, one.period, one.amount) for one in payload.costs]
    for one in payload.costs:
        postings.reserve(payload.line, one.period, one.amount)
    until = today_of(ctx.facts, ctx.command.actor) + timedelta(days=days(ctx.facts, "emergency_days"))
    ctx.add(
        e.EmergencyStarted(
            transfers=postings.transfers, line=payload.line, beyond=any(check.outcome == "stopped" for check in checks),
            until=until, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now,
        )
    )  # fmt: skip
    at = ctx.facts.now + timedelta(days=days(ctx.facts, "emergency_days"))
    ctx.add(DeadlineSet(deadline=Deadline(kind="emergency", key="emergency", at=at)))


def stop_emergency(ctx: Ctx, _due: object) -> None:
    """It was not approved in time: the work stops, and the report of emergencies says so."""
    end(ctx, "stopped", Status.CANCELLED, "it began in an emergency and was not approved in time: the work stops")


def give_up_sponsorship(ctx: Ctx, _payload: c.GiveUpSponsorship) -> None:
    """It rests, as when the sponsor leaves the company (PRJ-08)."""
    ctx.add(e.SponsorLost(sponsor=ctx.state.the_wish.sponsor, at=ctx.facts.now))


def replace_sponsor(ctx: Ctx, payload: c.ReplaceSponsor) -> None:
    """Raises Refused `unknown-person`, `nothing-changed`."""
    refuse_unknown(ctx.facts, payload.sponsor)
    if payload.sponsor == ctx.state.the_wish.sponsor:
        raise Refused("nothing-changed", "This is the sponsor already; name another person.")
    ctx.add(
        e.SponsorReplaced(sponsor=payload.sponsor, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now)
    )  # fmt: skip


def charter(ctx: Ctx, _payload: c.CharterProject) -> None:
    """Raises Refused `unknown-person` for a project manager who left since."""
    refuse_unknown(ctx.facts, ctx.state.the_plan.manager)
    ctx.add(e.CharterAsked(project=f"{ctx.case.id}-project", by=ctx.command.actor, at=ctx.facts.now))
    calendar = calendar_of(ctx.facts, ctx.command.actor)
    at = add_working_days(calendar, ctx.facts.now, number(ctx.facts, "charter_answer_days"))
    ctx.add(DeadlineSet(deadline=Deadline(kind="charter", key="charter", at=at)))


def charter_unanswered(ctx: Ctx, _due: object) -> None:
    """The project refused or did not answer: the project office is asked again, and the money stays reserved."""
    if ctx.state.charter_asked:
        ctx.add(e.CharterUnanswered(project=ctx.state.project, at=ctx.facts.now))


def give_up_money(ctx: Ctx, _payload: MoveCommitment) -> None:
    """The year ends and its money is not carried: it is reserved anew before the board, and lapses after it (BUD-09).

    Raises Refused `has-begun`: what began holds its money until the project has its own, or the work stops.
    """
    if ctx.state.charter_asked or (ctx.state.emergency is not None and not ctx.state.approved):
        raise Refused("has-begun", "Work on {case} has begun; carry its money.", case=ctx.case.id)
    reason = "its money was not carried into the new year"
    postings = Postings(ctx.facts, ctx.state.holdings)
    postings.release_all()
    ctx.add(e.ReservationReturned(transfers=postings.transfers, reason=reason, at=ctx.facts.now))
    if ctx.state.approved:
        end(ctx, "lapsed", Status.CANCELLED, reason)


def note_chartered(ctx: Ctx, payload: c.NoteChartered) -> None:
    """The project holds the money: the reservation here ends (docs/adr/0037). Raises Refused `other-project`."""
    if ctx.state.project != payload.project:
        raise Refused(
            "other-project", "Case {case} did not start {project}.", case=ctx.case.id, project=payload.project
        )
    if ctx.state.chartered:
        return
    for deadline in ctx.case.deadlines:
        if deadline.kind in ("charter", "lapse", "sponsor"):
            ctx.add(DeadlineCleared(kind=deadline.kind, key=deadline.key))
    postings = Postings(ctx.facts, ctx.state.holdings)
    postings.release_all()
    ctx.add(e.Chartered(transfers=postings.transfers, project=payload.project, at=ctx.facts.now))


def note_project_ended(ctx: Ctx, payload: c.NoteProjectEnded) -> None:
    """The request says what the project says (PRJ-09). Raises Refused `other-project`."""
    if ctx.state.project != payload.project:
        raise Refused(
            "other-project", "Case {case} did not start {project}.", case=ctx.case.id, project=payload.project
        )
    how, status = ("delivered", Status.APPROVED) if payload.delivered else ("stopped", Status.CANCELLED)
    goes_on = (payload.project,)
    ctx.add(e.RequestEnded(how=how, reason=payload.reason, goes_on=goes_on, at=ctx.facts.now))
    close(ctx, status=status, reason=payload.reason)


def charter_of(state: RequestState) -> dict[str, Any]:
    """What the project begins with: the payload of its `charter-project`."""
    wish, plan = state.the_wish, state.the_plan
    held: dict[str, Money] = {}
    for each in state.holdings.open:  # as it is now: a year may have ended since it was planned
        held[each.period] = held[each.period] + each.money if each.period in held else each.money
    kept = plan.model_dump(mode="json", include={"manager", "line"})
    return {
        **kept,
        "request": state.case.id,
        "title": str(state.case.title),
        "unit": state.case.unit,
        "sponsor": wish.sponsor,
        "business_owner": wish.business_owner,
        "periods": {period: money.model_dump(mode="json") for period, money in held.items()},
        "milestones": _numbered("M", plan.milestones),
        "requirements": [one.model_dump(mode="json") for one in state.requirements.values()],
        "requirements_hash": state.requirements_hash,
        "benefits": _numbered("B", plan.benefits),
        "mandatory": state.mandatory,
    }


def _numbered(letter: str, values: Any) -> list[dict[str, Any]]:
    return [{"id": f"{letter}{n}", **value.model_dump(mode="json")} for n, value in enumerate(values, start=1)]
