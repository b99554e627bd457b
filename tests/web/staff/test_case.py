"""One case on its page: every part of it, through the whole story, for those who see it and those who do not."""

import json
import re
from datetime import datetime
from uuid import uuid4

import pytest

from application.queries import reading
from cli.demo import story
from tests.application.test_attachments import behind_our_back
from tests.support.hiring import cast, opened, played, whole_story
from tests.support.office import Office
from tests.web.staff.visiting import Browser, browsing

HR = "e1037"
CONTENT = b"The plan of the team, in plain words.\n"


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, f"no field {name}"
    return found[1]


@pytest.fixture
def case() -> str:
    """A name of its own: all tests share one Temporal server."""
    return f"hiring-{uuid4().hex[:8]}"


async def acted(browser: Browser, case: str, does: str, words: str) -> str:
    """What the page shows after a form of the case was sent."""
    page = await browser.shown(f"/cases/{case}?tab={'files' if does == 'comment' else 'summary'}")
    form = {"do": does, "comment": words, "command_id": field(page, "command_id"), "back": case}
    sent = await browser.post(f"/cases/{case}", form)
    assert sent.status_code == 303, text_of(sent.text)
    return await browser.shown(sent.headers["location"])


@pytest.mark.rule("KRN-07", "KRN-50")
async def test_every_scene_of_the_story_has_its_page_in_both_languages(office_at_work: Office, case: str):
    await cast(office_at_work)
    player = await opened(office_at_work, case)
    async with browsing(office_at_work, story.MANAGER) as browser:
        for scene in [None, *whole_story()]:
            if scene:
                await player.play([scene])
            page = await browser.shown(f"/cases/{case}")
            assert "Progress" in page
        thai = await browser.shown(f"/cases/{case}?lang=th")
        history = await browser.shown(f"/cases/{case}?tab=history&all=1&lang=en")
        short = await browser.shown(f"/cases/{case}?tab=history")
        audit = await browser.shown(f"/cases/{case}?tab=audit")
        rows = await reading.timeline(office_at_work.services, case, as_of=None, reader=story.MANAGER)
        everyone = await browser.shown("/cases?lang=en")
        mine = await browser.shown(f"/cases?mine=1&process=hiring&id={case[:9]}")
        found = await browser.http.get(f"/cases?id={case}")

    assert 'lang="th"' in thai
    assert history.count("<time datetime") == len(rows)
    assert short.count("<time datetime") < len(rows) * 2 / 3, "what people did, not how Signoff got on"
    for said in ("The top of the band is above market", "accepted offer 2", "finished"):
        assert said in text_of(short), said
    decided = [row["data"] for row in rows if row["type"] == "Decided"]
    assert all(told["content_hash"] in audit for told in decided)
    assert case in everyone
    assert case in mine
    assert found.headers["location"] == f"/cases/{case}"


@pytest.mark.rule("KRN-14", "KRN-15")
async def test_differences_between_submissions_show_old_and_new_of_each_field(office_at_work: Office, case: str):
    await played(office_at_work, case, 2)
    async with browsing(office_at_work, HR) as browser:
        page = await browser.shown(f"/cases/{case}?tab=approvals")

    table = text_of(page[page.index("What changed between submissions") : page.index("Decisions")])
    assert re.search(r"Salary band .*95,000\.00.*85,000\.00", table), table


