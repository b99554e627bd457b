"""One office with a hiring that most of its people must not know of, for the tests of doors and of leaks."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from application.commands import attachments
from application.commands.attachments import File
from application.records import append_record
from domain.organisation import record
from domain.organisation.events import PersonLeft
from eventstore import log
from tests.adversary.hidden import (
    CASE,
    CONDITION,
    GONE,
    HR,
    REQUESTER,
    SEEN,
    SHEET,
    STAND_IN,
    Hidden,
    hiding,
    limit,
)
from tests.adversary.office import stands_in
from tests.support.hiring import cast, opened, whole_story
from tests.support.office import Office, opened_office
from tests.web.api.asking import served

SCENES_TO_THE_OFFER = 28


@pytest.fixture(scope="session")
async def hidden(postgres, company_url, temporal, tmp_path_factory) -> AsyncIterator[Hidden]:
    """The case after its offer went out. Pay, ratings and words are for few, and others do not know that it exists."""
    folder = tmp_path_factory.mktemp("hidden")
    async with opened_office(postgres, company_url, temporal, folder) as office, office.working():
        await cast(office)
        player = await opened(office, CASE)
        await player.play(whole_story()[:SCENES_TO_THE_OFFER])
        await office.do(CASE, "comment", {"text": f"{CONDITION}: 82,000 THB it is"}, by=REQUESTER)
        await office.do(CASE, "hold", {"reason": f"{CONDITION}: 82000 is too much"}, by=REQUESTER)
        await office.do(CASE, "resume", {"reason": f"{CONDITION}: 85000 THB would be"}, by=REQUESTER)
        kept = await attachments.attach(
            office.services, CASE, File(SHEET, b"seat;cost\n1;82000\n"), office.actor(REQUESTER)
        )
        await stands_in(office, STAND_IN, HR)
        await office.policy(hiding)
        await left(office, GONE)
        await office.start("authority", limit("e1011"), by=REQUESTER, name="request-limit", case=SEEN)
        transport = httpx.ASGITransport(served(office), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
            yield Hidden(office, http, kept["sha256"])


async def left(office: Office, person: str) -> None:
    """Since yesterday the person no longer works here."""
    async with office.services.pool.acquire() as conn:
        version = len(await log.read_stream(conn, record.STREAM))
    gone = PersonLeft(person=person, effective=datetime.now(UTC).date() - timedelta(days=1))
    await append_record(
        office.services.pool, stream=record.STREAM, process="organisation", expected_version=version, events=[gone],
        actor="os:test", command_id=uuid4(),
    )  # fmt: skip
