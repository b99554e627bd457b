"""Whose turn it is: each stage has one task with an owner and a due time; what is gone by is ended (KRN-30)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.kernel.cases.case_events import DeadlineCleared
from domain.kernel.deciding import approval, tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.facts import Facts
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.message import N_, Message
from domain.projects.intake.events import PeopleChanged, SignOffVoided, SponsorLost
from domain.projects.intake.parameters import number, office
from domain.projects.intake.reviews import open_review
from domain.projects.intake.state import RequestState, Stage, review_of, stage

Ctx = DecisionContext[RequestState]
People = Callable[[RequestState, Facts], tuple[str, ...]]


@dataclass(frozen=True)
class Turn:
    """The task of a stage: what it is called, the command that does it, who is asked and within how many days."""

    title: Message
    command: str
    people: People
    days: str
    basis: str


def _requester(state: RequestState, _facts: Facts) -> tuple[str, ...]:
    return (state.case.responsible or "",)


def _office(state: RequestState, facts: Facts) -> tuple[str, ...]:
    return office(facts, state.case.unit)


def _analyst(state: RequestState, _facts: Facts) -> tuple[str, ...]:
    return (state.analyst,)


def _business_owner(state: RequestState, _facts: Facts) -> tuple[str, ...]:
    return (state.the_wish.business_owner,)


def line_owner(state: RequestState, facts: Facts) -> tuple[str, ...]:
    """Who owns the budget line of the plan."""
    line = facts.organisation.budget_lines.get(state.plan.line) if state.plan else None
    return (line.owner,) if line else ()


def _line_owner_or_office(state: RequestState, facts: Facts) -> tuple[str, ...]:
    return line_owner(state, facts) or _office(state, facts)


OFFICE, ANALYST = "project office", "analyst"
TURNS: Mapping[Stage, Turn] = {
    Stage.IDEA: Turn(N_("Make a request of your idea"), "make-request", _requester, "idea_days", "requester"),
    Stage.TRIAGE: Turn(N_("Triage a request"), "triage-request", _office, "triage_days", OFFICE),
    Stage.REQUIREMENTS: Turn(
        N_("Write down the requirements"), "present-requirements", _analyst, "requirements_days", ANALYST
    ),
    Stage.OPTIONS: Turn(N_("Propose options with estimates"), "propose-options", _analyst, "estimate_days", ANALYST),
    Stage.SIGN_OFF: Turn(
        N_("Sign the requirements"), "sign-requirements", _business_owner, "sign_off_days", "business owner"
    ),
    Stage.RETURNED: Turn(
        N_("Correct what was returned"), "resubmit-request", _analyst, "correct_days", ANALYST
    ),
    Stage.PLANNING: Turn(N_("Plan the project and its benefits"), "plan-project", _analyst, "plan_days", ANALYST),
    Stage.MONEY: Turn(
        N_("Reserve the money of a project"), "reserve-money", _line_owner_or_office, "reserve_days", "owner of line"
    ),
    Stage.SCORING: Turn(N_("Score a request"), "score-request", _office, "score_days", OFFICE),
    Stage.READY: Turn(N_("Submit a request for decision"), "submit-for-decision", _office, "agenda_days", OFFICE),
    Stage.SUSPENDED: Turn(
        N_("Name another sponsor"), "replace-sponsor", _office, "replace_sponsor_days", OFFICE
    ),
    Stage.APPROVED_TO_START: Turn(N_("Start the project"), "charter-project", _office, "charter_days", OFFICE),
}  # fmt: skip
"""In the other stages approvers are asked by the route, or a day is waited for."""
REFUSES = {"sign-requirements": "refuse-requirements"}
"""The other answer to a task."""


def settle(ctx: Ctx) -> None:
    """What must hold after each decision: sign-off and reviews fit the content, and who has the turn has a task."""
    _lose_sponsor(ctx)
    _void_sign_off(ctx)
    if stage(ctx.state) is Stage.CHECKS and review_of(ctx.state, "checks") is None:
        open_review(ctx, "checks")
    now = stage(ctx.state)
    _end_reviews(ctx, now)
    _drop_deadline(ctx, "board", wanted=now is Stage.AGENDA)
    _drop_deadline(ctx, "deferred", wanted=now is Stage.DEFERRED)
    _end_turns(ctx, now)
    if now is not None and now in TURNS and not any(task.kind == now for task in ctx.case.tasks.values()):
        _ask(ctx, now, TURNS[now])


def _lose_sponsor(ctx: Ctx) -> None:
    """A request without a sponsor rests until there is another one (PRJ-08)."""
    state = ctx.state
    if state.wish is None or state.suspended or state.chartered or state.charter_asked:
        return
    sponsor = state.wish.sponsor
    if not ctx.facts.organisation.works_here(sponsor, today_of(ctx.facts, sponsor)):
        ctx.add(SponsorLost(sponsor=sponsor, at=ctx.facts.now))


def _void_sign_off(ctx: Ctx) -> None:
    signed = ctx.state.sign_off
    if signed is not None and signed.hash != ctx.state.requirements_hash:
        ctx.add(SignOffVoided(hash=signed.hash, at=ctx.facts.now))


def _end_reviews(ctx: Ctx, now: Stage | None) -> None:
    """Approvers are not asked about what is prepared anew."""
    going = {Stage.CHECKS: ("checks",), Stage.BOARD: ("board", "fast"), Stage.RETURNED: ("checks", "board", "fast")}
    wanted = going.get(now, ()) if now else ()
    for route in ("checks", "board", "fast"):
        review = review_of(ctx.state, route)
        if review is not None and route not in wanted:
            approval.end(ctx, review.id, "cancelled", "the request is prepared anew")


def _drop_deadline(ctx: Ctx, kind: str, *, wanted: bool) -> None:
    for deadline in ctx.case.deadlines:
        if deadline.kind == kind and not wanted:
            ctx.add(DeadlineCleared(kind=kind, key=deadline.key))


def _end_turns(ctx: Ctx, now: Stage | None) -> None:
    moved = any(isinstance(event, PeopleChanged) for event in ctx.events)
    for task in list(ctx.case.tasks.values()):
        if task.kind not in TURNS or (task.kind == now and not (moved and _is_theirs(TURNS[now]))):
            continue
        if ctx.command.name in (task.command, REFUSES.get(task.command)):
            tasks.done(ctx, kind=task.kind, subject=task.subject)
        else:
            tasks.drop(ctx, task.id, reason="the request stands elsewhere now")


def _is_theirs(turn: Turn) -> bool:
    return turn.people in (_analyst, _business_owner)


def _ask(ctx: Ctx, kind: Stage, turn: Turn) -> None:
    options: dict[str, Any] = {"due_days": number(ctx.facts, turn.days), "without_end": True}
    tasks.assign(
        ctx, kind=kind, title=turn.title, subject="request", assignees=turn.people(ctx.state, ctx.facts),
        basis=turn.basis, command=turn.command, **options,
    )  # fmt: skip
