"""Projects on pages: the portfolio with what-ifs, a project, its plan as a file, the agenda; and the calendar."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from uuid import uuid4

import icalendar
import pytest
from playwright.async_api import Browser as RealBrowser
from temporalio.testing import WorkflowEnvironment

from application.queries import due_calendar
from application.records import append_record
from domain.organisation import record
from domain.organisation.events import PersonLeft
from eventstore import calendar_addresses, log
from readmodels import rebuild, summaries
from tests.conformance.example import EXAMPLES, Sent
from tests.conformance.examples import project as example
from tests.conformance.examples import project_request as requests
from tests.conformance.examples.project import HEAD, MANAGER, OFFICE, begun, status, work
from tests.conformance.test_real import RealPlay
from tests.support.budgets import give_plans
from tests.support.office import Office, opened_office
from tests.support.postgres import Server
from tests.web.browsers import NEEDED, PHONE, WIDER, tab
from tests.web.server import free_port, served
from tests.web.staff.visiting import browsing

CIO, OUTSIDER = "e1001", "e1024"
OTHER = "project-other-one"


@dataclass
class Site:
    """An office with a project under way, and one that waits for it."""

    office: Office
    case: str

    async def head(self) -> int:
        async with self.office.services.pool.acquire() as conn:
            return await log.head(conn)


@pytest.fixture(scope="module")
async def site(
    postgres: Server, company_url: str, temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    home = tmp_path_factory.mktemp("projects")
    async with opened_office(postgres, company_url, temporal, home) as office, office.working():
        await give_plans(office.services.pool, [*EXAMPLES["project"].plans, *EXAMPLES["project_request"].plans])
        play = RealPlay(office, "project", "pages")
        for step in begun(play):
            await play.carry_out(step)
        due = str(play.today + timedelta(days=20))
        risk = {"text": "The supplier fails", "owner": MANAGER, "due": due, "kind": "risk"}
        order = {"text": "Tablets", "period": "2027", "amount": "300000 THB"}
        for step in (
            Sent("add-entry", {**risk, "probability": 3, "impact": 4}, by=MANAGER), work("build", 50),
            Sent("commit-money", order, by=MANAGER),
            Sent("report-status", status("amber", why="The plant is busy"), by=MANAGER),
        ):  # fmt: skip
            await play.carry_out(step)
        charter = {**example.charter(play), "title": "Stock by scanner", "periods": {"2027": "100000 THB"}}
        await office.start("project", charter, by=HEAD, case=OTHER, name="charter-project")
        yield Site(office, play.id)


@pytest.mark.rule("PFL-01")
async def test_the_portfolio_shows_rank_money_and_health(site: Site):
    async with browsing(site.office, CIO) as browser:
        page = await browser.shown("/projects")
        late = await browser.shown("/projects?colour=red")
    assert f'href="/projects/{site.case}"' in page
    assert "Stock by scanner" in page
    assert "reported amber" in page, "the declared colour stands beside the computed one"
    assert "THB\N{NO-BREAK SPACE}1,000,000.00" in page, "the plan of both by theme"
    assert "No project is like that." in late


@pytest.mark.rule("PFL-02")
async def test_a_what_if_is_in_its_address_only(site: Site):
    before = await site.head()
    async with browsing(site.office, CIO) as browser:
        asked = {"do": "delay", "project": site.case, "days": "40", "cut": OTHER}
        sent = await browser.http.get("/projects", params=asked)
        assert sent.status_code == 303
        shared = sent.headers["location"].partition("#")[0]
        assert shared == f"/projects?cut={OTHER}&delay={site.case}%3A40"
        page = await browser.shown(shared)
        new = {"title": "A new one", "unit": "it-applications", "line": "it-licences", "period": "2027"}
        fields = {f"new_{name}": value for name, value in {**new, "plan": "5 THB", "finish": "2027-05-01"}.items()}
        added = await browser.http.get("/projects", params={"do": "add", **fields}, follow_redirects=True)
    assert "ends 40 days later" in page
    assert "days later than the approved baseline" in page
    assert "A new one is added" in added.text
    assert await site.head() == before


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("cut=project-nowhere", "There is no open project project-nowhere"),
        ("delay=project-x:soon", "say by how many days"),
        ("add=title%3DNew", "The project to add is not complete: unit, line, period, plan, finish."),
    ],
)
async def test_a_wrong_what_if_says_what_to_do(site: Site, asked: str, said: str):
    async with browsing(site.office, CIO) as browser:
        found = await browser.http.get(f"/projects?{asked}")
    assert found.status_code == 400
    assert said in found.text


@pytest.mark.rule("KRN-43")
async def test_who_sees_no_project_sees_no_trace(site: Site):
    async with browsing(site.office, OUTSIDER) as browser:
        page = await browser.shown("/projects")
        hidden = [await browser.http.get(f"/projects/{site.case}{more}") for more in ("", "/plan", "/plan.csv")]
        missing = await browser.http.get("/projects/project-nowhere")
    assert "There is no project that you may see." in page
    assert site.case not in page
    assert [each.status_code for each in hidden] == [303, 404, 404]
    assert hidden[0].headers["location"] == f"/cases/{site.case}", "the policy lets everybody know that it exists"
    assert missing.status_code == 404


@pytest.mark.rule("DEL-02", "DEL-04", "DEL-05", "DEL-07")
async def test_a_project_stands_on_one_page(site: Site):
    async with browsing(site.office, MANAGER) as browser:
        page = await browser.shown(f"/projects/{site.case}")
    for told in ("The supplier fails", "Tablets", "Ten orders in a row", "Fewer wrong orders", "The first plan"):
        assert told in page, told
    assert "Baselines: 1." in page
    assert 'class="crit"' in page, "the critical path is marked"
    assert re.search(r"Exposure</th>.*?>12<", page, re.DOTALL), "probability by impact"
    assert "reported" in page


@pytest.mark.rule("DEL-10")
async def test_a_plan_goes_out_and_comes_in(site: Site):
    address = f"/projects/{site.case}/plan"
    async with browsing(site.office, MANAGER) as browser:
        files = {kind: (await browser.http.get(f"{address}.{kind}")).content for kind in ("csv", "xlsx", "xml")}
        for kind in ("csv", "xlsx"):
            tried = await browser.upload(address, {"plan": "1"}, (f"plan.{kind}", files[kind]))
            assert "0 new activities" in tried.text
            assert "0 changed" in tried.text
        assert b"schemas.microsoft.com/project" in files["xml"]
        before = await site.head()
        wrong = "id,title,starts,ends,after\nbuild,Build,tomorrow,2027-02-01,\ntrain,Train,,,nothing\n"
        refused = await browser.upload(address, {"plan": "1"}, ("plan.csv", wrong.encode()))
        assert refused.status_code == 400
        assert "plan.csv:2: starts" in refused.text
        assert "plan.csv:3: after: there is no nothing" in refused.text
        more = files["csv"] + b"extra-2,More work,2027-03-01,2027-03-05,build,,,,,,\n"
        shown = await browser.upload(address, {"plan": "1"}, ("plan.csv", more))
        assert "1 new activities" in shown.text
        assert await site.head() == before, "what is shown is not yet the plan"
        form = {name: _field(shown.text, name) for name in ("csrf", "command_id", "name", "data")}
        parts = {name: (None, value.encode()) for name, value in {**form, "confirm": "1"}.items()}
        done = await browser.http.post(address, files=parts)
        assert done.status_code == 303, done.text
        assert "More work" in await browser.shown(f"/projects/{site.case}")


async def test_only_the_manager_makes_the_plan(site: Site):
    address = f"/projects/{site.case}/plan"
    async with browsing(site.office, CIO) as browser:
        shown = await browser.upload(address, {"plan": "1"}, ("plan.csv", b"id,title\nnew,New\n"))
        assert "Make it the plan" not in shown.text
        form = {
            "csrf": _field(shown.text, "csrf"),
            "command_id": str(uuid4()),
            "name": "plan.csv",
            "data": "aWQsdGl0bGUKYSxB",
        }
        parts = {name: (None, value.encode()) for name, value in {**form, "confirm": "1"}.items()}
        refused = await browser.http.post(address, files=parts)
    assert refused.status_code == 400
    assert "nothing was recorded" in refused.text


@pytest.mark.rule("PRJ-05")
async def test_the_agenda_ranks_what_a_board_decides(site: Site):
    play = RealPlay(site.office, "project_request", "agenda")
    for step in chain(requests.ready(play), [Sent("submit-for-decision", {}, by=OFFICE)]):
        await play.carry_out(step)
    async with browsing(site.office, OFFICE) as browser:
        page = await browser.shown("/projects/board")
    assert f'href="/cases/{play.id}"' in page
    assert "open until" in page
    assert "900,000.00" in page


@pytest.mark.rule("PRJ-05")
async def test_the_agenda_says_cut_off_and_quorum(site: Site):
    async with browsing(site.office, OUTSIDER) as browser:
        page = await browser.shown("/projects/board")
    assert "3 of 5" in page
    assert "its cut-off" in page
    assert "Nothing that you may see is on an agenda." in page


async def test_summaries_come_back_by_a_rebuild(site: Site):
    services = site.office.services
    await services.fresh()

    async def kept() -> list[object]:
        async with services.pool.acquire() as conn:
            return [(one.case, one.value) for one in await summaries(conn, services.processes["project"])]

    before = await kept()
    await rebuild(services.pool, services.processes)
    assert [case for case, _ in before] == sorted([site.case, OTHER])
    assert await kept() == before


async def test_a_calendar_tells_what_is_due(site: Site):
    async with browsing(site.office, MANAGER) as browser:
        page = await browser.post("/calendar", {"make": "1"})
        address = re.search(r'value="(http[^"]+/calendar/[^"]+\.ics)"', page.text)
        assert address
        path = address[1].removeprefix(site.office.services.settings.base_url)
        browser.http.cookies.clear()
        first, again = [await browser.http.get(path) for _ in range(2)]
    found = icalendar.Calendar.from_ical(first.text)
    events = found.walk("VEVENT")
    uids = [str(event["UID"]) for event in events]
    assert uids
    assert uids == [str(event["UID"]) for event in icalendar.Calendar.from_ical(again.text).walk("VEVENT")]
    assert all(uid.startswith("project-") for uid in uids)
    assert {event["DTEND"].params["TZID"] for event in events} == {"Asia/Bangkok"}
    assert path.split("/")[-1].removesuffix(".ics").encode() not in await _kept(site), "only its hash is kept"


async def test_a_calendar_ends_when_taken_back(site: Site):
    services = site.office.services
    async with browsing(site.office, CIO) as browser:
        old, new = [await due_calendar.new_address(services, CIO) for _ in range(2)]
        paths = [one.removeprefix(services.settings.base_url) for one in (old, new)]
        assert [(await browser.http.get(path)).status_code for path in paths] == [404, 200]
        await browser.post("/calendar", {"revoke": "1"})
        assert (await browser.http.get(paths[1])).status_code == 404


async def test_a_calendar_is_gone_with_its_person(site: Site):
    services, leaver = site.office.services, "e1062"
    path = (await due_calendar.new_address(services, leaver)).removeprefix(services.settings.base_url)
    left = PersonLeft(person=leaver, effective=datetime.now(UTC).date() - timedelta(days=1))
    async with services.pool.acquire() as conn:
        version = len(await log.read_stream(conn, record.STREAM))
    await append_record(
        services.pool, stream=record.STREAM, process="organisation", expected_version=version, events=[left],
        actor="os:test", command_id=uuid4(),
    )  # fmt: skip
    async with browsing(site.office, CIO) as browser:
        assert (await browser.http.get(path)).status_code == 404


async def test_guessed_calendar_addresses_have_to_wait(site: Site):
    async with browsing(site.office, CIO) as browser:
        codes = [(await browser.http.get(f"/calendar/guess-{number}.ics")).status_code for number in range(31)]
    assert codes == [404] * 30 + [429]


@pytest.mark.browser
@NEEDED
async def test_the_pages_fit_and_read_well(site: Site, browser: RealBrowser):
    port, faults = free_port(), []
    here = f"http://127.0.0.1:{port}"
    pages = ("/projects", f"/projects?cut={OTHER}", f"/projects/{site.case}", "/projects/board", "/calendar")
    async with served(site.office.services, port), tab(browser, here, PHONE, checked=True) as seen:
        await seen.become(CIO)
        for path in (*pages, f"/projects/{site.case}/plan"):
            await seen.open(path)
            await seen.page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
            faults += [(path, fault) for fault in await seen.serious()]
            faults += [(path, "wider than a phone")] if await seen.page.evaluate(WIDER) else []
            await seen.take_on(PHONE.opposite)
            faults += [(path, fault) for fault in await seen.serious("color-contrast")]
            await seen.take_on(PHONE)
    assert faults == []
    assert seen.complaints == []


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


async def _kept(site: Site) -> bytes:
    async with site.office.services.pool.acquire() as conn:
        assert await calendar_addresses.made_at(conn, MANAGER)
        return str(await conn.fetch("select * from signoff.calendar_addresses")).encode()
