"""Ways around a quorum and a veto, on a running office with a policy of its own."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from application.administration import office as setup
from domain.kernel.cases.case import Status
from domain.kernel.errors import Refused
from domain.processes import NEEDS
from tests.adversary.office import by_way, code, decided, raised, stands_in, task_of, types
from tests.support.office import EXAMPLES, Office

REQUESTER, OTHER = "e1011", "e1009"
COMMITTEE = ("e1032", "e1039", "e1045")
"""The salary committee of the example company."""


async def published(office: Office, folder: Path, old: str, new: str) -> Office:
    """The office under the example's policy with one thing changed."""
    text = (EXAMPLES / "policy.yaml").read_text()
    assert old in text
    file = folder / "policy.yaml"
    file.write_text(text.replace(old, new, 1))
    await setup.publish_policy(office.services, file, NEEDS, actor="os:test", today=datetime.now(UTC).date())
    return office


@pytest.fixture
async def voting(office_at_work: Office, tmp_path: Path) -> Office:
    """The step of HR is the salary committee's: two of three, with the executive's veto."""
    committee = "who: {group: salary-committee}\n            quorum: 2\n            veto: {person: e1001}"
    return await published(office_at_work, tmp_path, "who: {role: hr-partner, unit: case}", committee)


async def at_the_vote(office: Office) -> tuple[Any, str]:
    player = await raised(office, by=REQUESTER, hiring_manager=REQUESTER)
    await decided(office, player)
    task = await task_of(player)
    assert set(task.assignees) == set(COMMITTEE)
    return player, task.id


def word(task: str, outcome: str = "approve", **more: Any) -> dict[str, Any]:
    return {"task": task, "outcome": outcome, "comment": "because", **more}


@pytest.mark.rule("KRN-11")
async def test_one_person_is_one_vote_however_they_come(voting: Office):
    """Again, by signal, as the delegate of another member, by a colleague who stands in for them: one word each."""
    player, task = await at_the_vote(voting)
    first, second, _third = COMMITTEE
    await stands_in(voting, first, second)
    await stands_in(voting, OTHER, first)
    assert await by_way(voting, "cli", player.case, "decide", word(task), by=first) is None

    for payload, by in (
        (word(task), first),
        (word(task, "reject"), first),
        (word(task, on_behalf_of=second), first),
        (word(task, on_behalf_of=first), OTHER),
    ):
        assert await code(voting.do(player.case, "decide", payload, by=by)), (payload, by)

    assert (await task_of(player)).id == task, "the step still waits for a second person"


@pytest.mark.rule("KRN-11", "KRN-19")
async def test_votes_at_once_end_a_step_once_and_late_ones_are_told(voting: Office):
    player, task = await at_the_vote(voting)
    answers = await asyncio.gather(
        *(code(voting.do(player.case, "decide", word(task), by=by)) for by in (*COMMITTEE, "e1001"))
    )

    assert set(answers) <= {None, "step-decided", "task-done"}
    found = await types(voting, player.case)
    assert found.count("StepCompleted") == 2
    assert found.count("Decided") == 1 + answers.count(None)
    assert await code(voting.do(player.case, "decide", word(task, "reject"), by=COMMITTEE[2])) == "task-done"


@pytest.mark.rule("KRN-11")
async def test_a_veto_is_not_outvoted_and_a_step_does_not_end_without_it(voting: Office):
    player, task = await at_the_vote(voting)
    for by in COMMITTEE[:2]:
        await voting.do(player.case, "decide", word(task), by=by)
    assert (await task_of(player)).id == task, "two of three, but the veto holder was not heard"

    await voting.do(player.case, "decide", word(task, "reject"), by="e1001")

    assert (await player.state()).case.reviews["requisition"].status is Status.REJECTED


@pytest.mark.rule("KRN-03")
@pytest.mark.parametrize("apart", ["true", "[line, hr]", "[hr, money]"])
async def test_steps_that_a_unit_has_too_few_people_for_are_not_made_separate(
    office_at_work: Office, tmp_path: Path, apart: str
):
    route = f"requisition:\n        separate: {apart}\n        steps:"

    with pytest.raises(Refused) as refused:
        await published(office_at_work, tmp_path, "requisition:\n        steps:", route)

    assert refused.value.code == "bad-policy"
    assert "company" in str(refused.value), "the units are named"


@pytest.mark.rule("KRN-01", "KRN-11")
async def test_the_end_of_a_vote_is_not_reached_by_another_command(voting: Office):
    """Nobody keeps a vote for themself, and a task that is a decision is done by deciding and by nothing else."""
    player, task = await at_the_vote(voting)
    first, second, third = COMMITTEE

    for name, payload, by in (
        ("claim", {"task": task}, third),
        ("complete-task", {"task": task}, first),
        ("meet-condition", {"task": task, "note": "done"}, first),
        ("give-information", {"task": task, "text": "done"}, first),
        ("review-override", {"task": task, "finding": "justified", "comment": "done"}, first),
        ("override", {"task": task, "reason": "urgent"}, first),
        ("decide", word(task, "abstain", on_behalf_of=second), first),
    ):
        assert await code(voting.do(player.case, name, payload, by=by)), name
    assert (await types(voting, player.case)).count("Decided") == 1
