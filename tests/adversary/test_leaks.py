"""What must not be seen, searched for behind every door and in every answer that somebody can get (KRN-43)."""

import logging
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from application.commands import compose
from application.queries import reading
from application.queries.figures import standing
from eventstore.content import name_of
from mail.approval_request import matter_of
from tests.adversary import hidden as h
from tests.adversary.hidden import CASE, NAMES, NONE, OUTSIDER, PAY, RATINGS, SEEN, WORDS, Hidden, plain
from tests.adversary.office import raised
from tests.support.postbox import Postbox, all_sent, listening, text_of
from tests.web.staff.visiting import browsing
from web.operations import exposed

pytestmark = pytest.mark.rule("KRN-43")

OPENING = "request-limit"
SECRETS = (*PAY, *RATINGS, *WORDS, *NAMES)
SEES = {h.HR: {*PAY, *WORDS}, h.STAND_IN: {*PAY, *WORDS}, h.RECRUITER: {*RATINGS}}
"""Everybody else sees none of them. Names are shown by pages and by the command line, to who sees the case."""
SURELY = ("60000", "82,000", *RATINGS, *WORDS)
"""What whoever sees them meets in any case: the search finds it."""
KNOWING = (h.REQUESTER, h.LINE, h.HR, h.RECRUITER, h.INTERVIEWER, h.OPERATIONS, h.STAND_IN)
NOT_KNOWING = (OUTSIDER, h.OTHER_HR, h.STRANGER, h.GONE)
READERS = (*KNOWING, *NOT_KNOWING, h.CANDIDATE)

READING = (
    "/inbox", "/cases", "/cases?open=true", "/cases?overdue=true", "/cases?stuck=true", "/cases?process=hiring",
    "/search?text=hiring", "/search?text=e1005",
    "/cases?unit=it&below=true",
    f"/cases/{CASE}", f"/cases/{CASE}/timeline", f"/cases/{CASE}/proof", "/delegations",
    "/commands/0b0c7e0e-6b0f-4c3c-9d5e-2f1f5a3e8a11",
)  # fmt: skip
REFUSED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("decide", {"task": f"{CASE}.1", "outcome": "approve"}),
    (
        "submit-offer",
        {"candidate": "c-first", "salary": "1 THB", "start_date": "2030-01-07", "grade": 5, "location": "x"},
    ),
    ("submit-scorecard", {"candidate": "c-first", "scores": {"x": 4}, "recommendation": "yes"}),
    ("rank-candidates", {"ranking": ["c-third"]}),
    ("hold", {"colour": "red"}),
    ("resume", {"reason": "x"}),
    ("withdraw", {"reason": "x"}),
)
"""Commands whose refusals may want to name what the rules looked at."""
PAGES = (
    "/inbox", "/cases", "/cases?unit=it&below=1", f"/cases/{CASE}", f"/cases/{CASE}/proof", f"/cases/{CASE}/do/comment",
    "/overview", "/delegations", "/team", "/team/me", "/team/hiring", f"/team/hiring/{CASE}",
    f"/team/hiring/{CASE}/candidates/c-first", f"/team/hiring/{CASE}/offers/offer-1/letter.pdf", "/team/hearings",
)  # fmt: skip
RECORDS = (
    "/start", "/start/hiring/raise-requisition", "/start/authority/request-limit", "/start/choices/person?q=first",
    "/organisation", "/organisation?unit=it-web", "/organisation?q=first", f"/organisation/people/{h.REQUESTER}",
    "/organisation/people/c-first", "/organisation/roles", "/organisation/calendars", "/organisation/changes",
    "/policy", "/policy/1", "/policy/2", "/policy/2.yaml", "/policy/compare?before=1&after=2", "/policy/trial",
)  # fmt: skip
"""Pages about no case: nobody meets a value of one there, nor the name of a case that they must not know of."""
SPOKEN = (
    ("inbox",), ("cases",), ("notifications",), ("show", CASE), ("timeline", CASE), ("exceptions",),
    ("report", "hiring"), ("search", "hiring"),
)  # fmt: skip


def found(said: str, person: str, *, but: tuple[str, ...] = ()) -> list[str]:
    return [text for text in secrets_in(said) if text not in SEES.get(person, ()) and text not in but]


def secrets_in(said: str, *more: str) -> list[str]:
    """Which of them are said; digits and ids only where they stand alone: by chance a hash holds them too."""
    return [
        text for text in (*SECRETS, *more)
        if (re.search(rf"(?<!\w){text}(?!\w)", said) if text.isalnum() else text in said)
    ]  # fmt: skip


