"""The views of the real hiring: what is shown is what its state says, at every event."""

import pytest

import readmodels
from domain.kernel.events import Event
from domain.people.hiring.process import HIRING
from domain.people.hiring.state import HiringState
from eventstore.database import Connection, Pool
from readmodels.projector import Projector
from tests.domain.people.company import ANN, BOB, LEAD, Play, handed_over, interviewed, opened, requisition
from tests.readmodels.toy_process import everything, put

PROCESSES = {"hiring": HIRING}


def _plays() -> list[Play]:
    """Handed over to onboarding; in interviews; on hold; left lying until it was escalated."""
    hired = interviewed(opened(Play("hiring-a")), ANN, BOB)
    handed_over(hired, ANN)
    waiting = opened(Play("hiring-b"))
    held = opened(Play("hiring-c"))
    held.do(LEAD, "hold", reason="The budget is being looked at.")
    late = Play("hiring-d")
    late.do(LEAD, "raise-requisition", **requisition())
    late.pass_time(days=14)
    assert any(task.escalated_to for task in late.state.case.tasks.values())
    return [hired, interviewed(waiting, BOB), held, late]


def _open(state: HiringState) -> set[tuple[str, str]]:
    return {(task.id, person) for task in state.case.tasks.values() for person in task.waiting}


@pytest.mark.parametrize("number", range(4))
async def test_after_every_event_the_inbox_holds_exactly_the_tasks_of_the_state(
    pool: Pool, conn: Connection, number: int
) -> None:
    play, projector = _plays()[number], Projector(pool, PROCESSES)
    state = HIRING.initial(play.case)
    for event in play.events:
        state = HIRING.evolve(state, event)
        await put(conn, play.case, event, process="hiring")
        await projector.catch_up()
        shown = await conn.fetch("SELECT task, person FROM signoff.inbox")
        assert {tuple(row) for row in shown} == _open(state)
        row = await readmodels.case(conn, play.case, now=play.now)
        assert row is not None
        assert (row.stage, row.requester, row.on_hold) == (HIRING.stage(state), LEAD, state.case.hold is not None)
    assert await readmodels.dead_letters(conn) == []


@pytest.mark.rule("KRN-53")
async def test_hirings_that_cross_are_rebuilt_as_they_were_shown(pool: Pool, conn: Connection) -> None:
    plays = _plays()
    turns: list[tuple[Play, list[Event]]] = [
        (play, play.events[start : start + 3]) for start in range(0, 99, 3) for play in plays
    ]
    projector = Projector(pool, PROCESSES, batch=7, remembered=2)
    for play, events in turns:
        if events:
            await put(conn, play.case, *events, process="hiring")
            await projector.step()
    await projector.catch_up()
    shown = await everything(conn)
    await readmodels.rebuild(pool, PROCESSES)
    assert await everything(conn) == shown
    rows = {row.case: (row.stage, row.on_hold) for row in await readmodels.cases(conn, now=plays[0].now)}
    assert rows == {play.case: (play.stage, play.state.case.hold is not None) for play in plays}
    for play in plays:
        state, recorded = await readmodels.case_at(conn, PROCESSES, play.case)
        assert (state, len(recorded)) == (play.state, len(play.events))
