"""What the candidate's page shows, to whom, and in which language (HIR-14)."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from application.commands import offers as links
from application.commands.offers import OfferLink, answer_by
from application.keyring import link_key
from domain.people.hiring.state import OfferStatus
from tests.support.hiring import CANDIDATES
from tests.web.conftest import CANDIDATE, CASE, OFFER, Site
from web.candidate.offer_state import Standing, standing

pytestmark = pytest.mark.rule("HIR-14")


def signed(site: Site, **changed: object) -> str:
    """A link of this server with other contents."""
    parts = {"case": CASE, "offer": OFFER, "candidate": CANDIDATE, "opens_until": datetime(2100, 1, 1, tzinfo=UTC)}
    return "/offer/" + links.make(link_key(site.office.services.settings), OfferLink(**(parts | changed)))  # type: ignore[arg-type]


async def test_the_page_names_position_employer_terms_deadline_and_contact(looked_at: Site):
    page = await looked_at.shown()

    recruiter = (await looked_at.state()).the_team.recruiters[0]
    for shown in (
        "<h1>Developer</h1>",
        "Siam Orchard Foods",
        "82,000.00",
        "Bangkok",
        "Please answer by",
    ):
        assert shown in page
    assert await looked_at.office.services.people.name(recruiter) in page
    assert "web-developer-2" not in page


async def test_thai_readers_get_thai_words_titles_money_and_dates(looked_at: Site):
    page = await looked_at.shown("th")

    assert '<html lang="th">' in page
    for shown in ("นักพัฒนา", "สยามออร์ชาร์ดฟู้ดส์", "฿82,000", "ค.ศ.", "ตอบรับ"):
        assert shown in page
    for english in ("Salary", "Please", "offer "):
        assert english not in re.sub(r"<[^>]*>", "", page)


async def test_nothing_internal_reaches_the_page(looked_at: Site):
    page = await looked_at.shown()

    state = await looked_at.state()
    contact = state.the_team.recruiters[0]
    others = set(CANDIDATES) - {CANDIDATE}
    inside = {d.actor for r in state.case.reviews.values() for d in r.decisions} | others
    inside |= {interview.interviewer for interview in state.interviews}
    names = await looked_at.office.services.people.names(inside - {contact})
    text = re.sub(r"<[^>]*>", "", page)
    for hidden in (*names, *names.values(), CASE, OFFER, CANDIDATE, contact, "85,000", "ordering app", "strong_yes"):
        assert hidden not in text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("th", "th"),
        ("th-TH,th;q=0.9,en;q=0.8", "th"),
        ("en-GB,en;q=0.9,th;q=0.5", "en"),
        ("en;q=0.1,th;q=0.9", "th"),
        ("de,th;q=0.4", "th"),
        ("th;q=0,en;q=0.1", "en"),
        ("fr", "en"),
        ("", "en"),
        ("th;q=much,;;,=", "en"),
        ("thx-unknown", "en"),
    ],
)
async def test_the_browser_says_the_language(looked_at: Site, header: str, language: str):
    found = await looked_at.http.get("/login", headers={"accept-language": header})

    assert found.headers["content-language"] == language
    assert found.headers["vary"].startswith("Accept-Language, Cookie")


async def test_the_address_outranks_the_browser_and_an_unknown_language_does_not(looked_at: Site):
    chosen = await looked_at.http.get(looked_at.link, params={"lang": "th"}, headers={"accept-language": "en"})
    unknown = await looked_at.http.get(looked_at.link, params={"lang": "../x"}, headers={"accept-language": "th"})

    assert (chosen.headers["content-language"], unknown.headers["content-language"]) == ("th", "th")


async def test_a_changed_link_opens_nothing(looked_at: Site):
    token = looked_at.link.removeprefix("/offer/")
    changed = [token[:-1], token[1:], token + "A", token.split(".")[0], "x", "ไทย", "A" * 5_000, "..%2f..%2fetc", "%00"]

    for one in changed:
        found = await looked_at.http.get("/offer/" + (one if "%" in one else quote(one)))
        assert found.status_code == 404, one
        assert "Developer" not in found.text


async def test_a_link_for_someone_else_or_for_no_offer_opens_nothing(looked_at: Site):
    for changed in ({"candidate": "c-second"}, {"offer": "offer-9"}, {"case": "hiring-none"}, {"case": "organisation"}):
        found = await looked_at.http.get(signed(looked_at, **changed))
        posted = await looked_at.answer("accept", signed(looked_at, **changed))
        assert (found.status_code, posted.status_code) == (404, 404), changed


async def test_a_key_of_another_installation_opens_nothing(looked_at: Site):
    link = OfferLink(CASE, OFFER, CANDIDATE, datetime(2100, 1, 1, tzinfo=UTC))

    assert (await looked_at.http.get("/offer/" + links.make("another key", link))).status_code == 404


async def test_an_expired_link_says_so_and_answers_nothing(looked_at: Site):
    expired = signed(looked_at, opens_until=datetime.now(UTC) - timedelta(seconds=2))

    found, posted = await looked_at.http.get(expired), await looked_at.answer("accept", expired)

    assert (found.status_code, posted.status_code) == (410, 410)
    assert "has expired" in found.text
    assert (await looked_at.state()).offers[OFFER].status is OfferStatus.EXTENDED


async def test_a_link_opens_some_days_longer_than_the_offer_is_valid(looked_at: Site):
    state = await looked_at.state()
    until = answer_by(state, state.offers[OFFER])
    token = looked_at.link.removeprefix("/offer/")

    link = links.read(link_key(looked_at.office.services.settings), token, now=datetime.now(UTC))

    assert until is not None
    assert link.opens_until == until.replace(microsecond=0) + links.GRACE


async def test_an_offer_past_its_validity_counts_as_lapsed_before_the_log_says_so(looked_at: Site):
    state = await looked_at.state()
    offer = state.offers[OFFER]
    until = answer_by(state, offer)
    assert until is not None

    assert standing(state, offer, until - timedelta(seconds=1)) is Standing.OPEN
    assert standing(state, offer, until) is Standing.LAPSED


@pytest.mark.parametrize("status", list(OfferStatus))
async def test_only_an_extended_offer_is_open(looked_at: Site, status: OfferStatus):
    state = await looked_at.state()
    offer = state.offers[OFFER].model_copy(update={"status": status})

    assert (standing(state, offer, datetime.now(UTC)) is Standing.OPEN) == (status is OfferStatus.EXTENDED)


async def test_an_erased_candidate_is_no_longer_named(unmanned: Site):
    before = await unmanned.shown()
    await unmanned.office.services.people.erase(CANDIDATE, "asked for it", actor="os:test")

    after = await unmanned.shown()

    assert "Dear C-First" in before
    assert "We are glad to offer you" in after
    for gone in ("C-First", CANDIDATE, "erased"):
        assert gone not in re.sub(r"<[^>]*>", "", after)
