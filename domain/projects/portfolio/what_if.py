"""What if a project is cut, delayed or added: over values, never over live data (PFL-02)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.projects.delivery.figures import LATER
from domain.projects.portfolio.effects import coloured
from domain.projects.portfolio.model import Demand, ProjectView

NO_LETTERS: Mapping[str, int | None] = {}


class Added(Value):
    """A project that does not exist yet."""

    title: Annotated[str, Field(min_length=1, max_length=300)]
    unit: Annotated[str, Field(max_length=80), Reference("unit")]
    line: Annotated[str, Field(max_length=80), Reference("budget-line")]
    period: Annotated[str, Field(max_length=7)]
    theme: Annotated[str, Field(max_length=80)] = "-"
    plan: Money
    finish: date
    demand: Annotated[tuple[Demand, ...], Field(max_length=200)] = ()
    waits_on: Annotated[tuple[str, ...], Field(max_length=50)] = ()


class Change(Value):
    """`cut` and `delay` name a project, `delay` by calendar days; `add` brings one."""

    do: Literal["cut", "delay", "add"]
    project: Annotated[str, Field(max_length=80)] = ""
    days: Annotated[int, Field(ge=0, le=3650)] = 0
    added: Added | None = None


def what_if(
    views: Sequence[ProjectView], changes: Sequence[Change], tolerated: Mapping[str, int | None] = NO_LETTERS
) -> tuple[ProjectView, ...]:
    """The portfolio after the changes, in their order; `tolerated` are days that letters of delegation allow.

    Raises Refused `no-such-project`, `nothing-added`.
    """
    known = {one.id: one for one in views}
    for number, change in enumerate(changes, start=1):
        if change.do == "add":
            one = _added(change, number)
            known[one.id] = one
        elif change.project not in known or not known[change.project].is_open:
            template = "There is no open project {project} in the portfolio; name one of it."
            raise Refused("no-such-project", template, project=change.project)
        else:
            one = known[change.project]
            known[one.id] = _cut(one) if change.do == "cut" else _delayed(one, change.days, tolerated.get(one.id))
    return tuple(known.values())


def _cut(one: ProjectView) -> ProjectView:
    """What is spent and ordered stays; the rest is free, and nobody is asked for hours any more."""
    bound = one.actual + one.committed
    return one.model_copy(
        update={"ended": "stopped", "stage": "stopped", "forecast": bound, "plan": bound, "demand": ()}
    )  # fmt: skip


def _delayed(one: ProjectView, days: int, tolerated: int | None) -> ProjectView:
    later = timedelta(days=days)
    demand = tuple(
        each.model_copy(update={"starts": each.starts + later, "ends": each.ends + later}) for each in one.demand
    )
    moved = one.model_copy(update={"finish": one.finish + later if one.finish else None, "demand": demand})
    return _late(moved, tolerated) if moved.late_days > one.late_days else moved


def _late(one: ProjectView, tolerated: int | None) -> ProjectView:
    """With the reason and colour of being so late, in the place of what it said of its end before (DEL-01)."""
    reasons = tuple(why for why in one.reasons if why.id != LATER.id)
    broken = tolerated is not None and one.late_days > tolerated
    why = LATER.model_copy(update={"args": {"days": str(one.late_days)}})
    return coloured(one.model_copy(update={"reasons": reasons}), [("red" if broken else "amber", why)])


def _added(change: Change, number: int) -> ProjectView:
    if change.added is None:
        raise Refused("nothing-added", "To add a project, say which; give its title, money, days and hours.")
    new, zero = change.added, change.added.plan * 0
    return ProjectView(
        id=f"new-{number}", title=new.title, unit=new.unit, theme=new.theme, stage="planning", line=new.line,
        periods=(new.period,), finish=new.finish, baseline_finish=new.finish, plan=new.plan, committed=zero,
        actual=zero, forecast=new.plan, waits_on=new.waits_on, demand=new.demand,
    )  # fmt: skip