async def read_by_api(at: Hidden, person: str) -> str:
    reading = [(await at.api(person, "GET", path)).text for path in (*READING, f"/attachments/{at.sheet}")]
    refused = [await at.command(person, name, payload) for name, payload in REFUSED]
    assert all(400 <= each.status_code < 500 for each in refused), [each.text for each in refused]
    return "\n".join([*reading, *(each.text + str(each.headers) for each in refused)])


@pytest.mark.parametrize("person", READERS)
async def test_no_secret_leaves_by_the_api_to_who_must_not_see_it(
    hidden: Hidden, person: str, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG):
        said = await read_by_api(hidden, person)
    if person != h.GONE:
        said += await hidden.changes(person)

    assert found(said, person) == []
    assert secrets_in(caplog.text) == []
    assert [text for text in SURELY if text in SEES.get(person, ()) and text not in said] == []


@pytest.mark.parametrize("person", [h.REQUESTER, h.HR, h.RECRUITER, h.INTERVIEWER, h.OPERATIONS, OUTSIDER])
async def test_no_secret_leaves_by_the_pages(hidden: Hidden, person: str):
    async with browsing(hidden.office, person) as browser:
        said = "\n".join([(await browser.http.get(path)).text for path in PAGES])

    assert found(said, person, but=() if person == OUTSIDER else NAMES) == []


@pytest.mark.parametrize("person", [h.HR, OUTSIDER])
async def test_pages_about_records_tell_no_value_of_a_case(hidden: Hidden, person: str):
    async with browsing(hidden.office, person) as browser:
        found = {path: await browser.http.get(path) for path in RECORDS}
    leaks = {path: secrets_in(page.text) for path, page in found.items()}
    named = [path for path, page in found.items() if CASE in page.text]

    assert {path: texts for path, texts in leaks.items() if texts} == {}
    assert named == ([] if person == OUTSIDER else ["/policy", "/policy/1"])
    assert {page.status_code for page in found.values()} <= {200, 403, 404}
    assert [path for path, page in found.items() if page.status_code == 404] == ["/organisation/people/c-first"]


async def test_metrics_count_and_name_nobody_and_nothing(hidden: Hidden):
    served = exposed.application(lambda: standing(hidden.office.services))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://metrics.test") as http:
        said = (await http.get("/metrics")).text

    assert "signoff_cases_open" in said
    assert secrets_in(said, CASE, SEEN, *READERS) == []


@pytest.mark.parametrize("person", [h.REQUESTER, h.RECRUITER, OUTSIDER])
async def test_no_secret_leaves_by_the_command_line(hidden: Hidden, person: str):
    said = "\n".join([(await hidden.cli(*words, "--as", person))[1] for words in SPOKEN])

    assert found(said, person, but=() if person == OUTSIDER else NAMES) == []


async def test_no_secret_leaves_by_mail(hidden: Hidden):
    async with listening(Postbox()) as box:
        await all_sent(hidden.office.services, box)

    assert box.mails
    people = {}
    for person in READERS[:7]:
        record = await hidden.office.services.people.record(person)
        people[str(await hidden.office.services.keys.unseal(record.email, "email"))] = person
    for mail in box.mails:
        person = people.get(str(mail["To"]), "")
        said = "\n".join([str(mail.items()), text_of(mail), text_of(mail, "html")])
        assert found(said, person, but=(*NAMES, str(mail["To"]))) == [], (mail["To"], mail["Subject"])


async def test_the_hash_of_a_content_with_hidden_parts_is_hidden_from_whoever_decides_on_it(hidden: Hidden):
    """All few amounts that it could be made of can be tried."""
    case = (await raised(hidden.office)).case
    seen = await reading.look(hidden.office.services, case, None)
    [review] = seen.process.case(seen.state).reviews.values()
    hash_ = next(step.content_hash for step in review.steps if step.name == "line")

    said = (await hidden.api(h.LINE, "GET", "/inbox")).text + (await hidden.api(h.LINE, "GET", f"/cases/{case}")).text
    async with browsing(hidden.office, h.LINE) as browser:
        said += await browser.shown("/inbox") + await browser.shown(f"/cases/{case}")
    async with listening(Postbox()) as box:
        await all_sent(hidden.office.services, box)
    letters = "".join(map(text_of, box.mails))
    matter = await matter_of(hidden.office.services, case, f"{case}.1", h.LINE)

    assert case in said
    assert f"/cases/{case}" in letters, "the mail leads to the page"
    assert hash_ not in said + letters
    assert matter is not None
    assert matter.content_hash is None, "it is decided on the pages, not by a link that knows the hash"


