"""Who may not, at every door: the same answer everywhere, that of the one function, and nothing recorded (KRN-01).

`test_matrix.py` tries the whole product on that function; here each command and each sort of person walks through all
doors of a running office, the people taking turns.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Any
from uuid import uuid4

import pytest

from application.commands import offers
from application.queries import reading
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.processes import BY_SYSTEM
from domain.who_may_what import TABLES
from mail import links
from mail.approval_request import matter_of
from tests.adversary import hidden as h
from tests.adversary.hidden import (
    CASE,
    EDGES,
    OUTSIDER,
    SEEN,
    Hidden,
    by_api,
    by_bulk,
    by_edge,
    by_page,
    by_typing,
    signalled,
)
from tests.adversary.matrix.columns import held
from tests.adversary.matrix.sent import payloads
from tests.adversary.matrix.situation import Situation
from tests.adversary.office import raised, types
from tests.support.examples import examples
from tests.support.office import Office
from web.refusals import status_of

pytestmark = pytest.mark.rule("KRN-01", "KRN-02")

PEOPLE = (
    OUTSIDER, h.OTHER_HR, h.GONE, h.STRANGER, h.CANDIDATE, h.OPERATIONS, h.INTERVIEWER, h.STAND_IN, h.REQUESTER, h.LINE
)  # fmt: skip
EACH = examples(2)
"""So many people try each command: all of them in a thorough run."""


async def situation(office: Office, case: str) -> Situation:
    """A real case with the facts that its decisions rest on now."""
    seen = await reading.look(office.services, case, None)
    async with office.services.pool.acquire() as conn:
        records = await office.services.record_cache.records(conn)
    facts = Facts(
        now=datetime.now(UTC),
        organisation=records.organisation,
        policy=records.policies.pinned(seen.process.case(seen.state).policy),
        delegations=records.delegations,
    )
    return Situation("at work", seen.process, seen.state, facts)


def expected(found: Situation, name: str, payload: dict[str, Any], person: str) -> str:
    """The code with which the one function refuses."""
    if name in found.process.start:
        return "case-exists"
    [(_, answer)] = found.tried(name, payload, (person,))
    assert isinstance(answer, Refused), (name, person)
    return answer.code


@pytest.fixture
async def fresh(hidden: Hidden) -> str:
    """A hiring whose first step waits."""
    return (await raised(hidden.office)).case


@pytest.mark.rule("KRN-43")
@pytest.mark.parametrize("process", ["hiring", "authority"])
async def test_who_has_no_part_is_refused_at_every_door_with_the_same_word(hidden: Hidden, fresh: str, process: str):
    case = fresh if process == "hiring" else SEEN
    found = await situation(hidden.office, case)
    before = await types(hidden.office, case)
    known = {who for who in PEOPLE if (await hidden.api(who, "GET", f"/cases/{case}")).status_code == 200}
    sample = list(turns(found))

    for name, payload, person, said in sample:
        told = "no-such-case" if person not in known else "internal-command" if name == "deadline" else said
        edges = {await services(hidden, case, person, name, payload) for services in EDGES}
        assert edges == {told}, (name, person, said)
        assert await by_typing(hidden, case, person, name, payload) == said, (name, person)

    unsigned = ["not-signed" if name in BY_SYSTEM else said for name, _, _, said in sample]
    assert await signalled(hidden, case, [each[:3] for each in sample]) == unsigned
    assert {person for _, _, person, _ in sample} == set(PEOPLE)
    after = (await types(hidden.office, case))[len(before) :]
    assert set(after) == {"CommandRefused", "Commented"}, "a refused signal leaves a trace, and nothing else does"
    assert after.count("Commented") == 1


def turns(found: Situation) -> Iterator[tuple[str, dict[str, Any], str, str]]:
    """Each command, with people without a part in it by turns, and the code that the one function has for them."""
    for number, name in enumerate(found.process.commands):
        payload = payloads(found, name)[0]
        able = [
            who for who in PEOPLE if not held(found, who, payload.get("task")) & set(TABLES[found.process.name][name])
        ]
        for person in islice(cycle(able), number * EACH, number * EACH + min(EACH, len(able))):
            yield name, payload, person, expected(found, name, payload, person)


@pytest.mark.parametrize("person", [OUTSIDER, h.OPERATIONS, h.REQUESTER])
async def test_a_decision_is_refused_alike_by_the_page_the_bulk_and_the_api(hidden: Hidden, fresh: str, person: str):
    task = f"{fresh}.1"
    before = await types(hidden.office, fresh)

    said = await by_api(hidden, fresh, person, "decide", {"task": task, "outcome": "approve"})

    assert said == ("no-such-case" if person == OUTSIDER else "not-your-task")
    assert await by_bulk(hidden, person, task) == said
    assert await by_page(hidden, person, task) == status_of(Refused(said, ""))
    assert await types(hidden.office, fresh) == before


@pytest.mark.rule("KRN-43")
async def test_a_refusal_names_nobody_to_who_only_knows_that_the_case_exists(hidden: Hidden):
    [task] = [
        each["id"] for each in (await reading.show(hidden.office.services, SEEN, as_of=None, reader=None))["tasks"]
    ]
    asked = (await situation(hidden.office, SEEN)).case.tasks[task].assignees
    decision = {"task": task, "outcome": "approve"}

    found = await hidden.command(OUTSIDER, "decide", decision, case=SEEN)

    assert (found.status_code, found.json()["code"]) == (403, "not-your-task")
    assert [who for who in asked if who in found.text] == []


async def test_a_link_in_a_mail_decides_what_its_person_may_and_no_more(hidden: Hidden):
    services = hidden.office.services
    case = (await hidden.office.start("authority", h.limit("e1010"), by=h.REQUESTER, name="request-limit")).case
    [task] = (await situation(hidden.office, case)).case.tasks.values()
    person = task.assignees[0]
    matter = await matter_of(services, case, task.id, person)
    assert matter is not None
    url = await links.link_for(services, uuid4(), matter, person, datetime.now(UTC))
    path = url.removeprefix(services.settings.base_url)
    form = {"outcome": "approve", "content": str(matter.content_hash)}

    first = await hidden.http.post(path, data=form)
    assert first.status_code == 303, first.text
    again = await hidden.http.post(path, data={**form, "outcome": "reject", "comment": "no"})

    said = await by_api(hidden, case, person, "decide", {"task": task.id, "outcome": "approve"})
    assert again.status_code == status_of(Refused(str(said), "")) == 409
    assert (await types(hidden.office, case)).count("Decided") == 1


async def test_the_candidate_s_link_is_refused_when_everybody_else_is(hidden: Hidden):
    office = hidden.office
    path = (await offers.offer_link(office.services, CASE, "offer-1")).removeprefix(office.services.settings.base_url)
    await office.do(CASE, "hold", {"reason": "a moment"}, by=h.REQUESTER)
    before = await types(office, CASE)

    page = await hidden.http.post(path, data={"answer": "accept"})
    answer = {"offer": "offer-1", "answer": "accept"}
    codes = [await services(hidden, CASE, h.CANDIDATE, "answer-offer", answer) for services in (by_api, by_edge)]

    assert (page.status_code, codes) == (409, ["on-hold", "on-hold"])
    assert await types(office, CASE) == before
    await office.do(CASE, "resume", {"reason": "it is over"}, by=h.REQUESTER)


@pytest.mark.rule("KRN-24")
@pytest.mark.parametrize("name", ["comment", "hold"])
async def test_who_left_gives_no_command_by_any_door(hidden: Hidden, name: str):
    payload = payloads(await situation(hidden.office, SEEN), name)[0]

    assert await by_typing(hidden, SEEN, h.GONE, name, payload) == "not-employed"
    assert await signalled(hidden, SEEN, [(name, payload, h.GONE)]) == ["not-employed"]
    assert {await services(hidden, SEEN, h.GONE, name, payload) for services in EDGES} == {"no-such-case"}
