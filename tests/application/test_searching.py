"""Search: by parts of words in any language, and never by what the reader may not see."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from application.queries import listing
from application.queries.searching import search
from domain.kernel.errors import Refused
from readmodels import Wanted
from tests.conformance.example import Story
from tests.conformance.examples import discipline as d
from tests.conformance.examples import strategy as s
from tests.conformance.test_real import RealPlay
from tests.support.budgets import give_plans
from tests.support.office import Office, opened_office
from tests.web.api.asking import asking, problem

REQUESTER, OUTSIDER, OPERATIONS, LEAD = "e1005", "e1059", "e1009", "e1011"
LINE = "it-licences"
ODD = (
    "%",
    "_",
    "'",
    '"',
    "\\",
    "'; drop table signoff.cases; --",
    "x" * 10_000,
    "ก" * 10_000,
    "zq " * 5_000,
    "\x00",
    "{0}",
    "\u200b",
)


@pytest.fixture(scope="module")
async def office(postgres, company_url, temporal, tmp_path_factory) -> AsyncIterator[Office]:
    async with opened_office(postgres, company_url, temporal, tmp_path_factory.mktemp("found")) as one, one.working():
        limit = {"category": "spending", "up_to": "5 THB", "reason": "Licences", "person": "e1010", "unit": "it-web"}
        await one.start("authority", limit, by=REQUESTER, name="request-limit", case="limit-web")
        year = datetime.now(UTC).year + 1
        await give_plans(one.services.pool, [(LINE, f"{year}", "450000 THB")])
        wish = {
            "kind": "purchase", "what": "Displays", "budget_line": LINE, "supplier": 'จอภาพ 100% "Curved" C:\\x',
            "amount": "1000 THB", "period": f"{year}", "reason": "A new team",
        }  # fmt: skip
        await one.start("spending", wish, by=LEAD, case="buy-1", name="request-spending")
        play, opened = RealPlay(one, "discipline", "quiet"), d.formal
        story: Story = opened(play)
        for step in story:
            await play.carry_out(step)
        plan = RealPlay(one, "strategy", "plan")
        for step in s.prepared(plan):
            await plan.carry_out(step)
        yield one


async def found(office: Office, text: str, reader: str, kind: str | None = None) -> set[str]:
    hits = await search(office.services, text, reader=reader, language="en")
    return {hit.id for hit in hits if kind in (None, hit.kind)}


@pytest.mark.parametrize("text", ["จอภาพ", "อภา", '100% "cur', "c:\\X", "buy-1", "curved จอ", "displays", "new tea"])
async def test_a_title_id_or_content_finds_the_case(office: Office, text: str):
    hits = await search(office.services, text, reader=LEAD, language="en")
    assert "buy-1" in {hit.id for hit in hits}


async def test_a_sentence_is_found_in_each_language(office: Office):
    english = next(hit for hit in await search(office.services, "limit-web", reader=REQUESTER, language="en"))
    thai = next(hit for hit in await search(office.services, "limit-web", reader=REQUESTER, language="th"))
    assert english.title != thai.title
    for title in (english.title, thai.title):
        word = title.split()[0]
        assert "limit-web" in await found(office, word, REQUESTER), word


async def test_a_name_finds_people_and_their_cases(office: Office):
    names = await office.services.people.names([LEAD], "th")
    for text in (names[LEAD], names[LEAD].split()[0][1:]):
        assert LEAD in await found(office, text, REQUESTER, "person")
    assert "buy-1" in await found(office, names[LEAD], LEAD, "case")


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
async def test_odd_text_finds_no_more_than_has_it(office: Office, text: str):
    expected = {"buy-1"} if text in ("%", '"', "\\") else set()
    assert await found(office, text, LEAD, "case") == expected


async def test_no_text_is_refused(office: Office):
    for text in ("", "  \n"):
        with pytest.raises(Refused) as refused:
            await search(office.services, text, reader=LEAD, language="en")
        assert refused.value.code == "nothing-to-find"


@pytest.mark.rule("KRN-43")
async def test_a_title_that_is_hidden_is_not_found(office: Office):
    assert await found(office, "จอภาพ", OUTSIDER) == set()
    assert await found(office, "limit", OUTSIDER, "case") == {"limit-web"}, "the id of what everybody may know of"
    assert await found(office, "e1010", OUTSIDER, "case") == set()


@pytest.mark.rule("KRN-43")
async def test_lines_are_found_by_who_may_see_their_balance(office: Office):
    organisation = await office.services.organisation()
    owner = organisation.budget_lines[LINE].owner
    assert LINE in await found(office, "licen", owner, "line")
    assert await found(office, "licen", OUTSIDER, "line") == set()


@pytest.mark.rule("DIS-09")
async def test_discipline_is_found_by_its_roles_only(office: Office):
    assert "discipline-quiet" in await found(office, "discipline", d.HR)
    for reader in (OUTSIDER, OPERATIONS, "e1034"):
        assert "discipline-quiet" not in await found(office, "discipline", reader)


@pytest.mark.rule("KRN-43")
@pytest.mark.parametrize("reader", [REQUESTER, OUTSIDER, "e9999", "c-first"])
async def test_a_search_finds_no_case_that_lists_lack(office: Office, reader: str):
    listed = {row["case"] for row in await listing.cases(office.services, Wanted(), reader=reader)}
    hits = await search(office.services, "a", reader=reader, language="en")
    assert {hit.id for hit in hits if hit.process} <= listed
    if reader not in (REQUESTER, OUTSIDER):
        assert all(hit.process for hit in hits), "no people, lines or objectives for who does not work here"


@pytest.mark.rule("KRN-43")
async def test_objectives_are_found_by_who_sees_the_plan(office: Office):
    hits = await search(office.services, "run-cost", reader=s.HEAD, language="en")
    assert [(hit.id, hit.case) for hit in hits if hit.kind == "objective"] == [("run-cost", "strategy-plan")]
    assert await found(office, "run-cost", OUTSIDER) == set()


async def test_the_api_answers_the_same(office: Office):
    async with asking(office, LEAD) as http:
        hits = (await http.get("/search", params={"text": "จอภาพ"})).json()
        assert [hit["id"] for hit in hits] == ["buy-1"]
        problem(await http.get("/search", params={"text": " "}), 422, "nothing-to-find")
        assert (await http.get("/search", params={"text": "x" * 10_000})).json() == []
