"""Other content under a decision that stands, and looking for limits without deciding anything (KRN-14, KRN-41)."""

import re
from typing import Any

import pytest

from application.commands import compose
from application.previews import MOST
from application.queries import reading
from cli.demo import story
from domain.kernel.cases.case import Status
from tests.adversary.hidden import limit
from tests.adversary.office import approved, by_way, code, decided, raised, task_of
from tests.adversary.test_quorum import word
from tests.support.office import Office

REQUESTER, LINE = "e1005", "e1003"
EXCHANGED: dict[str, Any] = {
    "business_case": "Something else altogether.",
    "interview_plan": [{"kind": "culture", "interviewers": 1}],
    "checks": [],
}


@pytest.mark.rule("KRN-14")
@pytest.mark.parametrize("field", ["business_case", "interview_plan", "checks"])
async def test_what_was_read_is_not_exchanged_under_a_running_approval(office_at_work: Office, field: str):
    player = await raised(office_at_work)
    await decided(office_at_work, player)
    seen = await task_of(player)
    shown = next(plan for plan in (await player.state()).case.reviews["requisition"].steps if plan.name == seen.step)
    await office_at_work.do(player.case, "amend-requisition", {field: EXCHANGED[field]}, by=REQUESTER)
    sent = word(seen.id) | {"content_hash": shown.content_hash}
    for way in ("cli", "web", "mail", "typed"):
        assert await by_way(office_at_work, way, player.case, "decide", sent, by=seen.assignees[0]) == "task-done"
    review = (await player.state()).case.reviews["requisition"]
    assert [decision.standing for decision in review.decisions] == [False]
    assert (await task_of(player)).step == "line"


@pytest.mark.rule("KRN-14")
@pytest.mark.parametrize("field", ["business_case", "interview_plan", "checks"])
async def test_nor_after_the_approval(office_at_work: Office, field: str):
    """Nobody is hired on what was not approved: the search stops until it is."""
    player = await raised(office_at_work)
    await approved(office_at_work, player)
    await office_at_work.do(player.case, "amend-requisition", {field: EXCHANGED[field]}, by=REQUESTER)
    assert (await player.state()).case.reviews["requisition"].status is Status.IN_REVIEW
    candidate = {"candidate": {"name": "Ann Example", "email": "ann@mail.example"}, "source": "referral"}
    for command, payload in (
        ("add-candidate", candidate),
        ("rank-candidates", {"ranking": ["c-none"]}),
        ("submit-offer", {"candidate": "c-none", "salary": "60000 THB", "start_date": "2030-01-07", "grade": 5,
                          "location": "Bangkok"}),
    ):  # fmt: skip
        assert await by_way(office_at_work, "cli", player.case, command, payload, by=REQUESTER) == "not-open", command


@pytest.mark.rule("KRN-14")
async def test_two_requisitions_share_a_fingerprint_only_if_they_say_the_same(office_at_work: Office):
    """What is asked for twice is the same content; anything that an approver reads makes it another."""
    changed = ({}, {}, {"position": "web-developer-3"}, *({name: value} for name, value in EXCHANGED.items()))
    hashes = [await hashed(office_at_work, change) for change in changed]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == len(hashes) - 1


async def hashed(office: Office, change: dict[str, Any]) -> str:
    player = await raised(office, **change)
    return (await player.state()).case.reviews["requisition"].content_hash


@pytest.mark.rule("KRN-14")
async def test_the_reason_for_a_limit_is_not_exchanged_after_a_word_on_it(office_at_work: Office):
    office = office_at_work
    ack = await office.start("authority", limit("e1011"), by=REQUESTER, name="request-limit")
    [task] = (await reading.show(office.services, ack.case, as_of=None, reader=None))["tasks"]
    await office.do(ack.case, "decide", word(task["id"]), by=task["assignees"][0])
    await office.do(ack.case, "amend-limit", {"reason": "For something else"}, by=REQUESTER)
    shown = await reading.show(office.services, ack.case, as_of=None, reader=None)
    [review] = shown["state"]["case"]["reviews"].values()
    assert [decision["standing"] for decision in review["decisions"]] == [False]
    assert shown["tasks"][0]["step"] == task["step"], "the same step decides again"


@pytest.mark.rule("KRN-41")
async def test_a_limit_is_not_found_by_asking_who_would_decide(office_at_work: Office):
    """A search by halves needs about twenty; what is asked again unchanged costs nothing."""
    most = MOST[0][0]
    low, high, asked, amounts = 10_000, 500_000, 0, list[str]()
    while (found := await tried(office_at_work, (low + high) // 2)) != "too-many":
        assert isinstance(found, list)
        asked += 1
        amounts += [text for text in found if re.search(r"\d[\d,]{3,}|THB|limit", text)]
        low, high = ((low + high) // 2, high) if asked % 2 else (low, (low + high) // 2)
        assert await tried(office_at_work, 77_777) if asked == 1 else True
    assert asked + 1 == most
    assert amounts == [], "who decides, never by which limit"
    assert isinstance(await tried(office_at_work, 77_777), list), "the same again"
    assert isinstance(await tried(office_at_work, 77_777, by="e1004"), list), "and others may ask"


async def tried(office: Office, top: int, *, by: str = REQUESTER) -> list[str] | str | None:
    """The grounds that a preview gives for everybody whom it names, or the code of its refusal."""

    payload = story.requisition() | {"salary_band": {"min": "10000 THB", "max": f"{top} THB"}}
    found: list[str] = []

    async def ask() -> None:
        for step in await compose.preview(office.services, "hiring", payload, office.actor(by)):
            found.extend([step.basis, step.stuck or ""])

    return await code(ask()) or found
