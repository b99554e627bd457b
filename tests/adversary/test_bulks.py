"""Ways to slip something past the rules in a bulk, through the doors of a running office."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from application.administration import delegations
from application.commands.bulk import Result, decide_many
from tests.adversary import test_separation
from tests.adversary.office import raised, stands_in, types
from tests.adversary.test_separation import LINE, OTHER, REQUESTER, steps_decided
from tests.support.office import Office
from tests.web.api.asking import asking
from tests.web.staff.visiting import browsing

ASKED = "e1003"
"""Whoever decides first on what the manager of the story raises."""
apart = test_separation.apart


@pytest.fixture
async def asked(office_at_work: Office) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(office_at_work, ASKED) as http:
        yield http


async def in_one(office: Office, tasks: list[str], *, by: str, command_id: UUID | None = None) -> dict[str, Result]:
    actor = office.actor(by)
    done = await decide_many(office.services, tasks, "approve", actor, comment=None, command_id=command_id or uuid4())
    return {one.task: one for one in done}


def codes(done: dict[str, Result]) -> list[str | None]:
    return [one.refused.code if one.refused else None for one in done.values()]


def told(found: httpx.Response) -> list[str | None]:
    """What the API says of each task: the code of its refusal, None for what is recorded."""
    assert found.status_code == 200, found.text
    return [None if line["recorded"] else line["code"] for line in found.json()]


@pytest.mark.rule("KRN-14", "KRN-01")
async def test_what_changed_since_it_was_looked_at_is_not_decided_by_a_bulk(
    office_at_work: Office, asked: httpx.AsyncClient
):
    office = office_at_work
    edited, same = await raised(office), await raised(office)
    tasks = [f"{player.case}.1" for player in (edited, same)]
    seen = {task: await shown_hash(asked, task) for task in tasks}
    await office.do(edited.case, "amend-requisition", {"seats": 2}, by="e1005")
    task = (await edited.state()).case.tasks
    open_task = next(one.id for one in task.values() if one.kind == "decide")
    looked_at = {open_task: seen[tasks[0]], tasks[1]: seen[tasks[1]]}

    wish = {"tasks": [open_task, tasks[1]], "outcome": "approve", "content_hashes": looked_at}
    assert told(await asked.post("/decisions", json=wish)) == ["content-changed", None]

    assert "Decided" not in await types(office, edited.case)


async def shown_hash(http: httpx.AsyncClient, task: str) -> str:
    """The hash of the content that the API shows for the step of a task."""
    case = task.rpartition(".")[0]
    state = (await http.get(f"/cases/{case}")).json()["state"]
    return str(state["case"]["reviews"]["requisition"]["steps"][0]["content_hash"])


@pytest.mark.rule("KRN-03", "KRN-01")
async def test_two_steps_of_one_case_in_one_bulk_are_still_two_steps(apart: Office):
    """The second task is guessed: it is offered by the decision on the first, in the same bulk."""
    player = await raised(apart, by=REQUESTER, hiring_manager=REQUESTER)
    first, second = (f"{player.case}.{number}" for number in (1, 2))

    assert codes(await in_one(apart, [first, second], by=LINE)) == [None, "not-your-task"]
    await stands_in(apart, LINE, OTHER)
    assert codes(await in_one(apart, [second], by=LINE)) == ["acted-already"]
    assert await steps_decided(apart, player) == [("line", LINE)]


@pytest.mark.rule("KRN-20", "KRN-19")
async def test_a_delegation_that_ends_within_a_bulk_covers_what_was_decided_and_nothing_else(office_at_work: Office):
    """The answer was lost and the bulk is sent again, longer, after the delegation was revoked."""
    office, same = office_at_work, uuid4()
    players = [await raised(office) for _ in range(4)]
    tasks = [f"{player.case}.1" for player in players]
    delegation = await stands_in(office, OTHER, ASKED)
    first = await in_one(office, tasks[:2], by=OTHER, command_id=same)
    await delegations.revoke(office.services, delegation, office.actor(ASKED))

    again = await in_one(office, tasks, by=OTHER, command_id=same)

    assert codes(again) == [None, None, "delegation-over", "delegation-over"]
    assert [again[task].ack.position for task in tasks[:2]] == [one.ack.position for one in first.values()]  # type: ignore[union-attr]
    assert [(await types(office, player.case)).count("Decided") for player in players] == [1, 1, 0, 0]


@pytest.mark.rule("KRN-19", "KRN-02")
async def test_the_id_of_a_bulk_is_no_key_to_anothers_decisions(office_at_work: Office, asked: httpx.AsyncClient):
    """Somebody else, another outcome, another comment: nothing of the first answer is told, and nothing is decided."""
    office, key = office_at_work, {"Idempotency-Key": str(uuid4())}
    player = await raised(office)
    wish: dict[str, Any] = {"tasks": [f"{player.case}.1"], "outcome": "approve"}
    assert told(await asked.post("/decisions", json=wish, headers=key)) == [None]
    count = len(await types(office, player.case))

    async with asking(office, "e1005") as requester:
        others = told(await requester.post("/decisions", json=wish, headers=key))
    changed = [
        told(await asked.post("/decisions", json=wish | more, headers=key))
        for more in ({"outcome": "reject", "comment": "no"}, {"comment": "also"})
    ]

    assert others == ["task-done"] or others == ["command-id-reused"]
    assert {code for [code] in changed} <= {"task-done", "command-id-reused"}
    assert told(await asked.post("/decisions", json=wish, headers=key)) == [None], "the first is still told its answer"
    assert len(await types(office, player.case)) == count


@pytest.mark.rule("KRN-02", "KRN-01")
async def test_ticking_ones_own_request_in_the_page_s_form_decides_the_others_only(office_at_work: Office):
    """The form is written by hand: the page would not offer one's own."""
    office = office_at_work
    own, theirs = await raised(office, by=ASKED, hiring_manager=ASKED), await raised(office)
    ticked = [f"{player.case}.1|" for player in (theirs, own)]
    async with browsing(office, ASKED) as browser:
        form: Any = {"task": ticked, "do": "approve", "comment": "", "command_id": str(uuid4())}
        found = await browser.post("/inbox/bulk", form, on="/inbox")

    assert found.status_code == 200, found.text
    assert [(await types(office, player.case)).count("Decided") for player in (theirs, own)] == [1, 0]
    assert own.case in found.text
