"""The rules of a cycle: designed, announced, frozen, calibrated unit by unit, closed or called off."""

from datetime import date, timedelta

from domain.kernel.cases.case import Status
from domain.kernel.commands import Withdraw, says_nothing
from domain.kernel.cycle import GateClosed, UnitPassed, child_case, plan
from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.effects import Claim, Effect, Notify, TellCase
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.handle import close
from domain.kernel.parameters import Parameters
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.routing.route import route_of
from domain.kernel.values.message import N_, Message
from domain.organisation.policy_needs import Parameter
from domain.people.review import cycle_commands as c
from domain.people.review.cycle_state import (
    CHILDREN,
    CycleAnnounced,
    CycleCalledOff,
    CycleDesigned,
    CycleState,
    JoinersListed,
    PopulationFrozen,
    UnitCalibrated,
)
from domain.people.review.population import in_scope, later_joiners, population
from domain.people.review.state import CALLED_OFF
from domain.people.review.step import done
from domain.people.review.terms import ReviewTerms, check_terms

Ctx = DecisionContext[CycleState]

DEFAULTS: dict[str, Parameter] = {
    "announce_days": 5, "calibration_days": 10, "tenure_months": 3, "ladder": "standard",
    "role_hr": "hr-partner", "role_chair": "calibration-chair",
}  # fmt: skip
PARAMETERS = Parameters("review_cycle", DEFAULTS)
LONGEST_CASE = 35
"""Letters of the id of a cycle, so that the ids of its reviews fit."""
FARTHEST = timedelta(days=2 * 366)


def design(ctx: Ctx, payload: c.DesignCycle) -> None:
    """Raises Refused `unknown-unit`, `not-hr`, `id-too-long`, `period`, and as `check_terms` does."""
    facts, actor = ctx.facts, ctx.command.actor
    if payload.unit not in facts.organisation.units:
        raise Refused("unknown-unit", "There is no unit {unit}; check its id.", unit=payload.unit)
    refuse_not_hr(ctx, payload.unit)
    if len(ctx.case.id) > LONGEST_CASE:
        template = "The id of a review cycle has at most {most} letters; choose a shorter one."
        raise Refused("id-too-long", template, most=LONGEST_CASE)
    terms = ReviewTerms.model_validate(payload.model_dump(exclude={"name", "unit", "as_of"}))
    check_terms(terms)
    route_of(facts.policy, "review", "appeal")
    if not terms.period_from - FARTHEST <= payload.as_of <= terms.period_until + FARTHEST:
        raise Refused("period", "The population is frozen as of a day near the period; correct the day.")
    ctx.add(
        CycleDesigned(
            requester=actor, title=N_("Review cycle {name}", name=payload.name), unit=payload.unit, at=facts.now,
            name=payload.name, scope=payload.unit, as_of=payload.as_of, terms=terms,
        )
    )  # fmt: skip
    _ask(ctx, "announce", N_("Announce the cycle {name}", name=payload.name), "announce-cycle")


def announce(ctx: Ctx, payload: c.AnnounceCycle) -> None:
    """Raises Refused as `tasks.finish` does."""
    facts, scope = ctx.facts, ctx.state.scope
    done(ctx, payload.task, "announce")
    today = today_of(facts, ctx.command.actor)
    people = in_scope(facts.organisation, scope, today)
    bosses = {facts.organisation.manager_of(person.id, today) for person in people}
    managers = tuple(sorted(boss for boss in bosses if boss))
    ctx.add(CycleAnnounced(managers=managers, by=ctx.command.actor, at=facts.now))
    _ask(ctx, "freeze", N_("Freeze the population of {name}", name=ctx.state.name), "freeze-population")


def freeze(ctx: Ctx, payload: c.FreezePopulation) -> None:
    """Raises Refused `too-early`, `left`, `not-in-scope`, and as `plan` and `tasks.finish` do."""
    facts, state, actor = ctx.facts, ctx.state, ctx.command.actor
    done(ctx, payload.task, "freeze")
    assert state.as_of is not None, "the cycle was designed"
    if state.as_of > today_of(facts, actor):
        raise Refused("before-the-day", "The population is frozen on {day} or later.", day=state.as_of.isoformat())
    found = population(
        facts.organisation, state.scope, state.as_of,
        tenure_months=int(PARAMETERS.number(facts, "tenure_months")),
        absent={one.person: one.note for one in payload.absent},
    )  # fmt: skip
    ctx.add(PopulationFrozen(count=found.count, excluded=found.excluded, by=actor, at=facts.now))
    plan(CHILDREN, ctx, found.children())


def on_unit_passed(ctx: Ctx, event: UnitPassed) -> None:
    """All of the unit are rated: its chair calibrates, or says that it stays as it is."""
    if event.gate == "rated":
        chairs = chairs_of(ctx, event.unit)
        _ask(ctx, "calibrate", N_("Calibrate the ratings of {unit}", unit=event.unit), "calibrate-unit",
             people=chairs, subject=event.unit, days="calibration_days")  # fmt: skip
    elif event.gate == "signed":
        tasks.cancel(ctx, reason="nothing is left to calibrate", kind="calibrate", subject=event.unit)


