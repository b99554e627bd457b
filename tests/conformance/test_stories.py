"""What is true of every process, tried on its stories."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.kernel.cases.case import Case
from domain.kernel.cases.case_events import KERNEL_EVENTS, Decided
from domain.kernel.command import SYSTEM
from domain.kernel.definition.stages import ENDS
from domain.kernel.events import EventRow, declared_name, encode
from domain.kernel.ledger import LinePeriod
from domain.kernel.money_events import HoldingsReleased
from domain.kernel.showing.outlook import due_at, waiting_on
from domain.kernel.showing.task_sight import KERNEL_TASKS
from domain.kernel.year_end import COMMAND as MOVE
from domain.kernel.year_end import CommitmentTurned
from domain.processes import PROCESSES
from readmodels.words import NOBODY, text_of
from tests.conformance import golden
from tests.conformance.company import NOW
from tests.conformance.example import EXAMPLES
from tests.conformance.playing import events, fold, moments, played
from tests.domain.kinds import mistaken

EVERY = pytest.mark.parametrize("process", EXAMPLES)
RESTING: dict[str, set[str]] = {
    "budget": {"approved"}, "job_description": {"approved", "in_use"}, "strategy": {"approved", "in_force"},
}  # fmt: skip
"""Stages in which what was decided stands, and nothing is to be done."""
ELSEWHERE: dict[str, set[str]] = {
    "authority": {"recording"}, "coordination": {"cancelling"}, "project_request": {"chartered"},
    "review": {"rated", "signed"}, "review_cycle": {"running", "calibration", "released"}, "training": {"assessed"},
    "training_programme": {"cancelling"},
}  # fmt: skip
"""Stages in which other cases or a register go on with it: their tasks have the owners and the days."""
FILES = sorted(golden.FOLDER.glob("*/*.json"))


def read_back(process: str, name: str, version: int, payload: dict[str, Any]) -> Any:
    row = EventRow(
        position=1, stream="case", version=1, type=name, schema_version=version, payload=payload, actor="x",
        command_id=UUID(int=0), correlation=UUID(int=0), channel="cli", recorded_at=NOW, hash="",
    )  # fmt: skip
    return PROCESSES[process].events.decode(row)


@EVERY
def test_every_command_is_given(process: str):
    given = {name for play in played(process) for name in play.given}
    assert PROCESSES[process].wording.keys() - given == set()


@EVERY
def test_every_event_is_recorded(process: str):
    kinds = set(PROCESSES[process].events.kinds) - {declared_name(kind) for kind in KERNEL_EVENTS}
    if not any(getattr(moment.state, "holdings", None) and moment.state.holdings.open for moment in moments(process)):
        kinds -= {declared_name(HoldingsReleased)}  # it moves money, and never holds any
    assert kinds - {declared_name(type(event)) for event in events(process)} == set()


@EVERY
def test_every_stage_is_reached_on_a_way_of_the_table(process: str):
    ways = {(start, end) for start, end, _ in PROCESSES[process].transitions}
    gone = {
        (before.stage, after.stage)
        for play in played(process)
        for before, after in zip(play.moments, play.moments[1:], strict=False)
        if before.stage != after.stage
    }
    assert gone - ways == set()
    stages = {end for _, end in ways} - ENDS - {"on_hold"}
    assert stages - {moment.stage for moment in moments(process)} == set()


@EVERY
def test_an_open_case_waits_for_somebody_or_a_day(process: str):
    idle = EXAMPLES[process].idle | {"new", "on_hold", "returned"}
    waiting = [m for m in moments(process) if m.case.closed is None and m.stage not in idle]
    lost = {
        f"{m.story}: {m.stage}" for m in waiting if not m.case.tasks and not m.case.deadlines and not _records(m.state)
    }
    assert lost == set()


@EVERY
@pytest.mark.rule("KRN-43")
def test_the_process_says_what_each_kind_of_task_shows(process: str):
    known = {*PROCESSES[process].confidential.tasks, *KERNEL_TASKS}
    assert {task.kind for moment in moments(process) for task in moment.case.tasks.values()} - known == set()


def _records(state: Any) -> bool:
    recording = getattr(state, "recording", None)
    return recording is not None and recording.waits


@EVERY
def test_the_log_folds_to_the_state_that_was_decided_on(process: str):
    for play in played(process):
        stored = [encode(event) for event in play.history]
        history = [read_back(process, name, version, json.loads(json.dumps(data))) for name, version, data in stored]
        assert fold(play.process, play.id, history) == play.state


@EVERY
@pytest.mark.rule("KRN-14")
def test_conditions_see_what_is_submitted(process: str):
    assert mistaken(events(process), PROCESSES[process].policy_needs.seen) == []


@EVERY
@pytest.mark.rule("KRN-02")
def test_requester_and_subjects_decide_nothing(process: str):
    for play in played(process):
        case: Case = play.case
        deciders = {event.actor for event in play.history if isinstance(event, Decided)}
        assert deciders & {case.requester, *case.subjects, SYSTEM} == set()


@EVERY
def test_a_case_that_is_over_holds_no_money_unless_it_says_so(process: str):
    for play in played(process):
        if play.case.closed is not None and getattr(play.state, "holdings", None):
            assert play.state.holdings.open == ()


@EVERY
@pytest.mark.rule("BUD-09")
def test_who_holds_money_moves_it_at_the_end_of_a_year(process: str):
    """Nothing is left of the year that ended; what was not given back is held of the next one, to the last satang."""
    holds = any(getattr(m.state, "holdings", None) and m.state.holdings.open for m in moments(process))
    if process != "budget":  # what it holds is asked between its lines; its year does not end before that is answered
        assert holds == (MOVE in PROCESSES[process].commands)
    for play in played(process):
        for number, turn in enumerate(play.history):
            if isinstance(turn, CommitmentTurned):
                before, after = (fold(play.process, play.id, play.history[:end]) for end in (number, number + 1))
                old, new = (LinePeriod(turn.line, period) for period in (turn.year_from, turn.year_to))
                came = sum(money.amount for money in turn.came.values())
                assert (held(before, old), held(after, old)) == (turn.amount.amount, 0)
                assert held(after, new) - held(before, new) == came
                assert came == (0 if turn.how == "cancel" else turn.amount.amount) or turn.how == "re-encumber"


def held(state: Any, key: LinePeriod) -> Decimal | int:
    return sum(each.left for each in state.holdings.open if each.key == key)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_was_once_recorded_can_still_be_read(path: Path):
    name, version = path.stem.rsplit(".", 1)
    payload = json.loads(path.read_text(encoding="utf-8"))
    declared, now, read = encode(read_back(path.parent.name, name, int(version), payload))
    assert declared == name
    if now == int(version):
        assert read == payload


@EVERY
def test_every_stage_has_an_owner_and_a_day(process: str):
    """Somebody is asked, answers for what was returned or holds it, or Signoff wakes by itself on a day."""
    lost = {
        moment.stage
        for moment in moments(process)
        if moment.case.requester and not moment.case.closed and not waiting_on(moment.case) and not due_at(moment.case)
    }
    assert lost - RESTING.get(process, set()) - ELSEWHERE.get(process, set()) == set()


@EVERY
def test_an_event_of_today_is_as_on_file(process: str):
    for name, (version, payload) in golden.own_events(process).items():
        path = golden.path_of(process, name, version)
        assert path.exists(), "run: python -m tests.conformance.golden"
        assert payload == json.loads(path.read_text(encoding="utf-8")), name


@EVERY
@pytest.mark.rule("KRN-43")
def test_readers_differ_only_where_search_looks_again(process: str):
    definition = PROCESSES[process]
    for moment in moments(process):
        indexed = text_of(definition.visible(moment.state, NOBODY))
        assert indexed, "every case has a text"
        if not definition.shows_by_eyes:
            assert all(text_of(definition.visible(moment.state, one)) == indexed for one in ("e1005", "c-first"))
