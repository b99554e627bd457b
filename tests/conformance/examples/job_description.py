"""A job is described for the first time and retired again; another version is priced, confirmed and superseded."""

from pathlib import Path
from typing import Any

import yaml

from tests.conformance.example import Due, Example, Play, Sent, Story, Told, approvals

CIO, HEAD = "e1003", "e1004"
FILES = Path(__file__).parents[3] / "examples" / "job-description"


def read(name: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FILES / f"{name}.yaml").read_text(encoding="utf-8"))
    return {**found, **more}


def recorded(about: str, position: int = 7) -> Told:
    return Told("note-recorded", {"about": about, "position": position})


def retired(play: Play) -> Story:
    yield Sent("draft-description", read("senior-it-manager", draft=True), by=CIO)
    yield Sent("amend-description", {"purpose": "Leads one field of IT."}, by=CIO)
    yield Sent("submit-description", by=CIO)
    yield from approvals(play, "return", comment="Too short", fields=["purpose"])
    yield Sent("resubmit-description", {"purpose": "Leads one field of IT, so that all can rely on it."}, by=CIO)
    yield from approvals(play)
    yield recorded("use")
    yield Sent("retire-description", {"reason": "The field is led by another one"}, by=CIO)
    yield recorded("retirement", 8)


def superseded(play: Play) -> Story:
    yield Sent("revise-description", read("revision", grade=7), by=HEAD)
    yield Sent("amend-description", {"grade": 6}, by=HEAD)
    task = play.task("budget-impact")
    yield Sent("assess-budget-impact", read("assessment", task=task.id, covered=False), by=task.people[0])
    yield from approvals(play)
    yield recorded("use")
    yield Due("yearly-review")
    yield Sent("confirm-description", by=HEAD)
    yield recorded("review", 8)
    yield Told("note-superseded", {"case": "jd-2", "version": 5})


def in_use(play: Play) -> Story:
    yield Sent("revise-description", {"description": "jd-platform-engineer", "purpose": "Runs it."}, by=HEAD)
    yield from approvals(play)
    yield recorded("use")


EXAMPLE = Example(
    process="job_description",
    stories={"retired": retired, "superseded": superseded, "in use": in_use},
    real=("in use",),
)
