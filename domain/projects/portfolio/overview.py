"""One view of all projects: rank, health, money by theme, dependencies, promises kept (PFL-01)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import networkx as nx

from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.projects.portfolio.model import ProjectView


class ThemeMoney(Value):
    """By theme and currency: there is no arithmetic over two (SPD-10)."""

    theme: str
    currency: str
    plan: Decimal
    committed: Decimal
    actual: Decimal
    forecast: Decimal
    projects: int


class Dependency(Value):
    """`project` waits for `on`, which is late by `days`; `is_known`: it is in this portfolio."""

    project: str
    on: str
    days: int
    is_known: bool


class Kept(Value):
    """A closed project against its original promises; None where there was none, or it is not measured yet."""

    project: str
    ended: str
    in_money: bool
    in_time: bool | None
    benefits: bool | None


class Overview(Value):
    ranked: tuple[ProjectView, ...]
    colours: dict[str, int]
    money: tuple[ThemeMoney, ...]
    dependencies: tuple[Dependency, ...]
    circles: tuple[tuple[str, ...], ...]
    closed: tuple[Kept, ...]


def overview(views: Sequence[ProjectView]) -> Overview:
    ranked = rank(views)
    running = [one for one in ranked if one.is_open]
    colours = {colour: sum(one.colour == colour for one in running) for colour in ("green", "amber", "grey", "red")}
    return Overview(
        ranked=ranked, colours=colours, money=by_theme(views), dependencies=dependencies(views),
        circles=circles(views), closed=tuple(kept(one) for one in views if one.promise and one.ended),
    )  # fmt: skip


def rank(views: Iterable[ProjectView]) -> tuple[ProjectView, ...]:
    """What runs first, mandatory before scored, the higher score before the lower; without a score last (PRJ-04)."""

    def key(one: ProjectView) -> tuple[bool, bool, bool, Decimal, str]:
        return (not one.is_open, not one.mandatory, one.score is None, -(one.score or Decimal(0)), one.title)

    return tuple(sorted(views, key=key))


def by_theme(views: Iterable[ProjectView]) -> tuple[ThemeMoney, ...]:
    groups: dict[tuple[str, str], list[ProjectView]] = {}
    for one in views:
        groups.setdefault((one.theme, one.plan.currency), []).append(one)
    return tuple(
        ThemeMoney(
            theme=theme, currency=currency, plan=_sum(one.plan for one in group),
            committed=_sum(one.committed for one in group), actual=_sum(one.actual for one in group),
            forecast=_sum(one.forecast for one in group), projects=len(group),
        )
        for (theme, currency), group in sorted(groups.items())
    )  # fmt: skip


def _sum(amounts: Iterable[Money]) -> Decimal:
    return sum((each.amount for each in amounts), Decimal(0))


def dependencies(views: Iterable[ProjectView]) -> tuple[Dependency, ...]:
    known = {one.id: one for one in views}
    return tuple(
        Dependency(project=one.id, on=on, days=known[on].late_days if on in known else 0, is_known=on in known)
        for one in known.values() for on in one.waits_on
    )  # fmt: skip


def circles(views: Iterable[ProjectView]) -> tuple[tuple[str, ...], ...]:
    """Groups of projects that wait for each other, over however many: each is shown, none is refused here."""
    graph: nx.DiGraph = nx.DiGraph((on, one.id) for one in views for on in one.waits_on)
    return tuple(sorted(tuple(sorted(group)) for group in nx.strongly_connected_components(graph) if len(group) > 1))


def kept(one: ProjectView) -> Kept:
    """Success and failure: money and time against the original baseline, benefits against their targets."""
    promise = one.promise
    assert promise is not None
    in_time = promise.finished <= promise.finish if promise.finished and promise.finish else None
    measured = promise.benefits > 0 and promise.measured == promise.benefits
    return Kept(
        project=one.id, ended=one.ended or "", in_money=promise.actual <= promise.budget, in_time=in_time,
        benefits=promise.met == promise.benefits if measured else None,
    )  # fmt: skip
