"""Forms of commands: every one of them, and a hiring started, returned and sent again wholly through pages."""

import html
import re
from datetime import datetime
from uuid import uuid4

import pytest

from application.commands import compose
from cli.demo import story
from domain.processes import PROCESSES
from tests.support.hiring import played
from tests.support.office import Office
from tests.web.staff.visiting import Browser, browsing
from web.forms.answers import shown
from web.forms.fields import fields_of
from web.forms.words import commands_with_forms

RAISE = "/start/hiring/raise-requisition"
CASE, FILED = "hiring-forms", "hiring-form-file"


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
    office = office_without_worker
    earliest = await due_times(office)
    async with office.services.pool.acquire() as conn:
        before = await conn.fetchval("select max(position) from signoff.events")
    async with browsing(office, "e1005") as browser:
        sent = await browser.post(RAISE, {"command_id": str(uuid4()), "do": "check", **filled(story.requisition())})
    async with office.services.pool.acquire() as conn:
        after = await conn.fetchval("select max(position) from signoff.events")

    assert sent.status_code == 200
    assert before == after
    shown_times = re.findall(r'<time datetime="([^"]+)"', sent.text)
    between = zip(earliest, map(datetime.fromisoformat, shown_times), await due_times(office), strict=True)
    assert all(first <= due <= last for first, due, last in between)  # they move with the clock within working hours


async def test_the_position_fills_in_what_follows_from_it(office_without_worker: Office):
    given = {"p.position": "web-developer-2", "p.grade": "9"}
    async with browsing(office_without_worker, "e1005") as browser:
        blank = await browser.shown(RAISE)
        kept = await browser.post(RAISE, {"command_id": str(uuid4()), "do": "show", **given})
        anew = await browser.post(RAISE, {"command_id": str(uuid4()), "do": "fill", **given})
    asked, _, more = blank.partition('<details class="more-fields"')
    assert asked.count('class="ask') < more.count('class="ask'), "a few questions first"
    assert (standing(kept.text)["p.grade"], standing(anew.text)["p.grade"]) == ("9", "5")
    filled_in = standing(kept.text)
    assert filled_in["p.unit"] == "it-web"
    assert filled_in["p.job_description.id"] == "jd-web-developer"
    assert filled_in["p.job_description.version"] == "3"
    assert filled_in["p.budget_line"] == "it-applications-people"
    assert filled_in["p.location"] == "Bangkok"


async def test_the_check_says_what_is_odd(office_without_worker: Office):
    wrong = story.requisition() | {"position": "cio"}
    async with browsing(office_without_worker, "e1005") as browser:
        sent = await browser.post(RAISE, {"command_id": str(uuid4()), "do": "check", **filled(wrong)})
    assert sent.status_code == 200, sent.text
    assert "This position is held by Prasert Wongsakul today." in html.unescape(sent.text)


async def due_times(office: Office) -> list[datetime]:
    steps = await compose.preview(office.services, "hiring", story.requisition(), office.actor("e1005"))
    return [step.due_at for step in steps]


async def do(browser: Browser, case: str, command: str, changed: dict[str, str], *, status: int = 303) -> str:
    """Opens the form of a command, changes some of what stands in it, sends it; the page that follows."""
    address = f"/cases/{case}/do/{command}"
    page = await browser.shown(address)
    form = {**standing(page), "command_id": field(page, "command_id"), "do": "send", **changed}
    if 'name="was"' in page:
        form["was"] = html.unescape(field(page, "was"))
    sent = await browser.post(address, form)
    assert sent.status_code == status, (
        command,
        re.findall(r'role="alert".*?</div>', sent.text, re.DOTALL) or sent.text,
    )
    return await browser.shown(sent.headers["location"]) if status == 303 else sent.text


def standing(page: str) -> dict[str, str]:
    """What a browser would send of a form as it stands."""
    found: dict[str, str] = {}
    for tag, name, rest in re.findall(r'<(input|select|textarea)[^>]*? name="(p\.[^"]+)"([^>]*)>', page):
        if tag == "input" and 'type="checkbox"' not in rest:
            value = re.search(r'value="([^"]*)"', rest)
            found[name] = html.unescape(value[1]) if value else ""
        elif tag == "select":
            body = page.split(f'name="{name}"', 1)[1].split("</select>", 1)[0]
            chosen = re.search(r'value="([^"]*)" selected', body)
            found[name] = html.unescape(chosen[1]) if chosen else ""
        elif tag == "textarea":
            body = page.split(f'name="{name}"', 1)[1].split(">", 1)[1].split("</textarea>", 1)[0]
            found[name] = html.unescape(body.removeprefix("\n"))
    return found


