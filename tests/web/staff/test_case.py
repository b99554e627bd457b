"""One case on its page: every part of it, through the whole story, for those who see it and those who do not."""

import pytest

from demo import story
from edge import reading
from tests.support.hiring import cast, opened, whole_story
from tests.support.office import Office
from tests.web.staff.visiting import browsing

CASE = "hiring-page"
HR = "e1037"


@pytest.mark.rule("KRN-07", "KRN-50")
async def test_every_scene_of_the_story_has_its_page_in_both_languages(office_at_work: Office):
    await cast(office_at_work)
    player = await opened(office_at_work, CASE)
    async with browsing(office_at_work, story.MANAGER) as browser:
        for scene in [None, *whole_story()]:
            if scene:
                await player.play([scene])
            page = await browser.shown(f"/cases/{CASE}")
            assert "Where it stands" in page
        thai = await browser.shown(f"/cases/{CASE}?lang=th")
        rows = await reading.timeline(office_at_work.door, CASE, as_of=None, reader=story.MANAGER)
    assert 'lang="th"' in thai
    assert page.count("<time datetime") == len(rows)
