"""Ways around which steps there are and what a decision proves (KRN-04, KRN-07, KRN-12), on a running office."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.demo.player import Player
from domain.kernel.cases.case import Review
from tests.adversary.office import approved, by_way, code, decided, raised, stands_in, task_of, types
from tests.adversary.test_quorum import word
from tests.adversary.test_what import rows
from tests.support.office import Office

REQUESTER, LINE, OTHER = "e1005", "e1003", "e1006"


async def review_of(player: Player) -> Review:
    """The newest review of the case."""
    return next(reversed((await player.state()).case.reviews.values()))


def collapsing(text: str) -> str:
    """The example policy, in which line and HR ask the same person and whoever approved is not asked again."""
    collapsed = text.replace("requisition:\n        steps:", "requisition:\n        collapse: true\n        steps:", 1)
    return collapsed.replace("who: {role: hr-partner, unit: case}", "who: {manager_of: requester}", 1)


@pytest.mark.rule("KRN-04")
async def test_steps_collapse_by_ones_own_word_alone_and_in_no_case_that_began_before(office_at_work: Office):
    """Line and HR ask the same person. Neither a stand-in's word nor a newer policy spares them the second step."""
    office = office_at_work
    before = await raised(office)
    await office.policy(collapsing)

    await decided(office, before)
    assert (await task_of(before)).step == "hr", "under the version it began with"
    own = await raised(office)
    await decided(office, own)
    assert (await task_of(own)).step == "money", "which answers for more"
    assert "StepsCollapsed" in await types(office, own.case)
    await stands_in(office, OTHER, LINE)
    other = await raised(office)
    await office.do(other.case, "decide", word((await task_of(other)).id), by=OTHER)
    second = await task_of(other)
    assert (second.step, second.people) == ("hr", (LINE,))
    assert await by_way(office, "cli", other.case, "decide", word(second.id), by=REQUESTER)
    assert [row["step"] for row in await rows(office, other.case, "Decided")] == ["line"]


@pytest.mark.rule("KRN-12", "KRN-14")
async def test_a_step_is_not_skipped_by_asking_for_less_first_nor_by_spelling_it_otherwise(office_at_work: Office):
    """The department head decides from grade 8 on, whenever it became one."""
    office, player = office_at_work, await raised(office_at_work, grade=7)
    assert "department" not in [plan.name for plan in (await review_of(player)).steps]
    await approved(office, player)
    for grade in ("eight", "8.5", None, [8], -8):
        assert await code(office.do(player.case, "amend-requisition", {"grade": grade}, by=REQUESTER)), grade

    await office.do(player.case, "amend-requisition", {"grade": "8 "}, by=REQUESTER)

    assert [(plan.name, plan.state) for plan in (await review_of(player)).steps][:3] == [
        ("line", "open"),
        ("hr", "waiting"),
        ("department", "waiting"),
    ]


@pytest.mark.rule("KRN-07", "KRN-14")
@pytest.mark.parametrize("way", ["cli", "typed"])
async def test_nobody_writes_the_proof_of_their_decision_themself(office_at_work: Office, way: str):
    office, player = office_at_work, await raised(office_at_work)
    task = (await task_of(player)).id
    forged: tuple[dict[str, Any], ...] = (
        {"policy": 9}, {"basis": "by law"}, {"actor": "e1001"}, {"at": "2001-01-01T00:00:00Z"},
        {"delegation": "d-1"}, {"via": []}, {"after_seconds": 0}, {"authenticated": "passkey"}, {"step": "hr"},
    )  # fmt: skip
    for more in forged:
        assert await by_way(office, way, player.case, "decide", word(task, **more), by=LINE) == "bad-payload", more
    stale = word(task, content_hash="0" * 64)
    assert await by_way(office, way, player.case, "decide", stale, by=LINE) == "content-changed"
    assert await rows(office, player.case, "Decided") == []


@pytest.mark.rule("KRN-07")
async def test_a_decision_is_of_the_hour_in_which_it_was_recorded_whatever_its_sender_says(office_at_work: Office):
    office, player = office_at_work, await raised(office_at_work)
    task = (await task_of(player)).id
    typed = {"name": "decide", "actor": LINE, "payload": word(task), "at": "2001-01-01T00:00:00Z"}
    assert await code(office.handle(player.case).execute_update("command", typed)) is None
    for row in await rows(office, player.case, "Decided"):
        assert abs(datetime.now(UTC) - datetime.fromisoformat(row["at"])) < timedelta(hours=1)
        assert float(row["after_seconds"]) >= 0
