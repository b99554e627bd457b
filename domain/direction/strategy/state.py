"""A plan as it stands: its document, what was asked and said, the live objectives with their series."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from domain.direction.strategy import events as e
from domain.direction.strategy.content import Assumption, Objective, Plan
from domain.kernel.definition import CaseState
from domain.kernel.document import Document
from domain.kernel.document.life import Life, VersionPublished
from domain.kernel.duty import Duty
from domain.kernel.events import Event
from domain.kernel.recording import Recording
from domain.kernel.value import Value


class Stage(StrEnum):
    """The steps of preparation, approval, then the life of a version. `in_force` is in execution."""

    SCAN = "scan"
    AMBITION = "ambition"
    CONSULTATION = "consultation"
    CHOICES = "choices"
    OBJECTIVES = "objectives"
    INITIATIVES = "initiatives"
    BUDGET = "budget"
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    REOPENED = "reopened"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class Reading(Value):
    value: Decimal
    on: date
    part: str
    source: str
    by: str


class Series(Value):
    """Values of one measure. A changed measure begins the next one; what was measured before stays (STR-04)."""

    objective: Objective
    since: datetime
    readings: tuple[Reading, ...] = ()


class Live(Value):
    """An objective in execution: its series, oldest first; `dropped` says why it is none any more."""

    series: tuple[Series, ...]
    dropped: str | None = None

    @property
    def objective(self) -> Objective:
        return self.series[-1].objective


class StrategyState(CaseState):
    """`views` are by person, None until given; `reopened` by option the assumption that does not hold."""

    document: Document[Plan] = Document[Plan]()
    recording: Recording = Recording()
    life: Life = Life()
    quarter: Duty = Duty()
    views: dict[str, str | None] = {}
    consulted: bool = False
    live: dict[str, Live] = {}
    proposed: e.AdjustmentProposed | None = None
    adjustments: int = 0
    broken: tuple[str, ...] = ()
    reopened: dict[str, str] = {}
    learning: str = ""

    @property
    def plan(self) -> Plan:
        return self.document.the_content

    def assumption(self, id_: str) -> Assumption | None:
        return next((one for one in self.plan.assumptions if one.id == id_), None)


def evolve(state: StrategyState, event: Event) -> StrategyState:
    update = _prepared(state, event) or _executed(state, event)
    return state.model_copy(update=update)


def _prepared(state: StrategyState, event: Event) -> dict[str, object]:
    match event:
        case e.ViewsAsked(people=people):
            return {"views": {**dict.fromkeys(people), **state.views}, "consulted": False}
        case e.ViewGiven(by=by, text=text):
            return {"views": {**state.views, by: text}}
        case e.ConsultationEnded():
            return {"consulted": True}
        case VersionPublished(at=at):
            series = {each.id: Series(objective=each, since=at) for each in state.plan.objectives}
            return {"live": {id_: Live(series=(one,)) for id_, one in series.items()}}
    return {}


def _executed(state: StrategyState, event: Event) -> dict[str, object]:
    match event:
        case e.ValueReported():
            return {"live": _live(state, event.objective, _read(state.live[event.objective], event))}
        case e.AdjustmentProposed(number=number):
            return {"proposed": event, "adjustments": number}
        case e.AdjustmentRefused():
            return {"proposed": None}
        case e.ObjectiveAdjusted(id=id_):
            return {"proposed": None, "live": _live(state, id_, _adjusted(state.live[id_], event))}
        case e.ObjectiveDropped(id=id_, reason=reason):
            dropped = state.live[id_].model_copy(update={"dropped": reason})
            return {"proposed": None, "live": _live(state, id_, dropped)}
        case e.ChoiceReopened(option=option, assumption=id_):
            return {"reopened": {**state.reopened, option: id_}}
        case e.AssumptionChecked(assumption=id_, holds=False):
            return {"broken": tuple(dict.fromkeys((*state.broken, id_)))}
        case e.ChoiceSettled(option=option):
            return {"reopened": {key: value for key, value in state.reopened.items() if key != option}}
        case e.LearningWritten(text=text):
            return {"learning": text}
    return {}


def _live(state: StrategyState, id_: str, live: Live) -> dict[str, Live]:
    return {**state.live, id_: live}


def _read(live: Live, event: e.ValueReported) -> Live:
    reading = Reading(value=event.value, on=event.on, part=event.part, source=event.source, by=event.by)
    *old, last = live.series
    return live.model_copy(
        update={"series": (*old, last.model_copy(update={"readings": (*last.readings, reading)}))}
    )  # fmt: skip


def _adjusted(live: Live, event: e.ObjectiveAdjusted) -> Live:
    *old, last = live.series
    if event.breaks:
        return live.model_copy(update={"series": (*old, last, Series(objective=event.objective, since=event.at))})
    return live.model_copy(update={"series": (*old, last.model_copy(update={"objective": event.objective}))})
