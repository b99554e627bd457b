"""Acceptance, closing, stopping, programmes, benefits, archive (DEL-08, DEL-09, DEL-11)."""

from collections.abc import Mapping

from domain.kernel import duty
from domain.kernel.cases.case import Status
from domain.kernel.commands import Withdraw
from domain.kernel.deciding import approval, tasks
from domain.kernel.errors import Refused
from domain.kernel.handle import close
from domain.kernel.values.message import N_
from domain.projects.delivery import commands as c
from domain.projects.delivery import events as e
from domain.projects.delivery.content import Stage
from domain.projects.delivery.log import add_entry
from domain.projects.delivery.rules.context import Ctx, ask, ask_on, holders, today
from domain.projects.delivery.rules.money import free_reserved
from domain.projects.delivery.rules.steering import STATUS
from domain.projects.delivery.state import stage


def begin_closing(ctx: Ctx, _payload: c.BeginClosing) -> None:
    """The business owner answers for each requirement. Raises Refused `work-open`, `commitments-open`, `risks-open`."""
    _refuse_open(ctx)
    ctx.add(e.ClosingBegun(by=ctx.command.actor, at=ctx.facts.now))
    charter = ctx.state.the_charter
    title = N_("Accept or refuse each requirement of {title}", title=charter.title)
    ask(ctx, "acceptance", "accept-result", title, (charter.business_owner,), within="accept_days")


def accept_result(ctx: Ctx, payload: c.AcceptResult) -> None:
    """What is refused becomes an issue of the manager, and the project goes on. Raises Refused `name-each-once`."""
    refused = {one.id: one.reason for one in payload.refused}
    named = [*payload.accepted, *(one.id for one in payload.refused)]
    if sorted(named) != sorted(ctx.state.requirements):
        missing = sorted(set(ctx.state.requirements) ^ set(named)) or sorted(named)
        template = "Name each requirement once, accepted or refused; look at {requirements}."
        raise Refused("name-each-once", template, requirements=", ".join(missing)[:300])
    tasks.finish(ctx, payload.task)
    ctx.add(
        e.ResultAnswered(accepted=payload.accepted, refused=refused, by=ctx.command.actor, at=ctx.facts.now)
    )  # fmt: skip
    if refused:
        for id_, reason in refused.items():
            add_entry(ctx, "issue", f"{id_}: {reason}"[:300], ctx.state.manager, within="accept_days")
    else:
        title = N_("Close {title} with what was learned", title=ctx.state.the_charter.title)
        ask(ctx, "close", "finish-project", title, (ctx.state.manager,), within="close_days")


def finish_project(ctx: Ctx, payload: c.FinishProject) -> None:
    """Closing looks again: nothing may have come up since (DEL-09). Benefits are measured from now on (DEL-11)."""
    _refuse_open(ctx)
    children = _decided_children(ctx, payload.children)
    tasks.finish(ctx, payload.task)
    _end_work(ctx, "the project is finished")
    ctx.add(e.ProjectFinished(lessons=payload.lessons, by=ctx.command.actor, at=ctx.facts.now))
    free_reserved(ctx)
    if children:
        ctx.add(e.ProgrammeEnded(children=children, by=ctx.command.actor, at=ctx.facts.now))
    for one in ctx.state.benefits:
        title = N_("Measure {benefit}: {measure}", benefit=one.text, measure=one.measure)
        ask_on(ctx, "benefit", "measure-benefit", title, one.owner, one.due, one.id)


def stop_project(ctx: Ctx, payload: c.StopProject) -> None:
    """Names what cannot be cancelled, frees what is not ordered (DEL-08). Raises Refused `name-bound`, `children`."""
    stop(ctx, payload.reason, payload.bound, _decided_children(ctx, payload.children))


def stop(ctx: Ctx, reason: str, bound: tuple[str, ...], children: Mapping[str, str]) -> None:
    binding = [one for one in ctx.state.open_commitments if not one.cancellable]
    if {one.id for one in binding} != set(bound):
        template = "These orders cannot be cancelled: {orders}; name them to say that you know."
        orders = ", ".join(f"{one.id} ({one.text}, {one.left})" for one in binding) or "-"
        raise Refused("name-bound", template, orders=orders)
    _end_work(ctx, "the project was stopped")
    ctx.add(
        e.ProjectStopped(
            reason=reason, bound=bound, sunk=ctx.state.actual, children=dict(children), by=ctx.command.actor,
            at=ctx.facts.now,
        )
    )  # fmt: skip
    free_reserved(ctx)
    if ctx.state.open_commitments:
        title = N_("Cancel or pay the open orders of {title}", title=ctx.state.the_charter.title)
        ask(ctx, "wind-up", "spend-money", title, (ctx.state.manager,), within="close_days")


