"""The page of operations on a bad day, in a real browser: it fits, nothing complains, and axe is content."""

from uuid import uuid4

import pytest
from playwright.async_api import Browser

from eventstore import log, operations
from eventstore.chain import Report
from eventstore.database import connection
from tests.support.hiring import opened
from tests.support.office import Office
from tests.web.browsers import LOOKS, NEEDED, WIDER, tab
from tests.web.server import free_port, served
from tests.web.staff.test_operations import FOUND, OPERATOR, owe, stick

pytestmark = [pytest.mark.browser, NEEDED]
CASE, LOST = "hiring-bad-day", "hiring-lost-that-day"


async def test_the_page_of_a_bad_day_fits_every_screen_and_axe_finds_nothing_serious(
    office_at_work: Office, browser: Browser
):
    office, port = office_at_work, free_port()
    await opened(office, CASE)
    await opened(office, LOST)
    await office.do(CASE, "comment", {"text": "x"}, by="e1005", command_id=uuid4())
    async with connection(office.door.settings.migrate_url, role=None) as conn:
        await stick(conn, CASE, "nobody holds the role budget-owner for it-security, nor for a unit above it")
        await owe(conn, CASE, await log.head(conn))
        await operations.failed(conn, CASE, "perform", command="withdraw", error="ValidationError", attempts=12)
        await operations.verified(conn, Report(9, 3, FOUND), FOUND, with_checkpoint=False)
    await office.handle(LOST).terminate("lost")
    here, complaints = f"http://127.0.0.1:{port}", []
    async with served(office.door, port):
        for look in LOOKS:
            async with tab(browser, here, look) as shown:
                await shown.sign_in(OPERATOR)
                for path in ("/operations", "/operations/exceptions"):
                    await shown.open(path)
                    assert not await shown.page.evaluate(WIDER), (path, look)
                    await shown.picture(f"{path.strip('/').replace('/', '-')}-{look.width}-{look.scheme}")
            complaints += shown.complaints
        async with tab(browser, here) as shown:
            await shown.sign_in(OPERATOR)
            for path in ("/operations", "/operations/exceptions"):
                await shown.open(path)
                assert await shown.serious() == []

    assert complaints == []
