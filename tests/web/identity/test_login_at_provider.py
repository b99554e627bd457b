"""Signing in at a real OpenID provider: who gets in, who does not and is told why, and what cannot be replayed."""

import re
from html import unescape

import httpx
import pytest
from structlog.testing import capture_logs

from domain.kernel.errors import Refused
from tests.web.identity.conftest import Place
from tests.web.identity.provider.running import HERE, Provided, back, new_key, providing, sign_in
from web.identity import flow
from web.identity.login import inside
from web.identity.person import person_behind

ADDRESS, PERSON = "prasert.w@siam-orchard.example", "e1003"
START = f"{HERE}/login/start"


def sentence(answer: httpx.Response) -> str:
    found = re.search(r'role="alert"[^>]*>([^<]+)', answer.text)
    assert found, answer.text
    return unescape(found[1])


def ours(http: httpx.AsyncClient) -> dict[str, str]:
    """The cookies that are not the provider's."""
    return {cookie.name: str(cookie.value) for cookie in http.cookies.jar if "signoff" in cookie.name}


async def refused_to(http: httpx.AsyncClient, answer: httpx.Response) -> str:
    """What the page says; nobody is signed in."""
    assert answer.status_code >= 400, answer.text
    assert (await http.get("/inbox")).status_code == 303
    return sentence(answer)


@pytest.mark.rule("KRN-07")
async def test_a_person_known_by_a_verified_address_gets_in_and_to_where_they_wanted(own_company: Place):
    async with own_company.browser() as http:
        answer = await sign_in(http, ADDRESS, to="/inbox?x=1")
        inbox = await http.get("/inbox")
    sessions = await own_company.sql("select person, authenticated from signoff.sessions")

    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox?x=1")
    assert inbox.status_code == 200
    assert sessions == [(PERSON, f"oidc:{own_company.services.settings.oidc_issuer}")]


@pytest.mark.parametrize("said", [PERSON, PERSON.upper()])
async def test_a_provider_may_name_people_by_their_id(company: Place, said: str):
    by_id = company.under(company.services.settings.model_copy(update={"oidc_claim": "sub"}))
    async with by_id.browser() as http:
        assert (await sign_in(http, said)).status_code == 303
        assert (await http.get("/inbox")).status_code == 200


async def test_a_claim_may_be_a_number(company: Place):
    by_number = company.under(company.services.settings.model_copy(update={"oidc_claim": "employee"}))
    with pytest.raises(Refused) as refused:
        await person_behind(by_number.services, {"employee": 4567})
    assert refused.value.code == "unknown-person"


async def test_a_client_without_a_secret_would_be_refused_by_this_provider_and_is_told_no_more(company: Place):
    without = company.under(company.services.settings.model_copy(update={"oidc_client_secret": None}))
    async with without.browser() as http:
        assert "not valid" in await refused_to(http, await sign_in(http, ADDRESS))


@pytest.mark.parametrize(
    ("login", "status", "reason"),
    [
        ("stranger@siam-orchard.example", 404, "Nobody is known"),
        (f"unverified.{ADDRESS}", 403, "not verified"),
        ("nobody", 404, "Nobody is known"),
    ],
)
async def test_whoever_is_not_known_by_a_verified_address_is_told_why(
    company: Place, login: str, status: int, reason: str
):
    with capture_logs() as logged:
        async with company.browser() as http:
            answer = await sign_in(http, login)
            assert answer.status_code == status
            assert reason in await refused_to(http, answer)

    assert login not in str(logged)


async def test_whoever_left_does_not_get_in_and_a_session_ends_on_the_day_they_leave(own_company: Place):
    async with own_company.browser() as http:
        await sign_in(http, ADDRESS)
        assert (await http.get("/inbox")).status_code == 200
        await own_company.leaves(PERSON)
        assert (await http.get("/inbox")).status_code == 303
        assert await own_company.sql("select from signoff.sessions") == []

        assert "do not work here" in await refused_to(http, await sign_in(http, ADDRESS))


async def test_a_declined_login_says_so(company: Place):
    async with company.browser() as http:
        page = await http.get(START)
        address = str(httpx.URL(f"{HERE}/login/callback", params={"state": _state(page), "error": "access_denied"}))
        assert "did not sign you in" in await refused_to(http, await http.get(address))


async def test_a_provider_that_is_away_is_a_page_that_says_so(place: Place):
    nowhere = {"oidc_issuer": "http://127.0.0.1:1", "oidc_client_id": "signoff", "web_url": HERE}
    away = place.under(place.services.settings.model_copy(update=nowhere))
    async with away.browser() as http:
        answer = await http.get(START)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        assert "does not answer" in sentence(answer)


async def test_clocks_that_differ_are_named(place: Place, provided: Provided):
    async with providing(new_key("late"), skew=300) as late:
        there = place.under(late.settings(place.services.settings))
        async with there.browser() as http:
            assert "clocks" in await refused_to(http, await sign_in(http, ADDRESS))


async def test_a_document_of_another_issuer_is_refused(place: Place, provided: Provided):
    other = provided.issuer.replace("127.0.0.1", "localhost")
    there = place.under(provided.settings(place.services.settings, oidc_issuer=other))
    async with there.browser() as http:
        assert "not the one" in sentence(await http.get(START))


async def test_the_way_back_works_once_and_only_in_the_browser_that_began(company: Place):
    async with company.browser() as http, company.browser() as other:
        address = await back(http, START, ADDRESS)
        assert "another browser" in await refused_to(other, await other.get(address))
        cookies = ours(http)

        assert (await http.get(address)).status_code == 303
        http.cookies.delete("__Host-signoff")
        assert "is over" in await refused_to(http, await http.get(address))
        http.cookies.update(cookies)
        assert "not valid" in await refused_to(http, await http.get(address))


@pytest.mark.parametrize("changed", ["nonce", "verifier"])
async def test_a_code_is_worth_nothing_with_another_nonce_or_verifier(company: Place, changed: str):
    settings = company.services.settings
    async with company.browser() as http:
        address = await back(http, START, ADDRESS)
        name = next(name for name in http.cookies if "login" in name)
        attempt = flow.Attempt(*flow._signer(settings).loads(http.cookies[name]))
        http.cookies.delete(name)
        http.cookies.set(name, str(flow._signer(settings).dumps(list(attempt._replace(**{changed: "x" * 48})))))

        assert "not valid" in await refused_to(http, await http.get(address))


async def test_a_changed_state_or_issuer_is_refused(company: Place):
    async with company.browser() as http:
        address = await back(http, START, ADDRESS)
        for name, value in (("state", "other"), ("iss", "https://evil.example")):
            changed = httpx.URL(address).copy_set_param(name, value)
            assert (await http.get(changed)).status_code == 400


async def test_the_request_asks_for_a_code_with_pkce_and_a_nonce(company: Place):
    async with company.browser() as http:
        answer = await http.get(START)
    asked = httpx.URL(answer.headers["location"]).params

    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert {"state", "nonce"} <= set(asked)


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "evil.example", "", "/\n/x",
     "javascript:alert(1)", "/\t/evil.example", "http:/inbox", "///evil.example"],
)  # fmt: skip
def test_no_address_elsewhere_is_gone_on_to(address: str):
    assert inside(address) == "/"


async def test_an_address_elsewhere_is_forgotten_on_the_way_through_the_provider(company: Place):
    async with company.browser() as http:
        address = await back(http, f"{START}?next=//evil.example", ADDRESS)
        assert (await http.get(address)).headers["location"] == "/"


def _state(answer: httpx.Response) -> str:
    return httpx.URL(answer.headers["location"]).params["state"]
