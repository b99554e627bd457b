"""Sessions: what the cookie is, how ids change, and everything that ends a session."""

import asyncio
import re

import httpx
import pytest

from tests.web.identity.conftest import Place
from tests.web.identity.provider.running import HERE, Provided
from web.identity.masking import unmasked

PERSON = "e1003"


async def signed_in(http: httpx.AsyncClient) -> bool:
    return (await http.get("/inbox")).status_code == 200


async def csrf_of(http: httpx.AsyncClient) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', (await http.get("/inbox")).text)
    assert found
    return found[1]


async def test_over_tls_the_cookie_is_of_this_host_alone_and_no_script_reads_it(place: Place):
    async with place.over_tls().browser() as http:
        answer = await http.post("/login/choose", data={"person": PERSON})
    [cookie] = answer.headers.get_list("set-cookie")
    flags = {each.strip().lower() for each in cookie.split(";")[1:]}

    assert cookie.startswith("__Host-signoff=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags
    assert not any(flag.startswith("domain") for flag in flags)


async def test_the_table_does_not_have_what_opens_a_session(own_place: Place):
    async with own_place.chosen(PERSON) as http:
        [[row]] = await own_place.sql("select row_to_json(s)::text from signoff.sessions s")
        assert http.cookies["signoff"] not in str(row)
        assert len(http.cookies["signoff"]) == 43  # 256 bits


async def test_an_id_that_was_there_before_signing_in_is_not_used(place: Place):
    async with place.browser() as http:
        http.cookies.set("signoff", "planted", domain="signoff.test")
        await http.post("/login/choose", data={"person": PERSON})
        first = http.cookies.get("signoff", domain="signoff.test")
        assert first != "planted"
        await http.post("/login/choose", data={"person": "e1001"})
        http.cookies.clear()
        http.cookies.set("signoff", str(first))
        assert not await signed_in(http)


@pytest.mark.parametrize(
    "past", ["begun_at = now() - interval '12 hours 1 minute'", "seen_at = now() - interval '2 hours 1 minute'"]
)
async def test_a_session_ends_with_the_day_and_when_nobody_is_there(own_place: Place, past: str):
    async with own_place.chosen(PERSON) as http:
        assert await signed_in(http)
        await own_place.sql(f"update signoff.sessions set {past}")
        assert not await signed_in(http)


async def test_an_id_changes_with_time_and_nothing_under_way_breaks(own_place: Place):
    async with own_place.chosen(PERSON) as http:
        old, csrf = http.cookies["signoff"], await csrf_of(http)
        await own_place.sql("update signoff.sessions set made_at = now() - interval '16 minutes'")
        answers = await asyncio.gather(*(http.get("/inbox", headers={"cookie": f"signoff={old}"}) for _ in range(5)))
        new = [answer.cookies["signoff"] for answer in answers if "signoff" in answer.cookies]

        assert [answer.status_code for answer in answers] == [200] * 5
        assert len(new) == 1
        assert new[0] != old
        assert unmasked(await csrf_of(http)) == unmasked(csrf), "a form that lay open can still be sent"


async def test_an_id_that_comes_back_long_after_it_was_replaced_ends_the_session(own_place: Place):
    async with own_place.chosen(PERSON) as http, own_place.browser() as thief:
        thief.cookies.set("signoff", http.cookies["signoff"])
        await own_place.sql("update signoff.sessions set made_at = now() - interval '16 minutes'")
        assert await signed_in(http)
        await own_place.sql(
            "update signoff.sessions set replaced_at = now() - interval '2 minutes' where replaced_at < now()"
        )

        assert await signed_in(http)
        assert not await signed_in(thief)
        assert not await signed_in(http)


async def test_signing_out_ends_this_session_and_no_other(place: Place):
    async with place.chosen(PERSON) as http, place.chosen(PERSON) as phone:
        kept = http.cookies["signoff"]
        answer = await http.post("/logout", data={"csrf": await csrf_of(http)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        http.cookies.set("signoff", kept)

        assert not await signed_in(http)
        assert await signed_in(phone)


async def test_signing_out_everywhere_ends_all_of_this_person_and_nobody_elses(place: Place):
    async with place.chosen(PERSON) as http, place.chosen(PERSON) as phone, place.chosen("e1001") as other:
        assert "every browser" in (await http.get("/logout")).text
        await http.post("/logout", data={"csrf": await csrf_of(http), "everywhere": "yes"})

        assert not await signed_in(http)
        assert not await signed_in(phone)
        assert await signed_in(other)


async def test_a_form_without_its_secret_or_with_that_of_another_session_does_nothing(place: Place):
    async with place.chosen(PERSON) as http, place.chosen("e1001") as other:
        for form in ({"x": ""}, {"csrf": ""}, {"csrf": await csrf_of(other)}, {"csrf": "é"}):
            assert (await http.post("/logout", data=form)).status_code == 403
        assert await signed_in(http)


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"},
     {"origin": "https://signoff.test.evil.example"}, {"sec-fetch-site": "cross-site", "origin": HERE}],
)  # fmt: skip
async def test_what_another_site_sends_is_refused_even_with_the_secret(place: Place, headers: dict[str, str]):
    async with place.chosen(PERSON) as http:
        answer = await http.post("/logout", data={"csrf": await csrf_of(http)}, headers=headers)
        assert (answer.status_code, await signed_in(http)) == (403, True)
        assert (await http.post("/login/choose", data={"person": PERSON}, headers=headers)).status_code == 403


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": HERE}, {"origin": "null"}])
async def test_what_our_own_pages_send_is_taken(place: Place, headers: dict[str, str]):
    async with place.chosen(PERSON) as http:
        answer = await http.post("/logout", data={"csrf": await csrf_of(http)}, headers=headers)
        assert answer.status_code == 303


async def test_away_from_the_embedded_stack_there_is_no_choosing(place: Place, provided: Provided):
    settings = place.services.settings
    foreign = settings.model_copy(update={"embedded": False})
    for other in (foreign, provided.settings(settings), settings.model_copy(update={"web_host": "0.0.0.0"})):
        async with place.chosen(PERSON) as http, place.under(other).browser() as there:
            for method in ("GET", "POST", "PUT"):
                answer = await there.request(method, "/login/choose", data={"person": PERSON})
                assert answer.status_code == 404
            assert "/login/choose" not in (await there.get("/login")).text
            there.cookies.set("signoff", http.cookies["signoff"])
            there.cookies.set("__Host-signoff", http.cookies["signoff"])
            assert not await signed_in(there), "a session that began by choosing is over"


async def test_without_any_way_to_sign_in_the_page_says_what_to_set(place: Place):
    async with place.under(place.services.settings.model_copy(update={"embedded": False})).browser() as http:
        assert "SIGNOFF_OIDC_ISSUER" in (await http.get("/login")).text
        assert (await http.get("/login/start")).status_code == 404


async def test_somebody_unknown_or_gone_cannot_be_chosen(own_place: Place):
    await own_place.leaves("e1001")
    async with own_place.browser() as http:
        for person, status in (("e9999", 404), ("", 404), ("e1001", 403)):
            answer = await http.post("/login/choose", data={"person": person})
            assert (answer.status_code, "signoff" in http.cookies) == (status, False)


async def test_postgres_away_is_a_page_that_says_so_and_no_session_is_lost(own_place: Place):
    async with own_place.chosen(PERSON) as http:
        await own_place.services.pool.close()
        assert (await http.get("/inbox")).status_code == 503
        assert (await http.get("/static/signoff.css")).status_code == 200
