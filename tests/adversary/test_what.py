"""Ways around what was decided on: editing, resubmitting, withdrawing, racing, waiting, changing the rules."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from application.administration import office as setup
from domain.kernel.cases.case import Status
from domain.processes import NEEDS
from eventstore.notifications import told
from readmodels import timeline
from tests.adversary.office import WAYS, approved, by_way, code, decided, raised, task_of, types
from tests.support.office import COMPANY, EXAMPLES, Office

REQUESTER, LINE, HR, OTHER = "e1005", "e1003", "e1033", "e1006"
BLANK = ("", " ", "\n\t", "\u200b", "\u2060\u00a0", None)


async def rows(office: Office, case: str, kind: str) -> list[dict[str, Any]]:
    async with office.services.pool.acquire() as conn:
        return [row.data for row in await timeline(conn, case) if row.type == kind]


@pytest.mark.rule("KRN-14", "HIR-07")
@pytest.mark.parametrize(
    "change",
    [
        {"grade": 6},
        {"seats": 2},
        {"location": "Rayong"},
        {"salary_band": {"min": "60000 THB", "max": "95001 THB"}},
        {"grade": 6, "business_case": "Only the words, surely."},
    ],
)
async def test_editing_what_was_approved_does_not_keep_the_approval(office_at_work: Office, change: dict[str, Any]):
    player = await raised(office_at_work)
    await approved(office_at_work, player)
    before = (await player.state()).case.reviews["requisition"]
    assert before.status is Status.APPROVED

    await office_at_work.do(player.case, "amend-requisition", change, by=REQUESTER)

    after = next(review for review in reversed((await player.state()).case.reviews.values()))
    assert after.status is Status.IN_REVIEW
    assert after.content_hash != before.content_hash
    assert all(plan.state != "approved" for plan in after.steps)
    assert len(await rows(office_at_work, player.case, "Decided")) == 3, "the old decisions stay in the log"


@pytest.mark.rule("KRN-14")
async def test_an_edit_that_changes_nothing_voids_nothing(office_at_work: Office):
    player = await raised(office_at_work)
    await decided(office_at_work, player)

    for change in ({"recruiter": "e1037"}, {"grade": 5}, {"location": "Bangkok"}, {"seats": 1}):
        await code(office_at_work.do(player.case, "amend-requisition", change, by=REQUESTER))

    review = (await player.state()).case.reviews["requisition"]
    assert [plan.state for plan in review.steps][:2] == ["approved", "open"]
    assert all(decision.standing for decision in review.decisions)
    assert "DecisionsVoided" not in await types(office_at_work, player.case)


@pytest.mark.rule("KRN-14", "KRN-19")
async def test_an_edit_between_looking_and_deciding_does_not_slip_through(office_at_work: Office):
    """The task that was looked at is gone with the content it was about."""
    player = await raised(office_at_work)
    seen = await task_of(player)
    await office_at_work.do(player.case, "amend-requisition", {"seats": 9}, by=REQUESTER)

    word = {"task": seen.id, "outcome": "approve"}
    assert await by_way(office_at_work, "cli", player.case, "decide", word, by=LINE) == "task-done"
    assert await rows(office_at_work, player.case, "Decided") == []


@pytest.mark.rule("KRN-14")
@pytest.mark.parametrize("way", WAYS)
async def test_nobody_but_who_may_edits(office_at_work: Office, way: str):
    player = await raised(office_at_work)
    hashed = (await player.state()).case.reviews["requisition"].content_hash

    for who in (LINE, OTHER, "E1005", "nobody"):
        assert await by_way(office_at_work, way, player.case, "amend-requisition", {"seats": 9}, by=who)

    assert (await player.state()).case.reviews["requisition"].content_hash == hashed


@pytest.mark.rule("KRN-18", "KRN-15")
@pytest.mark.parametrize("way", WAYS)
async def test_no_rejection_and_no_return_without_words(office_at_work: Office, way: str):
    player = await raised(office_at_work)
    task = await task_of(player)

    for comment in BLANK:
        for outcome, more in (("reject", {}), ("return", {"fields": ["grade"]})):
            word = {"task": task.id, "outcome": outcome, **more} | ({} if comment is None else {"comment": comment})
            found = await by_way(office_at_work, way, player.case, "decide", word, by=LINE)
            assert found in ("comment-missing", "bad-payload"), (outcome, comment)
    word = {"task": task.id, "outcome": "return", "comment": "why", "fields": ["moon"]}
    assert await by_way(office_at_work, way, player.case, "decide", word, by=LINE) == "unknown-field"
    assert await rows(office_at_work, player.case, "Decided") == []


@pytest.mark.rule("KRN-15", "KRN-18")
async def test_returning_and_resubmitting_lose_no_word_and_no_decision(office_at_work: Office):
    player = await raised(office_at_work)
    await decided(office_at_work, player, comment="The line agrees")
    await office_at_work.do(player.case, "comment", {"text": "See the plan"}, by=HR)
    await decided(office_at_work, player, "return", comment="Which grade?", fields=["grade"])
    assert await code(office_at_work.do(player.case, "resubmit-requisition", {}, by=OTHER)) == "not-your-role"

    await office_at_work.do(player.case, "resubmit-requisition", {}, by=REQUESTER)

    case = (await player.state()).case
    assert [(row["outcome"], row["comment"]) for row in await rows(office_at_work, player.case, "Decided")] == [
        ("approve", "The line agrees"),
        ("return", "Which grade?"),
    ]
    assert "See the plan" in [comment.text for comment in case.comments]
    assert [plan.state for plan in case.reviews["requisition"].steps][:2] == ["approved", "open"], "the line stands"


@pytest.mark.rule("KRN-16")
async def test_withdrawing_leaves_nothing_to_approve_and_nobody_else_can_do_it(office_at_work: Office):
    player = await raised(office_at_work)
    task = await task_of(player)
    for way in WAYS:
        assert await by_way(office_at_work, way, player.case, "withdraw", {"reason": "no"}, by=LINE)
    await office_at_work.do(player.case, "withdraw", {"reason": "Not needed"}, by=REQUESTER)

    late = {"task": task.id, "outcome": "approve"}
    assert await code(office_at_work.do(player.case, "decide", late, by=LINE)) == "withdrawn"

    case = (await player.state()).case
    assert (case.tasks, case.deadlines, case.closed) == ({}, (), Status.WITHDRAWN)
    assert {review.status for review in case.reviews.values()} == {Status.WITHDRAWN}
    assert await rows(office_at_work, player.case, "Decided") == []


@pytest.mark.rule("KRN-16")
async def test_what_was_decided_last_is_not_withdrawn_behind_the_approvers(office_at_work: Office):
    player = await raised(office_at_work)
    await approved(office_at_work, player)

    for way in WAYS:
        assert await by_way(office_at_work, way, player.case, "withdraw", {"reason": "no"}, by=REQUESTER)

    assert (await player.state()).case.closed is None


@pytest.mark.rule("KRN-16")
async def test_cancelling_an_open_request_ends_its_approvals(office_at_work: Office):
    player = await raised(office_at_work)
    task = await task_of(player)
    await office_at_work.do(player.case, "cancel-requisition", {"reason": "No money"}, by=REQUESTER)

    case = (await player.state()).case
    assert case.tasks == {}
    assert all(review.status is not Status.IN_REVIEW for review in case.reviews.values())
    late = {"task": task.id, "outcome": "approve"}
    assert await code(office_at_work.do(player.case, "decide", late, by=LINE)) in ("finished", "withdrawn")


@pytest.mark.rule("KRN-19")
async def test_twenty_words_at_once_by_all_ways_are_one_decision(office_at_work: Office):
    player = await raised(office_at_work)
    task = await task_of(player)
    payloads = [
        {"task": task.id, "outcome": "approve" if number % 2 else "reject", "comment": str(number)}
        for number in range(20)
    ]

    answers = await asyncio.gather(
        *(code(office_at_work.do(player.case, "decide", payload, by=LINE)) for payload in payloads)
    )

    assert answers.count(None) == 1
    assert {answer for answer in answers if answer} <= {"task-done", "finished"}
    assert len(await rows(office_at_work, player.case, "Decided")) == 1
    assert len(await rows(office_at_work, player.case, "StepCompleted")) == 1


@pytest.mark.rule("KRN-19")
async def test_a_command_id_is_good_for_one_wish_of_one_person_in_one_case(office_at_work: Office):
    player, other = await raised(office_at_work), await raised(office_at_work)
    task, elsewhere = await task_of(player), await task_of(other)
    command_id = uuid4()
    word = {"task": task.id, "outcome": "approve"}
    first = await office_at_work.do(player.case, "decide", word, by=LINE, command_id=command_id)

    async def again(case: str, by: str, **changed: Any) -> str | None:
        return await code(office_at_work.do(case, "decide", {**word, **changed}, by=by, command_id=command_id))

    assert await again(player.case, OTHER) == "command-id-reused"
    assert await again(player.case, LINE, outcome="reject", comment="no") == "command-id-reused"
    assert await again(other.case, LINE, task=elsewhere.id) == "command-id-reused"
    repeated = await office_at_work.do(player.case, "decide", word, by=LINE, command_id=command_id)
    assert (repeated.version, repeated.position) == (first.version, first.position)
    assert len(await rows(office_at_work, player.case, "Decided")) == 1
    assert await rows(office_at_work, other.case, "Decided") == []


@pytest.mark.rule("KRN-33", "KRN-31")
async def test_a_year_of_silence_approves_nothing_and_storms_nobody(office_at_work: Office):
    player = await raised(office_at_work)
    task = await task_of(player)
    await office_at_work.forward(player.case, timedelta(days=365))

    case = (await player.state()).case
    found = await types(office_at_work, player.case)
    assert case.reviews["requisition"].status is Status.IN_REVIEW
    assert not {"Decided", "ReviewApproved", "StepCompleted"} & set(found)
    assert found.count("TaskReminded") + found.count("TaskEscalated") <= 4, "one for each rung of the ladder"
    assert LINE in case.tasks[task.id].people, "an escalation removes nobody"
    async with office_at_work.services.pool.acquire() as conn:
        assert len(await told(conn, LINE)) <= 5


@pytest.mark.rule("KRN-40", "KRN-04")
async def test_another_policy_deletes_no_decision_and_moves_no_open_case(office_at_work: Office, tmp_path: Path):
    player = await raised(office_at_work)
    await decided(office_at_work, player)
    text = (EXAMPLES / "policy.yaml").read_text()
    file = tmp_path / "policy.yaml"
    file.write_text(text.replace("who: {manager_of: requester}", "who: {role: executive}", 1))
    today = datetime.now(UTC).date()
    assert await setup.publish_policy(office_at_work.services, file, NEEDS, actor="os:test", today=today) == 2

    await approved(office_at_work, player)

    assert [row["policy"] for row in await rows(office_at_work, player.case, "Decided")] == [1, 1, 1]
    assert "DecisionsVoided" not in await types(office_at_work, player.case)
    assert (await task_of(await raised(office_at_work))).assignees != (LINE,), "a new case takes the new version"


@pytest.mark.rule("KRN-10", "KRN-13", "KRN-24")
async def test_who_left_yesterday_decides_nothing_and_the_step_is_not_lost(office_at_work: Office, tmp_path: Path):
    player = await raised(office_at_work)
    task = await task_of(player)
    people = next(path for path in COMPANY if path.name == "people.yaml")
    line = next(line for line in people.read_text().splitlines() if f"id: {LINE}," in line)
    today = datetime.now(UTC).date()
    gone = line.replace("{id:", f"{{until: {today - timedelta(days=3)}, id:")
    file = tmp_path / "people.yaml"
    file.write_text(people.read_text().replace(line, gone))
    files = [path for path in COMPANY if path != people]
    await setup.import_organisation(office_at_work.services, [*files, file], actor="os:test", today=today)

    word = {"task": task.id, "outcome": "approve"}
    assert await code(office_at_work.do(player.case, "decide", word, by=LINE)) == "no-such-case"
    assert await by_way(office_at_work, "typed", player.case, "decide", word, by=LINE) == "not-employed"
    assert await rows(office_at_work, player.case, "Decided") == []
    fresh = await task_of(await raised(office_at_work))
    assert fresh.assignees
    assert LINE not in fresh.people


@pytest.mark.rule("KRN-13")
async def test_a_route_that_the_company_cannot_walk_is_not_published(office_at_work: Office, tmp_path: Path):
    text = (EXAMPLES / "policy.yaml").read_text()
    today = datetime.now(UTC).date()
    for old, new in (
        ("who: {role: hr-partner, unit: case}", "who: {role: nobody-has-it, unit: case}"),
        ("{field: grade, at_least: 8}", "{field: no-such-field, at_least: 8}"),
        ("who: {manager_of: requester}", "who: {person: e9999}"),
        ("ladder: offer-approval", "ladder: no-such-ladder"),
    ):
        file = tmp_path / "policy.yaml"
        file.write_text(text.replace(old, new, 1))
        found = await code(setup.publish_policy(office_at_work.services, file, NEEDS, actor="os:test", today=today))
        assert found == "bad-policy", new


@pytest.mark.rule("KRN-17")
async def test_conditions_are_neither_dropped_nor_waived_by_others(office_at_work: Office):
    player = await raised(office_at_work)
    task = await task_of(player)
    due = str(datetime.now(UTC).date() + timedelta(days=20))
    condition = {"text": "Show the plan", "owner": REQUESTER, "due": due}
    word = {"task": task.id, "outcome": "approve", "conditions": [condition]}
    assert await code(office_at_work.do(player.case, "decide", word, by=OTHER)) == "not-your-task"
    await office_at_work.do(player.case, "decide", word, by=LINE)
    await approved(office_at_work, player)

    open_tasks = list((await player.state()).case.tasks.values())
    [proviso] = [each for each in open_tasks if each.command == "meet-condition"]
    for name, payload, by in (
        ("waive-condition", {"task": proviso.id, "reason": "fine"}, REQUESTER),
        ("waive-condition", {"task": proviso.id, "reason": "fine"}, HR),
        ("meet-condition", {"task": proviso.id, "note": "done"}, OTHER),
        ("decide", {"task": proviso.id, "outcome": "approve"}, REQUESTER),
    ):
        assert await code(office_at_work.do(player.case, name, payload, by=by)), (name, by)
    assert (await player.state()).case.reviews["requisition"].status is not Status.APPROVED
    await office_at_work.do(player.case, "meet-condition", {"task": proviso.id, "note": "Here it is"}, by=REQUESTER)
    assert (await player.state()).case.reviews["requisition"].status is Status.APPROVED


@pytest.mark.rule("KRN-44")
async def test_no_glass_is_broken_without_privilege_or_words(office_at_work: Office):
    player = await raised(office_at_work)
    task = await task_of(player)
    for who in (REQUESTER, LINE, HR, "e1001", "system", "override"):
        for way in ("cli", "typed", "signal"):
            payload = {"task": task.id, "reason": "urgent"}
            assert await by_way(office_at_work, way, player.case, "override", payload, by=who), (who, way)
    assert await rows(office_at_work, player.case, "Decided") == []
