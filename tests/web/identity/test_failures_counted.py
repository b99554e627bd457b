"""Sign-ins that failed are counted by their reason, and nothing else is."""

from collections.abc import Mapping

from runtime import metrics
from tests.web.identity.conftest import Place
from tests.web.identity.provider.running import HERE


def counted() -> Mapping[str, float]:
    [family] = metrics.LOGIN_FAILURES.collect()
    return {sample.labels["code"]: sample.value for sample in family.samples}


def since(before: Mapping[str, float]) -> Mapping[str, float]:
    return {code: value - before.get(code, 0) for code, value in counted().items() if value != before.get(code, 0)}


async def test_a_stranger_one_who_tries_too_often_and_a_form_that_is_none(place: Place):
    before = counted()
    few = place.under(place.services.settings.model_copy(update={"login_limit": 2}))
    async with few.browser() as http:
        for person in ("e1003", "e9999", "e1003"):
            await http.post("/login/choose", data={"person": person})
        assert (await http.post("/login/choose", content=b"{}")).status_code == 415
    assert since(before) == {"unknown-person": 1, "too-many": 1}


async def test_a_provider_that_is_away_has_a_reason_of_its_own_that_is_shown_before_it_first_happens(place: Place):
    before = counted()
    assert "provider-away" in before
    nowhere = {"oidc_issuer": "http://127.0.0.1:1", "oidc_client_id": "signoff", "web_url": HERE}
    async with place.under(place.services.settings.model_copy(update=nowhere)).browser() as http:
        assert (await http.get("/login/start")).status_code == 503
        await http.get("/login/callback?state=made-up")
    assert since(before) == {"provider-away": 1, "login-expired": 1}