@pytest.mark.rule("KRN-15", "KRN-19", "HIR-01", "HIR-07")
async def test_a_hiring_is_started_returned_sent_again_and_amended_wholly_through_pages(office_at_work: Office):
    office = office_at_work
    async with browsing(office, story.MANAGER) as manager:
        page = await manager.shown(RAISE)
        form = {"command_id": field(page, "command_id"), "do": "send", **filled(story.requisition())}
        first, again = await manager.post(RAISE, form), await manager.post(RAISE, form)
        assert (first.status_code, first.headers["location"]) == (303, again.headers["location"])
        case = re.match(r"/cases/([^?]+)\?", first.headers["location"])[1]
        office.started.append(case)
        assert "Recorded" in await manager.shown(first.headers["location"])

        [task] = (await office.state(case))["tasks"]
        async with browsing(office, task["assignees"][0]) as decider:
            page = await decider.shown(f"/cases/{case}/do/decide")
            assert re.fullmatch("[0-9a-f]{64}", field(page, "p.content_hash")), "on what was looked at (KRN-14)"
            await do(decider, case, f"decide?task={task['id']}", {
                "p.outcome": "return", "p.comment": "Too high.", "p.fields.0": "salary_band",
            })  # fmt: skip
        again = await do(manager, case, "resubmit-requisition", {"p.salary_band.max.amount": "85,000"})
        assert "Recorded" in again
        await do(manager, case, "amend-requisition", {"p.location": "Chiang Mai"})
        nothing = await do(manager, case, "amend-requisition", {}, status=422)
        listed = await manager.shown("/cases?lang=th")

    state = await office.state(case)
    stands = state["state"]["requisition"]
    assert (stands["location"], stands["salary_band"]["max"]["amount"]) == ("Chiang Mai", "85000")
    assert stands["seats"] == 1
    assert "สรรหา นักพัฒนา จำนวน 1 อัตรา" in listed, "the position as Thai readers call it"
    assert "Name at least one field to change" in nothing
    async with office.services.pool.acquire() as conn:
        payloads = await conn.fetch("select type, payload from signoff.events where stream = $1", case)
    assert [row["type"] for row in payloads].count("RequisitionRaised") == 1


async def test_mistakes_stand_at_their_fields_and_what_was_typed_is_kept(office_without_worker: Office):
    typed = filled(story.requisition()) | {
        "p.grade": "five", "p.hiring_manager": "Nobody At All", "p.location": "", "p.business_case": "<b>Why</b>",
    }  # fmt: skip
    async with browsing(office_without_worker, "e1005") as browser:
        strange = await browser.post(RAISE, {"command_id": str(uuid4()), "do": "send", **typed})
        typed["p.hiring_manager"] = ""
        sent = await browser.post(RAISE, {"command_id": str(uuid4()), "do": "send", **typed})
        thai = await browser.post(f"{RAISE}?lang=th", {"command_id": str(uuid4()), "do": "send", **typed}, on=RAISE)

    assert (strange.status_code, sent.status_code) == (422, 422)
    assert 'href="#f-p-hiring_manager"' in strange.text
    assert "Nobody At All" in strange.text
    assert 'role="alert"' in sent.text
    for name in ("grade", "location"):
        assert f'href="#f-p-{name}"' in sent.text
        assert f'id="f-p-{name}-error"' in sent.text
    assert 'value="five"' in sent.text
    assert "&lt;b&gt;Why&lt;/b&gt;" in sent.text
    assert "Write a whole number." not in thai.text
    assert 'lang="th"' in thai.text


@pytest.mark.parametrize("written", ["e1010", "{name}", "{name} (e1010)", "{email}"])
async def test_people_are_found_by_id_name_and_address(office_without_worker: Office, written: str):
    services = office_without_worker.services
    record = await services.people.record("e1010")
    email = await services.keys.unseal(record.email, "email")
    text = written.format(name=await services.people.name("e1010"), email=email)
    async with browsing(office_without_worker, "e1005") as browser:
        form = {"command_id": str(uuid4()), "do": "check", **filled(story.requisition()), "p.recruiter": text}
        sent = await browser.post(RAISE, form)
        found = (await browser.http.get("/start/choices/person", params={"q": text[:6]})).json()

    assert sent.status_code == 200
    assert "(e1010)" in sent.text
    assert "@" in text or any("(e1010)" in one["value"] for one in found)


async def test_rows_are_added_and_removed_without_a_script(office_without_worker: Office):
    async with browsing(office_without_worker, "e1005") as browser:
        form = {"command_id": str(uuid4()), **filled(story.requisition())}
        more = await browser.post(RAISE, {**form, "do": "add:p.interview_plan"})
        less = await browser.post(RAISE, {**form, "do": "drop:p.interview_plan.0"})

    assert 'name="p.interview_plan.2.kind"' in more.text
    assert 'value="technical"' not in less.text
    assert 'value="culture"' in less.text


