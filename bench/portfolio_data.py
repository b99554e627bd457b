"""Real IT projects as projects of Signoff: `python -m bench.portfolio_data FOLDER [--as-of DAY]`.

FOLDER holds `portfolio-projects.csv`, `portfolio-activities.csv`, `portfolio-investments.csv` of the IT Dashboard of
the United States' government (2012, million dollars). What is in them becomes events, folded as the log folds them;
nothing is written. Computed health stands beside the evaluation that the department's chief information officer gave.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from domain.kernel.events import Event
from domain.kernel.value import Value
from domain.kernel.values.message import Message
from domain.kernel.values.money import Money
from domain.projects.delivery import events as e
from domain.projects.delivery.content import Activity, Baseline, Charter, Commitment, Letter, Requirement
from domain.projects.delivery.definition import PROJECT
from domain.projects.delivery.state import ProjectState
from domain.projects.portfolio.model import ProjectView, view_of
from domain.projects.portfolio.overview import by_theme

LINE, UNIT = "federal-it", "department"
AS_OF = date(2012, 8, 31)
TOLERANCE = Decimal("0.3")
"""Of money and days: the dashboard calls it red from 30 % on."""
RECORDED = {"5": "green", "4": "green", "3": "amber", "2": "red", "1": "red"}


class Found(Value):
    """A project of the data: its investment, and its state as the events fold."""

    investment: str
    state: ProjectState


def load(folder: Path, as_of: date = AS_OF) -> tuple[Found, ...]:
    """Every project that has activities. Raises OSError, and KeyError for a file of another shape."""
    heads = {row["project"]: row for row in rows(folder / "portfolio-projects.csv")}
    work: dict[str, list[dict[str, str]]] = {}
    for row in rows(folder / "portfolio-activities.csv"):
        work.setdefault(row["project"], []).append(row)
    return tuple(
        Found(investment=heads[id_]["investment"], state=fold(id_, heads[id_], activities, as_of))
        for id_, activities in work.items()
        if id_ in heads
    )


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def fold(id_: str, head: dict[str, str], activities: list[dict[str, str]], as_of: date) -> ProjectState:
    state = PROJECT.initial(f"project-{id_}")
    for event in history(id_, head, activities, as_of):
        state = PROJECT.evolve(state, event)
    return state


def history(id_: str, head: dict[str, str], given: list[dict[str, str]], as_of: date) -> Iterator[Event]:
    """The baseline as planned, then what happened until `as_of`."""
    planned = tuple(_activity(row) for row in given)
    first = min(one.starts for one in planned if one.starts)
    at = datetime.combine(first, time(), tzinfo=UTC)
    cost = sum((one.cost for one in planned[1:] if one.cost), planned[0].cost or musd("0"))
    periods, need = {f"{first:%Y}": cost}, Requirement(id="r1", text="As planned", owner="owner", criterion="Delivered")
    charter = Charter(
        title=head["name"] or f"Project {id_}", unit=UNIT, sponsor="cio", business_owner="owner", delegator="cio",
        line=LINE, periods=periods, requirements_hash="", theme=head["investment"] or None,
    )  # fmt: skip
    yield e.ProjectChartered(
        requester="manager", title=Message(id="{title}", args={"title": charter.title}), unit=UNIT, at=at,
        charter=charter, requirements=(need,), benefits=(), milestones=planned, by="cio",
    )  # fmt: skip
    length = (max(one.ends for one in planned if one.ends) - first).days
    letter = Letter(money=cost * TOLERANCE, days=int(length * TOLERANCE), scope=0, text="As on the dashboard")
    yield e.ProjectDelegated(letter=letter, by="cio", at=at)
    baseline = Baseline(number=1, requirements=(need,), activities=planned, periods=periods, benefits=())
    yield e.ChangeRequested(
        review="change-1", reason="As planned", impact="-", baseline=baseline, by="manager", at=at
    )  # fmt: skip
    yield e.BaselineSet(number=1, baseline=baseline, review="change-1", at=at)
    over = -Decimal(head["cost_variance_musd"] or 0) * 1_000_000 / cost.amount if cost.amount else Decimal(0)
    for number, (row, one) in enumerate(zip(given, planned, strict=True), start=1):
        yield from _happened(row, one, number, over, as_of)


def _activity(row: dict[str, str]) -> Activity:
    starts = date.fromisoformat(row["planned_start"])
    ends = starts + timedelta(days=max(0, _days(row["planned_duration"]) - 1))
    return Activity(
        id=row["activity"], title=row["name"][:300], starts=starts, ends=ends, cost=musd(row["planned_cost_musd"])
    )


def _happened(
    row: dict[str, str], one: Activity, number: int, over: Decimal, as_of: date
) -> Iterator[Event]:  # fmt: skip
    """When it began is in the data; when it ended is not: it lasts as long as planned, from then on.

    What is under way is done by the share of its days that is over, and cost as much of its plan. `over` is what the
    project cost beyond its plan, as a share: the variance is plan less cost, as earned value has it.
    """
    assert one.starts is not None
    assert one.ends is not None
    assert one.cost is not None
    late = timedelta(days=_days(row["actual_start_delay"]))
    began, ends = one.starts + late, one.ends + late
    at = datetime.combine(as_of, time(), tzinfo=UTC)
    if late and began <= ends:
        yield e.ActivityMoved(
            id=one.id, starts=began, ends=ends, after=(), pushed=(), reason="it began then", by="manager", at=at
        )
    if began > as_of:
        return
    done = row["status"].startswith("Completed")
    share = min(Decimal(99), Decimal(100 * ((as_of - began).days + 1)) / max(1, (ends - began).days + 1))
    percent = 100 if done else int(share)
    ended = min(ends, as_of) if done else None
    yield e.WorkReported(id=one.id, percent=percent, began=began, ended=ended, by="manager", at=at)
    spent = Money(amount=round(one.cost.amount * (1 + over) * percent / 100, 2), currency="USD")
    if spent.amount > 0:
        yield from _paid(f"order-{number}", one.title, f"{began:%Y}", spent, at)


def _paid(id_: str, text: str, period: str, amount: Money, at: datetime) -> Iterator[Event]:
    order = Commitment(
        id=id_, text=text, period=period, amount=amount, left=amount, cancellable=False, transfer=1
    )  # fmt: skip
    yield e.MoneyCommitted(commitment=order, estimate=amount * 0, by="manager", at=at)
    yield e.MoneySpent(id=id_, period=period, amount=amount, by="manager", at=at)


def views(found: tuple[Found, ...], as_of: date = AS_OF) -> tuple[tuple[str, ProjectView], ...]:
    """Investment and view of each; the estimate to complete is the planned cost of what is not done."""
    return tuple((one.investment, view_of(_estimated(one.state), as_of)) for one in found)


def _estimated(state: ProjectState) -> ProjectState:
    left = [work.activity.cost * (100 - work.percent) for work in state.works.values() if work.activity.cost]
    rest = sum((money.amount for money in left), Decimal(0)) / 100
    return state.model_copy(update={"estimate": Money(amount=round(rest, 2), currency="USD")})


def musd(text: str) -> Money:
    """Million dollars as dollars."""
    return Money(amount=Decimal(text or 0) * 1_000_000, currency="USD")


def _days(text: str) -> int:
    return int(text.split(maxsplit=1)[0])


def agreement(folder: Path, seen: tuple[tuple[str, ProjectView], ...]) -> dict[tuple[str, str], int]:
    """How many projects have (recorded, computed) colour, of the investments that were evaluated."""
    given = {
        row["investment"]: RECORDED.get(row["cio_evaluation"]) for row in rows(folder / "portfolio-investments.csv")
    }
    counts: dict[tuple[str, str], int] = {}
    for investment, view in seen:
        if (recorded := given.get(investment)) is not None:
            counts[recorded, view.colour] = counts.get((recorded, view.colour), 0) + 1
    return counts


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=AS_OF.isoformat(), show_default=True)
def main(folder: Path, as_of: Any) -> None:
    """Shows the projects of FOLDER as the portfolio does, and their health beside the recorded evaluation."""
    seen = views(load(folder, as_of.date()), as_of.date())
    for investment, one in sorted(seen, key=lambda pair: (pair[0], pair[1].title)):
        why = "; ".join(str(reason) for reason in one.reasons)
        click.echo(f"{one.colour:6} {one.progress or '-':>5} % {investment:14} {one.title[:50]:50} {why}")
    for money in by_theme(one for _, one in seen):
        click.echo(f"{money.theme:20} plan {money.plan:>15,.0f} actual {money.actual:>15,.0f} {money.currency}")
    counts = agreement(folder, seen)
    click.echo(f"{sum(counts.values())} evaluated, {sum(n for (one, two), n in counts.items() if one == two)} agree")
    for (recorded, computed), number in sorted(counts.items()):
        click.echo(f"  recorded {recorded:6} computed {computed:6} {number}")


if __name__ == "__main__":
    main()
