"""A cycle from its design to its last answer, and one that is called off."""

from typing import Any

from tests.conformance.example import Due, Example, Play, Sent, Story, Told
from tests.conformance.examples.review import HR, terms

UNITS = ("it", "it-applications", "it-infrastructure", "it-security")


def designed(play: Play, unit: str = "it", **more: Any) -> Story:
    payload = {**terms(play.today), "name": "2026", "unit": unit, "as_of": play.today.isoformat(), **more}
    yield Sent("design-cycle", payload, by=HR)


def frozen(play: Play) -> Story:
    yield Sent("announce-cycle", {"task": play.task("announce").id}, by=HR)
    absent = [{"person": "e1022", "note": "Parental leave"}]
    yield Sent("freeze-population", {"task": play.task("freeze").id, "absent": absent}, by=HR)


def closed(play: Play) -> Story:
    yield from designed(play)
    yield from frozen(play)
    yield Due("cycle-page")
    for unit in UNITS:
        yield Told("note-unit-passed", {"unit": unit, "gate": "rated"})
        task = play.task("calibrate")
        yield Sent("calibrate-unit", {"task": task.id}, by=task.people[0])
    for gate in ("signed", "done"):
        if gate == "done":
            yield Sent("list-joiners", {}, by=HR)
        for unit in UNITS:
            yield Told("note-unit-passed", {"unit": unit, "gate": gate})


def called_off(play: Play) -> Story:
    yield from designed(play, unit="it-web")
    yield from frozen_small(play)
    yield Sent("call-off-cycle", {"reason": "The company is reorganised"}, by=HR)


def frozen_small(play: Play) -> Story:
    yield Sent("announce-cycle", {"task": play.task("announce").id}, by=HR)
    yield Sent("freeze-population", {"task": play.task("freeze").id}, by=HR)
    yield Due("cycle-page")


EXAMPLE = Example(
    process="review_cycle",
    stories={"closed": closed, "called off": called_off},
    real=("called off",),
    idle=frozenset({"running", "calibration", "released"}),
)
