"""The page of those who keep the office running, on a real office: who sees it, what it says, what it does."""

import asyncio
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from activities.decide import new_event
from application.queries import operating, temporal_watch
from application.queries.figures import figures
from application.queries.operating import PAGE, Page
from domain.kernel.cases.case_events import StepStuck
from domain.kernel.command import SYSTEM
from eventstore import log, operations
from eventstore.chain import Problem, Report
from eventstore.database import connection
from readmodels import generations
from tests.support.hiring import opened
from tests.support.office import Office
from tests.web.server import environment
from tests.web.staff.visiting import Browser, browsing

OPERATOR, SOMEBODY = "e1009", "e1003"
FOUND = [Problem("hiring-7", 4, "event 4 was altered"), Problem("hiring-8", 2, "event 2 is missing")]


def section(page: str, anchor: str) -> str:
    """The text of a section of the page without its tags."""
    found = page.split(f'id="{anchor}"', 1)[1].split("<h2", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


async def events(office: Office, case: str) -> list[tuple[str, str, str]]:
    async with office.services.pool.acquire() as conn:
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


async def test_a_worker_that_was_killed_is_missed_on_the_page(
    office_without_worker: Office, monkeypatch: pytest.MonkeyPatch
):
    """What counts as lately is made short: a minute and a half would be long for a test."""
    office = office_without_worker
    async with browsing(office, OPERATOR) as browser:
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "worker", env=environment(office, 1))
        await until(browser, lambda page: "No worker asked for work" not in page)
        process.kill()
        await process.wait()
        monkeypatch.setattr(temporal_watch, "FRESH", timedelta(seconds=1))
        await until(browser, lambda page: "No worker asked for work" in page)


