"""The report `strategy`: progress of the plans in force, how it was added up, and what points nowhere."""

from typing import Annotated

from pydantic import Field

from domain.direction.strategy.progress import PlanProgress, plan_progress
from domain.direction.strategy.state import StrategyState
from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.reference import Reference


class Question(Value):
    """Plans of one unit, or of all that the reader may see."""

    unit: Annotated[str, Field(max_length=80), Reference("unit")] | None = None


class StrategyReport(Value):
    plans: tuple[PlanProgress, ...]


def in_force(snapshot: Snapshot) -> dict[str, StrategyState]:
    """The plans in execution at that time, by case."""
    states = snapshot.of("strategy")
    return {case: state for case, state in sorted(states.items()) if state.case.closed is None and state.live}


def build(snapshot: Snapshot, asked: Question) -> StrategyReport:
    chosen = {case: state for case, state in in_force(snapshot).items() if asked.unit in (None, state.plan.unit)}
    return StrategyReport(
        plans=tuple(
            plan_progress(case, state, "reopened" if state.reopened else "in_force") for case, state in chosen.items()
        )
    )


REPORT: ReportSpec[Snapshot, Question, StrategyReport] = ReportSpec(
    name="strategy", title=N_("Progress of the plans in force"), question=Question, build=build,
    processes=("strategy",),
)  # fmt: skip
