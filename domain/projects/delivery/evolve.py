"""The fold of a project's own events. It refuses nothing."""

from typing import Any

from domain.kernel.events import Event
from domain.kernel.values.money import Money, total
from domain.kernel.year_end import CommitmentTurned
from domain.projects.delivery import events as e
from domain.projects.delivery.content import Activity, Commitment, Work
from domain.projects.delivery.state import Change, Gate, Handover, Measured, ProjectState


def evolve(state: ProjectState, event: Event) -> ProjectState:
    for part in (_plan, _baselines, _steering, _money, _ending):
        if (update := part(state, event)) is not None:
            return state.model_copy(update=update)
    return state


def _plan(state: ProjectState, event: Event) -> dict[str, Any] | None:
    match event:
        case e.ProjectChartered():
            return {
                "charter": event.charter,
                "requirements": {one.id: one for one in event.requirements},
                "benefits": event.benefits,
                "works": {one.id: Work(activity=one) for one in event.milestones},
            }
        case e.PlanSet(activities=activities):
            return {"works": {one.id: _kept(state, one) for one in activities}}
        case e.ActivityMoved():
            return {"works": _moved(state, event)}
        case e.WorkReported():
            update = {"percent": event.percent, "began": event.began, "ended": event.ended}
            return {"works": _with(state, event.id, **update), "started": True}
        case e.ActivityCancelled(id=id_, followers=followers):
            works = _with(state, id_, cancelled=True)
            return {"works": works | {one: works[one].model_copy(update={"replan": True}) for one in followers}}
        case e.ScopeChanged(dropped=dropped, added=added):
            kept = {id_: one for id_, one in state.requirements.items() if id_ not in dropped}
            return {"requirements": kept | {one.id: one for one in added}}
        case e.DependencySet(on=on):
            return {"waits_on": on}
    return None


def _kept(state: ProjectState, one: Activity) -> Work:
    known = state.works.get(one.id)
    return known.model_copy(update={"activity": one, "replan": False}) if known else Work(activity=one)


def _with(state: ProjectState, id_: str, **update: Any) -> dict[str, Work]:
    return {**state.works, id_: state.works[id_].model_copy(update=update)}


def _moved(state: ProjectState, event: e.ActivityMoved) -> dict[str, Work]:
    one = state.works[event.id].activity
    moved = one.model_copy(update={"starts": event.starts, "ends": event.ends, "after": event.after})
    works = _with(state, event.id, activity=moved, replan=False)
    return works | {one.id: works[one.id].model_copy(update={"activity": one}) for one in event.pushed}


def _baselines(state: ProjectState, event: Event) -> dict[str, Any] | None:
    match event:
        case e.ChangeRequested() | e.ChangeRevised():
            change = Change(
                review=event.review, reason=event.reason, impact=event.impact, baseline=event.baseline
            )  # fmt: skip
            return {"changes": {**state.changes, event.review: change}}
        case e.ChangeEnded(review=review, outcome=outcome):
            ended = state.changes[review].model_copy(update={"state": outcome})
            return {"changes": {**state.changes, review: ended}}
        case e.BaselineSet(baseline=baseline, review=review):
            # its periods are those that it was asked for with: what was moved before is in them
            approved = state.changes[review].model_copy(update={"state": "approved"})
            return {
                "baselines": (*state.baselines, baseline),
                "turned": {},
                "changes": {**state.changes, review: approved},
                "requirements": {one.id: one for one in baseline.requirements},
                "benefits": baseline.benefits,
            }
        case e.GateOpened():
            gate = Gate(review=event.review, name=event.name, criteria=event.criteria)
            return {"gates": {**state.gates, event.review: gate}}
        case e.GateDecided(review=review, outcome=outcome):
            gate = state.gates[review].model_copy(update={"outcome": outcome})
            return {"gates": {**state.gates, review: gate}, "started": state.started or outcome.startswith("go")}
    return None