@pytest.mark.parametrize("case", [CASE, SEEN])
async def test_what_operators_see_in_temporal_holds_no_value_that_could_be_hidden(hidden: Hidden, case: str):
    handle = hidden.office.handle(case)
    described = await handle.describe()
    details = await handle.query("__temporal_workflow_metadata")
    said = "\n".join(
        [
            described.id, str(described.typed_search_attributes), str(await described.memo()), str(details),
            str(await described.static_summary()), str(await described.static_details()),
        ]
    )  # fmt: skip

    assert secrets_in(said, "5 THB") == []
    assert "stage" in str(details)


# --- a case of which one must not know answers as one that does not exist -------------------------------------------

LOOKING = (
    "/cases/{}", "/cases/{}?as_of=2026-01-01T00:00:00Z", "/cases/{}/timeline", "/cases/{}/timeline?after=3",
    "/cases/{}/proof",
)  # fmt: skip


HIDDEN_PAGES = (
    "/cases/{}", "/cases/{}/proof", "/cases/{}/do/comment", "/cases?id={}", "/organisation?q={}",
    "/start/choices/person?q={}",
    "/start/hiring/raise-requisition?business_case={}",
    "/team/hiring/{}", "/team/hiring/{}/candidates/c-first", "/team/hiring/{}/offers/offer-1/letter.pdf",
    "/team/reviews/{}", "/team/reviews/{}/it-web",
)  # fmt: skip


@pytest.mark.parametrize("person", NOT_KNOWING)
async def test_over_the_api_a_hidden_case_is_one_that_does_not_exist(hidden: Hidden, person: str):
    commands = hidden.office.services.processes["hiring"].commands

    async def answers(case: str) -> list[Any]:
        told = [await hidden.api(person, "GET", path.format(case)) for path in LOOKING]
        told += [await hidden.api(person, "GET", f"/cases/{case}", headers={"If-None-Match": '"3"'})]
        told += [await hidden.command(person, name, {"reason": "x"}, case=case) for name in commands]
        task = {"json": {"outcome": "return", "comment": "x"}}
        told += [await hidden.api(person, "POST", f"/tasks/{case}.1/decisions", headers={"If-Match": '"3"'}, **task)]
        many = {"tasks": [f"{case}.1"], "outcome": "approve"}
        told += [await hidden.api(person, "POST", "/decisions", json=many)]
        file = {"content": b"a;b\n", "headers": {"Content-Type": "application/octet-stream"}}
        told += [await hidden.api(person, "POST", f"/cases/{case}/attachments?name=a.csv", **file)]
        return [plain(each, case) for each in told]

    unseen, none = await answers(CASE), await answers(NONE)

    assert unseen == none
    statuses = {status for status, _, _ in unseen}
    assert statuses == {404, 200}, "200 is the bulk, whose one line is refused"


@pytest.mark.parametrize("person", [OUTSIDER, h.GONE])
async def test_whatever_is_wrong_with_a_command_a_hidden_case_does_not_exist_first(hidden: Hidden, person: str):
    comment = "/cases/{}/commands/comment"
    key = "0b0c7e0e-6b0f-4c3c-9d5e-2f1f5a3e8a12"

    async def answers(case: str) -> list[Any]:
        asked: list[tuple[str, dict[str, Any]]] = [
            (comment, {"json": {"text": "let me in"}}),
            (comment, {"json": {"colour": "red"}}),
            (comment, {"json": {"text": "x"}, "headers": {"If-Match": '"1"'}}),
            (comment, {"json": {"text": "x"}, "headers": {"If-Match": "1"}}),
            (comment, {"json": {"text": "x"}, "headers": {"Idempotency-Key": key}}),
            (comment, {"content": b"text=x", "headers": {"Content-Type": "text/plain"}}),
            (comment, {"content": b"{", "headers": {"Content-Type": "application/json"}}),
            ("/cases/{}/commands/no-such-command", {"json": {}}),
            ("/cases/{}/commands/deadline", {"json": {}}),
            ("/cases/{}/commands/add-candidate", {"json": {"candidate": {"name": "New"}, "source": "x"}}),
            ("/cases/{}/commands/break-glass", {"json": {"task": f"{case}.1", "reason": "x"}}),
            ("/cases/{}/commands/hand-over", {"json": {"to": person, "reason": "x"}}),
            ("/tasks/{}.1/decisions", {"json": {"outcome": "approve", "colour": "red"}}),
            ("/tasks/{}.1/decisions", {"json": {"outcome": "approve"}, "headers": {"If-Match": '"1"'}}),
        ]
        told = [await hidden.api(person, "POST", path.format(case), **more) for path, more in asked]
        return [plain(each, case) for each in told]

    unseen = await answers(CASE)

    assert unseen == await answers(NONE)
    assert {status for status, _, _ in unseen} <= {400, 401, 404, 415}
    assert key not in str(await hidden.pool.fetch("select command_id from signoff.events"))


