"""A command whose outcome is not known in time: 202, a place to ask, and the truth there once there is one."""

from datetime import timedelta
from uuid import uuid4

import pytest

from cli.demo import story
from tests.support.office import Office
from tests.web.api.asking import asking, problem
from web.api import sending

BRIEFLY = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending, "ASKING", BRIEFLY)


@pytest.mark.rule("KRN-19")
async def test_without_a_worker_it_is_202_until_a_worker_settles_it(office_without_worker: Office):
    key = {"Idempotency-Key": str(uuid4())}
    async with asking(office_without_worker, story.MANAGER, patience=BRIEFLY) as http:
        found = await http.post("/processes/hiring/cases", json=story.requisition(), headers=key)
        office_without_worker.started.append(found.json()["case"])
        place = "http://signoff.test" + found.headers["location"]
        waiting = await http.get(place)
        unsigned = await http.get(f"/commands/{key['Idempotency-Key']}")
        async with office_without_worker.working():
            while (settled := await http.get(place)).status_code == 202:
                assert int(settled.headers["retry-after"]) > 0
            own = await http.get(f"/commands/{key['Idempotency-Key']}")
            again = await http.post("/processes/hiring/cases", json=story.requisition(), headers=key)
    async with asking(office_without_worker, "e1037") as http:
        others = [await http.get(place), await http.get(f"/commands/{key['Idempotency-Key']}")]

    assert (found.status_code, found.json()["recorded"]) == (202, None)
    assert found.json()["ask"] == found.headers["location"]
    assert waiting.status_code == 202
    problem(unsigned, 404, "no-such-command")
    assert settled.status_code == own.status_code == 200, settled.text
    assert settled.json()["version"] == own.json()["version"] == again.json()["version"]
    for other in others:
        problem(other, 404, "no-such-command")


async def test_a_refusal_that_came_late_is_told_where_one_asks(office_without_worker: Office):
    payload = story.requisition() | {"position": "no-such-position"}
    async with asking(office_without_worker, story.MANAGER, patience=BRIEFLY) as http:
        found = await http.post("/processes/hiring/cases", json=payload)
        assert found.status_code == 202, found.text
        office_without_worker.started.append(found.json()["case"])
        place = "http://signoff.test" + found.headers["location"]
        async with office_without_worker.working():
            while (settled := await http.get(place)).status_code == 202:
                pass

    assert settled.headers["content-type"] == "application/problem+json"
    assert settled.status_code in (404, 422)
