"""Direction on one page, and a status in its depths: plans and reports of one office."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.conformance.test_real import RealPlay  # isort: skip - it reads the examples in their order
from tests.conformance.example import Sent, Story
from tests.conformance.examples import status_report, strategy
from tests.support.office import Office, opened_office
from tests.support.postgres import Server
from tests.web.staff.visiting import browsing

STATUS, PLAN = "status-report-shown", "strategy-shown"
HEAD, AUTHOR, STRANGER = "e1003", "e1005", "e1024"


@pytest.fixture(scope="module")
async def direction(
    postgres: Server, company_url: str, temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    """A plan with one value, and a unit whose first report is sent and read by one of two."""
    home = tmp_path_factory.mktemp("direction")
    async with opened_office(postgres, company_url, temporal, home) as office, office.working():
        for process, story, last in (("strategy", strategy.executed, "report-value"),
                                     ("status_report", status_report.read, "acknowledge-status")):  # fmt: skip
            play = RealPlay(office, process, "shown")
            for step in until(story(play), last):
                await play.carry_out(step)
        yield office


def until(story: Story, last: str) -> Iterator[Any]:
    """The steps of a story up to the first of that name."""
    for step in story:
        yield step
        if isinstance(step, Sent) and step.name == last:
            return


@pytest.mark.rule("STR-06", "STS-05")
async def test_direction_shows_objectives_and_statuses(direction: Office):
    async with browsing(direction, HEAD) as browser:
        page = await browser.shown("/direction")
    assert f'<a href="/cases/{PLAN}">IT 2027</a>' in page
    assert "Cheaper to run" in page
    assert 'value="33"' in page  # 12 to 9 million, of which 1 million is done
    assert f'<a href="/direction/status/{STATUS}">Web and Mobile</a>' in page
    assert "On track" in page
    assert "computed" in page  # amber was declared, the facts say green
    assert "Kanya Thepsiri" in page  # who has not read it


@pytest.mark.rule("STS-05")
@pytest.mark.parametrize("depth", ["page", "whole"])
async def test_a_status_leads_to_what_it_says(direction: Office, depth: str):
    async with browsing(direction, HEAD) as browser:
        page = await browser.shown(f"/direction/status/{STATUS}?depth={depth}")
        case = await browser.shown(f"/cases/{STATUS}")
    assert "Licences end" in page
    assert "no builds" in page
    assert "the licences" in page
    assert f"/direction/status/{STATUS}" in case


@pytest.mark.rule("KRN-43")
async def test_a_status_is_for_who_may_see_it(direction: Office):
    async with browsing(direction, STRANGER) as browser:
        answer = await browser.http.get(f"/direction/status/{STATUS}")
        page = await browser.shown("/direction")
        unknown = await browser.http.get("/direction/status/status-report-none")
    assert answer.status_code == unknown.status_code == 404
    assert "Licences end" not in page + answer.text
    assert "On track" not in page