def note_programme_ended(ctx: Ctx, payload: c.NoteProgrammeEnded) -> None:
    """What the programme decided on this project (DEL-11). Nothing if it is over, or belongs to another one."""
    if ctx.state.ended is not None or ctx.state.the_charter.programme != payload.programme:
        return
    ctx.add(e.ProgrammeLeft(programme=payload.programme, at=ctx.facts.now))
    if payload.decision == "stop":
        bound = tuple(one.id for one in ctx.state.open_commitments if not one.cancellable)
        stop(ctx, f"the programme {payload.programme} ended", bound, {})


def measure_benefit(ctx: Ctx, payload: c.MeasureBenefit) -> None:
    """Met if the value reached the target; who measures says so where these are words. Raises Refused `say-if-met`."""
    task = tasks.require(ctx, payload.task)
    benefit = next(one for one in ctx.state.benefits if one.id == task.subject)
    counted = benefit.is_met(payload.value)
    met = payload.met if counted is None else counted
    if met is None:
        template = "Say whether {value} meets the target {target}: these cannot be compared."
        raise Refused("say-if-met", template, value=payload.value, target=benefit.target)
    tasks.finish(ctx, payload.task)
    ctx.add(
        e.BenefitMeasured(
            id=benefit.id, value=payload.value, met=met, note=payload.note, on=today(ctx), by=ctx.command.actor
        )
    )


def archive_project(ctx: Ctx, payload: c.ArchiveProject) -> None:
    tasks.finish(ctx, payload.task)
    ctx.add(e.ProjectArchived(place=payload.place, by=ctx.command.actor, at=ctx.facts.now))


def settle(ctx: Ctx) -> None:
    """Over and measured, or wound up: the project office files it; then the case is closed."""
    state = ctx.state
    if state.archived:
        if not ctx.case.tasks:
            status = Status.APPROVED if state.ended == "finished" else Status.CANCELLED
            close(ctx, status=status, reason="it was archived")
    elif stage(state) in (Stage.FINISHED, Stage.STOPPED):
        tasks.cancel(ctx, reason="every order is settled", kind="wind-up")
        office = holders(ctx.facts, "role_pmo", state.the_charter.unit) or (state.the_charter.delegator,)
        title = N_("File the documents of {title}", title=state.the_charter.title)
        ask(ctx, "archive", "archive-project", title, office, within="archive_days")


def refuse_withdrawal(_ctx: Ctx, _payload: Withdraw) -> None:
    """After acceptance only a decision to stop ends a project (PRJ-09)."""
    raise Refused("stop-it", "A project is not withdrawn; who delegated it can stop it.")


def _end_work(ctx: Ctx, reason: str) -> None:
    """Reviews, reports and tasks of the work end; what is still to be settled is asked for afterwards."""
    for review in list(ctx.case.reviews):
        approval.end(ctx, review, Status.CANCELLED, reason)
    for change in ctx.state.pending:
        ctx.add(e.ChangeEnded(review=change.review, outcome="dropped"))
    duty.end(STATUS, ctx)
    tasks.cancel(ctx, reason=reason)


def _refuse_open(ctx: Ctx) -> None:
    state = ctx.state
    if state.open_commitments:
        template = "These orders are open: {orders}; have them invoiced or cancel them first."
        orders = ", ".join(f"{one.id} ({one.text})" for one in state.open_commitments)
        raise Refused("commitments-open", template, orders=orders)
    kinds = ("risk", "issue")
    if risks := [item.id for item in state.log.open if item.details.get("kind") in kinds]:
        template = "These risks and issues are open: {entries}; close them first."
        raise Refused("risks-open", template, entries=", ".join(risks))
    if work := [id_ for id_, one in state.works.items() if one.is_open]:
        template = "These activities are not over: {activities}; report or cancel them first."
        raise Refused("work-open", template, activities=", ".join(work)[:300])


def _decided_children(ctx: Ctx, given: Mapping[str, str]) -> dict[str, str]:
    """Raises Refused `children` unless there is a decision for each open project of the programme (DEL-11)."""
    there = sorted(claim.stream for claim in ctx.facts.claims if claim.claim.kind == "programme")
    if set(there) != set(given):
        template = "These projects of the programme are open: {children}; decide for each whether it goes on or stops."
        raise Refused("children", template, children=", ".join(there) or "-")
    return {child: given[child] for child in there}
