"""No door tells whether an address belongs to a candidate: whoever is no employee is nobody (KRN-43)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from application.commands import attachments
from application.commands.attachments import File
from application.queries import reading
from tests.adversary.hidden import Hidden
from tests.adversary.office import code
from tests.support.hiring import cast, opened
from tests.support.office import Office, opened_office
from tests.web.api.asking import served
from web.app import application

pytestmark = pytest.mark.rule("KRN-43")

CASE = "hiring-addressed"
ASKER, RECRUITER, MANAGER = "e1044", "e1037", "e1005"
CANDIDATE, NOBODY = "first@mail.example", "forst@mail.example"
IDS = ("c-first", "c-forst")
BOTH = pytest.mark.parametrize("pair", [(CANDIDATE, NOBODY), IDS], ids=["address", "id"])
DAYS = {"from": "2031-03-03", "until": "2031-03-07"}
FILE = File("cv.txt", b"all about me")


@pytest.fixture(scope="module")
async def office(postgres, company_url, temporal, tmp_path_factory) -> AsyncIterator[Office]:
    folder = tmp_path_factory.mktemp("addresses")
    async with opened_office(postgres, company_url, temporal, folder) as one, one.working():
        await cast(one)
        await opened(one, CASE)
        yield one


@pytest.fixture
async def at(office: Office) -> AsyncIterator[Hidden]:
    transport = httpx.ASGITransport(served(office), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        yield Hidden(office, http, "")


def same(first: httpx.Response, second: httpx.Response, pair: tuple[str, str]) -> bool:
    """Whether two answers differ in nothing but what was sent."""
    told = [(one.status_code, one.text.replace(said, "IT")) for one, said in zip((first, second), pair, strict=True)]
    return told[0] == told[1] and "c-first" not in told[0][1]


@BOTH
@pytest.mark.parametrize("field", ["principal", "delegate"])
@pytest.mark.parametrize("more", [{}, {"from": "no day"}, {"scope": {"processes": ["none-such"]}}], ids=str)
async def test_a_delegation_tells_no_candidate(at: Hidden, pair: tuple[str, str], field: str, more: dict[str, Any]):
    asked = {"delegate": "e1009", **DAYS, **more}
    first, second = [await at.api(ASKER, "POST", "/delegations", json=asked | {field: said}) for said in pair]
    assert same(first, second, pair)
    assert first.status_code == 404


@BOTH
async def test_an_absence_tells_no_candidate(at: Hidden, pair: tuple[str, str]):
    first, second = [await at.api(ASKER, "POST", "/out-of-office", json={"delegate": said, **DAYS}) for said in pair]
    assert same(first, second, pair)


async def test_sealing_a_file_tells_no_candidate(at: Hidden):
    pair = (CANDIDATE, NOBODY)
    for who in (ASKER, MANAGER):
        first, second = [
            await at.api(
                who, "POST", f"/cases/{CASE}/attachments", params={"seal_for": said, "name": "cv.txt"},
                content=uuid4().hex.encode(), headers={"Content-Type": "application/octet-stream"},
            )
            for said in pair
        ]  # fmt: skip
        assert same(first, second, pair)
        assert first.status_code == 404


@BOTH
async def test_the_login_tells_no_candidate(office: Office, pair: tuple[str, str]):
    served_ = application(office.services, patience=timedelta(seconds=5))
    transport = httpx.ASGITransport(served_, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        first, second = [await http.post("/login/choose", data={"person": said}) for said in pair]
    assert same(first, second, pair)
    assert first.status_code == 404


async def test_a_candidate_of_the_case_has_their_files_sealed(office: Office):
    case = f"hiring-{uuid4().hex[:10]}"
    await opened(office, case)
    await _approved(office, case)
    actor = office.actor(RECRUITER)
    about = File("cv.txt", b"all about me", CANDIDATE)
    assert await code(attachments.attach(office.services, case, about, actor)) == "unknown-person"
    await office.do(case, "add-candidate", {"candidate": "c-first", "source": "referral"}, by=RECRUITER)
    kept = await attachments.attach(office.services, case, about, actor)
    assert await attachments.fetch(office.services, kept["sha256"], reader=RECRUITER) == about.data


async def _approved(office: Office, case: str) -> None:
    while True:
        shown = await reading.show(office.services, case, as_of=None, reader=None)
        task = next((one for one in shown["tasks"] if one["kind"] == "decide"), None)
        if task is None:
            return
        await office.do(case, "decide", {"task": task["id"], "outcome": "approve"}, by=task["assignees"][0])
