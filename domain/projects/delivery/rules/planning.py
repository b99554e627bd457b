"""The plan: activities, days, progress, scope (DEL-10)."""

from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.values.message import N_
from domain.kernel.values.money import same
from domain.projects.delivery import commands as c
from domain.projects.delivery import events as e
from domain.projects.delivery import schedule
from domain.projects.delivery.content import Activity, Work
from domain.projects.delivery.rules.context import Ctx, ask, require_day, require_people, today


def set_plan(ctx: Ctx, payload: c.SetPlan) -> None:
    """The whole plan anew. What was begun or cancelled stays in it. Raises Refused `begun-work` and as `_refuse`."""
    _refuse(ctx, payload.activities)
    named = {one.id for one in payload.activities}
    begun = [id_ for id_, work in ctx.state.works.items() if work.began or work.cancelled]
    if lost := sorted(set(begun) - named):
        template = "{id} was begun or cancelled and stays in the plan; name it too, or cancel it."
        raise Refused("begun-work", template, id=lost[0])
    ctx.add(e.PlanSet(activities=payload.activities, by=ctx.command.actor, at=ctx.facts.now))
    for id_ in [task.subject for task in ctx.case.tasks.values() if task.kind == "replan"]:
        tasks.done(ctx, kind="replan", subject=id_)


def move_activity(ctx: Ctx, payload: c.MoveActivity) -> None:
    """Followers move later where a dependency would break, never earlier by themselves (DEL-10).

    Raises Refused `no-such-activity`, `activity-over`, `breaks-dependency` and as `_refuse`.
    """
    work = _open_work(ctx, payload.activity)
    after = work.activity.after if payload.after is None else payload.after
    moved = work.activity.model_copy(update={"starts": payload.starts, "ends": payload.ends, "after": after})
    works = {**ctx.state.works, payload.activity: work.model_copy(update={"activity": moved})}
    _refuse(ctx, tuple(one.activity for one in works.values()), moved=moved)
    pushed = schedule.pushed(works)
    if own := pushed.get(payload.activity):
        template = "{id} cannot start on {starts}: what it waits for ends later. It can start on {day}."
        raise Refused(
            "breaks-dependency", template, id=payload.activity, starts=payload.starts.isoformat(),
            day=own.starts.isoformat() if own.starts else "",
        )  # fmt: skip
    tasks.done(ctx, kind="replan", subject=payload.activity)
    ctx.add(
        e.ActivityMoved(
            id=payload.activity, starts=payload.starts, ends=payload.ends, after=after, pushed=tuple(pushed.values()),
            reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now,
        )
    )  # fmt: skip


def report_work(ctx: Ctx, payload: c.ReportWork) -> None:
    """Raises Refused `no-such-activity`, `activity-over`, `not-yet`, `ends-before-start`."""
    work, now = _open_work(ctx, payload.activity), today(ctx)
    began = payload.began or work.began or now
    ended = (payload.ended or now) if payload.percent == 100 else None
    for day in (began, *((ended,) if ended else ())):
        if day > now:
            raise Refused("not-yet", "{day} is not over yet; report what happened.", day=day.isoformat())
        require_day(day, now, past=True)
    if ended and ended < began:
        template = "Activity {id} ends on {ends}, before it starts on {starts}; correct its days."
        raise Refused(
            "ends-before-start", template, id=payload.activity, ends=ended.isoformat(), starts=began.isoformat()
        )
    ctx.add(
        e.WorkReported(
            id=payload.activity, percent=payload.percent, began=began, ended=ended, by=ctx.command.actor,
            at=ctx.facts.now,
        )
    )  # fmt: skip


def cancel_activity(ctx: Ctx, payload: c.CancelActivity) -> None:
    """It leaves the progress; what followed it asks to be planned anew (DEL-10)."""
    _open_work(ctx, payload.activity)
    waiting = schedule.followers(ctx.state.works, payload.activity)
    tasks.cancel(ctx, reason="it was cancelled", kind="replan", subject=payload.activity)
    ctx.add(
        e.ActivityCancelled(
            id=payload.activity, followers=waiting, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now
        )
    )
    for id_ in waiting:
        title = N_("Plan {activity} anew: what it followed was cancelled", activity=id_)
        ask(ctx, "replan", "move-activity", title, (ctx.state.manager,), within="answer_days", about=id_)


def change_scope(ctx: Ctx, payload: c.ChangeScope) -> None:
    """Within the letter's tolerance the manager may; beyond it the exception raises itself (DEL-01).

    Raises Refused `nothing-changed`, `no-such-requirement`, `twice`, `nothing-left`, `unknown-person`.
    """
    known = ctx.state.requirements
    if not payload.drop and not payload.add:
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    if lost := sorted(set(payload.drop) - known.keys()):
        raise Refused("no-such-requirement", "There is no requirement {id}; name one of the project.", id=lost[0])
    kept = known.keys() - set(payload.drop)
    ids = [one.id for one in payload.add]
    if twice := sorted({id_ for id_ in ids if id_ in kept or ids.count(id_) > 1}):
        raise Refused("twice", "Two entries have the id {id}; give each its own.", id=twice[0])
    if not kept and not ids:
        raise Refused("nothing-left", "A project has one requirement at least; stop it if there is nothing to do.")
    require_people(ctx.facts, *sorted({one.owner for one in payload.add}))
    ctx.add(
        e.ScopeChanged(
            dropped=payload.drop, added=payload.add, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now
        )
    )


def set_dependencies(ctx: Ctx, payload: c.SetDependencies) -> None:
    """Raises Refused `own-case`, `circle`."""
    if ctx.case.id in payload.on:
        raise Refused("own-case", "A project cannot wait for itself; name others.")
    waiting = waiting_for(ctx)
    if both := sorted(waiting & set(payload.on)):
        template = "These projects would wait for each other: {circle}; take one dependency out."
        raise Refused("circle", template, circle=f"{ctx.case.id} → {both[0]} → {ctx.case.id}")
    ctx.add(e.DependencySet(on=payload.on, by=ctx.command.actor, at=ctx.facts.now))


def waiting_for(ctx: Ctx) -> set[str]:
    """The projects that wait for this one."""
    mine = ("waits-for", ctx.case.id)
    return {held.stream for held in ctx.facts.claims if (held.claim.kind, held.claim.key) == mine}


def other_processes(ctx: Ctx) -> dict[str, str]:
    """The process of those that wait for this one and are no projects; their claim says it."""
    return {
        held.stream: held.claim.item for held in ctx.facts.claims
        if (held.claim.kind, held.claim.key) == ("waits-for", ctx.case.id) and held.claim.item
    }  # fmt: skip


def _open_work(ctx: Ctx, id_: str) -> Work:
    work = ctx.state.works.get(id_)
    if work is None:
        template = "There is no activity {id} in the plan; name one of it."
        raise Refused("no-such-activity", template, id=id_)
    if not work.is_open:
        raise Refused("activity-over", "Activity {id} is done or cancelled; plan another one.", id=id_)
    return work


def _refuse(ctx: Ctx, activities: tuple[Activity, ...], moved: Activity | None = None) -> None:
    """Raises Refused as `schedule.refuse_unfit`, and `unknown-person`, `day-out-of-range`, `two-currencies`."""
    schedule.refuse_unfit(activities)
    looked_at = (moved,) if moved else activities
    for one in looked_at:
        require_people(ctx.facts, *((one.owner,) if one.owner else ()))
        if one.cost is not None:
            same(ctx.state.budget, one.cost)
        if one.starts and one.ends:
            require_day(one.starts, today(ctx), past=True)
            require_day(one.ends, today(ctx), past=True)