def _steering(state: ProjectState, event: Event) -> dict[str, Any] | None:
    match event:
        case e.ProjectDelegated(letter=letter):
            return {"letter": letter}
        case e.ExceptionRaised(broken=broken):
            return {"broken": broken}
        case e.ExceptionEnded():
            return {"broken": ()}
        case e.StatusReported(report=report, estimate=estimate):
            steps = state.steps | ({report.step} if report.step else set())
            return {"reports": (*state.reports, report), "estimate": estimate, "steps": steps}
        case e.ExternalNoted(external=external):
            key = f"{external.kind}|{external.source}"
            rest = {one: value for one, value in state.external.items() if one != key}
            return {"external": rest if external.over else {**rest, key: external}}
        case e.ReplacementAsked(to=to, reason=reason, facts=facts):
            return {"handover": Handover(to=to, reason=reason, facts=facts)}
        case e.PositionSigned() if state.handover is not None:
            update = {"position": event.position, "facts": event.facts, "hash": event.hash, "signed_by": event.by}
            return {"handover": state.handover.model_copy(update=update)}
        case e.PositionAccepted():
            return {"handover": None}
        case e.DependentsTold(days=days) | e.RequestsTold(days=days):
            return {"told": days}
    return None


def _money(state: ProjectState, event: Event) -> dict[str, Any] | None:
    match event:
        case e.MoneyCommitted(commitment=commitment, estimate=estimate):
            return {"commitments": {**state.commitments, commitment.id: commitment}, "estimate": estimate}
        case e.MoneySpent(id=id_, period=period, amount=amount):
            zero = Money(amount=amount.amount * 0, currency=amount.currency)
            spent = {**state.spent, period: state.spent.get(period, zero) + amount}
            return {"spent": spent, "commitments": _left(state, state.commitments[id_], amount)}
        case e.CommitmentCancelled(id=id_):
            known = state.commitments[id_]
            return {"commitments": _left(state, known, known.left)}
    return None


def turned(state: ProjectState, event: CommitmentTurned) -> ProjectState:
    """An order goes with its money; the approved baseline stays as it is, and what was moved stands beside it."""
    came, zero = event.came, event.amount * 0
    orders: dict[str, Commitment] = {}
    for one in state.open_commitments:
        if (number := event.numbers.get(one.transfer)) is not None:
            now = {"period": event.year_to, "transfer": number, "left": came[number]}
            orders[one.id] = one.model_copy(update=now)
        elif event.how == "cancel" and one.period == event.year_from:
            orders[one.id] = one.model_copy(update={"left": zero})
    changes = ((event.year_from, event.amount * -1), (event.year_to, total(came.values(), event.amount.currency)))
    moved = dict(state.turned)
    for period, change in changes:
        moved[period] = moved.get(period, zero) + change
    return state.model_copy(update={"commitments": state.commitments | orders, "turned": moved})


def _left(state: ProjectState, known: Commitment, taken: Money) -> dict[str, Commitment]:
    return {**state.commitments, known.id: known.model_copy(update={"left": known.left - taken})}


def _ending(state: ProjectState, event: Event) -> dict[str, Any] | None:
    match event:
        case e.ClosingBegun():
            return {"closing": True}
        case e.ResultAnswered(accepted=accepted, refused=refused):
            return {"accepted": accepted, "refused": refused, "closing": not refused}
        case e.ProjectFinished(lessons=lessons):
            return {"ended": "finished", "lessons": lessons, "broken": ()}
        case e.ProjectStopped():
            return {"ended": "stopped", "broken": ()}
        case e.ProgrammeLeft():
            return {"charter": state.the_charter.model_copy(update={"programme": None})}
        case e.BenefitMeasured():
            result = Measured(value=event.value, met=event.met, note=event.note, on=event.on)
            return {"measured": {**state.measured, event.id: result}}
        case e.ProjectArchived():
            return {"archived": True}
    return None
