"""Lists of cases: by unit, now and as of a time, in pages that leave nothing out; no question tells what is hidden."""

from datetime import UTC, datetime
from typing import Any

import pytest

from application.queries import listing
from domain.kernel.errors import Refused
from domain.organisation.browsing import units_of
from readmodels import Wanted
from tests.support.office import Office
from tests.web.api.asking import asking, problem
from tests.web.staff.visiting import browsing

REQUESTER, OPERATIONS, OUTSIDER = "e1005", "e1009", "e1044"


async def limits(office: Office, **units: str) -> list[str]:
    """The cases of a limit for each of these people in a unit."""
    asked = {"category": "spending", "up_to": "5 THB", "reason": "Licences"}
    return [
        (
            await office.start("authority", {**asked, "person": who, "unit": unit}, by=REQUESTER, name="request-limit")
        ).case
        for who, unit in units.items()
    ]


async def of(office: Office, unit: str, *, reader: str | None, below: bool = False, **more: Any) -> list[str]:
    """What a list by this unit has, now and as it was known now."""
    wanted = Wanted(units=units_of(await office.services.organisation(), unit, below=below), **more)
    rows, then = [
        await listing.cases(office.services, wanted, reader=reader, as_of=as_of) for as_of in (None, datetime.now(UTC))
    ]
    assert rows == then
    return [row["case"] for row in rows]


@pytest.mark.rule("KRN-50")
async def test_cases_are_listed_by_unit_with_or_without_the_units_below(office_at_work: Office):
    office = office_at_work
    web, network, data = await limits(office, e1010="it-web", e1011="it-network", e1012="it-data")
    await office.do(network, "withdraw", {"reason": "Not needed"}, by=REQUESTER)

    assert await of(office, "it-web", reader=None) == [web]
    assert await of(office, "it", reader=REQUESTER) == []
    assert await of(office, "it", reader=REQUESTER, below=True) == [data, network, web]
    assert await of(office, "it", reader=REQUESTER, below=True, open_only=True) == [data, web]
    assert await of(office, "it", reader=REQUESTER, below=True, process="hiring") == []
    with pytest.raises(Refused) as refused:
        units_of(await office.services.organisation(), "moon", below=True)
    assert refused.value.code == "unknown-unit"

    async with asking(office, REQUESTER) as http:
        first = await http.get("/cases?unit=it&below=true&limit=2")
        rest = await http.get(first.links["next"]["url"].removeprefix("/api/v1"))
        problem(await http.get("/cases?unit=moon"), 422, "unknown-unit")
    assert [[row["case"] for row in each.json()] for each in (first, rest)] == [[data, network], [web]]
    assert "next" not in rest.links

    async with browsing(office, REQUESTER) as browser:
        page = await browser.shown("/cases?unit=it&below=1&open=1")
        only = await browser.shown("/cases?unit=it-data")
        unknown = await browser.shown("/cases?unit=moon")
        thai = await browser.shown("/cases?unit=it-data&lang=th")
    assert ("A limit for" in only, "A limit for" in thai) == (True, False)
    assert [case in page for case in (web, network, data)] == [True, False, True]
    assert [case in only for case in (web, network, data)] == [False, False, True]
    assert '<option value="it-data" selected>' in only
    assert all(case in unknown for case in (web, network, data))


@pytest.mark.rule("KRN-43")
async def test_asking_for_a_unit_tells_nothing_of_a_case_whose_unit_one_may_not_see(office_at_work: Office):
    office = office_at_work
    [case] = await limits(office, e1013="it-web")
    assert await of(office, "it-web", reader=OPERATIONS) == [case]
    assert await of(office, "it-web", reader=OUTSIDER) == [], "they know only that it exists"
    assert [row["unit"] for row in await listing.cases(office.services, Wanted(), reader=OUTSIDER)] == [
        {"hidden": True}
    ]

    await office.policy(lambda text: text.replace("fields: [up_to]", "fields: [up_to, unit]"))

    [row] = await listing.cases(office.services, Wanted(), reader=OPERATIONS)
    assert (row["case"], row["unit"]) == (case, {"hidden": True})
    assert [await of(office, "company", below=True, reader=who) for who in (OPERATIONS, REQUESTER)] == [[], [case]]


@pytest.mark.rule("KRN-43", "KRN-50")
async def test_what_one_asked_for_or_is_waited_for_is_found_and_by_a_part_of_its_id(office_at_work: Office):
    office = office_at_work
    first, second = await limits(office, e1010="it-web", e1011="it-network")
    [waits] = (await listing.cases(office.services, Wanted(id_part=first[-6:]), reader=None))[0]["waiting_on"][:1]
    then = datetime.now(UTC)

    async def found(reader: str | None, **wanted: str) -> list[str]:
        now, before = [
            await listing.cases(office.services, Wanted(**wanted), reader=reader, as_of=at) for at in (None, then)
        ]
        assert [row["case"] for row in now] == [row["case"] for row in before]
        return [row["case"] for row in now]

    assert await found(None, person=REQUESTER) == [second, first]
    assert first in await found(waits, person=waits)
    assert await found(OUTSIDER, person=REQUESTER) == [], "they know only that the cases exist"
    assert await found(OUTSIDER, id_part=first[-6:]) == [first]
    assert await found(None, id_part="%") == []


@pytest.mark.rule("KRN-50")
async def test_pages_of_what_was_known_are_folded_no_further_than_a_page_needs(
    office_at_work: Office, monkeypatch: pytest.MonkeyPatch
):
    office = office_at_work
    old = await limits(office, e1010="it-web", e1011="it-network", e1012="it-data")
    then = datetime.now(UTC)
    await limits(office, e1013="it-web")
    await office.do(old[1], "withdraw", {"reason": "Not needed"}, by=REQUESTER)
    monkeypatch.setattr(listing, "MOST_FOLDED", 1)

    async def pages(wanted: Wanted, reader: str) -> list[list[str]]:
        found, after = [], None
        while not found or after is not None:
            page = await listing.case_page(office.services, wanted, reader=reader, as_of=then, after=after, limit=2)
            found.append([row["case"] for row in page.rows])
            after = page.after
        return found

    in_web = Wanted(units=frozenset({"it-web"}), open_only=True)
    assert [case for page in await pages(Wanted(open_only=True), REQUESTER) for case in page] == old[::-1]
    assert [case for page in await pages(in_web, REQUESTER) for case in page] == [old[0]]
    assert len(await pages(in_web, REQUESTER)) > 1, "a page may end before it is full"
    assert await pages(in_web, OUTSIDER) == [[]], "nothing is folded, and no page ends, at what they may not know of"
