"""Looking up the organisation: tree, people, search, history; what of it is whose to see; 10 000 people in pages."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.administration import delegations
from application.administration import office as setup
from application.records import append_record
from domain.organisation import events as ev
from domain.organisation import record
from domain.organisation.model import Seat
from domain.organisation.persons import Details
from tests.support.hiring import cast
from tests.support.office import COMPANY, Office
from tests.web.staff.reading import table, unclosed
from tests.web.staff.visiting import browsing

LINE, DEVELOPER, HR, OPERATIONS, CONTROLLER, HEAD_OF_CONTROL = "e1003", "e1024", "e1033", "e1009", "e1041", "e1040"
ADDRESS = "somchai.r@siam-orchard.example"
RAISE = "/start/hiring/raise-requisition"
LARGEST_PAGE = 200_000
PATHS = ("/organisation", "/organisation?unit=it-web", "/organisation?q=som", "/organisation/roles",
         "/organisation/ahead", "/organisation/calendars", "/organisation/job-descriptions",
         "/organisation/job-descriptions/jd-web-developer", "/organisation/changes",
         "/organisation/people/e1005", "/policy", "/policy/1",
         "/policy/compare", "/overview", "/overview?process=authority", "/overview?process=mine")  # fmt: skip


@pytest.mark.rule("KRN-42")
async def test_units_positions_people_and_reporting_lines_can_be_browsed(office_without_worker: Office):
    office = office_without_worker
    async with browsing(office, DEVELOPER) as browser:
        top = await browser.shown("/organisation")
        web = await browser.shown("/organisation?unit=it-web&lang=en")
        lead = await browser.shown("/organisation/people/e1011")
        missing = [(await browser.http.get(path)).status_code
                   for path in ("/organisation?unit=moon", "/organisation/people/e9999")]  # fmt: skip

    assert [row[0] for row in table(top, "Position")][:2] == ["Chair of the Board", "Chief Executive Officer"]
    assert top.count('href="/organisation?unit=it"') >= 1
    assert ["Web and Mobile Lead", "7", "Kittipong Arunrat", "Senior IT Manager, Applications and Data"] in table(
        web, "Position"
    )
    assert re.search(r"<dt>Manager</dt><dd><a href=\"/organisation/people/e1005\">Somchai Rattanakul", lead)
    line = lead[lead.index("The line above") :]
    assert re.findall(r'people/(e\d+)">', line[: line.index("</ol>")]) == ["e1005", "e1003", "e1001", "e1062"]
    assert missing == [404, 404]


@pytest.mark.rule("KRN-42", "KRN-43")
async def test_people_are_found_by_name_in_either_language_or_by_id_and_candidates_never(office_without_worker: Office):
    office = office_without_worker
    await cast(office)
    async with browsing(office, DEVELOPER) as browser:
        found = [await browser.shown(f"/organisation?q={text}") for text in ("RATTANA", "สมชาย", "e1005")]
        none = [await browser.shown(f"/organisation?q={text}") for text in ("C-First", "c-first", "mail.example")]
        candidate = await browser.http.get("/organisation/people/c-first")

    assert [[row[0] for row in table(page, "Person")] for page in found] == [["Somchai Rattanakul e1005"]] * 3
    assert all("Nobody here is called so" in page for page in none)
    assert candidate.status_code == 404
    assert "C-First" not in candidate.text


@pytest.mark.rule("KRN-43")
async def test_addresses_are_for_oneself_hr_and_operations_and_amounts_of_one_person_for_line_and_finance(
    office_without_worker: Office,
):
    office = office_without_worker
    shown, amounts = {}, {}
    for reader in ("e1005", HR, OPERATIONS, DEVELOPER, "e1034", CONTROLLER, HEAD_OF_CONTROL, "e1039"):
        async with browsing(office, reader) as browser:
            pages = [await browser.shown("/organisation/people/e1005")]
            shown[reader] = ADDRESS in pages[0]
            own = "5,000,000.00" in await browser.shown("/organisation/people/e1040")
            pages = [await browser.shown(path) for path in ("/organisation/roles", "/organisation/changes")]
            rows = [re.findall("<tr.*?</tr>", page, re.DOTALL) for page in pages]
            amounts[reader] = {own, *(any("e1040" in row and "5,000,000.00" in row for row in found) for found in rows)}

    assert {reader for reader, seen in shown.items() if seen} == {"e1005", HR, OPERATIONS}
    assert {reader for reader, seen in amounts.items() if seen == {True}} == {CONTROLLER, HEAD_OF_CONTROL, "e1039"}
    assert all(seen == {False} for reader, seen in amounts.items()
               if reader not in (CONTROLLER, HEAD_OF_CONTROL, "e1039"))  # fmt: skip


@pytest.mark.rule("KRN-42", "KRN-50")
async def test_changes_are_told_with_their_first_day_and_who_recorded_them_and_pages_show_what_was_known(
    office_without_worker: Office,
):
    office, today = office_without_worker, datetime.now(UTC).date()
    before = datetime.now(UTC)
    changed = office.services.settings.home / "positions.yaml"
    text = next(path for path in COMPANY if path.name == "positions.yaml").read_text()
    changed.write_text(text.replace("en: Web and Mobile Lead", "en: Web Lead", 1))
    files = [path for path in COMPANY if path.name != "positions.yaml"]
    await setup.import_organisation(office.services, [*files, changed], actor=HR, today=today)
    at = before.isoformat().replace("+", "%2B")
    async with browsing(office, DEVELOPER) as browser:
        history = await browser.shown("/organisation/changes")
        now, then = [await browser.shown(f"/organisation?unit=it-web{more}") for more in ("", f"&as_of={at}")]
        start = await browser.shown("/organisation?as_of=2020-01-01")
        gone = await browser.http.get("/organisation/people/e1005?as_of=2020-01-01")

    first = table(history, "What")[0]
    assert first[0].startswith("Position Web Lead in Web and Mobile, grade 7")
    assert await office.services.people.name(HR) in first[3]
    assert ("Web Lead" in now, "Web Lead" in then, "Web and Mobile Lead" in then) == (True, False, True)
    assert "No organisation was imported yet." in start
    assert gone.status_code == 404


@pytest.mark.rule("KRN-22")
async def test_a_person_page_shows_who_stands_in_now_without_the_reason(office_without_worker: Office):
    office, now = office_without_worker, datetime.now(UTC)
    asked = delegations.Asked(
        "e1005", "e1011", now.isoformat(), (now + timedelta(days=3)).isoformat(), reason="A surgery"
    )
    await delegations.grant(office.services, asked, office.actor("e1005"))
    async with browsing(office, DEVELOPER) as browser:
        both = [await browser.shown(f"/organisation/people/{person}") for person in ("e1005", "e1011")]

    assert "Kittipong Arunrat stands in for them until" in both[0]
    assert "stands in for Somchai Rattanakul until" in both[1]
    assert "surgery" not in "".join(both)


@pytest.mark.rule("KRN-42")
async def test_a_company_of_thousands_is_searched_and_comes_in_pages_and_no_form_lists_it(
    office_without_worker: Office,
):
    office, today = office_without_worker, datetime.now(UTC).date()
    async with office.services.pool.acquire() as conn:
        known = (await office.services.record_cache.records(conn)).organisation
    count = 400
    new: list[ev.Event] = []
    for number in range(count):
        position = known.positions["web-developer-1"].model_copy(update={"id": f"extra-{number:05}"})
        new += [
            ev.PositionSet(position=position, effective=today),
            ev.PersonJoined(person=f"e5{number:05}", position=position.id, calendar="th-bangkok", language="en",
                            start=today, effective=today),
        ]  # fmt: skip
    await append_record(
        office.services.pool,
        stream=record.STREAM,
        process=record.STREAM,
        expected_version=known.version,
        events=new,
        actor="os:test",
        command_id=uuid4(),
    )
    for person in ("e500299", "e500300"):
        details = Details(name={"en": "Zebra Last"}, email=f"{person}@siam-orchard.example")
        await office.services.people.write(person, details, actor="os:test", command_id=uuid4())
    form = {"command_id": str(uuid4()), "do": "check", "p.hiring_manager": "zebra last", "p.recruiter": "e500007",
            "p.position": "web developer", "p.unit": "it-web"}  # fmt: skip
    async with browsing(office, DEVELOPER) as browser:
        first, last = [await browser.shown(f"/organisation?unit=it-web&page={page}") for page in (1, 99)]
        found = await browser.shown("/organisation?q=e500&page=2")
        zebra = await browser.shown("/organisation?q=zebra")
        people = (await browser.http.get("/start/choices/person", params={"q": "zebra"})).json()
        positions = (await browser.http.get("/start/choices/position", params={"q": "extra-0007"})).json()
        checked = (await browser.post(RAISE, form)).text
        pages = {path: await browser.shown(path) for path in (*PATHS, RAISE, "/delegations/delegate", "/start")}

    assert len(table(first, "Position")) == 50
    assert 'rel="next"' in first
    assert ('rel="next"' in last, 'rel="prev"' in last) == (False, True)
    assert [row[0].split()[0] for row in table(found, "Person")] == [f"e500{n:03}" for n in range(50, 100)]
    assert [row[0] for row in table(zebra, "Person")] == ["Zebra Last e500299", "Zebra Last e500300"]
    assert [one["value"] for one in people] == ["Zebra Last (e500299)", "Zebra Last (e500300)"]
    assert [one["value"].rpartition(" ")[2] for one in positions] == [f"(extra-0007{n})" for n in range(10)]
    assert "Several fit this: Zebra Last (e500299), Zebra Last (e500300)." in checked
    assert '<option value="Zebra Last (e500299)">' in checked, "what was found is offered without a script"
    assert {path: len(page) for path, page in pages.items() if len(page.encode()) > LARGEST_PAGE} == {}


async def test_every_page_is_well_formed_in_both_languages_and_has_headings_captions_and_labels(
    office_without_worker: Office,
):
    async with browsing(office_without_worker, LINE) as browser:
        pages = {(path, code): await browser.shown(f"{path}{'&' if '?' in path else '?'}lang={code}")
                 for path in PATHS for code in ("en", "th")}  # fmt: skip

    for (path, code), page in pages.items():
        assert unclosed(page) == [], (path, code)
        assert f'<html lang="{code}">' in page
        assert page.count("<h1>") == 1, path
        assert page.count("<table") == page.count("<caption>"), path
        assert " style=" not in page, path
        main = page[page.index("<main") :]
        for field in re.findall(r"<(?:input|select|textarea)[^>]*>", main):
            hidden = 'type="hidden"' in field
            assert hidden or f"{field}" in "".join(re.findall(r"<label.*?</label>", main, re.DOTALL)), (path, field)


@pytest.mark.rule("ORG-04")
async def test_corrections_are_told_with_their_reason(office_without_worker: Office):
    office, today = office_without_worker, datetime.now(UTC).date()
    day, known = today + timedelta(days=40), {"person": DEVELOPER, "effective": today + timedelta(days=40)}
    seat = Seat(person=DEVELOPER, position="lead-web", start=today, end=day)
    changes = {
        ev.PersonLeft(**known, reason="A slip"): "leaves (reason: A slip)",
        ev.LeavingTakenBack(**known): "stays: the last day is taken back",
        ev.PersonMoved(**known, position="data-engineer-3"): "moves to",
        ev.MoveTakenBack(**known, position="data-engineer-3", reason="Not yet"): "is taken back (reason: Not yet)",
        ev.SeatSet(seat=seat, effective=today): "acts as Web and Mobile Lead until",
        ev.FunctionalLineSet(**known, position="lead-web"): "reports to Web and Mobile Lead besides",
    }
    await append_record(
        office.services.pool, stream=record.STREAM, process=record.STREAM, actor="os:test", command_id=uuid4(),
        expected_version=(await office.services.organisation()).version, events=list(changes),
    )  # fmt: skip
    async with browsing(office, DEVELOPER) as browser:
        told = await browser.shown("/organisation/changes")
    assert [text for text in changes.values() if text not in told] == []
