"""Standing in, through its pages: granted, shown to both, refused at its field, and ended."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.administration import delegations
from tests.support.office import Office
from tests.web.staff.visiting import browsing


def in_days(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


@pytest.mark.rule("KRN-20", "KRN-22")
async def test_out_of_office_takes_two_fields_is_shown_to_both_and_can_be_ended(office_without_worker: Office):
    office = office_without_worker
    form = {"command_id": str(uuid4()), "do": "send", "p.delegate": "e1006", "p.end": in_days(7)}
    async with browsing(office, "e1003") as mine, browsing(office, "e1006") as theirs:
        sent = await mine.post("/delegations/out-of-office", form)
        again = await mine.post("/delegations/out-of-office", form)
        assert (sent.status_code, again.status_code) == (303, 303), sent.text
        given, held = await mine.shown(sent.headers["location"]), await theirs.shown("/delegations")
        [row] = await delegations.delegations(office.services, "e1003")
        ending = {"delegation": row["delegation"], "command_id": str(uuid4())}
        foreign = await theirs.post("/delegations/revoke", ending, on="/delegations")
        ended = await mine.post("/delegations/revoke", ending, on="/delegations")

    assert "acts for you" in given
    assert "Recorded" in given
    assert "You act for" in held
    assert "End it now" not in held
    assert (row["delegate"], row["out_of_office"]) == ("e1006", True)
    assert (foreign.status_code, ended.status_code) == (403, 303)
    [row] = await delegations.delegations(office.services, "e1003")
    assert row["state"] == "over"


@pytest.mark.rule("KRN-20")
async def test_a_delegation_has_its_scope_and_a_bad_one_is_refused_at_its_field(office_without_worker: Office):
    office = office_without_worker
    form = {
        "command_id": str(uuid4()), "do": "send", "p.delegate": "e1006", "p.start": in_days(1), "p.end": in_days(9),
        "p.processes.0": "hiring", "p.units.0": "it-web", "p.up_to.amount": "100,000", "p.up_to.currency": "THB",
    }  # fmt: skip
    async with browsing(office, "e1003") as mine:
        nobody = await mine.post("/delegations/delegate", {**form, "p.delegate": "e10066"})
        backwards = await mine.post("/delegations/delegate", {**form, "p.end": in_days(1)})
        sent = await mine.post("/delegations/delegate", form)
        page = await mine.shown("/delegations?lang=th")

    assert (nobody.status_code, backwards.status_code, sent.status_code) == (422, 422, 303)
    assert re.search(r'id="f-p-delegate-error">[^<]*e1006', nobody.text)
    assert 'role="alert"' in backwards.text
    [row] = await delegations.delegations(office.services, "e1003")
    assert row["scope"]["processes"] == ["hiring"]
    assert row["scope"]["up_to"] == {"amount": "100000", "currency": "THB"}
    assert "100,000" in page
