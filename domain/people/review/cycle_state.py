"""What a review cycle is: whom it is for, its terms, its events and where it stands."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.kernel.cycle import Cycle, CycleSpec
from domain.kernel.definition import CaseState, Opened
from domain.kernel.events import Event
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.people.review.terms import ReviewTerms

GATES = ("rated", "signed", "done")


class CycleStage(StrEnum):
    """`running` is goals to rating, `calibration` until every unit is signed, `released` until every answer is in."""

    DESIGNED = "designed"
    ANNOUNCED = "announced"
    RUNNING = "running"
    CALIBRATION = "calibration"
    RELEASED = "released"
    CLOSED = "closed"
    CALLED_OFF = "called_off"


class CycleRole(StrEnum):
    HR = "the HR partner"


class Excluded(Value):
    """Who is not in the population: `reason` is tenure, absence or no-manager; `note` says more."""

    person: str
    reason: str
    note: str | None = None


class CycleState(CaseState):
    """`as_of` is the day for which the population is frozen; `scope` the unit it is taken from, with all below."""

    cycle: Cycle = Cycle()
    name: str = ""
    scope: str = ""
    as_of: date | None = None
    terms: ReviewTerms | None = None
    announced: bool = False
    frozen: bool = False
    excluded: tuple[Excluded, ...] = ()
    joiners: tuple[str, ...] = ()
    calibrated: tuple[str, ...] = ()

    @property
    def the_terms(self) -> ReviewTerms:
        assert self.terms is not None, "the cycle was designed"
        return self.terms


class CycleDesigned(Opened):
    sentence = N_("{requester} designed the review cycle {name}")
    name: str
    scope: str
    as_of: date
    terms: ReviewTerms

    def changes_of(self, _state: CycleState) -> Mapping[str, Any]:
        return {"name": self.name, "scope": self.scope, "as_of": self.as_of, "terms": self.terms}


class CycleAnnounced(Event):
    """`managers` are told: those with people in the scope on that day."""

    sentence = N_("{by} announced the cycle")
    managers: tuple[str, ...]
    by: str
    at: datetime

    def changes_of(self, _state: CycleState) -> Mapping[str, Any]:
        return {"announced": True}


class PopulationFrozen(Event):
    """Who takes part stands in the units that are planned with it (REV-01)."""

    sentence = N_("{by} froze the population: {count} people")
    count: int
    excluded: tuple[Excluded, ...]
    by: str
    at: datetime

    def changes_of(self, _state: CycleState) -> Mapping[str, Any]:
        return {"frozen": True, "excluded": self.excluded}


class JoinersListed(Event):
    """Who is in the scope by now and not in the population. They are listed, never added silently (REV-01)."""

    sentence = N_("later joiners were listed")
    people: tuple[str, ...]
    at: datetime

    def changes_of(self, _state: CycleState) -> Mapping[str, Any]:
        return {"joiners": self.people}


class UnitCalibrated(Event):
    sentence = N_("{by} finished the calibration of {unit}")
    unit: str
    comment: str | None
    by: str
    at: datetime

    def changes_of(self, state: CycleState) -> Mapping[str, Any]:
        return {"calibrated": (*state.calibrated, self.unit)}


class CycleCalledOff(Event):
    sentence = N_("{by} called the cycle off: {reason}")
    reason: str
    by: str
    at: datetime


EVENTS: tuple[type[Event], ...] = (
    CycleDesigned, CycleAnnounced, PopulationFrozen, JoinersListed, UnitCalibrated, CycleCalledOff,
)  # fmt: skip

CHILDREN: CycleSpec[CycleState] = CycleSpec(
    child="review",
    command="begin-review",
    gates=GATES,
    page=100,
    payload=lambda state, child: {
        "person": child.key,
        "requester": state.case.requester,
        "terms": state.the_terms.model_dump(mode="json"),
    },
)


def evolve(state: CycleState, event: Event) -> CycleState:
    changes = getattr(event, "changes_of", None)
    return state if changes is None else state.model_copy(update=dict(changes(state)))


def stage(state: CycleState) -> CycleStage:
    for gate, reached in (("signed", CycleStage.RELEASED), ("rated", CycleStage.CALIBRATION)):
        if gate in state.cycle.closed:
            return reached
    if state.frozen:
        return CycleStage.RUNNING
    return CycleStage.ANNOUNCED if state.announced else CycleStage.DESIGNED
