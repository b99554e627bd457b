"""The kernel's events in the JSON of their first recording. The log is for ever: another shape is another version.

A field that came later is missing in the file and has its default.

`python -m tests.domain.kernel.test_golden` writes the files that are missing; it never touches one that is there.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.kernel.cases.case import Deadline
from domain.kernel.cases.case_events import KERNEL_EVENTS, CommandRefused, DeadlineCleared, DeadlineSet
from domain.kernel.events import Event, declared_name, encode
from tests.domain.kernel.later_events import LATER
from tests.domain.kernel.purchase import HR, LINE, MONDAY, Change, Resubmit, Submit, content, submitted
from tests.domain.kernel.test_decide import approve
from tests.domain.kernel.test_ladder import fire

GOLDEN = Path(__file__).parent / "golden"


def story() -> dict[str, Event]:
    """The first event of each type from a few cases in which everything happens."""
    long = submitted(LINE, HR)
    for _ in range(3):
        fire(long)
    approve(long, "e3", comment="fine")
    long.when("change", Change(content=content(note="by the door")), by="e4")
    long.when("change", Change(content=content(count=3, excluded=("e5",))), by="e4")
    long.when("hold", {"reason": "budget talks"}, by="e4").wait(timedelta(days=1))
    long.when("resume", {"reason": "agreed"}, by="e4").when("comment", {"text": "please hurry"}, by="e4")
    returned = {"task": long.open().id, "outcome": "return", "comment": "why?", "fields": ["count"]}
    long.when("decide", returned, by="e3").when("resubmit", Resubmit(content=content(count=1)), by="e4")
    approve(approve(long, "e3"), "e7")
    rejected = submitted(LINE)
    rejected.when("decide", {"task": rejected.open().id, "outcome": "reject", "comment": "no"}, by="e3")
    withdrawn = submitted(LINE).when("withdraw", {"reason": "bought elsewhere"}, by="e4")
    stuck = submitted(LINE, asked=content("e1")).when("submit", Submit(content=content("e1"), review="two"), by="e1")
    others: list[Event] = [
        DeadlineSet(deadline=Deadline(kind="offer", key="o1", at=MONDAY)),
        DeadlineCleared(kind="offer", key="o1"),
        CommandRefused(command="decide", code="not-your-task", message="Task case-1.1 is not yours."),
    ]
    events = [*long.history, *rejected.history, *withdrawn.history, *stuck.history, *others, *LATER]
    return {declared_name(type(event)): event for event in reversed(events) if type(event) in KERNEL_EVENTS}


def golden_of(event: Event) -> tuple[Path, dict[str, Any]]:
    name, version, payload = encode(event)
    return GOLDEN / f"{name}.{version}.json", payload


@pytest.mark.parametrize("kind", KERNEL_EVENTS, ids=declared_name)
def test_an_event_is_written_and_read_as_it_was_first_recorded(kind: type[Event]) -> None:
    event = story()[declared_name(kind)]
    path, payload = golden_of(event)
    recorded = json.loads(path.read_text())
    assert kind.model_validate(recorded) == event, "what came later has a default that changes nothing"
    assert encode(kind.model_validate(recorded))[2] == payload


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for made in story().values():
        file, shape = golden_of(made)
        if not file.exists():
            file.write_text(json.dumps(shape, indent=2, ensure_ascii=False) + "\n")