async def until(browser: Browser, condition: Callable[[str], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition(await browser.shown("/operations")):  # noqa: ASYNC110 - Temporal is another program
            await asyncio.sleep(0.05)


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
async def test_a_stuck_case_is_explained_in_words_and_led_to_the_form_that_tries_it_again(office_at_work: Office):
    office, case = office_at_work, "hiring-stuck"
    await opened(office, case)
    async with browsing(office, OPERATOR) as browser:
        before = section(await browser.shown("/operations"), "stuck")
        async with connection(office.services.settings.migrate_url, role=None) as conn:
            await stick(conn, case, "nobody holds the role budget-owner here")
        page = await browser.shown("/operations")

    assert "No case is stuck." in before
    assert "line : nobody holds the role budget-owner here" in section(page, "stuck")
    assert f'href="?case={case}&amp;action=retry#act"' in page


async def stick(conn, case: str, reason: str) -> None:
    """A step that finds nobody, as the workflow's own timer would record it."""
    stuck = StepStuck(review="requisition", step="line", reason=reason, alarm=(OPERATOR,))
    version = await log.stream_version(conn, case)
    stamp = log.Stamp(case, "hiring", uuid4(), "x", SYSTEM, "timer", uuid4())
    await log.append(conn, stamp, expected_version=version, events=[new_event(stuck)])


@pytest.mark.rule("KRN-13")
async def test_a_case_that_is_not_stuck_is_not_tried_again_and_the_reason_is_told(office_at_work: Office):
    case = "hiring-unstuck"
    await opened(office_at_work, case)
    async with browsing(office_at_work, OPERATOR) as browser:
        answer = await acted(browser, case, "retry", reason="")

    assert answer.status_code == 422
    assert "is not stuck" in answer.text


async def test_a_decision_that_fails_again_and_again_is_named_with_the_reason_until_it_succeeds(office_at_work: Office):
    office, case = office_at_work, "hiring-barred"
    await opened(office, case)
    async with (
        browsing(office, OPERATOR) as browser,
        connection(office.services.settings.migrate_url, role=None) as conn,
    ):
        await conn.execute("revoke insert on signoff.events from signoff_app")
        comment = asyncio.create_task(office.do(case, "comment", {"text": "x"}, by="e1005"))
        await until(browser, lambda page: case in section(page, "work"))
        failing = section(await browser.shown("/operations"), "work")
        counted = (await figures(office.services.pool))["signoff_work_failing"]
        await conn.execute("grant insert on signoff.events to signoff_app")
        await comment
        await until(browser, lambda page: "No work fails." in section(page, "work"))

    assert "decide: comment Postgres does not let Signoff do it." in failing
    assert counted == {(): 1}


@pytest.mark.rule("KRN-53")
async def test_a_case_that_this_version_cannot_read_keeps_no_other_from_coming_back(office_at_work: Office):
    office, case, strange = office_at_work, "hiring-back", "hiring-strange"
    for each in (case, strange):
        await opened(office, each)
        await office.handle(each).terminate("lost")
    async with connection(office.services.settings.migrate_url, role=None) as conn:
        stamp = log.Stamp(strange, "hiring", uuid4(), "x", SYSTEM, "timer", uuid4())
        version = await log.stream_version(conn, strange)
        await log.append(conn, stamp, expected_version=version, events=[log.NewEvent("Novelty", 1, {})])
    async with browsing(office, OPERATOR) as browser:
        done = await browser.post("/operations/recover", {"confirm": "yes"}, on="/operations")
        page = await browser.shown(done.headers["location"])

    assert done.headers["location"] == "/operations?recovered=2"
    assert (await office.state(case))["stage"] == "in_approval"
    assert "Novelty The log holds something that this version does not know." in section(page, "dead")


async def test_the_page_is_shown_while_the_views_cannot_move(office_at_work: Office, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(operating, "CATCHING_UP", 0.1)
    owner = connection(office_at_work.services.settings.migrate_url, role=None)
    async with browsing(office_at_work, OPERATOR) as browser, owner as conn, conn.transaction():
        await generations.wait_to_move(conn)
        await opened(office_at_work, "hiring-unseen")
        page = await browser.shown("/operations")

    assert "cases 0 " not in section(page, "dead")
    assert "No case is stuck." in section(page, "stuck")


async def test_mail_that_does_not_go_out_is_told_before_any_of_it_failed(office_without_worker: Office):
    async with connection(office_without_worker.services.settings.migrate_url, role=None) as conn:
        await conn.execute(
            "insert into signoff.mails (id, person, kind, next_try, made_at) "
            "values (gen_random_uuid(), 'e1003', 'single', now(), now() - interval '6 minutes')"
        )
    async with browsing(office_without_worker, OPERATOR) as browser:
        page = await browser.shown("/operations")

    assert "the mail server is away, or no worker runs" in section(page, "mails")
    assert "No mail is undelivered." not in page


@pytest.mark.rule("KRN-53")
async def test_a_case_without_a_workflow_is_shown_and_brought_back_from_there(office_at_work: Office):
    case = "hiring-lost"
    office = office_at_work
    await opened(office, case)
    await office.handle(case).terminate("lost")
    async with browsing(office, OPERATOR) as browser:
        await until(browser, lambda page: case in section(page, "lost"))  # Temporal lists what ended a moment later
        done = await browser.post("/operations/recover", {"confirm": "yes"}, on="/operations")
        await until(browser, lambda page: "Every open case has its workflow." in section(page, "lost"))

    assert done.headers["location"] == "/operations?recovered=1"
    assert (await office.state(case))["stage"] == "in_approval"


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
    assert [(len(part.rows), part.more) for part in (Page.of(rows, n) for n in (1, 2, 3, 4))] == [
        (PAGE, True),
        (PAGE, True),
        (1, False),
        (0, False),
    ]


@pytest.mark.parametrize("said", ["0", "-1", "x", "9" * 30, "1e3", "٣"])
async def test_a_page_number_that_is_none_shows_the_first(office_without_worker: Office, said: str):
    async with browsing(office_without_worker, OPERATOR) as browser:
        assert "Operations" in await browser.shown(f"/operations?effects={said}")


async def owe(conn, case: str, position: int) -> None:
    """An effect and a wake that nobody takes care of."""
    await conn.execute(
        "insert into signoff.effects (id, position, stream, version, kind, payload) "
        """values ($1, $2, $3, 1, 'tell-case', '{"command": "later"}')""",
        uuid4(),
        position,
        case,
    )
    await conn.execute("insert into signoff.wakes values ($1, $2, 'hiring', now(), now() + interval '1 hour')", 1, case)


async def test_what_is_owed_is_shown_with_its_age_and_the_last_verification(office_at_work: Office):
    office, case = office_at_work, "hiring-owing"
    await opened(office, case)
    async with office.services.pool.acquire() as conn:
        await operations.verified(conn, Report(9, 3, []), FOUND, with_checkpoint=True)
        await owe(conn, case, await log.head(conn))
    async with browsing(office, OPERATOR) as browser:
        page = await browser.shown("/operations")

    assert "1 effects, 1 wakes" in section(page, "now-waiting")
    assert "2 problems" in section(page, "now-verified")
    assert "hiring-7 4 event 4 was altered" in section(page, "problems")
    assert "tell case: later" in section(page, "effects")
    assert case in section(page, "wakes")


async def test_an_effect_that_nobody_tries_to_deliver_says_what_is_missing(office_without_worker: Office):
    async with office_without_worker.services.pool.acquire() as conn:
        await owe(conn, "hiring-gone", await log.head(conn))
    async with browsing(office_without_worker, OPERATOR) as browser:
        effects = section(await browser.shown("/operations"), "effects")

    assert "No workflow runs for this case; “signoff recover” brings it back." in effects


@pytest.mark.rule("KRN-45")
async def test_the_exceptions_of_the_week_are_listed_for_operations_only(office_at_work: Office):
    case = "hiring-exceptional"
    await opened(office_at_work, case)
    async with browsing(office_at_work, OPERATOR) as browser:
        await acted(browser, case, "hold", reason="the budget is unclear")
        shown = await browser.shown("/operations/exceptions")
    async with browsing(office_at_work, SOMEBODY) as browser:
        found = await browser.http.get("/operations/exceptions")

    assert "the budget is unclear" in shown
    assert "does not come up to the log" not in shown
    assert found.status_code == 403


async def test_while_the_views_stand_still_the_exceptions_say_until_when_they_are_known(
    office_at_work: Office, monkeypatch: pytest.MonkeyPatch
):
    case = "hiring-exceptional-late"
    await opened(office_at_work, case)
    async with browsing(office_at_work, OPERATOR) as browser, office_at_work.services.pool.acquire() as conn:
        await acted(browser, case, "hold", reason="the budget is unclear")
        await office_at_work.services.fresh()
        monkeypatch.setattr(operating, "CATCHING_UP", 0.2)
        await generations.stop_moving(conn)
        await acted(browser, case, "resume", reason="now it is clear")
        shown = await browser.shown("/operations/exceptions")
        await generations.go_on_moving(conn)

    assert "the budget is unclear" in shown
    assert "this is what was recorded until" in shown
    assert "now it is clear" not in shown