@pytest.mark.rule("KRN-50")
async def test_the_page_as_of_a_time_shows_what_was_known_then(office_at_work: Office, case: str):
    await played(office_at_work, case, 5)
    services = office_at_work.services
    rows = await reading.timeline(services, case, as_of=None, reader=HR)
    async with browsing(office_at_work, HR) as browser:
        for row in (rows[3], rows[-1]):
            then = re.sub(r"\+00:00$", "Z", row["recorded_at"])
            page = await browser.shown(f"/cases/{case}?as_of={then}&tab=history&all=1")
            audit = await browser.shown(f"/cases/{case}?as_of={then}&tab=audit")
            known = await reading.timeline(services, case, as_of=datetime.fromisoformat(row["recorded_at"]), reader=HR)
            shown = await reading.show(services, case, as_of=datetime.fromisoformat(row["recorded_at"]), reader=HR)
            assert page.count("<time datetime") == len(known)
            assert f"Version of the case {shown['version']} " in text_of(audit)
            assert 'name="do"' not in page + audit, "nobody acts in the past"
        before = await browser.http.get(f"/cases/{case}?as_of=2020-01-01T00:00")
        nonsense = await browser.http.get(f"/cases/{case}?as_of=yesterday")

    assert (before.status_code, nonsense.status_code) == (404, 400)


@pytest.mark.rule("KRN-16", "KRN-45")
async def test_people_comment_hold_resume_and_withdraw_from_the_page(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    async with browsing(office_at_work, story.MANAGER) as browser:
        commented = await acted(browser, case, "comment", "We need them by summer.")
        held = await acted(browser, case, "hold", "The budget is being looked at.")
        resumed = await acted(browser, case, "resume", "The budget stands.")
        withdrawn = await acted(browser, case, "withdraw", "Somebody moved in from another team.")

    assert "We need them by summer." in text_of(commented)
    assert "The budget is being looked at." in held
    assert "Resume the case" in held
    assert "Put on hold" in resumed
    assert "finished" in withdrawn
    assert 'value="withdraw"' not in withdrawn


@pytest.mark.rule("KRN-54")
async def test_documents_are_added_shown_with_their_hash_and_read_back(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    async with browsing(office_at_work, story.MANAGER) as browser:
        page = await browser.shown(f"/cases/{case}?tab=files")
        form = {"csrf": field(page, "csrf"), "command_id": str(uuid4())}
        sent = await browser.http.post(
            f"/cases/{case}/files", data=form, files={"file": ("plan.txt", CONTENT, "text/plain")}
        )
        assert sent.status_code == 303, text_of(sent.text)
        shown = await browser.shown(f"/cases/{case}?tab=files")
        [address] = re.findall(rf'href="(/cases/{case}/files/[0-9a-f]+)"', shown)
        read = await browser.http.get(address)
        await behind_our_back(office_at_work, "delete from signoff.content")
        missing = await browser.shown(f"/cases/{case}?tab=files")
        forged = await browser.http.post(
            f"/cases/{case}/files", data=form | {"csrf": "0"}, files={"file": ("plan.txt", CONTENT, "text/plain")}
        )

    assert (read.content, read.headers["content-disposition"]) == (CONTENT, "attachment; filename*=UTF-8''plan.txt")
    assert "plan.txt" in missing
    assert "missing" in missing
    assert forged.status_code == 403


async def test_the_proof_can_be_downloaded(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    async with browsing(office_at_work, story.MANAGER) as browser:
        found = await browser.http.get(f"/cases/{case}/proof")

    assert found.status_code == 200, text_of(found.text)
    assert json.loads(found.text)["case"] == case


@pytest.mark.rule("KRN-43")
async def test_what_is_not_there_and_what_is_not_for_these_eyes_look_the_same(office_at_work: Office, case: str):
    await opened(office_at_work, case)
    async with browsing(office_at_work, "e1024") as browser:
        unknown = await browser.http.get("/cases/hiring-never")
        shown = await browser.http.get(f"/cases/{case}")
        file = await browser.http.get(f"/cases/{case}/files/{'0' * 64}")

    assert unknown.status_code == file.status_code == 404
    told = [re.sub('(name="csrf" value=)"[^"]+"', "", each.text).replace(each.url.path, "") for each in (file, unknown)]
    assert told[0] == told[1]  # the secret of a form is masked anew on each page
    assert shown.status_code in (200, 404)
    assert "95,000" not in shown.text
    assert "85,000" not in shown.text, "a salary is not for everybody"
