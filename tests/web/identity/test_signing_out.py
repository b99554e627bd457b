"""Signing out: here and on to the provider, and from the provider's side, which tells us over a line of its own."""

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt

from tests.web.identity.conftest import Place
from tests.web.identity.provider.running import CLIENT, HERE, Provided, new_key, providing, sign_in, sign_out_there
from tests.web.server import free_port, served
from web.identity.backchannel import ADDRESS, EVENT
from web.identity.guesses import MOST

MAIL, OTHER = "prasert.w@siam-orchard.example", "anong.s@siam-orchard.example"


async def signed_out(http: httpx.AsyncClient) -> httpx.Response:
    csrf = re.search(r'name="csrf" value="([^"]+)', (await http.get("/inbox")).text)
    assert csrf
    return await http.post("/logout", data={"csrf": csrf[1]})


async def is_in(http: httpx.AsyncClient) -> bool:
    return (await http.get("/inbox")).status_code == 200


async def test_signing_out_ends_the_session_here_and_leads_to_the_provider_with_its_own_token(company: Place):
    async with company.browser() as http:
        await sign_in(http, MAIL)
        kept = {cookie.name: str(cookie.value) for cookie in http.cookies.jar if "signoff" in cookie.name}
        answer = await signed_out(http)
        there = answer.headers["refresh"].removeprefix("0; url=")
        back = await sign_out_there(http, there)
        http.cookies.update(kept)
        still = await is_in(http)

    hint = httpx.URL(there).params["id_token_hint"]
    assert answer.status_code == 200
    assert there.startswith(company.services.settings.oidc_issuer)
    assert (back.status_code, back.headers["location"]) == (303, f"{HERE}/login")
    assert hint.count(".") == 2
    assert not still


@pytest.mark.rule("KRN-52")
async def test_a_session_keeps_nothing_of_the_provider_that_can_be_read(own_company: Place):
    async with own_company.browser() as http:
        await sign_in(http, MAIL)
        [(session, subject, sealed)] = await own_company.sql(
            "select provider_session, provider_subject, id_token from signoff.sessions"
        )
        await own_company.services.people.erase("e1003", "asked for it", actor="os:test")
        there = (await signed_out(http)).headers["refresh"]

    assert isinstance(subject, bytes)
    assert isinstance(sealed, bytes)
    assert session is None, "this provider names sessions only to those whom it tells"
    assert MAIL.encode() not in subject + sealed
    assert b"eyJ" not in sealed
    assert "id_token_hint" not in there


@asynccontextmanager
async def told(place: Place) -> AsyncIterator[tuple[Place, Provided]]:
    """The company behind a provider that tells it, over HTTP, who signed out there."""
    port = free_port()
    async with providing(new_key("tells"), told=f"http://127.0.0.1:{port}{ADDRESS}") as found:
        company = place.under(found.settings(place.services.settings))
        async with served(company.services, port):
            yield company, found


async def test_whoever_signs_out_at_the_provider_is_out_here_in_that_browser_only(place: Place):
    async with told(place) as (company, provided), company.browser() as http, company.browser() as phone:
        await sign_in(http, MAIL)
        await sign_in(phone, MAIL)
        assert await is_in(http)

        await sign_out_there(http, f"{provided.issuer}/session/end")

        assert not await is_in(http)
        assert await is_in(phone)


def logout_token(provided: Provided, *, key: Any = None, **others: Any) -> str:
    """As the provider makes them, but for what is given; None leaves a claim out."""
    now = int(time.time())
    claims = {"iss": provided.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": uuid4().hex, "sub": MAIL,
              "events": {EVENT: {}}, **others}  # fmt: skip
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "first", "typ": "logout+jwt"}, kept, key or provided.key)


async def tell(http: httpx.AsyncClient, token: str) -> httpx.Response:
    """As the provider tells it; whose line it comes over says nothing."""
    return await http.post(ADDRESS, data={"logout_token": token})


async def test_a_token_about_a_person_ends_every_session_of_theirs_and_of_nobody_else(
    company: Place, provided: Provided
):
    async with company.browser() as desk, company.browser() as phone, company.browser() as other:
        for http, login in ((desk, MAIL), (phone, MAIL), (other, OTHER)):
            await sign_in(http, login)
        answer = await tell(other, logout_token(provided))

        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert [await is_in(http) for http in (desk, phone, other)] == [False, False, True]

        await tell(desk, logout_token(provided, sub=OTHER, sid="of a session that was not named to us"))
        assert not await is_in(other)


async def test_a_token_works_once(company: Place, provided: Provided):
    token = logout_token(provided)
    async with company.browser() as http:
        await tell(http, token)
        await sign_in(http, MAIL)
        again = await tell(http, token)

        assert (again.status_code, again.json()["error"]) == (400, "invalid_request")
        assert await is_in(http)


WRONG: dict[str, dict[str, Any]] = {
    "of another issuer": {"iss": "https://evil.example"},
    "for another client": {"aud": "tool"},
    "no event": {"events": None},
    "another event": {"events": {"http://schemas.openid.net/event/other": {}}},
    "an event that is none": {"events": {EVENT: "yes"}},
    "with a nonce, as an ID token has": {"nonce": "n"},
    "without an id": {"jti": None},
    "without its time": {"iat": None},
    "without an end": {"exp": None},
    "over": {"exp": int(time.time()) - 3600},
    "without end": {"exp": 9e12},
    "about nobody": {"sub": None},
    "signed by somebody else": {"key": new_key("first")},
}


async def test_a_token_that_is_not_the_providers_word_ends_nothing(company: Place, provided: Provided):
    async with company.browser() as http:
        await sign_in(http, MAIL)
        answers = {name: await tell(http, logout_token(provided, **wrong)) for name, wrong in WRONG.items()}

        assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(WRONG, 400)
        assert {answer.json()["error"] for answer in answers.values()} == {"invalid_request"}
        assert await is_in(http)


async def test_an_id_token_is_no_logout_token(company: Place, provided: Provided):
    async with company.browser() as http:
        await sign_in(http, MAIL)
        hint = httpx.URL((await signed_out(http)).headers["refresh"].removeprefix("0; url=")).params["id_token_hint"]

        assert (await tell(http, hint)).json()["error_description"] == "not a logout token"


async def test_whoever_guesses_logout_tokens_waits(company: Place):
    async with company.browser() as http:
        answers = [await tell(http, f"{n}.x.y") for n in range(MOST + 1)]

    assert [answer.status_code for answer in answers] == [400] * MOST + [429]


async def test_nobody_is_told_anything_where_one_chooses_who_one_is(place: Place):
    async with place.browser() as http:
        assert (await tell(http, "x")).status_code == 404
