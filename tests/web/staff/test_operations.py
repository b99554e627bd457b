"""The page of those who keep the office running, on a real office: who sees it, what it says, what it does."""

import re
from uuid import uuid4

import pytest

from edge import temporal_watch
from edge.operating import PAGE, Part
from eventstore import log
from tests.support.hiring import opened
from tests.support.office import Office
from tests.web.staff.visiting import Browser, browsing

OPERATOR, SOMEBODY = "e1009", "e1003"


def section(page: str, anchor: str) -> str:
    """The text of a section of the page without its tags."""
    found = page.split(f'id="{anchor}"', 1)[1].split("<h2", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


async def events(office: Office, case: str) -> list[tuple[str, str, str]]:
    async with office.door.pool.acquire() as conn:
        return [(each.type, each.actor, each.channel) for each in await log.read_stream(conn, case)]


async def acted(browser: Browser, case: str, action: str, **more: str):
    form = {"case": case, "action": action, "reason": "a test", "confirm": "yes", "command_id": str(uuid4()), **more}
    return await browser.post("/operations", {name: value for name, value in form.items() if value})


async def test_only_who_holds_the_role_operations_sees_the_page_and_its_place(office_without_worker: Office):
    async with browsing(office_without_worker, SOMEBODY) as browser:
        inbox, found = await browser.shown("/inbox"), await browser.http.get("/operations")
    async with browsing(office_without_worker, OPERATOR) as browser:
        own = await browser.shown("/inbox")

    assert found.status_code == 403
    assert "role operations" in found.text
    assert 'href="/operations"' not in inbox
    assert 'href="/operations"' in own


async def test_the_page_names_the_workers_and_says_when_there_is_none(office_without_worker: Office):
    case = "hiring-served"
    office = office_without_worker
    async with browsing(office, OPERATOR) as browser:
        without = await browser.shown("/operations")
        async with office.working():
            await opened(office, case)
            with_one = await browser.shown("/operations")

    assert "No worker asked for work" in without
    assert "nobody" in section(without, "workers")
    assert "No worker asked for work" not in with_one
    assert "nobody" not in section(with_one, "workers")


@pytest.mark.rule("KRN-45")
async def test_a_case_is_held_and_goes_on_from_there_as_one_fact_of_the_channel_web(office_at_work: Office):
    case = "hiring-held"
    await opened(office_at_work, case)
    async with browsing(office_at_work, OPERATOR) as browser:
        same = str(uuid4())
        held = [await acted(browser, case, "hold", command_id=same) for _ in range(2)]
        shown = await browser.shown(held[0].headers["location"])
        on = await acted(browser, case, "resume")

    assert [answer.status_code for answer in (*held, on)] == [303, 303, 303]
    assert f"Case {case} is on hold." in shown
    assert "1 on hold" in section(shown, "now-cases")
    assert [each for each in await events(office_at_work, case) if each[0] in ("CaseHeld", "CaseResumed")] == [
        ("CaseHeld", OPERATOR, "web"),
        ("CaseResumed", OPERATOR, "web"),
    ]


@pytest.mark.parametrize("lacking", ["confirm", "command_id"])
async def test_nothing_is_done_without_a_confirmation(office_at_work: Office, lacking: str):
    case = f"hiring-without-{lacking}"
    await opened(office_at_work, case)
    before = await events(office_at_work, case)
    async with browsing(office_at_work, OPERATOR) as browser:
        answer = await acted(browser, case, "hold", **{lacking: ""})

    assert answer.status_code == 400
    assert await events(office_at_work, case) == before


@pytest.mark.rule("KRN-13")
async def test_a_case_that_is_not_stuck_is_not_tried_again_and_the_reason_is_told(office_at_work: Office):
    case = "hiring-unstuck"
    await opened(office_at_work, case)
    async with browsing(office_at_work, OPERATOR) as browser:
        answer = await acted(browser, case, "retry", reason="")

    assert answer.status_code == 422
    assert "is not stuck" in answer.text


@pytest.mark.rule("KRN-53")
async def test_a_case_without_a_workflow_is_shown_and_brought_back_from_there(office_at_work: Office):
    case = "hiring-lost"
    office = office_at_work
    await opened(office, case)
    await office.handle(case).terminate("lost")
    async with browsing(office, OPERATOR) as browser:
        lost = section(await browser.shown("/operations"), "lost")
        done = await browser.post("/operations/recover", {"confirm": "yes"}, on="/operations")
        after = await browser.shown(done.headers["location"])

    assert case in lost
    assert done.headers["location"] == "/operations?recovered=1"
    assert "Every open case has its workflow." in section(after, "lost")
    assert (await office.state(case))["stage"] == "approval"


async def test_the_page_is_shown_while_temporal_is_away_and_says_so(
    office_at_work: Office, monkeypatch: pytest.MonkeyPatch
):
    """Away is what an answer that does not come in time is; the server of the session serves other tests."""
    monkeypatch.setattr(temporal_watch, "PATIENCE", 0.0)
    async with browsing(office_at_work, OPERATOR) as browser:
        page = await browser.shown("/operations")

    assert "Temporal does not answer." in section(page, "workers")
    assert "No dead letters." in section(page, "dead")


async def test_every_list_of_the_page_is_a_page_of_a_list():
    rows = list(range(2 * PAGE + 1))
    assert [(len(part.rows), part.more) for part in (Part.of(rows, n) for n in (1, 2, 3, 4))] == [
        (PAGE, True),
        (PAGE, True),
        (1, False),
        (0, False),
    ]


@pytest.mark.parametrize("said", ["0", "-1", "x", "9" * 30, "1e3", "٣"])
async def test_a_page_number_that_is_none_shows_the_first(office_without_worker: Office, said: str):
    async with browsing(office_without_worker, OPERATOR) as browser:
        assert "Operations" in await browser.shown(f"/operations?effects={said}")
