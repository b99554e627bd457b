"""The page of the organisation's chart, vacancies, stand-ins and planned changes, and last days of authority."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.administration import delegations
from application.records import append_record
from application.wording.formats import short_day
from domain.organisation import events as ev
from domain.organisation import record
from domain.organisation.model import Position, RoleHolding, Seat
from tests.support.office import Office
from tests.web.staff.reading import table, unclosed
from tests.web.staff.visiting import browsing

DEVELOPER, LEAD, HEAD = "e1024", "e1011", "e1005"
POSITION = Position(id="p-new", title={"en": "Data Steward"}, unit="it-web", grade=19)


@pytest.mark.rule("KRN-42", "KRN-22")
async def test_everybody_sees_what_is_open_and_ahead(office_without_worker: Office):
    office, now = office_without_worker, datetime.now(UTC)
    today = (await office.services.organisation()).day_of(DEVELOPER, now)
    end = today + timedelta(days=20)
    role = RoleHolding(role="hr-partner", person=LEAD, unit="it-web", start=today, end=end)
    seat = Seat(person=HEAD, position=POSITION.id, start=today, end=end)
    await append_record(
        office.services.pool, stream=record.STREAM, process=record.STREAM, actor="os:test", command_id=uuid4(),
        expected_version=(await office.services.organisation()).version,
        events=[
            ev.PositionSet(position=POSITION, effective=today),
            ev.SeatSet(seat=seat, effective=today),
            ev.RoleGranted(holding=role, effective=today),
        ],
    )  # fmt: skip
    asked = delegations.Asked(HEAD, LEAD, now.isoformat(), (now + timedelta(days=3)).isoformat(), reason="A surgery")
    await delegations.grant(office.services, asked, office.actor(HEAD))
    async with browsing(office, DEVELOPER) as browser:
        shown = await browser.shown("/organisation/ahead?lang=en")
        roles = await browser.shown("/organisation/roles?lang=en")
    names = await office.services.people.names([HEAD, LEAD], "en")

    assert table(shown, "Vacant position")[0] == ["Data Steward", "Web and Mobile", "19", names[HEAD], "–"]
    assert table(shown, "Stand-in")[0][:2] == [names[LEAD], names[HEAD]]
    assert "surgery" not in shown
    assert table(shown, "Person")[0][:3] == [names[HEAD], "Data Steward", "Acting"]
    ahead = table(shown, "Day")
    assert [short_day(end, "en"), "Acting ends", names[HEAD], "Data Steward"] in ahead
    assert [row[1:3] for row in ahead if row[1] == "Role ends"] == [["Role ends", names[LEAD]]]
    chart = {row[0]: row for row in table(shown, "Unit")}
    assert chart["Web and Mobile"][1:3] == [chart["Web and Mobile"][1], names[HEAD]]
    assert chart["Web and Mobile"][1] in chart
    assert next(row for row in table(roles, "Role") if row[2] == names[LEAD] and row[1] == "Web and Mobile")[3] == (
        short_day(end - timedelta(days=1), "en")
    )
    assert unclosed(shown) == unclosed(roles) == []