def chairs_of(ctx: Ctx, unit: str) -> tuple[str, ...]:
    """Who calibrates a unit; without such a role the HR partner, at last who designed the cycle."""
    organisation, day = ctx.facts.organisation, today_of(ctx.facts, ctx.case.requester or "")
    for role in ("role_chair", "role_hr"):
        if found := organisation.holders(PARAMETERS.text(ctx.facts, role), unit, day):
            return found
    return (ctx.case.responsible or "",)


def calibrate_unit(ctx: Ctx, payload: c.CalibrateUnit) -> None:
    unit = done(ctx, payload.task, "calibrate").subject
    ctx.add(UnitCalibrated(unit=unit, comment=payload.comment, by=ctx.command.actor, at=ctx.facts.now))


def on_gate_closed(ctx: Ctx, event: GateClosed) -> None:
    if event.gate == "done":
        _list_joiners(ctx)
        close(ctx, status=Status.APPROVED, reason="every review is over")


def list_joiners(ctx: Ctx, _payload: c.ListJoiners) -> None:
    _list_joiners(ctx)


def _list_joiners(ctx: Ctx) -> None:
    state, day = ctx.state, today_of(ctx.facts, ctx.case.requester or "")
    known = [child.key for _, child in state.cycle.children] + [one.person for one in state.excluded]
    people = later_joiners(ctx.facts.organisation, state.scope, day, known)
    ctx.add(JoinersListed(people=people, at=ctx.facts.now))


def call_off(ctx: Ctx, payload: c.CallOffCycle) -> None:
    """Raises Refused `reason-missing`."""
    if says_nothing(payload.reason):
        raise Refused("reason-missing", "Say why the cycle is called off.")
    ctx.add(CycleCalledOff(reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now))
    close(ctx, status=Status.CANCELLED, reason=payload.reason)


def refuse_withdrawal(_ctx: Ctx, _payload: Withdraw) -> None:
    raise Refused("not-withdrawn", "A cycle is not withdrawn; call it off with the reason.")


def refuse_not_hr(ctx: Ctx, unit: str) -> None:
    """Raises Refused `not-hr`."""
    actor = ctx.command.actor
    role = PARAMETERS.text(ctx.facts, "role_hr")
    holders = ctx.facts.organisation.holders(role, unit, today_of(ctx.facts, actor))
    if actor not in holders:
        listed = ", ".join(holders) or "-"
        raise Refused("not-hr", "Reviews are opened by the HR partner of the unit: {holders}.", holders=listed)


def _ask(
    ctx: Ctx, kind: str, title: Message, command: str, *, people: tuple[str, ...] = (), subject: str = "cycle",
    days: str = "announce_days",
) -> None:  # fmt: skip
    asked = people or (ctx.case.responsible or "",)
    ahead = int(PARAMETERS.number(ctx.facts, days))
    start = max(today_of(ctx.facts, asked[0]), ctx.state.as_of or date.min) if kind == "freeze" else None
    day = start or today_of(ctx.facts, asked[0])
    tasks.assign(
        ctx, kind=kind, title=title, subject=subject, assignees=asked, basis=kind, command=command,
        due_at=max(working_day_end(ctx.facts, asked[0], day, ahead), ctx.facts.now),
        ladder=PARAMETERS.text(ctx.facts, "ladder"), without_end=True,
    )  # fmt: skip


def effects(_before: CycleState, event: Event, after: CycleState) -> list[Effect]:
    """A unit goes on together: its reviews are told once, when the last one is through (REV-04)."""
    match event:
        case CycleAnnounced(managers=managers):
            about = N_("The review cycle {name} begins: {case}", name=after.name, case=after.case.id)
            return [Notify(to=managers, about=about)]
        case UnitCalibrated(unit=unit):
            return _tell(after, unit, "note-calibrated")
        case UnitPassed(unit=unit, gate="signed"):
            return _tell(after, unit, "release-review")
        case CycleCalledOff(reason=reason):
            started = {child.key for _, child in after.cycle.children[: after.cycle.started]}
            said = {"reason": reason}
            return [
                effect
                for unit in after.cycle.planned
                for effect in _tell(after, unit, "call-off-review", said, started)
            ]
        case GateClosed(gate="done"):
            about = N_("Every review of {name} is over: {case}", name=after.name, case=after.case.id)
            return [Notify(to=(after.case.responsible or "",), about=about)]
    return []


def claims(before: CycleState, event: Event) -> list[Claim]:
    """A review that begins only now hears of it by this."""
    return [Claim(kind=CALLED_OFF, key=before.case.id)] if isinstance(event, CycleCalledOff) else []


def _tell(
    state: CycleState, unit: str, command: str, payload: dict[str, str] | None = None, only: set[str] | None = None
) -> list[Effect]:
    children = [child for child in state.cycle.planned[unit] if only is None or child.key in only]
    return [
        TellCase(case=child_case(state.case.id, child), process="review", command=command, payload=payload or {})
        for child in children
    ]
