"""A hiring on the real Temporal server and the real Postgres."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.kernel.errors import Refused
from eventstore import log
from eventstore.notifications import told
from readmodels import timeline
from tests.support.hiring import opened, played
from tests.support.office import Office
from workflows import search_attributes as sa


async def test_runs_from_requisition_to_filled_seat(office_at_work: Office):
    player = await played(office_at_work, "hiring-whole")

    outcome = await office_at_work.outcome(player.case)

    state = await player.state()
    assert (outcome.stage, outcome.status) == ("filled", "approved")
    assert [offer.status.value for offer in state.offers.values()] == ["declined", "filled"]
    assert not state.case.tasks
    assert not state.case.deadlines


async def test_operators_find_a_case_by_its_search_attributes(office_at_work: Office):
    player = await opened(office_at_work, "hiring-search")

    shown = (await office_at_work.handle(player.case).describe()).typed_search_attributes

    [task] = (await player.state()).case.tasks.values()
    assert shown[sa.PROCESS] == "hiring"
    assert shown[sa.STAGE] == "in_approval"
    assert shown[sa.UNIT] == "it-web"
    assert list(shown[sa.WAITING_ON]) == list(task.assignees)
    assert shown[sa.OVERDUE] is False
    assert shown[sa.ON_HOLD] is False


async def test_search_attributes_follow_a_moment_later_and_hold_the_end(office_at_work: Office):
    """A burst of decisions is shown once (docs/adr/0013); a finished case shows how it finished."""
    player = await opened(office_at_work, "hiring-shown")
    await office_at_work.do(player.case, "hold", {"reason": "one"}, by="e1005")
    await office_at_work.do(player.case, "resume", {"reason": "two"}, by="e1005")
    await office_at_work.do(player.case, "withdraw", {"reason": "three"}, by="e1005")
    await office_at_work.handle(player.case).result()

    history = await office_at_work.handle(player.case).fetch_history()
    upserts = [e for e in history.events if e.HasField("upsert_workflow_search_attributes_event_attributes")]
    shown = (await office_at_work.handle(player.case).describe()).typed_search_attributes
    assert len(upserts) == 2  # when it began, and when it was over
    assert shown[sa.STAGE] == "withdrawn"
    assert list(shown.get(sa.WAITING_ON) or []) == []


@pytest.mark.rule("KRN-19")
async def test_the_same_command_ten_times_at_once_is_done_once(office_at_work: Office):
    player = await opened(office_at_work, "hiring-ten")
    [task] = (await player.state()).case.tasks.values()
    command_id = uuid4()

    acks = await asyncio.gather(
        *(
            office_at_work.do(
                player.case,
                "decide",
                {"task": task.id, "outcome": "approve"},
                by=task.assignees[0],
                command_id=command_id,
            )
            for _ in range(10)
        )
    )

    assert len({(ack.version, ack.position) for ack in acks}) == 1
    async with office_at_work.services.pool.acquire() as conn:
        assert [row.type for row in await timeline(conn, player.case)].count("Decided") == 1


@pytest.mark.rule("KRN-19")
async def test_of_two_decisions_at_the_same_time_one_wins_and_the_other_is_told_why(office_at_work: Office):
    player = await opened(office_at_work, "hiring-two")
    [task] = (await player.state()).case.tasks.values()

    answers = await asyncio.gather(
        *(
            office_at_work.do(
                player.case, "decide", {"task": task.id, "outcome": outcome, "comment": "x"}, by=task.assignees[0]
            )
            for outcome in ("approve", "reject")
        ),
        return_exceptions=True,
    )

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 1
    async with office_at_work.services.pool.acquire() as conn:
        assert [row.type for row in await timeline(conn, player.case)].count("Decided") == 1


@pytest.mark.rule("KRN-19")
async def test_a_command_id_with_other_content_is_refused(office_at_work: Office):
    player = await opened(office_at_work, "hiring-reused")
    command_id = uuid4()
    await office_at_work.do(player.case, "comment", {"text": "one"}, by="e1005", command_id=command_id)

    with pytest.raises(Refused) as refusal:
        await office_at_work.do(player.case, "comment", {"text": "two"}, by="e1005", command_id=command_id)

    assert refusal.value.code == "command-id-reused"


@pytest.mark.rule("KRN-02")
async def test_a_decision_by_the_wrong_person_is_refused_without_history(office_at_work: Office):
    player = await opened(office_at_work, "hiring-wrong")
    [task] = (await player.state()).case.tasks.values()

    with pytest.raises(Refused) as refusal:
        await office_at_work.do(player.case, "decide", {"task": task.id, "outcome": "approve"}, by="e1005")

    history = await office_at_work.handle(player.case).fetch_history()
    updates = [e for e in history.events if e.HasField("workflow_execution_update_accepted_event_attributes")]
    assert refusal.value.code == "not-your-task"
    assert len(updates) == 1  # the requisition's own


async def test_a_signal_decides_like_an_update(office_at_work: Office):
    player = await opened(office_at_work, "hiring-signal")
    [task] = (await player.state()).case.tasks.values()

    await office_at_work.handle(player.case).signal(
        "command",
        {"name": "decide", "actor": task.assignees[0], "payload": {"task": task.id, "outcome": "approve"}},
    )
    # A comment goes through the same lock, so the signal was handled when it is acknowledged.
    await office_at_work.do(player.case, "comment", {"text": "after"}, by="e1005")

    assert task.id not in (await player.state()).case.tasks


async def test_a_refused_signal_is_recorded_and_the_workflow_goes_on(office_at_work: Office):
    player = await opened(office_at_work, "hiring-refused-signal")

    handle = office_at_work.handle(player.case)
    await handle.signal(
        "command", {"name": "decide", "actor": "e1005", "payload": {"task": "nope", "outcome": "approve"}}
    )
    await handle.signal("command", {"name": "no-such-command", "actor": "e1005"})
    await handle.signal("command", {"actor": 3})
    ack = await office_at_work.do(player.case, "comment", {"text": "still here"}, by="e1005")

    async with office_at_work.services.pool.acquire() as conn:
        refused = [row for row in await timeline(conn, player.case) if row.type == "CommandRefused"]
    assert [row.data["code"] for row in refused] == ["no-such-task", "not-signed"]
    assert refused[0].channel == "signal"
    assert not ack.repeated


@pytest.mark.rule("KRN-16")
async def test_a_late_command_on_a_finished_case_is_refused_with_the_reason(office_at_work: Office):
    player = await opened(office_at_work, "hiring-late")
    [task] = (await player.state()).case.tasks.values()
    await office_at_work.do(player.case, "withdraw", {"reason": "not needed any more"}, by="e1005")
    await office_at_work.handle(player.case).result()

    with pytest.raises(Refused) as refusal:
        await office_at_work.do(player.case, "decide", {"task": task.id, "outcome": "approve"}, by=task.assignees[0])

    assert refusal.value.code == "withdrawn"


@pytest.mark.rule("KRN-19")
async def test_a_repeated_command_gets_its_first_result_even_after_the_case_is_over(office_at_work: Office):
    player = await opened(office_at_work, "hiring-repeated")
    command_id = uuid4()
    payload = {"reason": "not needed any more"}
    first = await office_at_work.do(player.case, "withdraw", payload, by="e1005", command_id=command_id)
    await office_at_work.handle(player.case).result()

    again = await office_at_work.do(player.case, "withdraw", payload, by="e1005", command_id=command_id)

    assert (again.version, again.position) == (first.version, first.position)


async def test_a_refused_start_leaves_nothing_and_the_id_stays_free(office_at_work: Office):
    with pytest.raises(Refused):
        await opened(office_at_work, "hiring-again", position="no-such-position")

    player = await opened(office_at_work, "hiring-again")

    async with office_at_work.services.pool.acquire() as conn:
        assert await log.stream_version(conn, player.case) > 0


@pytest.mark.rule("KRN-31")
async def test_reminders_and_escalation_come_by_the_clock(office_at_work: Office):
    player = await opened(office_at_work, "hiring-ladder")
    [task] = (await player.state()).case.tasks.values()

    await office_at_work.forward(player.case, timedelta(days=12))

    [late] = (await player.state()).case.tasks.values()
    async with office_at_work.services.pool.acquire() as conn:
        types = [row.type for row in await timeline(conn, player.case)]
    assert types.count("TaskReminded") == 3
    assert types.count("TaskEscalated") == 1
    assert late.assignees == task.assignees
    assert late.escalated_to
    assert late.overdue


@pytest.mark.rule("HIR-14")
async def test_an_offer_lapses_at_its_validity_and_the_seat_is_free_again(office_at_work: Office):
    scenes = 28  # until the first offer was extended
    player = await played(office_at_work, "hiring-lapse", scenes)
    assert [offer.status.value for offer in (await player.state()).offers.values()] == ["extended"]

    await office_at_work.forward(player.case, timedelta(days=30))

    state = await player.state()
    assert [offer.status.value for offer in state.offers.values()] == ["lapsed"]
    assert not state.taken()


@pytest.mark.rule("KRN-32")
async def test_nothing_is_due_while_a_case_is_on_hold(office_at_work: Office):
    player = await opened(office_at_work, "hiring-hold")
    await office_at_work.do(player.case, "hold", {"reason": "budget freeze"}, by="e1005")

    await office_at_work.forward(player.case, timedelta(days=60))
    shown = (await office_at_work.handle(player.case).describe()).typed_search_attributes
    await office_at_work.do(player.case, "resume", {"reason": "money is there"}, by="e1005")

    [task] = (await player.state()).case.tasks.values()
    assert shown[sa.ON_HOLD] is True
    assert not task.overdue
    assert task.reminded == 0


async def test_people_are_told_once(office_at_work: Office):
    player = await opened(office_at_work, "hiring-told")
    [task] = (await player.state()).case.tasks.values()
    await office_at_work.do(player.case, "withdraw", {"reason": "not needed any more"}, by="e1005")
    await office_at_work.handle(player.case).result()  # ends after all effects were delivered

    async with office_at_work.services.pool.acquire() as conn:
        heard = await told(conn, task.assignees[0])

    assert [item.task for item in heard if item.task] == [task.id]


async def test_a_command_for_another_case_is_refused(office_at_work: Office):
    here = await opened(office_at_work, "hiring-here")
    there = await opened(office_at_work, "hiring-there", budget_line="it-applications-people")

    with pytest.raises(WorkflowUpdateFailedError) as refusal:
        await office_at_work.handle(here.case).execute_update(
            "command", {"case": there.case, "command": "comment", "actor": "e1005", "payload": {"text": "x"}}
        )

    assert "own case" in str(refusal.value.cause)
    assert not (await there.state()).case.comments


async def test_an_operator_may_type_an_update_by_hand(office_at_work: Office):
    player = await opened(office_at_work, "hiring-typed")

    await office_at_work.handle(player.case).execute_update(
        "command", {"command": "comment", "actor": "e1005", "payload": {"text": "typed"}}
    )

    assert [comment.text for comment in (await player.state()).case.comments] == ["typed"]
