"""A client that sends the same again is told the same, whatever was filled in, raced, or went away meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from application.administration import delegations
from domain.organisation import persons
from eventstore.database import connection
from tests.adversary.office import raised, task_of, types
from tests.application.test_newcomers import RECRUITER, bringing, registered, to_candidates
from tests.application.test_restored import restored
from tests.support.office import Office
from tests.web.api.asking import asking, problem
from tests.web.staff.visiting import browsing
from web.staff import delegations as delegation_pages

pytestmark = pytest.mark.rule("KRN-19")

LINE, REQUESTER = "e1003", "e1005"
DAY = timedelta(days=1)


def keyed() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


async def test_a_return_without_fields_is_told_its_first_answer_again(office_at_work: Office):
    player, key = await raised(office_at_work), keyed()
    place = f"/tasks/{(await task_of(player)).id}/decisions"
    async with asking(office_at_work, LINE) as http:
        answers = [
            await http.post(place, json={"outcome": "return", "comment": "Too high"}, headers=key) for _ in range(3)
        ]
        named = await http.post(
            place, json={"outcome": "return", "comment": "Too high", "fields": ["seats"]}, headers=key
        )

    assert [found.status_code for found in answers] == [200, 200, 200], answers[1].text
    assert len({found.json()["position"] for found in answers}) == 1
    problem(named, 409, "command-id-reused")
    assert (await types(office_at_work, player.case)).count("Decided") == 1


@pytest.mark.rule("KRN-52")
async def test_copies_of_one_command_at_one_instant_bring_one_person(office_at_work: Office):
    office, case = office_at_work, await to_candidates(office_at_work)
    async with asking(office, RECRUITER) as http:

        async def twice(said: dict[str, Any]) -> list[httpx.Response]:
            place, key = f"/cases/{case}/commands/add-candidate", keyed()
            return await asyncio.gather(*(http.post(place, json=said, headers=key) for _ in range(2)))

        before = await registered(office)
        for number in range(8):
            pair = await twice(bringing(f"Nr {number}", f"nr{number}@mail.example" if number % 2 else None))
            assert [found.status_code for found in pair] == [200, 200], [found.text for found in pair]
            assert len({found.json()["position"] for found in pair}) == 1

    people, keys = await registered(office)
    assert (people, keys) == (before[0] + 8, before[1] + 8)


@pytest.mark.rule("KRN-52")
async def test_whoever_brings_the_same_new_person_at_one_instant_brings_one(office_at_work: Office):
    people = office_at_work.services.people
    for number in range(5):
        details = persons.Details(name={"en": "Somsri"}, email=f"same{number}@mail.example", candidate=True)
        found = await asyncio.gather(*(people.register(details, actor=RECRUITER, command_id=uuid4()) for _ in range(4)))
        assert len(set(found)) == 1
        assert (await people.record(found[0])).registered


async def test_an_absence_from_now_on_is_one_when_its_form_is_sent_again_later(
    office_without_worker: Office, monkeypatch: pytest.MonkeyPatch
):
    office = office_without_worker
    form = {"command_id": str(uuid4()), "do": "send", "p.delegate": "e1006", "p.end": _in_days(7)}
    async with browsing(office, LINE) as browser:
        sent = await browser.post("/delegations/out-of-office", form)
        for clock in (delegations, delegation_pages):
            monkeypatch.setattr(clock, "datetime", _Later, raising=False)
        again = await browser.post("/delegations/out-of-office", form)

    assert (sent.status_code, again.status_code) == (303, 303), again.text
    assert len(await delegations.delegations(office.services)) == 1


@pytest.mark.rule("KRN-53")
async def test_an_answer_that_the_log_has_lost_is_told_as_such(office_at_work: Office):
    player, key = await raised(office_at_work), keyed()
    version = len(await types(office_at_work, player.case))
    place = f"/cases/{player.case}/commands/comment"
    async with asking(office_at_work, REQUESTER) as http:
        first = await http.post(place, json={"text": "a"}, headers=key)
        await restored(office_at_work, player.case, to=version)
        again = await http.post(place, json={"text": "a"}, headers=key)
        asked = await http.get("http://signoff.test" + again.headers["location"])

    assert first.status_code == 200
    for found in (again, asked):
        assert problem(found, 503, "not-recorded")["facts"] == {"command_id": key["Idempotency-Key"]}


async def test_a_full_disk_is_no_mistake_of_ours_and_the_same_is_done_later(office_at_work: Office):
    """Postgres says 53100 for the row of a command: nothing is recorded until there is room."""
    office, key = office_at_work, keyed()
    player, case = await raised(office), await to_candidates(office)
    tasks = {"tasks": [(await task_of(player)).id], "outcome": "approve"}
    now = {"delegate": "e1006", "from": _in_days(1), "until": _in_days(2)}
    new = bringing("Somsri", "somsri@mail.example")
    async with asking(office, LINE) as line, asking(office, RECRUITER) as recruiter:

        async def all_sent() -> list[httpx.Response]:
            return [
                await line.post("/out-of-office", json=now, headers=key),
                await recruiter.post(f"/cases/{case}/commands/add-candidate", json=new, headers=key_of_candidate),
                await line.post("/decisions", json=tasks, headers=key_of_bulk),
            ]

        key_of_candidate, key_of_bulk = keyed(), keyed()
        await _disk(office, full=True)
        absent, brought, [decided] = [*(await all_sent())[:2], (await all_sent())[2].json()]
        await _disk(office, full=False)
        later = await all_sent()

    for found in (absent, brought):
        assert problem(found, 503, "unavailable")["status"] == 503
        assert found.headers["location"].startswith("/api/v1/commands/")
    assert (decided["recorded"], decided["code"]) == (None, "outcome-unknown")
    assert [found.status_code for found in later] == [201, 200, 200], [found.text for found in later]
    assert later[2].json()[0]["recorded"] is True


class _Later(datetime):
    """A clock that is an hour on."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return super().now(tz) + timedelta(hours=1)


def _in_days(days: int) -> str:
    return (datetime.now(UTC) + days * DAY).date().isoformat()


async def _disk(office: Office, *, full: bool) -> None:
    """What Postgres answers, for every new row of a command, when there is no room for it."""
    async with connection(office.services.settings.database_url, role=None) as conn:
        await conn.execute("drop trigger if exists full_disk on signoff.commands")
        if full:
            await conn.execute(
                "create or replace function signoff.full_disk() returns trigger language plpgsql as $$ begin"
                " raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;"
                "create trigger full_disk before insert on signoff.commands execute function signoff.full_disk()"
            )