@pytest.mark.rule("KRN-43")
async def test_every_command_of_every_process_has_a_form_that_leaks_nothing(office_at_work: Office):
    """An interviewer does not see pay: no form shows it, and pay that is not shown is not lost by an amendment."""
    await played(office_at_work, CASE, 23)
    canaries = ("60000", "85000")
    async with browsing(office_at_work, story.MANAGER) as manager, browsing(office_at_work, "e1010") as interviewer:
        for command in commands_with_forms(PROCESSES["hiring"]):
            if command in PROCESSES["hiring"].start:
                continue
            address = f"/cases/{CASE}/do/{command}"
            mine, theirs = await manager.shown(address), await interviewer.shown(address)
            assert mine.count("<h1>") == 1
            assert not [canary for canary in canaries if canary in theirs], command
            sent = await manager.post(address, {"command_id": str(uuid4()), "do": "check"})
            assert sent.status_code in (200, 422), command
        hidden = await interviewer.shown(f"/cases/{CASE}/do/amend-requisition")
        thai = await manager.shown(f"/cases/{CASE}/do/submit-offer?lang=th")

    assert "hidden from you" in hidden
    assert "ค.ศ." in thai


ATTACK = "\"><script>alert(1)</script><b x='"


async def test_what_is_typed_is_never_markup(office_without_worker: Office):
    attacked = dict.fromkeys(filled(story.requisition()), ATTACK)
    async with browsing(office_without_worker, "e1005") as browser:
        sent = await browser.post(RAISE, {"command_id": ATTACK, "do": "send", **attacked})
        linked = await browser.http.get(RAISE, params={"location": ATTACK, "unit": ATTACK})

    for page in (sent.text, linked.text):
        assert "<script>alert" not in page
        assert "<b x=" not in page


@pytest.mark.rule("KRN-52", "KRN-54")
async def test_a_file_is_attached_through_its_form_and_sealed_for_whom_it_is_about(office_at_work: Office):
    office = office_at_work
    await played(office, FILED, 6)
    async with browsing(office, story.MANAGER) as browser:
        address = f"/cases/{FILED}/do/attach"
        page = await browser.shown(address)
        form = {"csrf": field(page, "csrf"), "command_id": field(page, "command_id")}
        sealed = await browser.http.post(
            f"/cases/{FILED}/files",
            data=form | {"sealed_for": "c-first", "p.about": "requisition"},
            files={"file": ("cv of somebody.txt", b"Ten years of front ends.\n", "text/plain")},
        )
        wrong = await browser.http.post(
            f"/cases/{FILED}/files",
            data=form | {"command_id": str(uuid4())},
            files={"file": ("tool.exe", b"MZ\x00\x01", "application/octet-stream")},
        )
        assert sealed.status_code == 303, sealed.text
        shown_case = await browser.shown(sealed.headers["location"])

    assert "cv of somebody" not in shown_case
    assert wrong.status_code in (400, 422)
    [file] = (await office.state(FILED))["state"]["case"]["attachments"]
    assert file["about"] == "requisition"
    async with office.services.pool.acquire() as conn:
        assert await conn.fetchval("select sealed_for from signoff.content") == "c-first"


@pytest.mark.rule("KRN-14", "KRN-43")
async def test_a_limit_is_asked_for_and_amended_through_pages_and_every_command_has_its_form(office_at_work: Office):
    office = office_at_work
    address = "/start/authority/request-limit"
    asked = {
        "person": "e1010", "category": "spending", "up_to": "50000 THB", "unit": "it-web", "end": "2030-01-01",
        "reason": "Buys the small things.",
    }  # fmt: skip
    async with browsing(office, story.MANAGER) as manager:
        page = await manager.shown(f"{address}?person=e1010")
        assert "(e1010)" in page
        form = {"command_id": field(page, "command_id"), "do": "send", **filled(asked, "authority", "request-limit")}
        sent = await manager.post(address, form)
        assert sent.status_code == 303, sent.text
        case = re.match(r"/cases/([^?]+)\?", sent.headers["location"])[1]
        office.started.append(case)
        await do(manager, case, "amend-limit", {"p.up_to.amount": "40,000", "p.end": ""})
        for command in commands_with_forms(PROCESSES["authority"]):
            if command not in PROCESSES["authority"].start:
                await manager.shown(f"/cases/{case}/do/{command}?lang=th")
        nothing = await manager.http.get(f"/cases/{case}/do/note-recorded")

    limit = (await office.state(case))["state"]["limit"]["content"]
    assert (limit["up_to"]["amount"], limit["end"], limit["unit"]) == ("40000", None, "it-web")
    assert nothing.status_code == 404
