"""The policy on pages: versions, differences, which cases follow which, and trying one before it is published."""

import html
import re
from datetime import UTC, datetime

import pytest

from application.administration import office as setup
from application.files.policy import policy_of, written
from domain.processes import NEEDS
from eventstore import log
from runtime.translations import catalogue
from tests.support.hiring import opened
from tests.support.office import EXAMPLES, Office, by_signal
from tests.web.staff.reading import table
from tests.web.staff.visiting import Browser, browsing

HR, DEVELOPER, OPERATIONS = "e1033", "e1024", "e1009"
TEXT = by_signal((EXAMPLES / "policy.yaml").read_text())
STRICTER = TEXT.replace("field: grade, at_least: 8", "field: grade, at_least: 5", 1)


@pytest.mark.rule("KRN-40")
async def test_versions_are_listed_with_who_published_them_and_the_open_cases_that_follow_each(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-first")
    await office.policy(lambda text: text.replace("offer_validity_days: 7", "offer_validity_days: 9"))
    await opened(office, "hiring-second", position="web-developer-2")
    async with browsing(office, DEVELOPER) as browser:
        page = await browser.shown("/policy")
        first, second = [await browser.shown(f"/policy/{number}") for number in (1, 2)]
        missing = [(await browser.http.get(path)).status_code for path in ("/policy/9", "/policy/9.yaml",
                   "/policy/compare?before=1&after=9")]  # fmt: skip

    assert page.count("Open cases that follow it: 1") == 2
    assert "by os:test" in page
    assert ("hiring-first" in first, "hiring-second" in first) == (True, False)
    assert ("hiring-first" in second, "hiring-second" in second) == (False, True)
    assert missing == [404, 404, 404]


@pytest.mark.rule("KRN-40")
async def test_two_versions_stand_side_by_side_with_every_field_that_differs_in_words(office_without_worker: Office):
    office = office_without_worker
    await office.policy(
        lambda text: (
            text.replace("field: grade, at_least: 8", "field: grade, at_least: 7")
            .replace(
                "{role: finance-controller, unit: case}\n            authority",
                "{role: executive}\n            authority",
                1,
            )
            .replace("offer_validity_days: 7", "offer_validity_days: 10")
            .replace("others: exists", "others: nothing", 1)
        )
    )
    async with browsing(office, DEVELOPER) as browser:
        rows = table(await browser.shown("/policy/compare"), "What")
        thai = table(await browser.shown("/policy/compare?before=1&after=2&lang=th"), catalogue("th").gettext("What"))
        same = await browser.shown("/policy/compare?before=2&after=2&lang=en")

    told = {row[0].split("Process hiring")[0].strip(): (row[1], row[2]) for row in rows}
    assert told == {
        "Only if": ("grade is at least 8", "grade is at least 7"),
        "Who decides": ("Finance controller for the unit of the case", "Executive for the unit of the case"),
        "Parameter offer validity days": ("7", "10"),
        "Everybody else": ("see that the case exists", "see nothing"),
    }
    assert len(thai) == len(rows)
    assert "The two say the same." in same


TABLE = """\
        table:
          - when: [{field: unit, within: it}, {field: up_to, at_most: "50,000 THB"}]
            steps: [line]
          - steps: [line, finance, executive, executive-foreign]
        fallback: {role: executive}

      # Taking a limit away"""


@pytest.mark.rule("KRN-12", "KRN-40")
async def test_a_table_of_steps_is_read_as_one_and_a_unit_has_its_people_beside_the_steps(
    office_without_worker: Office,
):
    office = office_without_worker
    await office.policy(
        lambda text: text.replace("        fallback: {role: executive}\n\n      # Taking a limit away", TABLE)
    )
    async with browsing(office, DEVELOPER) as browser:
        page = await browser.shown("/policy/2?unit=it-web")
        plain = await browser.shown("/policy/2")
        unknown = (await browser.http.get("/policy/2?unit=moon")).status_code

    first, last = table(page, "Cases")
    assert first == [
        "1. unit is Information Technology (it) or below and up to is at most 50,000 THB",
        "✓",
        "–",
        "–",
        "–",
    ]
    assert (last[:3], last[3][:3]) == (["2. every other case", "✓", "✓"], "if ")
    controller = await office.services.people.name("e1041")
    assert (controller in page, controller in plain, unknown) == (True, False, 422)


@pytest.mark.rule("KRN-40")
async def test_a_process_without_routes_is_not_offered_to_be_started(office_without_worker: Office):
    office = office_without_worker
    ended = re.sub(r"^  authority:\n(?:    .*\n|\n)+", "  authority: {routes: {}}\n", TEXT, flags=re.MULTILINE)
    async with browsing(office, DEVELOPER) as browser:
        before = await browser.shown("/start")
        await office.policy(lambda _text: ended)
        after = await browser.shown("/start")
    async with browsing(office, OPERATIONS) as browser:
        tried = (await trial(browser, ended, button="check")).text

    link = "/start/authority/request-limit"
    assert (link in before, link in after, "/start/hiring/raise-requisition" in after) == (True, False, True)
    assert "nobody can start one: authority" in tried


@pytest.mark.rule("KRN-40")
async def test_a_version_that_was_downloaded_reads_as_the_same_policy(office_without_worker: Office):
    async with browsing(office_without_worker, DEVELOPER) as browser:
        answer = await browser.http.get("/policy/1.yaml")

    assert answer.headers["content-disposition"] == 'attachment; filename="policy-1.yaml"'
    again, wanted = policy_of(answer.text, "policy.yaml").policy, policy_of(TEXT, "policy.yaml").policy
    assert again.model_dump(mode="json") == wanted.model_dump(mode="json")
    assert written(again) == answer.text


@pytest.mark.rule("KRN-50")
async def test_the_versions_are_those_that_were_known_at_the_time(office_without_worker: Office):
    office, before = office_without_worker, datetime.now(UTC)
    await office.policy(lambda text: text.replace("offer_validity_days: 7", "offer_validity_days: 9"))
    async with browsing(office, DEVELOPER) as browser:
        then = await browser.shown(f"/policy?as_of={before.isoformat().replace('+', '%2B')}")
        long_ago = await browser.shown("/policy?as_of=2020-01-01")

    assert ("Version 1" in then, "Version 2" in then) == (True, False)
    assert "No policy has been published yet." in long_ago


@pytest.mark.rule("KRN-41")
async def test_a_policy_is_tried_on_the_past_and_nothing_is_recorded(office_at_work: Office):
    office = office_at_work
    await opened(office, "hiring-tried")
    async with office.services.pool.acquire() as conn:
        head = await log.head(conn)
    async with browsing(office, HR) as browser:
        page = (await trial(browser, STRICTER)).text
        only = (await trial(browser, STRICTER, button="check")).text

    assert "1 of 1 submissions would have gone another way." in page
    [row] = table(page, "Case")
    assert row[0] == "hiring-tried"
    assert row[2] == f"Approval by the department head: new step, asks {await office.services.people.name('e1003')}"
    [change] = table(page, "What")
    assert change[1:] == ["grade is at least 8", "grade is at least 5"]
    assert ("could be published" in only, "submissions would have gone" in only) == (True, False)
    async with office.services.pool.acquire() as conn:
        assert await log.head(conn) == head


@pytest.mark.rule("KRN-40")
async def test_a_policy_with_mistakes_is_answered_with_all_of_them_and_their_lines(office_without_worker: Office):
    wrong = TEXT.replace("{role: department-head, unit: case}", "{role: no-such-role, unit: case}", 1)
    line = wrong[: wrong.index("no-such-role")].count("\n") + 1
    async with browsing(office_without_worker, OPERATIONS) as browser:
        answers = [await trial(browser, text) for text in (wrong, "name: [", "", "name: x\nprocesses: 3\n", TEXT * 100)]

    assert [answer.status_code for answer in answers] == [400, 400, 400, 400, 413]
    assert f"policy.yaml:{line}: " in answers[0].text
    assert "no-such-role" in html.unescape(answers[0].text)
    assert "policy.yaml:" in answers[3].text
    assert "/tmp" not in answers[0].text


@pytest.mark.rule("KRN-43")
async def test_only_those_who_answer_for_policies_may_try_one_and_see_no_more_of_a_case_than_elsewhere(
    office_at_work: Office,
):
    office = office_at_work
    await opened(office, "hiring-untold")
    async with browsing(office, DEVELOPER) as browser:
        refused = await browser.http.get("/policy/trial")
        link = "/policy/trial" in await browser.shown("/policy")
    async with browsing(office, OPERATIONS) as browser:
        shown = await browser.shown("/cases/hiring-untold")
        page = (await trial(browser, STRICTER)).text
    async with browsing(office, HR) as browser:
        whole = table((await trial(browser, STRICTER)).text, "Case")
    secret = TEXT.replace("others: exists", "others: nothing")
    path = office.services.settings.home / "secret.yaml"
    path.write_text(secret)
    await setup.publish_policy(office.services, path, NEEDS, actor="os:test", today=datetime.now(UTC).date())
    async with browsing(office, "e1042") as browser:  # the controller of another unit
        unknown = (await trial(browser, STRICTER)).text
        pinned = await browser.shown("/policy")

    assert (refused.status_code, link) == (403, False)
    assert [row[0] for row in whole] == ["hiring-untold"]
    assert "hidden" in shown, "they see the case, but not its pay"
    for each in (page, unknown):
        assert "0 of 0 submissions" in each, "what a condition does to it would tell its pay"
    assert "hiring-untold" not in page + unknown + pinned


@pytest.mark.rule("KRN-40", "KRN-41")
async def test_a_policy_file_is_tried_instead_of_the_text_and_its_mistakes_are_named_by_file_and_line(
    office_without_worker: Office,
):
    wrong = STRICTER.replace("{role: department-head, unit: case}", "{role: no-such-role, unit: case}", 1)
    line = wrong[: wrong.index("no-such-role")].count("\n") + 1
    files = {
        "good": ("strict.yaml", STRICTER.encode()),
        "wrong": ("C:\\plans\\<b>mine.yaml", wrong.encode()),
        "broken": ("mine.yaml", b"name: [\n\xff"),
        "empty": ("mine.yaml", b" "),
        "large": ("mine.yaml", b"#" * 200_001),
    }
    async with browsing(office_without_worker, OPERATIONS) as browser:
        got = {name: await trial(browser, TEXT, button="check", file=file) for name, file in files.items()}

    [change] = table(got["good"].text, "What")
    assert change[1:] == ["grade is at least 8", "grade is at least 5"]
    assert "field: grade, at_least: 5" in got["good"].text, "what was tried stands in the form"
    assert [got[name].status_code for name in ("wrong", "broken", "empty", "large")] == [400] * 4
    assert f"&lt;b&gt;mine.yaml:{line}: " in got["wrong"].text
    assert "mine.yaml:2: is not UTF-8 text" in got["broken"].text
    assert "mine.yaml: is empty" in got["empty"].text
    assert "mine.yaml is larger than" in got["large"].text
    assert html.escape(TEXT.splitlines()[0]) in html.unescape(got["large"].text), "what was typed is kept"


async def trial(browser: Browser, text: str, *, button: str = "trial", file: tuple[str, bytes] | None = None):
    return await browser.upload("/policy/trial", {"policy": text, "since": "2026-01-01", button: "1"}, file)
