"""Reports over the reviews of a cycle: completion, lateness, distributions, leniency per rater (REV-09). Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from pydantic import Field

from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.people.review.events import StepBegun
from domain.people.review.state import OUTCOMES, ReviewState

_CENT = Decimal("0.01")
FEWEST = 3
"""A distribution of fewer ratings would tell single ones."""


def milestones(event: Event) -> Sequence[str]:
    """The first time that each step began."""
    return (event.step.value,) if isinstance(event, StepBegun) else ()


def figures(state: ReviewState, _first: Mapping[str, datetime]) -> dict[str, Any]:
    """Where a review stands, for the progress of its cycle; no rating and no person."""
    link = state.cycle.link
    return {
        "cycle": link.cycle if link else None,
        "group": link.unit if link else None,
        "late": list(state.late),
        "missed": list(state.missed),
    }


class ReviewLine(Value):
    """What reports know of one review. `before` and `after` are the ratings around calibration, None unrated."""

    group: str
    stage: str
    late: tuple[str, ...] = ()
    rater: str
    before: Decimal | None = None
    after: Decimal | None = None
    goals: dict[str, int] = {}


class ReviewQuestion(Value):
    """The reviews of which cycle: its case id."""

    cycle: Annotated[str, Field(min_length=1, max_length=80)]


class UnitLine(Value):
    """Of one unit: how many reviews there are, how many stand at which stage, and how many steps were late."""

    unit: str
    reviews: int
    over: int
    stages: dict[str, int]
    late: dict[str, int]


class RaterLine(Value):
    """How a rater's mean lies beside that of all, before calibration, in points: above 0 is lenient."""

    rater: str
    ratings: int
    mean: Decimal
    leniency: Decimal


class CycleReport(Value):
    """`before` and `after` count ratings by whole points; empty where there are fewer than three."""

    reviews: int
    over: int
    units: tuple[UnitLine, ...]
    outcomes: dict[str, int]
    before: dict[int, int]
    after: dict[int, int]
    raters: tuple[RaterLine, ...]
    goals: dict[str, int]


def build(snapshot: Snapshot, question: ReviewQuestion) -> CycleReport:
    """Of the reviews that the reader's units have. Raises Refused `no-reviews`."""
    states = [state for state in snapshot.of("review").values() if _is_of(state, question.cycle)]
    if not states:
        raise Refused("no-reviews", "No review of cycle {cycle} is in your units.", cycle=question.cycle)
    return cycle_report(line_of(state, str(state.outcome or state.step)) for state in states)


def _is_of(state: ReviewState, cycle: str) -> bool:
    return state.cycle.link is not None and state.cycle.link.cycle == cycle


def line_of(state: ReviewState, stage: str) -> ReviewLine:
    """A review as reports see it."""
    link, first = state.cycle.link, state.calibrations[:1]
    return ReviewLine(
        group=link.unit if link else state.case.unit or "", stage=stage, late=state.late,
        rater=state.rater or state.manager,
        before=first[0].old if first else state.rating, after=state.rating if state.calibrated else None,
        goals=dict(Counter(goal.state for goal in state.goals.values())),
    )  # fmt: skip


def cycle_report(lines: Iterable[ReviewLine]) -> CycleReport:
    """The report over all reviews of a cycle."""
    known = sorted(lines, key=lambda line: line.group)
    groups: dict[str, list[ReviewLine]] = defaultdict(list)
    for line in known:
        groups[line.group].append(line)
    goals = sum((Counter(line.goals) for line in known), Counter[str]())
    return CycleReport(
        reviews=len(known), over=sum(is_over(line.stage) for line in known),
        units=tuple(_unit(unit, mine) for unit, mine in groups.items()),
        outcomes=dict(Counter(line.stage for line in known if is_over(line.stage))),
        before=distribution([line.before for line in known]), after=distribution([line.after for line in known]),
        raters=leniency(known), goals=dict(goals),
    )  # fmt: skip


def is_over(stage: str) -> bool:
    return stage in {outcome.value for outcome in OUTCOMES}


def _unit(unit: str, lines: Sequence[ReviewLine]) -> UnitLine:
    return UnitLine(
        unit=unit, reviews=len(lines), over=sum(is_over(line.stage) for line in lines),
        stages=dict(Counter(line.stage for line in lines)),
        late=dict(Counter(step for line in lines for step in line.late)),
    )  # fmt: skip


def distribution(ratings: Iterable[Decimal | None]) -> dict[int, int]:
    """How many ratings round to each whole point, half up."""
    given = [int(rating.quantize(Decimal(1), ROUND_HALF_UP)) for rating in ratings if rating is not None]
    return dict(sorted(Counter(given).items())) if len(given) >= FEWEST else {}


def leniency(lines: Iterable[ReviewLine]) -> tuple[RaterLine, ...]:
    """By rater, the most lenient first; only raters of three or more."""
    by_rater: dict[str, list[Decimal]] = defaultdict(list)
    for line in lines:
        if line.before is not None:
            by_rater[line.rater].append(line.before)
    every = [rating for ratings in by_rater.values() for rating in ratings]
    whole = _mean(every) if every else Decimal(0)
    found = [
        RaterLine(
            rater=rater, ratings=len(ratings), mean=_cents(_mean(ratings)), leniency=_cents(_mean(ratings) - whole)
        )
        for rater, ratings in by_rater.items()
        if len(ratings) >= FEWEST
    ]
    return tuple(sorted(found, key=lambda line: (-line.leniency, line.rater)))


def _mean(ratings: Sequence[Decimal]) -> Decimal:
    return sum(ratings, Decimal(0)) / len(ratings)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP)


REPORT = ReportSpec(
    name="review-cycle",
    title=N_("Review cycle: progress, lateness, ratings before and after calibration"),
    question=ReviewQuestion,
    processes=("review",),
    build=build,
)
