"""How pages travel, and the secret of a session on them."""

import pytest

from cli.demo import story
from tests.web.conftest import CASE, Site
from tests.web.staff.visiting import CSRF, browsing
from web.identity.masking import masked, unmasked

SECRET = "0f" * 32


async def test_head_is_answered_as_get_without_a_body(looked_at: Site):
    async with browsing(looked_at.office, story.MANAGER) as browser:
        for path in ("/inbox", f"/cases/{CASE}", "/static/work.css"):
            got, head = await browser.http.get(path), await browser.http.head(path)
            assert (head.status_code, head.content) == (got.status_code, b"")


async def test_pages_are_compressed_for_who_takes_that(looked_at: Site):
    async with browsing(looked_at.office, story.MANAGER) as browser:
        packed = await browser.http.get(f"/cases/{CASE}", headers={"accept-encoding": "gzip"})
        plain = await browser.http.get(f"/cases/{CASE}", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers


async def test_the_secret_of_a_session_is_written_anew_on_each_page(looked_at: Site):
    async with browsing(looked_at.office, story.MANAGER) as browser:
        found = [CSRF.findall(await browser.shown("/inbox"))[0] for _ in range(2)]
    assert found[0] != found[1]
    assert unmasked(found[0]) == unmasked(found[1])


def test_what_was_masked_is_found_again():
    assert masked(SECRET) != masked(SECRET)
    assert unmasked(masked(SECRET)) == SECRET


@pytest.mark.parametrize("text", ["", "0", "zz", SECRET, "ก" * 64])
def test_what_was_not_masked_is_nothing(text: str):
    assert unmasked(text) == ""
