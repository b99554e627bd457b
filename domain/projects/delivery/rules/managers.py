"""Another project manager, with a signed position (DEL-08)."""

from domain.kernel.cases.case_events import ResponsibilityMoved
from domain.kernel.command import SYSTEM
from domain.kernel.commands import HandOver
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.values.content import content_hash
from domain.kernel.values.message import N_
from domain.projects.delivery import commands as c
from domain.projects.delivery import events as e
from domain.projects.delivery import figures, schedule
from domain.projects.delivery.rules.context import Ctx, ask, require_people, today


def replace_manager(ctx: Ctx, payload: c.ReplaceManager) -> None:
    """The one before signs the position, the next one accepts it; then the project is theirs.

    Raises Refused `same-person`, `being-replaced`, `unknown-person`.
    """
    state, charter = ctx.state, ctx.state.the_charter
    if state.handover is not None:
        raise Refused("being-replaced", "{to} is to take over already; wait for it.", to=state.handover.to)
    if payload.to in (state.manager, charter.delegator, charter.sponsor, charter.business_owner):
        template = "{person} cannot manage the project and delegate, sponsor or accept it; name someone else."
        raise Refused("same-person", template, person=payload.to)
    require_people(ctx.facts, payload.to)
    facts = position_of(ctx)
    ctx.add(
        e.ReplacementAsked(to=payload.to, reason=payload.reason, facts=facts, by=ctx.command.actor, at=ctx.facts.now)
    )
    title = N_("Sign where {title} stands, for {to}", title=charter.title, to=payload.to)
    ask(ctx, "sign", "sign-position", title, (state.manager,), within="handover_days")


def sign_position(ctx: Ctx, payload: c.SignPosition) -> None:
    """The facts are drawn up at the signature."""
    handover = ctx.state.handover
    assert handover is not None
    tasks.finish(ctx, payload.task)
    facts = position_of(ctx)
    ctx.add(
        e.PositionSigned(
            position=payload.position, facts=facts, hash=content_hash({"position": payload.position, **facts}),
            by=ctx.command.actor, at=ctx.facts.now,
        )
    )  # fmt: skip
    title = N_("Take {title} over as it stands", title=ctx.state.the_charter.title)
    ask(ctx, "accept", "accept-position", title, (handover.to,), within="handover_days")


def accept_position(ctx: Ctx, payload: c.AcceptPosition) -> None:
    """From now on the next one answers for the project, with the tasks that the one before had as its manager."""
    before = ctx.state.manager
    reason = ctx.state.handover.reason if ctx.state.handover else ""
    tasks.finish(ctx, payload.task)
    ctx.add(
        e.PositionAccepted(by=ctx.command.actor, at=ctx.facts.now),
        ResponsibilityMoved(
            instead_of=before, to=ctx.command.actor, by=ctx.command.actor, reason=reason, at=ctx.facts.now
        ),
    )


def pass_tasks(ctx: Ctx, event: ResponsibilityMoved) -> None:
    """The manager's own tasks go on to the next one; log entries keep their owners."""
    mine = ("plan", "revise", "replan", STATUS_TASK, "close", "wind-up")
    for task in list(ctx.case.tasks.values()):
        if task.kind in mine and task.people == (event.instead_of,):
            tasks.drop(ctx, task.id, reason="someone else manages the project now")
            tasks.assign(
                ctx, kind=task.kind, title=task.title, subject=task.subject, assignees=(event.to,), basis=task.basis,
                command=task.command, due_at=max(task.timing.due_at, ctx.facts.now), without_end=True,
            )  # fmt: skip


STATUS_TASK = "status-report"


def refuse_unsigned(ctx: Ctx, _payload: HandOver) -> None:
    """By hand a project is handed over with its position only; when a person leaves, the system may (KRN-24)."""
    if ctx.command.actor != SYSTEM:
        template = "A project is handed over with a signed position: give replace-manager."
        raise Refused("use-replace-manager", template)


def position_of(ctx: Ctx) -> dict[str, str]:
    """Where the project stands, from facts."""
    state, now = ctx.state, today(ctx)
    finish, done = schedule.finish_of(state.works, now), figures.progress(state.works.values())
    return {
        "health": figures.health(state, now).colour,
        "progress": "" if done is None else str(done),
        "budget": str(state.budget),
        "actual": str(state.actual),
        "committed": str(state.committed),
        "forecast": str(figures.forecast(state)),
        "finish": finish.isoformat() if finish else "",
        "log": ", ".join(item.id for item in state.log.open),
        "orders": ", ".join(one.id for one in state.open_commitments),
    }
