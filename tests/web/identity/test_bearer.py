"""Bearer tokens: whose they are, which are refused, and what a cookie may do at the API."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from application.keyring import session_key, token_key
from application.services import Services
from domain.kernel.errors import Refused
from runtime.settings import Settings
from tests.web.identity.conftest import Place
from tests.web.identity.provider.running import AUDIENCE, Provided, access_token, new_key, providing
from tests.web.server import free_port
from web.identity.bearer import EMBEDDED, Bearer, embedded_token
from web.identity.guesses import MOST, Guesses
from web.identity.limits import Limits
from web.identity.provider import AGAIN, RESTED, Provider, ProviderAway
from web.identity.sessions import Identified
from web.identity.visitor import LoginNeeded
from web.refusals import headers_of, status_of

ADDRESS, PERSON = "prasert.w@siam-orchard.example", "e1003"


@asynccontextmanager
async def api(services: Services, provider: Provider | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """An API of one path that says who asks."""
    app = FastAPI()
    app.state.services, app.state.limits = services, Limits(services.settings)
    app.state.guesses = Guesses(app.state.limits)
    app.state.provider = provider or Provider(services.settings)

    @app.api_route("/me", methods=["GET", "POST"])
    async def me(visitor: Bearer) -> dict[str, str]:
        return {
            "person": visitor.person,
            "channel": visitor.channel,
            "how": visitor.authenticated,
            "csrf": visitor.csrf,
        }

    async def unknown(_: Request, error: Exception) -> Response:
        assert isinstance(error, LoginNeeded)
        return JSONResponse({}, 401, {"WWW-Authenticate": error.challenge})

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        return JSONResponse({"code": error.code}, status_of(error), headers_of(error))

    app.add_exception_handler(LoginNeeded, unknown)
    app.add_exception_handler(Refused, refused)
    transport = httpx.ASGITransport(Identified(app, services))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://signoff.test") as http:
        yield http


def bearing(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.rule("KRN-07")
async def test_a_token_of_the_provider_is_a_person_of_the_organisation(company: Place, provided: Provided):
    token = await access_token(provided, ADDRESS)
    async with api(company.services) as http:
        answers = [await http.request(method, "/me", headers=bearing(token)) for method in ("GET", "POST")]

    for answer in answers:
        assert answer.json() == {"person": PERSON, "channel": "api", "how": f"bearer:{provided.issuer}", "csrf": ""}


@pytest.mark.parametrize(
    ("login", "reason"),
    [("stranger@siam-orchard.example", "unknown-person"), (f"unverified.{ADDRESS}", "email-not-verified")],
)
async def test_a_good_token_of_somebody_unknown_is_refused(company: Place, provided: Provided, login: str, reason: str):
    token = await access_token(provided, login)
    async with api(company.services) as http:
        answer = await http.get("/me", headers=bearing(token))

    assert answer.status_code == 401
    assert reason in answer.headers["www-authenticate"]


async def test_a_leavers_token_ends_at_once(own_company: Place, provided: Provided):
    token = await access_token(provided, ADDRESS)
    async with api(own_company.services) as http:
        assert (await http.get("/me", headers=bearing(token))).status_code == 200
        await own_company.leaves(PERSON)
        answer = await http.get("/me", headers=bearing(token))

    assert (answer.status_code, "not-here" in answer.headers["www-authenticate"]) == (401, True)


def claims(provided: Provided, **others: Any) -> dict[str, Any]:
    now = int(time.time())
    found = {
        "iss": provided.issuer, "aud": AUDIENCE, "sub": "x", "email": ADDRESS, "email_verified": True,
        "iat": now, "exp": now + 600, **others,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def signed(provided: Provided, **others: Any) -> str:
    """As the provider would sign it, with its own key."""
    return jwt.encode({"alg": "RS256", "kid": "first"}, claims(provided, **others), provided.key)


def by_public_key(provided: Provided) -> str:
    """Signed with the provider's public key, as if that were a shared secret; our own library refuses to do that."""
    text = f"{_base64({'alg': 'HS256', 'kid': 'first'})}.{_base64(claims(provided))}"
    made = hmac.new(provided.key.as_pem(private=False), text.encode(), hashlib.sha256).digest()
    return f"{text}.{urlsafe_b64encode(made).decode().rstrip('=')}"


