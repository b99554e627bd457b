"""Forms of commands: every one of them, and a hiring started, returned and sent again wholly through pages."""

import re
from uuid import uuid4

import pytest

from demo import story
from domain.processes import PROCESSES
from tests.support.hiring import played
from tests.support.office import Office
from tests.web.staff.visiting import Browser, browsing
from web.forms.answers import shown
from web.forms.fields import fields_of
from web.forms.words import commands_with_forms

RAISE = "/start/hiring/raise-requisition"
CASE = "hiring-forms"


def filled(payload: dict, process: str = "hiring", command: str = "raise-requisition") -> dict[str, str]:
    model = PROCESSES[process].commands[command]
    return shown(fields_of(model), model.model_validate(payload).model_dump(mode="json", exclude_unset=True))


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


async def test_start_lists_every_opening(office_without_worker: Office):
    async with browsing(office_without_worker, "e1005") as browser:
        page = await browser.shown("/start")
        for name, process in PROCESSES.items():
            for command in process.start:
                assert f'href="/start/{name}/{command}"' in page
                await browser.shown(f"/start/{name}/{command}")


@pytest.mark.rule("KRN-41")
async def test_the_check_shows_what_preview_says_and_records_nothing(office_without_worker: Office):
    from edge import compose

    office = office_without_worker
    steps = await compose.preview(office.door, "hiring", story.requisition(), office.actor("e1005"))
    async with office.door.pool.acquire() as conn:
        before = await conn.fetchval("select max(position) from signoff.events")
    async with browsing(office, "e1005") as browser:
        sent = await browser.post(RAISE, {"command_id": str(uuid4()), "do": "check", **filled(story.requisition())})
    async with office.door.pool.acquire() as conn:
        after = await conn.fetchval("select max(position) from signoff.events")

    assert sent.status_code == 200
    assert before == after
    assert re.findall(r'<time datetime="([^"]+)"', sent.text) == [step.model_dump(mode="json")["due_at"] for step in steps]
    open("/tmp/w/forms-check.html","w").write(sent.text)
