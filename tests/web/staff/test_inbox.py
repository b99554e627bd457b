"""The inbox on a page: what waits for someone, and deciding it there."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.administration import delegations
from application.administration.delegations import Asked
from cli.demo import story
from domain.kernel.values.calendar import ALWAYS
from eventstore import log
from tests.adversary.hidden import limit
from tests.support.hiring import opened
from tests.support.office import Office, granted
from tests.web.staff.test_case import text_of
from tests.web.staff.visiting import Browser, browsing
from web.rendering import environment_of
from web.staff import inbox, worktime

LINE = "e1003"
HR, OTHER_HR = "e1033", "e1034"
FORM = re.compile(r'<form method="post" action="/tasks".*?</form>', re.DOTALL)


@pytest.fixture
def case() -> str:
    """A name of its own: all tests share one Temporal server."""
    return f"hiring-{uuid4().hex[:8]}"


def fields(page: str, task: str) -> dict[str, str]:
    """What the form of a task carries."""
    [form] = [form for form in FORM.findall(page) if f'value="{task}"' in form]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', form))


async def decided(office: Office, case: str) -> list[tuple[str, str | None]]:
    async with office.services.pool.acquire() as conn:
        events = await log.read_stream(conn, case)
    return [(each.payload["outcome"], each.payload["comment"]) for each in events if each.type == "Decided"]


async def sent(browser: Browser, task: str, do: str, **more: str | list[str]):
    page = await browser.shown(f"/inbox?task={task}")
    return await browser.http.post("/tasks", data=fields(page, task) | {"do": do, **more})


@pytest.mark.rule("KRN-01", "KRN-07", "KRN-19")
async def test_a_decision_on_the_page_is_one_fact_of_the_channel_web_however_often_it_is_sent(
    office_at_work: Office, case: str
):
    await opened(office_at_work, case)
    async with browsing(office_at_work, LINE) as browser:
        page = await browser.shown("/inbox")
        form = fields(page, f"{case}.1") | {"do": "approve"}
        answers = [await browser.http.post("/tasks", data=form) for _ in range(2)]
        after = await browser.shown(answers[0].headers["location"])

    assert [answer.status_code for answer in answers] == [303, 303]
    async with office_at_work.services.pool.acquire() as conn:
        events = await log.read_stream(conn, case)
    [fact] = [event for event in events if event.type == "Decided"]
    assert (fact.channel, fact.payload["outcome"]) == ("web", "approve")
    assert "Recorded:" in after
    assert "approved step line" in text_of(after)


async def test_what_is_open_says_who_asks_how_much_and_by_when(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    async with browsing(office_at_work, LINE) as browser:
        english = text_of(await browser.shown("/inbox"))
        thai = await browser.shown("/inbox?lang=th")

    assert "Approval by the line manager" in english
    assert "requested by Somchai Rattanakul" in english
    assert re.search(r"THB.1,311,000\.00", english)
    assert re.search(r"due .*, \d\d:\d\d .* working (days?|hours?) left", english)
    assert "เหลือ" in thai
    assert "อนุมัติ" in thai


@pytest.mark.rule("KRN-18")
async def test_a_rejection_without_a_comment_is_not_done_and_what_was_typed_is_kept(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    async with browsing(office_at_work, LINE) as browser:
        bare = await sent(browser, f"{case}.1", "reject")
        silent = await sent(browser, f"{case}.1", "return", fields=["salary_band"])
        assert await decided(office_at_work, case) == []
        done = await sent(browser, f"{case}.1", "return", comment="The band is too high.", fields=["salary_band"])

    assert (bare.status_code, silent.status_code, done.status_code) == (422, 422, 303)
    assert "needs a comment" in text_of(bare.text)
    assert await decided(office_at_work, case) == [("return", "The band is too high.")]


@pytest.mark.rule("KRN-18")
async def test_a_missing_comment_is_asked_for_beside_what_was_ticked(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    async with browsing(office_at_work, LINE) as browser:
        silent = await sent(browser, f"{case}.1", "return", fields=["salary_band", "seats"])
        kept = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', silent.text)
        answer = {name: [value for own, value in kept if own == name] for name, _ in kept}
        done = await browser.http.post("/tasks", data=answer | {"comment": "Too high.", "do": "return"})

    assert silent.status_code == 422
    assert re.search(r'<textarea[^>]* aria-invalid="true" aria-describedby="why"', silent.text)
    assert re.search(r'<p id="why"[^>]*>[^<]*needs a comment', silent.text)
    assert '<button name="do" value="return">' in silent.text
    assert done.status_code == 303, done.text
    async with office_at_work.services.pool.acquire() as conn:
        [returned] = [each for each in await log.read_stream(conn, case) if each.type == "ReviewReturned"]
    assert set(returned.payload["fields"]) == {"salary_band", "seats"}


@pytest.mark.rule("KRN-15")
async def test_a_return_without_a_tick_is_of_the_whole(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    async with browsing(office_at_work, LINE) as browser:
        page = await browser.shown(f"/cases/{case}")
        done = await sent(browser, f"{case}.1", "return", comment="The reason is too thin.")
    assert done.status_code == 303
    listed = set(re.findall(r'name="fields" value="(\w+)"', page))
    assert {"business_case", "job_description", "interview_plan"} <= listed
    async with office_at_work.services.pool.acquire() as conn:
        [returned] = [each for each in await log.read_stream(conn, case) if each.type == "ReviewReturned"]
    assert {"salary_band", "seats"} <= set(returned.payload["fields"])


async def test_what_was_returned_is_on_top_of_the_requesters_inbox(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    async with browsing(office_at_work, LINE) as browser:
        await sent(browser, f"{case}.1", "return", comment="Grade 8, surely", fields=["grade"])
        assert "Returned by" not in await browser.shown("/inbox")
    async with browsing(office_at_work, story.MANAGER) as browser:
        inbox_page, case_page = await browser.shown("/inbox"), await browser.shown(f"/cases/{case}")
    for page in (inbox_page, case_page):
        assert "Returned by Prasert Wongsakul:" in text_of(page)
        assert "Grade 8, surely" in page
        assert f"/cases/{case}/do/resubmit-requisition" in page
    assert "You're all caught up." not in inbox_page


async def test_who_voted_has_the_task_no_more(office_at_work: Office):
    office = office_at_work
    line = "title: Limit approved by the line manager\n            who: {manager_of: beneficiary}"
    committee = "title: The committee\n            who: {group: salary-committee}\n            quorum: 2"
    await office.policy(lambda text: text.replace(line, committee))
    made = await office.start("authority", limit("e1011"), by=story.MANAGER, name="request-limit")
    await office.do(made.case, "decide", {"task": f"{made.case}.1", "outcome": "approve"}, by="e1032")
    async with browsing(office, "e1032") as browser:
        assert made.case not in await browser.shown("/inbox")
    async with browsing(office, "e1039") as browser:
        page = await browser.shown("/inbox")
    assert made.case in page
    assert "Approve all" not in page, "there is one to decide"


def test_names_keep_their_capitals():
    said = environment_of("en").from_string("{{ 'bank of Siam, Arisa Thongchai' | capitalize }}").render()
    assert said == "Bank of Siam, Arisa Thongchai"


@pytest.mark.rule("KRN-14")
async def test_nobody_decides_from_a_page_on_content_that_changed_since(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    async with browsing(office_at_work, LINE) as browser:
        stale = fields(await browser.shown("/inbox"), f"{case}.1")
        await office_at_work.do(case, "amend-requisition", {"seats": 2}, by=story.MANAGER)
        page = await browser.shown("/inbox")
        [task] = set(re.findall(rf'name="task" value="({case}\.\d+)"', page))
        refused = await browser.http.post("/tasks", data=stale | {"task": task, "do": "approve"})
        gone = await browser.http.post("/tasks", data=stale | {"do": "approve"})

    assert refused.status_code == 409, refused.text
    assert "changed after you opened it" in text_of(refused.text)
    assert gone.status_code in (404, 409)
    assert await decided(office_at_work, case) == []
    assert "Changed since the last round:" in page


async def test_a_bulk_names_each_task_and_why_it_failed(office_at_work: Office, case: str):
    cases = [f"{case}-{number}" for number in range(3)]
    for name in cases:
        await opened(office_at_work, name)
    async with browsing(office_at_work, LINE) as browser:
        page = await browser.shown("/inbox")
        chosen = re.findall(r'form="bulk" name="task" value="([^"]+)"', page)
        await office_at_work.do(
            cases[1], "decide", {"task": f"{cases[1]}.1", "outcome": "reject", "comment": "Not this year."}, by=LINE
        )
        form = {"do": "approve", "command_id": str(uuid4()), "task": chosen}
        answer = await browser.post("/inbox/bulk", form, on="/cases/" + cases[0])  # type: ignore[arg-type]
        again = await browser.post("/inbox/bulk", form, on="/cases/" + cases[0])  # type: ignore[arg-type]
        nothing = await browser.post("/inbox/bulk", form | {"task": []}, on="/cases/" + cases[0])  # type: ignore[arg-type]

    said = text_of(answer.text)
    assert "2 of 3 were recorded." in said
    assert re.search(rf"{cases[1]}\.1 not done \S+", said), said
    assert "2 of 3 were recorded." in text_of(again.text), "sent again, nothing is decided twice"
    assert nothing.status_code == 422
    assert [len(await decided(office_at_work, name)) for name in cases] == [1, 1, 1]


@pytest.mark.rule("KRN-20", "KRN-22")
async def test_what_waits_for_those_i_stand_in_for_is_decided_in_their_name(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    now = datetime.now(UTC)
    asked = Asked(LINE, "e1006", (now - timedelta(hours=1)).isoformat(), (now + timedelta(days=3)).isoformat())
    await delegations.grant(office_at_work.services, asked, office_at_work.actor(LINE))
    async with browsing(office_at_work, "e1006") as browser:
        page = await browser.shown("/inbox?show=others")
        mine = await browser.shown("/inbox?show=mine")
        done = await browser.http.post("/tasks", data=fields(page, f"{case}.1") | {"do": "approve"})
        seen = await browser.shown(f"/cases/{case}?tab=approvals")

    assert "for Prasert Wongsakul" in text_of(page)
    assert case not in mine
    assert done.status_code == 303, done.text
    assert "for Prasert Wongsakul" in text_of(seen[seen.index("Decisions") :])


@pytest.mark.rule("KRN-32")
async def test_a_question_and_an_abstention_go_from_the_card(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    async with browsing(office_at_work, LINE) as browser:
        asked = await sent(browser, f"{case}.1", "ask", comment="Why two of them?")
        forged = await browser.post("/tasks", {"task": f"{case}.1", "do": "fly"}, on="/inbox")
        broken = await browser.post("/tasks", {"task": f"{case}.1", "do": "approve", "command_id": "1"}, on="/inbox")
        other = await browser.http.post("/tasks", data={"task": f"{case}.1", "do": "approve", "csrf": "0"})
    async with browsing(office_at_work, story.MANAGER) as browser:
        page = await browser.shown("/inbox")

    assert asked.status_code == 303
    assert f"/cases/{case}/do/give-information?task={case}.2" in page
    assert (forged.status_code, broken.status_code, other.status_code) == (400, 400, 403)


@pytest.mark.rule("KRN-23")
async def test_whoever_keeps_a_task_of_a_group_can_give_it_back_and_nobody_else(office_at_work: Office, case: str):
    await granted(office_at_work, OTHER_HR, "hr-partner", "it")
    await opened(office_at_work, case)
    await office_at_work.do(case, "decide", {"task": f"{case}.1", "outcome": "approve"}, by=LINE)
    task = f"{case}.2"
    async with browsing(office_at_work, HR) as mine, browsing(office_at_work, OTHER_HR) as theirs:
        offered = [offers(await browser.shown("/inbox"), task) for browser in (mine, theirs)]
        kept = await sent(mine, task, "claim")
        own, case_page = await mine.shown("/inbox"), await mine.shown(f"/cases/{case}")
        gone = await theirs.shown("/inbox")
        silent = await sent(mine, task, "release")
        back = await sent(mine, task, "release", comment="I am away tomorrow.")
        again = [offers(await browser.shown("/inbox"), task) for browser in (mine, theirs)]

    assert offered == again == [{"claim"}, {"claim"}]
    assert (kept.status_code, silent.status_code, back.status_code) == (303, 422, 303)
    assert offers(own, task) == offers(case_page, task) == {"release"}
    assert task not in gone


def offers(page: str, task: str) -> set[str]:
    """Whether the form of a task offers to keep it or to give it back."""
    [form] = [form for form in FORM.findall(page) if f'value="{task}"' in form]
    return {"claim", "release"} & set(re.findall(r'name="do" value="([a-z]+)"', form))


async def test_nobody_signed_in_is_led_to_the_login_and_back(office_without_worker: Office):
    async with browsing(office_without_worker, LINE) as browser:
        browser.http.cookies.clear()
        found = await browser.http.get("/inbox?x=1")

    assert (found.status_code, found.headers["location"]) == (303, "/login?next=%2Finbox%3Fx%3D1")


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0.5, "less than a working hour left"),
        (1, "one working hour left"),
        (5, "5 working hours left"),
        (24, "one working day left"),
        (72, "3 working days left"),
        (-0.5, "late by less than a working hour"),
        (-30, "late by one working day"),
        (-5, "late by 5 working hours"),
    ],
)
def test_the_working_time_left_is_told_in_words(hours: float, said: str):
    now = datetime(2026, 3, 2, 3, tzinfo=UTC)
    assert str(worktime.left(ALWAYS, now, now + timedelta(hours=hours))) == said


async def test_a_long_inbox_has_pages_that_stay_small(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    async with browsing(office_at_work, LINE) as browser:
        await browser.shown("/inbox")
        async with office_at_work.services.pool.acquire() as conn:
            await conn.execute(
                """
                insert into signoff.inbox
                select (jsonb_populate_record(one, jsonb_build_object('task', $1 || '.1' || n))).*
                from (select i from signoff.inbox i where case_id = $1 limit 1) as found (one),
                    generate_series(1, 60) as n
                """,
                case,
            )
        first = await browser.shown("/inbox")
        second = await browser.shown("/inbox?page=2")
        odd = await browser.shown("/inbox?page=%F0%9F%92%A9&show=nonsense")
        styles = await browser.shown("/static/signoff.css")

        work = await browser.shown("/static/work.css")

    assert [page.count('class="row"') for page in (first, second, odd)] == [inbox.PAGE, 61 - inbox.PAGE, inbox.PAGE]
    assert first.count("<article") == 1, "one task is open beside the list"
    assert f"Page 1 of {-(-61 // inbox.PAGE)}" in first
    assert len(first.encode()) + len(styles.encode()) + len(work.encode()) < 60_000