async def test_no_start_leads_to_the_id_of_a_case(hidden: Hidden):
    """An id cannot be chosen, and no key can be found that leads to one."""
    services, alphabet = hidden.office.services, "23456789abcdefghjkmnpqrstuvwxyz"
    theirs = await compose.start(
        services, "authority", h.limit("e1011"), hidden.office.actor(h.REQUESTER), name=OPENING
    )
    digits = [alphabet.index(each) for each in theirs.case.removeprefix("authority-")]
    aimed = UUID(int=sum(digit * len(alphabet) ** place for place, digit in enumerate(digits)))

    mine = [
        await compose.start(
            services, "authority", h.limit("e1011"), hidden.office.actor(person), name=OPENING, command_id=id_
        )
        for person, id_ in ((OUTSIDER, aimed), (OUTSIDER, theirs.command_id), (OUTSIDER, theirs.command_id))
    ]
    said = [
        await hidden.api(OUTSIDER, "POST", f"/processes/hiring/cases?id={case}", json={"seats": 1})
        for case in (CASE, NONE)
    ]

    assert theirs.case not in {each.case for each in mine}
    assert mine[1].case == mine[2].case, "repeating is safe"
    assert plain(said[0], CASE) == plain(said[1], NONE)


async def test_over_the_pages_and_the_command_line_too(hidden: Hidden):
    async def answers(case: str) -> list[Any]:
        async with browsing(hidden.office, OUTSIDER) as browser:
            pages = [await browser.http.get(path.format(case)) for path in HIDDEN_PAGES]
            pages += [await browser.http.get(f"/cases/{case}/files/{hidden.sheet}")]
        words = (("show", case), ("timeline", case), ("do", case, "comment", "--set", "text=x"))
        spoken = [await hidden.cli(*each, "--as", OUTSIDER) for each in words]
        return [plain(each, case) for each in pages] + [(status, said.replace(case, "CASE")) for status, said in spoken]

    assert await answers(CASE) == await answers(NONE)


async def test_no_list_has_a_row_of_a_hidden_case(hidden: Hidden):
    lists = ("/inbox", "/cases", "/cases?overdue=true", "/cases?stuck=true", "/cases?as_of=" + _now(),
             "/cases?unit=it-web", "/cases?unit=company&below=true&as_of=" + _now())  # fmt: skip
    said = [(await hidden.api(OUTSIDER, "GET", path)).text for path in lists]
    said += [(await hidden.cli(*words, "--as", OUTSIDER))[1] for words in (("exceptions",), ("notifications",))]
    said += [await hidden.changes(OUTSIDER)]

    assert [each for each in said if CASE in each] == []
    assert SEEN in said[1]


async def test_what_one_recorded_in_a_case_is_not_told_any_more_once_one_must_not_know_of_it(hidden: Hidden):
    events = await reading.timeline(hidden.office.services, CASE, as_of=None, reader=None)
    by = {event["actor"]: UUID(event["command_id"]) for event in events}

    known, lost = [await reading.recorded(hidden.office.services, by[who], reader=who) for who in (h.REQUESTER, h.GONE)]

    assert known is not None
    assert known["case"] == CASE
    assert lost is None


async def test_who_knows_the_hash_of_a_hidden_file_learns_nothing(hidden: Hidden):
    kept, none = [await hidden.api(OUTSIDER, "GET", f"/attachments/{hash_}") for hash_ in (hidden.sheet, name_of(b"x"))]

    assert (kept.status_code, plain(kept, CASE)) == (404, plain(none, CASE))


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