def unsigned(provided: Provided) -> str:
    return f"{_base64({'alg': 'none'})}.{_base64(claims(provided))}."


def _base64(part: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def tampered(provided: Provided) -> str:
    head, _, signature = signed(provided).split(".")
    body = signed(provided, email="anong.s@siam-orchard.example").split(".")[1]
    return f"{head}.{body}.{signature}"


FORGED = {
    "alg none": unsigned,
    "the public key as a secret": by_public_key,
    "another person's name put in": tampered,
    "another's key under the same id": lambda p: jwt.encode(
        {"alg": "RS256", "kid": "first"}, claims(p), new_key("first")
    ),
    "another audience": lambda p: signed(p, aud="https://other.example"),
    "the audience of the pages": lambda p: signed(p, aud="signoff"),
    "no audience": lambda p: signed(p, aud=None),
    "another issuer": lambda p: signed(p, iss="https://evil.example"),
    "expired": lambda p: signed(p, exp=int(time.time()) - 61),
    "never expires": lambda p: signed(p, exp=None),
    "not valid yet": lambda p: signed(p, nbf=int(time.time()) + 120),
    "issued in the future": lambda p: signed(p, iat=int(time.time()) + 120),
    "not verified": lambda p: signed(p, email_verified="yes"),
    "nobody": lambda p: signed(p, email=None),
    "no token": lambda p: "",
    "nonsense": lambda p: "a.b.c",
    "a key that nobody has": lambda p: jwt.encode({"alg": "RS256", "kid": "gone"}, claims(p), new_key("gone")),
    "very long": lambda p: "a" * 20_000,
}


@pytest.mark.parametrize("kind", FORGED)
async def test_a_forged_foreign_or_untimely_token_is_refused(company: Place, provided: Provided, kind: str):
    async with api(company.services) as http:
        assert (await http.get("/me", headers=bearing(signed(provided)))).status_code == 200
        answer = await http.get("/me", headers=bearing(FORGED[kind](provided)))

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="signoff", error="invalid_token"')


async def test_a_new_key_is_fetched_when_it_appears_and_made_up_ones_are_not_asked_for_again(place: Place):
    port, now = free_port(), [0.0]
    async with providing(new_key("first"), port=port) as before:
        services = place.under(before.settings(place.services.settings)).services
        provider = Provider(services.settings, clock=lambda: now[0])
        async with api(services, provider) as http:
            assert (await http.get("/me", headers=bearing(signed(before)))).status_code == 200
    async with providing(new_key("second"), port=port) as after, api(services, provider) as http:
        token = await access_token(after, ADDRESS)
        assert (await http.get("/me", headers=bearing(token))).status_code == 401, "asked a moment ago"
        now[0] = AGAIN + 1
        assert (await http.get("/me", headers=bearing(token))).status_code == 200
        assert (await http.get("/me", headers=bearing(signed(before)))).status_code == 401, "the old key is gone"


async def test_nobody_waits_for_a_provider_that_was_away_a_moment_ago(place: Place):
    port, now = free_port(), [0.0]
    settings = Settings.model_validate({**dict(place.services.settings), "oidc_issuer": f"http://127.0.0.1:{port}"})
    provider = Provider(settings, clock=lambda: now[0])
    with pytest.raises(ProviderAway, match="ConnectError"):
        await provider.keys()
    async with providing(new_key("first"), port=port):
        with pytest.raises(ProviderAway, match="a moment ago"):
            await provider.keys()
        now[0] = RESTED
        assert len((await provider.keys()).keys) == 1


async def test_without_an_audience_no_token_of_the_provider_counts(company: Place, provided: Provided):
    without = company.under(company.services.settings.model_copy(update={"oidc_audience": ""}))
    async with api(without.services) as http:
        assert (await http.get("/me", headers=bearing(signed(provided, aud="")))).status_code == 401


async def test_a_cookie_reads_from_our_own_pages_and_does_nothing_else(place: Place):
    ours, elsewhere = {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "cross-site"}
    async with place.chosen(PERSON) as browser, api(place.services) as http:
        http.cookies.set("signoff", browser.cookies["signoff"])

        assert (await http.get("/me", headers=ours)).json()["person"] == PERSON
        for method, headers in (("POST", ours), ("GET", {}), ("GET", elsewhere)):
            answer = await http.request(method, "/me", headers=headers)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="signoff"')


async def test_the_embedded_stack_makes_tokens_for_whoever_works_here(own_place: Place):
    async with api(own_place.services) as http:
        token = await embedded_token(own_place.services, PERSON)
        assert (await http.post("/me", headers=bearing(token))).json() == {
            "person": PERSON, "channel": "api", "how": f"bearer:{EMBEDDED}", "csrf": "",
        }  # fmt: skip
        await own_place.leaves(PERSON)
        assert (await http.post("/me", headers=bearing(token))).status_code == 401
        with pytest.raises(Refused, match="do not work here"):
            await embedded_token(own_place.services, PERSON)


async def test_away_from_the_embedded_stack_no_such_token_is_made_or_taken(place: Place, provided: Provided):
    token = await embedded_token(place.services, PERSON)
    settings = place.services.settings
    for other in (settings.model_copy(update={"embedded": False}), provided.settings(settings)):
        there = place.under(other).services
        with pytest.raises(Refused, match="ask the OpenID provider"):
            await embedded_token(there, PERSON)
        async with api(there) as http:
            assert (await http.get("/me", headers=bearing(token))).status_code == 401


async def test_only_the_key_for_tokens_signs_them_and_only_for_their_time(place: Place):
    key, now = OctKey.import_key(token_key(place.services.settings)), int(time.time())
    other = OctKey.import_key(session_key(place.services.settings))
    good = {"iss": EMBEDDED, "aud": EMBEDDED, "sub": PERSON, "exp": now + 60}
    bad = [(other, good), (key, {**good, "exp": now - 61}), (key, {**good, "aud": "x"}), (key, {**good, "sub": ""})]
    async with api(place.services) as http:
        for signer, claimed in bad:
            answer = await http.get("/me", headers=bearing(jwt.encode({"alg": "HS256"}, claimed, signer)))
            assert answer.status_code == 401
        assert (await http.get("/me", headers=bearing(jwt.encode({"alg": "HS256"}, good, key)))).status_code == 200


async def test_who_asks_too_often_is_told_when_to_come_back(place: Place):
    few = place.under(place.services.settings.model_copy(update={"api_limit": 3, "decision_limit": 1})).services
    token, other = await embedded_token(few, PERSON), await embedded_token(few, "e1001")
    async with api(few) as http:
        answers = [
            await http.request(method, "/me", headers=bearing(token)) for method in ("POST", "POST", "GET", "GET")
        ]
        assert [answer.status_code for answer in answers] == [200, 429, 200, 429]
        assert 1 <= int(answers[1].headers["retry-after"]) <= 60
        assert (await http.post("/me", headers=bearing(other))).status_code == 200


async def test_whoever_guesses_tokens_waits_whatever_they_send_then_and_others_do_not(place: Place):
    good = bearing(await embedded_token(place.services, PERSON))
    trusting = place.under(place.services.settings.model_copy(update={"trusted_proxies": "127.0.0.1"}))
    from_there, from_here = ({"x-forwarded-for": address} for address in ("192.0.2.7", "192.0.2.8"))
    async with api(trusting.services) as http:
        guesses = [await http.get("/me", headers=bearing(f"guess.{n}.x") | from_there) for n in range(MOST + 1)]
        afterwards = await http.get("/me", headers=good | from_there)
        others = await http.get("/me", headers=good | from_here)

    assert [answer.status_code for answer in guesses] == [401] * MOST + [429]
    assert 1 <= int(guesses[-1].headers["retry-after"]) <= 60
    assert (afterwards.status_code, others.status_code) == (429, 200)


async def test_a_token_that_ran_out_is_no_guess(company: Place, provided: Provided):
    old = bearing(signed(provided, exp=int(time.time()) - 3600))
    async with api(company.services) as http:
        answers = {(await http.get("/me", headers=old)).status_code for _ in range(MOST + 1)}

    assert answers == {401}
